"""Who signs from the command line: somebody with an account, who gives its password here.

Knows no command. Without a signature the command line acts as the local administrator, whom nobody asks for a password.
"""

import sys
from dataclasses import dataclass, field
from getpass import getpass

import typer

from api.cli.terminal import now
from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR, Actor
from scheduler.door.signatures import acting_as


@dataclass(frozen=True, kw_only=True, slots=True)
class Signing:
    """The options: whose account signs, and what they mean by it; neither: nobody signs."""

    email: str = ""
    meaning: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signer:
    """Who acts, with what they sign."""

    actor: Actor
    password: str = field(default="", repr=False)
    meaning: str = ""


def signer_of(database: Database, signing: Signing) -> Signer:
    """Asks for the password, where somebody signs. One without the other is wrong use. Raises ``WrongPassword``,
    ``TooManyAttempts``, ``PasswordsBusy``."""
    if bool(signing.email) != bool(signing.meaning.strip()):
        raise typer.BadParameter("say both who signs and what they mean by it", param_hint="--as, --meaning")
    if not signing.email:
        return Signer(actor=LOCAL_ADMINISTRATOR)
    password = _password(f"Password of {signing.email}, who signs: ")
    actor = acting_as(database, now=now(), email=signing.email, password=password)
    return Signer(actor=actor, password=password, meaning=signing.meaning)


def _password(prompt: str) -> str:
    """Unseen from a terminal; from a pipe its first line."""
    return getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
