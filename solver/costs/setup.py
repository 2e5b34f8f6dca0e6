"""What the changeovers cost that the order of the work makes necessary.

Knows nothing of how long they take, nor of those between two fixed holds.
"""

from solver.problem import Problem
from solver.rules.reading import Reading
from solver.sequence import Matrix, pairs, stays_of


def cost(reading: Reading) -> int:
    """The sum of ``Setup.cost`` over all changeovers before or after planned work."""
    stays = stays_of(reading.problem, ((each.request, each.mode, each.at) for each in reading.placed.values()))
    total = 0
    for unit in reading.problem.units:
        if any(row.cost for row in unit.setups):
            matrix = Matrix(unit)
            rows = (matrix.judged(pair) for pair in pairs(stays[unit.id]))
            total += sum(row.cost for row in rows if row is not None)
    return total


def worst(problem: Problem) -> int:
    """At most the dearest changeover before and after every run."""
    dearest = {unit.id: max((row.cost for row in unit.setups), default=0) for unit in problem.units}
    return sum(
        max((sum(2 * dearest.get(use.unit, 0) for use in mode.units) for mode in task.modes), default=0)
        for request in problem.requests
        for task in request.tasks
    )
