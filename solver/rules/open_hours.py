"""Units are open for the parts in which they are attended, and a task takes as long as its mode says.

After an unattended run its units stay held until the next moment at which unloading is possible: the first tick at
which every unit of the tail is open for its length and, where the tail is staffed, for each need somebody with the
skill is on shift for it. Where nobody is needed the tail begins then. Where somebody is, who may be busy then, it may
begin later as long as hours last and one and the same skilled person has been on shift from that moment until the end;
nothing is held over into the next opening or the next shift.

Work that pauses advances for its duration, counted from its first tick to its last, which are advancing ticks; the
units that do not drive it are open in the first and the last tick of their part.

Knows nothing of what anybody does meanwhile.
"""

from collections.abc import Iterator

from solver.problem import Mode, Unit, UnitUse, Window, attended_spans
from solver.rules.reading import Placed, Reading, covers
from solver.rules.violation import Violation


def violations(book: Reading) -> Iterator[Violation]:
    """Tasks of the wrong length, and units that are closed when they have to be open."""
    for placed in book.placed.values():
        yield from _length(placed)
        yield from _closed(book, placed)
        yield from _held_on(book, placed)


def _violation(code: str, *ids: str, **numbers: int) -> Violation:
    return Violation(rule="open_hours", code=code, ids=ids, numbers=tuple(numbers.items()))


def _length(placed: Placed) -> Iterator[Violation]:
    task, mode, wait = placed.task.id, placed.mode, placed.wait
    taken = mode.duration + wait
    if mode.crossing == "pausing":
        yield from _advance(placed)
    elif mode.crossing == "solid":
        if wait:
            yield _violation("wrong_length", task, taken=taken, duration=mode.duration)
    elif wait < 0:
        yield _violation("too_short", task, taken=taken, duration=mode.duration)
    elif wait and not mode.tail:
        yield _violation("waits_for_nothing", task, wait=wait)
    elif mode.max_wait is not None and wait > mode.max_wait:
        yield _violation("waits_too_long", task, wait=wait, max_wait=mode.max_wait)


def _advance(placed: Placed) -> Iterator[Violation]:
    task, mode, start, end = placed.task.id, placed.mode, placed.at.start, placed.at.end
    stretches = placed.course.stretches("whole")
    advanced = sum(until - since for since, until in stretches)
    if advanced != mode.duration:
        yield _violation("wrong_advance", task, advanced=advanced, duration=mode.duration)
    elif (stretches[0][0], stretches[-1][1]) != (start, end):
        first, last = stretches[0][0], stretches[-1][1]
        yield _violation("paused_at_the_edge", task, start=start, end=end, first=first, last=last)


def _attended(placed: Placed, use: UnitUse) -> tuple[Window, ...]:
    if placed.mode.crossing == "pausing":
        return () if use.drives else placed.course.ends_of(use.part)
    return attended_spans(use, placed.mode, start=placed.at.start, end=placed.at.end)


def _closed(book: Reading, placed: Placed) -> Iterator[Violation]:
    for use in placed.mode.units:
        unit = book.unit(use.unit)
        for start, end in _attended(placed, use):
            if not covers(unit.open, (start, end)):
                yield _violation("closed", placed.task.id, unit.id, start=start, end=end)


def _held_on(book: Reading, placed: Placed) -> Iterator[Violation]:
    """Unattended work that was not unloaded when it could have been."""
    mode, begin, end = placed.mode, placed.at.end - placed.mode.tail, placed.at.end
    if mode.crossing != "unattended" or not mode.tail or placed.wait <= 0:
        return
    first = _first_moment(book, mode, ready=begin - placed.wait, last=begin)
    if first < begin and not (_is_staffed(mode) and _can_unload(book, mode, first, end)):
        units = dict.fromkeys(use.unit for use in mode.units)
        yield _violation("held_on", placed.task.id, *units, possible=first, unloaded=begin)


def _first_moment(book: Reading, mode: Mode, *, ready: int, last: int) -> int:
    """The first tick from ``ready`` on at which the tail could begin; ``last`` where there is none before."""
    opens = [first for unit in _unloaded_units(book, mode) for first, _ in unit.open]
    shifts = [first for person in book.persons.values() for first, _ in person.on_shift]
    ticks = sorted({ready, *(tick for tick in (*opens, *shifts) if ready < tick < last)})
    return next((tick for tick in ticks if _can_unload(book, mode, tick, tick + mode.tail)), last)


def _can_unload(book: Reading, mode: Mode, start: int, end: int) -> bool:
    """Whether the units are open throughout, and for each need of the tail one person is on shift throughout."""
    skills = {need.skill for need in mode.staff if need.part == "tail"}
    there = [person for person in book.persons.values() if covers(person.on_shift, (start, end))]
    return all(covers(unit.open, (start, end)) for unit in _unloaded_units(book, mode)) and all(
        any(skill in person.skills for person in there) for skill in skills
    )


def _unloaded_units(book: Reading, mode: Mode) -> list[Unit]:
    return [book.unit(use.unit) for use in mode.units if use.part != "head"]


def _is_staffed(mode: Mode) -> bool:
    return any(need.part == "tail" for need in mode.staff)
