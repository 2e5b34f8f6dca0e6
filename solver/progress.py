"""What is said of a solve while it runs, and what must never come of it.

Knows no solver library, so that a process which only waits starts fast.
"""

from dataclasses import dataclass

from solver.plan import Plan
from solver.rules.violation import Violation


class RejectedPlan(RuntimeError):
    """The solver made a plan that the rule book refuses. This is a defect of the program; the plan is not shown.

    ``plan`` is that plan, for whoever looks for the defect.
    """

    def __init__(self, plan: Plan, violations: tuple[Violation, ...]) -> None:
        self.plan, self.violations = plan, violations
        super().__init__("; ".join(violation.sentence for violation in violations))


class InvalidModel(RuntimeError):
    """The solver does not accept the model that was made of the problem. This is a defect of the program.

    ``reason``: what the solver says of it.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        return f"the model is invalid: {' '.join(self.reason.split())}"


class FalseBound(RuntimeError):
    """The solver claims that no plan is as good as the one that it found. This is a defect of the program."""

    def __init__(self, level: str, value: int, bound: int) -> None:
        self.level, self.value, self.bound = level, value, bound
        super().__init__(f"the level {level!r} is worth {value}, and yet no plan should be below {bound}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """Seconds since the problem was read, requests planned, the levels' values, and the first level's bound.

    ``bounds``: what no plan can be below, per level, as far as is known by now; empty while nothing is.
    """

    seconds: float
    planned: int
    levels: tuple[int, ...]
    bound: int | None
    bounds: tuple[int, ...] = ()
