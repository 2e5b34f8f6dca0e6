"""New bookings put into their tables many at once, each with its event.

Knows nothing of whether they may be there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from models.audit import record
from models.changes import insert_rows
from models.tables import Booking, Hold, Imported, Override, Run, UsedTime
from scheduler.actors import Actor
from scheduler.importing.booking_lines import Entry

Values = dict[str, Any]
Rows = list[Values]

REASON = "imported"
"""Why a past booking may break today's rules."""


@dataclass(frozen=True, kw_only=True, slots=True)
class New:
    """``rules``: the sentences of what it breaks. ``holds``: whether its holds are in force."""

    entry: Entry
    state: str
    centre_id: int
    lanes: tuple[int, ...]
    rules: tuple[str, ...]
    holds: bool


def put_bookings(session: Session, news: Sequence[New], *, source: str, actor: Actor, now: datetime) -> None:
    """A run with its holds, a booking, its used time, its override and its reference, for each."""
    runs = _put(session, Run, [_run(new) for new in news])
    bookings = _put(session, Booking, [_booking(new, run, actor, now) for new, run in zip(news, runs, strict=True)])
    holds = [list(_holds(new, run)) for new, run in zip(news, runs, strict=True)]
    _put(session, Hold, [hold for some in holds for hold in some])
    pairs = list(zip(news, bookings, strict=True))
    used = [_used(new, booking, actor, now) for new, booking in pairs]
    _put(session, UsedTime, [row for row in used if row is not None])
    overrides = [_override(new, booking, actor, now) for new, booking in pairs]
    insert_rows(session, Override, (row for row in overrides if row is not None))
    marks = [mark_of(source, "booking", new.centre_id, new.entry.line.booking, booking["id"]) for new, booking in pairs]
    insert_rows(session, Imported, marks)
    for new, run, booking, held, use, override, mark in zip(
        news, runs, bookings, holds, used, overrides, marks, strict=True
    ):
        facts = {**_facts(booking), "run": _facts(run), "holds": [_facts(hold) for hold in held]}
        record(
            session,
            chain=f"centre:{new.centre_id}",
            at=now,
            actor=actor.key,
            verb="imported booking",
            object_kind="booking",
            object_id=str(booking["id"]),
            reason="" if override is None else REASON,
            after=facts | _hanging(use, override, mark),
        )
    session.flush()


def mark_of(source: str, kind: str, centre_id: int, reference: str, object_id: int) -> Values:
    """The row that remembers by which reference a thing came; the thing is of the table that ``kind`` names."""
    return {
        "source": source, "kind": kind_at(centre_id, kind), "reference": reference,
        "object_kind": kind, "object_id": object_id,
    }  # fmt: skip


def kind_at(centre_id: int, kind: str = "booking") -> str:
    """What the references of a centre's bookings, or outages, are kept as: two centres may call theirs the same."""
    return f"{kind} of centre {centre_id}"


def _put(session: Session, table: type[Run] | type[Booking] | type[Hold] | type[UsedTime], rows: Rows) -> Rows:
    """The rows stored, with their ids. They are plain: to make a model of each takes longer than to store it."""
    for row, id_ in zip(rows, insert_rows(session, table, rows), strict=True):
        row["id"] = id_
    return rows


def _facts(row: Values) -> Values:
    """As ``models.audit.snapshot`` has a row."""
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for name, value in row.items()
    }


def _hanging(used: Values | None, override: Values | None, mark: Values) -> Values:
    """What else the record keeps of an imported booking: the rows that hang on it, as far as there are any."""
    found: Values = {"imported": _facts(mark)}
    if used is not None:
        found["used"] = [_facts(used)]
    if override is not None:
        found["override"] = _facts(override)
    return found


def _run(new: New) -> Values:
    return {
        "centre_id": new.centre_id,
        "kind": "work",
        "request_id": None,
        "operation": None,
        "number": None,
        "start_at": new.entry.start,
        "end_at": new.entry.end,
        "visit": 0,
    }


def _booking(new: New, run: Values, actor: Actor, now: datetime) -> Values:
    entry, project = new.entry, new.entry.project
    return {
        "run_id": run["id"],
        "project_id": project.id,
        "organisation_id": project.organisation_id,
        "cluster_id": project.cluster_id,
        "stage": project.stage,
        "purpose": entry.line.purpose,
        "quantity": entry.line.quantity,
        "state": new.state,
        "pin": "none",
        "booked_start": entry.start,
        "booked_end": entry.end,
        "plan_id": None,
        "made_at": now,
        "made_by": actor.key,
        "request_id": None,
        "operation": None,
        "number": None,
    }


def _holds(new: New, run: Values) -> Iterator[Values]:
    for unit, lane in zip(new.entry.units, new.lanes, strict=True):
        yield {
            "run_id": run["id"],
            "resource_id": unit,
            "lane": lane,
            "start_at": new.entry.start,
            "end_at": new.entry.end,
            "in_force": new.holds,
        }


def _used(new: New, booking: Values, actor: Actor, now: datetime) -> Values | None:
    used = new.entry.used
    if used is None:
        return None
    return {
        "booking_id": booking["id"],
        "start_at": used.start,
        "end_at": used.end,
        "quantity": used.quantity,
        "told_at": now,
        "told_by": actor.key,
    }


def _override(new: New, booking: Values, actor: Actor, now: datetime) -> Values | None:
    if not new.rules:
        return None
    return {
        "booking_id": booking["id"],
        "reason": REASON,
        "rules": list(new.rules),
        "made_at": now,
        "made_by": actor.key,
    }
