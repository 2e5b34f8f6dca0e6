"""Hours that repeat themselves every week, in minutes of the local clock.

Knows nothing of dates, zones and clock changes.
"""

from collections.abc import Iterable, Sequence

DAY = 1440
WEEK = 7 * DAY

WeeklyRow = tuple[int, int, int]
"""Weekday (Monday 0), and minutes after midnight from and to."""


def merged_rows(rows: Iterable[WeeklyRow]) -> tuple[WeeklyRow, ...]:
    """The same hours as sorted rows that, within a day, neither overlap nor touch."""
    merged: list[WeeklyRow] = []
    for day, opens, closes in sorted(rows):
        if merged and merged[-1][0] == day and opens <= merged[-1][2]:
            merged[-1] = (day, merged[-1][1], max(closes, merged[-1][2]))
        else:
            merged.append((day, opens, closes))
    return tuple(merged)


def longest_stretch(rows: Sequence[WeeklyRow]) -> int:
    """Minutes of the longest stretch of a week that repeats itself; without bound it counts as ten years."""
    spans = [
        (week * WEEK + day * DAY + opens, week * WEEK + day * DAY + closes)
        for week in (0, 1)
        for day, opens, closes in rows
    ]
    longest = start = end = 0
    for opens, closes in spans:
        start, end = (start, closes) if opens == end and end else (opens, closes)
        longest = max(longest, end - start)
    return 520 * WEEK if longest >= 2 * WEEK else longest
