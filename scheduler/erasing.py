"""Erasing a person: what tells who they are is blanked, and nothing lets them in any more.

Knows nothing of the record's chains: no event has a name in it, so that they stay whole.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import PEOPLE, record, snapshot
from models.database import Database
from models.queries.access import administrators_for_update
from models.queries.erasing import Somebody, mentions, rows_of_account, somebody
from scheduler.access import can
from scheduler.actors import Actor
from scheduler.door.people import check_not_last
from scheduler.door.recording import account_in, recorded_refusals_of_people
from scheduler.errors import Unknown


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """Where the name or the address still stands, in texts that people wrote: in how many rows of which column."""

    table: str
    column: str
    rows: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """Whose details were blanked: a person's, an account's or both. ``mentions``: what stays, as others wrote it."""

    person: str | None
    account: str | None
    mentions: tuple[Mention, ...]


def erase(database: Database, *, actor: Actor, now: datetime, who: str, reason: str = "") -> Erased:
    """Blanks the name and the address of whoever has this key or address (``who``).

    The account is closed; its password, sessions, links, tokens and roles are gone. Shifts, skills and bookings stay,
    under the key. Raises ``Unknown``, for whoever may not do it too, and ``NotPossibleNow`` for the last administrator.
    """
    if not can(actor, "change people"):
        raise Unknown("person", who)

    def command(session: Session) -> tuple[Somebody, tuple[str, ...]]:
        administrators = administrators_for_update(session)
        found = somebody(session, who, account_id=account_in(who))
        if found is None:
            raise Unknown("person", who)
        if found.account is not None:
            check_not_last(administrators, found.account.id or 0)
        texts = _texts(found)
        _blank(session, actor, now, found, reason)
        return found, texts

    with recorded_refusals_of_people(database, actor=actor, now=now, verb="erasing", about="somebody"):
        found, texts = database.write(command)
    with database.reading() as session:
        left = [Mention(table=table, column=column, rows=rows) for table, column, rows in mentions(session, texts)]
    return Erased(
        person=None if found.person is None else found.person.key,
        account=None if found.account is None else f"account:{found.account.id}",
        mentions=tuple(left),
    )


def _texts(found: Somebody) -> tuple[str, ...]:
    details = (found.detail and found.detail.name, found.account_detail and found.account_detail.name)
    texts = (*details, found.account_detail and found.account_detail.email)
    return tuple(dict.fromkeys(text for text in texts if text))


def _blank(session: Session, actor: Actor, now: datetime, found: Somebody, reason: str) -> None:
    if found.detail is not None:
        found.detail.name = None
    if found.person is not None:
        _record(session, actor, now, "person", found.person.key, reason, None, snapshot(found.person))
    if found.account is None or found.account.id is None:
        return
    before = snapshot(found.account)
    if found.account_detail is not None:
        found.account_detail.email = found.account_detail.name = None
    found.account.password_hash = found.account.password_at = None
    found.account.closed_at = found.account.closed_at or now
    for row in rows_of_account(session, found.account.id):
        session.delete(row)
    after = snapshot(found.account)
    _record(session, actor, now, "account", str(found.account.id), reason, before, after)


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: str,
    object_id: str,
    reason: str,
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    record(
        session,
        chain=PEOPLE,
        at=now,
        actor=actor.key,
        verb=f"erased {kind}",
        object_kind=kind,
        object_id=object_id,
        reason=reason,
        before=before,
        after=after,
    )
