"""A lane and a person hold one thing at a time, and between two holds lies what the unit needs (``changeovers``).

Knows nothing of opening hours and shifts, nor of two fixed things that clash with each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import attrgetter

from solver.problem import UnitUse, Window
from solver.rules import changeovers
from solver.rules.reading import Hold, Placed, Reading, touches
from solver.rules.violation import Violation


def violations(book: Reading) -> Iterator[Violation]:
    """Lanes that are wrongly named; lanes and persons that are taken, or held twice at once."""
    for placed in book.placed.values():
        if len(placed.at.lanes) != len(placed.mode.units):
            named, uses = len(placed.at.lanes), len(placed.mode.units)
            yield _violation("lanes_missing", placed.task.id, named=named, uses=uses)
    for placed, use, lanes in book.lanes_held():
        yield from _named(book, placed, use, lanes)
    yield from _lanes(book)
    yield from _persons(book)
    yield from changeovers.violations(book)


def _violation(code: str, *ids: str, **numbers: int) -> Violation:
    return Violation(rule="one_at_a_time", code=code, ids=ids, numbers=tuple(numbers.items()))


def _named(book: Reading, placed: Placed, use: UnitUse, lanes: tuple[int, ...]) -> Iterator[Violation]:
    task, unit = placed.task.id, book.unit(use.unit)
    if len(lanes) != use.lanes:
        yield _violation("lanes_miscounted", task, unit.id, held=len(lanes), needed=use.lanes)
    if any(first >= second for first, second in pairwise(lanes)):
        yield _violation("lanes_not_ascending", task, unit.id)
    for lane in lanes:
        if not 0 <= lane < unit.lanes:
            yield _violation("unknown_lane", task, unit.id, lane=lane, lanes=unit.lanes)


def _lanes(book: Reading) -> Iterator[Violation]:
    for holds in _by_resource(book.lane_holds()):
        lane = holds[0].lane or 0
        taken = book.unit(holds[0].resource).taken
        yield from _taken(holds, taken[lane] if 0 <= lane < len(taken) else (), "lane_taken", lane=lane)
        yield from _clashes(holds, "lane_clash", lane=lane)


def _persons(book: Reading) -> Iterator[Violation]:
    for holds in _by_resource(book.person_holds()):
        person = book.person(holds[0].resource)
        yield from _taken(holds, person.taken if person else (), "person_taken")
        yield from _clashes(holds, "person_clash")


def _by_resource(holds: Iterable[Hold]) -> Iterator[list[Hold]]:
    """The holds of each lane or person, sorted by start."""
    found: dict[tuple[str, int | None], list[Hold]] = defaultdict(list)
    for hold in holds:
        found[hold.resource, hold.lane].append(hold)
    for group in found.values():
        yield sorted(group, key=attrgetter("start", "end", "task"))


def _taken(holds: list[Hold], taken: tuple[Window, ...], code: str, **lane: int) -> Iterator[Violation]:
    for hold in holds:
        if touches(taken, (hold.start, hold.end)):
            yield _violation(code, hold.task, hold.resource, start=hold.start, end=hold.end, **lane)


def _clashes(holds: list[Hold], code: str, **lane: int) -> Iterator[Violation]:
    """Each hold against the one before it that ends last."""
    last = holds[0]
    for hold in holds[1:]:
        if hold.start < last.end:
            end = min(hold.end, last.end)
            yield _violation(code, last.task, hold.task, hold.resource, start=hold.start, end=end, **lane)
        last = max(last, hold, key=attrgetter("end"))
