"""What a plan reads: all that can still matter, however long the history is."""

from typing import Any

import pytest
from sqlmodel import Session, select

from models.database import Database
from models.holding import release_holds, replace_holds
from models.queries.booked import booked_rows
from models.queries.plans import centres_of_plans
from models.queries.requested import booked_counts
from models.queries.world import World, read_world
from models.tables import Booking, Recipe, Request, Run, Stock
from tests.models import rows
from tests.models.rows import at, stored

NOW = at(100)
MANY = range(10**6, 10**6 + 70_000)
"""More ids than either database takes in one statement."""

USES_PASTE = {"operations": [{"name": "print", "fixed_minutes": 60, "stocks": [{"stock": "PASTE", "per_run": 5}]}]}
USES_NOTHING = {"operations": [{"name": "look", "fixed_minutes": 60}]}


@pytest.fixture
def centre(database: Database) -> int:
    def command(session: Session) -> int:
        centre = rows.centre(session)
        laboratory = rows.laboratory(session, centre)
        rows.project(session)
        for key, routing in (("PASTE", USES_PASTE), ("LOOK", USES_NOTHING)):
            stored(session, Recipe(laboratory_id=laboratory, key=key, name=key, routing=routing))
        return centre

    return database.write(command)


def request(session: Session, centre: int, *runs: tuple[float, str], **values: Any) -> int:
    """A request with runs of an hour, each with the state of its booking."""
    recipe = session.exec(select(Recipe.id).where(Recipe.key == values.pop("recipe", "LOOK"))).one()
    if "routing" in values:
        recipe = None
    number = len(session.exec(select(Request.id)).all())
    key, since = f"R-{number}", at(-2000)
    given = {"project_id": 1, "recipe_id": recipe, "submitted_at": since, "release_at": since, **values}
    request_id = stored(session, Request(key=key, centre_id=centre, **given))
    for position, (start, state) in enumerate(runs, 1):
        span = {"start_at": at(start), "end_at": at(start + 1)}
        row = Run.model_validate(
            {"centre_id": centre, "request_id": request_id, "operation": 1, "number": position, **span}
        )
        rows.booking(session, stored(session, row), 1, state)
    return request_id


def read(session: Session, centre: int, **more: Any) -> World:
    return read_world(session, centre_ids=[centre], since=NOW, **more)


def test_what_is_done_is_not_read_again(database: Database, centre: int) -> None:
    def command(session: Session) -> set[int]:
        request(session, centre, (1, "done"), (2, "confirmed"))
        request(session, centre, (1, "cancelled"), withdrawn_at=at(0))
        request(session, centre, deadline_at=at(99))
        return {
            request(session, centre),
            request(session, centre, (1, "done"), (99.5, "confirmed")),
            request(session, centre, (1, "done"), (2, "displaced"), displaced_at=at(1)),
            request(session, centre, (1, "done"), (2, "no_show")),
            request(session, centre, (1, "displaced"), (2, "cancelled")),
            request(session, centre, (1, "done"), (200, "confirmed"), deadline_at=at(99)),
        }

    matter = database.write(command)
    with database.reading() as session:
        world = read(session, centre)
        assert set(world.requests) == matter
        assert {booked.run.request_id for booked in (*world.runs, *world.earlier)} <= matter
        # Of a request that matters everything booked is there, or it would be planned again.
        assert sorted(booked.run.start_at for booked in world.earlier) == [at(1)] * 4
        assert [booked.run.start_at for booked in world.runs] == [at(99.5), at(200)]


def test_what_a_draft_names_is_read_with_its_runs(database: Database, centre: int) -> None:
    done = database.write(lambda session: request(session, centre, (1, "done")))
    with database.reading() as session:
        world = read(session, centre, also=[done])
        assert (set(world.requests), len(world.earlier)) == ({done}, 1)
        assert read(session, centre).requests == {}


def test_what_took_stock_counts_for_ever(database: Database, centre: int) -> None:
    def command(session: Session) -> tuple[int, int]:
        request(session, centre, (1, "done"))
        return (
            request(session, centre, (1, "done"), recipe="PASTE", withdrawn_at=at(3)),
            request(session, centre, (2, "done"), routing=USES_PASTE),
        )

    consuming = database.write(command)
    with database.reading() as session:
        assert read(session, centre).requests == {}
    database.write(lambda session: stored(session, Stock(centre_id=centre, key="PASTE", name="Paste", measure="g")))
    with database.reading() as session:
        world = read(session, centre)
        assert set(world.requests) == set(consuming)
        assert [booked.run.request_id for booked in world.earlier] == list(consuming)


def test_more_ids_than_a_statement_takes(database: Database, centre: int) -> None:
    def command(session: Session) -> tuple[int, int]:
        request_id = request(session, centre, (1, "done"))
        booking = session.exec(select(Booking)).one()
        assert booking.id is not None
        return request_id, booking.id

    request_id, booking_id = database.write(command)
    with database.reading() as session:
        assert set(read(session, centre, also=[request_id, *MANY]).requests) == {request_id}
        assert [row.booking.id for row in booked_rows(session, booking_ids=[*MANY, booking_id])] == [booking_id]
        assert booked_counts(session, [*MANY, request_id]) == {request_id: 1}
        assert len(centres_of_plans(session, MANY)) == len(MANY)
    assert database.write(lambda session: release_holds(session, MANY)) == []
    assert database.write(lambda session: replace_holds(session, {run_id: [] for run_id in MANY})) == []
