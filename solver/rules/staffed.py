"""Every attended part has a named person with the skill, on shift for its length.

Knows nothing of what else that person does at the time.
"""

from collections.abc import Iterator

from solver.plan import Changeover
from solver.problem import StaffNeed
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
        for turn in placed.at.changeovers:
            yield from _changeover(book, placed, turn)


def _violation(code: str, *ids: str, **numbers: int) -> Violation:
    return Violation(rule="staffed", code=code, ids=ids, numbers=tuple(numbers.items()))


def _need(book: Reading, placed: Placed, need: StaffNeed, id_: str) -> Iterator[Violation]:
    person = book.person(id_)
    if person is None:
        yield _violation("unknown_person", placed.task.id, id_)
        return
    if need.skill not in person.skills:
        yield _violation("unskilled", placed.task.id, id_, need.skill)
    start, end = placed.span(need.part)
    if start < end and not covers(person.on_shift, (start, end)):
        yield _violation("off_shift", placed.task.id, id_, start=start, end=end)


def _changeover(book: Reading, placed: Placed, turn: Changeover) -> Iterator[Violation]:
    """Which skill it takes depends on its neighbours and is looked at there."""
    if turn.person is None:
        return
    person = book.person(turn.person)
    if person is None:
        yield _violation("unknown_person", placed.task.id, turn.person)
    elif turn.start < turn.end and not covers(person.on_shift, (turn.start, turn.end)):
        yield _violation("off_shift", placed.task.id, turn.person, start=turn.start, end=turn.end)
