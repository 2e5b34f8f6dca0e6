"""Lots that accept fewer pieces: requests that are planned only where another is.

Knows nothing of ``solver.rules``.
"""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from solver.plan import Assignment
from solver.problem import Problem


def add(problem: Problem, random: Random) -> Problem:
    """Some requests add to one before them."""
    if len(problem.requests) < 2:
        return problem
    first, *others = problem.requests
    requests = [first]
    for request in others:
        base = random.choice(requests).id if random.randrange(3) else ""
        requests.append(replace(request, after=base))
    return replace(problem, requests=tuple(requests))


def has(problem: Problem) -> bool:
    """Whether some request adds to another."""
    return any(request.after for request in problem.requests)


def allows(problem: Problem, placed: Mapping[str, Assignment]) -> bool:
    """No request has a placed task where what it adds to has none."""
    planned = {request.id for request in problem.requests if any(task.id in placed for task in request.tasks)}
    return all(request.after in planned for request in problem.requests if request.after and request.id in planned)
