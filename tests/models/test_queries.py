"""Each query returns what was asked for, in the order it says, on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import create_engine
from sqlmodel import Session

from models.audit import append_events, record
from models.database import Database
from models.queries import people, places, plans, work
from models.queries import record as records
from models.tables import (
    Entitlement,
    Notice,
    Organisation,
    Person,
    PersonDetail,
    PersonSkill,
    Plan,
    PlanCentre,
    Project,
    Recipe,
    Resource,
    Shift,
    UnitCapability,
)
from tests.models import rows
from tests.models.rows import at, ids, stored


@dataclass
class Town:
    """Two centres; the first has a laboratory with two units."""

    centre: int
    other_centre: int
    laboratory: int
    chamber: int
    microscope: int
    project: int
    organisation: int
    cluster: int


def build(session: Session) -> Town:
    centre, other = rows.centres(session, 2)
    laboratory = rows.laboratory(session, centre)
    chamber = rows.unit(session, centre, laboratory, "CH-1", lanes=4)
    microscope = rows.unit(session, centre, laboratory, "SEM-1")
    project = rows.project(session)
    owner = session.get_one(Project, project)
    return Town(centre, other, laboratory, chamber, microscope, project, owner.organisation_id, owner.cluster_id)


@pytest.fixture
def town(database: Database) -> Town:
    return database.write(build)


@pytest.fixture
def session(database_url: str, town: Town) -> Iterator[Session]:
    """A transaction that is rolled back: what a test adds, it sees, and nobody else."""
    assert town
    engine = create_engine(database_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_places(session: Session, town: Town) -> None:
    session.add(UnitCapability(unit_id=town.chamber, capability="chamber", quantity="temp_c", low=-60, high=150))
    session.add(UnitCapability(unit_id=town.chamber, capability="chamber", quantity="litres", low=0, high=500))
    elsewhere = rows.laboratory(session, town.other_centre, "L2")
    far = rows.unit(session, town.other_centre, elsewhere, "CH-9")
    assert ids(places.every_centre(session)) == [town.centre, town.other_centre]
    assert ids(places.laboratories_of(session)) == [town.laboratory, elsewhere]
    assert ids(places.laboratories_of(session, centre_id=town.centre)) == [town.laboratory]
    assert [row.unit.id for row in places.units_of(session)] == [town.chamber, town.microscope, far]
    assert [row.unit.id for row in places.units_of(session, after_id=town.chamber, limit=1)] == [town.microscope]
    assert [row.unit.id for row in places.units_of(session, centre_id=town.other_centre)] == [far]
    assert [row.unit.id for row in places.units_of(session, laboratory_id=elsewhere)] == [far]
    chamber = places.units_of(session, capability="chamber")[0]
    assert [each.quantity for each in chamber.capabilities] == ["litres", "temp_c"]
    assert (chamber.resource.lanes, chamber.laboratory.key) == (4, "L1")


def test_people(session: Session, town: Town) -> None:
    session.add(Entitlement(cluster_id=town.cluster, centre_id=town.centre, share=400))
    person = stored(session, Resource(centre_id=town.centre, kind="person"))
    stored(session, Person(id=person, key="ivanova"))
    session.add_all([PersonDetail(person_id=person, name="A. Ivanova"), PersonSkill(person_id=person, skill="SMT")])
    session.add(PersonSkill(person_id=person, skill="AOI"))
    stored(session, Shift(person_id=person, weekday=2, starts=480, ends=960))
    stored(session, Shift(person_id=person, weekday=0, starts=480, ends=960))
    assert people.entitlements_of(session, centre_id=town.centre) == {town.cluster: 400}
    found = people.persons_of(session, centre_id=town.centre)[0]
    assert (found.name, found.skills, found.person.key) == ("A. Ivanova", ("AOI", "SMT"), "ivanova")
    assert [shift.weekday for shift in found.shifts] == [0, 2]
    session.get_one(PersonDetail, person).name = None
    session.flush()
    assert people.names_of(session, [person]) == {}
    assert people.persons_of(session, centre_id=town.other_centre) == []
    assert ids(people.every_cluster(session)) == [town.cluster]
    second = stored(session, Organisation(cluster_id=town.cluster, key="O2", name="Second"))
    assert ids(people.organisations_of(session, cluster_id=town.cluster)) == [town.organisation, second]
    assert ids(people.organisations_of(session, after_id=town.organisation, limit=1)) == [second]
    assert ids(people.projects_of(session, organisation_id=town.organisation)) == [town.project]
    assert people.projects_of(session, organisation_id=second) == []


def test_recipes(session: Session, town: Town) -> None:
    versions = [
        stored(session, Recipe(laboratory_id=town.laboratory, key=key, version=version, name=key, routing={}))
        for key, version in (("soak", 1), ("print", 1), ("soak", 2))
    ]
    assert ids(work.latest_recipes(session)) == [versions[1], versions[2]]
    assert ids(work.latest_recipes(session, laboratory_id=town.laboratory, after_id=versions[1])) == [versions[2]]
    assert work.latest_recipes(session, centre_id=town.other_centre) == []


def test_plans(session: Session, town: Town) -> None:
    def plan(week: str, state: str, published: float | None, *centres: int) -> int:
        row = Plan(
            kind="week",
            week=week,
            state=state,
            document="{}",
            asked_by="tester",
            asked_at=at(0),
            published_at=None if published is None else at(published),
        )
        plan_id = stored(session, row)
        session.add_all(PlanCentre(plan_id=plan_id, centre_id=centre, revision=centre * 10) for centre in centres)
        session.flush()
        return plan_id

    both = plan("2026-W49", "published", 5, town.centre, town.other_centre)
    older = plan("2026-W49", "published", 3, town.centre)
    next_week = plan("2026-W50", "published", 4, town.centre)
    draft = plan("2026-W49", "draft", None, town.other_centre)

    def latest(centre: int, week: str | None = None) -> int | None:
        found = plans.latest_published(session, centre_id=centre, week=week)
        return None if found is None else found.id

    assert (latest(town.centre), latest(town.centre, "2026-W50"), latest(town.centre, "2026-W51")) == (
        both,
        next_week,
        None,
    )
    assert ids(plans.centres_of_plan(session, both)) == [town.centre, town.other_centre]
    assert plans.revisions_of_plan(session, older) == {town.centre: town.centre * 10}
    assert ids(plans.list_plans_of(session)) == [draft, next_week, older, both]
    assert ids(plans.list_plans_of(session, centre_key="C0", week="2026-W49", limit=1)) == [older]
    assert ids(plans.list_plans_of(session, state="published", before_id=older)) == [both]
    for find in (plans.plan_with_id, plans.plan_for_update):
        found = find(session, draft)
        assert found is not None
        assert (found.id, find(session, 10**6)) == (draft, None)


def test_notices_and_events(session: Session, town: Town) -> None:
    def notice(centre: int) -> int:
        row = Notice(centre_id=centre, organisation_id=town.organisation, kind="moved", made_at=at(0))
        return stored(session, row)

    first, second, third = notice(town.centre), notice(town.other_centre), notice(town.centre)
    assert ids(row for row, *_ in records.notices_of(session)) == [third, second, first]
    assert ids(row for row, *_ in records.notices_of(session, centre_key="C0", before_id=third)) == [first]
    assert records.notices_of(session, organisation_key="nobody") == []
    ((_, organisation, *rest),) = records.notices_of(session, organisation_key="O-P1", limit=1)
    assert (organisation.key, *rest) == ("O-P1", None, "Europe/Moscow")
    for number, verb in enumerate(("made", "moved", "cancelled")):
        chain = "people" if number == 1 else f"centre:{town.centre}"
        record(session, chain=chain, at=at(number), actor="x", verb=verb, object_kind="booking", object_id="7")
    record(session, chain="people", at=at(9), actor="x", verb="made", object_kind="booking", object_id="8")
    append_events(session)
    found = records.events_of(session, object_kind="booking", object_id="7")
    assert [event.verb for event in found] == ["made", "moved", "cancelled"]
    after = records.events_of(session, object_kind="booking", object_id="7", after_id=found[0].id or 0, limit=1)
    assert [event.verb for event in after] == ["moved"]
