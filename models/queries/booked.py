"""Bookings together with everything that is said of them.

Knows nothing of words: rows only.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists
from sqlmodel import Session, and_, col, func, or_, select

from models.queries.people import owner_in_sight
from models.queries.portions import portions
from models.queries.runs import LIVE_STATES, is_of, part_of
from models.queries.sight import EVERYTHING, Sight
from models.queries.use import used_times
from models.tables import (
    Booking,
    Centre,
    Cluster,
    Hold,
    MaintenanceRun,
    Organisation,
    Outage,
    Override,
    Person,
    PersonDetail,
    Project,
    Recipe,
    Request,
    Resource,
    Run,
    Unit,
    UsedTime,
)
from models.tables.bookings import HOLDING_STATES


@dataclass(frozen=True, kw_only=True, slots=True)
class BookedRow:
    """A booking with its run, its owners and what its run holds (``held``: the hold, its resource's kind, and the
    unit's or person's key and name).

    ``recipe`` is ``None`` for a routing drawn by hand and for units booked by hand. ``shared_with``: how many other
    bookings that hold or are done are in the run.
    """

    booking: Booking
    run: Run
    centre: Centre
    project: Project
    organisation: Organisation
    cluster: Cluster
    request: Request | None
    recipe: Recipe | None
    held: tuple[tuple[Hold, str, str, str], ...]
    shared_with: int = 0
    used: tuple[UsedTime, ...] = ()


def booked_rows(session: Session, *, booking_ids: Collection[int], sight: Sight = EVERYTHING) -> list[BookedRow]:
    """The bookings with these ids that may be seen, by start and id; other ids are passed over."""
    found = _bookings(session, booking_ids, sight)
    held = _held(session, {run.id for _, run, _, _ in found if run.id is not None})
    requests = _by_id(session, {part_of(booking, run)[0] for booking, run, _, _ in found})
    live = _live(session, {run.id for _, run, _, _ in found if run.id is not None})
    used = used_times(session, [booking.id for booking, *_ in found])
    recipes = _recipes(session, {request.recipe_id for request in requests.values()})
    organisations = {row.id: row for row in session.exec(select(Organisation))}
    clusters = {row.id: row for row in session.exec(select(Cluster))}
    return [
        BookedRow(
            booking=booking,
            run=run,
            centre=centre,
            project=project,
            organisation=organisations[booking.organisation_id],
            cluster=clusters[booking.cluster_id],
            request=(request := requests.get(part_of(booking, run)[0])),
            recipe=None if request is None else recipes.get(request.recipe_id),
            held=tuple(held.get(run.id, ())),
            shared_with=len(live.get(run.id, frozenset()) - {booking.id}),
            used=tuple(used.get(booking.id or 0, ())),
        )
        for booking, run, centre, project in found
    ]


def _bookings(
    session: Session, booking_ids: Collection[int], sight: Sight
) -> list[tuple[Booking, Run, Centre, Project]]:
    wanted = (
        select(Booking, Run, Centre, Project)
        .join(Run, col(Run.id) == col(Booking.run_id))
        .join(Centre, col(Centre.id) == col(Run.centre_id))
        .join(Project, col(Project.id) == col(Booking.project_id))
        .where(sight.of(Booking.organisation_id, Run.centre_id))
    )
    found = [row for some in portions(booking_ids) for row in session.exec(wanted.where(col(Booking.id).in_(some)))]
    rows = [(booking, run, centre, project) for booking, run, centre, project in found]
    return sorted(rows, key=lambda row: (row[0].booked_start, row[0].id or 0))


def _by_id(session: Session, ids: Collection[int | None]) -> dict[int | None, Request]:
    wanted = select(Request)
    return {row.id: row for some in portions(ids) for row in session.exec(wanted.where(col(Request.id).in_(some)))}


def _recipes(session: Session, ids: Collection[int | None]) -> dict[int | None, Recipe]:
    wanted = select(Recipe)
    return {row.id: row for some in portions(ids) for row in session.exec(wanted.where(col(Recipe.id).in_(some)))}


def _live(session: Session, run_ids: Collection[int]) -> dict[int | None, set[int | None]]:
    """By run: the ids of its bookings that hold or are done."""
    wanted = select(Booking.run_id, Booking.id).where(col(Booking.state).in_(LIVE_STATES))
    live: dict[int | None, set[int | None]] = {}
    for some in portions(run_ids):
        for run_id, booking_id in session.exec(wanted.where(col(Booking.run_id).in_(some))):
            live.setdefault(run_id, set()).add(booking_id)
    return live


def _held(session: Session, run_ids: Collection[int]) -> dict[int | None, list[tuple[Hold, str, str, str]]]:
    """By run: each hold with the kind, key and name of what is held, by start and id."""
    wanted = (
        select(Hold, Unit, Person, PersonDetail)
        .outerjoin(Unit, col(Unit.id) == col(Hold.resource_id))
        .outerjoin(Person, col(Person.id) == col(Hold.resource_id))
        .outerjoin(PersonDetail, col(PersonDetail.person_id) == col(Person.id))
        .order_by(col(Hold.start_at), col(Hold.id))
    )
    holds: dict[int | None, list[tuple[Hold, str, str, str]]] = {}
    for some in portions(run_ids):
        for hold, unit, person, detail in session.exec(wanted.where(col(Hold.run_id).in_(some))):
            if unit is not None:
                held = (hold, "unit", unit.key, unit.name)
            else:
                held = (hold, "person", person.key, (detail.name if detail is not None else None) or person.key)
            holds.setdefault(hold.run_id, []).append(held)
    return holds


def booking_place(session: Session, booking_id: int, *, sight: Sight) -> tuple[int, int] | None:
    """The organisation of a booking and the centre of its run; ``None`` for one that is unknown or may not be seen."""
    wanted = select(Booking.organisation_id, Run.centre_id).join(Run, col(Booking.run_id) == col(Run.id))
    return session.exec(
        wanted.where(Booking.id == booking_id, sight.of(Booking.organisation_id, Run.centre_id))
    ).first()


def units_with_keys(session: Session, keys: Collection[str]) -> dict[str, tuple[Unit, Resource]]:
    """Units and their resources by key; unknown keys are missing."""
    rows = session.exec(
        select(Unit, Resource).join(Resource, col(Resource.id) == col(Unit.id)).where(col(Unit.key).in_(keys))
    )
    return {unit.key: (unit, resource) for unit, resource in rows}


def resource_name(session: Session, resource_id: int) -> tuple[str, str]:
    """A unit's key or a person's name (their key where it was blanked), and the centre's zone."""
    wanted = (
        select(Unit.key, PersonDetail.name, Person.key, Centre.zone)
        .select_from(Resource)
        .join(Centre, col(Centre.id) == col(Resource.centre_id))
        .outerjoin(Unit, col(Unit.id) == col(Resource.id))
        .outerjoin(Person, col(Person.id) == col(Resource.id))
        .outerjoin(PersonDetail, col(PersonDetail.person_id) == col(Person.id))
        .where(Resource.id == resource_id)
    )
    unit, name, person, zone = session.exec(wanted).one()
    return unit or name or person, zone


def outage_with_centre(session: Session, outage_id: int) -> tuple[Outage, str, int] | None:
    """An outage with its unit's key and its centre's id."""
    wanted = (
        select(Outage, Unit.key, Resource.centre_id)
        .join(Unit, col(Unit.id) == col(Outage.unit_id))
        .join(Resource, col(Resource.id) == col(Outage.unit_id))
        .where(Outage.id == outage_id)
    )
    found = session.exec(wanted).first()
    return None if found is None else (found[0], found[1], found[2])


def outages_ahead(session: Session, *, now: datetime, centre_key: str | None = None) -> list[tuple[Outage, str, int]]:
    """Outages, not withdrawn, that end after ``now``, with the unit's key and the centre's id; by start and id."""
    wanted = (
        select(Outage, Unit.key, Resource.centre_id)
        .join(Unit, col(Unit.id) == col(Outage.unit_id))
        .join(Resource, col(Resource.id) == col(Outage.unit_id))
        .join(Centre, col(Centre.id) == col(Resource.centre_id))
        .where(col(Outage.withdrawn_at).is_(None), col(Outage.end_at) > now)
        .order_by(col(Outage.start_at), col(Outage.id))
    )
    if centre_key is not None:
        wanted = wanted.where(Centre.key == centre_key)
    return [(outage, key, centre_id) for outage, key, centre_id in session.exec(wanted)]


def project_with_key(session: Session, key: str, *, sight: Sight = EVERYTHING) -> Project | None:
    """The project, where it may be seen: it, or work of it."""
    wanted = select(Project).where(Project.key == key, owner_in_sight(Project.organisation_id, sight))
    return session.exec(wanted).first()


def bookings_under(session: Session, *, unit_id: int, start: datetime, end: datetime) -> list[Booking]:
    """Confirmed bookings whose run holds the unit within ``[start, end)``, the first first."""
    holding = select(Hold.run_id).where(
        col(Hold.resource_id) == unit_id, col(Hold.in_force), col(Hold.start_at) < end, col(Hold.end_at) > start
    )
    wanted = select(Booking).where(col(Booking.run_id).in_(holding), col(Booking.state) == "confirmed")
    return list(session.exec(wanted.order_by(col(Booking.booked_start), col(Booking.id))))


def is_work_ahead(session: Session, *, centre_id: int, after: datetime) -> bool:
    """Whether a run of the centre that begins then or later holds anything."""
    wanted = select(Run.id).join(Hold, col(Hold.run_id) == col(Run.id)).where(col(Hold.in_force))
    return session.exec(wanted.where(Run.centre_id == centre_id, col(Run.start_at) >= after)).first() is not None


def first_out_of_order(
    session: Session, *, centre_id: int, now: datetime, beyond: datetime | None = None
) -> tuple[datetime, int] | None:
    """When the centre's first run begins, of those from ``beyond`` on (``None``: of all), that is confirmed, or planned
    maintenance, and holds a unit while it is out of order after ``now``, with the id of an outage; but for what was
    booked in spite of the outage."""
    confirmed = select(Booking.run_id).where(col(Booking.state) == "confirmed")
    known = exists().where(
        col(Override.booking_id) == col(Booking.id), col(Override.made_at) >= col(Outage.reported_at)
    )
    unmeant = exists().where(
        col(Booking.run_id) == col(Run.id), col(Booking.state).in_(LIVE_STATES), ~known.correlate(Booking, Outage)
    )
    upkeep = select(MaintenanceRun.run_id).where(col(MaintenanceRun.state) == "planned")
    wanted = (
        select(Run.start_at, func.min(Outage.id))
        .join(Hold, col(Hold.run_id) == col(Run.id))
        .join(Outage, col(Outage.unit_id) == col(Hold.resource_id))
        .where(Run.centre_id == centre_id, col(Hold.in_force))
        .where(or_(and_(col(Run.id).in_(confirmed), unmeant), col(Run.id).in_(upkeep)))
        .where(col(Outage.withdrawn_at).is_(None), col(Outage.end_at) > now, col(Hold.end_at) > now)
        .where(col(Hold.start_at) < col(Outage.end_at), col(Hold.end_at) > col(Outage.start_at))
        .group_by(col(Run.id))
        .order_by(col(Run.start_at), col(Run.id))
    )
    found = session.exec(wanted if beyond is None else wanted.where(col(Run.start_at) >= beyond)).first()
    return None if found is None or found[1] is None else (found[0], found[1])


def standing_bookings(
    session: Session,
    *,
    run_ids: Collection[int] | None = None,
    request_id: int | None = None,
    after: datetime | None = None,
) -> list[Booking]:
    """Bookings in a holding state, of these runs or of a request; ``after``: only of runs that start after it."""
    wanted = select(Booking).join(Run, col(Run.id) == col(Booking.run_id))
    wanted = wanted.where(col(Booking.state).in_(HOLDING_STATES)).order_by(col(Booking.id))
    if run_ids is not None:
        wanted = wanted.where(col(Run.id).in_(run_ids))
    if request_id is not None:
        wanted = wanted.where(is_of(request_id))
    if after is not None:
        wanted = wanted.where(col(Run.start_at) > after)
    return list(session.exec(wanted))


def run_with_holds(session: Session, run_id: int) -> tuple[Run, list[Hold]]:
    """A run and its holds in force, by id."""
    holds = select(Hold).where(col(Hold.run_id) == run_id, col(Hold.in_force)).order_by(col(Hold.id))
    return session.get_one(Run, run_id), list(session.exec(holds))


def holds_of_run(session: Session, run_id: int) -> list[Hold]:
    """Every hold of a run, in force or not, by id."""
    return list(session.exec(select(Hold).where(Hold.run_id == run_id).order_by(col(Hold.id))))


def bookings_of_runs(session: Session, run_ids: Collection[int]) -> dict[int, Booking]:
    """The first booking of each of these runs, in whatever state; runs without one are missing."""
    found: dict[int, Booking] = {}
    for booking in session.exec(select(Booking).where(col(Booking.run_id).in_(run_ids)).order_by(col(Booking.id))):
        found.setdefault(booking.run_id, booking)
    return found
