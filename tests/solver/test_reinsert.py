"""Reinsertion: never refused by the rules, never worse, within its caps, and the same for the same number of tries.

Knows nothing of neighbourhoods.
"""

from solver.construct import construct
from solver.costs import level_values
from solver.reinsert import reinsert
from solver.rules import judge
from tests.sizes import count
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
