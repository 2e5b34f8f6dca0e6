"""Project instances become one required request that has the same schedules."""

from pathlib import Path

import pytest

from benchmarks.projects import DummyBinds, NotAnActivity, read_lagged_project, read_portfolio, read_project
from solver.plan import Assignment, Plan
from solver.problem import Consumption, Demand, Lag, Problem
from solver.rules import judge
from solver.solving import solve_here
from tests.benchmarks.written import LAGGED, LAGGED_OPTIMUM, PORTFOLIO, PORTFOLIO_OPTIMUM, PROJECT, TWO_MODES


def _read(tmp_path: Path, text: str) -> Problem:
    path = tmp_path / "written.sm"
    path.write_text(text, encoding="utf-8")
    return read_project(path)


def test_dummies_are_dropped_and_the_rest_is_one_required_request(tmp_path: Path) -> None:
    problem = _read(tmp_path, PROJECT)
    (request,) = problem.requests
    assert request.required
    assert [task.id for task in request.tasks] == ["A2", "A3", "A4"]
    assert request.lags == (Lag(before="A2", after="A4"), Lag(before="A3", after="A4"))
    assert request.tasks[0].modes[0].demands == (Demand(capacity="R1", amount=3),)


def test_horizon_holds_one_after_the_other_in_the_longest_modes(tmp_path: Path) -> None:
    assert _read(tmp_path, PROJECT).horizon == 2 + 3 + 4
    assert _read(tmp_path, TWO_MODES).horizon == 5 + 5


def test_makespan_is_the_only_level(tmp_path: Path) -> None:
    (level,) = _read(tmp_path, PROJECT).levels
    assert (level.terms, level.tolerance) == ((("makespan", 1),), 0)


def test_non_renewable_resources_are_stocks(tmp_path: Path) -> None:
    problem = _read(tmp_path, TWO_MODES)
    assert [(capacity.id, capacity.steps) for capacity in problem.capacities] == [("R1", ((0, 1),))]
    assert [(stock.id, stock.changes) for stock in problem.stocks] == [("N1", ((0, 4),))]
    fast, slow = problem.requests[0].tasks[0].modes
    assert (fast.duration, fast.consumptions) == (1, (Consumption(stock="N1", amount=3),))
    assert (slow.duration, slow.consumptions) == (5, (Consumption(stock="N1", amount=1),))


def test_rule_book_refuses_what_the_resources_do_not_allow(tmp_path: Path) -> None:
    problem = _read(tmp_path, PROJECT)
    good = Plan(
        status="feasible",
        assignments=(
            Assignment(task="A2", mode=0, start=0, end=2),
            Assignment(task="A3", mode=0, start=2, end=5),
            Assignment(task="A4", mode=0, start=5, end=9),
        ),
    )
    side_by_side = Plan(
        status="feasible",
        assignments=(
            Assignment(task="A2", mode=0, start=0, end=2),
            Assignment(task="A3", mode=0, start=0, end=3),
            Assignment(task="A4", mode=0, start=3, end=7),
        ),
    )
    assert judge(problem, good) == ()
    assert {violation.rule for violation in judge(problem, side_by_side)} == {"capacity"}


def test_dummy_in_the_middle_links_its_neighbours(tmp_path: Path) -> None:
    middle = PROJECT.replace("  4      1     4       1", "  4      1     0       0").replace(
        "   3        1          1           4", "   3        1          1           5"
    )
    lasting_end = middle.replace("  5      1     0       0", "  5      1     6       0")
    (request,) = _read(tmp_path, lasting_end).requests
    assert request.lags == (Lag(before="A2", after="A5"), Lag(before="A3", after="A5"))


def test_activity_without_duration_that_needs_something_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAnActivity, match="activity 4 takes no time"):
        _read(tmp_path, PROJECT.replace("  4      1     4       1", "  4      1     0       1"))


def _lagged(tmp_path: Path, text: str) -> Problem:
    path = tmp_path / "written.sch"
    path.write_text(text, encoding="utf-8")
    return read_lagged_project(path)


def test_delays_bind_starts_and_negative_ones_from_above(tmp_path: Path) -> None:
    problem = _lagged(tmp_path, LAGGED)
    (request,) = problem.requests
    assert [task.id for task in request.tasks] == ["A2", "A3", "A4"]
    assert request.lags == (
        Lag(before="A2", after="A3", frm="start", to="start", least=2),
        Lag(before="A3", after="A2", frm="start", to="start", least=-4),
        Lag(before="A3", after="A4", frm="start", to="start", least=5),
    )
    assert problem.horizon == 3 + 5 + 1
    plan = solve_here(problem, limit=10.0, workers=1)
    assert (plan.status, plan.levels[0].value) == ("optimal", LAGGED_OPTIMUM)


def test_a_latest_start_that_the_resource_does_not_allow_is_proven_to_have_no_schedule(tmp_path: Path) -> None:
    assert solve_here(_lagged(tmp_path, LAGGED.replace("[-4]", "[-2]")), limit=10.0, workers=1).status == "infeasible"


def test_a_lag_that_binds_a_dummy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DummyBinds, match="the lag of 7 from activity 1 to 2"):
        _lagged(tmp_path, LAGGED.replace("0\t1\t1\t1\t[0]", "0\t1\t1\t1\t[7]"))


def test_projects_of_a_portfolio_share_the_resources(tmp_path: Path) -> None:
    path = tmp_path / "written.txt"
    path.write_text(PORTFOLIO, encoding="utf-8")
    problem = read_portfolio(path)
    assert [(request.id, [task.id for task in request.tasks]) for request in problem.requests] == [
        ("P1", ["A2"]),
        ("P2", ["A5"]),
    ]
    assert all(request.required for request in problem.requests)
    plan = solve_here(problem, limit=10.0, workers=1)
    assert (plan.status, plan.levels[0].value) == ("optimal", PORTFOLIO_OPTIMUM)
