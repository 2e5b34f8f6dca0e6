"""How many confirmed tasks move although they start inside the freeze.

Knows nothing of how far they move.
"""

from solver.problem import Booked, Problem
from solver.rules.reading import Reading


def cost(reading: Reading) -> int:
    """The number of frozen booked tasks that are planned at another start or on other units."""
    return sum(placed.moved and _frozen(placed.task.booked) for placed in reading.placed.values())


def worst(problem: Problem) -> int:
    """At most every frozen booked task."""
    return sum(_frozen(task.booked) for request in problem.requests for task in request.tasks)


def _frozen(booked: Booked | None) -> bool:
    return booked is not None and booked.frozen
