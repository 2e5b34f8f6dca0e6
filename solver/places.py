"""Where a task may stand in one of its modes: the ticks at which it may start and end.

Knows nothing of other tasks, nor of which rule took a tick away.
"""

from dataclasses import dataclass, replace

from solver.advancing import Advance, share_of
from solver.calendars import AnyCalendar, Calendar, Calendars
from solver.problem import Mode, Part, Request, Task
from solver.windows import Windows, clip, intersect, shift, unite


@dataclass(frozen=True, slots=True)
class Case:
    """A task with all that may narrow its places."""

    calendars: Calendars
    request: Request
    task: Task


@dataclass(frozen=True, slots=True)
class Place:
    """A mode (its number in the task) with its possible starts and ends.

    ``ends`` is ``None`` where the end follows from the start: ``start + duration``, or as ``advance`` says where the
    work pauses.
    """

    number: int
    mode: Mode
    starts: Windows
    ends: Windows | None
    advance: Advance | None = None

    @property
    def possible(self) -> bool:
        """Whether any start and end is left, far enough apart."""
        if not self.starts or self.ends == ():
            return False
        return self.ends is None or self.last_end - self.first_start >= self.mode.duration

    @property
    def waits(self) -> bool:
        """Whether its end may come later than ``start + duration``."""
        return self.ends is not None

    @property
    def first_start(self) -> int:
        """The earliest start; only of a possible place."""
        return self.starts[0][0]

    @property
    def last_start(self) -> int:
        """The latest start; only of a possible place."""
        return self.starts[-1][1] - 1

    @property
    def first_end(self) -> int:
        """The earliest end; only of a possible place."""
        return self.end(self.first_start) if self.ends is None else self.ends[0][0]

    @property
    def last_end(self) -> int:
        """The latest end; only of a possible place."""
        return self.end(self.last_start) if self.ends is None else self.ends[-1][1] - 1

    def end(self, start: int) -> int:
        """The end that follows from a start of work that does not wait."""
        duration = self.mode.duration
        return start + duration if self.advance is None else self.advance.end(start, duration)

    @property
    def end_windows(self) -> Windows:
        """The possible ends, given or derived."""
        if self.advance is not None:
            return shift(self.advance.ticks(shift(self.advance.numbers(self.starts), self.mode.duration - 1)), 1)
        return shift(self.starts, self.mode.duration) if self.ends is None else self.ends

    def length(self, part: Part) -> int:
        """Ticks of a part, without waiting."""
        return {"whole": self.mode.duration, "head": self.mode.head, "tail": self.mode.tail}[part]

    def within(self, part: Part, calendar: Calendar) -> "Place":
        """Keeps the starts and ends at which the part lies in one window of ``calendar``.

        Exact, but for the whole of a place that waits: there both its ends are looked at without the wait. Of work that
        pauses it is the advancing ticks that have to lie there.
        """
        length = self.length(part)
        if length == 0 or not self.possible:
            return self
        if self.advance is not None:
            share, choices = share_of(part, self.mode), _choices(calendar)
            return self.at(unite(w for one in choices for w in self.advance.starts_within(share, one.windows)))
        allowed = calendar.starts(length)
        if self.ends is None:
            offset = self.mode.duration - length if part == "tail" else 0
            return self.at(shift(allowed, -offset))
        starts = self.starts if part == "tail" else intersect(self.starts, allowed)
        ends = self.ends if part == "head" else intersect(self.ends, shift(allowed, length))
        return replace(self, starts=starts, ends=ends)._agreed()

    def held(self, part: Part, calendar: Calendar) -> "Place":
        """As ``within``, but the pauses within the part have to lie in the window too."""
        if self.advance is None or self.length(part) == 0:
            return self.within(part, calendar)
        share, choices = share_of(part, self.mode), _choices(calendar)
        return self.at(unite(w for one in choices for w in self.advance.starts_spanning(share, one.windows)))

    def at(self, starts: Windows) -> "Place":
        """Keeps only these starts."""
        return replace(self, starts=intersect(self.starts, starts))._agreed()

    def bounded(self, first_start: int, last_start: int, first_end: int, last_end: int) -> "Place":
        """Keeps starts and ends between bounds, all inclusive."""
        duration = self.mode.duration
        if self.advance is not None:
            low = max(first_start, self.advance.first_start(first_end, duration))
            high = min(last_start, self.advance.last_start(last_end, duration))
            return replace(self, starts=clip(self.starts, low, high + 1))
        if self.ends is None:
            low, high = max(first_start, first_end - duration), min(last_start, last_end - duration)
            return replace(self, starts=clip(self.starts, low, high + 1))
        starts = clip(self.starts, first_start, min(last_start, last_end - duration) + 1)
        ends = clip(self.ends, max(first_end, first_start + duration), last_end + 1)
        return replace(self, starts=starts, ends=ends)._agreed()

    def _agreed(self) -> "Place":
        """Of a place that waits: starts and ends bound by each other."""
        if not self.starts or not self.ends:
            return self
        duration, wait = self.mode.duration, self.mode.max_wait
        latest = self.last_end if wait is None else min(self.last_end, self.last_start + duration + wait)
        ends = clip(self.ends, self.first_start + duration, latest + 1)
        earliest = self.first_start if wait is None else max(self.first_start, self.first_end - duration - wait)
        starts = clip(self.starts, earliest, self.last_end - duration + 1)
        return replace(self, starts=starts, ends=ends)


def _choices(calendar: Calendar) -> tuple[Calendar, ...]:
    return calendar.choices if isinstance(calendar, AnyCalendar) else (calendar,)


def whole_calendar(
    number: int, mode: Mode, *, horizon: int, calendar_end: int, advance: Advance | None = None
) -> Place:
    """The place of a mode before any rule has been asked; with ``advance`` where it pauses."""
    if advance is not None:
        found = advance.starts(mode.duration, horizon=horizon, end=calendar_end)
        return Place(number, mode, found, None, advance)
    waiting = mode.crossing == "unattended" and mode.tail > 0 and mode.max_wait != 0
    last = calendar_end - mode.duration
    starts = clip(((0, horizon),), 0, last + 1)
    return Place(number, mode, starts, ((mode.duration, calendar_end + 1),) if waiting and starts else None)
