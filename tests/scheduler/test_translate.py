"""Rows become the problem that they say."""

from typing import Any

from models.database import Database
from models.queries.world import read_world
from scheduler.scopes import scope_of
from scheduler.translate import translate
from tests.scheduler.small_centre import NOW, WEEK, found, request

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
