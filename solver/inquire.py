"""The door for questions about a plan: answered in a child process that can be limited and killed, as plans are made.

Does not know how an answer is found.
"""

import os
import tempfile
import threading

from solver.defects import check_problem
from solver.explain.answers import Why
from solver.leash import Leash
from solver.messages import Order, Question
from solver.plan import Plan
from solver.problem import Problem
from solver.solve import SolverDied


def ask_why(
    problem: Problem,
    plan: Plan,
    request: str,
    *,
    limit: float = 10.0,
    in_time: bool = False,
    memory_mb: int = 4096,
    stop: threading.Event | None = None,
) -> Why:
    """Why ``request`` is not in ``plan`` and what would let it in, as far as it is found within ``limit`` seconds.

    The limit counts from when the child has read the problem; one that does not heed it is killed soon after, and the
    answer is that nothing is known. ``stop`` kills it at once. ``in_time``: the request's due date is held as a
    deadline. Raises ``KeyError`` for a request that the problem does not have, ``BadProblem`` and ``SolverDied``.
    """
    named = {one.id: one for one in problem.requests}[request]
    question = Question(plan=plan, request=request, in_time=in_time)
    found = _asked(problem, question, limit=limit, memory_mb=memory_mb, stop=stop)
    return found or Why(request=request, verdict="unknown", weight=named.weight, searched=False)


def ask_why_infeasible(problem: Problem, *, limit: float = 10.0, memory_mb: int = 4096) -> Why:
    """Which rules of the required requests cannot hold together, as ``ask_why`` answers; ``unknown`` where it was not
    found in time."""
    found = _asked(problem, Question(plan=Plan(status="infeasible"), request=""), limit=limit, memory_mb=memory_mb)
    return found or Why(request="", verdict="unknown", weight=0, searched=False)


def _asked(
    problem: Problem, question: Question, *, limit: float, memory_mb: int, stop: threading.Event | None = None
) -> Why | None:
    """``None`` where its time was up before it answered."""
    order = Order(
        problem=problem,
        limit=limit,
        work=None,
        workers=1,
        seed=0,
        memory_mb=memory_mb,
        parent=os.getpid(),
        question=question,
    )
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        leash = Leash(order, errors, stop or threading.Event())
        try:
            leash.start()
            check_problem(problem)
            return _answer(leash)
        finally:
            leash.end()


def _answer(leash: Leash) -> Why | None:
    for said in leash.heard:
        if said.why is not None:
            return said.why
        raise SolverDied(said.text)
    leash.end()
    if leash.overdue:
        return None
    raise SolverDied(leash.tail())
