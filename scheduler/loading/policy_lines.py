"""The list of policies about asking: for every unit of a centre, or for one unit in its place.

Knows nothing of reading, as ``scheduler.loading.lines``; and how each row contradicts itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from scheduler.loading import cells
from scheduler.loading.line import Cell, Line, OptionalKey
from scheduler.loading.mistakes import Mistake

Number = Annotated[int | None, Cell(cells.whole(0, 1_000_000), blank=None, optional=True)]
FromOne = Annotated[int | None, Cell(cells.whole(1, 1_000_000), blank=None, optional=True)]
Answer = Annotated[bool | None, Cell(cells.yes_or_no, blank=None, optional=True)]
Clock = Annotated[int | None, Cell(cells.clock, blank=None, optional=True)]
BOUNDS = (("shortest_minutes", "longest_minutes"), ("free_from", "free_until"))
"""Columns that go together: the one may not be above the other, or without it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyLine(Line):
    """A blank cell of a unit leaves it to its centre, and there it means no limit."""

    file = "policies.csv"
    identity = ("centre", "unit")
    optional = True
    centre: OptionalKey
    unit: OptionalKey
    notice_minutes: Number
    cancel_minutes: Number
    horizon_days: Annotated[int | None, Cell(cells.whole(1, 366), blank=None, optional=True)]
    person_most: Number
    organisation_most: Number
    person_minutes: Number
    apart_minutes: Number
    shortest_minutes: FromOne
    longest_minutes: FromOne
    whole_gaps: Answer
    approval: Answer
    missed_minutes: Number
    free_from: Clock
    free_until: Clock
    free_weekend: Answer


def policy_mistakes(lines: Sequence[PolicyLine]) -> Iterator[Mistake]:
    """Every mistake of every row by itself."""
    for line in lines:
        if (line.centre is None) == (line.unit is None):
            yield line.wrong("unit", "centre_or_unit", "either a centre or a unit in each row")
        shortest, longest = line.shortest_minutes, line.longest_minutes
        if shortest is not None and longest is not None and shortest > longest:
            yield line.wrong("longest_minutes", "bad_range", f"at least {shortest}, the shortest")
        if (line.free_from is None) != (line.free_until is None):
            yield line.wrong("free_until", "blank_cell", "from when and until when, or neither")
        if line.free_from is not None and line.free_from in (line.free_until, 1440):
            yield line.wrong("free_until", "bad_time", "another time of the day than the start, which is before 24:00")
