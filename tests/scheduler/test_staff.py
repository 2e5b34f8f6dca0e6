"""Levels, hand-over, visits inside a run, own operators and greatest hours: from the rows to what is booked.

Week of Monday 30 November, Moscow; ticks of 5 minutes.
"""

from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.queries.requested import requested_rows
from models.queries.world import read_world
from models.routing import Routing
from models.tables import (
    Booking,
    Budget,
    BudgetGrant,
    Centre,
    Hold,
    Membership,
    OpeningHours,
    Person,
    PersonDetail,
    PersonSkill,
    Qualification,
    Quota,
    Resource,
    Run,
    Shift,
)
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.doability import UnknownNeed, check_doable
from scheduler.errors import PlanClashes
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.plans import show_plan
from scheduler.publishing import publish_plan
from scheduler.routing import expand, purpose_of
from scheduler.scopes import scope_of
from scheduler.showing import booking_views
from scheduler.translate import Translated, translate
from scheduler.translate.names import SkillText, read_skill
from solver.problem import HourLimit
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store


@pytest.fixture(autouse=True)
def _found(sqlite_database: Database) -> None:
    found(sqlite_database)


def person(
    database: Database,
    number: int,
    *shifts: tuple[int, int, int],
    skills: tuple[tuple[str, int], ...] = (),
    **limits: int,
) -> None:
    """Shifts are weekday, first and last hour."""
    store(
        database,
        Resource(id=number, centre_id=1, kind="person"),
        Person(id=number, key=f"T{number}", **limits),
        PersonDetail(person_id=number, name=f"Person {number}"),
        *(PersonSkill(person_id=number, skill=skill, level=level) for skill, level in skills),
        *(Shift(person_id=number, weekday=day, starts=60 * low, ends=60 * high) for day, low, high in shifts),
    )


def one(**operation: Any) -> dict[str, Any]:
    return {"operations": [{"name": "bake", "units": [{"capability": "oven"}], **operation}]}


def asked(database: Database, routing: dict[str, Any], key: str = "R-1", **values: Any) -> int:
    return request(database, key, recipe_id=None, routing=routing, quantity=1, **values)


def translated(database: Database, now: datetime = NOW) -> Translated:
    with database.reading() as session:
        world = read_world(session, centre_ids=[1], since=now)
    return translate(world, scope_of(world.centres, week=WEEK, now=now))


def drafted(database: Database) -> int:
    plan = ask_for_plan(database, actor=ME, now=NOW, week=WEEK, limit=None, work=2, workers=1)
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=plan)
    return plan


def published(database: Database) -> int:
    plan = drafted(database)
    publish_plan(database, actor=ME, now=NOW, plan_id=plan)
    return plan


def held(database: Database, visit: int = 0) -> list[tuple[int, datetime, datetime]]:
    """What a run holds, by time."""

    def read(session: Session) -> list[tuple[int, datetime, datetime]]:
        wanted = select(Hold).join(Run, col(Run.id) == col(Hold.run_id)).where(col(Run.visit) == visit)
        rows = session.exec(wanted.order_by(col(Hold.start_at), col(Hold.resource_id)))
        return [(row.resource_id, row.start_at, row.end_at) for row in rows]

    return database.write(read)


SAMPLING = {"name": "sampling", "skill": "bio", "minutes": 30, "every_minutes": 480, "slack_minutes": 60}
LONG = one(
    crossing="unattended",
    head_minutes=30,
    fixed_minutes=32 * 60,
    tail_minutes=30,
    staff=[{"skill": "smt", "part": "head"}, {"skill": "smt", "part": "tail"}],
    visits=SAMPLING,
    units=[{"unit": "OVEN-1"}],
)


def test_a_run_is_visited_again_and_again_inside_it() -> None:
    routing = Routing.model_validate(LONG, strict=False)
    expanded = expand(routing, quantity=1, parameters={})
    assert [run.key for run in expanded.runs] == [(1, 1), *((1, 1, visit) for visit in (1, 2, 3, 4))]
    assert [(lag.frm, lag.to, lag.least_minutes, lag.most_minutes) for lag in expanded.lags] == [
        ("start", "start", 480 * visit - 60, 480 * visit + 60) for visit in (1, 2, 3)
    ] + [("start", "start", 1860, 1950)]
    assert purpose_of(routing, (1, 1, 3)) == "3rd sampling"
    assert [purpose_of(routing, (1, 1, visit)).split()[0] for visit in (1, 2, 4, 11, 22)] == [
        "1st",
        "2nd",
        "4th",
        "11th",
        "22nd",
    ]


def test_visits_are_booked_at_night_and_stay_what_they_are_in_the_next_problem(sqlite_database: Database) -> None:
    for number, hours in ((7, (0, 9)), (8, (8, 18)), (9, (16, 24))):
        person(sqlite_database, number, *((day, *hours) for day in range(7)), skills=(("bio", 1),))
    store_all_day(sqlite_database)
    asked(sqlite_database, LONG)
    published(sqlite_database)
    (run, *_) = held(sqlite_database)
    for visit in (1, 2, 3, 4):
        ((who, start, end),) = held(sqlite_database, visit)
        assert who in (7, 8, 9)
        assert (end - start).total_seconds() == 1800
        assert abs((start - run[1]).total_seconds() - visit * 8 * 3600) <= 3600
    tasks = {task.id: task for planned in translated(sqlite_database).problem.requests for task in planned.tasks}
    assert list(tasks) == ["R1/1/1", *(f"R1/1/1/v{visit}" for visit in (1, 2, 3, 4))]
    assert tasks["R1/1/1/v2"].booked is not None
    assert [use.lanes for use in tasks["R1/1/1/v2"].modes[0].units] == [0]
    assert tasks["R1/1/1/v2"].booked.units == ("U2",)
    again = publish_plan(sqlite_database, actor=ME, now=NOW, plan_id=drafted(sqlite_database))
    assert (again.moved, again.confirmed, again.unchanged) == (0, 0, 5)
    with sqlite_database.reading() as session:
        assert [row.pieces for row in requested_rows(session)] == [((1, 1),)], "visits hold no pieces"
        ids = [row.id for row in session.exec(select(Booking)) if row.id]
        views = {view.run: view for view in booking_views(session, booking_ids=ids)}
    assert views["R1/1/1/v3"].operation == views["R1/1/1/v3"].purpose == "3rd sampling"
    assert [hold.kind for hold in views["R1/1/1/v3"].holds] == ["person"]


def store_all_day(database: Database) -> None:
    """The first oven may be attended at any time."""
    rows = [{"unit_id": 2, "weekday": day, "opens": 0, "closes": 1440} for day in range(7)]
    store(database, *(OpeningHours(**row) for row in rows))


def test_a_visit_that_no_shift_covers_is_a_blocker_by_name(sqlite_database: Database) -> None:
    person(sqlite_database, 7, *((day, 8, 20) for day in range(7)), skills=(("bio", 1),))
    store_all_day(sqlite_database)
    asked(sqlite_database, LONG, deadline_at=at("Sat 00:00"))
    plan = drafted(sqlite_database)
    (left,) = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=plan).left_out
    texts = [reason.text for reason in left.reasons]
    assert any("sampling has nobody for bio: no technician with bio is on shift from" in text for text in texts), texts


def test_a_watch_is_handed_over_and_held_by_both(sqlite_database: Database) -> None:
    person(sqlite_database, 7, (1, 8, 14), skills=(("watch", 2),))
    person(sqlite_database, 8, (1, 12, 20), skills=(("watch", 3),))
    person(sqlite_database, 9, (1, 8, 20), skills=(("watch", 1),))
    staff = [{"skill": "watch", "level": 2, "handover": True}]
    asked(sqlite_database, one(fixed_minutes=600, staff=staff))
    plan = published(sqlite_database)
    (oven, first, second) = sorted(held(sqlite_database), key=lambda hold: (hold[0] > 6, hold[1]))
    assert first == (7, oven[1], at("Tue 14:00"))
    assert second == (8, at("Tue 14:00"), oven[2])
    (row,) = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=plan).assignments
    assert row.technicians == ("Person 7", "Person 8")


def test_a_higher_level_contains_the_lower_ones(sqlite_database: Database) -> None:
    person(sqlite_database, 7, (0, 8, 20), skills=(("glue", 3),))
    asked(sqlite_database, one(fixed_minutes=60, staff=[{"skill": "glue", "level": 2}]))
    problem = translated(sqlite_database).problem
    assert {need.skill for mode in problem.requests[0].tasks[0].modes for need in mode.staff} == {"1:glue#2"}
    glue = next(each for each in problem.persons if each.id == "P7")
    assert glue.skills == ("1:glue", "1:glue#2", "1:glue#3")


def test_an_own_operator_does_where_qualified_and_present(sqlite_database: Database) -> None:
    """Nobody of the centre knows how to polish but on Friday; Alfa's operator, who may run the second oven, is there on
    Monday. Beta has to wait."""
    person(sqlite_database, 7, (4, 8, 20), skills=(("polish", 1),))
    person(sqlite_database, 8, (0, 8, 20))
    store(sqlite_database, Membership(person_id=8, organisation_id=1), Qualification(person_id=8, unit_id=3))
    routing = one(fixed_minutes=120, staff=[{"skill": "polish", "own_operator": True}])
    asked(sqlite_database, routing, "R-A", due_at=at("Mon 20:00"))
    asked(sqlite_database, routing, "R-B", project=2)
    problem = translated(sqlite_database).problem
    own = next(each for each in problem.persons if each.id == "P8")
    assert own.skills == ("1:polish@O1/U3",)
    assert read_skill("1:polish#2@O1/U3+U4") == SkillText(1, "polish", 2, 1, frozenset({3, 4}))
    published(sqlite_database)
    holds = held(sqlite_database)
    assert [(who, f"{start:%a}") for who, start, _ in holds if who > 6] == [(8, "Mon"), (7, "Fri")]
    assert [who for who, start, _ in holds if who < 6 and f"{start:%a}" == "Mon"] == [3]


def test_greatest_hours_count_what_is_booked_and_what_was_worked(sqlite_database: Database) -> None:
    """At most 3 hours a day and 10 a week; on Monday 2 hours and 10 minutes are done by noon, 1 hour is booked."""
    person(sqlite_database, 7, *((day, 8, 20) for day in range(5)), most_minutes_day=180, most_minutes_week=600)
    noon = at("Mon 12:00")
    work(sqlite_database, 7, at("Mon 08:00"), at("Mon 10:10"), "done")
    work(sqlite_database, 7, at("Mon 11:00"), at("Mon 13:00"), "running")
    asked(sqlite_database, one(fixed_minutes=60))
    found_ = translated(sqlite_database, noon)
    limits = next(each for each in found_.problem.persons if each.id == "P7").limits
    tick = found_.clock.floor
    days = [limit for limit in limits if limit.end - limit.start == 288]
    assert days[0] == HourLimit(start=tick(at("Mon 00:00")), end=tick(at("Tue 00:00")), most=0)
    assert days[1].most == 36
    week = next(limit for limit in limits if limit.end - limit.start == 7 * 288)
    assert week == HourLimit(start=tick(at("Mon 00:00")), end=tick(at("+Mon 00:00")), most=(600 - 250) // 5)


def work(database: Database, who: int, start: datetime, end: datetime, state: str) -> None:
    """A booked run that holds a person alone."""
    times: dict[str, Any] = {"start_at": start, "end_at": end}
    (row,) = store(database, Run(centre_id=1, **times))
    store(database, Hold(run_id=row, resource_id=who, lane=0, in_force=state != "done", **times))
    owner: dict[str, Any] = {"project_id": 1, "organisation_id": 1, "cluster_id": 1, "stage": "prototype"}
    booked: dict[str, Any] = {"booked_start": start, "booked_end": end, "made_at": start, "made_by": "admin"}
    store(database, Booking(run_id=row, state=state, **owner, **booked))


def test_publishing_keeps_greatest_hours_that_something_else_took_meanwhile(sqlite_database: Database) -> None:
    person(sqlite_database, 7, (0, 8, 20), skills=(("glue", 1),), most_minutes_day=120)
    asked(sqlite_database, one(fixed_minutes=120, staff=[{"skill": "glue"}]))
    plan = drafted(sqlite_database)
    work(sqlite_database, 7, at("Mon 18:00"), at("Mon 18:30"), "confirmed")
    sqlite_database.write(lambda session: setattr(session.get_one(Centre, 1), "revision", 99))
    with pytest.raises(PlanClashes) as refusal:
        publish_plan(sqlite_database, actor=ME, now=NOW, plan_id=plan)
    assert "Person 7 works 2 h within Mon 30 Nov 00:00..Tue 1 Dec 00:00; at most 1 h 30 min are allowed." in [
        reason.text for reason in refusal.value.reasons
    ]


@pytest.mark.parametrize(
    ("need", "text"),
    [
        ({"skill": "glue", "level": 3}, "'bake' needs the skill 'glue' at level 3; the highest at the centre is 2."),
        ({"skill": "polish"}, "'bake' needs the skill 'polish'; the centre has glue, smt."),
    ],
)
def test_what_no_technician_can_do_is_refused_when_it_is_asked_for(
    sqlite_database: Database, need: dict[str, Any], text: str
) -> None:
    """What an own operator has as a skill is nothing that the centre has."""
    person(sqlite_database, 7, (0, 8, 20), skills=(("glue", 2),))
    person(sqlite_database, 8, (0, 8, 20), skills=(("polish", 1),))
    store(sqlite_database, Membership(person_id=8, organisation_id=1))
    routing = Routing.model_validate(one(fixed_minutes=60, staff=[need]), strict=False)
    with sqlite_database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    with pytest.raises(UnknownNeed) as refusal:
        check_doable(world, 1, expand(routing, quantity=1, parameters={}), tick_minutes=5)
    assert refusal.value.text == text


def test_visits_of_a_run_that_is_over_are_not_made_up_for(sqlite_database: Database) -> None:
    asked(sqlite_database, LONG)
    times: dict[str, Any] = {"start_at": at("Mon 08:00"), "end_at": at("Tue 17:00")}
    (row,) = store(sqlite_database, Run(centre_id=1, request_id=1, operation=1, number=1, **times))
    store(sqlite_database, Hold(run_id=row, resource_id=2, lane=0, in_force=True, **times))
    owner: dict[str, Any] = {"project_id": 1, "organisation_id": 1, "cluster_id": 1, "stage": "prototype"}
    booked: dict[str, Any] = {"booked_start": at("Mon 08:00"), "booked_end": at("Tue 17:00"), "made_at": NOW}
    store(sqlite_database, Booking(run_id=row, state="running", made_by="admin", **owner, **booked))
    left = [task.id for each in translated(sqlite_database, at("Mon 20:00")).problem.requests for task in each.tasks]
    assert left == [f"R1/1/1/v{visit}" for visit in (1, 2, 3, 4)]
    assert translated(sqlite_database, at("Tue 18:00")).problem.requests == ()


def test_visits_are_no_uses_of_the_unit_that_they_look_after(sqlite_database: Database) -> None:
    """One run of the oven is allowed, and its four visits are no more; nor do they take of the hours."""
    person(sqlite_database, 7, *((day, 0, 24) for day in range(7)), skills=(("bio", 1),))
    store_all_day(sqlite_database)
    asked(sqlite_database, LONG)
    units: dict[str, Any] = {"unit_type": "oven"}
    store(
        sqlite_database,
        Quota(key="runs", centre_id=1, per="organisation", measure="count", period="week", most=1, **units),
        Budget(id=1, key="hours", centre_id=1, name="Hours", organisation_id=1, **units),
        BudgetGrant(budget_id=1, at=at("Mon 00:00"), minutes=33 * 60),
    )
    problem = translated(sqlite_database).problem
    assert [len(quota.units) for quota in problem.quotas] == [2]
    taken = {task.id: sum(each.amount for each in task.modes[0].consumptions) for task in problem.requests[0].tasks}
    assert taken == {"R1/1/1": 33 * 12, **{f"R1/1/1/v{visit}": 0 for visit in (1, 2, 3, 4)}}
    published(sqlite_database)
    assert len(held(sqlite_database, 4)) == 1
