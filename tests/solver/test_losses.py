"""What requests add to the levels by themselves makes up the levels' values. Knows nothing of where to look first."""

from dataclasses import replace

from solver.construct import construct
from solver.costs import COSTS, SHARED, TYING, level_values
from solver.losses import added, losses
from solver.problem import Level
from tests.sizes import count
from tests.solver.small import small_problem

ADDITIVE = tuple(Level(name=cost, terms=((cost, 3),)) for cost in sorted(COSTS.keys() - SHARED - TYING))


def test_what_requests_add_sums_up_to_the_values_of_the_levels() -> None:
    seen = [0] * len(ADDITIVE)
    for seed in range(count(short=200, full=1000)):
        problem = replace(small_problem(seed), levels=ADDITIVE)
        _, best = construct(problem, tries=2, seed=seed)
        if best is None:
            continue
        at = {assignment.task: assignment for assignment in best.plan.assignments}
        adds = [
            added(request, [at[task.id] for task in request.tasks if task.id in at], ADDITIVE)
            for request in problem.requests
        ]
        sums = tuple(sum(add[level] for add in adds) for level in range(len(ADDITIVE)))
        assert sums == level_values(problem, best.plan) == best.values, seed
        seen = [a + b for a, b in zip(seen, sums, strict=True)]
    assert all(seen)


def test_nothing_is_to_be_gained_where_a_level_is_at_nothing() -> None:
    for seed in range(40):
        problem = replace(small_problem(seed), levels=ADDITIVE)
        _, best = construct(problem, tries=2, seed=seed)
        if best is not None:
            for level, value in zip(ADDITIVE, best.values, strict=True):
                assert value > 0 or not any(losses(problem, best.plan, level).values())
