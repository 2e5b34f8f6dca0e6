"""Maintenance that is due more than once within a plan's horizon: planned, published, kept and marked as done."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.queries.upkeep import upkeep_numbers
from models.queries.world import read_world
from models.replay import differences
from models.tables import Centre, MaintenanceRun
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units
from scheduler.errors import BookingRefused
from scheduler.local_time import iso_week
from scheduler.maintaining import mark_done
from scheduler.naming import Naming
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.publishing import publish_plan
from scheduler.scopes import scope_of
from scheduler.translate import translate
from scheduler.translate.clock import Clock
from scheduler.translate.names import time_of
from solver.problem import Problem, Request
from tests.scheduler.small_centre import NOW, WEEK, at, found, request
from tests.scheduler.upkept import calibration, upkeep_runs

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _found(sqlite_database: Database) -> None:
    found(sqlite_database)
    last = at("Wed 12:00") - 7 * DAY
    calibration(sqlite_database, expires="Wed 12:00", every_days=7, early_days=1, late_days=1, last_done_at=last)


def problem(database: Database, now: datetime = NOW, week: str = WEEK, *, repair: bool = False) -> Problem:
    with database.reading() as session:
        scope = scope_of([session.get_one(Centre, 1)], week=week, now=now, repair=repair)
        return translate(read_world(session, centre_ids=[1], since=scope.start), scope).problem


def published(database: Database, now: datetime = NOW) -> None:
    week = iso_week(now + 3 * DAY, "Europe/Moscow")
    plan_id = ask_for_plan(database, actor=ME, now=now, week=week, limit=None, work=4, workers=1)
    draft_plan(database, actor=ME, now=lambda: now, plan_id=plan_id)
    publish_plan(database, actor=ME, now=now, plan_id=plan_id)


def starts(database: Database, state: str = "planned") -> list[datetime]:
    return [run.start_at for each, run in upkeep_runs(database) if each == state]


def book(database: Database, start: str) -> None:
    end = at(start) + timedelta(hours=1)
    book_units(database, actor=ME, now=NOW, units=("OVEN-1",), project="A-1", start=at(start), end=end)


def test_it_is_asked_for_as_often_as_the_horizon_needs_it(sqlite_database: Database) -> None:
    asked = problem(sqlite_database)
    assert [(one.id, one.tasks[0].id) for one in asked.requests] == [
        ("M1", "M1/1/1"),
        ("M1/+1", "M1/1/2"),
        ("M1/+2", "M1/1/3"),
        ("M1/+3", "M1/1/4"),
    ]
    windows = [one.tasks[0].windows[0] for one in asked.requests]
    assert [later[0] - sooner[0] for sooner, later in pairwise(windows)] == [7 * 288] * 3
    (expiry,) = next(unit for unit in asked.units if unit.id == "U2").expiries
    assert {time_of(one.id) == time_of(one.tasks[0].id) for one in asked.requests} == {True}
    assert [time_of(one.id) for one in asked.requests] == [1, 2, 3, 4]
    assert expiry.renewed_by == tuple(one.tasks[0].id for one in asked.requests)


def test_what_is_published_stands_each_time_and_work_may_rely_on_it(sqlite_database: Database) -> None:
    with pytest.raises(BookingRefused):
        book(sqlite_database, "+Fri 10:00")
    published(sqlite_database)
    first, second, *_ = starts(sqlite_database)
    assert len(starts(sqlite_database)) == 4
    assert at("Tue 12:00") <= first <= at("Thu 12:00")
    assert second - first <= 8 * DAY
    book(sqlite_database, "+Fri 10:00")


def test_the_next_plan_keeps_what_stands_and_adds_the_one_that_is_new(sqlite_database: Database) -> None:
    published(sqlite_database)
    before = starts(sqlite_database)
    mark_done(sqlite_database, actor=ME, now=before[0] + DAY / 12, key="CAL-1")
    assert starts(sqlite_database) == before[1:]
    assert starts(sqlite_database, "done") == before[:1]
    published(sqlite_database, NOW + 7 * DAY)
    after = starts(sqlite_database)
    assert len(after) == 4
    assert after[:3] == before[1:]


def test_a_repair_asks_for_none_anew_and_a_time_that_is_fixed_counts(sqlite_database: Database) -> None:
    assert problem(sqlite_database, repair=True).requests == ()
    published(sqlite_database)
    late = starts(sqlite_database)[0] - timedelta(hours=2)
    asked = problem(sqlite_database, late)
    assert [one.id for one in asked.requests] == ["M1/+1", "M1/+2", "M1/+3"]
    assert all(one.tasks[0].booked for one in asked.requests)
    (expiry,) = next(unit for unit in asked.units if unit.id == "U2").expiries
    assert len(expiry.renewed_at) == 1


def test_one_that_comes_early_puts_off_the_next_and_is_not_done_twice(sqlite_database: Database) -> None:
    published(sqlite_database)
    first, second, *_ = starts(sqlite_database)
    mark_done(sqlite_database, actor=ME, now=first - timedelta(hours=20), key="CAL-1")
    assert starts(sqlite_database)[0] == second
    assert starts(sqlite_database, "cancelled") == [first]


def test_one_that_failed_is_asked_for_anew_though_the_next_is_planned(sqlite_database: Database) -> None:
    published(sqlite_database)
    first, second, *_ = starts(sqlite_database)
    over = first + timedelta(hours=3)
    mark_done(sqlite_database, actor=ME, now=over, key="CAL-1", result="failed")
    assert starts(sqlite_database)[0] == second
    fresh = [one for one in problem(sqlite_database, at("Thu 16:00")).requests if not one.tasks[0].booked]
    assert [one.id for one in fresh] == ["M1/+4"], "the numbers before are those of what was planned"
    assert fresh[0].tasks[0].windows[0][0] == 0, "at once"


def test_of_what_wears_out_more_is_asked_for_the_more_work_there_is(sqlite_database: Database) -> None:
    """Two ovens share the soaking of the lots: of four lots two count on each, of eight four."""
    worn = {"kind": "service", "every_days": None, "every_cycles": 2, "last_done_at": NOW}
    calibration(sqlite_database, expires="Wed 12:00", key="SRV", unit_id=3, **worn)
    for number in range(4):
        request(sqlite_database, f"R-{number}")
    assert services(problem(sqlite_database)) == ["M2"]
    for number in range(4, 8):
        request(sqlite_database, f"R-{number}")
    assert services(problem(sqlite_database)) == ["M2", "M2/+1"]


def services(asked: Problem) -> list[str]:
    return [one.id for one in asked.requests if one.id.startswith("M2")]


def test_run_hours_are_not_used_up_again_before_they_can_be(sqlite_database: Database) -> None:
    worn = {"kind": "service", "every_days": None, "every_run_minutes": 600, "last_done_at": NOW}
    calibration(sqlite_database, expires="Wed 12:00", key="SRV", unit_id=3, **worn)
    for number in range(8):
        request(sqlite_database, f"R-{number}")
    asked = problem(sqlite_database)
    firsts = [one.tasks[0].windows[0][0] for one in asked.requests if one.id.startswith("M2")]
    assert len(firsts) == 4
    assert all(first >= number * 600 // 5 for number, first in enumerate(firsts))


def test_what_was_drafted_keeps_its_names_while_one_is_marked_as_done(sqlite_database: Database) -> None:
    published(sqlite_database)
    first, *others = starts(sqlite_database)
    request(sqlite_database, "R-1", release_at=at("Thu 08:00"))
    plan_id = ask_for_plan(
        sqlite_database, actor=ME, now=first, week=iso_week(first, "Europe/Moscow"), limit=None, work=4, workers=1
    )
    draft_plan(sqlite_database, actor=ME, now=lambda: first, plan_id=plan_id)
    before = {one.tasks[0].id: one.tasks[0].booked for one in upkeep_of(sqlite_database, first)}
    mark_done(sqlite_database, actor=ME, now=first + DAY / 12, key="CAL-1")
    after = {one.tasks[0].id: one.tasks[0].booked for one in upkeep_of(sqlite_database, first)}
    assert list(before) == list(after) == ["M1/1/2", "M1/1/3", "M1/1/4"]
    assert before == after
    publish_plan(sqlite_database, actor=ME, now=first + DAY / 12, plan_id=plan_id)
    assert starts(sqlite_database) == others


def upkeep_of(database: Database, now: datetime) -> list[Request]:
    return [one for one in problem(database, now, iso_week(now, "Europe/Moscow")).requests if one.maintenance]


def test_a_number_is_given_once_and_the_word_says_which_is_next(sqlite_database: Database) -> None:
    published(sqlite_database)
    first, *_ = starts(sqlite_database)
    mark_done(sqlite_database, actor=ME, now=first + DAY / 12, key="CAL-1")
    published(sqlite_database, NOW + 7 * DAY)
    with sqlite_database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW + 7 * DAY)
        assert session.exec(select(MaintenanceRun.number).order_by(col(MaintenanceRun.id))).all() == [1, 2, 3, 4, 5]
        assert [each for each in differences(session) if each.table == "maintenance_run"] == []
    naming = Naming(world=world, clock=Clock(origin=NOW, tick_minutes=5), zone="UTC")
    words = [naming.name(f"M1/1/{number}") for number in (2, 3, 5, 6)]
    assert [word.removesuffix("calibration of OVEN-1") for word in words] == ["", "2nd ", "4th ", "5th "]


def test_what_was_planned_before_it_was_numbered_counts_by_its_place(sqlite_database: Database) -> None:
    published(sqlite_database)
    before = [one.id for one in upkeep_of(sqlite_database, NOW)]
    sqlite_database.write(_unnumber)
    assert [one.id for one in upkeep_of(sqlite_database, NOW)] == before
    mark_done(sqlite_database, actor=ME, now=starts(sqlite_database)[0] + DAY / 12, key="CAL-1")
    published(sqlite_database, NOW + 7 * DAY)
    with sqlite_database.reading() as session:
        assert list(upkeep_numbers(session, [1]).values()) == [1, 2, 3, 4, 5]


def _unnumber(session: Session) -> None:
    for row in session.exec(select(MaintenanceRun)):
        row.number = None
        session.add(row)
