"""Which expiries keep a task from a unit, and what is left of them, as blockers.

Knows nothing of other reasons, nor of renewals that are still to be planned.
"""

from collections.abc import Iterator

from solver.constraints.maintenance import narrowed, stretches
from solver.places import Case, Place
from solver.plan import Blocker
from solver.problem import Expiry, UnitUse, Window

_Need = tuple[UnitUse, Expiry]


def expiry_blockers(case: Case, place: Place, bounds: Window) -> Iterator[Blocker]:
    """The expiries by which alone the task could not be in ``place``; all of its units where each leaves room."""
    needs = [
        (use, expiry)
        for use in place.mode.units
        for expiry in case.calendars.units[use.unit].unit.expiries
        if use.lanes and expiry.kind not in place.mode.waives and place.length(use.part)
    ]
    alone = [need for need in needs if not narrowed(need[1], need[0].part, place).possible]
    for need in alone or needs:
        yield _blocker(case, place, need, bounds)


def _blocker(case: Case, place: Place, need: _Need, bounds: Window) -> Blocker:
    use, expiry = need
    code, numbers = _date(expiry, bounds) if expiry.measure == "date" else _amount(expiry, bounds)
    needed = 1 if expiry.measure == "cycles" else place.length(use.part)
    between = (("from", bounds[0]), ("until", bounds[1]))
    ids = (case.task.id, use.unit, expiry.kind)
    name = "cycles" if expiry.measure == "cycles" else "needed"
    return Blocker(code=code, ids=ids, numbers=((name, needed), *numbers, *between))


def _date(expiry: Expiry, bounds: Window) -> tuple[str, tuple[tuple[str, int], ...]]:
    """The expiry that ends last before ``until``, and the next renewal after it, where one is planned."""
    ends = [expiry.left, *(tick + expiry.renewed for tick in expiry.renewed_at)]
    expires = max((end for end in ends if end <= bounds[1]), default=expiry.left)
    renewed = next((tick for tick in expiry.renewed_at if tick >= expires), None)
    if renewed is None:
        return "expired", (("expires", expires),)
    return "expired_until", (("expires", expires), ("renewed", renewed))


def _amount(expiry: Expiry, bounds: Window) -> tuple[str, tuple[tuple[str, int], ...]]:
    """The most that is left of any stretch between the bounds."""
    rooms = [room for (start, end), room in stretches(expiry) if start < bounds[1] and bounds[0] < end]
    left = max(0, *rooms) if rooms else 0
    if expiry.measure == "cycles":
        return "cycles_used_up", (("cycles_left", left), ("cycles_allowed", expiry.renewed))
    return "used_up", (("left", left), ("allowed", expiry.renewed))
