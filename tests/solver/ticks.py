"""The ticks of a placed task: of its parts, of what it holds, and of the persons who are there.

Knows nothing of the rule book, nor of whether any of it is allowed.
"""

from solver.plan import Assignment
from solver.problem import Mode, Part, Person, Problem


def ticks_of(part: Part, mode: Mode, assignment: Assignment) -> set[int]:
    """The ticks of a part of a placed task."""
    every = list(range(assignment.start, assignment.end))
    if part == "head":
        return set(every[: mode.head])
    if part == "tail":
        return set(every[len(every) - mode.tail :])
    return set(every)


def driven_ticks(problem: Problem, mode: Mode) -> set[int]:
    """When everything is open that drives a pausing mode, and for each skill that drives it somebody is on shift."""
    opened = {unit.id: {tick for window in unit.open for tick in range(*window)} for unit in problem.units}
    ticks = set(range(problem.calendar_end))
    for use in mode.units:
        ticks &= opened[use.unit] if use.drives else ticks
    for need in mode.staff:
        able = [person for person in problem.persons if need.skill in person.skills]
        present = {tick for person in able for window in person.on_shift for tick in range(*window)}
        ticks &= present if need.drives else ticks
    return ticks


def worked_ticks(problem: Problem, part: Part, mode: Mode, assignment: Assignment) -> set[int]:
    """The ticks of a part in which the work goes on."""
    if mode.crossing != "pausing":
        return ticks_of(part, mode, assignment)
    every = sorted(driven_ticks(problem, mode) & set(range(assignment.start, assignment.end)))
    if part == "head":
        return set(every[: mode.head])
    return set(every[len(every) - mode.tail :]) if part == "tail" else set(every)


def held_ticks(problem: Problem, part: Part, mode: Mode, assignment: Assignment) -> set[int]:
    """The ticks of a part in which its unit is held, pauses included."""
    worked = worked_ticks(problem, part, mode, assignment)
    return set(range(min(worked), max(worked) + 1)) if worked else set()


def reliefs_of(number: int, assignment: Assignment) -> dict[int, str]:
    """Who takes over a need, by the tick."""
    return {relief.tick: relief.person for relief in assignment.reliefs if relief.need == number}


def who(number: int, assignment: Assignment, tick: int) -> str:
    """Who is there for a need at a tick."""
    until_then = {-1: assignment.persons[number]}
    until_then |= {since: name for since, name in reliefs_of(number, assignment).items() if since <= tick}
    return until_then[max(until_then)]


def present(person: Person) -> set[int]:
    """The ticks of a person's shifts."""
    return {tick for window in person.on_shift for tick in range(*window)}
