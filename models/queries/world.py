"""Everything that planning a centre depends on, read in one go.

Knows nothing of weeks, ticks or plans: the caller says from which moment on it matters.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select

from models.routing import Routing
from models.tables import (
    Booking,
    Capacity,
    Centre,
    Cluster,
    Hold,
    Laboratory,
    OpeningHours,
    Organisation,
    Outage,
    Person,
    PersonDetail,
    PersonSkill,
    Project,
    Recipe,
    Request,
    Resource,
    Run,
    Shift,
    Stock,
    StockDelivery,
    Unit,
    UnitCapability,
)
from models.tables.bookings import HOLDING_STATES


@dataclass(frozen=True, kw_only=True, slots=True)
class BookedRun:
    """A run with its holds in force and its bookings in a holding state or done (none: maintenance)."""

    run: Run
    holds: tuple[Hold, ...]
    bookings: tuple[Booking, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """Rows of some centres, by id where they are looked up. ``runs`` are in force and end after ``since``; ``earlier``
    are the runs of open requests, and of any that took stock, that ended before."""

    centres: tuple[Centre, ...]
    laboratories: dict[int, Laboratory]
    resources: dict[int, Resource]
    units: dict[int, Unit]
    capabilities: tuple[UnitCapability, ...]
    opening_hours: tuple[OpeningHours, ...]
    capacities: tuple[Capacity, ...]
    stocks: tuple[Stock, ...]
    deliveries: tuple[StockDelivery, ...]
    persons: dict[int, Person]
    person_names: dict[int, str]
    skills: tuple[PersonSkill, ...]
    shifts: tuple[Shift, ...]
    clusters: dict[int, Cluster]
    organisations: dict[int, Organisation]
    projects: dict[int, Project]
    recipes: dict[int, Recipe]
    requests: dict[int, Request]
    runs: tuple[BookedRun, ...]
    earlier: tuple[BookedRun, ...]
    outages: tuple[Outage, ...]
    routings: dict[int, Routing]

    def routing(self, request: Request) -> Routing:
        """A request's routing: its recipe's version, or the one drawn by hand."""
        if request.recipe_id is not None:
            return self.routings[request.recipe_id]
        return Routing.model_validate(request.routing, strict=False)


def read_world(
    session: Session,
    *,
    centre_ids: Sequence[int],
    since: datetime,
    also: Collection[int] = (),
    until: datetime | None = None,
) -> World:
    """The world of the centres with these ids. Requests are those not withdrawn whose deadline is after ``since``, and
    those that have a run, and those whose ids are in ``also``.

    With ``until``, only runs that touch ``[since, until)`` are read, none that ended earlier, and only their requests.
    """
    centres = session.exec(select(Centre).where(col(Centre.id).in_(centre_ids)).order_by(col(Centre.id))).all()
    resources = session.exec(select(Resource).where(col(Resource.centre_id).in_(centre_ids))).all()
    resource_ids = [resource.id for resource in resources]
    laboratories = session.exec(select(Laboratory).where(col(Laboratory.centre_id).in_(centre_ids))).all()
    stocks = session.exec(select(Stock).where(col(Stock.centre_id).in_(centre_ids)).order_by(col(Stock.id))).all()
    every_run = _live_runs(session, centre_ids, None if until is None else (since, until))
    recipes = session.exec(select(Recipe).join(Laboratory).where(col(Laboratory.centre_id).in_(centre_ids))).all()
    return World(
        centres=tuple(centres),
        laboratories={row.id: row for row in laboratories if row.id is not None},
        resources={row.id: row for row in resources if row.id is not None},
        units={row.id: row for row in session.exec(select(Unit).where(col(Unit.id).in_(resource_ids)))},
        capabilities=tuple(session.exec(select(UnitCapability).where(col(UnitCapability.unit_id).in_(resource_ids)))),
        opening_hours=_opening_hours(session, [row.id for row in laboratories], resource_ids),
        capacities=tuple(
            session.exec(select(Capacity).where(col(Capacity.centre_id).in_(centre_ids)).order_by(col(Capacity.id)))
        ),
        stocks=tuple(stocks),
        deliveries=tuple(
            session.exec(select(StockDelivery).where(col(StockDelivery.stock_id).in_([row.id for row in stocks])))
        ),
        persons={row.id: row for row in session.exec(select(Person).where(col(Person.id).in_(resource_ids)))},
        person_names={
            row.person_id: row.name
            for row in session.exec(select(PersonDetail).where(col(PersonDetail.person_id).in_(resource_ids)))
            if row.name is not None
        },
        skills=tuple(session.exec(select(PersonSkill).where(col(PersonSkill.person_id).in_(resource_ids)))),
        shifts=tuple(session.exec(select(Shift).where(col(Shift.person_id).in_(resource_ids)))),
        clusters={row.id: row for row in session.exec(select(Cluster)) if row.id is not None},
        organisations={row.id: row for row in session.exec(select(Organisation)) if row.id is not None},
        projects={row.id: row for row in session.exec(select(Project)) if row.id is not None},
        recipes={row.id: row for row in recipes if row.id is not None},
        requests=_requests(session, centre_ids, None if until is not None else since, every_run, also),
        runs=tuple(booked for booked in every_run if booked.run.end_at > since),
        earlier=tuple(booked for booked in every_run if booked.run.end_at <= since),
        outages=tuple(
            session.exec(
                select(Outage)
                .where(col(Outage.unit_id).in_(resource_ids), col(Outage.withdrawn_at).is_(None))
                .where(col(Outage.end_at) > since)
            )
        ),
        routings={row.id: Routing.model_validate(row.routing, strict=False) for row in recipes if row.id is not None},
    )


def _opening_hours(
    session: Session, laboratory_ids: Sequence[int | None], unit_ids: Sequence[int | None]
) -> tuple[OpeningHours, ...]:
    of_these = or_(col(OpeningHours.laboratory_id).in_(laboratory_ids), col(OpeningHours.unit_id).in_(unit_ids))
    return tuple(session.exec(select(OpeningHours).where(of_these)))


def _live_runs(
    session: Session, centre_ids: Sequence[int], between: tuple[datetime, datetime] | None
) -> tuple[BookedRun, ...]:
    wanted: ColumnElement[bool] = col(Run.centre_id).in_(centre_ids)
    if between is not None:
        wanted = and_(wanted, col(Run.end_at) > between[0], col(Run.start_at) < between[1])
    runs = session.exec(select(Run).where(wanted).order_by(col(Run.id))).all()
    bookings: dict[int, list[Booking]] = {}
    live = (*HOLDING_STATES, "done")
    booked = select(Booking).join(Run, col(Run.id) == col(Booking.run_id)).where(wanted)
    for booking in session.exec(booked.where(col(Booking.state).in_(live))):
        bookings.setdefault(booking.run_id, []).append(booking)
    holds: dict[int, list[Hold]] = {}
    held = select(Hold).join(Run, col(Run.id) == col(Hold.run_id)).where(wanted, col(Hold.in_force))
    for hold in session.exec(held.order_by(col(Hold.id))):
        holds.setdefault(hold.run_id, []).append(hold)
    return tuple(
        BookedRun(run=run, holds=tuple(holds.get(run.id, ())), bookings=tuple(bookings.get(run.id, ())))
        for run in runs
        if run.id is not None and (run.id in bookings or run.id in holds)
    )


def _requests(
    session: Session,
    centre_ids: Sequence[int],
    open_at: datetime | None,
    runs: Sequence[BookedRun],
    also: Collection[int],
) -> dict[int, Request]:
    named = {booked.run.request_id for booked in runs if booked.run.request_id is not None} | set(also)
    wanted: ColumnElement[bool] = col(Request.id).in_(named)
    if open_at is not None:
        in_time = or_(col(Request.deadline_at).is_(None), col(Request.deadline_at) > open_at)
        wanted = or_(wanted, and_(col(Request.withdrawn_at).is_(None), in_time))
    rows = session.exec(select(Request).where(col(Request.centre_id).in_(centre_ids), wanted))
    return {row.id: row for row in rows if row.id is not None}
