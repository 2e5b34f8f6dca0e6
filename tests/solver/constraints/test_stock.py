"""Consumables are there before they are taken. Knows nothing of units."""

from dataclasses import replace

from solver.model import solve_model
from solver.problem import Consumption, Mode, Problem, Stock
from tests.solver.bare import bare, best, required, task

TAKES = Mode(duration=4, consumptions=(Consumption(stock="S", amount=2),))


def two(*changes: tuple[int, int]) -> Problem:
    """Two required tasks that take 2 each from a stock with these changes."""
    return replace(bare(required(task("a", TAKES), task("b", TAKES))), stocks=(Stock(id="S", changes=changes),))


def test_one_step_is_shared_out() -> None:
    assert best(two((0, 4))).bound == 4
    assert solve_model(two((0, 3)), level=0).status == "infeasible"


def test_the_second_waits_for_the_delivery() -> None:
    assert best(two((0, 3), (9, 1))).bound == 13


def test_what_fixed_work_takes_later_cannot_be_taken_before() -> None:
    assert best(two((0, 4), (6, -1), (9, 1))).bound == 13
