"""The starts nearest to a wished one at which a request of one operation would fit.

Knows nothing of whose wish it is. Possible starts come from the constraints' narrowing; the rule book judges each.
"""

from collections.abc import Callable, Iterator

from solver.calendars import Calendars
from solver.placing import Bounds
from solver.plan import Assignment, Plan
from solver.problem import Problem, Request, Task
from solver.reach import places_of
from solver.rules import judge
from solver.site import Site, drafted

MOST_JUDGED = 60


def nearest_starts(
    problem: Problem, request: Request, at: int, *, n: int = 3, may: Callable[[int], bool] | None = None
) -> tuple[Assignment, ...]:
    """One per stretch of possible starts, the nearest to ``at`` first, nothing of ``problem``'s requests standing.

    ``request`` is the problem's and has one task. ``may``: which starts are wanted at all, whatever the rule book says
    (``None``: any).
    """
    (task,) = request.tasks
    site, found = Site(problem), list[Assignment]()
    for start in list(_starts(problem, request, task, at, may))[:MOST_JUDGED]:
        placed = _placed(site, task, start)
        if placed is not None and _holds(problem, placed):
            found.append(placed)
        if len(found) == n:
            break
    return tuple(found)


def _starts(
    problem: Problem, request: Request, task: Task, at: int, may: Callable[[int], bool] | None
) -> Iterator[int]:
    windows = [window for place in places_of(Calendars(problem), request, task) for window in place.starts]
    found = {start for low, high in windows if (start := _nearest(range(low, high), at, may)) is not None}
    yield from sorted(found, key=lambda start: (abs(start - at), start))


def _nearest(starts: range, at: int, may: Callable[[int], bool] | None) -> int | None:
    """The one of ``starts``, which are one after the other, that is nearest to ``at`` and wanted."""
    if may is None:
        return min(max(at, starts.start), starts.stop - 1)
    return next(filter(may, sorted(starts, key=lambda start: (abs(start - at), start))), None)


def _placed(site: Site, task: Task, start: int) -> Assignment | None:
    far = site.problem.calendar_end
    there = Bounds(start=start, last_start=start, end=0, last_end=far)
    return next((found for fit in site.fits(task) if (found := fit.first(there)) is not None), None)


def _holds(problem: Problem, placed: Assignment) -> bool:
    plan: Plan = drafted(problem, (placed,))
    return not judge(problem, plan)
