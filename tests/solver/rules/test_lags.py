"""Minimum and maximum lags, between tasks and from facts."""

import pytest

from solver.problem import Edge, Fact, Lag, Mode, Problem, Request, Task
from tests.solver.rules.broken import broken, codes
from tests.solver.sample import at, plan_of, several

RULE = "lags"


def pair(*lags: Lag, facts: tuple[Fact, ...] = ()) -> Problem:
    tasks = tuple(Task(id=name, modes=(Mode(duration=5),)) for name in ("A", "B"))
    return several(Request(id="R", tasks=tasks, lags=lags, facts=facts))


def gap(problem: Problem, start: int) -> list[str]:
    return codes(RULE, problem, plan_of(at(10, 15, task="A"), at(start, start + 5, task="B")))


def test_between_the_least_and_the_most() -> None:
    problem = pair(Lag(before="A", after="B", least=2, most=4))
    assert [gap(problem, start) for start in (17, 19)] == [[], []]
    assert gap(problem, 16) == ["too_soon"]
    assert gap(problem, 20) == ["too_late"]


def test_the_numbers_are_named() -> None:
    problem = pair(Lag(before="A", after="B", least=2))
    (violation,) = broken(RULE, problem, plan_of(at(10, 15, task="A"), at(16, 21, task="B")))
    assert violation.ids == ("A", "B")
    assert dict(violation.numbers) == {"gap": 1, "least": 2}
    assert violation.sentence == "B follows A after 1 ticks; at least 2 are required."


@pytest.mark.parametrize(("frm", "to", "first"), [("end", "start", 15), ("start", "start", 10), ("end", "end", 10)])
def test_every_edge_counts_from_itself(frm: Edge, to: Edge, first: int) -> None:
    problem = pair(Lag(before="A", after="B", frm=frm, to=to, least=0, most=0))
    assert gap(problem, first) == []
    assert gap(problem, first - 1) == ["too_soon"]
    assert gap(problem, first + 1) == ["too_late"]


def test_from_start_to_end() -> None:
    problem = pair(Lag(before="A", after="B", frm="start", to="end", least=None, most=12))
    assert gap(problem, 17) == []
    assert gap(problem, 18) == ["too_late"]
    assert gap(problem, 0) == []


def test_a_negative_least_lets_the_follower_begin_before() -> None:
    problem = pair(Lag(before="A", after="B", least=-3))
    assert gap(problem, 12) == []
    assert gap(problem, 11) == ["too_soon"]


def test_facts_bind_what_follows() -> None:
    problem = pair(Lag(before="F", after="A", least=13, most=14), facts=(Fact(id="F", start=-5, end=-2),))
    both = [plan_of(at(start, start + 5, task="A"), at(50, 55, task="B")) for start in (10, 11, 12, 13)]
    assert [codes(RULE, problem, plan) for plan in both] == [["too_soon"], [], [], ["too_late"]]


def test_what_reality_has_broken_is_not_judged() -> None:
    facts = (Fact(id="F", start=-5, end=-2), Fact(id="G", start=-4, end=-1))
    assert gap(pair(Lag(before="F", after="G", least=10), facts=facts), 20) == []


def test_what_is_left_out_is_not_judged() -> None:
    assert codes(RULE, pair(Lag(before="A", after="B")), plan_of(R="unplanned")) == []
