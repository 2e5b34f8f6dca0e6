"""Horizon, release date, deadline, and the windows of a task."""

from solver.problem import Mode
from tests.solver.rules.broken import codes, numbers
from tests.solver.sample import at, one_task, plan_of

RULE = "within_window"
FIVE = Mode(duration=5)


def test_from_the_first_tick_to_the_last_start() -> None:
    problem = one_task(FIVE, horizon=10, calendar_end=14, commit_until=0)
    assert codes(RULE, problem, plan_of(at(0, 5))) == []
    assert codes(RULE, problem, plan_of(at(9, 14))) == []


def test_outside_the_horizon() -> None:
    problem = one_task(FIVE, horizon=10, calendar_end=20, commit_until=0, request={"release": -9})
    assert numbers(RULE, problem, plan_of(at(-1, 4))) == {"start": -1}
    assert numbers(RULE, problem, plan_of(at(10, 15))) == {"start": 10, "horizon": 10}


def test_past_the_calendars() -> None:
    problem = one_task(FIVE, horizon=10, calendar_end=13, commit_until=0)
    assert numbers(RULE, problem, plan_of(at(9, 14))) == {"end": 14, "calendar_end": 13}


def test_release_and_deadline_are_met_to_the_tick() -> None:
    problem = one_task(FIVE, request={"release": 7, "deadline": 12})
    assert codes(RULE, problem, plan_of(at(7, 12))) == []
    assert codes(RULE, problem, plan_of(at(6, 11))) == ["before_release"]
    assert codes(RULE, problem, plan_of(at(8, 13))) == ["after_deadline"]


def test_a_task_lies_in_one_window() -> None:
    problem = one_task(FIVE, windows=((0, 6), (10, 15)))
    for start in (0, 1, 10):
        assert codes(RULE, problem, plan_of(at(start, start + 5))) == []
    for start in (2, 6, 9, 11, 20):
        assert codes(RULE, problem, plan_of(at(start, start + 5))) == ["outside_windows"]
