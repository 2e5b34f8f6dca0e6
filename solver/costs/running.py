"""What it costs to run the tasks in the modes that they are planned in.

Knows nothing of when they run, nor of what is left out.
"""

from solver.problem import Problem
from solver.rules.reading import Reading


def cost(reading: Reading) -> int:
    """The sum of ``Mode.cost`` over all runs; one that is shared costs once."""
    return sum(placed.mode.cost for placed in reading.carrying())


def worst(problem: Problem) -> int:
    """At most every task in its dearest mode."""
    tasks = (task for request in problem.requests for task in request.tasks)
    return sum(max((mode.cost for mode in task.modes), default=0) for task in tasks)
