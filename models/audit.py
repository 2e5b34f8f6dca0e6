"""The one place in which audit events are recorded and their chains verified.

Knows nothing of what the events mean.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import inspect, text
from sqlmodel import Session, SQLModel, col, select

from models.locks import PEOPLE_LOCK
from models.tables import Account, AccountDetail, AuditEvent, PersonDetail, Plan

FIRST_PREVIOUS = "0" * 64
PEOPLE = "people"
_PAGE = 500

# Fields that are told by what stands for them: personal ones not at all, so that they can be blanked; nor secrets.
_LEFT_OUT: dict[type[SQLModel], frozenset[str]] = {
    PersonDetail: frozenset({"name"}),
    Account: frozenset({"password_hash"}),
    AccountDetail: frozenset({"email", "name"}),
}
_DIGESTED: dict[type[SQLModel], frozenset[str]] = {Plan: frozenset({"document"})}


def record(
    session: Session,
    *,
    chain: str,
    at: datetime,
    actor: str,
    verb: str,
    object_kind: str,
    object_id: str,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append an event to ``centre:<id>``, whose centre the caller has locked, or to ``people``, locked here and last.

    ``before`` and ``after`` are JSON (see ``snapshot``). Raises ``ValueError`` for a naive ``at`` or a number that is
    not finite, ``TypeError`` for what is not JSON.
    """
    number, previous_hash = _end_of(session, chain)
    event = AuditEvent(
        chain=chain,
        number=number + 1,
        at=_utc(at),
        actor=actor,
        verb=verb,
        object_kind=object_kind,
        object_id=object_id,
        reason=reason,
        before=_plain(before),
        after=_plain(after),
        previous_hash=previous_hash,
        hash="",
    )
    event.hash = digest(event)
    session.add(event)
    _last_events(session)[chain] = event
    return event


def snapshot(row: SQLModel) -> dict[str, Any]:
    """The row's columns as JSON: moments as ISO 8601 in UTC, documents as their SHA-256, personal fields left out."""
    left_out = _LEFT_OUT.get(type(row), frozenset())
    digested = _DIGESTED.get(type(row), frozenset())
    names = [attribute.key for attribute in inspect(type(row)).column_attrs if attribute.key not in left_out]
    return {name: _stored(getattr(row, name), digested=name in digested) for name in names}


def verify(session: Session, chain: str) -> int | None:
    """The number of the first event that is missing, was changed, or does not follow on the one before; ``None`` when
    the chain is whole. Events cut off at the end leave no trace in the chain itself."""
    previous_hash, expected = FIRST_PREVIOUS, 1
    for event in _events(session, chain):
        if event.number != expected or event.previous_hash != previous_hash or event.hash != digest(event):
            return expected
        previous_hash, expected = event.hash, expected + 1
    return None


def _events(session: Session, chain: str) -> Iterator[AuditEvent]:
    """In order, page by page: a chain may be longer than memory."""
    wanted = select(AuditEvent).where(AuditEvent.chain == chain).order_by(col(AuditEvent.number)).limit(_PAGE)
    page = session.exec(wanted).all()
    while page:
        yield from page
        page = session.exec(wanted.where(col(AuditEvent.number) > page[-1].number)).all()


def digest(event: AuditEvent) -> str:
    """SHA-256, in hexadecimal, of the event as canonical JSON: every field but ``id`` and ``hash``."""
    fields = event.model_dump(mode="python", exclude={"id", "hash"})
    fields["at"] = _utc(event.at).isoformat(timespec="microseconds")
    return sha256(canonical(fields).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON in its one form: keys sorted, no spaces, ASCII, numbers finite."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _plain(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """As it will be read back: tuples are lists and keys are text before the hash is taken."""
    if value is None:
        return None
    plain: dict[str, Any] = json.loads(json.dumps(dict(value), allow_nan=False))
    return plain


def _stored(value: Any, *, digested: bool) -> Any:
    if digested and value is not None:
        return f"sha256:{sha256(str(value).encode()).hexdigest()}"
    return _utc(value).isoformat() if isinstance(value, datetime) else value


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


def _end_of(session: Session, chain: str) -> tuple[int, str]:
    """Number and hash of the chain's last event. The lock is kept to the end, so one look per transaction is enough."""
    known = _last_events(session).get(chain)
    # After the rollback of a savepoint the event is no longer of the session.
    if known is not None and known in session:
        return known.number, known.hash
    if chain == PEOPLE and session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PEOPLE_LOCK})
    last = select(AuditEvent).where(AuditEvent.chain == chain).order_by(col(AuditEvent.number).desc()).limit(1)
    event = session.exec(last).first()
    return (0, FIRST_PREVIOUS) if event is None else (event.number, event.hash)


def _last_events(session: Session) -> dict[str, AuditEvent]:
    events: dict[str, AuditEvent] = session.info.setdefault("last_audit_events", {})
    return events
