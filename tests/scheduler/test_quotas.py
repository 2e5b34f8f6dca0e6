"""Quotas and budgets hold for bookings by hand, for plans and for publishing, and every refusal says the numbers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.database import Database
from models.queries.world import read_world
from models.tables import Budget, BudgetGrant, Centre, Laboratory, OpeningHours, Organisation, Quota, Resource, Unit
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.allowances import request_allowances
from scheduler.booking import book_units, cancel_booking
from scheduler.errors import BookingRefused, PlanClashes
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.plans import show_plan
from scheduler.publishing import publish_plan
from scheduler.scopes import scope_of
from scheduler.translate import Translated, translate
from scheduler.views import BookingView
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store


def quota(database: Database, **values: Any) -> None:
    """Stores a quota: at most 4 h in 7 days on microscopes, for each organisation."""
    basic = {"key": "SEM", "per": "organisation", "centre_id": 1, "unit_type": "microscope"}
    time = {"measure": "minutes", "most": 240, "period": "rolling", "days": 7}
    store(database, Quota(**{**basic, **time, **values}))


def book(database: Database, start: str, hours: float, *units: str, project: str = "A-1") -> BookingView:
    begin = at(start)
    end = begin + timedelta(minutes=round(60 * hours))
    return book_units(database, actor=ME, now=NOW, units=units or ("SEM",), start=begin, end=end, project=project)


def refused(database: Database, start: str, hours: float, *units: str, project: str = "A-1") -> list[str]:
    with pytest.raises(BookingRefused) as refusal:
        book(database, start, hours, *units, project=project)
    return [reason.text for reason in refusal.value.reasons]


def translated(database: Database, *, since: datetime = NOW) -> Translated:
    with database.reading() as session:
        world = read_world(session, centre_ids=[1], since=since)
    return translate(world, scope_of(world.centres, week=WEEK, now=NOW))


def test_four_hours_on_tuesday_and_four_the_next_tuesday_morning_are_refused(database: Database) -> None:
    found(database)
    quota(database)
    book(database, "Tue 13:00", 4)
    texts = refused(database, "+Tue 08:00", 4)
    assert texts[0] == (
        "Alfa has 4 h of 4 h in 7 days on microscope units; these 4 h would make 8 h, from Tue 1 Dec 13:00."
    )
    assert texts[1] == "Tue 8 Dec 13:00 fits."
    book(database, "+Tue 13:00", 4)
    book(database, "Tue 13:00", 4, project="B-1")


def test_the_numbers_are_said_and_what_is_cancelled_is_free_again(sqlite_database: Database) -> None:
    found(sqlite_database)
    quota(sqlite_database)
    first = book(sqlite_database, "Mon 09:00", 3.5)
    assert refused(sqlite_database, "Wed 10:00", 2)[0] == (
        "Alfa has 3 h 30 min of 4 h in 7 days on microscope units; these 2 h would make 5 h 30 min, "
        "from Mon 30 Nov 09:00."
    )
    cancel_booking(sqlite_database, actor=ME, now=NOW, booking_id=first.id)
    book(sqlite_database, "Wed 10:00", 2)


def test_what_was_booked_before_the_horizon_counts(sqlite_database: Database) -> None:
    found(sqlite_database)
    quota(sqlite_database, period="rolling", days=30)
    book(sqlite_database, "Mon 09:00", 4)
    later = datetime(2026, 12, 28, tzinfo=UTC)
    with pytest.raises(BookingRefused):
        book_units(
            sqlite_database,
            actor=ME,
            now=datetime(2026, 12, 20, tzinfo=UTC),
            units=("SEM",),
            start=later + timedelta(hours=9),
            end=later + timedelta(hours=10),
            project="A-1",
        )


def test_by_number_in_a_local_week_and_for_one_cluster(sqlite_database: Database) -> None:
    found(sqlite_database)
    quota(sqlite_database, per="cluster", cluster_id=1, measure="count", most=2, period="week", days=None)
    book(sqlite_database, "Mon 09:00", 9)
    book(sqlite_database, "Fri 19:00", 1)
    texts = refused(sqlite_database, "Wed 10:00", 1)
    assert texts[0] == (
        "Information technologies has 2 runs of 2 runs in a week on microscope units; with 1 run more it would be "
        "3 runs, from Mon 30 Nov 00:00."
    )
    book(sqlite_database, "+Mon 08:00", 1)
    book(sqlite_database, "Wed 10:00", 1, project="B-1")


def test_by_whoever_asks(sqlite_database: Database) -> None:
    found(sqlite_database)
    quota(sqlite_database, per="person")
    book(sqlite_database, "Mon 09:00", 4)
    assert refused(sqlite_database, "Tue 10:00", 1, project="B-1")[0].startswith(f"{ME.key} has 4 h of 4 h")
    quota(sqlite_database, key="other", per="person", person="somebody else", most=0)
    book(sqlite_database, "+Tue 10:00", 1, project="B-1")


def test_units_of_other_laboratories_types_and_names_do_not_count(sqlite_database: Database) -> None:
    found(sqlite_database)
    quota(sqlite_database, unit_type=None, unit_id=2)
    book(sqlite_database, "Mon 09:00", 5)
    assert refused(sqlite_database, "Mon 09:00", 5, "OVEN-1")[0].startswith(
        "Alfa has 0 min of 4 h in 7 days on OVEN-1;"
    )
    book(sqlite_database, "Mon 09:00", 5, "OVEN-2")


def test_local_days_of_23_and_25_hours_are_buckets(sqlite_database: Database) -> None:
    found(sqlite_database)

    def berlin(session: Any) -> None:
        session.get_one(Centre, 1).zone = "Europe/Berlin"

    sqlite_database.write(berlin)
    quota(sqlite_database, unit_type=None, period="day", days=None)
    request(sqlite_database, "R-1")
    with sqlite_database.reading() as session:
        world = read_world(session, centre_ids=[1], since=datetime(2026, 10, 20, tzinfo=UTC))
    scope = scope_of(world.centres, week="2026-W43", now=datetime(2026, 10, 18, tzinfo=UTC))
    lengths = [(end - start) / 12 for start, end, _ in translate(world, scope).problem.quotas[0].buckets]
    assert lengths[:8] == [24.0] * 6 + [25.0, 24.0]
    with sqlite_database.reading() as session:
        world = read_world(session, centre_ids=[1], since=datetime(2027, 3, 20, tzinfo=UTC))
    scope = scope_of(world.centres, week="2027-W12", now=datetime(2027, 3, 20, tzinfo=UTC))
    lengths = [(end - start) / 12 for start, end, _ in translate(world, scope).problem.quotas[0].buckets]
    assert lengths[:8] == [24.0] * 6 + [23.0, 24.0]


OVEN_HOURS: dict[str, Any] = {"unit_type": "oven", "most": 15 * 60, "key": "ovens"}


def drafted(database: Database) -> int:
    plan_id = ask_for_plan(database, actor=ME, now=NOW, week=WEEK, limit=None, work=2, workers=1)
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=plan_id)
    return plan_id


def test_a_plan_keeps_to_the_quota_and_says_why_the_rest_stays_out(sqlite_database: Database) -> None:
    """Two soaks of 11 h and more each; 15 h in 7 days are allowed, and the second is due within them."""
    found(sqlite_database)
    quota(sqlite_database, **OVEN_HOURS)
    for key in ("R-1", "R-2"):
        request(sqlite_database, key, deadline_at=at("Fri 20:00"))
    view = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=drafted(sqlite_database))
    assert len({each.request for each in view.assignments}) == 1
    (left,) = view.left_out
    (reason,) = left.reasons
    assert reason.code == "quota_hours"
    assert "is beyond Alfa's quota on oven units: " in reason.text
    assert "of 15 h in 7 days are used" in reason.text


def test_a_quota_that_comes_between_stands_against_publishing(sqlite_database: Database) -> None:
    found(sqlite_database)
    request(sqlite_database, "R-1")
    plan_id = drafted(sqlite_database)
    quota(sqlite_database, **{**OVEN_HOURS, "centre_id": None, "most": 60})
    with pytest.raises(PlanClashes) as refusal:
        publish_plan(sqlite_database, actor=ME, now=NOW, plan_id=plan_id)
    (clash,) = refusal.value.reasons
    assert clash.text.startswith("Alfa's quota on oven units is exceeded at ")
    assert "where 1 h are allowed (R-1 soak;" in clash.text


def test_what_is_published_counts_for_the_next_booking_by_hand(sqlite_database: Database) -> None:
    found(sqlite_database)
    quota(sqlite_database, **OVEN_HOURS)
    request(sqlite_database, "R-1")
    publish_plan(sqlite_database, actor=ME, now=NOW, plan_id=drafted(sqlite_database))
    assert refused(sqlite_database, "Wed 09:00", 5, "OVEN-2")[0].startswith("Alfa has ")
    book(sqlite_database, "Wed 09:00", 5, "OVEN-2", project="B-1")


@pytest.mark.parametrize("time", [{}, {"period": "week", "days": None}])
def test_what_stands_beyond_a_quota_that_came_later_keeps_its_place(
    sqlite_database: Database, time: dict[str, Any]
) -> None:
    found(sqlite_database)
    request(sqlite_database, "R-1")
    publish_plan(sqlite_database, actor=ME, now=NOW, plan_id=drafted(sqlite_database))
    before = translated(sqlite_database).problem.requests[0].tasks
    assert all(task.booked is not None for task in before)
    quota(sqlite_database, **{**OVEN_HOURS, "most": 60, **time})
    view = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=drafted(sqlite_database))
    assert {each.request for each in view.assignments} == {"R-1"}
    assert [level.value for level in view.levels if level.name in ("displaced", "moved")] == [0, 0]
    assert refused(sqlite_database, "Thu 09:00", 1, "OVEN-2")[0].startswith("Alfa has ")


def test_a_quota_at_all_centres_counts_what_is_booked_at_another(sqlite_database: Database) -> None:
    found(sqlite_database)
    another_centre(sqlite_database)
    quota(sqlite_database, centre_id=None)
    book(sqlite_database, "Mon 09:00", 3, "SEM-9")
    assert refused(sqlite_database, "Tue 09:00", 2)[0].startswith(
        "Alfa has 3 h of 4 h in 7 days on microscope units; these 2 h would make 5 h,"
    )


def another_centre(database: Database) -> None:
    store(
        database,
        Centre(id=2, key="ME", name="Mechanics", zone="Europe/Moscow", settings={}),
        Laboratory(id=2, centre_id=2, key="MIC", name="Microscopy"),
        Resource(id=9, centre_id=2, kind="unit", lanes=1),
        Unit(id=9, laboratory_id=2, key="SEM-9", name="SEM 9", type="microscope"),
        *(OpeningHours(laboratory_id=2, weekday=day, opens=0, closes=1440) for day in range(7)),
    )


def budget(database: Database, *grants: tuple[str, int], **values: Any) -> None:
    """Stores a budget of oven hours with its grants."""
    basic = {"id": 1, "key": "B", "name": "Alfa's oven hours", "centre_id": 1, "unit_type": "oven"}
    rows = [BudgetGrant(budget_id=1, at=at(day), minutes=60 * hours) for day, hours in grants]
    store(database, Budget(**{**basic, "organisation_id": 1, **values}), *rows)


def test_hours_of_a_budget_are_taken_where_a_run_starts(sqlite_database: Database) -> None:
    found(sqlite_database)
    budget(sqlite_database, ("Mon 00:00", 6), ("Thu 00:00", 4))
    book(sqlite_database, "Tue 09:00", 4, "OVEN-1")
    texts = refused(sqlite_database, "Wed 09:00", 3, "OVEN-1")
    assert texts[0] == "Alfa's oven hours: 2 h are left by Wed 2 Dec 09:00, and this takes 3 h."
    assert texts[1] == "Thu 3 Dec 08:00 fits."
    book(sqlite_database, "Thu 09:00", 3, "OVEN-1")
    book(sqlite_database, "Wed 09:00", 3, "OVEN-2", project="B-1")


def test_a_projects_budget_is_planned_with(sqlite_database: Database) -> None:
    found(sqlite_database)
    budget(sqlite_database, ("Mon 00:00", 3), organisation_id=None, project_id=1)
    request(sqlite_database, "R-1", deadline_at=at("Fri 20:00"))
    request(sqlite_database, "R-2", project=2)
    view = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=drafted(sqlite_database))
    assert {each.request for each in view.assignments} == {"R-2"}
    (reason,) = view.left_out[0].reasons
    assert reason.code == "budget_short"
    assert reason.text == (
        "R-1 takes 11 h of Alfa's oven hours in all, of which at most 3 h are left by Fri 4 Dec 20:00."
    )


SHARED: dict[str, Any] = {
    "operations": [
        {"name": name, "fixed_minutes": 60, "units": [{"capability": "oven"}], "staff": [{"skill": "smt"}]}
        for name in ("soak", "test", "inspect")
    ],
    "lags": [{"before": "soak", "after": "test"}, {"before": "test", "after": "inspect"}],
    "choices": [
        {"operation": "soak", "other": "test", "what": "unit"},
        {"operation": "soak", "other": "inspect", "what": "person", "differ": True},
    ],
}


def test_what_operations_share_is_planned_and_known_of_what_is_booked(sqlite_database: Database) -> None:
    found(sqlite_database)
    request(sqlite_database, "R-1", recipe_id=None, routing=SHARED)
    plan_id = drafted(sqlite_database)
    by_name = {
        each.operation: each for each in show_plan(sqlite_database, actor=ME, now=NOW, plan_id=plan_id).assignments
    }
    assert by_name["soak"].units == by_name["test"].units
    assert by_name["soak"].technicians != by_name["inspect"].technicians
    publish_plan(sqlite_database, actor=ME, now=NOW, plan_id=plan_id)
    later = by_name["soak"].end + timedelta(minutes=5)
    with sqlite_database.reading() as session:
        world = read_world(session, centre_ids=[1], since=later)
    (planned,) = translate(world, scope_of(world.centres, week=WEEK, now=later, repair=True)).problem.requests
    fact = next(each for each in planned.facts if each.id == "R1/1/1")
    assert (fact.units, fact.persons) == (("U2",), fact.persons)
    assert fact.persons
    assert [(one.tasks, one.what, one.differ) for one in planned.choices] == [
        (("R1/1/1", "R1/2/1"), "unit", False),
        (("R1/1/1", "R1/3/1"), "person", True),
    ]


def test_a_quota_stands_in_the_problem_for_those_whose_work_could_use_its_units(sqlite_database: Database) -> None:
    found(sqlite_database)
    store(sqlite_database, Organisation(id=3, cluster_id=1, key="GAMMA", name="Gamma"))
    quota(sqlite_database)
    quota(sqlite_database, key="ovens", unit_type="oven")
    request(sqlite_database, "R-1")
    assert [each.id for each in translated(sqlite_database).problem.quotas] == ["Q2/O1"]


LOOKED_AT = {
    "operations": [
        {"name": "soak", "fixed_minutes": 60, "units": [{"unit": "OVEN-1"}]},
        {"name": "look", "fixed_minutes": 60, "units": [{"unit": "SEM"}]},
    ]
}
"""Needs an oven, then the microscope."""


def test_a_request_is_told_what_it_is_still_allowed(sqlite_database: Database) -> None:
    found(sqlite_database)
    quota(sqlite_database)
    quota(sqlite_database, key="other", organisation_id=2)
    budget(sqlite_database, ("Mon 00:00", 3))
    request(sqlite_database, "R-1", recipe_id=None, routing=LOOKED_AT)
    request(sqlite_database, "BAKED")
    book(sqlite_database, "Mon 09:00", 3.5)
    told = request_allowances(sqlite_database, actor=ME, now=at("Tue 08:00"), key="R-1")
    assert [each.text for each in told] == [
        "Alfa: at most 4 h in 7 days on microscope units; 3 h 30 min used or booked from Mon 30 Nov 09:00.",
        "Alfa's oven hours: 3 h left.",
    ]
    baked = request_allowances(sqlite_database, actor=ME, now=at("Tue 08:00"), key="BAKED")
    assert [each.code for each in baked] == ["budget"], "nothing of it is done with a microscope"


def test_hours_of_a_budget_booked_far_ahead_are_spent(database: Database) -> None:
    found(database)
    budget(database, ("Mon 00:00", 6), unit_type="microscope")
    request(database, "R-1", recipe_id=None, routing=LOOKED_AT)
    far = at("Tue 09:00") + timedelta(weeks=6)
    book_units(database, actor=ME, now=NOW, units=("SEM",), start=far, end=far + timedelta(hours=6), project="A-1")
    assert refused(database, "Tue 09:00", 6)[0].startswith("Alfa's oven hours")
    (told,) = request_allowances(database, actor=ME, now=at("Tue 08:00"), key="R-1")
    assert told.text == "Alfa's oven hours: 0 min left."
