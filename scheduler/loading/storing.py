"""Checked lists made into rows: same keys are updated, ids and bookings stay.

Knows nothing of how lists are read, nor of what people and requests are made of.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel

from models.locks import lock_centres, lock_clusters, lock_organisations
from models.queries.keyed import Keyed, resources_by_id, rows_by_key, rows_of
from models.queries.requested import centres_of_work
from models.tables import (
    Capacity,
    Centre,
    Cluster,
    Entitlement,
    Laboratory,
    OpeningHours,
    Organisation,
    Project,
    Resource,
    Setup,
    Stock,
    StockDelivery,
    Unit,
    UnitCapability,
)
from scheduler.actors import Actor
from scheduler.loading.calendars import store_calendars
from scheduler.loading.centres import opening_rows
from scheduler.loading.checks import Checked
from scheduler.loading.keeping import Keeper, Loaded
from scheduler.loading.limits import store_limits
from scheduler.loading.lines import (
    CapabilityLine,
    CapacityLine,
    CentreLine,
    ClusterLine,
    DeliveryLine,
    EntitlementLine,
    LaboratoryLine,
    OrganisationLine,
    ProjectLine,
    SetupLine,
    StockLine,
    UnitLine,
)
from scheduler.loading.policies import store_policies
from scheduler.loading.recipes import grouped
from scheduler.loading.standing import refuse_what_stands_against, standing_formalities
from scheduler.loading.storing_people import StoringPeople
from scheduler.loading.storing_upkeep import store_upkeep
from scheduler.loading.storing_work import StoringWork
from scheduler.repairs import repair_what_is_unsettled

Ids = dict[str, int]


def store(session: Session, checked: Checked, *, actor: Actor, now: datetime, week: str) -> Loaded:
    """Writes what differs, and asks for a repair of what cannot stay by that. Raises ``BadFiles`` for what the stored
    rows do not allow."""
    _lock(session, checked)
    keeper = Keeper(session=session, actor=actor.key, now=now)
    store_lists(session, checked, keeper, now=now, week=week)
    session.flush()
    # Before the keeper is done: the chain of people and settings is locked last.
    unsettled = repair_what_is_unsettled(session, actor=actor, now=now, changes=keeper.calendars)
    return replace(keeper.finish(), unsettled=unsettled)


def store_lists(session: Session, checked: Checked, keeper: Keeper, *, now: datetime, week: str) -> None:
    """As ``store``, for those who have locked what the lists may change, finish the keeper and ask for repairs."""
    refuse_what_stands_against(session, checked, now=now, week=week)
    Storing(session, checked, keeper, week).all()


def _lock(session: Session, checked: Checked) -> None:
    """Centres, those that have work of the listed projects and organisations too, then organisations, then clusters:
    those that are stored already."""
    lists = checked.lists
    centres = rows_by_key(session, Centre, [line.centre for line in lists.of(CentreLine)])
    organisations = rows_by_key(session, Organisation, [line.organisation for line in lists.of(OrganisationLine)])
    projects = rows_by_key(session, Project, [line.project for line in lists.of(ProjectLine)])
    lock_centres(session, {*_ids(centres).values(), *_at_work(session, projects.values(), organisations.values())})
    lock_organisations(session, _ids(organisations).values())
    clusters = rows_by_key(session, Cluster, [line.cluster for line in lists.of(ClusterLine)])
    lock_clusters(session, _ids(clusters).values())


def _ids(rows: Mapping[str, Keyed]) -> Ids:
    return {key: row.id for key, row in rows.items() if row.id is not None}


def _differing(stored: Mapping[str, Keyed], wanted: Mapping[str, Mapping[str, Any]]) -> list[Keyed]:
    """The stored rows of which a value is to be another."""
    return [
        row for key, row in stored.items() if any(getattr(row, name) != value for name, value in wanted[key].items())
    ]


def _at_work(session: Session, projects: Iterable[Project], organisations: Iterable[Organisation]) -> set[int]:
    """Ids of the centres that have requests of these."""
    return centres_of_work(
        session,
        project_ids=[row.id for row in projects if row.id is not None],
        organisation_ids=[row.id for row in organisations if row.id is not None],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Ids of centres and laboratories, and the centre of each laboratory, all by key."""

    centres: Mapping[str, int] = field(default_factory=dict)
    laboratories: Mapping[str, int] = field(default_factory=dict)
    centre_of_laboratory: Mapping[str, str] = field(default_factory=dict)


class Storing:
    """Stores list by list; each needs the ids of those before it. ``places`` are the centres and laboratories that
    stand already, where one list is stored by itself."""

    def __init__(
        self, session: Session, checked: Checked, keeper: Keeper, week: str, places: Places | None = None
    ) -> None:
        places = places or Places()
        self._session = session
        self._lists = checked.lists
        self._checked = checked
        self._keeper = keeper
        self._week = week
        self._centre: Ids = dict(places.centres)
        self._laboratory: Ids = dict(places.laboratories)
        listed = {line.laboratory: line.centre for line in checked.lists.of(LaboratoryLine)}
        self._centre_of_laboratory = {**places.centre_of_laboratory, **listed}
        self._unit_ids: Ids = {}
        self._centre_of_unit: Mapping[str, str] = {}

    def all(self) -> None:
        self._centres()
        clusters = self.clusters()
        self._entitlements(clusters)
        organisations = self.organisations(clusters)
        projects = self.projects(clusters, organisations)
        self.laboratories()
        self._hours("laboratory_id", self._laboratory, self._centre_of_laboratory, "laboratory ")
        units = self._units()
        self._setups()
        self._capacities()
        self._stocks()
        StoringPeople(self._session, self._lists, self._keeper, self._centre).all(organisations, units)
        store_calendars(self._session, self._lists, self._keeper, self._week)
        work = StoringWork(self._session, self._checked, self._keeper, self._week, self._laboratory, self._centre)
        work.all(projects)
        store_limits(self._session, self._lists, self._keeper, self._week)
        centres = {unit: self._centre[centre] for unit, centre in self._centre_of_unit.items()}
        homes = {unit: (self._unit_ids[unit], centre_id) for unit, centre_id in centres.items()}
        store_policies(self._session, self._lists, self._keeper, self._centre, homes)
        zones = {unit: self._zone(centre) for unit, centre in self._centre_of_unit.items()}
        store_upkeep(self._session, self._lists, self._keeper, self._week, self._unit_ids, centres, zones)

    def _zone(self, centre: str) -> str:
        return self._lists.settings[centre].zone

    def _centres(self) -> None:
        lines = self._lists.of(CentreLine)
        stored = rows_by_key(self._session, Centre, [line.centre for line in lines])
        for line in lines:
            planning, row = self._lists.settings[line.centre], stored.get(line.centre)
            settings = planning.settings.stored() | (standing_formalities(row) if row is not None else {})
            values = {"name": line.name, "zone": planning.zone, "settings": settings}
            values = values if row is None else line.said(values)
            changes = row is None or any(getattr(row, name) != value for name, value in values.items())
            self._centre[line.centre] = self._keeper.keyed("centre", row, Centre, line.centre, values, None)
            if changes:
                self._keeper.touch(self._centre[line.centre])

    def clusters(self) -> Ids:
        """Ids by key."""
        lines = self._lists.of(ClusterLine)
        stored = rows_by_key(self._session, Cluster, [line.cluster for line in lines])
        return {
            line.cluster: self._keeper.keyed(
                "cluster", stored.get(line.cluster), Cluster, line.cluster, {"name": line.name}, None
            )
            for line in lines
        }

    def _entitlements(self, clusters: Ids) -> None:
        shares = grouped(self._lists.of(EntitlementLine), lambda line: line.centre)
        stored = rows_of(self._session, Entitlement, "centre_id", self._centre.values())
        for centre, centre_id in self._centre.items():
            wanted = [
                Entitlement(cluster_id=clusters[line.cluster], centre_id=centre_id, share=line.share)
                for line in shares.get(centre, ())
            ]
            kind = "set of entitlements"
            self._keeper.children(kind, centre, stored.get(centre_id, ()), wanted, centre_id=centre_id)

    def organisations(self, clusters: Ids) -> Ids:
        """Ids by key."""
        lines = self._lists.of(OrganisationLine)
        stored = rows_by_key(self._session, Organisation, [line.organisation for line in lines])
        wanted = {line.organisation: {"cluster_id": clusters[line.cluster]} for line in lines}
        self._judge_again(organisations=_differing(stored, wanted))
        return {
            line.organisation: self._keeper.keyed(
                "organisation",
                stored.get(line.organisation),
                Organisation,
                line.organisation,
                {"name": line.name, "cluster_id": clusters[line.cluster]},
                None,
            )
            for line in lines
        }

    def projects(self, clusters: Ids, organisations: Ids) -> Ids:
        """Ids by key."""
        lines = self._lists.of(ProjectLine)
        stored = rows_by_key(self._session, Project, [line.project for line in lines])
        wanted: dict[str, dict[str, Any]] = {}
        for line in lines:
            values = {
                "stage": line.stage,
                "cluster_id": clusters[line.cluster],
                "organisation_id": organisations[line.organisation],
            }
            wanted[line.project] = line.said(values) if line.project in stored else values
        self._judge_again(projects=_differing(stored, wanted))
        return {
            line.project: self._keeper.keyed(
                "project",
                stored.get(line.project),
                Project,
                line.project,
                {"name": line.name, **wanted[line.project]},
                None,
            )
            for line in lines
        }

    def _judge_again(self, *, projects: Collection[Project] = (), organisations: Collection[Organisation] = ()) -> None:
        """Whose work it is counts in drafts of the listed centres, and of those that have requests of these."""
        if projects or organisations:
            for centre_id in {*self._centre.values(), *_at_work(self._session, projects, organisations)}:
                self._keeper.touch(centre_id)

    def laboratories(self) -> None:
        """Without their hours."""
        lines = self._lists.of(LaboratoryLine)
        stored = rows_by_key(self._session, Laboratory, [line.laboratory for line in lines])
        for line in lines:
            centre_id = self._centre[line.centre]
            values = {"name": line.name, "centre_id": centre_id}
            key = line.laboratory
            self._laboratory[key] = self._keeper.keyed(
                "laboratory", stored.get(key), Laboratory, key, values, centre_id
            )

    def _hours(self, column: str, ids: Ids, centres: Mapping[str, str], prefix: str) -> None:
        rows = opening_rows(self._lists)
        stored = rows_of(self._session, OpeningHours, column, ids.values())
        for key, id_ in ids.items():
            wanted = [
                OpeningHours(weekday=day, opens=opens, closes=closes, **{column: id_})
                for day, opens, closes in rows.get(prefix + key, ())
            ]
            self._keeper.children_if_any(
                "week of opening hours", key, stored.get(id_, ()), wanted, self._centre[centres[key]]
            )

    def _units(self) -> Ids:
        lines = self._lists.of(UnitLine)
        ids = self.units()
        centres = {line.unit: self._centre_of_laboratory[line.laboratory] for line in lines}
        self._unit_ids, self._centre_of_unit = ids, centres
        self._capabilities(ids, centres)
        self._hours("unit_id", ids, centres, "")
        return ids

    def units(self) -> Ids:
        """Ids by key; without their capabilities and hours."""
        lines = self._lists.of(UnitLine)
        stored = rows_by_key(self._session, Unit, [line.unit for line in lines])
        resources = resources_by_id(self._session, [row.id for row in stored.values()])
        ids: Ids = {}
        for line in lines:
            row = stored.get(line.unit)
            ids[line.unit] = self._unit(line, row, None if row is None else resources[row.id])
        return ids

    def _unit(self, line: UnitLine, row: Unit | None, resource: Resource | None) -> int:
        centre_id = self._centre[self._centre_of_laboratory[line.laboratory]]
        values: dict[str, Any] = {
            "laboratory_id": self._laboratory[line.laboratory],
            "name": line.name,
            "type": line.type,
            "cleaning_family": line.cleaning_family,
            "buffer_minutes": line.buffer_minutes,
            "usable_minutes": line.usable_minutes,
            "hour_cost": line.hour_cost,
        }
        if row is None or resource is None:
            resource = self._keeper.store(Resource(centre_id=centre_id, kind="unit", lanes=line.lanes))
            row = self._keeper.store(Unit(id=resource.id or 0, key=line.unit, **values))
            self._keeper.added("unit", line.unit, resource, row, centre_id=centre_id)
        else:
            rows: list[tuple[SQLModel, dict[str, Any]]] = [
                (resource, line.said({"lanes": line.lanes})),
                (row, line.said(values)),
            ]
            self._keeper.keep("unit", line.unit, rows, centre_id=centre_id)
        return row.id

    def _capabilities(self, ids: Ids, centres: Mapping[str, str]) -> None:
        lines = grouped(self._lists.of(CapabilityLine), lambda line: line.unit)
        stored = rows_of(self._session, UnitCapability, "unit_id", ids.values())
        for unit, id_ in ids.items():
            wanted = [
                UnitCapability(
                    unit_id=id_,
                    capability=line.capability,
                    quantity=line.quantity,
                    low=line.low or 0.0,
                    high=line.high or 0.0,
                )
                for line in lines.get(unit, ())
            ]
            self._keeper.children_if_any(
                "set of capabilities", unit, stored.get(id_, ()), wanted, self._centre[centres[unit]]
            )

    def _setups(self) -> None:
        lines = grouped(self._lists.of(SetupLine), lambda line: line.centre)
        stored = rows_of(self._session, Setup, "centre_id", self._centre.values())
        for centre, centre_id in self._centre.items():
            wanted = [
                Setup(
                    centre_id=centre_id,
                    cleaning_family=line.cleaning_family,
                    frm=line.frm,
                    to=line.to,
                    minutes=line.minutes,
                    skill=line.skill,
                    release_minutes=line.release_minutes,
                    dirty_minutes=None if line.dirty_hours is None else 60 * line.dirty_hours,
                    clean_minutes=None if line.clean_hours is None else 60 * line.clean_hours,
                    cost=line.cost,
                )
                for line in lines.get(centre, ())
            ]
            self._keeper.children_if_any("set of setups", centre, stored.get(centre_id, ()), wanted, centre_id)

    def _capacities(self) -> None:
        lines = self._lists.of(CapacityLine)
        stored = rows_by_key(self._session, Capacity, [line.capacity for line in lines])
        for line in lines:
            centre_id = self._centre[line.centre]
            values = {"centre_id": centre_id, "name": line.name, "measure": line.measure, "level": line.level}
            self._keeper.keyed("capacity", stored.get(line.capacity), Capacity, line.capacity, values, centre_id)

    def _stocks(self) -> None:
        lines = self._lists.of(StockLine)
        stored = rows_by_key(self._session, Stock, [line.stock for line in lines])
        deliveries = grouped(self._lists.of(DeliveryLine), lambda line: line.stock)
        arrived = rows_of(self._session, StockDelivery, "stock_id", _ids(stored).values())
        for line in lines:
            centre_id = self._centre[line.centre]
            values = {"centre_id": centre_id, "name": line.name, "measure": line.measure}
            id_ = self._keeper.keyed("stock", stored.get(line.stock), Stock, line.stock, values, centre_id)
            wanted = [
                StockDelivery(stock_id=id_, at=each.at.at(self._week, self._zone(line.centre)), quantity=each.quantity)
                for each in deliveries.get(line.stock, ())
            ]
            self._keeper.children_if_any("list of deliveries", line.stock, arrived.get(id_, ()), wanted, centre_id)
