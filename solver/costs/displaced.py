"""How many confirmed tasks lose their place, because their requests are left out; what has begun counts far more.

Knows nothing of where they stood.
"""

from solver.problem import Problem
from solver.rules.reading import Reading


def cost(reading: Reading) -> int:
    """What the kept requests that are left out lose, in booked tasks."""
    return sum(reading.requests[id_].displacement for id_ in reading.left_out)


def worst(problem: Problem) -> int:
    """At most every request."""
    return sum(request.displacement for request in problem.requests)
