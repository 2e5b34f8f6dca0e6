"""Events of the door, on the chain of people and settings: about accounts, by their ids.

Knows no secret and no personal field: neither stands in an event.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import PEOPLE, record, snapshot
from models.database import Database
from models.tables import Account, RoleGrant
from scheduler.actors import Actor
from scheduler.errors import KeyTaken, NotPossibleNow


def key_of(account_id: int) -> str:
    """The actor's key of an account."""
    return f"account:{account_id}"


def account_in(key: str) -> int | None:
    """The number in ``account:17``; ``None`` for what is no account's key."""
    kind, _, number = key.partition(":")
    return int(number) if kind == "account" and number.isdecimal() and len(number) < 10 else None


def record_door(
    session: Session,
    *,
    actor: str,
    now: datetime,
    verb: str,
    kind: str,
    object_id: str,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Something that changed no table of the domain; ``facts`` tell it."""
    record(
        session,
        chain=PEOPLE,
        at=now,
        actor=actor,
        verb=verb,
        object_kind=kind,
        object_id=object_id,
        reason=reason,
        after=facts,
    )


def record_row(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    verb: str,
    row: Account | RoleGrant,
    before: dict[str, Any] | None,
    gone: bool = False,
) -> None:
    """One row's change; ``gone``: it is none any more."""
    record(
        session,
        chain=PEOPLE,
        at=now,
        actor=actor.key,
        verb=verb,
        object_kind=str(row.__tablename__),
        object_id=str(row.id),
        before=before,
        after=None if gone else snapshot(row),
    )


def record_refusal(
    session: Session, *, actor: str, now: datetime, verb: str, account_id: int | None, reason: str
) -> None:
    """A refused attempt. Of an account that does not exist nothing is kept: what was typed may be anybody's secret."""
    about = "an account that does not exist" if account_id is None else f"account {account_id}"
    record_door(session, actor=actor, now=now, verb=f"refused {verb}", kind="attempt", object_id=about, reason=reason)


@contextmanager
def recorded_refusals_of_people(
    database: Database, *, actor: Actor, now: datetime, verb: str, about: str
) -> Iterator[None]:
    """Records that people and roles were not changed because of how they stand, then lets the refusal pass on.
    ``about``: whom, without a name."""
    try:
        yield
    except (KeyTaken, NotPossibleNow) as refusal:
        # What is taken is an address or a person: it says whom, and is not for the record.
        reason = refusal.text if isinstance(refusal, NotPossibleNow) else str(type(refusal).__doc__)

        def command(session: Session) -> None:
            kind, what = "attempt", f"refused {verb}"
            record_door(session, actor=actor.key, now=now, verb=what, kind=kind, object_id=about, reason=reason)

        database.write(command)
        raise
