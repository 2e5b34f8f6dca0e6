"""What each request by itself adds to the levels, and where to look for an improvement.

Does not know how to improve anything. A level's value is ``solver.costs``' business; a makespan is nobody's share, nor
is unfairness: what requests add to it is 0.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from solver.costs import COSTS, SHARED
from solver.costs.unfairness import gifts, shortfall
from solver.plan import Assignment, Plan
from solver.problem import Level, Problem, Request, Task
from solver.rules.reading import Reading


def losses(problem: Problem, plan: Plan, level: Level) -> dict[str, int]:
    """A guide per request, 0 where nothing can be gained at it."""
    at = {assignment.task: assignment for assignment in plan.assignments}
    wanting = shortfalls(problem, (one for one in problem.requests if all(task.id in at for task in one.tasks)), level)
    found = {}
    for request in problem.requests:
        places = [at[task.id] for task in request.tasks if task.id in at]
        lost = _added(request, places, level)
        planned = len(places) == len(request.tasks)
        gain = 0 if planned or not request.worth else wanting.get(request.share, 0)
        found[request.id] = max(0, lost - _unavoidable(request, level)) if planned else lost + gain
    return found


def shortfalls(problem: Problem, planned: Iterable[Request], level: Level) -> dict[str, int]:
    """By share, what it lacks with these requests planned, as the level counts it; empty where it does not."""
    factor = sum(factor for cost, factor in level.terms if cost == "unfairness")
    if not factor or not problem.shares:
        return {}
    given = gifts(planned)
    return {share.id: factor * shortfall(share, given.get(share.id, 0)) for share in problem.shares}


def added(request: Request, places: Sequence[Assignment], levels: Iterable[Level]) -> tuple[int, ...]:
    """What a request adds to each level; ``places`` are the assignments of all its tasks, none where it is left out."""
    return tuple(_added(request, places, level) for level in levels)


class SharedValues:
    """What costs that no request has by itself add to each level, looked at where any could arise."""

    def __init__(self, problem: Problem) -> None:
        self._levels = problem.levels
        self._names = SHARED & {name for level in problem.levels for name, _ in level.terms}
        units = {unit.id for unit in problem.units if unit.usable or any(row.cost for row in unit.setups)}
        requests = tuple(one for one in problem.requests if self._names and _may_share(one, units))
        self._problem = replace(problem, requests=requests)
        self._tasks = {task.id for request in requests for task in request.tasks}

    def of(self, assignments: Iterable[Assignment]) -> tuple[int, ...]:
        """By level, of what is planned."""
        if not self._tasks:
            return (0,) * len(self._levels)
        mine = tuple(at for at in assignments if at.task in self._tasks)
        reading = Reading(self._problem, Plan(status="feasible", assignments=mine))
        costs = {name: COSTS[name](reading) for name in self._names}
        return tuple(sum(factor * costs.get(name, 0) for name, factor in level.terms) for level in self._levels)


def _may_share(request: Request, units: Collection[str]) -> bool:
    modes = (mode for task in request.tasks for mode in task.modes)
    return any(mode.cost or any(use.unit in units for use in mode.units) for mode in modes)


def _added(request: Request, places: Sequence[Assignment], level: Level) -> int:
    if len(places) < len(request.tasks):
        return sum(factor * _left_out(request, cost) for cost, factor in level.terms)
    return sum(factor * _planned(request, places, cost) for cost, factor in level.terms)


def _left_out(request: Request, cost: str) -> int:
    if cost == "displaced":
        return request.displacement
    return request.weight if cost == "unplanned" and not request.kept else 0


def _planned(request: Request, places: Sequence[Assignment], cost: str) -> int:
    if cost in ("moved", "moved_in_freeze", "shifted", "unit_changes"):
        tasks = {task.id: task for task in request.tasks} if request.kept else {}
        return sum(_moved(tasks[place.task], place, cost) for place in places if place.task in tasks)
    if cost == "tardiness":
        due = request.due
        return 0 if due is None else request.tardiness_weight * max(0, _last_end(request, places) - due)
    return request.weight * max(0, _last_end(request, places)) if cost == "completion" else 0


def _moved(task: Task, place: Assignment, cost: str) -> int:
    booked = task.booked
    if booked is None:
        return 0
    if cost == "shifted":
        return abs(place.start - booked.start)
    units = {use.unit for use in task.modes[place.mode].units}
    if cost == "unit_changes":
        return units != set(booked.units)
    moved = (place.start, place.end) != (booked.start, booked.end) or units != set(booked.units)
    return moved and (cost == "moved" or booked.frozen)


def _last_end(request: Request, places: Sequence[Assignment]) -> int:
    return max([place.end for place in places] + [fact.end for fact in request.facts], default=0)


def _unavoidable(request: Request, level: Level) -> int:
    """What it would add if it ended at its release: no guide, as no request can do better."""
    return sum(
        factor * request.weight * max(0, request.release) for cost, factor in level.terms if cost == "completion"
    )
