"""CP-SAT, the rule book and the exhaustive search agree on what seldom meets: see ``tests.solver.odd``."""

from random import Random

import pytest

from solver.bounds import lower_bounds
from solver.costs import level_values
from solver.rules import judge
from tests.sizes import count
from tests.solver.brute import best_levels, some_plans
from tests.solver.odd import odd_problem
from tests.solver.test_solve_agreement import optimum

SHARDS = 4


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_model_and_the_exhaustive_search_agree_on_odd_problems(shard: int) -> None:
    for seed in range(shard, count(short=120, full=3000), SHARDS):
        check_agreement(seed)


@pytest.mark.parametrize("seed", [205, 2552])
def test_odd_problems_of_which_the_model_was_wrong_once(seed: int) -> None:
    check_agreement(seed)


def check_agreement(seed: int) -> None:
    problem = odd_problem(seed)
    assert optimum(problem) == best_levels(problem), f"odd_problem({seed})"
    for plan in some_plans(problem, Random(seed), 3):
        assert judge(problem, plan) == (), f"odd_problem({seed})"
        values = zip(lower_bounds(problem), level_values(problem, plan), strict=True)
        assert all(bound <= value for bound, value in values), f"odd_problem({seed})"
