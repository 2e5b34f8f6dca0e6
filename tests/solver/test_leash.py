"""A child that does not do as it should costs neither time nor processes: its group is killed near the limit."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from solver.leash import Leash
from solver.plan import Plan
from solver.problem import Problem
from solver.progress import Progress, RejectedPlan
from solver.rules import judge
from solver.solve import SolverDied, solve
from tests.solver import wayward as manners
from tests.solver.wayward import LIFE, Wayward, wayward
from tests.solver.week import week

LIMIT = 1.0
NEAR = 4.0
"""Seconds in which all is over: half the life of a child that nobody kills."""


@pytest.fixture(scope="module")
def problem() -> Problem:
    """Its order does not fit into a pipe."""
    return week(1)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solver.leash.START_SECONDS", 1.5)
    monkeypatch.setattr("solver.leash.GRACE_SECONDS", 0.5)


def outcome(problem: Problem, **how: object) -> tuple[Plan | Exception, float]:
    """What came of a solve, and how long it took."""
    begun = time.monotonic()
    try:
        found: Plan | Exception = solve(problem, limit=LIMIT, **how)  # type: ignore[arg-type]
    except (RejectedPlan, SolverDied) as error:
        found = error
    return found, time.monotonic() - begun


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (manners.DEAF, "unknown"),
        (manners.STUBBORN, "unknown"),
        (manners.FRUITFUL, "unknown"),
        (manners.BABBLING, "feasible"),
        (manners.ORPHANING, "feasible"),
        (manners.GIBBERISH, SolverDied),
        (manners.FAILING, SolverDied),
        (manners.FAILING_LATE, "feasible"),
        (manners.WRONG, RejectedPlan),
        (manners.REJECTED, RejectedPlan),
    ],
    ids=[
        "deaf",
        "stubborn",
        "fruitful",
        "babbling",
        "orphaning",
        "gibberish",
        "failing",
        "failing late",
        "wrong",
        "rejected",
    ],
)
def test_ends_near_the_limit_and_leaves_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, problem: Problem, behaviour: str, expected: str | type[Exception]
) -> None:
    with wayward(monkeypatch, tmp_path, problem, behaviour) as child:
        found, taken = outcome(problem)
        assert child.living() == []
    assert taken < NEAR
    assert found.status == expected if isinstance(found, Plan) else type(found) is expected


def only_the_leader(group: int, number: int) -> None:
    os.kill(group, number)


def politely(group: int, _: int, kill: Callable[[int, int], None] = os.killpg) -> None:
    kill(group, signal.SIGTERM)


@pytest.mark.parametrize("behaviour", [manners.FRUITFUL, manners.ORPHANING, manners.WRONG, manners.REJECTED])
def test_control_killing_the_child_alone_leaves_its_children(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, problem: Problem, behaviour: str
) -> None:
    monkeypatch.setattr("solver.leash.os.killpg", only_the_leader)
    monkeypatch.setattr("solver.leash.LAST_SECONDS", 0.5)
    with wayward(monkeypatch, tmp_path, problem, behaviour) as child:
        outcome(problem)
        assert len(child.living()) == 2


def test_control_a_polite_end_is_not_heeded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, problem: Problem) -> None:
    monkeypatch.setattr("solver.leash.os.killpg", politely)
    with wayward(monkeypatch, tmp_path, problem, manners.STUBBORN):
        assert outcome(problem)[1] > NEAR


@pytest.mark.parametrize("behaviour", [manners.DEAF, manners.BABBLING], ids=["deaf", "babbling"])
def test_control_without_its_clock_a_child_lives_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, problem: Problem, behaviour: str
) -> None:
    monkeypatch.setattr(Leash, "_time", lambda _: None)
    with wayward(monkeypatch, tmp_path, problem, behaviour):
        assert outcome(problem)[1] > NEAR


@pytest.mark.parametrize("slow", ["judging", "listening", "checking"])
def test_the_child_is_killed_in_time_whatever_its_parent_is_doing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, problem: Problem, slow: str
) -> None:
    going_on = threading.Event()

    def dawdle(*_: object) -> tuple[()]:
        going_on.wait(60)
        return ()

    if slow == "judging":
        monkeypatch.setattr("solver.solve.judge", dawdle)
    if slow == "checking":
        monkeypatch.setattr("solver.solve.check_problem", dawdle)
    found: list[Plan] = []

    def listen(_: Progress) -> None:
        if slow == "listening":
            dawdle()

    caller = threading.Thread(target=lambda: found.append(solve(problem, limit=LIMIT, on_progress=listen)))
    with wayward(monkeypatch, tmp_path, problem, manners.ONE_PLAN) as child:
        begun = time.monotonic()
        caller.start()
        assert died(child, until=begun + NEAR)
        assert found == []
        going_on.set()
        caller.join(10)
    assert [plan.status for plan in found] == ["feasible"]


def died(child: Wayward, until: float) -> bool:
    """Whether the whole group of a child that was there is dead by then."""
    while not (child.place / "pid").exists():
        time.sleep(0.05)
    while time.monotonic() < until:
        if not child.living():
            return True
    return False


def test_what_was_said_before_the_deadline_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, problem: Problem
) -> None:
    with wayward(monkeypatch, tmp_path, problem, manners.LATE_PLAN):
        found, _ = outcome(problem)
    assert isinstance(found, Plan)
    assert found.status == "feasible"
    assert judge(problem, found) == ()
    assert found.left_out
    assert all(left.blockers for left in found.left_out)


def test_a_child_that_does_not_read_is_killed_although_there_is_no_limit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, problem: Problem
) -> None:
    monkeypatch.setattr("solver.leash.START_SECONDS_WITHOUT_LIMIT", 1.5)
    with wayward(monkeypatch, tmp_path, problem, manners.DEAF) as child:
        found, taken = outcome(problem, work=1)
        assert child.living() == []
    assert isinstance(found, Plan)
    assert found.status == "unknown"
    assert taken < NEAR


def test_the_word_to_stop_needs_nobody_who_reads(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, problem: Problem
) -> None:
    monkeypatch.setattr("solver.leash.START_SECONDS", LIFE)
    stop = threading.Event()
    stop.set()
    with wayward(monkeypatch, tmp_path, problem, manners.DEAF):
        found, taken = outcome(problem, stop=stop)
    assert isinstance(found, Plan)
    assert found.status == "unknown"
    assert taken < 2.0
