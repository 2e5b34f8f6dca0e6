"""The solving child: reads an order from its input, says every better plan and at last the answer on its output.

Does not know what the plan is for. It ends when its input ends, or when its parent is gone; its pool ends with it.
"""

import os
import signal
import sys
import threading
from time import monotonic
from typing import TextIO

from solver.explain.why import why, why_infeasible
from solver.messages import STOP, Order, Question, Said, read_order, said_line
from solver.plan import Plan
from solver.pool import end_with, limit_memory
from solver.progress import Progress, RejectedPlan
from solver.solving import solve_here


class Mouth:
    """Writes lines from any thread, each whole and at once."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._lock = out, threading.Lock()

    def say(self, said: Said) -> None:
        """Say one thing; the parent has it when this returns."""
        with self._lock:
            self._out.write(said_line(said))
            self._out.flush()

    def better(self, plan: Plan, progress: Progress) -> None:
        """Say a better plan."""
        self.say(Said(kind="better", plan=plan, progress=progress))


def main() -> None:
    """Reads one order, carries it out, and ends the whole process group."""
    mouth = Mouth(_private_output())
    order = read_order(sys.stdin.readline())
    end_with(order.parent)
    limit_memory(order.memory_mb)
    mouth.say(Said(kind="read"))
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    mouth.say(_outcome(order, mouth, stop))
    _end()


def _private_output() -> TextIO:
    """The output for our lines alone; what any library prints goes to the errors."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


def _outcome(order: Order, mouth: Mouth, stop: threading.Event) -> Said:
    try:
        if order.question is not None:
            return _answered(order, order.question)
        plan = solve_here(
            order.problem,
            limit=order.limit,
            work=order.work,
            workers=order.workers,
            seed=order.seed,
            memory_mb=order.memory_mb,
            on_plan=mouth.better,
            stop=stop,
        )
    except RejectedPlan as error:
        return Said(kind="rejected", plan=error.plan, text=str(error))
    except Exception as error:
        return Said(kind="failed", text=f"{type(error).__name__}: {error}")
    return Said(kind="answer", plan=plan)


def _answered(order: Order, asked: Question) -> Said:
    until = None if order.limit is None else monotonic() + order.limit
    if not asked.request:
        return Said(kind="answer", why=why_infeasible(order.problem, until=until))
    found = why(order.problem, asked.plan, asked.request, until=until, in_time=asked.in_time)
    return Said(kind="answer", why=found)


def _listen(stop: threading.Event) -> None:
    """Waits for the word to stop; the end of the input means that nobody waits for us."""
    for line in sys.stdin:
        if line.strip() == STOP:
            stop.set()
    _end()


def _end() -> None:
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    main()
