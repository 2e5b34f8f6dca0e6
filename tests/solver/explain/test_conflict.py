"""A conflict that is shown cannot hold, and every one of its rules is needed for that."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count as numbers
from itertools import islice
from time import monotonic

import pytest

from solver.explain.asking import Clock, alone, is_possible
from solver.explain.company import confined
from solver.explain.conflict import conflict_among
from solver.explain.named import NAMED, named_rules, without
from solver.model import ModelAnswer, solve_model
from solver.plan import Blocker, Plan
from solver.problem import Lag, Mode, Person, Pin, Problem, Request, StaffNeed, Unit, UnitUse
from solver.rules import judge
from tests.sizes import count
from tests.solver.bare import bare, required, task, unit
from tests.solver.brute import best_levels
from tests.solver.small import small_problem

FOREVER = Clock(None)
BROKEN_WITHOUT = {
    "addition": "planned_whole",
    "allowed_starts": "allowed_starts",
    "capacity": "capacity",
    "changeovers": "one_at_a_time",
    "deadline": "within_window",
    "expiry": "maintenance",
    "hours": "staffed",
    "kept_for_others": "allowed_starts",
    "lag": "lags",
    "one_at_a_time": "one_at_a_time",
    "opening_hours": "open_hours",
    "pin": "pinned",
    "quota": "quota",
    "release": "within_window",
    "required": "planned_whole",
    "room": "batching",
    "same_choice": "same_choice",
    "skill": "staffed",
    "stock": "stock",
    "taken": "one_at_a_time",
    "task_window": "within_window",
}
"""By the code of a rule that was let go: the one rule of the rule book that a plan then breaks."""
ALSO = {"skill": {"open_hours"}, "expiry": {"planned_whole"}}
"""What may come with it: work that pauses advances without those who drive it, and maintenance that nothing asks for is
not planned."""


def solved(problem: Problem) -> Plan | None:
    """By CP-SAT: a plan of what is required, accepted by the rule book; ``None`` where there is none."""
    answer = solve_model(problem, level=0)
    assert answer.status in ("optimal", "infeasible")
    assert answer.plan is None or judge(problem, answer.plan) == ()
    return answer.plan


def check_irreducible(problem: Problem) -> tuple[Blocker, ...]:
    """The conflict of a problem without a plan, checked rule by rule: together they allow none, and without any of them
    there is one, which breaks that rule alone."""
    conflict = conflict_among(problem, FOREVER)
    assert conflict is not None
    assert conflict.proven
    problem = confined(problem, {request.id for request in problem.requests if request.required})
    others = tuple(rule for rule in named_rules(problem) if rule not in conflict.rules)
    core = without(problem, others)
    assert solved(core) is None
    for rule in conflict.rules:
        plan = solved(without(problem, (*others, rule)))
        assert plan is not None, f"{rule.code} {rule.ids} is not needed"
        broken = {one.rule for one in judge(core, plan)}
        assert BROKEN_WITHOUT[rule.code] in broken
        assert broken <= {BROKEN_WITHOUT[rule.code], *ALSO.get(rule.code, ())}
    return conflict.rules


def only_required(problem: Problem, request: Request) -> Problem:
    """The problem in which nothing else has to be planned, and nothing is wrong with units that it has no use for."""
    requests = tuple(replace(one, required=one.id == request.id) for one in problem.requests)
    known = {unit.id for unit in alone(problem, request).units}
    units = tuple(unit if unit.id in known else replace(unit, expiries=()) for unit in problem.units)
    return replace(problem, requests=requests, units=units)


def impossible_alone() -> Iterator[Problem]:
    """Random problems of one required request that, a brute force says, has no plan."""
    for seed in numbers():
        problem = small_problem(seed)
        for request in problem.requests:
            if best_levels(only_required(problem, request)) is None:
                yield alone(problem, request)


def impossible_together() -> Iterator[Problem]:
    """Random problems whose requests have no plan once all of them are required."""
    for seed in numbers():
        problem = small_problem(seed)
        asked = replace(problem, requests=tuple(replace(one, required=True) for one in problem.requests))
        if len(asked.requests) > 1 and best_levels(asked) is None:
            yield asked


@pytest.mark.parametrize("source", [impossible_alone, impossible_together])
def test_conflicts_of_random_problems_are_irreducible(source: Callable[[], Iterator[Problem]]) -> None:
    for problem in islice(source(), count(short=40, full=200)):
        check_irreducible(problem)


def test_whether_something_has_a_plan_is_asked_exactly() -> None:
    for seed in range(count(short=60, full=500)):
        problem = small_problem(seed)
        for request in problem.requests:
            expected = best_levels(only_required(problem, request)) is not None
            assert is_possible(alone(problem, request), FOREVER) == expected, f"small_problem({seed}), {request.id}"


def test_what_the_rule_book_refuses_is_not_taken_for_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it impossible then: nothing is known."""

    def wrong(problem: Problem, **_: object) -> ModelAnswer:
        return ModelAnswer(status="optimal", plan=Plan(status="optimal"), bound=0, work=0.0)

    never = bare(required(task("R/0", Mode(duration=101))))
    monkeypatch.setattr("solver.explain.asking.solve_model", wrong)
    assert is_possible(never, FOREVER) is None


def test_only_the_rules_that_collide_are_named() -> None:
    morning, evening = Unit(id="U", open=((0, 10),)), Unit(id="V", open=((50, 60),))
    modes = (Mode(duration=5, units=(UnitUse(unit="U"),)), Mode(duration=5, units=(UnitUse(unit="V"),)))
    lags = (Lag(before="R/0", after="R/1", least=0), Lag(before="R/0", after="R/1", least=None, most=20))
    tasks = tuple(task(f"R/{at}", mode) for at, mode in enumerate(modes))
    request = replace(required(*tasks, lags=lags), release=1, deadline=99)
    rules = check_irreducible(replace(bare(request), units=(morning, evening)))
    assert [(rule.code, rule.ids) for rule in rules] == [
        ("opening_hours", ("U",)),
        ("opening_hours", ("V",)),
        ("lag", ("R/0", "R/1")),
    ]
    assert dict(rules[2].numbers) == {"at": 1, "most": 20}


def test_dates_alone_are_named_where_they_are_enough() -> None:
    """Somebody from tick 5 on, outages and the deadline collide, too, but are more to tell."""
    sewing = Mode(duration=20, units=(UnitUse(unit="U"),), staff=(StaffNeed(skill="sew"),))
    ann = Person(id="ann", skills=("sew",), on_shift=((5, 100),))
    request = replace(required(task("R/0", sewing)), release=10, deadline=25)
    problem = replace(bare(request), units=(replace(unit(), taken=(((20, 22),),)),), persons=(ann,))
    assert [rule.code for rule in check_irreducible(problem)] == ["deadline", "release"]
    early = replace(problem, requests=(replace(request, release=0),))
    assert [rule.code for rule in check_irreducible(early)] == ["deadline", "skill", "taken"]


def test_of_many_required_requests_those_are_named_that_collide() -> None:
    use = Mode(duration=60, units=(UnitUse(unit="U"),))
    other = Mode(duration=60, units=(UnitUse(unit="V"),))
    requests = tuple(required(task(f"{id_}/0", mode), id_=id_) for id_, mode in (("A", use), ("B", other), ("C", use)))
    rules = check_irreducible(replace(bare(*requests), units=(unit("U"), unit("V"))))
    assert [(rule.code, rule.ids) for rule in rules] == [
        ("required", ("A",)),
        ("required", ("C",)),
        ("one_at_a_time", ("U",)),
    ]


def test_a_deadline_a_pin_and_a_missing_person_are_named() -> None:
    sewing = Mode(duration=5, staff=(StaffNeed(skill="sew"),))
    people = (Person(id="ann", skills=("sew",), on_shift=((0, 4), (20, 30))),)
    late = replace(required(task("R/0", sewing)), deadline=10)
    rules = check_irreducible(replace(bare(late), persons=people))
    assert [rule.code for rule in rules] == ["deadline", "skill"]
    pinned = replace(task("R/0", sewing), pin=Pin(start=5))
    assert [rule.code for rule in check_irreducible(replace(bare(required(pinned)), persons=people))] == [
        "skill",
        "pin",
    ]


def test_what_is_longer_than_the_horizon_collides_with_nothing_that_has_a_name() -> None:
    assert check_irreducible(bare(replace(required(task("R/0", Mode(duration=101))), deadline=50))) == ()


def test_without_time_nothing_is_shown_that_was_not_proven() -> None:
    long = bare(replace(required(task("R/0", Mode(duration=60))), deadline=50, release=5))
    assert conflict_among(long, Clock(monotonic())) is None
    assert conflict_among(bare(required(task("R/0", Mode(duration=60)))), FOREVER) is None
    assert conflict_among(bare(Request(id="O", tasks=(task("O/0", Mode(duration=101)),))), FOREVER) is None


def test_every_rule_that_is_found_can_be_let_go() -> None:
    seen: set[str] = set()
    for seed in range(count(short=100, full=300)):
        problem = small_problem(seed)
        for rule in named_rules(problem):
            left = named_rules(without(problem, (rule,)))
            assert rule not in left, f"small_problem({seed})"
            seen.add(rule.code)
    assert seen == set(NAMED)
