"""When pausing work advances: the ticks in which all that drives it is open, counted through.

Knows nothing of what is taken, nor of who is busy: where work ends follows from where it starts and from nothing else.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate

from solver.problem import Mode, Part, Problem, StaffNeed, Window, part_span
from solver.windows import Windows, clip, complement, fits, intersect, shift, unite

FAR = 1 << 60
"""A tick that never comes."""
Share = tuple[int, int]
"""Half-open numbers of the advancing ticks of a part, counted from the first of the task."""


class Advance:
    """The advancing ticks of a mode: ``windows``, and each tick's number, from 0."""

    def __init__(self, windows: Windows) -> None:
        self.windows = windows
        self.counted = (0, *accumulate(end - start for start, end in windows))
        self._firsts = [start for start, _ in windows]

    @property
    def total(self) -> int:
        """How many advancing ticks there are."""
        return self.counted[-1]

    def number(self, tick: int) -> int:
        """How many of them lie before ``tick``: the number of the first that does not."""
        at = bisect_right(self._firsts, tick) - 1
        if at < 0:
            return 0
        start, end = self.windows[at]
        return self.counted[at] + min(tick, end) - start

    def tick(self, number: int) -> int:
        """The tick of that number (>= 0), ``FAR`` beyond the last."""
        if number >= self.total:
            return FAR
        at = bisect_right(self.counted, number) - 1
        return self.windows[at][0] + number - self.counted[at]

    def end(self, start: int, duration: int) -> int:
        """Where work ends that starts at the advancing tick ``start``; ``FAR`` where it never does."""
        last = self.tick(self.number(start) + duration - 1)
        return last if last == FAR else last + 1

    def first_start(self, end: int, duration: int) -> int:
        """The first start from which work ends at ``end`` or later."""
        return self.tick(max(0, self.number(end - 1) - duration + 1))

    def last_start(self, end: int, duration: int) -> int:
        """The last start from which work ends at ``end`` or sooner; -1 without one."""
        number = self.number(end) - duration
        return -1 if number < 0 else self.tick(number)

    def start_reaching(self, tick: int, offset: int) -> int:
        """The first start whose advancing tick number ``offset``, counted from it, is ``tick`` or later."""
        return self.tick(max(0, self.number(tick) - offset))

    def numbers(self, windows: Windows) -> Windows:
        """The numbers of the advancing ticks in ``windows``."""
        common = intersect(windows, self.windows)
        return unite((self.number(start), self.number(start) + end - start) for start, end in common)

    def ticks(self, numbers: Windows) -> Windows:
        """The advancing ticks of these numbers."""
        known = clip(numbers, 0, self.total)
        spans = tuple((self.tick(first), self.tick(end - 1) + 1) for first, end in known)
        return intersect(spans, self.windows)

    def starts(self, duration: int, *, horizon: int, end: int) -> Windows:
        """The starts before ``horizon`` from which work ends at ``end`` or sooner."""
        return clip(self.windows, 0, min(horizon, self.last_start(end, duration) + 1))

    def starts_within(self, share: Share, windows: Windows) -> Windows:
        """The starts from which every advancing tick of the share lies in ``windows``, no matter what is between."""
        return self.ticks(shift(fits(self.numbers(windows), share[1] - share[0]), -share[0]))

    def starts_spanning(self, share: Share, windows: Windows) -> Windows:
        """The starts from which the share, pauses included, lies in one of ``windows``."""
        spans = ((self.number(a) - share[0], self.number(b) - share[1] + 1) for a, b in windows)
        return self.ticks(unite(span for span in spans if span[0] < span[1]))

    def starts_visiting(self, share: Share, there: Windows, taken: Windows) -> Windows:
        """The starts from which the first and the last tick of the share lie in ``there``, and none that lies in it is
        ``taken``."""
        free = complement(self.numbers(intersect(there, taken)), 0, self.total)
        present = self.numbers(there)
        ends = intersect(shift(present, -share[0]), shift(present, 1 - share[1]))
        return self.ticks(intersect(ends, shift(fits(free, share[1] - share[0]), -share[0])))


def share_of(part: Part, mode: Mode) -> Share:
    """The numbers of a part's ticks; empty where it has no length."""
    if part == "head":
        return 0, mode.head
    return (mode.duration - mode.tail if part == "tail" else 0), mode.duration


class Advances:
    """The advancing ticks of every mode of a problem, worked out when first asked for."""

    def __init__(self, problem: Problem) -> None:
        self._always = ((0, problem.calendar_end),)
        self._open = {unit.id: unit.open for unit in problem.units}
        self._shifts: dict[str, list[Windows]] = {}
        for person in problem.persons:
            for skill in person.skills:
                self._shifts.setdefault(skill, []).append(person.on_shift)
        self._known: dict[tuple[frozenset[Windows], frozenset[str]], Advance] = {}

    def of(self, mode: Mode) -> Advance | None:
        """Those of a mode; ``None`` where it does not pause."""
        if mode.crossing != "pausing":
            return None
        opened = frozenset(self._open.get(use.unit, ()) for use in mode.units if use.drives)
        skills = frozenset(need.skill for need in mode.staff if need.drives)
        if (opened, skills) not in self._known:
            shifts = [unite(window for one in self._shifts.get(skill, ()) for window in one) for skill in skills]
            self._known[opened, skills] = Advance(reduce(intersect, [*opened, *shifts], self._always))
        return self._known[opened, skills]


@dataclass(frozen=True, slots=True)
class Course:
    """A task at ``[start, end)`` in its mode: which ticks each of its parts covers, whatever a plan says.

    ``advance`` is ``None`` where the mode does not pause.
    """

    mode: Mode
    advance: Advance | None
    start: int
    end: int

    def span(self, part: Part) -> Window:
        """From the part's first tick to its last, pauses included; empty or reversed where it has no length."""
        if self.advance is None:
            return part_span(part, self.mode, start=self.start, end=self.end)
        if part == "whole":
            return self.start, self.end
        stretches = self.stretches(part)
        if not stretches:
            return self.start, self.start
        return (self.start, stretches[-1][1]) if part == "head" else (stretches[0][0], self.end)

    def stretches(self, part: Part) -> Windows:
        """The ticks of the part in which the work advances."""
        if self.advance is None:
            span = self.span(part)
            return (span,) if span[0] < span[1] else ()
        ticks = clip(self.advance.windows, self.start, self.end)
        if part == "whole":
            return ticks
        first, end = self.advance.number(self.start), self.advance.number(self.end)
        low, high = (first, first + self.mode.head) if part == "head" else (end - self.mode.tail, end)
        return self.advance.ticks(((max(low, first), min(high, end)),)) if max(low, first) < min(high, end) else ()

    def manned(self, need: StaffNeed, on_shift: Windows) -> Windows:
        """The ticks in which a person with these shifts is held."""
        ticks = self.stretches(need.part)
        return ticks if self.advance is None or need.drives else intersect(ticks, on_shift)

    def ends_of(self, part: Part) -> Windows:
        """The first and the last advancing tick of a part that pauses."""
        ticks = self.stretches(part)
        return ((ticks[0][0], ticks[0][0] + 1), (ticks[-1][1] - 1, ticks[-1][1])) if ticks else ()
