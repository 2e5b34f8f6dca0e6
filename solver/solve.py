"""The one door: a problem in, a plan out, solved in a child process that can be stopped, limited and killed.

Does not know how a plan is found.
"""

import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from time import monotonic
from typing import IO, cast

from solver.defects import check_problem
from solver.messages import STOP, Order, Said, order_line, read_said
from solver.plan import Plan
from solver.problem import Problem
from solver.progress import Progress, RejectedPlan
from solver.rules import judge

START_SECONDS = 30.0
"""How long a child may take to start and read its order."""
GRACE_SECONDS = 1.5
"""How long after its time limit a child is killed."""
STOP_SECONDS = 0.5
"""How long after the word to stop a child is killed."""
REASONS = "solver.explain"
"""Loaded while the child works: it needs the solver library, which takes a second, and whoever imports this module only
to wait for children should start fast."""
POLL = 0.05
TAIL = 2000
"""Characters of the child's errors that are kept."""


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
    workers together. ``on_progress`` is called with every better plan's values, in this thread. ``stop`` ends the
    search within half a second, with the best plan so far.

    Raises ``BadProblem``, ``SolverDied``, and ``RejectedPlan`` where the solver is at fault.
    """
    check_problem(problem)
    order = Order(
        problem=problem,
        limit=None if work is not None else limit,
        work=work,
        workers=workers,
        seed=seed,
        memory_mb=memory_mb,
        parent=os.getpid(),
    )
    threading.Thread(target=import_module, args=(REASONS,), daemon=True).start()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        child = _Child(order, errors)
        try:
            return _Watch(order, child, on_progress or (lambda _: None), stop or threading.Event()).answer()
        finally:
            child.kill()


class _Child:
    """The running child process and what it says."""

    def __init__(self, order: Order, errors: IO[str]) -> None:
        self.errors = errors
        self.said: queue.Queue[Said | None] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "solver.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            env={**os.environ, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._write(order_line(order))

    def stop(self) -> None:
        """Ask it to stop."""
        self._write(STOP + "\n")

    def kill(self) -> None:
        """End it and everything that it started, and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def tail(self) -> str:
        """The last of what it wrote about its errors."""
        self.errors.seek(0)
        return self.errors.read()[-TAIL:]

    def _write(self, text: str) -> None:
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.write(text)
                self.process.stdin.flush()

    def _read(self) -> None:
        """A line that the child's death cut short ends what it said."""
        with suppress(ValueError, OSError):
            for line in self.process.stdout or ():
                self.said.put(read_said(line))
        self.said.put(None)


class _Watch:
    """Waits for the answer, keeps the best plan so far, and the clock."""

    def __init__(
        self, order: Order, child: _Child, on_progress: Callable[[Progress], None], stop: threading.Event
    ) -> None:
        self._order, self._child, self._on_progress, self._stop = order, child, on_progress, stop
        self._best: Plan | None = None
        self._until: float | None = monotonic() + START_SECONDS

    def answer(self) -> Plan:
        """The child's answer, or the best plan that it had said when it ended or had to be ended."""
        stopped = False
        while self._until is None or monotonic() < self._until:
            if self._stop.is_set() and not stopped:
                stopped = True
                self._child.stop()
                self._until = min(self._until or monotonic() + STOP_SECONDS, monotonic() + STOP_SECONDS)
            try:
                said = self._child.said.get(timeout=POLL)
            except queue.Empty:
                continue
            if said is None:
                return self._without_answer()
            found = self._hear(said, stopped)
            if found is not None:
                return found
        return self._so_far() or Plan(status="unknown")

    def _hear(self, said: Said, stopped: bool) -> Plan | None:
        if said.kind == "read" and not stopped:
            self._until = None if self._order.limit is None else monotonic() + self._order.limit + GRACE_SECONDS
        elif said.kind == "rejected" and said.plan is not None:
            raise RejectedPlan(said.plan, judge(self._order.problem, said.plan))
        elif said.kind in ("failed", "rejected"):
            raise SolverDied(said.text)
        elif said.plan is not None:
            self._keep(said.plan)
            if said.progress is not None:
                self._on_progress(said.progress)
            return said.plan if said.kind == "answer" else None
        return None

    def _keep(self, plan: Plan) -> None:
        """Judged again on this side, before anybody sees it."""
        if plan.status in ("optimal", "feasible"):
            violations = judge(self._order.problem, plan)
            if violations:
                raise RejectedPlan(plan, violations)
            self._best = replace(plan, status="feasible")

    def _so_far(self) -> Plan | None:
        """The best plan so far, with the reasons of what stays out."""
        if self._best is None:
            return None
        reasons = import_module(REASONS)
        return cast("Plan", reasons.explain(self._order.problem, self._best))

    def _without_answer(self) -> Plan:
        best = self._so_far()
        if best is not None:
            return best
        self._child.process.wait()
        raise SolverDied(self._child.tail())


__all__ = ["Progress", "RejectedPlan", "SolverDied", "solve"]
