"""No two holds in force of one lane overlap, whichever way they come to be in force."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select, update

from models.database import Database
from models.errors import HoldTaken
from models.tables import Hold
from tests.models import rows
from tests.models.rows import at


@dataclass
class Lab:
    """Two units and a run in the database, and how to hold them."""

    database: Database
    chamber: int
    microscope: int
    run: int

    def hold(self, start: float, end: float, *, lane: int = 0, unit: int | None = None, in_force: bool = True) -> int:
        def command(session: Session) -> int:
            hold = Hold(
                run_id=self.run,
                resource_id=self.chamber if unit is None else unit,
                lane=lane,
                start_at=at(start),
                end_at=at(end),
                in_force=in_force,
            )
            return rows.stored(session, hold)

        return self.database.write(command)

    def change(self, hold_id: int, **values: object) -> None:
        def command(session: Session) -> None:
            session.get_one(Hold, hold_id).sqlmodel_update(values)

        self.database.write(command)

    def clear(self) -> None:
        def command(session: Session) -> None:
            for hold in session.exec(select(Hold)).all():
                session.delete(hold)

        self.database.write(command)

    def stored(self) -> list[Hold]:
        with self.database.reading() as session:
            return list(session.exec(select(Hold).order_by(col(Hold.id))))


def lab_in(database: Database) -> Lab:
    _, chamber, microscope, run = database.write(rows.two_units)
    return Lab(database=database, chamber=chamber, microscope=microscope, run=run)


@pytest.fixture
def lab(database: Database) -> Lab:
    return lab_in(database)


OVERLAPS = {
    "the same": (2, 4),
    "reaching in from before": (1, 3),
    "reaching out after": (3, 5),
    "around": (1, 5),
    "inside": (2.5, 3.5),
    "same start, longer": (2, 9),
    "same end, earlier": (0, 4),
    "by a microsecond": (4 - 1 / 3.6e9, 6),
}


@pytest.mark.parametrize("span", OVERLAPS.values(), ids=OVERLAPS.keys())
def test_a_hold_that_overlaps_is_refused_and_named(lab: Lab, span: tuple[float, float]) -> None:
    lab.hold(2, 4)
    with pytest.raises(HoldTaken) as refusal:
        lab.hold(*span)
    taken = refusal.value
    assert (taken.resource_id, taken.lane, taken.start_at, taken.end_at) == (lab.chamber, 0, *map(at, span))
    assert len(lab.stored()) == 1


def test_neighbours_that_touch_are_allowed(lab: Lab) -> None:
    lab.hold(2, 4)
    lab.hold(4, 6)
    lab.hold(0, 2)
    assert len(lab.stored()) == 3


def test_other_lanes_and_other_units_are_free(lab: Lab) -> None:
    lab.hold(2, 4)
    lab.hold(2, 4, lane=1)
    lab.hold(2, 4, unit=lab.microscope)
    assert len(lab.stored()) == 3


def test_a_long_hold_guards_behind_short_ones_out_of_force(lab: Lab) -> None:
    lab.hold(0, 100)
    for start in range(1, 50):
        lab.hold(start, start + 1, in_force=False)
    with pytest.raises(HoldTaken):
        lab.hold(60, 61)


CHANGES: dict[str, Callable[[], dict[str, object]]] = {
    "start_at": lambda: {"start_at": at(3)},
    "end_at": lambda: {"start_at": at(0), "end_at": at(3)},
    "lane": lambda: {"lane": 0, "start_at": at(2), "end_at": at(4)},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_into_a_held_time_is_refused_and_named(lab: Lab, change: Callable[[], dict[str, object]]) -> None:
    lab.hold(2, 4)
    other = lab.hold(8, 10, lane=1 if "lane" in change() else 0)
    with pytest.raises(HoldTaken) as refusal:
        lab.change(other, **change())
    wanted = {"start_at": at(8), "end_at": at(10), "lane": 0} | change()
    taken = refusal.value
    assert (taken.lane, taken.start_at, taken.end_at) == (wanted["lane"], wanted["start_at"], wanted["end_at"])
    assert taken.resource_id == lab.chamber


def test_a_change_of_unit_into_a_held_time_is_refused(lab: Lab) -> None:
    lab.hold(2, 4)
    other = lab.hold(3, 5, unit=lab.microscope)
    with pytest.raises(HoldTaken):
        lab.change(other, resource_id=lab.chamber)


def test_coming_back_into_force_over_another_is_refused_and_named(lab: Lab) -> None:
    lab.hold(2, 4)
    other = lab.hold(3, 5, in_force=False)
    with pytest.raises(HoldTaken) as refusal:
        lab.change(other, in_force=True)
    assert (refusal.value.start_at, refusal.value.end_at) == (at(3), at(5))


def test_a_hold_does_not_clash_with_itself(lab: Lab) -> None:
    hold = lab.hold(2, 4)
    lab.change(hold, start_at=at(3), end_at=at(5))
    lab.change(hold, in_force=False)
    lab.change(hold, in_force=True)


def test_of_many_new_holds_the_clashing_one_is_named(lab: Lab) -> None:
    lab.hold(20, 22)

    def command(session: Session) -> None:
        spans = [(0.0, 1.0), (1.0, 2.0), (21.0, 23.0), (30.0, 31.0)]
        session.add_all(
            Hold(run_id=lab.run, resource_id=lab.chamber, start_at=at(start), end_at=at(end)) for start, end in spans
        )

    with pytest.raises(HoldTaken) as refusal:
        lab.database.write(command)
    assert (refusal.value.start_at, refusal.value.end_at) == (at(21), at(23))
    assert len(lab.stored()) == 1


def test_new_holds_clash_with_each_other(lab: Lab) -> None:
    def command(session: Session) -> None:
        session.add_all(
            Hold(run_id=lab.run, resource_id=lab.chamber, start_at=at(start), end_at=at(start + 2))
            for start in (0, 2, 3, 8)
        )

    with pytest.raises(HoldTaken) as refusal:
        lab.database.write(command)
    assert (refusal.value.start_at, refusal.value.end_at) == (at(3), at(5))


def test_a_change_in_bulk_is_guarded_too(lab: Lab) -> None:
    lab.hold(2, 4)
    lab.hold(3, 5, in_force=False)
    with pytest.raises(HoldTaken):
        lab.database.write(lambda session: session.connection().execute(update(Hold).values(in_force=True)))


@pytest.mark.parametrize("moment", ["infinity", "-infinity"])
def test_postgresql_refuses_moments_without_end(postgresql_database: Database, moment: str) -> None:
    lab = lab_in(postgresql_database)
    lab.hold(2, 4)
    column = "end_at" if moment == "infinity" else "start_at"
    with pytest.raises(DBAPIError, match="hold_values"):
        lab.database.write(lambda session: session.execute(text(f"UPDATE hold SET {column} = '{moment}'")))


@pytest.mark.parametrize(
    "change", ["end_at = '2026-12-01'", "start_at = 0", "in_force = 2", "lane = 'x'", "end_at = '9999'"]
)
def test_sqlite_refuses_values_that_do_not_sort(sqlite_database: Database, change: str) -> None:
    lab = lab_in(sqlite_database)
    lab.hold(2, 4)
    with pytest.raises(DBAPIError, match="hold_values"):
        lab.database.write(lambda session: session.execute(text(f"UPDATE hold SET {change}")))


def test_sqlite_decides_by_one_seek(sqlite_database: Database) -> None:
    question = (
        "EXPLAIN QUERY PLAN SELECT end_at FROM hold WHERE resource_id = 1 AND lane = 0 AND in_force = 1 "
        "AND start_at < '2026-11-30 00:00:00.000000' ORDER BY start_at DESC LIMIT 1"
    )
    with sqlite_database.reading() as session:
        steps = [str(row[3]) for row in session.execute(text(question))]
    assert steps == ["SEARCH hold USING INDEX hold_of_lane (resource_id=? AND lane=? AND start_at<?)"]


# The model: what is in force, naively.

HOURS = st.integers(0, 12)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "move", "lane", "on", "off", "delete"]),
        st.integers(0, 7),
        HOURS,
        st.integers(1, 5),
        st.integers(0, 1),
        st.booleans(),
    ),
    max_size=25,
)


@dataclass
class Modelled:
    lane: int
    start: int
    end: int
    in_force: bool

    def clashes(self, others: list["Modelled"]) -> bool:
        return self.in_force and any(
            other.in_force and other.lane == self.lane and self.start < other.end and other.start < self.end
            for other in others
        )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_guard_agrees_with_a_naive_model(request: pytest.FixtureRequest, kind: str) -> None:
    lab = lab_in(request.getfixturevalue(f"{kind}_database"))

    @given(STEPS)
    def agrees(steps: list[tuple[str, int, int, int, int, bool]]) -> None:
        lab.clear()
        model: dict[int, Modelled] = {}
        for what, which, start, length, lane, in_force in steps:
            wanted = Modelled(lane, start, start + length, in_force)
            if what == "insert" or not model:
                _insert(lab, model, wanted)
            else:
                _change(lab, model, sorted(model)[which % len(model)], what, wanted)
        assert [(hold.id, hold.lane, hold.start_at, hold.end_at, hold.in_force) for hold in lab.stored()] == [
            (key, held.lane, at(held.start), at(held.end), held.in_force) for key, held in sorted(model.items())
        ]

    agrees()


def _insert(lab: Lab, model: dict[int, Modelled], wanted: Modelled) -> None:
    if wanted.clashes(list(model.values())):
        with pytest.raises(HoldTaken):
            lab.hold(wanted.start, wanted.end, lane=wanted.lane, in_force=wanted.in_force)
        return
    model[lab.hold(wanted.start, wanted.end, lane=wanted.lane, in_force=wanted.in_force)] = wanted


def _change(lab: Lab, model: dict[int, Modelled], key: int, what: str, wanted: Modelled) -> None:
    now = model[key]
    if what == "delete":
        lab.database.write(lambda session: session.delete(session.get_one(Hold, key)))
        del model[key]
        return
    after = {
        "move": Modelled(now.lane, wanted.start, wanted.end, now.in_force),
        "lane": Modelled(wanted.lane, now.start, now.end, now.in_force),
        "on": Modelled(now.lane, now.start, now.end, True),
        "off": Modelled(now.lane, now.start, now.end, False),
    }[what]
    values: dict[str, object] = {
        "lane": after.lane,
        "start_at": at(after.start),
        "end_at": at(after.end),
        "in_force": after.in_force,
    }
    if after.clashes([held for other, held in model.items() if other != key]):
        with pytest.raises(HoldTaken):
            lab.change(key, **values)
        return
    lab.change(key, **values)
    model[key] = after


@pytest.mark.parametrize(
    ("kind", "statements"),
    [
        ("sqlite", ["DROP TRIGGER hold_guard_insert", "DROP TRIGGER hold_guard_update"]),
        ("postgresql", ["ALTER TABLE hold DROP CONSTRAINT hold_guard"]),
    ],
)
def test_without_the_guard_a_unit_is_booked_twice(
    request: pytest.FixtureRequest, kind: str, statements: list[str]
) -> None:
    """The control: it is the guard that the tests above meet, and nothing else."""
    url: str = request.getfixturevalue(f"{kind}_url")
    lab = lab_in(request.getfixturevalue(f"{kind}_database"))
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
    moved = lab.hold(9, 10)
    lab.hold(2, 4)
    lab.hold(3, 5)
    lab.change(moved, start_at=at(2))
    spans: list[tuple[datetime, datetime]] = [(hold.start_at, hold.end_at) for hold in lab.stored()]
    assert spans == [(at(2), at(10)), (at(2), at(4)), (at(3), at(5))]
