"""The rule book: what every plan has to obey, one module per rule.

Knows nothing of how plans are found, and imports no solver library.
"""

from collections.abc import Callable, Iterator

from solver.plan import Plan
from solver.problem import Problem
from solver.rules import (
    allowed_starts,
    batching,
    capacity,
    kept,
    lags,
    maintenance,
    one_at_a_time,
    open_hours,
    pinned,
    planned_whole,
    quota,
    same_choice,
    staffed,
    stock,
    within_window,
)
from solver.rules.reading import Reading
from solver.rules.violation import Violation

Rule = Callable[[Reading], Iterator[Violation]]

RULES: dict[str, Rule] = {
    "planned_whole": planned_whole.violations,
    "kept": kept.violations,
    "within_window": within_window.violations,
    "open_hours": open_hours.violations,
    "one_at_a_time": one_at_a_time.violations,
    "staffed": staffed.violations,
    "capacity": capacity.violations,
    "stock": stock.violations,
    "lags": lags.violations,
    "pinned": pinned.violations,
    "quota": quota.violations,
    "same_choice": same_choice.violations,
    "maintenance": maintenance.violations,
    "allowed_starts": allowed_starts.violations,
    "batching": batching.violations,
}


def judge(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every violation, in the order of ``RULES``; the empty tuple for a valid plan.

    ``problem`` has passed ``solver.defects.check_problem``; ``plan`` may be any nonsense. The status is not looked at:
    a plan without assignments leaves every request unaccounted, so that it is never mistaken for a valid empty one.
    """
    reading = Reading(problem, plan)
    return tuple(violation for rule in RULES.values() for violation in rule(reading))


__all__ = ["RULES", "Reading", "Rule", "Violation", "judge"]
