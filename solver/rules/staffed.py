"""Every attended part has a named person with the skill, on shift for its length.

Of work that pauses these are its advancing ticks; a person who does not drive it need not be on shift in all of them,
but is in the first and in the last.

Knows nothing of what else that person does at the time.
"""

from collections.abc import Iterator

from solver.problem import StaffNeed, Window
from solver.rules.reading import Placed, Reading, covers
from solver.rules.violation import Violation


def violations(book: Reading) -> Iterator[Violation]:
    """Persons not named, unknown, without the skill or off shift."""
    for placed in book.placed.values():
        needs, persons = placed.mode.staff, placed.at.persons
        if len(persons) != len(needs):
            yield _violation("persons_missing", placed.task.id, named=len(persons), needs=len(needs))
        for need, person in zip(needs, persons, strict=False):
            yield from _need(book, placed, need, person)


def _violation(code: str, *ids: str, **numbers: int) -> Violation:
    return Violation(rule="staffed", code=code, ids=ids, numbers=tuple(numbers.items()))


def _need(book: Reading, placed: Placed, need: StaffNeed, id_: str) -> Iterator[Violation]:
    person = book.person(id_)
    if person is None:
        yield _violation("unknown_person", placed.task.id, id_)
        return
    if need.skill not in person.skills:
        yield _violation("unskilled", placed.task.id, id_, need.skill)
    for start, end in _present(placed, need):
        if not covers(person.on_shift, (start, end)):
            yield _violation("off_shift", placed.task.id, id_, start=start, end=end)


def _present(placed: Placed, need: StaffNeed) -> tuple[Window, ...]:
    """The spans in which the person is on shift throughout."""
    if placed.mode.crossing == "pausing" and not need.drives:
        return placed.course.ends_of(need.part)
    return placed.course.stretches(need.part)
