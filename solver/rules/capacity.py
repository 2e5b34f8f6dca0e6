"""Shared limits (rooms, power, gas) hold at every moment.

Knows nothing of what fixed work uses: it has been subtracted from the limit.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from solver.rules.reading import Reading
from solver.rules.violation import Violation

Load = tuple[int, int, int, str]
"""Start, end, amount and task."""


def violations(book: Reading) -> Iterator[Violation]:
    """One violation per stretch in which a limit is exceeded, with the moment at which it is exceeded by most."""
    steps = {capacity.id: capacity.steps for capacity in book.problem.capacities}
    for id_, loads in _loads(book).items():
        for start, end, used, level in _stretches(loads, steps.get(id_, ())):
            tasks = sorted({task for begins, ends, _, task in loads if begins < end and start < ends})
            numbers = (("start", start), ("end", end), ("used", used), ("level", level))
            yield Violation(rule="capacity", code="exceeded", ids=(id_, *tasks), numbers=numbers)


def _loads(book: Reading) -> dict[str, list[Load]]:
    found: dict[str, list[Load]] = defaultdict(list)
    for placed in book.carrying():
        for demand in placed.mode.demands:
            for start, end in placed.course.stretches(demand.part):
                found[demand.capacity].append((start, end, demand.amount, placed.task.id))
    return found


def _segments(loads: list[Load], steps: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int, int, int]]:
    """Start, end, use and limit between each two moments at which either changes, while there is use."""
    changes: dict[int, int] = defaultdict(int)
    for start, end, amount, _ in loads:
        changes[start] += amount
        changes[end] -= amount
    ticks = [tick for tick, _ in steps]
    first, last = min(changes), max(changes)
    moments = sorted({*changes, *(tick for tick in ticks if first < tick < last)})
    used = 0
    for start, end in pairwise(moments):
        used += changes.get(start, 0)
        at = bisect_right(ticks, start) - 1
        yield start, end, used, steps[at][1] if at >= 0 else 0


def _stretches(loads: list[Load], steps: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int, int, int]]:
    """Segments in which use exceeds the limit, those that touch joined; use and limit where the excess is greatest."""
    open_: tuple[int, int, int, int] | None = None
    for start, end, used, level in _segments(loads, steps):
        if used <= level:
            continue
        if open_ is not None and open_[1] == start:
            worst = max(open_[2:], (used, level), key=lambda pair: pair[0] - pair[1])
            open_ = (open_[0], end, *worst)
            continue
        if open_ is not None:
            yield open_
        open_ = (start, end, used, level)
    if open_ is not None:
        yield open_
