"""Passwords: which may be chosen, and whether one is right; at most two are looked at at once in a process.

Knows no accounts.
"""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from scheduler.errors import BadValue, PasswordsBusy

SHORTEST = 15
"""Characters. Length is the only rule (NIST SP 800-63B-4): what must stand in it would make it easier to guess."""
LONGEST = 1024
AT_ONCE = 2
"""Each takes 64 MB and some 50 ms of every core."""
MOST_WAITING = 16
"""Including those that are being looked at: more are turned away, or they would take every thread there is."""

hasher = PasswordHash((Argon2Hasher(),))
_turns = threading.BoundedSemaphore(AT_ONCE)
_places = threading.BoundedSemaphore(MOST_WAITING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """Whether a password was right; ``renewed`` is a hash to be stored instead, when the old one is of weaker make."""

    right: bool
    renewed: str | None = None


def check_choice(password: str, *, email: str) -> None:
    """Raises ``BadValue`` for a password that may not be chosen."""
    if len(password) < SHORTEST:
        text = f"The password has {len(password)} characters: choose {SHORTEST} or more, such as four or five words."
        raise BadValue(text, field="password")
    if len(password) > LONGEST:
        raise BadValue(f"The password has {len(password):,} characters: {LONGEST:,} are allowed.", field="password")
    if email and email.casefold() in _normal(password).casefold():
        raise BadValue("The password contains the e-mail address: choose another.", field="password")


def hashed(password: str) -> str:
    """What is stored of it. Raises ``PasswordsBusy``."""
    with _turn():
        return hasher.hash(_bytes(_normal(password)))


def look(password: str, stored: str | None) -> Looked:
    """Whether it is the one that was stored; ``None`` is never right and takes as long. Raises ``PasswordsBusy``."""
    with _turn():
        right, renewed = hasher.verify_and_update(_bytes(_normal(password)), stored or _nobodys(hasher))
    return Looked(right=right and stored is not None, renewed=renewed if stored is not None else None)


@contextmanager
def _turn() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        text = f"{MOST_WAITING} passwords are being looked at: try again in a moment."
        raise PasswordsBusy(text)
    try:
        with _turns:
            yield
    finally:
        _places.release()


@cache
def _nobodys(made_by: PasswordHash) -> str:
    return made_by.hash("the password of nobody at all")


def _normal(password: str) -> str:
    """The same whichever keyboard wrote it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
