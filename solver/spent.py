"""What is used of a quota while a plan is being built, and when more could be used.

Knows nothing of who uses it, but that the uses of a task move together. The arguments are those of
``solver.rules.quota``: where the use is greatest a window begins with a use, or ends with one. When a use moves by a
tick, what lies of it in any one window changes by at most a tick; so an excess says how far at least it has to move,
and what is left says how far it may.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from solver.problem import Mode, Quota, Window, part_span
from solver.windows import Windows, unite

NEVER = 1 << 60


class Worst(NamedTuple):
    """A window: what is used beyond its most (negative: what is left), how much of it is new, and the window itself."""

    excess: int
    own: int
    window: Window
    most: int

    @property
    def used(self) -> int:
        """What is used by others."""
        return self.most + self.excess - self.own


class Spent:
    """The uses of one quota, by their spans, fixed work included."""

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        self._starts: list[int] = []
        self._ends: list[int] = []
        for span in quota.taken:
            self.add(span)

    def add(self, span: Window) -> None:
        """A use of a unit, or by count a task."""
        insort(self._starts, span[0])
        insort(self._ends, span[1])

    def remove(self, span: Window) -> None:
        """Give back what was added as such."""
        del self._starts[bisect_left(self._starts, span[0])]
        del self._ends[bisect_left(self._ends, span[1])]

    def worst(self, uses: Sequence[Window], reach: int = 0) -> Worst:
        """The window in which most would be used beyond what is allowed with ``uses`` added; of all that they meet, or
        would when moved by up to ``reach`` ticks."""
        first, last = min(start for start, _ in uses), max(end for _, end in uses)
        found = Worst(-NEVER, 0, (0, 0), 0)
        for window, most in self._windows(uses, first - reach, last + reach):
            own = inside(uses, window, self.quota.measure)
            if own or reach:
                found = max(found, Worst(self.used(window) + own - most, own, window, most))
        return found

    def next_free(self, uses: Sequence[Window]) -> int:
        """By how many ticks ``uses`` have to be put off, at the least, before they may be added: 0 where they may be,
        ``NEVER`` where nothing is allowed at all."""
        excess, own, window, _ = self.worst(uses)
        if excess <= 0:
            return 0
        if self.quota.length is not None and self._alone(uses) > self.quota.most:
            return NEVER
        if self.quota.measure == "count":
            return window[1] - uses[0][0]
        return -(-min(excess, own) // len(uses))

    def starts(self, parts: Sequence[Window], begin: int, end: int) -> Windows:
        """The ticks in ``[begin, end)`` at which a task may begin whose uses are ``parts``, counted from its start."""
        found: list[Window] = []
        tick = begin
        while tick < end:
            use = [(tick + start, tick + until) for start, until in parts]
            put_off = self.next_free(use)
            if put_off:
                tick += put_off
                continue
            reach = self._reach
            left = max(0, -self.worst(use, reach).excess)
            sure = reach if self.quota.measure == "count" and left else min(left // len(parts), reach)
            found.append((tick, min(tick + sure + 1, end)))
            tick += sure + 1
        return unite(found)

    def fullest(self, since: int) -> Worst:
        """The window, of those that end after ``since``, in which most is used already; the last where several are as
        full."""
        windows = [((start, end), most) for start, end, most in self.quota.buckets if end > since]
        length = self.quota.length
        if length is not None:
            starts = {since, *self._starts, *(end - length for end in self._ends)}
            windows = [((start, start + length), self.quota.most) for start in starts if start + length > since]
        return max(
            (Worst(self.used(window) - most, 0, window, most) for window, most in windows),
            default=Worst(-NEVER, 0, (since, since), 0),
        )

    @property
    def _reach(self) -> int:
        """How far ahead to look at once."""
        lengths = [end - start for start, end, _ in self.quota.buckets]
        return self.quota.length or max(lengths, default=1)

    def _alone(self, uses: Sequence[Window]) -> int:
        """The most that the uses have by themselves in one window."""
        if self.quota.measure == "count":
            return len(uses)
        length = self.quota.length or 0
        starts = [start for use in uses for start in (use[0], use[1] - length)]
        return max(inside(uses, (start, start + length), "ticks") for start in starts)

    def _windows(self, uses: Sequence[Window], first: int, last: int) -> Iterator[tuple[Window, int]]:
        """Those among which the use is greatest of all that meet ``[first, last)``, each with its most."""
        for start, end, most in self.quota.buckets:
            if start < last and first < end:
                yield (start, end), most
        length = self.quota.length
        if length is None:
            return
        low, high = first - length + 1, last - 1
        starts = {low, high}
        starts.update(tick for use in uses for tick in _turns(use, length))
        for ticks, by in ((self._starts, 0), (self._ends, -length), (self._starts, 1 - length)):
            starts.update(tick + by for tick in ticks[bisect_left(ticks, low - by) : bisect_left(ticks, high - by + 1)])
        for start in starts:
            if low <= start <= high:
                yield (start, start + length), self.quota.most

    def used(self, window: Window) -> int:
        """What is used in a window."""
        start, end = window
        if self.quota.measure == "count":
            return bisect_left(self._starts, end) - bisect_left(self._starts, start)
        begun, ended = bisect_left(self._starts, end), bisect_left(self._ends, start + 1)
        # Each use that meets the window adds its end within it less its start within it.
        before, after = bisect_left(self._starts, start), bisect_left(self._ends, end)
        starts = sum(self._starts[before:begun]) + before * start
        ends = sum(self._ends[ended:after]) + (begun - after) * end
        return ends + ended * start - starts


def uses_of(quota: Quota, mode: Mode, *, start: int, end: int) -> list[Window]:
    """The spans by which a task of somebody who counts uses the quota, in ``mode`` at ``[start, end)``."""
    uses = (use for use in mode.units if use.lanes and use.unit in quota.units)
    spans = [part_span(use.part, mode, start=start, end=end) for use in uses]
    spans = [span for span in spans if span[0] < span[1]]
    return spans if quota.measure == "ticks" else [(start, end)][: len(spans)]


def _turns(use: Window, length: int) -> tuple[int, ...]:
    return use[0], use[1] - length, use[0] - length + 1, use[1] - 1


def inside(uses: Iterable[Window], window: Window, measure: str) -> int:
    """What uses have of a window: their ticks in it, or by count their starts."""
    start, end = window
    if measure == "count":
        return sum(start <= use[0] < end for use in uses)
    return sum(max(0, min(use[1], end) - max(use[0], start)) for use in uses)
