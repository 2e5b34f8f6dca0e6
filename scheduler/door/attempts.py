"""Wrong passwords are counted, per account and per address: from the twentieth on none is looked at for a while.

Knows nothing of whether an account exists: what was typed counts alike.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import Database
from models.queries.access import (
    account_with_email,
    attempts_of_account,
    attempts_of_address,
    forget_attempt,
    forget_attempts,
    forget_attempts_of_account,
    lock_attempts,
)
from models.tables import Attempt
from scheduler.door.opaque import digest
from scheduler.door.recording import record_refusal
from scheduler.errors import TooManyAttempts

WINDOW = timedelta(minutes=15)
MOST_OF_ACCOUNT = 20
MOST_OF_ADDRESS = 100
"""The attempt with this number within the window is refused, whatever the password. Behind one address may be many."""

_THROTTLED = "throttled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """An attempt that counts as wrong until it is proven right, so that many at once are no way around the limit."""

    id: int
    email: str


def counted_as(email: str, *, actor: str = "nobody") -> str:
    """Under what wrong passwords count together. Whoever is signed in has a count of their own: strangers who type
    this address at sign-in do not stop them."""
    return digest(email if actor == "nobody" else f"proof {actor}")


def count_attempt(
    database: Database, *, now: datetime, verb: str, email: str, address: str, actor: str = "nobody"
) -> Counted:
    """``address``: where it comes from; an empty one is not counted. ``actor``: who is signed in. Raises
    ``TooManyAttempts``."""

    def command(session: Session) -> tuple[int | None, int]:
        lock_attempts(session)
        forget_attempts(session, now - WINDOW)
        given = Attempt(account=counted_as(email, actor=actor), address=address, at=now)
        seconds = _wait(session, given, now)
        if seconds:
            _record_once(session, given, actor, verb, email)
            return None, seconds
        session.add(given)
        session.flush()
        return given.id, 0

    attempt_id, seconds = database.write(command)
    if attempt_id is None:
        minutes = math.ceil(seconds / 60)
        text = f"Too many wrong passwords: try again in {minutes} minute{'s' if minutes > 1 else ''}."
        raise TooManyAttempts(text, seconds=seconds)
    return Counted(id=attempt_id, email=email)


def forget(database: Database, counted: Counted) -> None:
    """It was not looked at after all."""
    database.write(lambda session: forget_attempt(session, counted.id))


def forgive(session: Session, email: str, *, actor: str = "nobody") -> None:
    """Within a transaction: whoever has this address is let in, and what was typed wrong before counts no more."""
    forget_attempts_of_account(session, counted_as(email, actor=actor))


def _wait(session: Session, given: Attempt, now: datetime) -> int:
    """Seconds until another attempt would be looked at; 0: it is now."""
    since = now - WINDOW
    seconds = _seconds(attempts_of_account(session, given.account, since), MOST_OF_ACCOUNT, now)
    if given.address:
        seconds = max(seconds, _seconds(attempts_of_address(session, given.address, since), MOST_OF_ADDRESS, now))
    return seconds


def _seconds(times: Sequence[datetime], most: int, now: datetime) -> int:
    """``times``: when those before were, the newest first. What is refused unseen does not count among them."""
    if len(times) < most - 1:
        return 0
    return max(1, math.ceil((times[most - 2] + WINDOW - now).total_seconds()))


def _record_once(session: Session, given: Attempt, actor: str, verb: str, email: str) -> None:
    """That somebody is throttled is recorded once in a while, or a flood of attempts would be one of events."""
    mark = f"{_THROTTLED} {given.account}"
    if attempts_of_account(session, mark, given.at - WINDOW):
        return
    session.add(Attempt(account=mark, address="", at=given.at))
    account = account_with_email(session, email)
    known = None if account is None else account.id
    record_refusal(session, actor=actor, now=given.at, verb=verb, account_id=known, reason="too many attempts")
