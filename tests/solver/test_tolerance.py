"""What later levels may take from earlier ones: as an exhaustive search that does the same says, in every solver.

Knows nothing of single costs.
"""

import threading
from dataclasses import replace
from random import Random

import pytest

from solver import improve, neighbourhoods
from solver.allowance import Allowance
from solver.bounds import lower_bounds
from solver.construct import Start, construct
from solver.costs import worst_value
from solver.improve import Search
from solver.problem import Level, Problem
from solver.tolerance import cap, floored
from solver.whole import solve_whole
from tests.sizes import count
from tests.solver.brute import best_levels, least_in_turn
from tests.solver.inline import Inline
from tests.solver.small import small_problem

PROBLEMS = count(short=150, full=1500)
GENEROUS = Level(name="goal", terms=(), tolerance=100)


def tolerant(seed: int) -> Problem:
    """A small problem whose levels may be worsened, by a little or by much."""
    problem, random = small_problem(seed), Random(f"tolerant {seed}")
    levels = (replace(level, tolerance=random.choice((0, 20, 200, 500, 1000))) for level in problem.levels)
    return replace(problem, levels=tuple(levels))


def begun(problem: Problem, seed: int) -> tuple[Start, tuple[int, ...]] | None:
    """A first plan, and values that every plan is below: one that is reached would bind what later levels may take."""
    _, start = construct(problem, tries=2, seed=seed)
    return None if start is None else (start, tuple(worst_value(problem, level) + 1 for level in problem.levels))


def test_the_whole_solved_level_by_level_is_what_the_exhaustive_search_finds() -> None:
    worsened = 0
    for seed in range(PROBLEMS):
        problem = tolerant(seed)
        first, found = begun(problem, seed), least_in_turn(problem)
        if first is None or found is None:
            continue
        (start, floor), (least, caps) = first, found
        improved = solve_whole(
            problem,
            start,
            least=lower_bounds(problem),
            deadline=None,
            work=5.0,
            workers=1,
            seed=seed,
            on_better=lambda *_: None,
            stop=threading.Event(),
            floor=floor,
        )
        assert all(value <= most for value, most in zip(improved.values, caps, strict=True)), seed
        assert all(value >= few for value, few in zip(improved.values, least, strict=True)), seed
        assert improved.values[-1] == least[-1], seed
        bounds = zip(improved.bounds, _alone(problem), strict=True)
        assert all(bound is None or bound <= alone for bound, alone in bounds), seed
        worsened += improved.values != best_levels(problem)
    assert worsened >= PROBLEMS // 50


def _alone(problem: Problem) -> tuple[int, ...]:
    """The least value of each level if nothing else counted."""
    found = [best_levels(replace(problem, levels=(level,))) for level in problem.levels]
    return tuple(levels[0] for levels in found if levels is not None)


def test_neighbourhoods_say_of_no_level_wrongly_that_it_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (improve, neighbourhoods):
        monkeypatch.setattr(module, "SMALLEST", 2)
    proven = 0
    for seed in range(PROBLEMS // 2):
        problem = tolerant(seed)
        first, found = begun(problem, seed), least_in_turn(problem)
        if first is None or found is None:
            continue
        (start, floor), (least, caps) = first, found
        search = Search(
            problem=problem,
            start=start,
            floor=floor,
            least=lower_bounds(problem),
            allowance=Allowance(jobs=24),
            seed=seed,
        )
        improved = search.go(Inline())
        if all(search.proven):
            proven += 1
            assert all(value <= most for value, most in zip(improved.values, caps, strict=True)), seed
            assert improved.values[-1] == least[-1], seed
        bounds = zip(improved.bounds, _alone(problem), strict=True)
        assert all(bound is None or bound <= alone for bound, alone in bounds), seed
    assert proven >= PROBLEMS // 8


def test_what_is_near_its_bound_may_be_worsened_up_to_the_bounds_tolerance_only() -> None:
    assert [cap(GENEROUS, value, 100) for value in (100, 105, 110, 111)] == [110, 110, 110, 122]
    assert cap(GENEROUS, 0, 0) == 0


def test_no_tolerance_makes_a_plan_worse_than_the_floor() -> None:
    assert floored(110, 100, (), (105,)) == 104
    assert floored(110, 105, (), (105,)) == 105
    assert floored(110, 100, (4,), (5, 101)) == 110
    assert floored(110, 100, (5,), (5, 101)) == 100


def test_the_whole_is_never_worse_than_first_come_first_served() -> None:
    """With the floor where it began, whatever the tolerance."""
    for seed in range(count(short=40, full=300)):
        problem = tolerant(seed)
        first, _ = construct(problem, tries=1, seed=seed)
        if first is None:
            continue
        improved = solve_whole(
            problem,
            first,
            least=lower_bounds(problem),
            deadline=None,
            work=2.0,
            workers=1,
            seed=seed,
            on_better=lambda *_: None,
            stop=threading.Event(),
        )
        assert improved.values <= first.values, seed
