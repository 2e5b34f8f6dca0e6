"""How many confirmed tasks are planned on other units than those that they stand on.

Knows nothing of when they are planned, nor of tasks that are left out.
"""

from solver.problem import Problem
from solver.rules.reading import Reading


def cost(reading: Reading) -> int:
    """The number of booked tasks that are planned on other units, at whatever time."""
    return sum(
        set(placed.task.booked.units) != set(placed.units)
        for placed in reading.placed.values()
        if placed.task.booked is not None
    )


def worst(problem: Problem) -> int:
    """At most every booked task that has a mode on other units."""
    return sum(
        any({use.unit for use in mode.units} != set(task.booked.units) for mode in task.modes)
        for request in problem.requests
        for task in request.tasks
        if task.booked is not None
    )
