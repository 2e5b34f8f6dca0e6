"""Confirmed bookings stay where they stand, as far as that is still possible.

Does not know what to do with those that cannot.
"""

from collections.abc import Iterator, Mapping, Sequence

from solver.placing import Bounds
from solver.plan import Assignment, Plan
from solver.problem import Problem, Request, Task
from solver.site import Site

MOST_TOGETHER = 8
"""How many moved bookings are put back at once, at most."""
DEPTH = 4
"""How many times persons and lanes may be handed on, one task to the next, to let a booked one stay."""


def keep_in_place(site: Site, requests: Sequence[Request]) -> None:
    """Put booked tasks down where they stand; who does them, and on which lane, may change."""
    slacks = {request.id: site.slack(request) for request in requests}
    booked = [(task.booked.start, request, task) for request in requests for task in request.tasks if task.booked]
    for _, request, task in sorted(booked, key=lambda row: (not row[1].begun, row[0], row[2].id)):
        trial = slacks[request.id].copy()
        if not trial.possible:
            continue
        found = _stay(site, task, trial.bounds(trial.number[task.id]))
        if found is None or not trial.fix(found):
            if found is not None:
                site.lift(task.id)
            continue
        slacks[request.id] = trial


def send_back(problem: Problem, plan: Plan) -> Plan:
    """The same plan, with each booking that moved back where it stands wherever that has come free, or is taken only by
    bookings that can go back together with it: a search that ran out of time leaves such moves without a gain."""
    site = Site(problem)
    site.load(plan.assignments)
    requests = {task.id: request for request in problem.requests for task in request.tasks}
    for id_ in sorted(site.placed, key=lambda id_: (site.placed[id_].start, id_)):
        if _moved(site, id_):
            any(_go_back(site, requests, _together(site, requests, id_, wide=wide)) for wide in (False, True))
    return site.plan()


def _go_back(site: Site, requests: Mapping[str, Request], group: Sequence[str]) -> bool:
    """Put all of the group down in place, or leave everything as it was."""
    if len(group) > MOST_TOGETHER:
        return False
    before = site.state()
    for id_ in group:
        site.lift(id_)
    slacks = {request.id: site.slack(request) for request in (requests[id_] for id_ in group)}
    for id_, at in site.placed.items():
        if requests[id_].id in slacks:
            slacks[requests[id_].id].fix(at)
    for id_ in group:
        slack, task = slacks[requests[id_].id], site.tasks[id_]
        found = _stay(site, task, slack.bounds(slack.number[id_])) if slack.possible else None
        if found is None or not slack.fix(found):
            site.restore(before)
            return False
    if not (site.upkept and site.is_sound()):
        site.restore(before)
        return False
    return True


def _together(site: Site, requests: Mapping[str, Request], id_: str, *, wide: bool) -> list[str]:
    """The task, and all moved bookings that lie where one of these stands; ``wide``: and those of the same requests."""
    moved = [other for other in site.placed if _moved(site, other)]
    group = [id_]
    for each in group:
        booked = site.tasks[each].booked
        for other in moved:
            at = site.placed[other]
            units = {use.unit for use in site.mode(at).units}
            lies_there = booked and at.start < booked.end and booked.start < at.end and units & set(booked.units)
            if other not in group and (lies_there or (wide and requests[other] is requests[each])):
                group.append(other)
    return group


def _moved(site: Site, id_: str) -> bool:
    booked, at = site.tasks[id_].booked, site.placed[id_]
    if booked is None:
        return False
    units = {use.unit for use in site.mode(at).units}
    return (at.start, at.end) != (booked.start, booked.end) or units != set(booked.units)


def in_place(site: Site, task: Task, bounds: Bounds) -> Assignment | None:
    """A booked task at its booked start on its booked units, the booked end preferred; ``None`` if it does not fit."""
    booked = task.booked
    if booked is None or not bounds.start <= booked.start <= bounds.last_start:
        return None
    for end, last_end in ((booked.end, booked.end), (bounds.end, bounds.last_end)):
        if bounds.end <= end and last_end <= bounds.last_end:
            here = Bounds(start=booked.start, last_start=booked.start, end=end, last_end=last_end)
            places = (fit.first(here) for fit in site.fits(task) if fit.units == booked.units)
            found = next((place for place in places if place is not None), None)
            if found is not None:
                return found
    return None


def _stay(site: Site, task: Task, bounds: Bounds) -> Assignment | None:
    """``in_place``, and put down; others hand over their persons or lanes where that helps."""
    found = in_place(site, task, bounds)
    if found is not None:
        site.put(found)
        return found
    before = site.state()
    if _hand_over(site, task, bounds, DEPTH, ()):
        return site.placed[task.id]
    site.restore(before)
    return None


def _hand_over(site: Site, task: Task, bounds: Bounds, depth: int, closed: tuple[str, ...]) -> bool:
    """Put ``task`` down in place after others have made room for it at their own times, or did so in turn.

    ``closed`` are tasks that may not be touched again. Where it fails, the site is left as it was.
    """
    if depth == 0:
        return False
    for group in sorted(set(_rivals(site, task)), key=lambda group: (len(group), group)):
        if any(id_ in closed for id_ in group):
            continue
        before = site.state()
        lifted = [site.lift(id_) for id_ in group]
        found = in_place(site, task, bounds)
        if found is not None:
            site.put(found)
            if all(_again(site, at, depth - 1, (*closed, task.id)) for at in lifted):
                return True
        site.restore(before)
    return False


def _again(site: Site, before: Assignment, depth: int, closed: tuple[str, ...]) -> bool:
    """Put a task down at the same time in the same mode, whoever does it."""
    exact = Bounds(start=before.start, last_start=before.start, end=before.end, last_end=before.end)
    task = site.tasks[before.task]
    for fit in site.fits(task):
        found = fit.first(exact) if fit.number == before.mode else None
        if found is not None:
            site.put(found)
            return True
    return _hand_over(site, task, exact, depth, closed)


def _rivals(site: Site, task: Task) -> Iterator[tuple[str, ...]]:
    """Per person that ``task`` could use, and per lane of its booked units: the tasks that stand in its way."""
    booked = task.booked
    if booked is None:
        return
    modes = [mode for mode in task.modes if tuple(sorted({use.unit for use in mode.units})) == booked.units]
    persons: dict[str, set[str]] = {}
    lanes: dict[tuple[str, int], set[str]] = {}
    for id_, at in site.placed.items():
        if at.start < booked.end and booked.start < at.end:
            for stint in site.ground.stints(at, site.mode(at)):
                if stint.start < booked.end and booked.start < stint.end:
                    persons.setdefault(stint.person, set()).add(id_)
            for use, held in zip(site.mode(at).units, at.lanes, strict=True):
                for lane in held:
                    lanes.setdefault((use.unit, lane), set()).add(id_)
    skills = dict.fromkeys(need.skill for mode in modes for need in mode.staff)
    able = [person.id for skill in skills for person in site.ground.skilled.get(skill, ())]
    yield from (tuple(sorted(persons[person])) for person in able if person in persons)
    yield from (tuple(sorted(ids)) for (unit, _), ids in lanes.items() if unit in booked.units)
