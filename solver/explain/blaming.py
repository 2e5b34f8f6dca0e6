"""Which constraints take a task's last possible places away, mode by mode, and with which numbers, as blockers.

Knows nothing of the plan nor of other tasks: what blocks is found by the constraints' own narrowing of possible starts.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import takewhile

from solver.advancing import Advance
from solver.calendars import AnyCalendar, Calendars
from solver.choices import rules_about
from solver.constraints import CONSTRAINTS, allowed_starts, capacity, one_at_a_time, open_hours, staffed, stock
from solver.explain.expired import expiry_blockers
from solver.explain.quotas import quota_blockers
from solver.explain.staff import staff_blocker
from solver.places import Case, Place, whole_calendar
from solver.plan import Blocker
from solver.problem import Consumption, Demand, Request, StaffNeed, Task, UnitUse, Window, attended_spans
from solver.reach import all_places
from solver.sequence import party_of
from solver.windows import Windows, clip, complement, intersect, total, unite

_FAR = 1 << 60


def blame(calendars: Calendars, request: Request, task: Task, bounds: Window) -> Iterator[Blocker]:
    """Nothing where some mode has room between the bounds, else what blocks each mode."""
    case = Case(calendars, request, task)
    if any(place.bounded(bounds[0], _FAR, -_FAR, bounds[1]).possible for place in all_places(calendars, request, task)):
        return
    found = [blocker for number in range(len(task.modes)) for blocker in _mode(case, number, bounds)]
    closed = dict.fromkeys(blocker.ids[1] for blocker in found if blocker.code == "none_open")
    if closed:
        first = next(blocker for blocker in found if blocker.code == "none_open")
        yield replace(first, ids=(task.id, *closed))
    yield from (blocker for blocker in found if blocker.code != "none_open")


def _mode(case: Case, number: int, bounds: Window) -> Iterator[Blocker]:
    """What the rule says that takes the last possible start away."""
    place = _bare(case, number, bounds)
    for name, constraint in CONSTRAINTS.items():
        if constraint.narrow is not None and place.possible:
            place = constraint.narrow(case, place)
            if not place.possible:
                yield from _BLAME[name](case, number, bounds)
    if not _bare(case, number, bounds).possible:
        advance = case.calendars.advances.of(case.task.modes[number])
        yield from _dates(case, number, bounds) if advance is None else _never(case, number, bounds, advance)


def _bare(case: Case, number: int, bounds: Window) -> Place:
    problem, mode = case.calendars.problem, case.task.modes[number]
    place = whole_calendar(
        number,
        mode,
        horizon=problem.horizon,
        calendar_end=problem.calendar_end,
        advance=case.calendars.advances.of(mode),
    )
    return place.bounded(bounds[0], _FAR, -_FAR, bounds[1])


def _never(case: Case, number: int, bounds: Window, advance: Advance) -> Iterator[Blocker]:
    needed, advancing = case.task.modes[number].duration, total(clip(advance.windows, *bounds))
    if advancing < needed:
        yield _blocker("never_advances", case, (), bounds, needed=needed, advancing=advancing)
    else:
        yield from _dates(case, number, bounds)


def _dates(case: Case, number: int, bounds: Window) -> Iterator[Blocker]:
    windows = intersect(case.task.windows, (bounds,)) if case.task.windows else (bounds,)
    needed = case.task.modes[number].duration
    yield _blocker("window_too_short", case, (), bounds, needed=needed, longest_gap=_longest(windows, bounds))


def _room(case: Case, number: int, bounds: Window) -> Iterator[Blocker]:
    """The units on which the task would have no room even if it needed nothing else; all where each alone has some."""
    place = _bare(case, number, bounds)
    uses = [use for use in place.mode.units if place.length(use.part)]
    alone = [use for use in uses if not _on_unit(case, place, use).possible]
    for use in alone or uses:
        yield _no_room(case, place, use, bounds)


def _no_room(case: Case, place: Place, use: UnitUse, bounds: Window) -> Blocker:
    """Unattended work holds its unit through closed hours, all other work needs it open."""
    if place.advance is not None:
        return _no_pausing_room(case, place, use, bounds, place.advance)
    unit, needed = case.calendars.units[use.unit], place.length(use.part)
    opened, free = clip(unit.open.windows, *bounds), unit.enough(use.lanes)
    attended = attended_spans(use, place.mode, start=0, end=place.mode.duration)
    if attended and not opened:
        return _blocker("none_open", case, (use.unit,), bounds, needed=needed)
    if place.mode.crossing == "unattended" and use.part == "whole":
        code, name, hours = "no_stay_on_unit", "window", unite((bounds,))
    else:
        code, name, hours = "no_room_on_unit", "open", opened
    apart = unit.apart(party_of(case.request, case.task.id, place.mode))
    if apart is not None:
        hours = intersect(hours, apart.windows)
    choices = free.choices if isinstance(free, AnyCalendar) else (free,)
    gap = max(_longest(intersect(hours, one.windows), bounds) for one in choices)
    numbers = {"needed": needed, "longest_gap": gap, name: total(hours)}
    taken = total(hours) - total(intersect(hours, free.windows))
    return _blocker(code, case, (use.unit,), bounds, **numbers, taken=taken, lanes=use.lanes)


def _no_pausing_room(case: Case, place: Place, use: UnitUse, bounds: Window, advance: Advance) -> Blocker:
    """It stays on its unit, and advances there now and then."""
    free = case.calendars.units[use.unit].enough(use.lanes)
    choices = free.choices if isinstance(free, AnyCalendar) else (free,)
    ticks = [[total(clip(advance.windows, *one)) for one in clip(choice.windows, *bounds)] for choice in choices]
    advancing = total(clip(advance.windows, *bounds))
    left = total(clip(intersect(advance.windows, free.windows), *bounds))
    return _blocker(
        "no_pausing_room",
        case,
        (use.unit,),
        bounds,
        needed=place.length(use.part),
        longest_gap=max((gap for gaps in ticks for gap in gaps), default=0),
        advancing=advancing,
        taken=advancing - left,
        lanes=use.lanes,
    )


def _on_unit(case: Case, place: Place, use: UnitUse) -> Place:
    only = replace(place, mode=replace(place.mode, units=(use,)))
    return one_at_a_time.narrow(case, open_hours.narrow(case, only))


def _staff(case: Case, number: int, bounds: Window) -> Iterator[Blocker]:
    place = _bare(case, number, bounds)
    needs = [need for need in place.mode.staff if place.length(need.part)] or place.mode.staff
    alone = [need for need in needs if not _with_staff(case, place, need).possible]
    for need in alone or needs:
        if place.advance is None:
            code, numbers = staff_blocker(case.calendars, need, place.length(need.part), bounds)
            yield _blocker(code, case, (need.skill,), bounds, **numbers)
            continue
        free = [_advancing(place.advance, windows, bounds) for windows in _free(case, need)]
        longest = max((_longest(windows, (-_FAR, _FAR)) for windows in free), default=0)
        needed = place.length(need.part)
        yield _blocker("no_staff", case, (need.skill,), bounds, needed=needed, longest_gap=longest)


def _free(case: Case, need: StaffNeed) -> list[Windows]:
    """When each who has the skill is not taken, on shift where they drive the work."""
    able = [(person, pool) for person, pool in case.calendars.staff if need.skill in person.skills]
    if need.drives:
        return [pool.free.windows for _, pool in able]
    return [complement(intersect(person.taken, person.on_shift), -_FAR, _FAR) for person, _ in able]


def _advancing(advance: Advance, windows: Windows, bounds: Window) -> Windows:
    """The advancing ticks among them, counted through."""
    return advance.numbers(clip(windows, *bounds))


def _with_staff(case: Case, place: Place, need: StaffNeed) -> Place:
    return staffed.narrow(case, replace(place, mode=replace(place.mode, staff=(need,))))


def _capacity(case: Case, number: int, bounds: Window) -> Iterator[Blocker]:
    place = _bare(case, number, bounds)
    demands = [demand for demand in place.mode.demands if place.length(demand.part)]
    alone = [demand for demand in demands if not _with_capacity(case, place, demand).possible]
    for demand in alone or demands:
        windows = case.calendars.capacities[demand.capacity].enough(demand.amount).windows
        needed, gap = place.length(demand.part), _longest(windows, bounds)
        if place.advance is not None:
            gap = _longest(_advancing(place.advance, windows, bounds), (-_FAR, _FAR))
        yield _blocker(
            "capacity_short", case, (demand.capacity,), bounds, needed=needed, longest_gap=gap, amount=demand.amount
        )


def _with_capacity(case: Case, place: Place, demand: Demand) -> Place:
    return capacity.narrow(case, replace(place, mode=replace(place.mode, demands=(demand,))))


def _stock(case: Case, number: int, bounds: Window) -> Iterator[Blocker]:
    place = _bare(case, number, bounds)
    uses = place.mode.consumptions
    alone = [use for use in uses if not _with_stock(case, place, use).possible]
    for use in alone or uses:
        steps = case.calendars.stocks[use.stock].steps
        available = max((level for tick, level in steps if tick < bounds[1]), default=0)
        if _is_budget(case, use.stock):
            yield _blocker("budget_short", case, (use.stock,), bounds, needed=use.amount, left=available)
            continue
        yield _blocker("stock_short", case, (use.stock,), bounds, amount=use.amount, available=available)


def _is_budget(case: Case, id_: str) -> bool:
    return any(one.id == id_ and one.measure == "ticks" for one in case.calendars.problem.stocks)


def _allowed(case: Case, number: int, bounds: Window) -> Iterator[Blocker]:
    """The units that cannot be started, or are kept for others, at whatever it could; all where each alone can."""
    place = _bare(case, number, bounds)
    units = case.calendars.units
    uses = [use for use in place.mode.units if use.lanes and (use.barred or units[use.unit].allowed is not None)]
    alone = [use for use in uses if not _may_start(case, place, use).possible]
    for use in alone or uses:
        needed = place.length(use.part)
        yield _blocker("not_started_then", case, (use.unit,), bounds, needed=needed)


def _may_start(case: Case, place: Place, use: UnitUse) -> Place:
    only = replace(place, mode=replace(place.mode, units=(use,)))
    return allowed_starts.narrow(case, one_at_a_time.narrow(case, open_hours.narrow(case, only)))


def _with_stock(case: Case, place: Place, use: Consumption) -> Place:
    return stock.narrow(case, replace(place, mode=replace(place.mode, consumptions=(use,))))


def _shared(case: Case, _: int, bounds: Window) -> Iterator[Blocker]:
    """The facts that a task has to share something with, or must not."""
    facts = {fact.id for fact in case.request.facts}
    named = (id_ for choice in rules_about(case.request, case.task.id) for id_ in choice.tasks if id_ in facts)
    yield _blocker("not_shared", case, tuple(dict.fromkeys(named)), bounds)


def _quota(case: Case, number: int, bounds: Window) -> Iterator[Blocker]:
    """At what the rules before leave, of which quotas take the last away."""
    place = _bare(case, number, bounds)
    for constraint in takewhile(lambda one: one is not CONSTRAINTS["quota"], CONSTRAINTS.values()):
        place = place if constraint.narrow is None else constraint.narrow(case, place)
    yield from quota_blockers(case, place, bounds)


def _maintenance(case: Case, number: int, bounds: Window) -> Iterator[Blocker]:
    yield from expiry_blockers(case, _bare(case, number, bounds), bounds)


def _longest(windows: Windows, bounds: Window) -> int:
    return max((end - start for start, end in clip(windows, *bounds)), default=0)


def _blocker(code: str, case: Case, ids: tuple[str, ...], bounds: Window, **numbers: int) -> Blocker:
    between = (("from", bounds[0]), ("until", bounds[1]))
    return Blocker(code=code, ids=(case.task.id, *ids), numbers=(*numbers.items(), *between))


_BLAME: dict[str, Callable[[Case, int, Window], Iterator[Blocker]]] = {
    "pinned": _dates,
    "within_window": _dates,
    "open_hours": _room,
    "one_at_a_time": _room,
    "staffed": _staff,
    "capacity": _capacity,
    "stock": _stock,
    "quota": _quota,
    "same_choice": _shared,
    "maintenance": _maintenance,
    "allowed_starts": _allowed,
}
