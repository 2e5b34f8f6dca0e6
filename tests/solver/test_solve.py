"""The door: deadlines kept, the word to stop heard, nothing left running, the same plan for the same work.

Knows nothing of how plans are found.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from solver.construct import first_come
from solver.costs import level_values
from solver.defects import BadProblem
from solver.documents import problem_to_json
from solver.problem import Problem
from solver.rules import judge
from solver.solve import Progress, SolverDied, solve
from solver.solving import solve_here
from tests.sizes import count
from tests.solver.brute import best_levels
from tests.solver.small import small_problem
from tests.solver.week import week

MARK = "PILOTLINE_TEST_MARK"
CALLER = """
import sys
from pathlib import Path
from solver.documents import problem_from_json
from solver.solve import solve
problem = problem_from_json(Path(sys.argv[1]).read_text())
solve(problem, limit=120, on_progress=lambda progress: print(progress.seconds, flush=True))
"""


@pytest.fixture(scope="module")
def problem() -> Problem:
    return week(1)


def test_a_week_is_never_worse_than_first_come_first_served(problem: Problem) -> None:
    heard: list[Progress] = []
    plan = solve(problem, limit=6, on_progress=heard.append)
    first = first_come(problem)
    assert first is not None
    values = tuple(level.value for level in plan.levels)
    assert plan.status in ("feasible", "optimal")
    assert judge(problem, plan) == ()
    assert values == level_values(problem, plan)
    assert values <= first.values
    assert all(level.bound is None or level.bound <= level.value for level in plan.levels)
    assert heard[-1].seconds <= 6
    assert all(left.blockers for left in plan.left_out)


def test_the_word_to_stop_ends_it_long_before_its_limit(problem: Problem) -> None:
    """That it ends at all shows it: the limit is beyond the time that a test may take."""
    stop, heard = threading.Event(), threading.Event()

    def told(_: Progress) -> None:
        heard.set()

    def say() -> None:
        heard.wait(60)
        time.sleep(1)
        stop.set()

    threading.Thread(target=say, daemon=True).start()
    plan = solve(problem, limit=3600, on_progress=told, stop=stop)
    assert judge(problem, plan) == ()


def test_nothing_is_left_running_when_it_returns(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MARK, "returned")
    solve(problem, limit=3)
    assert marked("returned") == []


def test_killing_the_caller_leaves_neither_child_nor_pool(problem: Problem, tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_text(problem_to_json(problem))
    environment = {**os.environ, MARK: "killed"}
    with subprocess.Popen(
        [sys.executable, "-c", CALLER, str(file)], stdout=subprocess.PIPE, text=True, env=environment
    ) as caller:
        assert caller.stdout is not None
        caller.stdout.readline()
        until = time.monotonic() + 20
        while len(marked("killed")) < 4 and time.monotonic() < until:
            time.sleep(0.1)
        assert len(marked("killed")) >= 4, "the caller, its child and two workers"
        os.kill(caller.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while marked("killed") and time.monotonic() < until:
        time.sleep(0.1)
    assert marked("killed") == []


def test_the_same_work_gives_the_same_plan_whatever_the_workers() -> None:
    small = week(5, requests=40, tasks=120, units=20, persons=16)
    plans = [solve(small, work=10, workers=workers, seed=7) for workers in (2, 2, 1)]
    assert plans[0] == plans[1] == plans[2]
    assert judge(small, plans[0]) == ()


def test_the_same_work_gives_the_same_plan_of_a_whole_problem() -> None:
    """In the child and in this process, where many other tests solve."""
    small = small_problem(11)
    found = solve_here(small, work=4, workers=1)
    assert solve(small, work=4, workers=2) == solve(small, work=4, workers=1) == found


def test_small_problems_are_solved_to_the_optimum() -> None:
    for seed in range(count(short=6, full=60)):
        small = small_problem(seed)
        plan, best = solve(small, limit=20), best_levels(small)
        if best is None:
            assert plan.status == "infeasible"
        else:
            assert tuple(level.value for level in plan.levels) == best
            assert plan.status == "optimal"


def test_a_problem_with_defects_is_refused_at_the_door(problem: Problem) -> None:
    with pytest.raises(BadProblem):
        solve(replace(problem, requests=(*problem.requests, problem.requests[0])))


def test_the_limit_counts_from_before_the_problem_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Progress] = []
    monkeypatch.setattr("solver.solving.check_problem", lambda _: time.sleep(0.5))
    solve_here(small_problem(11), work=1, on_plan=lambda _, progress: heard.append(progress))
    assert heard[0].seconds >= 0.5


def test_a_solve_runs_nothing_of_the_folder_that_it_is_called_from(
    problem: Problem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("random.py", "heapq.py"):
        (tmp_path / name).write_text("raise SystemExit('this is not Python's')\n")
    (tmp_path / "solver").mkdir()
    (tmp_path / "solver" / "__init__.py").write_text("raise SystemExit('nor ours')\n")
    monkeypatch.chdir(tmp_path)
    assert solve(problem, limit=60, work=1).status in ("feasible", "optimal")


def test_a_child_without_memory_is_an_error_that_says_so(problem: Problem) -> None:
    with pytest.raises(SolverDied):
        solve(problem, limit=5, memory_mb=64)


def marked(value: str) -> list[int]:
    """Living processes that were started with the mark of a test."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes().split(b"\0") if entry.name.isdigit() else []
            zombie = entry.name.isdigit() and b") Z" in (entry / "stat").read_bytes()
        except OSError:
            continue
        if f"{MARK}={value}".encode() in environment and not zombie and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found
