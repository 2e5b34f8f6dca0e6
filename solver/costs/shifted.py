"""How far confirmed tasks move in time, earlier or later.

Knows nothing of units, nor of tasks that are left out.
"""

from solver.problem import Problem
from solver.rules.reading import Reading


def cost(reading: Reading) -> int:
    """The sum over booked tasks that are planned of ``|start - booked start|``, in ticks."""
    return sum(
        abs(placed.at.start - placed.task.booked.start)
        for placed in reading.placed.values()
        if placed.task.booked is not None
    )


def worst(problem: Problem) -> int:
    """At most as if every booked task started at the end of the horizon that is farther from where it stood."""
    return sum(
        max(abs(task.booked.start), abs(problem.horizon - 1 - task.booked.start))
        for request in problem.requests
        for task in request.tasks
        if task.booked is not None
    )
