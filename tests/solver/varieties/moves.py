"""A level that counts the bookings which change units.

Knows nothing of ``solver.costs``; the second opinion on a cost that is a sum is ``by_tick``'s.
"""

from dataclasses import replace
from random import Random

from solver.problem import Level, Problem


def add(problem: Problem, random: Random) -> Problem:
    """The level, where anything is booked."""
    if not any(task.booked for request in problem.requests for task in request.tasks):
        return problem
    level = Level(name="changed", terms=(("unit_changes", random.randint(1, 3)),), tolerance=0)
    at = random.randint(0, len(problem.levels))
    return replace(problem, levels=(*problem.levels[:at], level, *problem.levels[at:]))


def has(problem: Problem) -> bool:
    """Whether some level counts them."""
    return any(cost == "unit_changes" for level in problem.levels for cost, _ in level.terms)
