"""Checked lists made into rows: same keys are updated, ids and bookings stay.

Knows nothing of how lists are read.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel

from models.locks import lock_centres, lock_clusters, lock_organisations
from models.queries.keyed import Keyed, resources_by_id, rows_by_key, rows_of
from models.queries.requested import booked_counts
from models.tables import (
    Capacity,
    Centre,
    Cluster,
    Entitlement,
    Laboratory,
    OpeningHours,
    Organisation,
    Person,
    PersonDetail,
    PersonSkill,
    Project,
    Recipe,
    Request,
    Resource,
    Setup,
    Shift,
    Stock,
    StockDelivery,
    Unit,
    UnitCapability,
)
from scheduler.loading.calendars import store_calendars
from scheduler.loading.centres import opening_rows, shift_rows
from scheduler.loading.checks import Checked
from scheduler.loading.hands import hours_of, keep_hours, store_own_operators
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
    PersonLine,
    ProjectLine,
    RequestLine,
    SetupLine,
    SkillLine,
    StockLine,
    UnitLine,
)
from scheduler.loading.recipe_lines import RecipeLine
from scheduler.loading.recipes import grouped
from scheduler.loading.standing import refuse_what_stands_against
from scheduler.loading.storing_upkeep import store_upkeep
from scheduler.weekly import WeeklyRow

Ids = dict[str, int]


def store(session: Session, checked: Checked, *, actor: str, now: datetime, week: str) -> Loaded:
    """Writes what differs. Raises ``BadFiles`` for what the stored rows do not allow."""
    _lock(session, checked)
    refuse_what_stands_against(session, checked, now=now)
    keeper = Keeper(session=session, actor=actor, now=now)
    _Storing(session, checked, keeper, week).all()
    return keeper.finish()


def _lock(session: Session, checked: Checked) -> None:
    """Centres, then organisations, then clusters: those that are stored already."""
    lists = checked.lists
    centres = rows_by_key(session, Centre, [line.centre for line in lists.of(CentreLine)])
    lock_centres(session, _ids(centres).values())
    organisations = rows_by_key(session, Organisation, [line.organisation for line in lists.of(OrganisationLine)])
    lock_organisations(session, _ids(organisations).values())
    clusters = rows_by_key(session, Cluster, [line.cluster for line in lists.of(ClusterLine)])
    lock_clusters(session, _ids(clusters).values())


def _ids(rows: Mapping[str, Keyed]) -> Ids:
    return {key: row.id for key, row in rows.items() if row.id is not None}


class _Storing:
    """Stores list by list; each needs the ids of those before it."""

    def __init__(self, session: Session, checked: Checked, keeper: Keeper, week: str) -> None:
        self._session = session
        self._lists = checked.lists
        self._routings = checked.routings
        self._keeper = keeper
        self._week = week
        self._centre: Ids = {}
        self._laboratory: Ids = {}
        self._centre_of_laboratory = {line.laboratory: line.centre for line in checked.lists.of(LaboratoryLine)}
        self._unit_ids: Ids = {}
        self._centre_of_unit: Mapping[str, str] = {}

    def all(self) -> None:
        self._centres()
        clusters = self._clusters()
        organisations = self._organisations(clusters)
        projects = self._projects(clusters, organisations)
        self._laboratories()
        units = self._units()
        self._setups()
        self._capacities()
        self._stocks()
        self._people(organisations, units)
        store_calendars(self._session, self._lists, self._keeper, self._week)
        self._requests(projects, self._recipes())
        store_limits(self._session, self._lists, self._keeper, self._week)
        centres = {unit: self._centre[centre] for unit, centre in self._centre_of_unit.items()}
        zones = {unit: self._zone(centre) for unit, centre in self._centre_of_unit.items()}
        store_upkeep(self._session, self._lists, self._keeper, self._week, self._unit_ids, centres, zones)

    def _keep(
        self, kind: str, row: Keyed | None, table: type[Keyed], key: str, values: dict[str, Any], centre_id: int | None
    ) -> int:
        """Updates or adds one row with a key; its id."""
        if row is None:
            row = self._keeper.store(table(key=key, **values))
            self._keeper.added(kind, key, row, centre_id=centre_id)
        else:
            self._keeper.keep(kind, key, [(row, values)], centre_id=centre_id)
        assert row.id is not None
        return row.id

    def _zone(self, centre: str) -> str:
        return self._lists.settings[centre].zone

    def _centres(self) -> None:
        lines = self._lists.of(CentreLine)
        stored = rows_by_key(self._session, Centre, [line.centre for line in lines])
        for line in lines:
            planning, row = self._lists.settings[line.centre], stored.get(line.centre)
            values = {"name": line.name, "zone": planning.zone, "settings": planning.settings.stored()}
            changes = row is None or any(getattr(row, name) != value for name, value in values.items())
            self._centre[line.centre] = self._keep("centre", row, Centre, line.centre, values, None)
            if changes:
                self._keeper.touch(self._centre[line.centre])

    def _clusters(self) -> Ids:
        lines = self._lists.of(ClusterLine)
        stored = rows_by_key(self._session, Cluster, [line.cluster for line in lines])
        clusters = {
            line.cluster: self._keep(
                "cluster", stored.get(line.cluster), Cluster, line.cluster, {"name": line.name}, None
            )
            for line in lines
        }
        self._entitlements(clusters)
        return clusters

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

    def _organisations(self, clusters: Ids) -> Ids:
        lines = self._lists.of(OrganisationLine)
        stored = rows_by_key(self._session, Organisation, [line.organisation for line in lines])
        return {
            line.organisation: self._keep(
                "organisation",
                stored.get(line.organisation),
                Organisation,
                line.organisation,
                {"name": line.name, "cluster_id": clusters[line.cluster]},
                None,
            )
            for line in lines
        }

    def _projects(self, clusters: Ids, organisations: Ids) -> Ids:
        lines = self._lists.of(ProjectLine)
        stored = rows_by_key(self._session, Project, [line.project for line in lines])
        found: Ids = {}
        for line in lines:
            values = {
                "name": line.name,
                "stage": line.stage,
                "cluster_id": clusters[line.cluster],
                "organisation_id": organisations[line.organisation],
            }
            found[line.project] = self._keep("project", stored.get(line.project), Project, line.project, values, None)
        return found

    def _laboratories(self) -> None:
        lines = self._lists.of(LaboratoryLine)
        stored = rows_by_key(self._session, Laboratory, [line.laboratory for line in lines])
        for line in lines:
            centre_id = self._centre[line.centre]
            values = {"name": line.name, "centre_id": centre_id}
            key = line.laboratory
            self._laboratory[key] = self._keep("laboratory", stored.get(key), Laboratory, key, values, centre_id)
        self._hours("laboratory_id", self._laboratory, self._centre_of_laboratory, "laboratory ")

    def _hours(self, column: str, ids: Ids, centres: Mapping[str, str], prefix: str) -> None:
        rows = opening_rows(self._lists)
        stored = rows_of(self._session, OpeningHours, column, ids.values())
        for key, id_ in ids.items():
            wanted = [
                OpeningHours(weekday=day, opens=opens, closes=closes, **{column: id_})
                for day, opens, closes in rows.get(prefix + key, ())
            ]
            self._set("week of opening hours", key, stored.get(id_, ()), wanted, self._centre[centres[key]])

    def _set(self, kind: str, key: str, stored: Any, wanted: list[Any], centre_id: int) -> None:
        """Replaces what hangs on a thing; where there is nothing and nothing is wanted, nothing is counted."""
        if stored or wanted:
            rows: list[SQLModel] = list(stored)
            self._keeper.children(kind, key, rows, wanted, centre_id=centre_id)

    def _units(self) -> Ids:
        lines = self._lists.of(UnitLine)
        stored = rows_by_key(self._session, Unit, [line.unit for line in lines])
        resources = resources_by_id(self._session, [row.id for row in stored.values()])
        ids: Ids = {}
        for line in lines:
            row = stored.get(line.unit)
            ids[line.unit] = self._unit(line, row, None if row is None else resources[row.id])
        centres = {line.unit: self._centre_of_laboratory[line.laboratory] for line in lines}
        self._unit_ids, self._centre_of_unit = ids, centres
        self._capabilities(ids, centres)
        self._hours("unit_id", ids, centres, "")
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
        }
        if row is None or resource is None:
            resource = self._keeper.store(Resource(centre_id=centre_id, kind="unit", lanes=line.lanes))
            row = self._keeper.store(Unit(id=resource.id or 0, key=line.unit, **values))
            self._keeper.added("unit", line.unit, resource, row, centre_id=centre_id)
        else:
            rows: list[tuple[SQLModel, dict[str, Any]]] = [(resource, {"lanes": line.lanes}), (row, values)]
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
            self._set("set of capabilities", unit, stored.get(id_, ()), wanted, self._centre[centres[unit]])

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
            self._set("set of setups", centre, stored.get(centre_id, ()), wanted, centre_id)

    def _capacities(self) -> None:
        lines = self._lists.of(CapacityLine)
        stored = rows_by_key(self._session, Capacity, [line.capacity for line in lines])
        for line in lines:
            centre_id = self._centre[line.centre]
            values = {"centre_id": centre_id, "name": line.name, "measure": line.measure, "level": line.level}
            self._keep("capacity", stored.get(line.capacity), Capacity, line.capacity, values, centre_id)

    def _stocks(self) -> None:
        lines = self._lists.of(StockLine)
        stored = rows_by_key(self._session, Stock, [line.stock for line in lines])
        deliveries = grouped(self._lists.of(DeliveryLine), lambda line: line.stock)
        arrived = rows_of(self._session, StockDelivery, "stock_id", _ids(stored).values())
        for line in lines:
            centre_id = self._centre[line.centre]
            values = {"centre_id": centre_id, "name": line.name, "measure": line.measure}
            id_ = self._keep("stock", stored.get(line.stock), Stock, line.stock, values, centre_id)
            wanted = [
                StockDelivery(stock_id=id_, at=each.at.at(self._week, self._zone(line.centre)), quantity=each.quantity)
                for each in deliveries.get(line.stock, ())
            ]
            self._set("list of deliveries", line.stock, arrived.get(id_, ()), wanted, centre_id)

    def _people(self, organisations: Ids, units: Ids) -> None:
        lines = self._lists.of(PersonLine)
        stored = rows_by_key(self._session, Person, [line.person for line in lines])
        details = rows_of(self._session, PersonDetail, "person_id", [row.id for row in stored.values()])
        ids: Ids = {}
        for line in lines:
            row = stored.get(line.person)
            ids[line.person] = self._new_person(line) if row is None else row.id
            if row is not None:
                self._name(line, details.get(row.id, []))
                keep_hours(self._keeper, line, row, self._centre[line.centre])
        centre_ids = {line.person: self._centre[line.centre] for line in lines}
        self._skills_and_shifts(ids, centre_ids)
        store_own_operators(self._session, self._keeper, self._lists, ids, centre_ids, organisations, units)

    def _new_person(self, line: PersonLine) -> int:
        centre_id = self._centre[line.centre]
        resource = self._keeper.store(Resource(centre_id=centre_id, kind="person", lanes=1))
        row = self._keeper.store(Person(id=resource.id or 0, key=line.person, **hours_of(line)))
        self._keeper.store(PersonDetail(person_id=row.id, name=line.name))
        self._keeper.added("technician", line.person, resource, row, centre_id=centre_id)
        return row.id

    def _name(self, line: PersonLine, details: list[PersonDetail]) -> None:
        # A name that was blanked stays so: the list may be older than the erasure.
        for detail in details:
            name = None if detail.name is None else line.name
            self._keeper.keep("technician", line.person, [(detail, {"name": name})], centre_id=None)

    def _skills_and_shifts(self, ids: Ids, centre_ids: Ids) -> None:
        skills = grouped(self._lists.of(SkillLine), lambda line: line.person)
        had = rows_of(self._session, PersonSkill, "person_id", ids.values())
        worked = rows_of(self._session, Shift, "person_id", ids.values())
        rows: dict[str, tuple[WeeklyRow, ...]] = shift_rows(self._lists)
        for person, id_ in ids.items():
            wanted = [PersonSkill(person_id=id_, skill=line.skill, level=line.level) for line in skills.get(person, ())]
            self._set("set of skills", person, had.get(id_, ()), wanted, centre_ids[person])
            shifts = [
                Shift(person_id=id_, weekday=day, starts=starts, ends=ends)
                for day, starts, ends in rows.get(person, ())
            ]
            self._set("week of shifts", person, worked.get(id_, ()), shifts, centre_ids[person])

    def _recipes(self) -> Ids:
        lines = self._lists.of(RecipeLine)
        stored = rows_by_key(self._session, Recipe, [line.recipe for line in lines])
        found: Ids = {}
        for line in lines:
            row = self._recipe(line, stored.get(line.recipe))
            assert row.id is not None
            found[line.recipe] = row.id
        return found

    def _recipe(self, line: RecipeLine, latest: Recipe | None) -> Recipe:
        """The version that says what the list says: the latest one, or a new one."""
        values: dict[str, Any] = {
            "laboratory_id": self._laboratory[line.laboratory],
            "name": line.name,
            "routing": self._routings[line.recipe].model_dump(mode="json"),
        }
        if latest is not None and all(getattr(latest, name) == value for name, value in values.items()):
            self._keeper.count("recipe", "unchanged")
            return latest
        version = 1 if latest is None else latest.version + 1
        row = self._keeper.store(Recipe(key=line.recipe, version=version, **values))
        centre_id = self._centre[self._centre_of_laboratory[line.laboratory]]
        if latest is None:
            self._keeper.added("recipe", line.recipe, row, centre_id=centre_id)
        else:
            self._keeper.changed_to("recipe", line.recipe, latest, row, centre_id=centre_id)
        return row

    def _requests(self, projects: Ids, recipes: Ids) -> None:
        lines = self._lists.of(RequestLine)
        stored = rows_by_key(self._session, Request, [line.request for line in lines])
        booked = booked_counts(self._session, _ids(stored).values())
        for line in lines:
            row, zone, centre_id = stored.get(line.request), self._zone(line.centre), self._centre[line.centre]
            values: dict[str, Any] = {
                "centre_id": centre_id,
                "project_id": projects[line.project],
                "recipe_id": recipes[line.recipe],
                "routing": None,
                "quantity": line.quantity,
                "parameters": dict(line.parameters),
                "priority": line.priority,
                "submitted_at": line.submitted.at(self._week, zone),
                "release_at": line.release.at(self._week, zone),
                "due_at": None if line.due is None else line.due.at(self._week, zone),
                "deadline_at": None if line.deadline is None else line.deadline.at(self._week, zone),
                "may_share": line.may_share,
                "least_quantity": line.least_quantity,
            }
            if row is not None and row.id in booked:
                # What is booked goes on by the version of the recipe that it was booked by.
                del values["recipe_id"], values["routing"]
            self._keep("request", row, Request, line.request, values, centre_id)
