"""Erasing a person: what tells who they are is blanked, and nothing lets them in any more.

Knows nothing of the record's chains: no event has a name in it, so that they stay whole.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import PEOPLE, record, snapshot
from models.database import Database
from models.queries.access import administrators_for_update, managed_alone
from models.queries.erasing import Somebody, mentions, rows_of_account, somebody
from scheduler.access import can
from scheduler.actors import Actor
from scheduler.door.addresses import written
from scheduler.door.people import check_not_last
from scheduler.door.recording import account_in, key_of, recorded_refusals_of_people
from scheduler.errors import BadValue, NotPossibleNow, Unknown


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


@dataclass(frozen=True, kw_only=True, slots=True)
class ToErase:
    """Whom an erasure would be of, for a question first. ``managed_alone``: names of the centres that would have no lab
    manager then."""

    person: str | None
    account: str | None
    name: str | None
    email: str | None
    managed_alone: tuple[str, ...]


def look_before_erasing(database: Database, *, actor: Actor, now: datetime, who: str | int) -> ToErase:
    """Whom ``erase`` would be of. Raises ``Unknown``, for whoever may not do it too."""
    if not can(actor, "change people"):
        raise Unknown("person", who)
    with database.reading() as session:
        found = _found(session, who, locked=False)
        return ToErase(
            person=_key(found),
            account=_account_key(found),
            name=next(iter(_texts(found, addresses=False)), None),
            email=_email(found),
            managed_alone=tuple(managed_alone(session, found.account.id or 0)) if found.account else (),
        )


def erase(
    database: Database, *, actor: Actor, now: datetime, who: str | int, reason: str = "", again: str | None = None
) -> Erased:
    """Blanks the name and the address of whoever has this key or address (``who``), or the account of this number.

    The account is closed; its password, sessions, links, tokens and roles are gone. Shifts, skills and bookings stay,
    under the key. ``again``: the address or the key, written once more by who was asked; ``None``: nobody was.
    Raises ``Unknown``, for whoever may not do it too, ``NotPossibleNow`` for the last administrator and who is erased
    already, and ``BadValue`` for somebody else's address or key ``again``.
    """
    if not can(actor, "change people"):
        raise Unknown("person", who)

    def command(session: Session) -> tuple[Somebody, tuple[str, ...]]:
        administrators = administrators_for_update(session)
        found = _found(session, who)
        if again is not None:
            _check_again(found, again)
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
        person=_key(found),
        account=_account_key(found),
        mentions=tuple(left),
    )


def _found(session: Session, who: str | int, *, locked: bool = True) -> Somebody:
    """Raises ``Unknown``."""
    name, account_id = ("", who) if isinstance(who, int) else (who, account_in(who))
    found = somebody(session, name, account_id=account_id, locked=locked)
    if found is None:
        raise Unknown("person", who)
    return found


def _check_again(found: Somebody, again: str) -> None:
    """Raises ``NotPossibleNow``, ``BadValue``."""
    if found.account is not None and _email(found) is None:
        raise NotPossibleNow(f"Account {found.account.id} is erased already.")
    if written(again) != _email(found) and again.strip() != _key(found):
        raise BadValue("That is not their e-mail address, nor their staff number: nobody was erased.", field="again")


def _key(found: Somebody) -> str | None:
    return None if found.person is None else found.person.key


def _account_key(found: Somebody) -> str | None:
    return None if found.account is None else key_of(found.account.id or 0)


def _email(found: Somebody) -> str | None:
    return None if found.account_detail is None else found.account_detail.email


def _texts(found: Somebody, *, addresses: bool = True) -> tuple[str, ...]:
    names = [each.name for each in (found.detail, found.account_detail) if each is not None]
    texts = (*names, _email(found) if addresses else None)
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
