"""CP-SAT and the exhaustive search agree on the optimum of random small problems, level by level.

Knows nothing of how either finds it.
"""

import pytest

from solver.costs import level_values
from solver.model import solve_model
from solver.plan import Plan
from solver.problem import Problem
from solver.rules import judge
from tests.sizes import count
from tests.solver.brute import best_levels
from tests.solver.small import small_problem

SHARDS = 10


def optimum(problem: Problem) -> tuple[int, ...] | None:
    """Every level minimised in turn, each from the plan before; ``None`` where there is no plan."""
    caps: tuple[int, ...] = ()
    plan: Plan | None = None
    for level in range(len(problem.levels)):
        answer = solve_model(problem, level=level, caps=caps, hint=plan)
        if answer.status == "infeasible" and plan is None:
            return None
        assert answer.status == "optimal"
        assert answer.plan is not None
        assert judge(problem, answer.plan) == ()
        plan = answer.plan
        assert answer.bound == level_values(problem, plan)[level]
        caps = level_values(problem, plan)[: level + 1]
    return caps


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_model_and_the_exhaustive_search_agree(shard: int) -> None:
    for seed in range(shard, count(short=120, full=5000), SHARDS):
        problem = small_problem(seed)
        assert optimum(problem) == best_levels(problem), f"small_problem({seed})"
