"""What stands against a task staying where it is booked while everything else is as a draft has it.

Knows no rule: the rule book is asked about the part of the draft that is there at the same time.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from scheduler.drafts import Draft
from solver.placing import Bounds
from solver.plan import Assignment, Plan
from solver.problem import Part, Problem, Request, Task, Window, part_span
from solver.rules import Reading, Violation, judge
from solver.site import Site


def against_staying(draft: Draft, request: Request, task: Task) -> tuple[Violation, ...] | None:
    """Violations that name the task; ``None`` where no mode of it has the units that it had."""
    booked, problem = task.booked, draft.document.problem
    number = next((at for at in range(len(task.modes)) if booked and _units(task, at) == booked.units), None)
    if booked is None or number is None:
        return None
    here = (booked.start, booked.end)
    near = {draft.tasks[at.task][0].id for at in draft.assignments.values() if _meet((at.start, at.end), here)}
    part = replace(problem, requests=tuple(one for one in problem.requests if one.id in {*near, request.id}))
    ids = {each.id for one in part.requests for each in one.tasks} - {task.id}
    others = tuple(at for at in draft.assignments.values() if at.task in ids)
    there = _put_down(part, task, number, others) or _there(
        part, task, number, Reading(part, Plan(status="feasible", assignments=others))
    )
    plan = Plan(status="feasible", assignments=(*others, there))
    return tuple(each for each in judge(part, plan) if task.id in each.ids)


def _units(task: Task, number: int) -> tuple[str, ...]:
    return tuple(sorted({use.unit for use in task.modes[number].units}))


def _put_down(problem: Problem, task: Task, number: int, others: Sequence[Assignment]) -> Assignment | None:
    """Where it stood, as the constructor would have it do work that pauses, is handed over or shares a run; ``None``
    where that is none of it, or there is no room."""
    booked, mode = task.booked, task.modes[number]
    if booked is None or not (mode.crossing == "pausing" or task.batch or any(need.handover for need in mode.staff)):
        return None
    site = Site(problem)
    for at in others:
        site.put(at)
    bounds = Bounds(start=booked.start, last_start=booked.start, end=booked.end, last_end=booked.end)
    return next((fit.first(bounds) for fit in site.fits(task) if fit.number == number), None)


def _there(problem: Problem, task: Task, number: int, others: Reading) -> Assignment:
    """Where it stood, on lanes and with persons that are free then as far as there are any."""
    booked, mode = task.booked, task.modes[number]
    assert booked is not None

    def span(part: Part) -> Window:
        return part_span(part, mode, start=booked.start, end=booked.end)

    return Assignment(
        task=task.id,
        mode=number,
        start=booked.start,
        end=booked.end,
        lanes=tuple(_lanes(others, use.unit, use.lanes, span(use.part)) for use in mode.units),
        persons=tuple(_person(others, need.skill, span(need.part)) for need in mode.staff),
    )


def _lanes(others: Reading, unit: str, needed: int, span: Window) -> tuple[int, ...]:
    held = {hold.lane for hold in others.lane_holds() if hold.resource == unit and _meet((hold.start, hold.end), span)}
    found = others.unit(unit)
    taken = found.taken or ((),) * found.lanes
    free = _free_first(
        range(found.lanes), lambda lane: lane not in held and not any(_meet(w, span) for w in taken[lane])
    )
    return tuple(sorted(free[:needed]))


def _person(others: Reading, skill: str, span: Window) -> str:
    """Empty where nobody has the skill."""
    busy = {hold.resource for hold in others.person_holds() if _meet((hold.start, hold.end), span)}
    able = [person for person in others.problem.persons if skill in person.skills]

    def is_there(at: int) -> bool:
        shifts, taken = able[at].on_shift, able[at].taken
        on_shift = any(start <= span[0] and span[1] <= end for start, end in shifts)
        return able[at].id not in busy and on_shift and not any(_meet(window, span) for window in taken)

    order = _free_first(range(len(able)), is_there)
    return able[order[0]].id if order else ""


def _free_first(numbers: Sequence[int], free: Callable[[int], bool]) -> list[int]:
    return sorted(numbers, key=lambda number: (not free(number), number))


def _meet(a: Window, b: Window) -> bool:
    return a[0] < b[1] and b[0] < a[1]
