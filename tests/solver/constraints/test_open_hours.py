"""Work meets closing time. Knows nothing of other tasks."""

from dataclasses import replace

from solver.model import solve_model
from solver.problem import Lag, Mode, Person, Pin, Problem, StaffNeed, Unit, UnitUse, Window
from tests.solver.bare import bare, placed, required, task

HOURS = (Unit(id="U", open=((0, 4), (10, 14))),)
USES = (UnitUse(unit="U"),)


def one(mode: Mode) -> Problem:
    """One required task in one mode on a unit that closes from 4 to 10."""
    return replace(bare(required(task("a", mode))), units=HOURS)


def test_solid_work_fits_into_opening_hours_or_not_at_all() -> None:
    assert placed(one(Mode(duration=4, units=USES)))["a"].start in (0, 10)
    assert solve_model(one(Mode(duration=5, units=USES)), level=0).status == "infeasible"


def test_unattended_work_is_unloaded_when_it_is_open_again() -> None:
    found = placed(one(Mode(duration=5, crossing="unattended", head=1, tail=1, units=USES)))["a"]
    assert found.end == 11
    assert 0 <= found.start <= 3


def test_a_wait_is_no_longer_than_allowed() -> None:
    waiting = Mode(duration=5, crossing="unattended", head=1, tail=1, max_wait=3, units=USES)
    assert placed(one(waiting))["a"].start == 3
    assert solve_model(one(replace(waiting, duration=4, head=2, max_wait=2)), level=0).status == "optimal"


def test_without_a_tail_nothing_waits_for_the_morning() -> None:
    found = placed(one(Mode(duration=7, crossing="unattended", head=1, units=USES)))["a"]
    assert (found.start, found.end) == (0, 7)


STAFFED = Mode(
    duration=5, crossing="unattended", head=1, tail=1, units=USES, staff=(StaffNeed(skill="load", part="tail"),)
)


def with_shifts(mode: Mode, *shifts: Window) -> Problem:
    """``a`` is started at 1 and ready at 5; it has to be unloaded when ``b`` starts, at 12 or later."""
    first = replace(task("a", mode), pin=Pin(start=1))
    after = replace(task("b", Mode(duration=1)), windows=((12, 30),))
    request = required(first, after, lags=(Lag(before="a", after="b", most=0),))
    persons = tuple(Person(id=f"P{at}", skills=("load",), on_shift=(shift,)) for at, shift in enumerate(shifts))
    return replace(bare(request), units=HOURS, persons=persons)


def test_what_somebody_unloads_may_wait_while_the_shift_lasts() -> None:
    assert placed(with_shifts(STAFFED, (8, 14)))["a"].end in (12, 13, 14)
    assert solve_model(with_shifts(STAFFED, (8, 11)), level=0).status == "infeasible"


def test_nothing_waits_for_the_next_shift() -> None:
    assert solve_model(with_shifts(STAFFED, (8, 11), (11, 14)), level=0).status == "infeasible"
    assert placed(with_shifts(STAFFED, (8, 11), (10, 14)))["a"].end >= 12


def test_what_nobody_has_to_unload_is_not_held_on() -> None:
    assert solve_model(with_shifts(replace(STAFFED, staff=())), level=0).status == "infeasible"
