"""Booked runs, and which requests have something left that a plan must know.

Knows nothing of weeks and plans: the caller says from which moment on it matters.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, and_, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from models.queries.portions import portions
from models.queries.upkeep import maintenance_runs, upkeep_numbers
from models.tables import Booking, Hold, MaintenanceRun, Request, Run
from models.tables.bookings import HOLDING_STATES

Part = tuple[int | None, int | None, int | None, int]
"""The row id of a request, the operation, the number of the run and of the visit inside it (0: the run itself);
``None`` for units booked by hand."""
LIVE_STATES = (*HOLDING_STATES, "done")
LOST_STATES = ("no_show", "lapsed")
"""After which a run is to be done after all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BookedRun:
    """A run with its holds in force, or as they were when it was done, and its bookings in a holding state or done
    (none: maintenance, with its row).

    Of a run that several share, one part: the bookings for one run of one request. ``shared_by``: how many such parts
    it has. ``time``: which of the times that a maintenance was ever planned it is, from 1."""

    run: Run
    holds: tuple[Hold, ...]
    bookings: tuple[Booking, ...]
    maintenance: MaintenanceRun | None = None
    shared_by: int = 1
    time: int = 1

    @property
    def part(self) -> Part:
        """Of which request's work it is: row id, operation and number; nothing of units booked by hand."""
        return part_of(self.bookings[0], self.run) if self.bookings else own_part(self.run)

    @property
    def own_holds(self) -> tuple[Hold, ...]:
        """What it holds itself, without what is done to its units before or after it."""
        return tuple(hold for hold in self.holds if not is_changeover(self.run, hold))

    @property
    def request_id(self) -> int | None:
        """The row id of the request whose work it is."""
        return self.part[0]


def each_run(booked: Iterable[BookedRun]) -> tuple[BookedRun, ...]:
    """One part of every run, the first: all parts of a shared run have the same holds, which count once."""
    firsts: dict[int | None, BookedRun] = {}
    for one in booked:
        firsts.setdefault(one.run.id, one)
    return tuple(firsts.values())


def is_changeover(run: Run, hold: Hold) -> bool:
    """Whether a hold is not of the run itself, but of what is done to its units before or after it."""
    return hold.end_at <= run.start_at or run.end_at <= hold.start_at


def part_of(booking: Booking, run: Run) -> Part:
    """Of which request's work a booking in the run is."""
    if booking.request_id is None:
        return own_part(run)
    return booking.request_id, booking.operation, booking.number, 0


def own_part(run: Run) -> Part:
    """The work as which the run began."""
    return run.request_id, run.operation, run.number, run.visit


def is_of(request_id: Any) -> ColumnElement[bool]:
    """Whether a booking (joined with its run) is of the request with this id, or that column."""
    return or_(
        col(Booking.request_id) == request_id,
        and_(col(Booking.request_id).is_(None), col(Run.request_id) == request_id),
    )


OF_REQUEST = func.coalesce(col(Booking.request_id), col(Run.request_id))
"""The row id of the request that a booking (joined with its run) is of."""


def booked_runs(session: Session, *wanted: ColumnElement[bool]) -> tuple[BookedRun, ...]:
    """Runs of which every condition holds and that are booked or held, by id."""
    runs = session.exec(select(Run).where(*wanted).order_by(col(Run.id))).all()
    bookings: dict[int, list[Booking]] = {}
    booked = select(Booking).join(Run, col(Run.id) == col(Booking.run_id)).where(*wanted)
    for booking in session.exec(booked.where(col(Booking.state).in_(LIVE_STATES)).order_by(col(Booking.id))):
        bookings.setdefault(booking.run_id, []).append(booking)
    holds: dict[int, list[Hold]] = {}
    # What is done is history and not in force: where it was, it was.
    done = exists().where(col(Booking.run_id) == col(Hold.run_id), col(Booking.state) == "done")
    held = select(Hold).join(Run, col(Run.id) == col(Hold.run_id)).where(*wanted, or_(col(Hold.in_force), done))
    for hold in session.exec(held.order_by(col(Hold.id))):
        holds.setdefault(hold.run_id, []).append(hold)
    upkeep = maintenance_runs(session, [run.id for run in runs if run.kind == "maintenance"])
    times = upkeep_numbers(session, {row.maintenance_id for row in upkeep.values()})
    return tuple(
        replace(part, maintenance=upkeep.get(run.id), time=times.get(run.id, 1))
        for run in runs
        if run.id is not None and (run.id in bookings or run.id in holds)
        for part in _parts(run, tuple(holds.get(run.id, ())), bookings.get(run.id, ()))
    )


def _parts(run: Run, holds: tuple[Hold, ...], bookings: Iterable[Booking]) -> list[BookedRun]:
    """The run once for every request's work in it, the first booked first."""
    parts: dict[Part, list[Booking]] = {}
    for booking in bookings:
        parts.setdefault(part_of(booking, run), []).append(booking)
    found = [tuple(each) for each in parts.values()] or [()]
    return [BookedRun(run=run, holds=holds, bookings=each, shared_by=len(found)) for each in found]


def booked_parts(session: Session, *, request_ids: Collection[int]) -> set[Part]:
    """The runs of these requests that have a booking that holds or is done."""
    live = select(Booking, Run).join(Run, col(Run.id) == col(Booking.run_id)).where(col(Booking.state).in_(LIVE_STATES))
    return {
        part_of(booking, run)
        for some in portions(request_ids)
        for booking, run in session.exec(live.where(OF_REQUEST.in_(some)))
    }


def ended_runs(session: Session, *, request_ids: Collection[int], by: datetime) -> tuple[BookedRun, ...]:
    """Booked runs of these requests that ended by then."""
    wanted = set(request_ids)
    found = {
        (booked.run.id, booked.part): booked
        for some in portions(request_ids)
        for theirs in (
            col(Run.request_id).in_(some),
            col(Run.id).in_(select(Booking.run_id).where(col(Booking.request_id).in_(some))),
        )
        for booked in booked_runs(session, theirs, col(Run.end_at) <= by)
        if booked.request_id in wanted
    }
    return tuple(booked for _, booked in sorted(found.items(), key=lambda item: item[0][0] or 0))


def latest_runs(
    session: Session, *, unit_ids: Collection[int], any_on: Collection[int] = (), by: datetime, most: int
) -> tuple[BookedRun, ...]:
    """The ``most`` last runs of a request on each of these units, and of any on each of ``any_on``, that ended by then,
    with what they held there; not what was done to the units before or after them."""
    found: dict[int, tuple[Run, dict[int, Hold]]] = {}
    live = exists().where(col(Booking.run_id) == col(Run.id), col(Booking.state).in_(LIVE_STATES))
    ended = select(Run, Hold).join(Hold, col(Hold.run_id) == col(Run.id)).where(live, col(Hold.end_at) <= by)
    ended = ended.where(col(Hold.start_at) < col(Run.end_at), col(Hold.end_at) > col(Run.start_at))
    of_requests = ended.where(col(Run.request_id).is_not(None))
    for unit, wanted in [*((id_, of_requests) for id_ in sorted(unit_ids)), *((id_, ended) for id_ in sorted(any_on))]:
        there = wanted.where(col(Hold.resource_id) == unit)
        for run, hold in session.exec(there.order_by(col(Hold.end_at).desc(), col(Hold.id)).limit(most)):
            if run.id is not None and hold.id is not None:
                found.setdefault(run.id, (run, {}))[1][hold.id] = hold
    of_these = {id_: session.exec(_bookings_of(id_)).all() for id_ in found}
    return tuple(
        part
        for id_, (run, holds) in sorted(found.items())
        for part in _parts(run, tuple(holds.values()), of_these[id_])
    )


def _bookings_of(run_id: int) -> SelectOfScalar[Booking]:
    live = col(Booking.state).in_(LIVE_STATES)
    return select(Booking).where(col(Booking.run_id) == run_id, live).order_by(col(Booking.id))


def unfinished_requests(session: Session, *, centre_ids: Sequence[int], since: datetime) -> set[int]:
    """Ids of requests that may have something left to plan: not withdrawn, the deadline after ``since``, and not done.

    A request is booked whole. So it is done when it is booked, everything booked of it ended by ``since``, and nothing
    of it was displaced or lost.
    """
    in_time = or_(col(Request.deadline_at).is_(None), col(Request.deadline_at) > since)
    live = col(Booking.state).in_(LIVE_STATES)
    left = or_(
        col(Request.displaced_at).is_not(None),
        ~_has_run(live),
        _has_run(live, col(Run.end_at) > since),
        _has_run(col(Booking.state).in_(LOST_STATES)),
    )
    wanted = select(Request.id).where(
        col(Request.centre_id).in_(centre_ids), col(Request.withdrawn_at).is_(None), in_time, left
    )
    return {found for found in session.exec(wanted) if found is not None}


def consuming_requests(
    session: Session, *, centre_ids: Sequence[int], recipe_ids: Sequence[int], by: datetime
) -> set[int]:
    """Ids of requests, by one of these recipes or drawn by hand, that have a booked run which ended by then: what they
    took is gone from the stock for good."""
    of_these = or_(col(Request.recipe_id).in_(recipe_ids), col(Request.recipe_id).is_(None))
    ended = _has_run(col(Booking.state).in_(LIVE_STATES), col(Run.end_at) <= by)
    wanted = select(Request.id).where(col(Request.centre_id).in_(centre_ids), of_these, ended)
    return {found for found in session.exec(wanted) if found is not None}


def _has_run(*that: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the request has a run with a booking of which this holds."""
    booked = col(Booking.run_id) == col(Run.id)
    own = and_(col(Booking.request_id).is_(None), col(Run.request_id) == col(Request.id))
    return or_(
        exists().where(booked, own, *that), exists().where(booked, col(Booking.request_id) == col(Request.id), *that)
    )
