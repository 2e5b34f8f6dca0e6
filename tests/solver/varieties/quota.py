"""Quotas on the hours or the number of uses of some units, in buckets or in windows that slide.

Knows nothing of where a window has to begin: it tries every tick.
"""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from solver.plan import Assignment
from solver.problem import Measure, Problem, Quota, Request


def add(problem: Problem, random: Random) -> Problem:
    """The problem with some."""
    if not problem.requests:
        return problem
    owners = tuple(replace(request, owner=random.choice(("O1", "O1", "O2"))) for request in problem.requests)
    quotas = tuple(_quota(problem, random, f"Q{number}") for number in range(random.choice((1, 1, 2))))
    return replace(problem, requests=owners, quotas=quotas)


def _quota(problem: Problem, random: Random, id_: str) -> Quota:
    names = [unit.id for unit in problem.units]
    units = tuple(sorted(random.sample(names, random.randint(1, len(names)))))
    measure: Measure = random.choice(("ticks", "ticks", "count"))
    end = problem.calendar_end
    starts = [random.randint(-4, end) for _ in range(random.choice((0, 0, 1, 2, 3)))]
    taken = tuple(sorted((start, start + random.randint(1, 3)) for start in starts))
    owner = random.choice(("O1", "O1", ""))
    most = random.choice((0, 1, 2, 2, 3, 4, 5)) if measure == "ticks" else random.randint(0, 2)
    if random.randrange(3):
        length = random.randint(1, 6)
        return Quota(id=id_, units=units, measure=measure, owner=owner, length=length, most=most, taken=taken)
    cut = random.randint(1, end - 1)
    buckets = ((0, cut, most), (cut, end, max(0, most - 1)))
    return Quota(id=id_, units=units, measure=measure, owner=owner, buckets=buckets, taken=taken)


def has(problem: Problem) -> bool:
    """Whether it has any."""
    return bool(problem.quotas)


def allows(problem: Problem, placed: Mapping[str, Assignment]) -> bool:
    """Whether a whole plan keeps them."""
    return all(_within(problem, quota, placed) for quota in problem.quotas)


def _within(problem: Problem, quota: Quota, placed: Mapping[str, Assignment]) -> bool:
    used = [
        tick
        for request in problem.requests
        if quota.owner in ("", request.owner)
        for tick in _ticks(quota, request, placed)
    ]
    fixed = [
        tick for start, end in quota.taken for tick in (range(start, end) if quota.measure == "ticks" else [start])
    ]
    windows = [(set(range(start, end)), most) for start, end, most in quota.buckets]
    if quota.length is not None:
        windows += [(set(range(at, at + quota.length)), quota.most) for at in range(-20, problem.calendar_end + 20)]
    for window, most in windows:
        mine = sum(tick in window for tick in used)
        if mine and mine + sum(tick in window for tick in fixed) > most:
            return False
    return True


def _ticks(quota: Quota, request: Request, placed: Mapping[str, Assignment]) -> list[int]:
    """Every tick of every use of a counted unit; by count the first tick of each task with one."""
    found: list[int] = []
    for task in request.tasks:
        at = placed.get(task.id)
        if at is None:
            continue
        mode, every = task.modes[at.mode], list(range(at.start, at.end))
        parts = {"whole": every, "head": every[: mode.head], "tail": every[len(every) - mode.tail :]}
        ticks = [tick for use in mode.units if use.lanes and use.unit in quota.units for tick in parts[use.part]]
        found += ticks if quota.measure == "ticks" else [at.start] * bool(ticks)
    return found
