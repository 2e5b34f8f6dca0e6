"""Work that shares a run: of one class, at the same time, in equal modes, on the same lanes and with the same persons,
within the room that the units give.

Knows nothing of who may share with whom: that is the class. What shares a run holds its lanes and persons, and uses
capacities, once (``Reading.carried``); what does not share clashes there (``one_at_a_time``).
"""

from collections.abc import Iterator

from solver.batches import room_of
from solver.rules.reading import Reading
from solver.rules.violation import Violation


def violations(book: Reading) -> Iterator[Violation]:
    """Runs that hold more pieces than there is room for."""
    for run, tasks in book.runs.items():
        room, pieces = room_of(run[1]), sum(task.size for task in tasks)
        if room is not None and pieces > room:
            numbers = (("pieces", pieces), ("room", room))
            yield Violation(rule="batching", code="no_room", ids=tuple(task.id for task in tasks), numbers=numbers)
