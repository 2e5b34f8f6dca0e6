"""Every attended part has a named person with the skill, on shift for its length, or several in turn where allowed.

Of work that pauses these are its advancing ticks; a person who does not drive it need not be on shift in all of them,
but is in the first and in the last.

Knows nothing of what else that person does at the time, but how much it comes to in a day or a week.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from solver.plan import Changeover
from solver.problem import Person, StaffNeed, Window
from solver.rules.reading import Placed, Reading, covers
from solver.rules.violation import Violation
from solver.stints import between, overlap, turns


def violations(book: Reading) -> Iterator[Violation]:
    """Persons not named, unknown, without the skill, off shift, relieved wrongly, or over their greatest hours."""
    for placed in book.placed.values():
        needs, persons = placed.mode.staff, placed.at.persons
        if len(persons) != len(needs):
            yield _violation("persons_missing", placed.task.id, named=len(persons), needs=len(needs))
        yield from _reliefs(placed)
        for number, need in enumerate(needs[: len(persons)]):
            yield from _need(book, placed, number, need)
        for turn in placed.at.changeovers:
            yield from _changeover(book, placed, turn)
    yield from _hours(book)


def _violation(code: str, *ids: str, **numbers: int) -> Violation:
    return Violation(rule="staffed", code=code, ids=ids, numbers=tuple(numbers.items()))


def _reliefs(placed: Placed) -> Iterator[Violation]:
    """Reliefs of nothing, where nobody may be relieved, out of order, or not inside the part."""
    task, needs, reliefs = placed.task.id, placed.mode.staff, placed.at.reliefs
    if any((one.need, one.tick) >= (other.need, other.tick) for one, other in pairwise(reliefs)):
        yield _violation("reliefs_out_of_order", task)
    for relief in reliefs:
        if not 0 <= relief.need < len(needs):
            yield _violation("relief_of_nothing", task, relief.person, need=relief.need, needs=len(needs))
        elif not needs[relief.need].handover:
            yield _violation("no_handover", task, relief.person, needs[relief.need].skill, tick=relief.tick)
        else:
            windows = _needed(placed, needs[relief.need])
            if not windows or not windows[0][0] < relief.tick < windows[-1][1]:
                yield _violation("relief_outside", task, relief.person, tick=relief.tick)


def _need(book: Reading, placed: Placed, number: int, need: StaffNeed) -> Iterator[Violation]:
    windows = _needed(placed, need)
    for id_, since, until in turns(number, placed.at):
        person = book.person(id_)
        if person is None:
            yield _violation("unknown_person", placed.task.id, id_)
            continue
        if need.skill not in person.skills:
            yield _violation("unskilled", placed.task.id, id_, need.skill)
        yield from _turn(placed, person, windows, since, until)


def _needed(placed: Placed, need: StaffNeed) -> tuple[Window, ...]:
    """The spans throughout which somebody has to be on shift."""
    if placed.mode.crossing == "pausing" and not need.drives:
        return placed.course.ends_of(need.part)
    return placed.course.stretches(need.part)


def _turn(
    placed: Placed, person: Person, windows: tuple[Window, ...], since: int | None, until: int | None
) -> Iterator[Violation]:
    for start, end in between(windows, since, until):
        if not covers(person.on_shift, (start, end)):
            yield _violation("off_shift", placed.task.id, person.id, start=start, end=end)
    if until is not None and all(end != until for _, end in person.on_shift):
        yield _violation("relieved_early", placed.task.id, person.id, tick=until)


def _hours(book: Reading) -> Iterator[Violation]:
    held: dict[str, list[Window]] = defaultdict(list)
    for hold in book.person_holds():
        held[hold.resource].append((hold.start, hold.end))
    for id_ in sorted(held):
        person = book.person(id_)
        for limit in person.limits if person else ():
            worked = sum(overlap(span, limit) for span in held[id_])
            if worked > limit.most:
                numbers = {"worked": worked, "most": limit.most, "start": limit.start, "end": limit.end}
                yield _violation("too_many_hours", id_, **numbers)


def _changeover(book: Reading, placed: Placed, turn: Changeover) -> Iterator[Violation]:
    """Which skill it takes depends on its neighbours and is looked at there."""
    if turn.person is None:
        return
    person = book.person(turn.person)
    if person is None:
        yield _violation("unknown_person", placed.task.id, turn.person)
    elif turn.start < turn.end and not covers(person.on_shift, (turn.start, turn.end)):
        yield _violation("off_shift", placed.task.id, turn.person, start=turn.start, end=turn.end)
