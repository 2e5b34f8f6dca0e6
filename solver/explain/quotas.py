"""Which quotas keep a task from a place, and by how much, as blockers.

Knows nothing of other reasons.
"""

from collections.abc import Iterator
from dataclasses import replace

from solver.calendars import Calendars
from solver.constraints import quota
from solver.places import Case, Place
from solver.plan import Blocker
from solver.problem import Quota, Window
from solver.spent import Spent, Worst, uses_of


def quota_blockers(case: Case, place: Place, bounds: Window) -> Iterator[Blocker]:
    """The quotas that leave no room by themselves, else all; in the window that it would exceed by the least."""
    mine = [one for one in case.calendars.problem.quotas if one.counts(case.request)]
    alone = [one for one in mine if not _with_quota(case, place, one).possible]
    for one in alone or mine:
        least = _least_excess(one, place, bounds)
        if least is not None:
            start, end = least.window
            if one.measure == "ticks":
                yield _blocker(
                    "quota_hours",
                    case,
                    (one.id,),
                    bounds,
                    needed=sum(use[1] - use[0] for use in _uses(one, place, 0)),
                    most=least.most,
                    used=least.used,
                    window=end - start,
                )
            else:
                numbers = {"times": 1, "most_times": least.most, "used_times": least.used, "window": end - start}
                yield _blocker("quota_times", case, (one.id,), bounds, **numbers)


def _with_quota(case: Case, place: Place, one: Quota) -> Place:
    calendars = Calendars(replace(case.calendars.problem, quotas=(one,)))
    return quota.narrow(replace(case, calendars=calendars), place)


def _uses(one: Quota, place: Place, start: int) -> list[Window]:
    return uses_of(one, place.mode, start=start, end=start + place.mode.duration)


def _least_excess(one: Quota, place: Place, bounds: Window) -> Worst | None:
    spent, least, tick = Spent(one), None, bounds[0]
    while tick < bounds[1]:
        uses = _uses(one, place, tick)
        if not uses:
            return None
        worst = spent.worst(uses)
        if least is None or worst.excess < least.excess:
            least = worst
        tick += max(1, spent.next_free(uses))
    return least


def _blocker(code: str, case: Case, ids: tuple[str, ...], bounds: Window, **numbers: int) -> Blocker:
    between = (("from", bounds[0]), ("until", bounds[1]))
    return Blocker(code=code, ids=(case.task.id, *ids), numbers=(*numbers.items(), *between))
