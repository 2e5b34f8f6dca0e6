"""What each request by itself contributes to a level: where to look for an improvement.

Does not know how to improve anything; a level's value is ``solver.costs``' business.
"""

from solver.plan import Plan
from solver.problem import Level, Problem, Request
from solver.rules.reading import Reading


def losses(problem: Problem, plan: Plan, level: Level) -> dict[str, int]:
    """A guide per request, 0 where nothing can be gained at it; requests left out count for completion too."""
    reading = Reading(problem, plan)
    costs = {cost for cost, _ in level.terms}
    return {request.id: sum(_loss(reading, request, cost) for cost in costs) for request in problem.requests}


def _loss(reading: Reading, request: Request, cost: str) -> int:
    out = request.id in reading.left_out
    if cost == "displaced":
        return request.displacement if out else 0
    if cost == "unplanned":
        return request.weight if out and not request.kept else 0
    if out:
        return 0
    if cost == "tardiness":
        late = 0 if request.due is None else max(0, reading.last_end(request) - request.due)
        return request.tardiness_weight * late
    if cost in ("moved", "moved_in_freeze"):
        placed = [reading.placed[task.id] for task in request.tasks if task.id in reading.placed]
        return sum(at.moved for at in placed)
    if cost == "shifted":
        placed = [reading.placed[task.id] for task in request.tasks if task.id in reading.placed]
        return sum(abs(at.at.start - at.task.booked.start) for at in placed if at.task.booked is not None)
    return request.weight * max(0, reading.last_end(request) - request.release)
