"""The lists of what changes the weekly hours: closures, leave, breaks, starts, and periods kept for some.

Knows nothing of reading, as ``scheduler.loading.lines``.
"""

from dataclasses import dataclass
from typing import Annotated

from models.tables.people import STAGES
from scheduler.loading import cells
from scheduler.loading.line import Cell, Clock, Days, Key, Line, Moment, OptionalKey, Text, YesOrNo


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosureLine(Line):
    file = "closures.csv"
    optional = True
    centre: OptionalKey
    laboratory: OptionalKey
    unit: OptionalKey
    starts: Moment
    ends: Moment
    blocks: YesOrNo
    reason: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveLine(Line):
    file = "leaves.csv"
    optional = True
    person: Key
    starts: Moment
    ends: Moment


@dataclass(frozen=True, kw_only=True, slots=True)
class BreakLine(Line):
    file = "breaks.csv"
    optional = True
    person: Key
    days: Days
    starts: Clock
    ends: Clock
    name: Annotated[str, Cell(cells.text, blank="break")]


@dataclass(frozen=True, kw_only=True, slots=True)
class StartLine(Line):
    """A row without ``until`` and ``every_minutes`` is one slot."""

    file = "allowed_starts.csv"
    optional = True
    laboratory: OptionalKey
    unit: OptionalKey
    days: Days
    first: Clock
    until: Annotated[int | None, Cell(cells.clock, blank=None)]
    every_minutes: Annotated[int | None, Cell(cells.whole(1, 1440), blank=None)]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReservedLine(Line):
    """A row without stages and clusters is kept for nobody."""

    file = "reserved_periods.csv"
    optional = True
    laboratory: OptionalKey
    unit: OptionalKey
    days: Days
    starts: Clock
    ends: Clock
    stages: Annotated[tuple[str, ...], Cell(cells.names(*STAGES), blank=())]
    clusters: Annotated[tuple[str, ...], Cell(cells.names(), blank=())]
    reason: Text


CALENDAR_LISTS: tuple[type[Line], ...] = (ClosureLine, LeaveLine, BreakLine, StartLine, ReservedLine)
