"""When planned requests end, weighted: the sooner the better.

Knows nothing of due dates.
"""

from solver.problem import Problem
from solver.rules.reading import Reading


def cost(reading: Reading) -> int:
    """The sum over planned requests of ``weight * max(0, last end)``, facts included in the last end."""
    return sum(request.weight * max(0, reading.last_end(request)) for request in reading.planned)


def worst(problem: Problem) -> int:
    """At most as if every request ended with the calendars, or with its last fact."""
    return sum(
        request.weight * max((0, problem.calendar_end, *(fact.end for fact in request.facts)))
        for request in problem.requests
    )
