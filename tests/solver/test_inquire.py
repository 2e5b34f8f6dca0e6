"""Questions are answered in a child that keeps its time; it answers what would be answered here."""

from dataclasses import replace

import pytest

from solver.construct import first_come
from solver.explain.why import why
from solver.inquire import ask_why, ask_why_infeasible
from solver.plan import Plan
from solver.problem import Mode, Problem, UnitUse
from tests.solver.bare import bare, required, task, unit
from tests.solver.small import small_problem
from tests.solver.week import week


def left_out(problem: Problem) -> tuple[Plan, str]:
    found = first_come(problem)
    assert found is not None
    return found.plan, found.plan.left_out[0].request


def test_the_child_answers_as_it_would_be_answered_here() -> None:
    problem = next(p for seed in range(100) if (p := small_problem(seed)) and (f := first_come(p)) and f.plan.left_out)
    plan, request = left_out(problem)
    assert ask_why(problem, plan, request) == why(problem, plan, request)


def test_it_ends_with_what_it_knows_by_its_limit() -> None:
    problem = week(2)
    plan, request = left_out(problem)
    answer = ask_why(problem, plan, request, limit=0.01)
    assert (answer.request, answer.proven, answer.searched) == (request, False, False)


def test_what_is_not_there_is_refused() -> None:
    problem = small_problem(1)
    with pytest.raises(KeyError):
        ask_why(problem, replace(Plan(status="feasible")), "nobody")


def test_required_work_that_has_no_plan_is_told_by_its_rules() -> None:
    use = Mode(duration=60, units=(UnitUse(unit="U"),))
    both = tuple(required(task(f"{id_}/0", use), id_=id_) for id_ in "AB")
    answer = ask_why_infeasible(replace(bare(*both), units=(unit(),)))
    assert (answer.verdict, answer.proven) == ("conflict", True)
    assert [rule.code for rule in answer.conflict] == ["required", "required", "one_at_a_time"]
    assert ask_why_infeasible(replace(bare(both[0]), units=(unit(),))).verdict == "unknown"
