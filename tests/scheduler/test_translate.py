"""Rows become the problem that they say."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models.database import Database
from models.queries.world import read_world
from models.tables import Centre, Closure, Unit
from scheduler.local_time import week_start
from scheduler.scopes import scope_of
from scheduler.translate import translate
from solver.model import solve_model
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store

BAKE: dict[str, Any] = {
    "operations": [
        {
            "name": "bake",
            "fixed_minutes": 60,
            "units": [{"capability": "oven"}],
            "stocks": [{"stock": "PASTE", "per_run": 2, "per_piece": 1}],
        }
    ]
}


def test_every_mode_of_an_operation_takes_the_same_stock(sqlite_database: Database) -> None:
    found(sqlite_database)
    request(sqlite_database, "R-1", recipe_id=None, routing=BAKE, quantity=5)
    with sqlite_database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    (planned,) = translate(world, scope_of(world.centres, week=WEEK, now=NOW)).problem.requests
    taken = [[use.amount for use in mode.consumptions] for mode in planned.tasks[0].modes]
    assert taken == [[7], [7]]


def test_a_way_costs_what_the_hours_of_its_units_cost_and_the_cheaper_one_is_planned(sqlite_database: Database) -> None:
    found(sqlite_database)
    request(sqlite_database, "R-1", recipe_id=None, routing=BAKE, quantity=5)

    def price(session: Session) -> None:
        for key, cost in (("OVEN-1", 50), ("OVEN-2", 25)):
            session.exec(select(Unit).where(Unit.key == key)).one().hour_cost = cost

    sqlite_database.write(price)
    with sqlite_database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    problem = translate(world, scope_of(world.centres, week=WEEK, now=NOW)).problem
    assert [mode.cost for mode in problem.requests[0].tasks[0].modes] == [50, 25]
    running = next(number for number, level in enumerate(problem.levels) if "running" in dict(level.terms))
    plan = solve_model(replace(problem, requests=(replace(problem.requests[0], required=True),)), level=running).plan
    assert plan is not None
    assert [at.mode for at in plan.assignments] == [1]


def test_the_horizon_is_never_shorter_than_the_longest_routing(sqlite_database: Database) -> None:
    found(sqlite_database)
    soak = {"name": "soak", "crossing": "unattended", "head_minutes": 10, "fixed_minutes": 5 * 7 * 24 * 60}
    bake = BAKE["operations"][0]
    lag = {"before": "bake", "after": "soak", "least_minutes": 600}
    long = {"operations": [bake, {**soak, "units": [{"capability": "oven"}]}], "lags": [lag]}
    with sqlite_database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    usual = translate(world, scope_of(world.centres, week=WEEK, now=NOW))
    request(sqlite_database, "R-1", recipe_id=None, routing=long, quantity=1)
    with sqlite_database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    longer = translate(world, scope_of(world.centres, week=WEEK, now=NOW))
    minutes = 60 + 600 + 10 + 5 * 7 * 24 * 60
    assert longer.problem.horizon == longer.problem.commit_until + minutes // longer.clock.tick_minutes
    assert longer.problem.horizon > usual.problem.horizon == 4 * usual.problem.commit_until


@pytest.mark.parametrize(
    ("zones", "week", "tick"),
    [
        pytest.param(("Europe/Moscow", "Asia/Kolkata"), WEEK, 30, id="two Mondays, two and a half hours apart"),
        pytest.param(("Europe/Moscow", "Europe/Berlin"), WEEK, 60, id="two Mondays, two hours apart"),
        pytest.param(("Australia/Lord_Howe",), "2027-W12", 60, id="a clock put back by half an hour"),
    ],
)
def test_every_centre_finds_its_grid_and_the_horizon_ends_on_it(
    sqlite_database: Database, zones: tuple[str, ...], week: str, tick: int
) -> None:
    """Ticks are hours for each by itself."""
    found(sqlite_database)
    with sqlite_database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    hourly: dict[str, Any] = {"name": "Centre", "settings": {"tick_minutes": 60}}
    centres = tuple(Centre(id=id_, key=f"C{id_}", zone=zone, **hourly) for id_, zone in enumerate(zones, start=1))
    here = translate(replace(world, centres=centres), scope_of(centres, week=week, now=NOW))
    mondays = [week_start(week, zone) for zone in zones]
    assert here.clock.tick_minutes == tick
    assert all(here.clock.on_grid(monday) for monday in mondays)
    assert here.clock.moment(here.problem.horizon) == here.scope.end >= max(mondays) + timedelta(weeks=4)


@pytest.mark.parametrize(
    ("closed", "looked_at"),
    [
        ({}, ["U2"]),
        ({2: "Wed"}, []),
        ({2: "Wed", 3: "Wed"}, ["U2"]),
        ({2: "Wed", 3: "Thu"}, []),
        ({2: "Sun"}, ["U2"]),
    ],
    ids=["never", "one", "both", "each on another day", "one while it is closed anyway"],
)
def test_a_visit_asks_for_open_units_where_all_are_open_at_the_same_times(
    sqlite_database: Database, closed: dict[int, str], looked_at: list[str]
) -> None:
    found(sqlite_database)
    for unit, day in closed.items():
        start, end = at(f"{day} 08:00"), at(f"{day} 20:00")
        store(sqlite_database, Closure(unit_id=unit, start_at=start, end_at=end, reason="calibration"))
    visits = {"name": "look", "skill": "smt", "minutes": 10, "every_minutes": 480, "slack_minutes": 60}
    soak = {"name": "soak", "crossing": "unattended", "fixed_minutes": 12 * 60, "visits": visits}
    soak_in_an_oven = {"operations": [{**soak, "units": [{"capability": "oven"}]}]}
    request(sqlite_database, "R-1", recipe_id=None, routing=soak_in_an_oven, quantity=1)
    with sqlite_database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    (planned,) = translate(world, scope_of(world.centres, week=WEEK, now=NOW)).problem.requests
    run, visit = planned.tasks
    assert len(run.modes) == 2
    assert [use.unit for use in visit.modes[0].units] == looked_at
