"""What plans are compared by, one module per cost, and the levels made of them.

Knows nothing of rules: the values of a plan mean something only when the rule book accepts it.
"""

from collections.abc import Callable, Iterable

from solver.costs import (
    completion,
    displaced,
    gaps,
    makespan,
    moved,
    moved_in_freeze,
    running,
    setup,
    shifted,
    tardiness,
    unfairness,
    unit_changes,
    unplanned,
)
from solver.plan import Plan
from solver.problem import Level, Problem
from solver.rules.reading import Reading

Cost = Callable[[Reading], int]

COSTS: dict[str, Cost] = {
    "displaced": displaced.cost,
    "moved_in_freeze": moved_in_freeze.cost,
    "unplanned": unplanned.cost,
    "tardiness": tardiness.cost,
    "moved": moved.cost,
    "shifted": shifted.cost,
    "completion": completion.cost,
    "makespan": makespan.cost,
    "unfairness": unfairness.cost,
    "unit_changes": unit_changes.cost,
    "setup": setup.cost,
    "running": running.cost,
    "gaps": gaps.cost,
}

WORST: dict[str, Callable[[Problem], int]] = {
    "displaced": displaced.worst,
    "moved_in_freeze": moved_in_freeze.worst,
    "unplanned": unplanned.worst,
    "tardiness": tardiness.worst,
    "moved": moved.worst,
    "shifted": shifted.worst,
    "completion": completion.worst,
    "makespan": makespan.worst,
    "unfairness": unfairness.worst,
    "unit_changes": unit_changes.worst,
    "setup": setup.worst,
    "running": running.worst,
    "gaps": gaps.worst,
}
"""What each cost is at most, for any plan that the rules accept."""

TYING = frozenset(("makespan", "unfairness"))
"""Costs that are no sum over requests: they tie together even what shares no resource."""

SHARED = frozenset(("setup", "running", "gaps"))
"""Costs that arise between requests, or that several may share: no request has a share of its own in them."""


def level_values(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """The value of every level, in the problem's order. Raises ``KeyError`` for an unknown cost."""
    reading = Reading(problem, plan)
    costs = {name: COSTS[name](reading) for name in {name for level in problem.levels for name, _ in level.terms}}
    return tuple(sum(factor * costs[name] for name, factor in level.terms) for level in problem.levels)


def ties(levels: Iterable[Level]) -> bool:
    """Whether a cost of these levels does not add up over requests."""
    return any(cost in TYING for level in levels for cost, factor in level.terms if factor)


def worst_value(problem: Problem, level: Level) -> int:
    """What a level is at most, for any plan that the rules accept; unknown costs count 0."""
    return sum(factor * WORST[name](problem) for name, factor in level.terms if name in WORST)


__all__ = ["COSTS", "SHARED", "TYING", "WORST", "Cost", "level_values", "ties", "worst_value"]
