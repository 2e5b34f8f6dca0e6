"""New bookings put into their tables many at once, each with its event.

Knows nothing of whether they may be there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from models.audit import snapshot
from models.queries.imported import put_all, put_rows
from models.tables import Booking, Hold, Imported, Override, Run, UsedTime
from scheduler.actors import Actor
from scheduler.importing.booking_lines import Entry
from scheduler.recording import facts_of, record_change

Row = TypeVar("Row", Run, Booking, Hold, UsedTime)

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
    runs = _numbered(session, [_run(new) for new in news])
    bookings = _numbered(session, [_booking(new, run, actor, now) for new, run in zip(news, runs, strict=True)])
    holds = [list(_holds(new, run)) for new, run in zip(news, runs, strict=True)]
    _numbered(session, [hold for some in holds for hold in some])
    pairs = list(zip(news, bookings, strict=True))
    used = [_used(new, booking, actor, now) for new, booking in pairs]
    _numbered(session, [row for row in used if row is not None])
    overrides = [_override(new, booking, actor, now) for new, booking in pairs]
    put_all(session, Override, (row.model_dump() for row in overrides if row is not None))
    marks = [_mark(new, booking, source) for new, booking in pairs]
    put_all(session, Imported, (mark.model_dump() for mark in marks))
    for new, run, booking, held, use, override, mark in zip(
        news, runs, bookings, holds, used, overrides, marks, strict=True
    ):
        record_change(
            session,
            actor=actor,
            now=now,
            verb="imported booking",
            row=booking,
            centre_id=new.centre_id,
            reason="" if override is None else REASON,
            before=None,
            after=facts_of(booking, run, held) | told_of(use, override, mark),
        )
    session.flush()


def _numbered(session: Session, rows: list[Row]) -> list[Row]:
    """The rows stored, with their ids; they stay outside of the session, which would remember each."""
    ids = put_rows(session, type(rows[0]), [row.model_dump(exclude={"id"}) for row in rows]) if rows else []
    for row, id_ in zip(rows, ids, strict=True):
        row.id = id_
    return rows


def told_of(used: UsedTime | None, override: Override | None, mark: Imported | None) -> dict[str, Any]:
    """What else the record keeps of an imported booking: the rows that hang on it, as far as there are any."""
    found: dict[str, Any] = {}
    if used is not None:
        found["used"] = [snapshot(used)]
    if override is not None:
        found["override"] = snapshot(override)
    if mark is not None:
        found["imported"] = snapshot(mark)
    return found


def _run(new: New) -> Run:
    return Run(centre_id=new.centre_id, start_at=new.entry.start, end_at=new.entry.end)


def _booking(new: New, run: Run, actor: Actor, now: datetime) -> Booking:
    entry, project = new.entry, new.entry.project
    return Booking(
        run_id=run.id or 0,
        project_id=project.id or 0,
        organisation_id=project.organisation_id,
        cluster_id=project.cluster_id,
        stage=project.stage,
        purpose=entry.line.purpose,
        quantity=entry.line.quantity,
        state=new.state,
        booked_start=entry.start,
        booked_end=entry.end,
        made_at=now,
        made_by=actor.key,
    )


def _holds(new: New, run: Run) -> Iterator[Hold]:
    for unit, lane in zip(new.entry.units, new.lanes, strict=True):
        yield Hold(
            run_id=run.id or 0,
            resource_id=unit,
            lane=lane,
            start_at=new.entry.start,
            end_at=new.entry.end,
            in_force=new.holds,
        )


def _used(new: New, booking: Booking, actor: Actor, now: datetime) -> UsedTime | None:
    used = new.entry.used
    if used is None:
        return None
    return UsedTime(
        booking_id=booking.id or 0,
        start_at=used.start,
        end_at=used.end,
        quantity=used.quantity,
        told_at=now,
        told_by=actor.key,
    )


def _override(new: New, booking: Booking, actor: Actor, now: datetime) -> Override | None:
    if not new.rules:
        return None
    return Override(booking_id=booking.id or 0, reason=REASON, rules=list(new.rules), made_at=now, made_by=actor.key)


def _mark(new: New, booking: Booking, source: str) -> Imported:
    return Imported(
        source=source,
        kind="booking",
        reference=new.entry.line.booking,
        object_kind="booking",
        object_id=booking.id or 0,
    )
