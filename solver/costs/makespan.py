"""When the last task ends.

Knows nothing of facts, nor of what is left out.
"""

from solver.problem import Problem
from solver.rules.reading import Reading


def cost(reading: Reading) -> int:
    """The greatest end of all placed tasks; 0 where there is none."""
    return max((placed.at.end for placed in reading.placed.values()), default=0)


def worst(problem: Problem) -> int:
    """At most the end of the calendars."""
    return problem.calendar_end
