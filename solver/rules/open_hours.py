"""Units are open for the parts in which they are attended, and a task takes as long as its mode says.

Knows nothing of who else is there.
"""

from collections.abc import Iterator

from solver.problem import attended_spans
from solver.rules.reading import Placed, Reading, covers
from solver.rules.violation import Violation


def violations(book: Reading) -> Iterator[Violation]:
    """Tasks of the wrong length, and units that are closed when they have to be open."""
    for placed in book.placed.values():
        yield from _length(placed)
        yield from _closed(book, placed)


def _violation(code: str, *ids: str, **numbers: int) -> Violation:
    return Violation(rule="open_hours", code=code, ids=ids, numbers=tuple(numbers.items()))


def _length(placed: Placed) -> Iterator[Violation]:
    task, mode, wait = placed.task.id, placed.mode, placed.wait
    taken = mode.duration + wait
    if mode.crossing == "solid":
        if wait:
            yield _violation("wrong_length", task, taken=taken, duration=mode.duration)
    elif wait < 0:
        yield _violation("too_short", task, taken=taken, duration=mode.duration)
    elif wait and not mode.tail:
        yield _violation("waits_for_nothing", task, wait=wait)
    elif mode.max_wait is not None and wait > mode.max_wait:
        yield _violation("waits_too_long", task, wait=wait, max_wait=mode.max_wait)


def _closed(book: Reading, placed: Placed) -> Iterator[Violation]:
    for use in placed.mode.units:
        unit = book.unit(use.unit)
        for start, end in attended_spans(use, placed.mode, start=placed.at.start, end=placed.at.end):
            if not covers(unit.open, (start, end)):
                yield _violation("closed", placed.task.id, unit.id, start=start, end=end)
