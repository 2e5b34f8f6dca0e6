"""Shared limits hold at every moment."""

from solver.problem import Capacity, Demand, Mode, Part, Problem, Request, Task
from tests.solver.rules.broken import broken, codes, numbers
from tests.solver.sample import at, one_task, plan_of, several

RULE = "capacity"
POWER = Capacity(id="power", steps=((10, 5), (20, 3), (30, 5), (40, 0)))


def mode(amount: int, *, part: Part = "whole") -> Mode:
    return Mode(duration=5, head=1, tail=1, demands=(Demand(capacity="power", amount=amount, part=part),))


def pair(first: int, second: int) -> Problem:
    tasks = (Task(id="A", modes=(mode(first),)), Task(id="B", modes=(mode(second),)))
    return several(Request(id="R", tasks=tasks), capacities=(POWER,))


def test_up_to_the_limit() -> None:
    problem = one_task(mode(5), capacities=(POWER,))
    for start in (10, 15, 30, 35):
        assert codes(RULE, problem, plan_of(at(start, start + 5))) == []
    for start in (9, 16, 20, 29, 36, 40, 90):
        assert codes(RULE, problem, plan_of(at(start, start + 5))) == ["exceeded"]


def test_nothing_before_the_first_step() -> None:
    assert codes(RULE, one_task(mode(1), capacities=(POWER,)), plan_of(at(0, 5))) == ["exceeded"]
    empty = Capacity(id="power", steps=())
    assert codes(RULE, one_task(mode(1), capacities=(empty,)), plan_of(at(0, 5))) == ["exceeded"]


def test_use_adds_up_while_it_overlaps() -> None:
    problem = pair(3, 3)
    assert codes(RULE, problem, plan_of(at(10, 15, task="A"), at(15, 20, task="B"))) == []
    (violation,) = broken(RULE, problem, plan_of(at(10, 15, task="A"), at(13, 18, task="B")))
    assert violation.ids == ("power", "A", "B")
    assert dict(violation.numbers) == {"start": 13, "end": 15, "used": 6, "level": 5}
    assert violation.sentence == "power is exceeded at 13..15: 6 used where 5 are allowed (A; B)."
    assert codes(RULE, pair(2, 3), plan_of(at(10, 15, task="A"), at(13, 18, task="B"))) == []


def test_a_stretch_is_named_once_with_its_worst_moment() -> None:
    plan = plan_of(at(17, 22, task="A"), at(18, 23, task="B"))
    assert numbers(RULE, pair(3, 3), plan) == {"start": 18, "end": 22, "used": 6, "level": 3}


def test_stretches_apart_are_named_apart() -> None:
    long = Task(id="L", modes=(Mode(duration=30, demands=(Demand(capacity="power", amount=4),)),))
    short = tuple(Task(id=name, modes=(mode(2),)) for name in ("A", "B"))
    problem = several(Request(id="R", tasks=(long, *short)), capacities=(Capacity(id="power", steps=((0, 5),)),))
    plan = plan_of(at(0, 30, task="L"), at(2, 7, task="A"), at(20, 25, task="B"))
    assert [violation.ids for violation in broken(RULE, problem, plan)] == [("power", "A", "L"), ("power", "B", "L")]


def test_only_the_part_that_uses_it() -> None:
    problem = one_task(mode(5, part="tail"), capacities=(POWER,))
    assert codes(RULE, problem, plan_of(at(26, 31))) == []
    assert codes(RULE, problem, plan_of(at(25, 30))) == ["exceeded"]


def test_the_wait_uses_it_too() -> None:
    waits = Mode(duration=2, crossing="unattended", tail=1, demands=(Demand(capacity="power", amount=5),))
    problem = one_task(waits, capacities=(POWER,))
    assert codes(RULE, problem, plan_of(at(15, 20))) == []
    assert codes(RULE, problem, plan_of(at(15, 21))) == ["exceeded"]


def test_what_merely_touches_a_stretch_is_not_named() -> None:
    tasks = tuple(Task(id=name, modes=(mode(3),)) for name in ("A", "B", "C", "D"))
    problem = several(Request(id="R", tasks=tasks), capacities=(Capacity(id="power", steps=((0, 5),)),))
    starts = (("A", 5), ("B", 10), ("C", 10), ("D", 15))
    (violation,) = broken(RULE, problem, plan_of(*(at(start, start + 5, task=name) for name, start in starts)))
    assert violation.ids == ("power", "B", "C")
