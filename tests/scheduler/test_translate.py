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
