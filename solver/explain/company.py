"""Who else belongs to a question about one request: what it adds to, the maintenance that would keep its units in
order, and the work with which it could share a run.

Knows nothing of how a question is answered.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from solver.batches import room_of
from solver.decompose import reduce
from solver.plan import Assignment, Plan
from solver.problem import Lag, Pin, Problem, Request, Task


def as_required(request: Request) -> Request:
    """The same request, which has to be planned."""
    return replace(request, required=True)


def confined(problem: Problem, wanted: Collection[str]) -> Problem:
    """The empty week: nothing but these requests, required, and, as far as that helps them, what they add to and the
    maintenance of their units, which may stay out at no price."""
    known = _with_company(problem, wanted)
    requests = tuple(_wanted_or_not(one, one.id in wanted) for one in problem.requests if one.id in known)
    only = replace(problem, requests=requests)
    return reduce(only, (), [task.id for request in requests for task in request.tasks])


def _wanted_or_not(request: Request, wanted: bool) -> Request:
    return as_required(request) if wanted else replace(request, required=False, weight=0)


def _with_company(problem: Problem, wanted: Collection[str]) -> set[str]:
    renewing = _renewing(problem)
    known, before = set(wanted), set[str]()
    while known != before:
        before = set(known)
        for request in problem.requests:
            if request.id in before:
                known |= {request.after} - {""}
                known.update(*(renewing.get(unit, ()) for unit in units_of(request)))
    return known


def _renewing(problem: Problem) -> dict[str, set[str]]:
    """By unit, the requests that would renew it."""
    owners = {task.id: request.id for request in problem.requests for task in request.tasks}
    return {
        unit.id: {owners[id_] for expiry in unit.expiries for id_ in expiry.renewed_by if id_ in owners}
        for unit in problem.units
    }


def units_of(request: Request) -> set[str]:
    """The units that it could use."""
    return {use.unit for task in request.tasks for mode in task.modes for use in mode.units}


def newcomers(problem: Problem, plan: Plan, request: Request) -> tuple[Request, ...]:
    """The request and what it adds to as far as the plan does not have it, in the problem's order."""
    requests = {one.id: one for one in problem.requests}
    placed = {at.task for at in plan.assignments}
    new, base = {request.id}, requests.get(request.after)
    while base is not None and not all(task.id in placed for task in base.tasks):
        new.add(base.id)
        base = requests.get(base.after)
    return tuple(one for one in problem.requests if one.id in new)


def mates(problem: Problem, plan: Plan, new: Iterable[Request]) -> frozenset[str]:
    """The planned tasks with which some of the new ones could share a run."""
    new = tuple(new)
    classes = {task.batch for request in new for task in request.tasks} - {""}
    own = {request.id for request in new}
    placed = {at.task for at in plan.assignments}
    return frozenset(
        task.id
        for request in problem.requests
        if request.id not in own
        for task in request.tasks
        if task.batch in classes and task.id in placed and any(room_of(mode) is not None for mode in task.modes)
    )


def standing(task: Task, at: Assignment) -> Task:
    """The task in its mode, which becomes its only one, at its time; lanes and persons are free."""
    return replace(task, modes=(task.modes[at.mode],), windows=((at.start, at.end),), pin=Pin(start=at.start))


def as_long(at: Assignment) -> Lag:
    """What waited to be unloaded waits as long again."""
    return Lag(before=at.task, after=at.task, frm="start", to="end", least=at.end - at.start)


def as_numbered(plan: Plan, found: Iterable[Assignment]) -> Iterator[Assignment]:
    """What was found, with the numbers of modes that ``standing`` tasks have in the plan."""
    modes = {at.task: at.mode for at in plan.assignments}
    return (replace(at, mode=modes.get(at.task, at.mode)) for at in found)
