"""Nobody uses more of some units than allowed, in hours or times, per bucket of time or in any window of a length.

Knows nothing of a window that fixed work alone has used up: then nothing more may be added, and nothing is reported of
one to which nothing was.

In a window that slides, the use as a function of the window's start is piecewise linear; its slope is the number of
uses that run at the window's end less that at its start. So it can only stop growing where a use begins at the window's
start or ends at the window's end: a greatest use is found in such a window. Where only windows with some planned use
are looked at, the first and the last of them that a planned use reaches with one tick are looked at too.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from solver.problem import Quota, Window
from solver.rules.reading import Placed, Reading
from solver.rules.violation import Violation


class Use(NamedTuple):
    """A use of a counted unit, or by count a task at its start; ``task`` is empty for fixed work."""

    start: int
    end: int
    task: str


def violations(book: Reading) -> Iterator[Violation]:
    """One violation per bucket in which too much is used, one per quota with windows that slide: the worst of
    them, the last where several are as bad, which begins with a use."""
    for quota in book.problem.quotas:
        planned = [use for placed in book.placed.values() for use in _uses(quota, placed)]
        if planned:
            fixed = [Use(start, end, "") for start, end in quota.taken]
            yield from _buckets(quota, planned, fixed)
            yield from _sliding(quota, planned, fixed)


def _uses(quota: Quota, placed: Placed) -> list[Use]:
    if not quota.counts(placed.request):
        return []
    spans = (placed.span(use.part) for use in placed.mode.units if use.lanes and use.unit in quota.units)
    uses = [Use(start, end, placed.task.id) for start, end in spans if start < end]
    return uses if quota.measure == "ticks" else [Use(placed.at.start, placed.at.end, placed.task.id)][: len(uses)]


def _used(quota: Quota, uses: Iterable[Use], window: Window) -> int:
    start, end = window
    if quota.measure == "count":
        return sum(start <= use.start < end for use in uses)
    return sum(max(0, min(use.end, end) - max(use.start, start)) for use in uses)


def _buckets(quota: Quota, planned: list[Use], fixed: list[Use]) -> Iterator[Violation]:
    for start, end, most in quota.buckets:
        used = _used(quota, planned, (start, end))
        both = used + _used(quota, fixed, (start, end))
        if used and both > most:
            yield _violation(quota, planned, (start, end), both, most)


def _sliding(quota: Quota, planned: list[Use], fixed: list[Use]) -> Iterator[Violation]:
    length = quota.length
    if length is None:
        return
    worst: tuple[int, int] | None = None
    for start in _starts(planned, fixed, length):
        used = _used(quota, planned, (start, start + length))
        both = used + _used(quota, fixed, (start, start + length))
        if used and both > quota.most:
            worst = max(worst or (both, start), (both, start))
    if worst is not None:
        used, start = worst
        yield _violation(quota, planned, (start, start + length), used, quota.most)


def _starts(planned: list[Use], fixed: list[Use], length: int) -> list[int]:
    """Where a window has to begin in which the use may be greatest. By count it may end with a use's first tick."""
    first, last = min(use.start for use in planned) - length, max(use.end for use in planned)
    starts = {start for use in (*planned, *fixed) for start in (use.start, use.end - length, use.start - length + 1)}
    starts |= {use.end - 1 for use in planned}
    return sorted(start for start in starts if first < start < last)


def _violation(quota: Quota, planned: list[Use], window: Window, used: int, most: int) -> Violation:
    tasks = sorted({use.task for use in planned if _used(quota, [use], window)})
    numbers = (("start", window[0]), ("end", window[1]), ("used", used), ("most", most))
    code = "too_long" if quota.measure == "ticks" else "too_often"
    return Violation(rule="quota", code=code, ids=(quota.id, *tasks), numbers=numbers)
