"""Solves in this process what is else solved in a child: to start one takes longer than most tests do.

Knows no plan. That the child answers the same, in time, and leaves nobody behind, is promised in tests of its own.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from solver.plan import Plan
from solver.problem import Problem
from solver.progress import Progress
from solver.solving import solve_here


@contextmanager
def solved_here() -> Iterator[None]:
    """Meanwhile, what is planned is solved in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scheduler.planning.solve", solve)
        yield


def solve(
    problem: Problem,
    *,
    limit: float | None,
    work: int | None,
    workers: int,
    seed: int,
    on_progress: Callable[[Progress], None],
    stop: threading.Event | None,
) -> Plan:
    """As ``solver.solve.solve``: the same work and seed give the same plan."""
    return solve_here(
        problem,
        limit=limit,
        work=work,
        workers=workers,
        seed=seed,
        on_plan=lambda _, progress: on_progress(progress),
        stop=stop,
    )
