"""Reading what there is: centres, laboratories, units, clusters, organisations, projects, recipes, bookings.

Changes nothing and decides nothing. Places and recipes are open to whoever has a role; owners and bookings are not.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.database import Database
from models.queries.catalogue import (
    booking_ids_between,
    every_entitlement,
    organisation_keys,
)
from models.queries.people import clusters_of, every_cluster, listed_persons, organisations_of, projects_of
from models.queries.places import UnitRow, every_centre, laboratories_of, units_of
from models.queries.work import latest_recipes
from models.routing import Routing
from models.tables import Recipe
from scheduler.access import can, check_may, owners_sight, sight
from scheduler.actors import Actor
from scheduler.centres import CentreView, centre_view
from scheduler.errors import BadValue
from scheduler.keys import id_of
from scheduler.showing import booking_views
from scheduler.views import BookingView

LONGEST_LIST = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class LaboratoryView:
    id: int
    key: str
    name: str
    centre: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CapabilityView:
    """What a unit can do; with a ``quantity`` (``temp_c``) from ``low`` to ``high``, else all three are ``None``."""

    capability: str
    quantity: str | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitView:
    """A machine with ``lanes`` interchangeable places."""

    id: int
    key: str
    name: str
    type: str
    laboratory: str
    centre: str
    lanes: int
    cleaning_family: str | None
    buffer_minutes: int
    usable_minutes: int
    hour_cost: int
    capabilities: tuple[CapabilityView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EntitlementView:
    """A share of a centre's open hours, in percent."""

    centre: str
    percent: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterView:
    id: int
    key: str
    name: str
    entitlements: tuple[EntitlementView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganisationView:
    id: int
    key: str
    name: str
    cluster: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectView:
    """``stage``: idea, prototype, pilot lot or production."""

    id: int
    key: str
    name: str
    stage: str
    organisation: str
    cluster: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonView:
    """A technician of a centre, or an organisation's own operator there. ``name``: ``None`` when it was blanked. Hours
    are the greatest that are planned; ``None``: as shifts are."""

    id: int
    key: str
    name: str | None
    centre: str
    organisation: str | None
    hours_per_day: float | None
    hours_per_week: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipeView:
    """The latest version of a laboratory's approved routing."""

    id: int
    key: str
    version: int
    name: str
    laboratory: str
    centre: str
    routing: Routing


def list_centres(database: Database, *, actor: Actor, now: datetime) -> list[CentreView]:
    """Every centre, by id."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        return [centre_view(row) for row in every_centre(session)]


def list_laboratories(
    database: Database, *, actor: Actor, now: datetime, centre: str | None = None
) -> list[LaboratoryView]:
    """The laboratories of a centre, or all, by id. Raises ``Unknown``."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        rows = laboratories_of(session, centre_id=id_of(session, "centre", centre))
        centres = _centre_keys(session)
    return [LaboratoryView(id=row.id or 0, key=row.key, name=row.name, centre=centres[row.centre_id]) for row in rows]


def list_units(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    centre: str | None = None,
    laboratory: str | None = None,
    capability: str | None = None,
    after: int = 0,
    limit: int = LONGEST_LIST,
) -> list[UnitView]:
    """Units that pass every filter given, by id; ``after`` is the id of the last one seen. Raises ``Unknown``."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        rows = units_of(
            session,
            centre_id=id_of(session, "centre", centre),
            laboratory_id=id_of(session, "laboratory", laboratory),
            capability=capability,
            after_id=after,
            limit=limit,
        )
        centres = _centre_keys(session)
    return [_unit_view(row, centres[row.laboratory.centre_id]) for row in rows]


def show_unit(database: Database, *, actor: Actor, now: datetime, unit: str) -> UnitView:
    """One unit by its key. Raises ``Unknown``."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        unit_id = id_of(session, "unit", unit) or 0
        row = units_of(session, after_id=unit_id - 1, limit=1)[0]
        return _unit_view(row, _centre_keys(session)[row.laboratory.centre_id])


def list_clusters(database: Database, *, actor: Actor, now: datetime) -> list[ClusterView]:
    """Every cluster, by id, with its entitlements at centres whose capacity the actor may see, or all where it is one's
    own organisation's."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        clusters, entitlements, centres = every_cluster(session), every_entitlement(session), _centre_keys(session)
        own = clusters_of(session, sight(actor).organisation_ids)
    seen = sight(actor, "see capacity")
    return [
        ClusterView(
            id=row.id or 0,
            key=row.key,
            name=row.name,
            entitlements=tuple(
                EntitlementView(centre=centres[each.centre_id], percent=each.share / 10)
                for each in entitlements
                if each.cluster_id == row.id and (row.id in own or seen.covers(centre_id=each.centre_id))
            ),
        )
        for row in clusters
    ]


def list_organisations(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    cluster: str | None = None,
    after: int = 0,
    limit: int = LONGEST_LIST,
) -> list[OrganisationView]:
    """Organisations of a cluster, or all, by id; ``after`` is the id of the last one seen. Raises ``Unknown``."""
    check_may(actor, "see bookings")
    seen = owners_sight(actor)
    with database.reading() as session:
        cluster_id = id_of(session, "cluster", cluster)
        rows = organisations_of(session, cluster_id=cluster_id, after_id=after, limit=limit, sight=seen)
        clusters = _cluster_keys(session)
    return [
        OrganisationView(id=row.id or 0, key=row.key, name=row.name, cluster=clusters[row.cluster_id]) for row in rows
    ]


def list_projects(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    organisation: str | None = None,
    after: int = 0,
    limit: int = LONGEST_LIST,
) -> list[ProjectView]:
    """Projects of an organisation, or all, by id; ``after`` is the id of the last one seen. Raises ``Unknown``."""
    check_may(actor, "see bookings")
    seen = owners_sight(actor)
    with database.reading() as session:
        owner_id = id_of(session, "organisation", organisation, sight=seen)
        rows = projects_of(session, organisation_id=owner_id, after_id=after, limit=limit, sight=seen)
        owners, clusters = organisation_keys(session, {row.organisation_id for row in rows}), _cluster_keys(session)
    return [
        ProjectView(
            id=row.id or 0,
            key=row.key,
            name=row.name,
            stage=row.stage,
            organisation=owners[row.organisation_id],
            cluster=clusters[row.cluster_id],
        )
        for row in rows
    ]


def list_people(database: Database, *, actor: Actor, now: datetime, centre: str | None = None) -> list[PersonView]:
    """Persons of a centre, or all, by id; none for those who may not see people. Raises ``Unknown``."""
    if not can(actor, "see people"):
        return []
    with database.reading() as session:
        rows = listed_persons(session, centre_id=id_of(session, "centre", centre))
    return [
        PersonView(
            id=person.id,
            key=person.key,
            name=name,
            centre=at,
            organisation=owner,
            hours_per_day=_hours(person.most_minutes_day),
            hours_per_week=_hours(person.most_minutes_week),
        )
        for person, at, name, owner in rows
    ]


def _hours(minutes: int | None) -> float | None:
    return None if minutes is None else round(minutes / 60, 2)


def list_recipes(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    centre: str | None = None,
    laboratory: str | None = None,
    after: int = 0,
    limit: int = LONGEST_LIST,
) -> list[RecipeView]:
    """The latest version of each recipe, by id; ``after`` is the id of the last one seen. Raises ``Unknown``."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        rows = latest_recipes(
            session,
            centre_id=id_of(session, "centre", centre),
            laboratory_id=id_of(session, "laboratory", laboratory),
            after_id=after,
            limit=limit,
        )
        centres = _centre_keys(session)
        places = {row.id: (row.key, centres[row.centre_id]) for row in laboratories_of(session)}
    return [_recipe_view(row, *places[row.laboratory_id]) for row in rows]


def list_bookings(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    start: datetime,
    end: datetime,
    unit: str | None = None,
    organisation: str | None = None,
    centre: str | None = None,
    after: int = 0,
    limit: int = 200,
) -> list[BookingView]:
    """Bookings that the actor may see, in any state, that overlap ``[start, end)``, by id; ``after`` is the id of the
    last one seen. When units are taken by others ``busy_times`` tells.

    Raises ``Unknown``, ``BadValue`` for a window that is empty.
    """
    check_may(actor, "see bookings")
    if start >= end:
        raise BadValue(f"The start {start.isoformat()} is not before the end {end.isoformat()}.", field="end")
    seen = sight(actor)
    with database.reading() as session:
        ids = booking_ids_between(
            session,
            start=start,
            end=end,
            unit_id=id_of(session, "unit", unit),
            organisation_id=id_of(session, "organisation", organisation, sight=owners_sight(actor)),
            centre_id=id_of(session, "centre", centre),
            after_id=after,
            limit=limit,
            sight=seen,
        )
        return sorted(booking_views(session, booking_ids=ids, sight=seen), key=lambda view: view.id)


def _centre_keys(session: Session) -> dict[int, str]:
    return {row.id: row.key for row in every_centre(session) if row.id is not None}


def _cluster_keys(session: Session) -> dict[int, str]:
    return {row.id: row.key for row in every_cluster(session) if row.id is not None}


def _unit_view(row: UnitRow, centre: str) -> UnitView:
    return UnitView(
        id=row.unit.id,
        key=row.unit.key,
        name=row.unit.name,
        type=row.unit.type,
        laboratory=row.laboratory.key,
        centre=centre,
        lanes=row.resource.lanes,
        cleaning_family=row.unit.cleaning_family,
        buffer_minutes=row.unit.buffer_minutes,
        usable_minutes=row.unit.usable_minutes,
        hour_cost=row.unit.hour_cost,
        capabilities=tuple(
            CapabilityView(
                capability=each.capability,
                quantity=each.quantity or None,
                low=each.low if each.quantity else None,
                high=each.high if each.quantity else None,
            )
            for each in row.capabilities
        ),
    )


def _recipe_view(row: Recipe, laboratory: str, centre: str) -> RecipeView:
    return RecipeView(
        id=row.id or 0,
        key=row.key,
        version=row.version,
        name=row.name,
        laboratory=laboratory,
        centre=centre,
        routing=Routing.model_validate(row.routing, strict=False),
    )
