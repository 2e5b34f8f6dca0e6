"""The door to CP-SAT: caps, hints, limits and stopping. Knows nothing of single constraints."""

import threading
import time
from dataclasses import replace

import pytest
from ortools.sat.python.cp_model import OPTIMAL, CpSolver

from solver import stretches
from solver.calendars import Calendars
from solver.costs import level_values
from solver.defects import find_defects
from solver.hints import Outcome
from solver.model import build, solve_model
from solver.plan import Plan
from solver.problem import Capacity, Demand, Mode, Problem, UnitUse
from solver.progress import InvalidModel
from solver.reach import find_reach
from solver.rules import judge
from solver.variables import Variables
from tests.sizes import count
from tests.solver.bare import UNPLANNED, bare, required, task, unit
from tests.solver.brute import best_plan
from tests.solver.small import small_problem
from tests.solver.week import week


def unproven() -> Problem:
    """A week that takes longer than the tests have."""
    return week(1, requests=300, tasks=1000)


def test_every_plan_on_the_way_keeps_the_rules_and_each_is_better() -> None:
    problem, plans = week(3, requests=30, tasks=90, units=20, persons=20), list[Plan]()
    solve_model(problem, level=2, caps=(0, 0), seconds=5, on_plan=plans.append)
    assert plans
    assert all(judge(problem, plan) == () for plan in plans)
    values = [level_values(problem, plan)[2] for plan in plans]
    assert values == sorted(set(values), reverse=True)


def test_what_the_solver_cannot_add_up_is_a_defect_and_never_taken_for_a_lack_of_time() -> None:
    last = 2**31 - 1
    drawing = Mode(duration=2**30, demands=(Demand(capacity="P", amount=2**27),))
    tasks = (task(f"R/{number}", drawing) for number in range(32))
    problem = replace(bare(required(*tasks), end=last), capacities=(Capacity(id="P", steps=((0, last),)),))
    assert {defect.code for defect in find_defects(problem)} == {"use_too_large"}
    with pytest.raises(InvalidModel, match="integer overflow"):
        solve_model(problem, level=0)


def test_a_cap_on_an_earlier_level_holds() -> None:
    for seed in range(count(short=20, full=100)):
        problem = small_problem(seed)
        if len(problem.levels) < 2 or (best := best_plan(problem)) is None:
            continue
        cap = best.levels[0].value + 1
        answer = solve_model(problem, level=1, caps=(cap,))
        assert answer.plan is not None
        assert level_values(problem, answer.plan)[0] <= cap


def test_a_hint_gives_every_variable_a_value_that_keeps_every_constraint() -> None:
    """With every variable fixed to its hint the model is still feasible, and worth what the costs say."""
    tried = 0
    for seed in range(count(short=60, full=300)):
        problem = small_problem(seed)
        plan = best_plan(problem)
        if plan is None:
            continue
        tried += 1
        assert _value_of_hint(problem, plan, 0) == level_values(problem, plan)[0], f"small_problem({seed})"
    assert tried > 20


def _value_of_hint(problem: Problem, plan: Plan, level: int) -> int | None:
    calendars = Calendars(problem)
    variables = Variables(calendars, find_reach(calendars))
    build(variables, level, ())
    assert len(variables.hinted) == len(variables.model.proto.variables) - 2  # all but the two constants
    outcome = Outcome(problem, plan)
    for variable, held in variables.hinted:
        variables.model.add(variable == int(held(outcome)))
    solver = CpSolver()
    return round(solver.objective_value) if solver.solve(variables.model) == OPTIMAL else None


def test_no_time_is_unknown_and_has_no_plan() -> None:
    answer = solve_model(unproven(), level=2, seconds=0.0)
    assert (answer.status, answer.plan) == ("unknown", None)


def test_stopping_ends_the_search_at_once() -> None:
    stop, problem = threading.Event(), unproven()
    threading.Timer(3.0, stop.set).start()
    begun = time.monotonic()
    solve_model(problem, level=2, caps=(0, 0), seconds=120, stop=stop)
    assert stop.is_set()
    assert time.monotonic() - begun < 60.0, "half of its limit"


def test_the_same_work_gives_the_same_plan() -> None:
    problem = week(5, requests=60, tasks=200, units=30, persons=25)
    answers = [solve_model(problem, level=2, work=0.2, seed=7) for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0].status != "unknown"


def test_a_hint_that_breaks_a_rule_does_not_hide_what_is_longer() -> None:
    problem = small_problem(0)
    answer = solve_model(problem, level=0)
    assert answer.plan is not None
    nonsense = replace(answer.plan, assignments=tuple(replace(a, start=0, end=1) for a in answer.plan.assignments))
    again = solve_model(problem, level=0, hint=nonsense)
    assert (again.status, again.bound) == (answer.status, answer.bound)


def test_bounds_are_exact_where_a_double_is_not() -> None:
    """Of four requests two fit. What stays out weighs more than a double can tell apart."""
    weights = (2**60 + 1, 2**59 + 3, 2**55 + 7, 5)
    use = Mode(duration=50, units=(UnitUse(unit="U"),))
    requests = (
        replace(required(task(f"t{at}", use), id_=f"R{at}"), required=False, weight=weight)
        for at, weight in enumerate(weights)
    )
    problem = replace(bare(*requests, level=UNPLANNED), units=(unit(),))
    answer = solve_model(problem, level=0)
    assert (answer.status, answer.bound) == ("optimal", 2**55 + 12)
    out = solve_model(replace(problem, units=(unit(taken=(((0, 100),),)),)), level=0)
    assert (out.status, out.bound) == ("optimal", sum(weights))
    assert int(float(sum(weights))) != sum(weights)


def test_a_pool_that_is_away_throughout_makes_nothing_infeasible(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = small_problem(1909)
    assert solve_model(problem, level=0).status == "optimal"
    monkeypatch.setattr(stretches, "_has_room", lambda *_: True)
    assert solve_model(problem, level=0).status == "optimal", "what is infeasible without a conflict is asked again"
