"""The peer solves the same problem, and its schedules are judged by our rules."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.job_shops import read_job_shop
from benchmarks.projects import read_project
from benchmarks.pyjobshop_peer import NotForThePeer, solve_with_pyjobshop
from solver.costs import level_values
from solver.problem import Lag, Problem
from solver.rules import judge
from tests.benchmarks.written import (
    JOB_SHOP,
    JOB_SHOP_OPTIMUM,
    PROJECT,
    PROJECT_OPTIMUM,
    TWO_MODES,
    TWO_MODES_OPTIMUM,
)


def _read(tmp_path: Path, text: str) -> Problem:
    path = tmp_path / "written"
    path.write_text(text, encoding="utf-8")
    return read_job_shop(path) if text == JOB_SHOP else read_project(path)


@pytest.mark.parametrize(
    ("text", "optimum"),
    [(PROJECT, PROJECT_OPTIMUM), (TWO_MODES, TWO_MODES_OPTIMUM), (JOB_SHOP, JOB_SHOP_OPTIMUM)],
    ids=["project", "two modes", "job shop"],
)
def test_peer_finds_the_optimum_and_the_rule_book_accepts_it(tmp_path: Path, text: str, optimum: int) -> None:
    problem = _read(tmp_path, text)
    plan = solve_with_pyjobshop(problem, limit=10, workers=1, seed=1)
    assert plan.status == "optimal"
    assert judge(problem, plan) == ()
    assert level_values(problem, plan) == (optimum,)
    assert (plan.levels[0].value, plan.levels[0].bound) == (optimum, optimum)


def test_impossible_is_infeasible_and_has_no_schedule(tmp_path: Path) -> None:
    problem = _read(tmp_path, TWO_MODES)
    scarce = replace(problem, stocks=(replace(problem.stocks[0], changes=((0, 1),)),))
    plan = solve_with_pyjobshop(scarce, limit=10, workers=1, seed=1)
    assert (plan.status, plan.assignments, plan.levels) == ("infeasible", (), ())


def test_what_the_comparison_does_not_cover_is_refused(tmp_path: Path) -> None:
    problem = _read(tmp_path, JOB_SHOP)
    closed = replace(problem, units=(replace(problem.units[0], open=((0, 3),)), problem.units[1]))
    soon = replace(problem.requests[0], lags=(Lag(before="J1/1", after="J1/2", most=4),))
    bounded = replace(problem, requests=(soon, problem.requests[1]))
    for other in (closed, bounded):
        with pytest.raises(NotForThePeer):
            solve_with_pyjobshop(other, limit=1, workers=1, seed=1)
