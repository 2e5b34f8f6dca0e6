"""Work starts on its units when they may be started, and uses none while it is kept for others.

Knows nothing of opening hours, nor of periods in which nobody may use a unit: then it is taken.
"""

from collections.abc import Iterator

from solver.advancing import share_of
from solver.problem import Starts, UnitUse
from solver.rules.reading import Placed, Reading
from solver.rules.violation import Violation


def violations(book: Reading) -> Iterator[Violation]:
    """Tasks that start off the grid of a unit, or touch a period in which they may not use it."""
    for placed in book.placed.values():
        for use in placed.mode.units:
            first, end = share_of(use.part, placed.mode)
            if use.lanes and first < end:
                yield from _start(book, placed, use)
                yield from _barred(placed, use)


def _violation(code: str, placed: Placed, use: UnitUse, **numbers: int) -> Violation:
    ids = (placed.task.id, use.unit)
    return Violation(rule="allowed_starts", code=code, ids=ids, numbers=tuple(numbers.items()))


def _start(book: Reading, placed: Placed, use: UnitUse) -> Iterator[Violation]:
    """With the nearest starts that are allowed."""
    starts, start = book.unit(use.unit).starts, placed.at.start
    if use.part == "tail" or starts is None:
        return
    before = max((found for one in starts if (found := _last(one, start)) is not None), default=None)
    if before == start:
        return
    after = min((found for one in starts if (found := _next(one, start)) is not None), default=None)
    near = {name: tick for name, tick in (("before", before), ("after", after)) if tick is not None}
    code = {2: "off_grid", 0: "never_started"}.get(len(near), "no_start_before" if before is None else "no_start_after")
    yield _violation(code, placed, use, start=start, **near)


def _last(starts: Starts, tick: int) -> int | None:
    """The last allowed start at ``tick`` or before."""
    first, end, step = starts
    latest = min(tick, end - 1)
    return None if latest < first else latest - (latest - first) % step


def _next(starts: Starts, tick: int) -> int | None:
    """The first allowed start at ``tick`` or later."""
    first, end, step = starts
    soonest = max(first, tick + (first - tick) % step)
    return soonest if soonest < end else None


def _barred(placed: Placed, use: UnitUse) -> Iterator[Violation]:
    start, end = placed.span(use.part)
    met = next(((since, until) for since, until in use.barred if since < end and start < until), None)
    if met is not None and start < end:
        yield _violation("kept_for_others", placed, use, start=start, end=end, since=met[0], until=met[1])
