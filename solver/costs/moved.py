"""How many confirmed tasks move, inside the freeze or after it.

Knows nothing of how far they move, nor of tasks that are left out.
"""

from solver.problem import Problem
from solver.rules.reading import Reading


def cost(reading: Reading) -> int:
    """The number of booked tasks that are planned at another start, to another end, or on other units."""
    return sum(placed.moved for placed in reading.placed.values())


def worst(problem: Problem) -> int:
    """At most every booked task."""
    return sum(task.booked is not None for request in problem.requests for task in request.tasks)
