"""Why requests stayed out: what each could still become, and what stood in its way, judged against the plan as it is.

Knows nothing of the search that left them out. What blocks is looked for once with the calendars empty and once with
the plan laid into them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from time import monotonic

from solver.blockers import CODES, sentence
from solver.calendars import Calendars
from solver.explain.absence import absence_of, last_start, put_off
from solver.explain.all_at_once import AllAtOnce
from solver.explain.blaming import blame
from solver.explain.visits import without_room
from solver.explain.whole_request import routing_blockers, short_stock, whole_blockers
from solver.loaded import load_plan
from solver.places import Place
from solver.placing import Bounds
from solver.plan import Absence, Blocker, LeftOut, Plan
from solver.problem import Mode, Problem, Request, Unit, Window
from solver.reach import Reach, places_of, reach_of
from solver.sequence import is_sequenced
from solver.site import Site
from solver.windows import intersect, total

__all__ = ["CODES", "explain", "explain_request", "last_start", "sentence"]

_FAR = 1 << 60


def explain(problem: Problem, plan: Plan, *, until: float | None = None) -> Plan:
    """The plan with absence, latest start and blockers for every request left out.

    From ``until`` (monotonic clock) on, a request's only blocker is that there was no time to look.
    """
    if not plan.left_out:
        return plan
    empty, later = Calendars(problem), Calendars(replace(problem, horizon=problem.calendar_end))
    full = Calendars(load_plan(problem, plan))
    requests = {request.id: request for request in problem.requests}
    outs = {out.request for out in plan.left_out}
    whole = AllAtOnce(problem, plan, until=until)
    left_out = (
        _added_to_nothing(requests[out.request], empty.problem.commit_until)
        if requests[out.request].after in outs
        else explain_request(requests[out.request], empty=empty, later=later, full=full, whole=whole)
        if until is None or monotonic() < until
        else _unexamined(requests[out.request], problem.commit_until)
        for out in plan.left_out
    )
    return replace(plan, left_out=tuple(left_out))


def explain_request(
    request: Request, *, empty: Calendars, later: Calendars, full: Calendars, whole: AllAtOnce
) -> LeftOut:
    """One request left out: ``empty`` calendars without the plan, ``later`` the same with starts allowed for as long as
    calendars are known, ``full`` with the plan. ``whole`` judges it where nothing blocks any of its operations."""
    absence, latest = absence_of(request, later, empty.problem.commit_until)
    blockers = tuple(_blockers(request, empty, full)) or (whole.judged(request),)
    return _left_out(request, absence, latest, blockers)


def _unexamined(request: Request, commit_until: int) -> LeftOut:
    latest = last_start(request)
    absence: Absence = "displaced" if request.kept else put_off(latest, commit_until)
    return _left_out(request, absence, latest, (Blocker(code="not_examined", ids=(request.id,)),))


def _added_to_nothing(request: Request, commit_until: int) -> LeftOut:
    latest = last_start(request)
    absence: Absence = "displaced" if request.kept else put_off(latest, commit_until)
    return _left_out(request, absence, latest, (Blocker(code="added_to_nothing", ids=(request.id, request.after)),))


def _left_out(request: Request, absence: Absence, latest: int | None, blockers: tuple[Blocker, ...]) -> LeftOut:
    return LeftOut(
        request=request.id,
        absence=absence,
        last_start=latest if absence == "deferred" else None,
        blockers=blockers,
    )


def _blockers(request: Request, empty: Calendars, full: Calendars) -> Iterator[Blocker]:
    """Task by task where one has no room by itself, else for the request; none where each has, as far as can be seen
    without placing them."""
    alone = reach_of(empty, request)
    by_itself = _by_itself(request, alone, empty)
    if by_itself:
        yield from by_itself
        return
    bounds = {task.id: _bounds(request, alone[task.id], empty) for task in request.tasks}
    visits = dict(_visits(request, empty)) or dict(_visits(request, full))
    stuck = [
        blocker
        for task in request.tasks
        for blocker in visits.get(task.id) or blame(full, request, task, bounds[task.id])
    ]
    if stuck:
        told = (_counted_whole(blocker, request, full) for blocker in _told_once(stuck))
        yield from (_with_fixed(blocker, empty) for blocker in dict.fromkeys(told))
    elif whole := tuple(whole_blockers(request, full)):
        yield from whole
    elif all(reach_of(full, request).values()):
        yield from _setups(request, full.problem, bounds)
    else:
        yield Blocker(code="lags_cannot_hold", ids=(request.id,), numbers=(("tasks", len(request.tasks)),))


def _by_itself(request: Request, alone: Reach, empty: Calendars) -> tuple[Blocker, ...]:
    """What it would lack in the empty week, too, where no single operation does."""
    if all(alone.values()) or any(without_room(empty, request)):
        return ()
    if not all(places_of(empty, request, task) for task in request.tasks):
        return ()
    return tuple(routing_blockers(request, empty))


def _counted_whole(blocker: Blocker, request: Request, full: Calendars) -> Blocker:
    """What one operation lacks of a stock, counted over all of the request where that says that it is short."""
    if blocker.code not in ("stock_short", "budget_short"):
        return blocker
    return short_stock(request, full, blocker.ids[1]) or blocker


def _visits(request: Request, calendars: Calendars) -> Iterator[tuple[str, list[Blocker]]]:
    """What blocks tasks that are tied to another's start, at the best start that there is."""
    for task, bounds in without_room(calendars, request):
        found = list(blame(calendars, request, task, bounds))
        if found:
            yield task.id, found


def _setups(request: Request, loaded: Problem, bounds: dict[str, Window]) -> Iterator[Blocker]:
    """The tasks that find no place beside the setups and buffers that their neighbours on ordered units ask for."""
    ordered = {unit.id: unit for unit in loaded.units if is_sequenced(unit)}
    tasks = [task for task in request.tasks if all(_ordered_units(mode, ordered) for mode in task.modes)]
    site = Site(replace(loaded, requests=(request,))) if tasks else None
    for task in tasks if site is not None else ():
        start, end = bounds[task.id]
        between = Bounds(start=start, last_start=_FAR, end=0, last_end=end)
        if site is not None and all(fit.first(between) is None for fit in site.fits(task)):
            units = dict.fromkeys(unit for mode in task.modes for unit in _ordered_units(mode, ordered))
            families = {use.family for mode in task.modes for use in mode.units if use.unit in units}
            rows = [row.total for unit in units for row in ordered[unit].setups if row.to in families]
            numbers = {"needed": min(mode.duration for mode in task.modes), "setup": max(rows, default=0)}
            yield Blocker(
                code="no_room_with_setup",
                ids=(task.id, *units),
                numbers=(*numbers.items(), ("from", start), ("until", end)),
            )


def _ordered_units(mode: Mode, ordered: Mapping[str, Unit]) -> list[str]:
    return [use.unit for use in mode.units if use.unit in ordered]


def _told_once(blockers: list[Blocker]) -> Iterator[Blocker]:
    """One blocker of each kind about the same things, the one with the least wanting."""
    by_subject: dict[tuple[str, tuple[str, ...]], Blocker] = {}
    for blocker in blockers:
        known = by_subject.setdefault((blocker.code, blocker.ids), blocker)
        if _wanting(blocker) < _wanting(known):
            by_subject[blocker.code, blocker.ids] = blocker
    yield from by_subject.values()


def _with_fixed(blocker: Blocker, empty: Calendars) -> Blocker:
    """How much of what is taken on a unit was so before anything was planned."""
    numbers = dict(blocker.numbers)
    if blocker.code not in ("no_room_on_unit", "no_stay_on_unit"):
        return blocker
    unit = empty.units[blocker.ids[1]]
    within = ((numbers["from"], numbers["until"]),)
    hours = intersect(unit.open.windows, within) if "open" in numbers else within
    fixed = total(hours) - total(intersect(hours, unit.enough(numbers["lanes"]).windows))
    return replace(blocker, numbers=(*blocker.numbers, ("fixed", fixed)))


def _wanting(blocker: Blocker) -> int:
    numbers = dict(blocker.numbers)
    return numbers.get("needed", 0) - numbers.get("longest_gap", 0)


def _bounds(request: Request, places: tuple[Place, ...], calendars: Calendars) -> Window:
    """The ticks between which the task would have to lie were it alone; by dates only where it cannot lie anywhere."""
    if places:
        return min(place.first_start for place in places), max(place.last_end for place in places)
    latest = calendars.end if request.deadline is None else min(request.deadline, calendars.end)
    return max(0, request.release), max(request.release, latest, 0)
