"""Runs that several tasks share: who may, how much room there is, and who shares one in a plan.

Knows nothing of whether a plan is allowed, nor of how it is found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from solver.plan import Assignment, Relief
from solver.problem import Mode, Problem, Task

Run = tuple[str, Mode, int, int, tuple[tuple[int, ...], ...], tuple[str, ...], tuple[Relief, ...]]
"""Class, shape, start, end, lanes, persons and reliefs: tasks that agree in all of them share one run."""


def room_of(mode: Mode) -> int | None:
    """The pieces that one run in this mode may hold; ``None`` where no run in it can be shared."""
    return min((use.room for use in mode.units if use.room is not None), default=None)


def shape_of(mode: Mode) -> Mode:
    """The mode without what each task takes for itself."""
    return replace(mode, consumptions=()) if mode.consumptions else mode


def run_of(task: Task, at: Assignment) -> Run | None:
    """The run that a placed task is in; ``None`` where it cannot be shared, or the mode is unknown."""
    if not task.batch or not 0 <= at.mode < len(task.modes):
        return None
    mode = task.modes[at.mode]
    if room_of(mode) is None:
        return None
    return task.batch, shape_of(mode), at.start, at.end, at.lanes, at.persons, at.reliefs


def runs(problem: Problem, assignments: Iterable[Assignment]) -> dict[Run, list[Task]]:
    """The tasks in each run that may be shared, in the problem's order; the first carries it."""
    at = {assignment.task: assignment for assignment in assignments}
    found: dict[Run, list[Task]] = {}
    for request in problem.requests:
        for task in request.tasks:
            run = run_of(task, at[task.id]) if task.batch and task.id in at else None
            if run is not None:
                found.setdefault(run, []).append(task)
    return found


def carriers(problem: Problem, assignments: Iterable[Assignment]) -> dict[str, str]:
    """By id of every task that shares the run of another: the id of the task that carries it."""
    shared = runs(problem, assignments).values()
    return {task.id: first.id for first, *others in shared for task in others}


def together(problem: Problem, assignments: Iterable[Assignment], tasks: Iterable[str]) -> frozenset[str]:
    """The tasks with all that share a run with one of them, and all of what a whole request adds to, or adds to it."""
    shared = [frozenset(task.id for task in run) for run in runs(problem, assignments).values() if len(run) > 1]
    families = [group for group in _families(problem) if len(group) > 1]
    found, before = frozenset(tasks), frozenset[str]()
    while found != before:
        before = found
        found = found.union(*(run for run in shared if not found.isdisjoint(run)))
        found = found.union(*(each for group in families if any(one <= found for one in group) for each in group))
    return found


def _families(problem: Problem) -> list[list[frozenset[str]]]:
    """The tasks of each request with those of all that add to it, request by request."""
    families: dict[str, list[frozenset[str]]] = {}
    home: dict[str, str] = {}
    for request in problem.requests:
        home[request.id] = home.get(request.after, request.id)
        families.setdefault(home[request.id], []).append(frozenset(task.id for task in request.tasks))
    return list(families.values())


def bound_together(problem: Problem) -> bool:
    """Whether anything shares runs or adds to anything."""
    return bool(by_class(problem)) or any(request.after for request in problem.requests)


def energy_of(task: Task, mode: Mode, energy: int) -> int:
    """What a task takes at the least of a resource of which a run takes ``energy``: its part of a run that is full."""
    room = room_of(mode) if task.batch else None
    return energy if room is None else energy * min(task.size, room) // room


def by_class(problem: Problem) -> Mapping[str, list[Task]]:
    """Tasks that could share runs, by class, in the problem's order; classes of one task are missing."""
    found: dict[str, list[Task]] = {}
    for request in problem.requests:
        for task in request.tasks:
            if task.batch and any(room_of(mode) is not None for mode in task.modes):
                found.setdefault(task.batch, []).append(task)
    return {batch: tasks for batch, tasks in found.items() if len(tasks) > 1}
