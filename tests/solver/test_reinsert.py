"""Reinsertion: never refused by the rules, never worse, within its caps, and the same for the same number of tries.

Knows nothing of neighbourhoods.
"""

from dataclasses import replace

from solver.construct import construct, first_come
from solver.costs import level_values
from solver.problem import Level, Mode, Problem, Request, UnitUse
from solver.reinsert import reinsert
from solver.rules import judge
from solver.site import left_out
from tests.sizes import count
from tests.solver.bare import UNPLANNED as UNPLANNED_LEVEL
from tests.solver.bare import task, unit
from tests.solver.small import small_problem
from tests.solver.week import booked, week

UNPLANNED, TARDINESS = 2, 3


def test_no_level_from_its_own_on_gets_worse_and_no_cap_is_broken() -> None:
    for seed in range(count(short=150, full=600)):
        problem = small_problem(seed)
        if any(cost == "makespan" for level in problem.levels for cost, _ in level.terms):
            continue
        _, best = construct(problem, tries=1, seed=seed)
        if best is None:
            continue
        for level in range(len(problem.levels)):
            plan = reinsert(problem, best.plan, level=level, caps=best.values[:level], seed=seed, tries=10)
            values = level_values(problem, plan)
            assert judge(problem, plan) == (), seed
            assert values[level:] <= best.values[level:], seed
            assert all(value <= cap for value, cap in zip(values, best.values[:level], strict=False)), seed


def test_a_week_gets_clearly_better_and_the_same_tries_give_the_same_plan() -> None:
    problem = week(3, requests=40, tasks=120, units=20, persons=16)
    _, best = construct(problem, tries=3)
    assert best is not None
    one, two = (
        reinsert(problem, best.plan, level=UNPLANNED, caps=best.values[:UNPLANNED], seed=5, tries=300) for _ in range(2)
    )
    assert one == two
    assert judge(problem, one) == ()
    assert level_values(problem, one)[UNPLANNED] < best.values[UNPLANNED]


def test_later_levels_leave_bookings_where_they_stand() -> None:
    free = week(3, requests=30, tasks=90, units=20, persons=16)
    _, best = construct(free, tries=3)
    assert best is not None
    problem = booked(free, best.plan)
    _, stood = construct(problem, tries=1)
    assert stood is not None
    assert stood.values[:UNPLANNED] == (0, 0)
    plan = reinsert(problem, stood.plan, level=TARDINESS, caps=(0, 0, stood.values[2]), seed=1, tries=200)
    values = level_values(problem, plan)
    assert values[:2] == (0, 0)
    assert values[2:] <= stood.values[2:]
    assert judge(problem, plan) == ()


def test_a_request_is_left_out_for_a_later_level_only_where_the_caps_allow_it() -> None:
    problem = _two_for_one_unit()
    start = first_come(problem)
    assert start is not None
    assert start.values == (0, 4 * 30)
    for cap, wanted in ((0, (0, 30)), (2, (2, 0)), (None, (2, 0))):
        plan = reinsert(problem, start.plan, level=1, caps=(cap,), seed=1, tries=200)
        assert level_values(problem, plan) == wanted


def test_what_was_left_out_comes_back_in_exchange_for_what_costs_more() -> None:
    problem = _two_for_one_unit()
    light, heavy = problem.requests
    alone = first_come(replace(problem, requests=(light,)))
    assert alone is not None
    plan = replace(alone.plan, left_out=(left_out(heavy),))
    late = replace(problem, requests=(replace(light, due=10), heavy))
    better = reinsert(late, plan, level=1, caps=(3,), seed=1, tries=200)
    assert {out.request for out in better.left_out} == {"light"}


def _two_for_one_unit() -> Problem:
    """Either is on time alone; together one is late."""
    mode = Mode(duration=30, units=(UnitUse(unit="U"),))
    light = Request(id="light", tasks=(task("a", mode),), weight=2, tardiness_weight=1, due=30)
    heavy = Request(id="heavy", tasks=(task("b", mode),), weight=3, tardiness_weight=4, due=30)
    return Problem(
        horizon=60,
        calendar_end=60,
        commit_until=60,
        levels=(UNPLANNED_LEVEL, Level(name="tardiness", terms=(("tardiness", 1),))),
        requests=(light, heavy),
        units=(unit(),),
    )
