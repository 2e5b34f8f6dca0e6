"""A pinned task has the start and the units that a person gave it.

Knows nothing of whether its request has to be planned: that is ``required``.
"""

from collections.abc import Iterator

from solver.rules.reading import Reading
from solver.rules.violation import Violation


def violations(book: Reading) -> Iterator[Violation]:
    """Planned tasks that are not where they are pinned."""
    for placed in book.placed.values():
        pin, start = placed.task.pin, placed.at.start
        if pin is None:
            continue
        if pin.start is not None and pin.start != start:
            numbers = (("pinned", pin.start), ("start", start))
            yield Violation(rule="pinned", code="start_moved", ids=(placed.task.id,), numbers=numbers)
        if pin.units is not None and set(pin.units) != set(placed.units):
            yield Violation(rule="pinned", code="units_changed", ids=(placed.task.id, *placed.units))
