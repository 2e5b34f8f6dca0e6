"""The one place in which audit events are recorded, with the rows that changed.

Knows nothing of what the events mean.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session, SQLModel, col, func, select

from models.chains import FIRST_PREVIOUS, PEOPLE, digest, order_of
from models.changes import HeardSession, RowChange, as_json, heard, net, plain, told, told_columns, utc
from models.locks import PEOPLE_LOCK
from models.tables import AuditEvent

__all__ = ["PEOPLE", "UNRECORDED", "append_events", "record", "snapshot"]

UNRECORDED = "changed rows"
"""The verb of what no use case recorded: a defect, but not a change that nobody can see."""

MOST_ROWS = 1_000
"""Changed rows that one event tells of at most."""
_AT_ONCE = 200


@dataclass(slots=True)
class _Told:
    """Events of a transaction, each with how many changes had been heard by then."""

    events: list[tuple[AuditEvent, int]] = field(default_factory=list)
    savepoints: dict[SessionTransaction, int] = field(default_factory=dict)


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
    """An event for ``centre:<id>``, whose centre the caller has locked, or for ``people``.

    It takes its place in the chain when the transaction ends (``append_events``), with the rows that were changed.
    ``before`` and ``after`` are JSON (see ``snapshot``). Raises ``ValueError`` for a naive ``at`` or a number that is
    not finite, ``TypeError`` for what is not JSON.
    """
    session.flush()
    row = AuditEvent(
        chain=chain,
        number=0,
        at=utc(at),
        actor=actor,
        verb=verb,
        object_kind=object_kind,
        object_id=object_id,
        reason=reason,
        before=None if before is None else plain(before),
        after=None if after is None else plain(after),
        previous_hash="",
        hash="",
    )
    _told(session).events.append((row, len(heard(session).changes)))
    return row


def snapshot(row: SQLModel) -> dict[str, Any]:
    """The row's columns as JSON: moments as ISO 8601 in UTC, documents as their SHA-256, personal fields left out."""
    return {name: told(getattr(row, name), kind) for name, kind in told_columns(type(row)).columns.items()}


def append_events(session: Session, *, unrecorded: bool = True) -> None:
    """To be called once, at the end of a write transaction: its events take their places, with the rows that changed.

    Chains of centres come before that of people and settings, which is locked here and last. Rows that changed without
    any event get one of their own, unless ``unrecorded`` is ``False``.
    """
    session.flush()
    changes, events = net(heard(session).changes), list(_told(session).events)
    if changes and not events and unrecorded:
        events = [(_unrecorded(), len(heard(session).changes))]
    if not events:
        return
    told = deque(_parts(_shares(events, changes)))
    _told(session).events.clear()
    heard(session).changes.clear()
    del events, changes
    _link(session, told)


def _parts(shares: Iterable[tuple[AuditEvent, list[RowChange]]]) -> Iterator[tuple[AuditEvent, list[RowChange]]]:
    """No event tells of more than ``MOST_ROWS``: what is beyond goes on in events of the same words after it."""
    for row, share in shares:
        yield row, share[:MOST_ROWS]
        for start in range(MOST_ROWS, len(share), MOST_ROWS):
            same = row.model_dump(include={"chain", "at", "actor", "verb", "object_kind", "object_id", "reason"})
            yield AuditEvent(**same, number=0, previous_hash="", hash=""), share[start : start + MOST_ROWS]


def _unrecorded() -> AuditEvent:
    return AuditEvent(
        chain=PEOPLE,
        number=0,
        at=datetime.now(UTC),
        actor="unknown",
        verb=UNRECORDED,
        object_kind="rows",
        object_id="",
        previous_hash="",
        hash="",
    )


def _link(session: Session, told: deque[tuple[AuditEvent, list[RowChange]]]) -> None:
    """Numbers, hashes and stores them. Their ids are drawn when all rows are written: who changes a row after another
    waits for its lock, so that ids rise in the order in which rows changed."""
    chains = sorted({row.chain for row, _ in told}, key=order_of)
    ends = {chain: _end_of(session, chain) for chain in chains}
    ids = _next_ids(session, len(told))
    while told:
        row, changes = told.popleft()
        number, previous_hash = ends[row.chain]
        row.id, row.number, row.previous_hash = ids[-1 - len(told)], number + 1, previous_hash
        row.changes = [as_json(change) for change in changes] or None
        row.hash = digest(row)
        ends[row.chain] = (row.number, row.hash)
        session.add(row)
        if len(told) % _AT_ONCE == 0:
            session.flush()


def _end_of(session: Session, chain: str) -> tuple[int, str]:
    """Number and hash of the chain's last event."""
    if chain == PEOPLE and session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PEOPLE_LOCK})
    last = select(AuditEvent.number, AuditEvent.hash).where(AuditEvent.chain == chain)
    found = session.exec(last.order_by(col(AuditEvent.number).desc()).limit(1)).first()
    return (0, FIRST_PREVIOUS) if found is None else (found[0], found[1])


def _next_ids(session: Session, number: int) -> list[int]:
    if session.get_bind().dialect.name == "postgresql":
        drawn = "SELECT nextval(pg_get_serial_sequence('audit_event', 'id')) FROM generate_series(1, :number)"
        return sorted(session.execute(text(drawn), {"number": number}).scalars())
    last = session.exec(select(func.max(AuditEvent.id))).one() or 0
    return list(range(last + 1, last + 1 + number))


def _shares(
    events: Sequence[tuple[AuditEvent, int]], changes: Iterable[RowChange]
) -> list[tuple[AuditEvent, list[RowChange]]]:
    """Each changed row goes with the event of its own object, or of what it belongs to, or else with the event that was
    recorded next after it, on its centre's chain if there is one."""
    shares: list[tuple[AuditEvent, list[RowChange]]] = [(row, []) for row, _ in events]
    about = _about([row for row, _ in events])
    marks = [mark for _, mark in events]
    of_chain: dict[str, list[int]] = defaultdict(list)
    for place, (row, _) in enumerate(events):
        of_chain[row.chain].append(place)
    for change in changes:
        found = next((about[name] for name in _names(change) if name in about), None)
        if found is None:
            found = _after(change, marks, of_chain.get(_chain(change) or "", []))
        shares[found][1].append(change)
    return shares


_BELONGS = ("run", "booking", "request", "plan", "outage", "maintenance", "account")


def _names(change: RowChange) -> Iterable[tuple[str, str]]:
    """What an event may be about that tells of this row, the nearest first."""
    yield change.table, str(change.key[0])
    if "key" in change.refers:
        yield change.table, str(change.refers["key"])
    for kind in _BELONGS:
        if change.refers.get(f"{kind}_id") is not None:
            yield kind, str(change.refers[f"{kind}_id"])


def _about(events: Sequence[AuditEvent]) -> dict[tuple[str, str], int]:
    """Places of the events by what they are about; a run is told of with its booking, or with its maintenance."""
    found: dict[tuple[str, str], int] = {}
    for place, row in enumerate(events):
        found.setdefault((row.object_kind, row.object_id), place)
        for side in (row.after, row.before):
            if side is not None and "run_id" in side:
                found.setdefault(("run", str(side["run_id"])), place)
    return found


def _chain(change: RowChange) -> str | None:
    """That of the centre that the row names, ``None`` where it names none: it may be of one all the same."""
    centre = change.key[0] if change.table == "centre" else change.refers.get("centre_id")
    return None if centre is None else f"centre:{centre}"


def _after(change: RowChange, marks: Sequence[int], places: Sequence[int]) -> int:
    nearest = min(bisect_left(marks, change.position + 1), len(marks) - 1)
    return next((place for place in places if place >= nearest), places[-1]) if places else nearest


def _told(session: Session) -> _Told:
    found: _Told = session.info.setdefault("told", _Told())
    return found


@event.listens_for(HeardSession, "after_transaction_create")
def _set_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        _told(session).savepoints[transaction] = len(_told(session).events)


@event.listens_for(HeardSession, "after_soft_rollback")
def _back_to_savepoint(session: Session, transaction: SessionTransaction) -> None:
    known = _told(session)
    if transaction in known.savepoints:
        del known.events[known.savepoints.pop(transaction) :]
