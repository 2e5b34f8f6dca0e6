"""Parts and reduced problems: what the rules accept in the small they accept in the whole, and values add up.

Knows nothing of how reduced problems are solved.
"""

from random import Random

from solver.batches import together
from solver.construct import first_come
from solver.costs import level_values
from solver.decompose import merge, parts, reduce, restricted
from solver.defects import find_defects
from solver.model import solve_model
from solver.plan import Plan
from solver.problem import Problem
from solver.rules import judge
from tests.sizes import count
from tests.solver.small import small_problem
from tests.solver.week import week


def test_two_centres_are_two_parts() -> None:
    problem = week(1)
    assert [{id_[0] for id_ in part} for part in parts(problem)] == [{"A"}, {"B"}]
    assert sorted(id_ for part in parts(problem) for id_ in part) == sorted(r.id for r in problem.requests)


def test_a_reduced_problem_is_sound_and_accepts_the_plan_that_it_was_made_of() -> None:
    for problem, plan, free in _cases():
        small = reduce(problem, plan.assignments, free)
        assert find_defects(small) == ()
        assert judge(small, restricted(small, plan.assignments, free)) == ()


def test_a_new_plan_of_the_reduced_problem_fits_into_the_whole() -> None:
    for problem, plan, free in _cases():
        small = reduce(problem, plan.assignments, free)
        before = restricted(small, plan.assignments, free)
        if not problem.levels or not small.requests:
            continue
        answer = solve_model(small, level=0, hint=before, work=1.0)
        assert answer.plan is not None
        merged = merge(problem, plan.assignments, free, answer.plan)
        assert judge(problem, merged) == ()
        if not _spans(problem):
            gains = _difference(level_values(small, before), level_values(small, answer.plan))
            whole = _difference(level_values(problem, plan), level_values(problem, merged))
            as_found = {*answer.plan.assignments, *(at for at in plan.assignments if at.task not in free)}
            if set(merged.assignments) == as_found:
                assert gains == whole
            else:  # something was unloaded sooner, which can only gain more
                assert all(part <= all_ for part, all_ in zip(gains, whole, strict=True))


def _cases() -> list[tuple[Problem, Plan, tuple[str, ...]]]:
    """Small problems with a plan and some tasks set free, single tasks of planned requests among them."""
    cases = []
    for seed in range(count(short=60, full=400)):
        problem, random = small_problem(seed), Random(seed)
        start = first_come(problem)
        if start is None:
            continue
        out = {left.request for left in start.plan.left_out}
        free = []
        for request in problem.requests:
            ids = [task.id for task in request.tasks]
            chosen = ids if request.id in out else [id_ for id_ in ids if random.random() < 0.6]
            free += chosen if random.random() < 0.7 else []
        cases.append((problem, start.plan, tuple(sorted(together(problem, start.plan.assignments, free)))))
    return cases


def _spans(problem: Problem) -> bool:
    return any(cost == "makespan" for level in problem.levels for cost, _ in level.terms)


def _difference(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a - b for a, b in zip(before, after, strict=True))
