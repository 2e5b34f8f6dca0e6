"""The weight of what stays out.

Knows nothing of confirmed requests: leaving those out is displacing them.
"""

from solver.problem import Problem
from solver.rules.reading import Reading


def cost(reading: Reading) -> int:
    """The sum of the weights of the requests that are left out and not kept."""
    left_out = (reading.requests[id_] for id_ in reading.left_out)
    return sum(request.weight for request in left_out if not request.kept)


def worst(problem: Problem) -> int:
    """At most the weight of every request that is not kept."""
    return sum(request.weight for request in problem.requests if not request.kept)
