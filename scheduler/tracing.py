"""Tracing: what ran on a unit since its calibration passed last, which a failed one puts in doubt, and where it went.

Knows nothing of why a calibration failed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Literal

from sqlmodel import Session

from models.database import Database
from models.queries.booked import units_with_keys
from models.queries.requested import bookings_of_request
from models.queries.runs import LIVE_STATES, Part, part_of
from models.queries.tracing import results_of, told_before, work_on_unit
from models.queries.upkeep import maintenance_of
from models.queries.use import used_times
from models.tables import Booking, Maintenance, MaintenanceResult, Run
from scheduler.access import Thing, can
from scheduler.actors import Actor
from scheduler.door.names import called
from scheduler.errors import BadValue, Unknown
from scheduler.exported import record_export
from scheduler.exporting import Row, Table
from scheduler.showing import booking_views
from scheduler.views import BookingView

CALIBRATION = "calibration"


@dataclass(frozen=True, kw_only=True, slots=True)
class FailureView:
    """A service or calibration that failed in the time that is traced."""

    maintenance: str
    kind: str
    done: datetime
    readings: str
    told_by: str


How = Literal["used", "in use", "done, no times told", "booked, never checked in"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedWork:
    """One booking's part in a run, as it was in fact: used from ``start`` to ``end`` (``None``: it goes on), or booked,
    where nobody told. ``made``: pieces (``None``: not counted). ``people``: the technicians who were held for it, and
    whoever told of its use, as far as the reader may know their names."""

    booking: BookingView
    how: How
    start: datetime
    end: datetime | None
    made: int | None
    people: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedRun:
    """A run in doubt, as it was booked. ``later``: what follows it in the same lots, on whatever unit, done or
    planned."""

    start: datetime
    end: datetime
    work: tuple[TracedWork, ...]
    later: tuple[BookingView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TraceView:
    """What ran on a unit from ``since`` to ``until``. ``by``: why from then on: since the maintenance with key
    ``passed`` passed last (before its ``failures``, where there are any), or as asked. ``until``: now, or when all that
    failed had passed again."""

    unit: str
    since: datetime
    until: datetime
    by: Literal["last pass", "asked"]
    passed: str | None
    failures: tuple[FailureView, ...]
    runs: tuple[TracedRun, ...]


def trace_unit(
    database: Database, *, actor: Actor, now: datetime, unit: str, since: datetime | None = None
) -> TraceView:
    """Every run on the unit that began or went on after ``since``; ``None``: after its calibration passed last.

    Where calibrations (or services) failed, those count: from the last pass before they failed, of several the one
    longest ago, until they passed again. A failure stays in doubt until two passes follow each other without one
    between them. Else the calibrations count, the one that passed last. Raises ``Unknown``, for a unit of a centre that
    the actor sees nothing of too, and ``BadValue`` where nothing ever passed, or for a moment that is to come.
    """
    with database.reading() as session:
        found = units_with_keys(session, [unit]).get(unit)
        if found is None or not _may_see(actor, found[1].centre_id):
            raise Unknown("unit", unit)
        upkeep = maintenance_of(session, [found[0].id])
        spells = _spells(session, upkeep)
        spell = None if since is not None else _reference(unit, spells)
        start = since if spell is None else spell.start
        if start is None or start > now:
            raise BadValue("The moment to trace from is still to come.", field="since")
        until = now if spell is None or spell.end is None else spell.end
        return TraceView(
            unit=unit,
            since=start,
            until=until,
            by="asked" if spell is None else "last pass",
            passed=None if spell is None else spell.row.key,
            failures=_failures(spells, start, until),
            runs=_runs(session, actor, found[0].id, start, until),
        )


COLUMNS = (
    "unit",
    "how",
    "start",
    "end",
    "booked_start",
    "booked_end",
    "booking",
    "state",
    "request",
    "operation",
    "purpose",
    "organisation",
    "cluster",
    "project",
    "pieces_booked",
    "pieces_made",
    "people",
    "later_steps",
)
"""Of a trace as a list, with a row for each booking in doubt."""


def export_trace(
    database: Database, *, actor: Actor, now: datetime, unit: str, since: datetime | None = None, form: str
) -> Table:
    """The same as a list; that it was taken is recorded. Raises as ``trace_unit``."""
    found = trace_unit(database, actor=actor, now=now, unit=unit, since=since)
    rows = tuple(_row(found.unit, run, work) for run in found.runs for work in run.work)
    about = {"unit": found.unit, "since": found.since.isoformat()}
    record_export(database, actor=actor, now=now, kind="trace", form=form, rows=len(rows), about=about)
    return Table(kind="trace", columns=COLUMNS, rows=rows)


def _row(unit: str, run: TracedRun, work: TracedWork) -> Row:
    booking = work.booking
    return (
        unit,
        work.how,
        work.start,
        work.end,
        booking.start,
        booking.end,
        booking.id,
        booking.state,
        booking.request,
        booking.operation,
        booking.purpose,
        booking.organisation,
        booking.cluster,
        booking.project,
        booking.quantity,
        work.made,
        "; ".join(work.people),
        "; ".join(
            f"{step.operation} {step.start.isoformat()} to {step.end.isoformat()} {units_of(step)} ({step.state})"
            for step in run.later
            if step.request == booking.request
        ),
    )


def units_of(booking: BookingView) -> str:
    """The units that a booking holds or held, by key."""
    return ", ".join(dict.fromkeys(hold.key for hold in booking.holds if hold.kind == "unit"))


def _may_see(actor: Actor, centre_id: int) -> bool:
    return can(actor, "see audit") or can(actor, "see bookings", Thing(centre_id=centre_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Spell:
    """The time of one maintenance that its failures, or nothing yet, put in doubt: from a pass on (``end``: until it
    passed again, ``None``: it has not). ``failed``: all its failures, whenever."""

    row: Maintenance
    start: datetime
    end: datetime | None
    doubtful: bool
    failed: tuple[MaintenanceResult, ...]


def _spells(session: Session, upkeep: tuple[Maintenance, ...]) -> list[_Spell]:
    ids = [row.id for row in upkeep if row.id is not None]
    results, earlier = results_of(session, ids), told_before(session, ids)
    return [_spell(row, results.get(row.id or 0, []), earlier.get(row.id or 0, [])) for row in upkeep]


def _spell(row: Maintenance, results: list[MaintenanceResult], earlier: list[datetime]) -> _Spell:
    """Since the last pass, or, with a failure before that, since the pass before. What failed and passed at one moment
    failed first."""
    last = row.last_done_at
    told = {each.done_at for each in results if each.result == "passed"}
    before = max((moment for moment in {*earlier, *told} if moment < last), default=last)
    failed = tuple(each for each in results if each.result == "failed")
    again = any(before < each.done_at <= last for each in failed)
    open_ = any(each.done_at > last for each in failed)
    return _Spell(
        row=row,
        start=before if again else last,
        end=last if again and not open_ else None,
        doubtful=again or open_,
        failed=failed,
    )


def _reference(unit: str, spells: list[_Spell]) -> _Spell:
    """The time that is in doubt: of several that failed all of it, under the name of the one it begins with."""
    doubtful = [spell for spell in spells if spell.doubtful]
    if doubtful:
        ends = [spell.end for spell in doubtful if spell.end is not None]
        first = min(doubtful, key=lambda spell: spell.start)
        return replace(first, end=max(ends) if len(ends) == len(doubtful) else None)
    if not spells:
        raise BadValue(f"{unit} has no calibration that could have passed: give a moment to trace from.", field="since")
    calibrations = [spell for spell in spells if spell.row.kind == CALIBRATION] or spells
    return max(calibrations, key=lambda spell: spell.start)


def _failures(spells: list[_Spell], since: datetime, until: datetime) -> tuple[FailureView, ...]:
    """Every one in the time that is traced, in order."""
    rows = [(spell.row, each) for spell in spells for each in spell.failed if since <= each.done_at <= until]
    return tuple(_failure(row, result) for row, result in sorted(rows, key=lambda each: each[1].done_at))


def _failure(row: Maintenance, result: MaintenanceResult) -> FailureView:
    return FailureView(
        maintenance=row.key, kind=row.kind, done=result.done_at, readings=result.readings, told_by=result.told_by
    )


def _runs(session: Session, actor: Actor, unit_id: int, since: datetime, until: datetime) -> tuple[TracedRun, ...]:
    work = work_on_unit(session, unit_id=unit_id, since=since, until=until)
    lots = {part_of(booking, run)[0] for booking, run in work}
    of_lot = {lot: bookings_of_request(session, request_id=lot) for lot in lots if lot is not None}
    ids = {booking.id for booking, _ in work} | {booking.id for each in of_lot.values() for booking, _ in each}
    views = {view.id: view for view in booking_views(session, booking_ids=[id_ for id_ in ids if id_ is not None])}
    told_by = _told_by(session, actor, [booking.id for booking, _ in work])
    return tuple(
        TracedRun(
            start=run.start_at,
            end=run.end_at,
            work=tuple(_work(views[booking.id], told_by[booking.id]) for booking, _ in rows if booking.id is not None),
            later=_later(run, [booking for booking, _ in rows], of_lot, views),
        )
        for run, rows in ((run, list(rows)) for run, rows in groupby(work, key=lambda row: row[1]))
    )


def _told_by(session: Session, actor: Actor, booking_ids: list[int | None]) -> dict[int | None, list[str]]:
    """Who told of the use of each booking: names for those who run a centre or look after all."""
    used = used_times(session, booking_ids)
    names = called(session, actor=actor, keys={row.told_by for rows in used.values() for row in rows})
    return {id_: [names[row.told_by] for row in used.get(id_ or 0, ())] for id_ in booking_ids}


def _work(view: BookingView, told_by: list[str]) -> TracedWork:
    held = [hold.name for hold in view.holds if hold.kind == "person"]
    pieces = [each.quantity for each in view.used if each.quantity is not None]
    return TracedWork(
        booking=view,
        how=_how(view),
        start=view.used[0].start if view.used else view.start,
        end=(None if _goes_on(view) else max(each.end for each in view.used if each.end)) if view.used else view.end,
        made=sum(pieces) if pieces else None,
        people=tuple(dict.fromkeys([*held, *told_by])),
    )


def _how(view: BookingView) -> How:
    if view.used:
        return "in use" if _goes_on(view) else "used"
    return "done, no times told" if view.state == "done" else "booked, never checked in"


def _goes_on(view: BookingView) -> bool:
    return any(each.end is None for each in view.used)


def _later(
    run: Run, bookings: list[Booking], of_lot: dict[int, list[tuple[Booking, Run]]], views: dict[int, BookingView]
) -> tuple[BookingView, ...]:
    later = [
        follower.id
        for booking in bookings
        for follower, its_run in of_lot.get(part_of(booking, run)[0] or 0, ())
        if follower.state in LIVE_STATES and _follows(part_of(follower, its_run), part_of(booking, run))
    ]
    return tuple(views[id_] for id_ in dict.fromkeys(later) if id_ is not None)


def _follows(one: Part, other: Part) -> bool:
    """Whether it is a later step of the lot."""
    return (one[1] or 0) > (other[1] or 0)
