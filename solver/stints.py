"""Who does what for how long: the stints of the persons of one placed task.

Knows nothing of shifts and skills, and never fails: what a plan names wrongly is for ``solver.rules.staffed`` to say.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from solver.advancing import Course
from solver.plan import Assignment
from solver.problem import HourLimit, Person, Window


@dataclass(frozen=True, slots=True)
class Stint:
    """A person's turn at a staff need (its number in the mode), ``[start, end)``, not empty."""

    need: int
    person: str
    start: int
    end: int


def stints(course: Course, at: Assignment, shifts: Mapping[str, tuple[Window, ...]]) -> Iterator[Stint]:
    """Every turn of every person named for one of the mode's needs, by need, then by time; of work that pauses one per
    stretch. ``shifts`` are those of the persons, by id."""
    for number, need in enumerate(course.mode.staff[: len(at.persons)]):
        for person, since, until in turns(number, at):
            for start, end in between(course.manned(need, shifts.get(person, ())), since, until):
                yield Stint(number, person, start, end)


def between(windows: tuple[Window, ...], since: int | None, until: int | None) -> Iterator[Window]:
    """What lies of the windows from ``since`` until ``until``; ``None`` leaves a side free."""
    for start, end in windows:
        first, last = (start if since is None else max(start, since)), (end if until is None else min(end, until))
        if first < last:
            yield first, last


def turns(number: int, at: Assignment) -> list[tuple[str, int | None, int | None]]:
    """The persons of a need in turn, each with the tick of taking over (``None``: begins) and of being relieved
    (``None``: stays to the end)."""
    changes = sorted((relief.tick, relief.person) for relief in at.reliefs if relief.need == number)
    persons = [at.persons[number], *(person for _, person in changes)]
    ticks = [None, *(tick for tick, _ in changes), None]
    return list(zip(persons, ticks, ticks[1:], strict=False))


def overlap(span: Window, limit: HourLimit) -> int:
    """How many ticks of a span count for a limit."""
    return max(0, min(span[1], limit.end) - max(span[0], limit.start))


def limits_less(person: Person, held: Iterable[Window]) -> tuple[HourLimit, ...]:
    """The limits less what these spans use of them (at least 0)."""
    spans = tuple(held)
    return tuple(
        HourLimit(
            start=limit.start,
            end=limit.end,
            most=max(0, limit.most - sum(overlap(span, limit) for span in spans)),
        )
        for limit in person.limits
    )
