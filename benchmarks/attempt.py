"""One solver on one Problem in a process of its own: a JSON order on stdin, one JSON line as the answer on stdout.

Knows nothing of families, files and best known values.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from solver.documents import plan_from_json, plan_to_json, problem_from_json, problem_to_json
from solver.plan import Plan
from solver.problem import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is to be run. ``limit`` in seconds."""

    solver: str
    problem: Problem
    limit: float
    workers: int
    seed: int = 0

    def to_json(self) -> str:
        """The order as one JSON object."""
        rest = {"solver": self.solver, "limit": self.limit, "workers": self.workers, "seed": self.seed}
        return json.dumps({**rest, "problem": problem_to_json(self.problem)})

    @classmethod
    def from_json(cls, text: str) -> "Order":
        """The order that ``to_json`` wrote."""
        fields = json.loads(text)
        return cls(**{**fields, "problem": problem_from_json(fields["problem"])})


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The plan, the seconds from the call to the answer, and the most memory that one process of it held, in MB."""

    plan: Plan
    seconds: float
    peak_mb: float

    def to_json(self) -> str:
        """The answer as one line of JSON."""
        return json.dumps({"plan": plan_to_json(self.plan), "seconds": self.seconds, "peak_mb": self.peak_mb})

    @classmethod
    def from_json(cls, text: str) -> "Answer":
        """The answer that ``to_json`` wrote."""
        fields = json.loads(text)
        return cls(**{**fields, "plan": plan_from_json(fields["plan"])})


def run(order: Order) -> Answer:
    """Solves; the clock runs only while the solver does, not while its library is loaded."""
    call = DOORS[order.solver]()
    began = monotonic()
    plan = call(order)
    return Answer(plan=plan, seconds=monotonic() - began, peak_mb=_peak_mb())


def _own() -> Callable[[Order], Plan]:
    from solver.solve import solve  # noqa: PLC0415 - only the solver that is measured is loaded

    return lambda order: solve(order.problem, limit=order.limit, workers=order.workers, seed=order.seed)


def _pyjobshop() -> Callable[[Order], Plan]:
    from benchmarks.pyjobshop_peer import solve_with_pyjobshop  # noqa: PLC0415 - the peer is an optional extra

    return lambda order: solve_with_pyjobshop(order.problem, limit=order.limit, workers=order.workers, seed=order.seed)


DOORS: dict[str, Callable[[], Callable[[Order], Plan]]] = {"pilotline": _own, "pyjobshop": _pyjobshop}


def _peak_mb() -> float:
    """The largest resident size of this process or of one that it waited for."""
    units_per_mb = 1024 * 1024 if sys.platform == "darwin" else 1024
    largest = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return float(largest) / units_per_mb


def main() -> None:
    """Reads the order, keeps stdout for the answer alone (libraries that print do so on stderr), and answers."""
    order = Order.from_json(sys.stdin.read())
    answers = os.dup(1)
    os.dup2(2, 1)
    line = run(order).to_json() + "\n"
    with os.fdopen(answers, "w", encoding="utf-8") as out:
        out.write(line)


if __name__ == "__main__":
    main()
