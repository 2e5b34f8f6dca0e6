"""Random small problems of what seldom meets: tight dates around setups, one work in two ways of crossing, empty parts.

Knows nothing of whether they can be solved. They have seeds of their own, so that those of ``small_problem`` stay as
they are.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from solver.defects import find_defects
from solver.problem import Crossing, Mode, Part, Problem, Request, Setup, Task, Unit, UnitUse
from tests.solver.small import options, plain_problem
from tests.solver.varieties import VARIETIES

CROSSINGS: tuple[Crossing, ...] = ("solid", "pausing", "unattended")
PARTS: tuple[Part, ...] = ("head", "tail", "whole")
MOST_OPTIONS = 2_000
MOST_REQUESTS = 3


def odd_problem(seed: int) -> Problem:
    """A sound problem with far more varieties than usual, and some of them changed."""
    random = Random(f"odd {seed}")
    while True:
        problem = plain_problem(random.randrange(10**6))
        problem = replace(problem, requests=problem.requests[:MOST_REQUESTS])
        for variety in VARIETIES:
            if random.randrange(100) < (70 if variety.name in ("setups", "quota") else 30):
                problem = _sound(variety.add(problem, random), problem)
        for change in random.sample(CHANGES, len(CHANGES)):
            if random.randrange(2):
                problem = _sound(change(problem, random), problem)
        if all(options(problem, request) <= MOST_OPTIONS for request in problem.requests):
            return problem


def _sound(changed: Problem, before: Problem) -> Problem:
    return before if find_defects(changed) else changed


def _tight_dates(problem: Problem, random: Random) -> Problem:
    def tight(request: Request) -> Request:
        release = random.choice((0, -2, 1, problem.horizon - 1))
        deadline = random.choice((None, problem.horizon, problem.horizon + 1, problem.calendar_end))
        return replace(request, release=release, deadline=deadline, required=random.randrange(2) == 0)

    return replace(problem, requests=tuple(map(tight, problem.requests)))


def _tight_windows(problem: Problem, random: Random) -> Problem:
    def tight(task: Task) -> Task:
        start = random.randint(-1, 3)
        return replace(task, windows=((start, start + random.randint(1, 5)),)) if random.randrange(2) else task

    return _each_task(problem, tight)


def _two_ways(problem: Problem, random: Random) -> Problem:
    """The same work, as long as before, met by closing time in another way."""

    def both(task: Task) -> Task:
        (first, *more) = task.modes
        if more:
            return task
        crossing = random.choice(CROSSINGS)
        units = tuple(replace(use, part="whole") if crossing == "pausing" else use for use in first.units)
        wait = random.choice((None, 1, 2)) if crossing == "unattended" else None
        modes = [first, replace(first, crossing=crossing, max_wait=wait, units=units)]
        random.shuffle(modes)
        return replace(task, modes=tuple(modes))

    return _each_task(problem, both)


def _other_parts(problem: Problem, random: Random) -> Problem:
    """Parts that may have no length."""

    def other(use: UnitUse) -> UnitUse:
        return replace(use, part=random.choice(PARTS)) if use.room is None else use

    def mode(one: Mode) -> Mode:
        return one if one.crossing == "pausing" else replace(one, units=tuple(map(other, one.units)))

    return _each_task(problem, lambda task: replace(task, modes=tuple(map(mode, task.modes))))


def _within_a_family(problem: Problem, random: Random) -> Problem:
    """Cleaning from one lot of a family to the next."""

    def cleaned(unit: Unit) -> Unit:
        if not unit.setups or any(row.frm == row.to for row in unit.setups):
            return unit
        clean, dirty = random.choice((None, 0, 1)), random.choice((None, 0, 1))
        release = random.randrange(2)
        row = Setup(frm="a", to="a", length=1, clean=clean, dirty=dirty, release=release, cost=1)
        return replace(unit, setups=(*unit.setups, row))

    return replace(problem, units=tuple(map(cleaned, problem.units)))


def _each_task(problem: Problem, change: Callable[[Task], Task]) -> Problem:
    requests = (replace(one, tasks=tuple(map(change, one.tasks))) for one in problem.requests)
    return replace(problem, requests=tuple(requests))


CHANGES = (_tight_dates, _tight_windows, _two_ways, _other_parts, _within_a_family)
