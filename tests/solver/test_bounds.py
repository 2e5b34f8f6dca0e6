"""Cheap bounds are never above what a plan can reach. Knows nothing of how good they are, but where they are exact."""

from dataclasses import replace

import pytest

from solver import bounds
from solver.bounds import Work, lower_bounds, workload
from solver.problem import Booked, Level, Mode, UnitUse
from tests.sizes import count
from tests.solver.bare import UNPLANNED, bare, required, task, unit
from tests.solver.brute import best_levels
from tests.solver.small import small_problem

USE = Mode(duration=60, units=(UnitUse(unit="U"),))


def overclaimed(seed: int) -> list[str]:
    """The levels of a random problem that a plan brings below their bounds; by brute force, as the model itself begins
    at the makespan's bound."""
    problem = small_problem(seed)
    least = [best_levels(replace(problem, levels=(level,))) for level in problem.levels]
    told = zip(problem.levels, lower_bounds(problem), least, strict=True)
    return [level.name for level, bound, best in told if best is not None and bound > best[0]]


def test_no_level_of_a_random_problem_can_go_below_its_bound() -> None:
    for seed in range(count(short=40, full=500)):
        assert overclaimed(seed) == [], f"small_problem({seed})"


@pytest.mark.parametrize("cost", ["makespan", "tardiness", "completion"])
def test_a_bound_that_is_one_too_large_is_seen(monkeypatch: pytest.MonkeyPatch, cost: str) -> None:
    honest = bounds._COSTS[cost]
    monkeypatch.setitem(bounds._COSTS, cost, lambda *known: honest(*known) + 1)
    assert any(overclaimed(seed) for seed in range(20))


def test_workload_on_one_unit_is_the_makespan_where_nothing_else_binds() -> None:
    problem = bare(required(task("a", replace(USE, duration=5)), task("b", replace(USE, duration=4))))
    assert lower_bounds(replace(problem, units=(unit(),))) == (9,)
    assert lower_bounds(replace(problem, units=(unit(lanes=2),))) == (5,)


def test_heads_and_tails_count() -> None:
    assert workload([Work(0, 9, 1), Work(10, 3, 5), Work(11, 4, 6)], 1) == 10 + 11 + 3


def test_a_request_too_many_on_a_scarce_unit_costs_the_lighter_one() -> None:
    light = replace(required(task("a", USE), id_="A"), required=False, weight=2)
    heavy = replace(required(task("b", USE), id_="B"), required=False, weight=5)
    problem = replace(bare(light, heavy, level=UNPLANNED), units=(unit(),))
    (bound,) = lower_bounds(problem)
    assert 0 < bound <= 2


def test_a_booking_whose_unit_is_out_has_to_move_or_go() -> None:
    booked = replace(task("a", USE), booked=Booked(start=0, end=60, units=("U",)))
    out = unit(taken=(((0, 10),),))
    moved = Level(name="moved", terms=(("moved", 3),))
    assert lower_bounds(replace(bare(required(booked), level=moved), units=(out,))) == (3,)


def test_a_booking_without_a_mode_on_its_units_has_to_change_them() -> None:
    changed = Level(name="changed", terms=(("unit_changes", 2),))
    for units, bound in ((("U",), 0), (("V",), 2)):
        stands = replace(task("a", USE), booked=Booked(start=0, end=60, units=units))
        assert lower_bounds(replace(bare(required(stands), level=changed), units=(unit(),))) == (bound,)
