"""All tasks of a request or none, each once, in a mode that it has; required requests always."""

from solver.plan import LeftOut, Plan
from solver.problem import Mode, Problem, Request, Task
from tests.solver.rules.broken import broken, codes, numbers
from tests.solver.sample import at, leaving_out, plan_of, several

RULE = "planned_whole"
BOTH = (at(0, 1, task="A"), at(1, 2, task="B"))


def pair(*, required: bool = False) -> Problem:
    tasks = tuple(Task(id=name, modes=(Mode(duration=1),)) for name in ("A", "B"))
    return several(Request(id="R", tasks=tasks, required=required))


def test_whole_or_left_out_is_fine() -> None:
    assert codes(RULE, pair(), plan_of(*BOTH)) == []
    assert codes(RULE, pair(required=True), plan_of(*BOTH)) == []
    assert codes(RULE, pair(), plan_of(R="unplanned")) == []


def test_half_is_named_with_what_is_missing() -> None:
    (violation,) = broken(RULE, pair(), plan_of(BOTH[0]))
    assert violation.code == "partly_planned"
    assert violation.ids == ("R", "B")
    assert dict(violation.numbers) == {"planned": 1, "tasks": 2}
    assert violation.sentence == "R is planned in part: 1 of 2 tasks; B is missing."


def test_neither_planned_nor_left_out() -> None:
    assert codes(RULE, pair(), plan_of()) == ["unaccounted"]


def test_planned_and_left_out() -> None:
    assert codes(RULE, pair(), plan_of(*BOTH, R="deferred")) == ["planned_and_left_out"]
    assert codes(RULE, pair(), plan_of(BOTH[0], R="deferred")) == ["planned_and_left_out"]


def test_required_may_not_be_left_out() -> None:
    assert codes(RULE, pair(required=True), plan_of(R="unplanned")) == ["required_left_out"]


def test_a_task_twice() -> None:
    assert numbers(RULE, pair(), plan_of(*BOTH, at(5, 6, task="A"))) == {"times": 2}


def test_a_request_left_out_twice() -> None:
    twice = Plan(status="feasible", left_out=(LeftOut(request="R", absence="unplanned"),) * 2)
    assert codes(RULE, pair(), twice) == ["left_out_twice"]


def test_modes_are_counted_from_0() -> None:
    for mode in (-1, 1):
        plan = plan_of(at(0, 1, task="A", mode=mode), BOTH[1])
        assert numbers(RULE, pair(), plan) == {"mode": mode, "modes": 1}


def test_unknown_names() -> None:
    assert codes(RULE, pair(), plan_of(*BOTH, at(0, 1, task="C"))) == ["unknown_task"]
    assert codes(RULE, pair(), leaving_out(plan_of(*BOTH), Q="unplanned")) == ["unknown_request"]


def lot() -> Problem:
    tasks = [Task(id=name, modes=(Mode(duration=1),)) for name in ("A", "B", "C")]
    return several(
        Request(id="least", tasks=(tasks[0],)),
        Request(id="more", tasks=(tasks[1],), after="least"),
        Request(id="most", tasks=(tasks[2],), after="more"),
    )


def test_an_addition_is_planned_only_on_what_it_adds_to() -> None:
    assert codes(RULE, lot(), plan_of(at(0, 1, task="A"), at(0, 1, task="B"), most="unplanned")) == []
    assert codes(RULE, lot(), plan_of(at(0, 1, task="A"), more="unplanned", most="unplanned")) == []
    alone = plan_of(at(0, 1, task="B"), least="unplanned", most="deferred")
    (violation,) = broken(RULE, lot(), alone)
    assert (violation.code, violation.ids) == ("addition_alone", ("more", "least"))
    assert violation.sentence == "more is planned, but adds to least, which is not."
    skipped = plan_of(at(0, 1, task="A"), at(0, 1, task="C"), more="unplanned")
    assert codes(RULE, lot(), skipped) == ["addition_alone"]
