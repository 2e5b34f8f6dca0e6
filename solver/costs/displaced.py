"""How many confirmed tasks lose their place, because their requests are left out.

Knows nothing of where they stood.
"""

from solver.problem import Problem
from solver.rules.reading import Reading


def cost(reading: Reading) -> int:
    """The number of booked tasks of the kept requests that are left out."""
    left_out = (reading.requests[id_] for id_ in reading.left_out)
    return sum(task.booked is not None for request in left_out for task in request.tasks)


def worst(problem: Problem) -> int:
    """At most every booked task."""
    return sum(task.booked is not None for request in problem.requests for task in request.tasks)
