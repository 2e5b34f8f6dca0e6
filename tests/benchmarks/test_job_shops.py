"""Flexible job shop instances become a required request per job that has the same schedules."""

from pathlib import Path

import pytest

from benchmarks.job_shops import NotAnOperation, read_job_shop, read_job_shop_with_workers
from solver.problem import Lag, Problem
from solver.solving import solve_here
from tests.benchmarks.written import JOB_SHOP, WORKERS, WORKERS_OPTIMUM


def _read(tmp_path: Path, text: str) -> Problem:
    path = tmp_path / "written.txt"
    path.write_text(text, encoding="utf-8")
    return read_job_shop(path)


def test_a_request_per_job_with_its_lags(tmp_path: Path) -> None:
    problem = _read(tmp_path, JOB_SHOP)
    first, second = problem.requests
    assert [task.id for task in first.tasks] == ["J1/1", "J1/2"]
    assert first.lags == (Lag(before="J1/1", after="J1/2"),)
    assert second.lags == ()
    assert first.required
    assert second.required


def test_a_mode_per_machine_in_the_order_of_the_file(tmp_path: Path) -> None:
    modes = _read(tmp_path, JOB_SHOP).requests[0].tasks[0].modes
    assert [(mode.units[0].unit, mode.duration) for mode in modes] == [("M1", 3), ("M2", 9)]


def test_machines_have_one_lane_and_never_close(tmp_path: Path) -> None:
    problem = _read(tmp_path, JOB_SHOP)
    assert problem.horizon == problem.calendar_end == 9 + 2 + 4
    assert [(unit.id, unit.lanes, unit.open) for unit in problem.units] == [
        ("M1", 1, ((0, 15),)),
        ("M2", 1, ((0, 15),)),
    ]


def test_operation_without_duration_at_the_end_of_its_job_is_dropped(tmp_path: Path) -> None:
    (request,) = _read(tmp_path, "1 2\n3 1 1 0 1 2 5 1 1 0\n").requests
    assert [task.id for task in request.tasks] == ["J1/2"]


@pytest.mark.parametrize("line", ["3 1 1 4 1 2 0 1 1 4", "3 2 1 4 2 0 1 2 3 1 1 4"])
def test_operation_without_duration_that_matters_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(NotAnOperation, match="takes no time"):
        _read(tmp_path, f"1 2\n{line}\n")


def _with_workers(tmp_path: Path, text: str) -> Problem:
    path = tmp_path / "written.fjs"
    path.write_text(text, encoding="utf-8")
    return read_job_shop_with_workers(path)


def test_a_mode_per_machine_and_worker(tmp_path: Path) -> None:
    problem = _with_workers(tmp_path, WORKERS)
    modes = problem.requests[0].tasks[0].modes
    assert [(tuple(use.unit for use in mode.units), mode.duration) for mode in modes] == [
        (("M1", "W1"), 3),
        (("M1", "W2"), 5),
    ]
    assert {unit.id for unit in problem.units} == {"M1", "M2", "W1", "W2"}
    plan = solve_here(problem, limit=10.0, workers=1)
    assert (plan.status, plan.levels[0].value) == ("optimal", WORKERS_OPTIMUM)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WORKERS.replace("2 2 2\n", "3 2 2\n"), "3 jobs announced, 2 found"),
        (WORKERS.replace("1 1 2 1 1 2\n", "1 1 2 1 1 2 9\n"), "job 2 has more numbers"),
        (WORKERS.replace("1 1 2 1 1 2\n", "1 1 2 1 1 0\n"), "takes no time"),
    ],
)
def test_numbers_that_do_not_add_up_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _with_workers(tmp_path, text)
