"""Everything that planning a centre depends on, read in one go.

Knows nothing of weeks, ticks or plans: the caller says from which moment on it matters.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, or_, select

from models.queries.hands import memberships_of, qualifications_of, worked_before
from models.queries.limits import Limits, read_limits
from models.queries.overriding import overrides_of
from models.queries.portions import portions
from models.queries.runs import BookedRun as BookedRun
from models.queries.runs import booked_runs, consuming_requests, ended_runs, latest_runs, unfinished_requests
from models.queries.shares import GivenHold, agreed_shares, given_holds, weeks_passed_over
from models.queries.upkeep import Span, last_numbers, maintenance_of, uses_before, visits_of, worn_units
from models.routing import Routing
from models.tables import (
    Capacity,
    Centre,
    Closure,
    Cluster,
    Entitlement,
    Hold,
    Laboratory,
    Leave,
    Maintenance,
    MaintenanceVisit,
    OpeningHours,
    Organisation,
    Outage,
    Person,
    PersonDetail,
    PersonSkill,
    Project,
    Recipe,
    Request,
    ReservedPeriod,
    Resource,
    Run,
    Setup,
    Shift,
    ShiftBreak,
    StartRule,
    Stock,
    StockDelivery,
    Unit,
    UnitCapability,
)

LOOKED_BACK = 3
"""Runs on a unit that are looked at to know what it was left in."""

Row = TypeVar("Row", bound=SQLModel)
Place = TypeVar("Place", OpeningHours, StartRule, ReservedPeriod)


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """Rows of some centres, by id where they are looked up. ``runs`` are in force and end after ``since``; ``earlier``
    are the runs of the requests here, and of any that took stock, that ended before. ``limits`` are the quotas and
    budgets on their units. ``worn``: by maintenance, what used its unit since it was done last and ended before
    ``since``; ``planned_times``: how often it was ever planned. ``given`` is what clusters held before ``since``, as
    far back as was asked for; ``passed_over`` the ISO weeks, by request. ``memberships`` are the organisations of their
    own operators, ``qualifications`` the units that these may run, by person;
    ``worked`` is what people whose hours are limited have done in the week before ``since``, beyond what ``runs``
    hold. ``left`` are the last runs on each unit that has setups or a buffer: what they left it in, whose they were.
    ``lingering`` ended before ``since``, but what is done to their units afterwards did not. ``overridden``: when
    somebody let a booking of ``runs`` break rules, by booking."""

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
    limits: Limits = field(default_factory=Limits)
    maintenance: tuple[Maintenance, ...] = ()
    visits: tuple[MaintenanceVisit, ...] = ()
    worn: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    planned_times: Mapping[int, int] = field(default_factory=dict)
    agreed: tuple[Entitlement, ...] = ()
    given: tuple[GivenHold, ...] = ()
    passed_over: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    memberships: Mapping[int, int] = field(default_factory=dict)
    qualifications: Mapping[int, frozenset[int]] = field(default_factory=dict)
    worked: tuple[Hold, ...] = ()
    closures: tuple[Closure, ...] = ()
    leaves: tuple[Leave, ...] = ()
    breaks: tuple[ShiftBreak, ...] = ()
    start_rules: tuple[StartRule, ...] = ()
    reserved: tuple[ReservedPeriod, ...] = ()
    setups: tuple[Setup, ...] = ()
    left: tuple[BookedRun, ...] = ()
    lingering: tuple[BookedRun, ...] = ()
    overridden: Mapping[int, datetime] = field(default_factory=dict)

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
    given_since: datetime | None = None,
) -> World:
    """The world of the centres with these ids, without what is over and done (see ``_work``). With ``until``, only runs
    that touch ``[since, until)`` are read and later ones on units whose run hours or cycles are counted, none that
    ended earlier, and only their requests and those in ``also``. What clusters were given is read from ``given_since``
    on (``None``: not at all), and with it what was closed then."""
    resources = _by_id(_of(session, Resource, Resource.centre_id, centre_ids))
    laboratories = _by_id(_of(session, Laboratory, Laboratory.centre_id, centre_ids))
    recipes = _by_id(_of(session, Recipe, Recipe.laboratory_id, laboratories))
    routings = {id_: Routing.model_validate(row.routing, strict=False) for id_, row in recipes.items()}
    stocks = _of(session, Stock, Stock.centre_id, centre_ids)
    maintenance = maintenance_of(session, resources)
    setups, units = _of(session, Setup, Setup.centre_id, centre_ids), _by_id(_of(session, Unit, Unit.id, resources))
    left = _left(session, units, setups, since)
    also = {*also, *_requests_of(left)}
    worn = worn_units(maintenance)
    runs, earlier, requests = _work(session, centre_ids, since, until, also, routings if stocks else {}, worn)
    return World(
        centres=_of(session, Centre, Centre.id, centre_ids),
        laboratories=laboratories,
        resources=resources,
        units=units,
        capabilities=_of(session, UnitCapability, UnitCapability.unit_id, resources),
        opening_hours=_of_places(session, OpeningHours, laboratories, resources),
        capacities=_of(session, Capacity, Capacity.centre_id, centre_ids),
        stocks=stocks,
        deliveries=_of(session, StockDelivery, StockDelivery.stock_id, _by_id(stocks)),
        persons=_by_id(_of(session, Person, Person.id, resources)),
        person_names=_person_names(session, resources),
        skills=_of(session, PersonSkill, PersonSkill.person_id, resources),
        shifts=_of(session, Shift, Shift.person_id, resources),
        clusters=_by_id(session.exec(select(Cluster))),
        organisations=_by_id(session.exec(select(Organisation))),
        projects=_by_id(session.exec(select(Project))),
        recipes=recipes,
        requests=requests,
        runs=runs,
        earlier=earlier,
        outages=_outages(session, resources, since),
        routings=routings,
        limits=read_limits(session, centre_ids=centre_ids, since=since, until=until),
        maintenance=maintenance,
        visits=visits_of(session, maintenance),
        worn=uses_before(session, maintenance, by=since),
        planned_times=last_numbers(session, maintenance),
        agreed=agreed_shares(session, centre_ids=centre_ids),
        given=_given(session, centre_ids, given_since, since),
        passed_over=weeks_passed_over(session, request_ids=requests),
        memberships=memberships_of(session, resources),
        qualifications=qualifications_of(session, resources),
        worked=worked_before(session, resources, since),
        closures=_closures(session, centre_ids, laboratories, resources, given_since or since),
        leaves=_leaves(session, resources, since),
        breaks=_of(session, ShiftBreak, ShiftBreak.person_id, resources),
        start_rules=_of_places(session, StartRule, laboratories, resources),
        reserved=_of_places(session, ReservedPeriod, laboratories, resources),
        setups=setups,
        left=left,
        lingering=_lingering(session, centre_ids, resources, since),
        overridden=_overridden(session, runs),
    )


def _given(
    session: Session, centre_ids: Sequence[int], since: datetime | None, until: datetime
) -> tuple[GivenHold, ...]:
    return () if since is None else given_holds(session, centre_ids=centre_ids, since=since, until=until)


def _leaves(session: Session, person_ids: Collection[int], since: datetime) -> tuple[Leave, ...]:
    return tuple(row for row in _of(session, Leave, Leave.person_id, person_ids) if row.end_at > since)


def _overridden(session: Session, runs: Iterable[BookedRun]) -> dict[int, datetime]:
    ids = {booking.id for booked in runs for booking in booked.bookings if booking.id is not None}
    return {id_: row.made_at for id_, row in overrides_of(session, ids).items()}


def _left(
    session: Session, units: Mapping[int, Unit], setups: Iterable[Setup], since: datetime
) -> tuple[BookedRun, ...]:
    """The last runs on each unit that has setups, since those before may have needed it in no family; and the last, by
    hand too, on each that has a buffer."""
    families = {row.cleaning_family for row in setups}
    ids = [id_ for id_, unit in units.items() if unit.cleaning_family in families]
    buffered = [id_ for id_, unit in units.items() if unit.buffer_minutes]
    return latest_runs(session, unit_ids=ids, any_on=buffered, by=since, most=LOOKED_BACK)


def _lingering(
    session: Session, centre_ids: Sequence[int], resource_ids: Collection[int], since: datetime
) -> tuple[BookedRun, ...]:
    held = select(Hold.run_id).where(col(Hold.resource_id).in_(resource_ids), col(Hold.end_at) > since)
    ended = col(Run.end_at) <= since
    return booked_runs(session, col(Run.centre_id).in_(centre_ids), ended, col(Run.id).in_(held))


def _of(session: Session, table: type[Row], column: Any, ids: Collection[int]) -> tuple[Row, ...]:
    """Rows whose ``column`` is one of ``ids``, by primary key."""
    key: Any = inspect(table).primary_key
    return tuple(session.exec(select(table).where(col(column).in_(ids)).order_by(*key)))


def _by_id(rows: Iterable[Row]) -> dict[int, Row]:
    found: dict[int, Row] = {row.id: row for row in rows}  # type: ignore[attr-defined]
    return found


def _person_names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    rows = _of(session, PersonDetail, PersonDetail.person_id, person_ids)
    return {row.person_id: row.name for row in rows if row.name is not None}


def _outages(session: Session, unit_ids: Collection[int], since: datetime) -> tuple[Outage, ...]:
    wanted = select(Outage).where(col(Outage.unit_id).in_(unit_ids), col(Outage.withdrawn_at).is_(None))
    return tuple(session.exec(wanted.where(col(Outage.end_at) > since).order_by(col(Outage.id))))


def _of_places(
    session: Session, table: type[Place], laboratory_ids: Collection[int], unit_ids: Collection[int]
) -> tuple[Place, ...]:
    """Rows of a table that hang on a laboratory or on one unit, by id."""
    of_these = or_(col(table.laboratory_id).in_(laboratory_ids), col(table.unit_id).in_(unit_ids))
    return tuple(session.exec(select(table).where(of_these).order_by(col(table.id))))


def _closures(
    session: Session,
    centre_ids: Collection[int],
    laboratory_ids: Collection[int],
    unit_ids: Collection[int],
    since: datetime,
) -> tuple[Closure, ...]:
    of_these = or_(
        col(Closure.centre_id).in_(centre_ids),
        col(Closure.laboratory_id).in_(laboratory_ids),
        col(Closure.unit_id).in_(unit_ids),
    )
    wanted = select(Closure).where(of_these, col(Closure.end_at) > since)
    return tuple(session.exec(wanted.order_by(col(Closure.start_at), col(Closure.id))))


def _work(
    session: Session,
    centre_ids: Sequence[int],
    since: datetime,
    until: datetime | None,
    also: Collection[int],
    routings: Mapping[int, Routing],
    worn: Collection[int],
) -> tuple[tuple[BookedRun, ...], tuple[BookedRun, ...], dict[int, Request]]:
    """The runs from ``since`` on, those that ended before and still matter, and the requests that do: that may have
    something left to plan, that have a run from then on, that took stock before, and those in ``also``. Of the units
    ``worn``, runs after ``until`` count too: what they use is gone for those before."""
    here, after = col(Run.centre_id).in_(centre_ids), col(Run.end_at) > since
    if until is not None:
        later = select(Hold.run_id).where(col(Hold.resource_id).in_(worn), col(Hold.start_at) >= until)
        runs = booked_runs(session, here, after, or_(col(Run.start_at) < until, col(Run.id).in_(later)))
        return runs, (), _requests(session, centre_ids, _requests_of(runs) | set(also))
    runs = booked_runs(session, here, after)
    ids = _requests_of(runs) | set(also) | unfinished_requests(session, centre_ids=centre_ids, since=since)
    consuming = [id_ for id_, routing in routings.items() if any(each.stocks for each in routing.operations)]
    if routings:
        ids |= consuming_requests(session, centre_ids=centre_ids, recipe_ids=consuming, by=since)
    earlier = ended_runs(session, request_ids=ids, by=since)
    return runs, earlier, _requests(session, centre_ids, ids)


def _requests_of(runs: Iterable[BookedRun]) -> set[int]:
    return {id_ for booked in runs if (id_ := booked.request_id) is not None}


def _requests(session: Session, centre_ids: Sequence[int], ids: Collection[int]) -> dict[int, Request]:
    here = select(Request).where(col(Request.centre_id).in_(centre_ids)).order_by(col(Request.id))
    return _by_id(row for some in portions(ids) for row in session.exec(here.where(col(Request.id).in_(some))))
