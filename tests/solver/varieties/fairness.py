"""Shares of clusters, and a level that counts how far the one that is worst off stays behind.

Knows nothing of ``solver.costs``.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil
from random import Random

from solver.plan import Assignment
from solver.problem import Level, Problem, Share


def add(problem: Problem, random: Random) -> Problem:
    """Up to two shares, parts in them for every request, and a level of its own."""
    ids = [f"K{number}" for number in range(random.randint(1, 2))]
    shares = tuple(Share(id=id_, target=random.randint(0, 9), given=random.choice((0, 0, 1, 2))) for id_ in ids)
    requests = tuple(
        replace(request, share=random.choice([*ids, ids[0], ""]), worth=random.randint(0, 5))
        for request in problem.requests
    )
    level = Level(name="unfair", terms=(("unfairness", random.randint(1, 3)),), tolerance=0)
    at = random.randint(0, len(problem.levels))
    levels = (*problem.levels[:at], level, *problem.levels[at:])
    return replace(problem, shares=shares, requests=requests, levels=levels)


def has(problem: Problem) -> bool:
    """Whether anybody should get anything."""
    return bool(problem.shares)


def costs(problem: Problem, placed: Mapping[str, Assignment]) -> Counter[str]:
    """What is missing of each share, hour by hour, as an exact fraction of what it should get."""
    worst = Fraction(0)
    for share in problem.shares:
        got = share.given
        for request in problem.requests:
            if request.share == share.id and {task.id for task in request.tasks} <= set(placed):
                got += request.worth
        missing = [hour for hour in range(share.target) if hour >= got]
        worst = max(worst, Fraction(len(missing), max(1, share.target)))
    return Counter({"unfairness": ceil(1000 * worst)})
