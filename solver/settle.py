"""A plan drawn together: every request in turn put down anew where it ends earlier, the others staying.

Does not know levels; nothing that was planned is lost, and no booking is moved that stood.
"""

from solver.construct import place_request
from solver.plan import Assignment, Plan
from solver.problem import Problem, Request, Task
from solver.site import Site

PASSES = 3


def settle(problem: Problem, plan: Plan) -> Plan:
    """The same requests planned, each with no more moved bookings and no later end than before."""
    site = Site(problem)
    site.load(plan.assignments)
    planned = [request for request in problem.requests if all(task.id in site.placed for task in request.tasks)]
    for _ in range(PASSES):
        planned.sort(key=lambda request: (_last_end(site, request), request.id))
        if not sum(_earlier(site, request) for request in planned):
            break
    return site.plan()


def _earlier(site: Site, request: Request) -> bool:
    """Put a request down anew if that is better for it; whether it was."""
    state = site.state()
    worth = _worth(request, [site.lift(task.id) for task in request.tasks])
    placed = place_request(site, request) and site.upkept and site.is_sound()
    if placed and _worth(request, [site.placed[task.id] for task in request.tasks]) < worth:
        return True
    site.restore(state)
    return False


def _worth(request: Request, at: list[Assignment]) -> tuple[int, int, int, int]:
    """Bookings moved (frozen ones first), last end, sum of ends."""
    moved = [task.booked for task, place in zip(request.tasks, at, strict=True) if _moved(task, place)]
    frozen = sum(booked is not None and booked.frozen for booked in moved)
    return frozen, len(moved), max(place.end for place in at), sum(place.end for place in at)


def _moved(task: Task, at: Assignment) -> bool:
    if task.booked is None:
        return False
    units = {use.unit for use in task.modes[at.mode].units}
    return (at.start, at.end) != (task.booked.start, task.booked.end) or units != set(task.booked.units)


def _last_end(site: Site, request: Request) -> int:
    return max(site.placed[task.id].end for task in request.tasks)
