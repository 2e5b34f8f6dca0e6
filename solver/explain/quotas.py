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
    """The quotas that by themselves leave no room at ``place``, which is what all else leaves, or else all that take
    some of it; in the window that it would exceed by the least."""
    mine = [one for one in case.calendars.problem.quotas if one.counts(case.request)]
    alone = [one for one in mine if not _with_quota(case, place, one).possible]
    for one in alone or mine:
        over = [(worst.excess, needed, worst) for needed, worst in _tried(one, place) if worst.excess > 0]
        if over:
            _, needed, least = min(over)
            yield _told(case, one, bounds, needed, least)


def _told(case: Case, one: Quota, bounds: Window, needed: int, least: Worst) -> Blocker:
    window = least.window[1] - least.window[0]
    if one.measure == "ticks":
        numbers = {"needed": needed, "most": least.most, "used": least.used, "window": window}
        return _blocker("quota_hours", case, (one.id,), bounds, **numbers)
    numbers = {"times": 1, "most_times": least.most, "used_times": least.used, "window": window}
    return _blocker("quota_times", case, (one.id,), bounds, **numbers)


def _with_quota(case: Case, place: Place, one: Quota) -> Place:
    calendars = Calendars(replace(case.calendars.problem, quotas=(one,)))
    return quota.narrow(replace(case, calendars=calendars), place)


def _tried(one: Quota, place: Place) -> Iterator[tuple[int, Worst]]:
    """How much would be used, and where most, at one start after the other; what exceeds no less is passed over."""
    spent = Spent(one)
    for tick, end in place.starts:
        while tick < end and (uses := uses_of(one, place.mode, start=tick, end=_soonest(place, tick))):
            yield sum(use[1] - use[0] for use in uses), spent.worst(uses)
            tick += max(1, spent.next_free(uses))


def _soonest(place: Place, start: int) -> int:
    """The soonest end; of work that waits, of those that are left."""
    end = place.end(start)
    return next((max(end, first) for first, until in place.ends or () if until > end), end)


def _blocker(code: str, case: Case, ids: tuple[str, ...], bounds: Window, **numbers: int) -> Blocker:
    between = (("from", bounds[0]), ("until", bounds[1]))
    return Blocker(code=code, ids=(case.task.id, *ids), numbers=(*numbers.items(), *between))
