"""How late planned requests end, weighted.

Knows nothing of deadlines, which are a rule, nor of requests that are left out.
"""

from solver.problem import Problem, Request
from solver.rules.reading import Reading


def cost(reading: Reading) -> int:
    """The sum over planned requests of ``tardiness_weight * max(0, last end - due)``; facts count for the last end."""
    return sum(_tardiness(request, reading.last_end(request)) for request in reading.planned)


def worst(problem: Problem) -> int:
    """At most as if every request ended with the calendars, or with its last fact."""
    return sum(
        _tardiness(request, max((problem.calendar_end, *(fact.end for fact in request.facts))))
        for request in problem.requests
    )


def _tardiness(request: Request, end: int) -> int:
    if request.due is None:
        return 0
    return request.tardiness_weight * max(0, end - request.due)
