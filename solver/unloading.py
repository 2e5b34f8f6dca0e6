"""When unattended work may be unloaded: the next moment at which hours and shifts allow it, or a little later.

Knows nothing of who is busy, so that what holds for a whole problem holds for each part of it.
"""

from bisect import bisect_right
from dataclasses import dataclass

from solver.problem import Mode, Problem
from solver.windows import Windows, fits, intersect, unite


@dataclass(frozen=True, slots=True)
class Unloading:
    """The latest begin of the tail, by the tick ``ready`` at which it could begin were it always possible.

    ``steps`` are ``(until, latest)``, ascending: what is ready before ``until``, and not before the step's predecessor
    ends, begins its tail at ``latest`` at the latest, ``None``: at once. What is ready after the last step is never
    unloaded. The latest begin never falls from one step to the next.
    """

    steps: tuple[tuple[int, int | None], ...]

    def latest(self, ready: int) -> int | None:
        """The latest begin of the tail; ``None`` where there is no moment any more."""
        at = bisect_right(self.steps, ready, key=_until)
        if at == len(self.steps):
            return None
        latest = self.steps[at][1]
        return ready if latest is None else latest

    def first_ready(self, begin: int) -> int | None:
        """The earliest ``ready`` after which a tail may begin as late as ``begin``, which hours and shifts allow;
        ``None`` without one."""
        before = -1
        for until, latest in self.steps:
            if latest is None and before < begin < until:
                return begin
            if latest is not None and latest >= begin:
                return before
            before = until
        return None


def _until(step: tuple[int, int | None]) -> int:
    return step[0]


class Moments:
    """The unloading of every mode of a problem, worked out when first asked for."""

    def __init__(self, problem: Problem) -> None:
        self._open = {unit.id: unit.open for unit in problem.units}
        self._shifts: dict[str, set[Windows]] = {}
        for person in problem.persons:
            for skill in person.skills:
                self._shifts.setdefault(skill, set()).add(person.on_shift)
        self._known: dict[tuple[frozenset[Windows], frozenset[str], int], Unloading] = {}

    def of(self, mode: Mode) -> Unloading:
        """Of a mode that is unattended and has a tail."""
        opened = frozenset(self._open[use.unit] for use in mode.units if use.part != "head")
        skills = frozenset(need.skill for need in mode.staff if need.part == "tail")
        key = opened, skills, mode.tail
        if key not in self._known:
            self._known[key] = self._work_out(*key)
        return self._known[key]

    def _work_out(self, opened: frozenset[Windows], skills: frozenset[str], tail: int) -> Unloading:
        units = [fits(windows, tail) for windows in opened]
        shifts = [[fits(shift, tail) for shift in self._shifts.get(skill, ())] for skill in sorted(skills)]
        calendars = [*([one] for one in units), *shifts]
        moments: Windows | None = None
        for choices in calendars:
            some = unite(window for choice in choices for window in choice)
            moments = some if moments is None else intersect(moments, some)
        if moments is None:
            return Unloading(((_ALWAYS, None),))
        return Unloading(_staffed(moments, calendars) if skills else _unstaffed(moments))


_ALWAYS = 1 << 60


def _unstaffed(moments: Windows) -> tuple[tuple[int, int | None], ...]:
    return tuple(step for first, end in moments for step in ((first, first), (end, None)))


def _staffed(moments: Windows, calendars: list[list[Windows]]) -> tuple[tuple[int, int | None], ...]:
    """While one and the same shift lasts, and hours do."""
    steps: list[tuple[int, int | None]] = []
    edges = sorted({edge for choices in calendars for one in choices for window in one for edge in window})
    for first, end in moments:
        cuts = edges[bisect_right(edges, first) : bisect_right(edges, end - 1)]
        for tick, until in zip((first, *cuts), (*cuts, end), strict=True):
            latest = min(max(_last_with(one, tick) for one in choices) for choices in calendars)
            if steps and steps[-1][1] == latest:
                steps.pop()
            steps.append((until, latest))
    return tuple(steps)


def _last_with(windows: Windows, tick: int) -> int:
    """The last tick of the window that holds ``tick``; -1 where none does."""
    at = bisect_right(windows, tick, key=lambda window: window[0]) - 1
    return windows[at][1] - 1 if at >= 0 and tick < windows[at][1] else -1
