"""Why nobody can do what a staff need asks for: no shift, no hours left, or everybody busy.

Knows nothing of the other things that a task needs.
"""

from collections.abc import Iterable

from solver.calendars import Calendars, RelayCalendar
from solver.problem import Person, StaffNeed, Window
from solver.windows import Windows, clip


def staff_blocker(calendars: Calendars, need: StaffNeed, needed: int, bounds: Window) -> tuple[str, dict[str, int]]:
    """The code and numbers of the blocker, for a need of ``needed`` ticks between ``bounds``."""
    able = [person for person in calendars.problem.persons if need.skill in person.skills]
    on_shift = _longest(need, [(person.on_shift, person.on_shift) for person in able], bounds)
    if on_shift < needed:
        return "no_shift", {"needed": needed, "longest_gap": on_shift}
    pools = [(person, pool) for person, pool in calendars.staff if need.skill in person.skills]
    free = _longest(need, [(person.on_shift, pool.free.windows) for person, pool in pools], bounds)
    if free < needed or need.handover or any(clip(pool.free.starts(needed), *bounds) for _, pool in pools):
        return "no_staff", {"needed": needed, "longest_gap": free}
    return "hours_used_up", {"needed": needed, "left": max((_left(person, bounds) for person, _ in pools), default=0)}


def _longest(need: StaffNeed, shifts: Iterable[tuple[Windows, Windows]], bounds: Window) -> int:
    """The longest time that one person, or several in turn where that is allowed, is there."""
    if need.handover:
        return RelayCalendar(shifts).longest(*bounds)
    windows = (window for _, free in shifts for window in clip(free, *bounds))
    return max((end - start for start, end in windows), default=0)


def _left(person: Person, bounds: Window) -> int:
    """What is left of the tightest of the greatest hours that matter then."""
    return min((limit.most for limit in person.limits if limit.start < bounds[1] and bounds[0] < limit.end), default=0)
