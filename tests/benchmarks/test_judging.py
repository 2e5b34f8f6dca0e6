"""What the rule book is timed on: a week that holds, and the same work on top of itself."""

import pytest

from benchmarks.judging import TASKS, hopeless, main, two_centres
from solver.rules import judge


def test_the_week_that_is_timed_holds_and_the_heap_does_not() -> None:
    problem, plan = two_centres()
    assert len(plan.assignments) == TASKS
    assert judge(problem, plan) == ()
    assert len(judge(problem, hopeless(problem))) > TASKS


def test_each_row_has_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 4
    assert all(row.endswith(" ms") for row in rows)
