"""Improvement: never refused by the rules, never worse than where it began, and right about what it calls proven.

Knows nothing of child processes.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

import pytest

from solver import improve, neighbourhoods
from solver.allowance import Allowance
from solver.bounds import lower_bounds
from solver.construct import construct
from solver.costs import level_values
from solver.decompose import parts
from solver.improve import Improved, Search
from solver.job import Job
from solver.problem import Problem
from solver.rules import judge
from tests.sizes import count
from tests.solver.brute import best_levels
from tests.solver.inline import Inline, P, T
from tests.solver.small import plain_problem, small_problem
from tests.solver.week import week


def test_random_small_problems_are_improved_to_the_optimum_and_proofs_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (improve, neighbourhoods):
        monkeypatch.setattr(module, "SMALLEST", 2)
    for seed in range(count(short=60, full=500)):
        problem = small_problem(seed)
        improved = improved_by(problem, jobs=24, seed=seed)
        if improved is None:
            continue
        best = best_levels(problem)
        assert best is not None
        assert judge(problem, improved.plan) == ()
        assert improved.values == level_values(problem, improved.plan)
        assert best <= improved.values
        if all(improved.proven):
            assert best == improved.values, seed
        assert all(bound is None or bound <= value for bound, value in zip(improved.bounds, best, strict=True)), seed


TIED_BY_THEIR_MAKESPAN = (139, 1755, 2856)
"""Small problems of two parts each that share nothing but a makespan in their levels."""


def test_parts_that_share_nothing_but_the_makespan_are_improved_together() -> None:
    for problem in map(plain_problem, TIED_BY_THEIR_MAKESPAN):
        improved = improved_by(problem, jobs=24)
        assert improved is not None
        assert all(improved.proven)
        assert improved.values == best_levels(problem)


def test_parts_improved_apart_would_prove_what_is_not_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above."""
    monkeypatch.setattr(neighbourhoods, "_parts", parts)
    for problem in map(plain_problem, TIED_BY_THEIR_MAKESPAN):
        improved = improved_by(problem, jobs=24)
        assert improved is not None
        assert all(improved.proven)
        assert improved.values != best_levels(problem)


def test_with_few_neighbourhoods_it_is_never_worse_than_first_come_first_served() -> None:
    problem = week(2, requests=40, tasks=120, units=20, persons=16)
    generous = replace(problem, levels=tuple(replace(level, tolerance=300) for level in problem.levels))
    first, best = construct(generous, tries=3)
    assert first is not None
    assert best is not None
    improved = improved_by(generous, jobs=12)
    assert improved is not None
    assert improved.values <= first.values
    assert judge(generous, improved.plan) == ()


def test_a_later_level_worsens_an_earlier_one_within_its_tolerance_only() -> None:
    problem = week(4, requests=40, tasks=120, units=20, persons=16)
    strict = replace(problem, levels=tuple(replace(level, tolerance=0) for level in problem.levels))
    _, best = construct(strict, tries=3)
    improved = improved_by(strict, jobs=12)
    assert best is not None
    assert improved is not None
    assert improved.values <= best.values
    assert improved.values[2] < best.values[2]


def test_an_end_that_has_come_already_leaves_the_plan_as_it_was() -> None:
    problem = week(2, requests=40, tasks=120, units=20, persons=16)
    _, best = construct(problem, tries=3)
    improved = improved_by(problem, jobs=8, stopped=True)
    assert best is not None
    assert improved is not None
    assert improved.values <= best.values
    assert not all(improved.proven)


def test_a_level_near_its_bound_leaves_everything_to_the_next() -> None:
    problem = week(4, requests=40, tasks=120, units=20, persons=16)
    _, best = construct(problem, tries=3)
    assert best is not None
    unplanned = best.values[2]
    for bound, searched in ((unplanned * 985 // 1000, False), (unplanned // 2, True)):
        least = (*best.values[:2], bound, 0, 0, 0)
        counting = Counting()
        search = Search(
            problem=problem, start=best, floor=best.values, least=least, allowance=Allowance(jobs=8), seed=1
        )
        improved = search.go(counting)
        assert (2 in counting.levels) is searched
        assert 3 in counting.levels
        assert improved.values[2] <= (unplanned if searched else bound + bound * 20 // 1000)
        assert judge(problem, improved.plan) == ()


class Counting(Inline):
    """Remembers for which levels it was given neighbourhoods."""

    def __init__(self) -> None:
        self.levels: set[int] = set()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        self.levels |= {job.levels[0] for job in args if isinstance(job, Job)}
        return super().submit(fn, *args, **kwargs)


def improved_by(problem: Problem, *, jobs: int, seed: int = 0, stopped: bool = False) -> Improved | None:
    """The improvement of a constructed plan, in this process; ``None`` where none could be constructed."""
    first, best = construct(problem, tries=3, seed=seed)
    if best is None:
        return None
    search = Search(
        problem=problem,
        start=best,
        floor=(first or best).values,
        least=lower_bounds(problem),
        allowance=Allowance(jobs=jobs),
        seed=seed,
        stop=lambda: stopped,
    )
    return search.go(Inline())
