"""The one door: a problem in, a plan out, solved in a child process that can be stopped, limited and killed.

Does not know how a plan is found.
"""

import logging
import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from solver.defects import check_problem
from solver.explain import explain
from solver.leash import Leash
from solver.messages import Order
from solver.plan import Plan
from solver.problem import Problem
from solver.progress import Progress, RejectedPlan
from solver.rules import judge

log = logging.getLogger("pilotline.solve")

REASONS_SECONDS = 1.5
"""How long the reasons may take where the child did not come to give them."""


class SolverDied(RuntimeError):
    """The solver ended without an answer. ``tail``: the last that it wrote about it."""

    def __init__(self, tail: str) -> None:
        self.tail = tail
        super().__init__(f"the solver ended without an answer: {tail.strip() or 'it said nothing'}")


def solve(
    problem: Problem,
    *,
    limit: float | None = 30.0,
    work: int | None = None,
    workers: int = 2,
    seed: int = 0,
    memory_mb: int = 4096,
    on_progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> Plan:
    """The best plan found within ``limit`` seconds, counted from when the child has read the problem.

    ``None``: no limit. With ``work`` the limit is not looked at: that many neighbourhoods are solved, and the same
    problem and seed give the same plan whatever ``workers`` is. ``memory_mb``: address space of the child, and of its
    workers together. ``on_progress`` is called in this thread with better plans' values, those aside that were
    overtaken while it was busy. ``stop`` ends the search within half a second, with the best plan so far.

    The child's group is dead when this returns or raises, and in time: however long the problem, the checks or
    ``on_progress`` take. Raises ``BadProblem``, ``SolverDied``, and ``RejectedPlan`` where the solver is at fault.
    """
    order = Order(
        problem=problem,
        limit=None if work is not None else limit,
        work=work,
        workers=workers,
        seed=seed,
        memory_mb=memory_mb,
        parent=os.getpid(),
    )
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        leash = Leash(order, errors, stop or threading.Event())
        try:
            leash.start()
            check_problem(problem)
            return _answer(problem, leash, on_progress or (lambda _: None))
        finally:
            leash.end()


def _answer(problem: Problem, leash: Leash, on_progress: Callable[[Progress], None]) -> Plan:
    """The child's answer, or the best plan that it had said when it ended or had to be ended."""
    best: Plan | None = None
    for said in leash.heard:
        if said.kind == "rejected" and said.plan is not None:
            raise RejectedPlan(said.plan, judge(problem, said.plan))
        if said.plan is None and best is None:
            raise SolverDied(said.text)
        if said.plan is None:
            log.error("the solver failed after its last plan, which is kept: %s", said.text)
            break
        _check(problem, said.plan)
        if said.progress is not None:
            on_progress(said.progress)
        if said.kind == "answer":
            return said.plan
        best = replace(said.plan, status="feasible")
    leash.end()
    if best is not None:
        return explain(problem, best, until=monotonic() + REASONS_SECONDS)
    if leash.overdue:
        return Plan(status="unknown")
    raise SolverDied(leash.tail())


def _check(problem: Problem, plan: Plan) -> None:
    """Judged again on this side, before anybody sees it."""
    if plan.status in ("optimal", "feasible"):
        violations = judge(problem, plan)
        if violations:
            raise RejectedPlan(plan, violations)


__all__ = ["Progress", "RejectedPlan", "SolverDied", "solve"]
