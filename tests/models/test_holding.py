"""Holds move all at once, and stay as a record where they end."""

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.errors import HoldTaken
from models.holding import Place, place_holds, release_holds, replace_holds
from models.tables import Hold
from tests.models import rows
from tests.models.rows import at


class Bench:
    """Two units and two runs."""

    def __init__(self, database: Database) -> None:
        self.database = database
        centre, self.chamber, self.microscope, self.first = database.write(rows.two_units)
        self.second = database.write(lambda session: rows.run(session, centre))

    def chamber_at(self, start: float, end: float, lane: int = 0) -> Place:
        return self.chamber, lane, at(start), at(end)

    def microscope_at(self, start: float, end: float) -> Place:
        return self.microscope, 0, at(start), at(end)

    def place(self, run: int, *places: Place) -> list[Hold]:
        return self.database.write(lambda session: place_holds(session, run, places))

    def replace(self, places: dict[int, list[Place]]) -> list[Hold]:
        return self.database.write(lambda session: replace_holds(session, places))

    def of(self, run: int) -> list[tuple[Place, bool]]:
        with self.database.reading() as session:
            found = session.exec(
                select(Hold).where(Hold.run_id == run).order_by(col(Hold.resource_id), col(Hold.start_at))
            )
            return [((row.resource_id, row.lane, row.start_at, row.end_at), row.in_force) for row in found]


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


def test_runs_change_places(bench: Bench) -> None:
    bench.place(bench.first, bench.chamber_at(0, 2))
    bench.place(bench.second, bench.chamber_at(2, 4))
    bench.replace({bench.first: [bench.chamber_at(2, 4)], bench.second: [bench.chamber_at(0, 2)]})
    assert bench.of(bench.first) == [(bench.chamber_at(2, 4), True)]
    assert bench.of(bench.second) == [(bench.chamber_at(0, 2), True)]


def test_a_run_moves_into_its_own_old_time(bench: Bench) -> None:
    bench.place(bench.first, bench.chamber_at(0, 4))
    bench.replace({bench.first: [bench.chamber_at(1, 5)]})
    assert bench.of(bench.first) == [(bench.chamber_at(1, 5), True)]


def test_a_run_may_need_more_or_fewer_units(bench: Bench) -> None:
    bench.place(bench.first, bench.chamber_at(0, 2))
    both = [bench.chamber_at(1, 3), bench.microscope_at(1, 2)]
    assert len(bench.replace({bench.first: both})) == 2
    assert bench.of(bench.first) == [(place, True) for place in both]
    bench.replace({bench.first: [bench.microscope_at(5, 6)]})
    assert bench.of(bench.first) == [(bench.microscope_at(5, 6), True)]


def test_a_clash_leaves_everything_where_it_was(bench: Bench) -> None:
    bench.place(bench.first, bench.chamber_at(0, 2))
    bench.place(bench.second, bench.chamber_at(2, 4), bench.microscope_at(2, 4))
    with pytest.raises(HoldTaken) as refusal:
        bench.replace({bench.first: [bench.microscope_at(0, 1), bench.chamber_at(3, 5)]})
    assert (refusal.value.resource_id, refusal.value.start_at) == (bench.chamber, at(3))
    assert bench.of(bench.first) == [(bench.chamber_at(0, 2), True)]


def test_what_is_released_is_free_and_remembered(bench: Bench) -> None:
    bench.place(bench.first, bench.chamber_at(0, 2), bench.microscope_at(0, 1))
    assert len(bench.database.write(lambda session: release_holds(session, [bench.first]))) == 2
    assert bench.database.write(lambda session: release_holds(session, [bench.first])) == []
    bench.place(bench.second, bench.chamber_at(0, 2))
    assert bench.of(bench.first) == [(bench.chamber_at(0, 2), False), (bench.microscope_at(0, 1), False)]


def test_a_run_replaced_by_nothing_is_released(bench: Bench) -> None:
    bench.place(bench.first, bench.chamber_at(0, 2))
    assert bench.replace({bench.first: []}) == []
    assert bench.of(bench.first) == [(bench.chamber_at(0, 2), False)]


def test_a_released_run_comes_back_elsewhere(bench: Bench) -> None:
    bench.place(bench.first, bench.chamber_at(0, 2))
    bench.replace({bench.first: []})
    bench.replace({bench.first: [bench.microscope_at(3, 4)]})
    assert bench.of(bench.first) == [(bench.microscope_at(3, 4), True)]


def test_a_changing_command_may_place_and_release_in_one(bench: Bench) -> None:
    bench.place(bench.first, bench.chamber_at(0, 2))

    def command(session: Session) -> None:
        release_holds(session, [bench.first])
        place_holds(session, bench.second, [bench.chamber_at(1, 3)])

    bench.database.write(command)
    assert bench.of(bench.second) == [(bench.chamber_at(1, 3), True)]
