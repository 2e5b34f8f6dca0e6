"""Work tied to the start of other work, such as visits inside a run: which of it finds no room, wherever the other
begins.

Knows nothing of why there is no room.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from solver.calendars import Calendars
from solver.problem import Request, Task, Window
from solver.reach import places_of
from solver.windows import Windows, clip, unite


@dataclass(frozen=True, slots=True)
class Tied:
    """A task that starts ``least`` to ``most`` ticks after something else does."""

    task: Task
    least: int
    most: int

    def span(self, start: int) -> Window:
        """Between which ticks it lies where the other starts at ``start``."""
        return start + self.least, start + self.most + max(mode.duration for mode in self.task.modes)


def without_room(calendars: Calendars, request: Request) -> Iterator[tuple[Task, Window]]:
    """Tied tasks and when they would have to lie, at the start of what they are tied to at which the fewest of them
    have no room by themselves; of several such starts the earliest."""
    tasks = {task.id: task for task in request.tasks}
    for before, tied in _ties(request, tasks).items():
        starts = _starts(calendars, request, tasks[before]) if before in tasks else _of_fact(request, before)
        covered = [_covered(_starts(calendars, request, one.task), one) for one in tied]
        found = _best(starts, covered)
        for one, windows in zip(tied, covered, strict=True):
            if found is not None and not _holds(windows, found):
                yield one.task, one.span(found)


def _ties(request: Request, tasks: dict[str, Task]) -> dict[str, list[Tied]]:
    ties: dict[str, list[Tied]] = defaultdict(list)
    for lag in request.lags:
        both = lag.least is not None and lag.most is not None and (lag.frm, lag.to) == ("start", "start")
        if both and lag.after in tasks:
            ties[lag.before].append(Tied(tasks[lag.after], lag.least or 0, lag.most or 0))
    return ties


def _starts(calendars: Calendars, request: Request, task: Task) -> Windows:
    return unite(window for place in places_of(calendars, request, task) for window in place.starts)


def _of_fact(request: Request, id_: str) -> Windows:
    return tuple((fact.start, fact.start + 1) for fact in request.facts if fact.id == id_)


def _covered(starts: Windows, tied: Tied) -> Windows:
    """At which starts of the other it has room."""
    return unite((first - tied.most, end - tied.least) for first, end in starts)


def _best(starts: Windows, covered: list[Windows]) -> int | None:
    """The start that leaves the fewest without room; ``None`` where there is no start."""
    edges = {tick for windows in covered for window in windows for tick in window}
    ticks = {first for first, _ in starts} | {tick for tick in edges if clip(starts, tick, tick + 1)}
    return min(ticks, key=lambda tick: (_missed(covered, tick), tick), default=None)


def _missed(covered: Iterable[Windows], tick: int) -> int:
    return sum(not _holds(windows, tick) for windows in covered)


def _holds(windows: Windows, tick: int) -> bool:
    return bool(clip(windows, tick, tick + 1))
