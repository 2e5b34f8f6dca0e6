"""Dates and windows of one task. Knows nothing of resources."""

from dataclasses import replace

from solver.model import solve_model
from solver.problem import Mode
from tests.solver.bare import bare, placed, required, task

WORK = Mode(duration=4)
WAITING = Mode(duration=4, crossing="unattended", head=1, tail=1)


def test_release_and_deadline_bound_both_ends() -> None:
    request = replace(required(task("a", WORK)), release=5, deadline=9)
    assert placed(bare(request))["a"].start == 5
    assert solve_model(bare(replace(request, deadline=8)), level=0).status == "infeasible"


def test_a_task_lies_in_one_of_its_windows() -> None:
    assert placed(bare(required(task("a", WORK, windows=((0, 3), (4, 7), (20, 24))))))["a"].start == 20


def test_a_waiting_task_does_not_reach_from_one_window_into_the_next() -> None:
    problem = bare(required(task("a", WAITING, windows=((0, 3), (5, 20)))))
    assert placed(problem)["a"].start == 5
