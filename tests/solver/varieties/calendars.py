"""Work that pauses, units that may be started at some ticks only, and periods that are kept for others.

Knows nothing of how any of them is judged: what a task may claim is said in ``tests.solver.by_tick``.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from solver.problem import Mode, Problem, StaffNeed, Task, Unit, UnitUse

MOST_STAFFED = 2


def modes_of(problem: Problem) -> list[Mode]:
    """Every mode."""
    return [mode for request in problem.requests for task in request.tasks for mode in task.modes]


def with_modes(problem: Problem, change: Callable[[Mode], Mode]) -> Problem:
    """The problem with every mode changed."""

    def changed(task: Task) -> Task:
        return replace(task, modes=tuple(change(mode) for mode in task.modes))

    requests = (replace(one, tasks=tuple(changed(task) for task in one.tasks)) for one in problem.requests)
    return replace(problem, requests=tuple(requests))


def add_pausing(problem: Problem, random: Random) -> Problem:
    """Most modes pause; some with a head and a tail, and with needs that drive them."""

    def use(one: UnitUse) -> UnitUse:
        return replace(one, drives=random.randrange(100) < 70)

    def need(one: StaffNeed) -> StaffNeed:
        return replace(one, drives=random.randrange(100) < 40)

    def pause(mode: Mode) -> Mode:
        if random.randrange(100) < 30 or len(mode.staff) > MOST_STAFFED:
            return mode
        duration = max(mode.duration, random.randint(1, 4))
        units, staff = tuple(use(one) for one in mode.units), tuple(need(one) for one in mode.staff)
        return replace(mode, crossing="pausing", duration=duration, max_wait=None, units=units, staff=staff)

    return with_modes(problem, pause)


def add_starts(problem: Problem, random: Random) -> Problem:
    """Some units have a grid or slots."""

    def unit(one: Unit) -> Unit:
        if random.randrange(100) < 40:
            return one
        first, step = random.randint(0, 2), random.randint(1, 3)
        until = random.randint(first + 1, problem.horizon)
        later = ((until, problem.calendar_end, 2),) if random.randrange(2) and until < problem.calendar_end else ()
        return replace(one, starts=((first, until, step), *later))

    return replace(problem, units=tuple(unit(one) for one in problem.units))


def add_barred(problem: Problem, random: Random) -> Problem:
    """Some uses are barred for a while."""

    def use(one: UnitUse) -> UnitUse:
        since = random.randint(0, problem.horizon)
        barred = ((since, since + random.randint(1, 3)),) if random.randrange(2) else ()
        return replace(one, barred=barred)

    return with_modes(problem, lambda mode: replace(mode, units=tuple(use(one) for one in mode.units)))


def has_pausing(problem: Problem) -> bool:
    """Whether some mode pauses."""
    return any(mode.crossing == "pausing" for mode in modes_of(problem))


def has_starts(problem: Problem) -> bool:
    """Whether some unit may not be started at every tick."""
    return any(unit.starts is not None for unit in problem.units)


def has_barred(problem: Problem) -> bool:
    """Whether some use is barred for a while."""
    return any(use.barred for mode in modes_of(problem) for use in mode.units)
