"""Shared limits hold at every moment. Knows nothing of units."""

from dataclasses import replace

from solver.problem import Capacity, Demand, Mode, Problem
from tests.solver.bare import bare, best, placed, required, task


def two(first: int, second: int, steps: tuple[tuple[int, int], ...]) -> Problem:
    """Two required tasks of 4 ticks that draw so much."""
    tasks = [
        task(id_, Mode(duration=4, demands=(Demand(capacity="P", amount=amount),)))
        for id_, amount in (("a", first), ("b", second))
    ]
    return replace(bare(required(*tasks)), capacities=(Capacity(id="P", steps=steps),))


def test_together_where_the_limit_allows_and_not_one_above() -> None:
    assert best(two(2, 3, ((0, 5),))).bound == 4
    assert best(two(2, 3, ((0, 4),))).bound == 8


def test_a_profile_that_falls_pushes_work_out() -> None:
    assert best(two(2, 3, ((0, 5), (3, 2), (6, 5)))).bound == 10


def test_before_the_first_step_there_is_nothing() -> None:
    assert placed(two(1, 1, ((7, 5),)))["a"].start == 7
