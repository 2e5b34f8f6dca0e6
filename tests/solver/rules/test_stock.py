"""Consumables are not taken before they are there."""

from solver.problem import Consumption, Mode, Problem, Request, Stock, Task
from tests.solver.rules.broken import broken, codes, numbers
from tests.solver.sample import at, one_task, plan_of, several

RULE = "stock"
PASTE = Stock(id="paste", changes=((0, 4), (20, 3), (40, -2)))


def mode(amount: int) -> Mode:
    return Mode(duration=5, consumptions=(Consumption(stock="paste", amount=amount),))


def pair(first: int, second: int, stock: Stock = PASTE) -> Problem:
    tasks = (Task(id="A", modes=(mode(first),)), Task(id="B", modes=(mode(second),)))
    return several(Request(id="R", tasks=tasks), stocks=(stock,))


def test_what_is_there_may_be_taken() -> None:
    assert codes(RULE, one_task(mode(4), stocks=(PASTE,)), plan_of(at(0, 5))) == []
    assert codes(RULE, one_task(mode(5), stocks=(PASTE,)), plan_of(at(20, 25))) == []
    assert numbers(RULE, one_task(mode(5), stocks=(PASTE,)), plan_of(at(19, 24))) == {
        "tick": 19,
        "taken": 5,
        "available": 4,
    }


def test_a_budget_of_hours_is_told_by_what_is_left() -> None:
    hours = Stock(id="hours", changes=((0, 4),), measure="ticks")
    takes = Mode(duration=5, consumptions=(Consumption(stock="hours", amount=5),))
    assert numbers(RULE, one_task(takes, stocks=(hours,)), plan_of(at(0, 5))) == {"tick": 0, "spent": 5, "left": 4}


def test_takings_add_up() -> None:
    assert codes(RULE, pair(3, 2), plan_of(at(0, 5, task="A"), at(20, 25, task="B"))) == []
    (violation,) = broken(RULE, pair(3, 2), plan_of(at(0, 5, task="A"), at(19, 24, task="B")))
    assert violation.ids == ("paste", "B", "A")
    assert dict(violation.numbers) == {"tick": 19, "taken": 5, "available": 4}


def test_what_fixed_work_takes_later_is_reserved() -> None:
    assert codes(RULE, pair(3, 2), plan_of(at(0, 5, task="A"), at(41, 46, task="B"))) == []
    assert numbers(RULE, pair(3, 3), plan_of(at(0, 5, task="A"), at(21, 26, task="B"))) == {
        "tick": 40,
        "taken": 6,
        "available": 5,
    }


def test_a_delivery_before_the_horizon_counts() -> None:
    early = Stock(id="paste", changes=((-30, 4),))
    assert codes(RULE, one_task(mode(4), stocks=(early,)), plan_of(at(0, 5))) == []


def test_nothing_is_there_without_a_delivery() -> None:
    assert codes(RULE, one_task(mode(1), stocks=(Stock(id="paste", changes=()),)), plan_of(at(0, 5))) == ["overdrawn"]


def test_what_fixed_work_overdraws_is_not_held_against_a_plan_that_takes_nothing_by_then() -> None:
    overdrawn = Stock(id="paste", changes=((0, -3), (20, 5)))
    assert codes(RULE, one_task(mode(2), stocks=(overdrawn,)), plan_of(R="unplanned")) == []
    assert codes(RULE, one_task(mode(2), stocks=(overdrawn,)), plan_of(at(20, 25))) == []
    assert codes(RULE, one_task(mode(2), stocks=(overdrawn,)), plan_of(at(19, 24))) == ["overdrawn"]
