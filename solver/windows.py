"""Arithmetic on sorted, disjoint, half-open windows of ticks.

Knows nothing of what the windows stand for.
"""

from collections.abc import Iterable
from itertools import pairwise

from solver.problem import Window

Windows = tuple[Window, ...]


def unite(windows: Iterable[Window]) -> Windows:
    """The ticks in at least one of ``windows`` (in any order); what touches is joined."""
    joined: list[Window] = []
    for start, end in sorted(windows):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return tuple(joined)


def intersect(left: Windows, right: Windows) -> Windows:
    """The ticks in both."""
    common: list[Window] = []
    i = j = 0
    while i < len(left) and j < len(right):
        (a, b), (c, d) = left[i], right[j]
        if max(a, c) < min(b, d):
            common.append((max(a, c), min(b, d)))
        if b < d:
            i += 1
        else:
            j += 1
    return tuple(common)


def clip(windows: Windows, start: int, end: int) -> Windows:
    """The ticks of ``windows`` in ``[start, end)``."""
    if windows and start <= windows[0][0] and windows[-1][1] <= end:
        return windows
    return tuple((max(a, start), min(b, end)) for a, b in windows if a < end and b > start and start < end)


def complement(windows: Windows, start: int, end: int) -> Windows:
    """The ticks of ``[start, end)`` that are in none of ``windows``."""
    gaps: list[Window] = []
    for a, b in windows:
        if start < min(a, end):
            gaps.append((start, min(a, end)))
        start = max(start, b)
    if start < end:
        gaps.append((start, end))
    return tuple(gaps)


def shift(windows: Windows, by: int) -> Windows:
    """The windows moved ``by`` ticks to the right."""
    return windows if by == 0 else tuple((a + by, b + by) for a, b in windows)


def fits(windows: Windows, length: int) -> Windows:
    """The ticks at which a span of ``length`` (>= 1) may start so that it lies within one window."""
    return tuple((a, b - length + 1) for a, b in windows if b - a >= length)


def total(windows: Windows) -> int:
    """How many ticks there are."""
    return sum(b - a for a, b in windows)


def covers(outer: Windows, inner: Windows) -> bool:
    """Whether every tick of ``inner`` is in ``outer``."""
    return outer == inner or total(intersect(outer, inner)) == total(inner)


def steps_at_least(steps: Iterable[tuple[int, int]], amount: int, start: int, end: int) -> Windows:
    """Where in ``[start, end)`` a step function of ``(tick, level)``, ascending, is at least ``amount`` (> 0).

    Before its first step the level is 0.
    """
    points = (*steps, (end, 0))
    pairs = pairwise(points)
    return clip(
        unite((tick, upto) for (tick, level), (upto, _) in pairs if level >= amount and tick < upto), start, end
    )
