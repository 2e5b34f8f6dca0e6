"""Work that may share a run: some tasks of one class, with a mode in common that has room for more than one of them.

Knows nothing of ``solver.rules``; what a shared run claims is said in ``tests.solver.by_tick``.
"""

from dataclasses import replace
from random import Random

from solver.plan import Assignment
from solver.problem import Mode, Problem, Request, Task, UnitUse


def add(problem: Problem, random: Random) -> Problem:
    """Two to four tasks of one class, now and then with different modes besides or with a second class.
    Maintenance shares no run."""
    tasks = [task for request in problem.requests if not request.maintenance for task in request.tasks]
    if len(tasks) < 2:
        return problem
    chosen = random.sample(tasks, min(len(tasks), random.choice((2, 2, 3, 4))))
    sizes = {task.id: random.choice((0, 1, 1, 2, 3)) for task in chosen}
    room = random.randint(max(1, *sizes.values()), max(2, sum(sizes.values())))
    common = _with_room(random, problem, random.choice(random.choice(chosen).modes), room)
    odd = random.choice(chosen).id if len(chosen) > 2 and random.randrange(3) == 0 else None
    changed = {
        task.id: replace(
            task,
            modes=_modes(random, task, common),
            batch="other" if task.id == odd else "same",
            size=sizes[task.id],
        )
        for task in chosen
    }
    return replace(problem, requests=tuple(_changed(request, changed) for request in problem.requests))


def _with_room(random: Random, problem: Problem, mode: Mode, room: int) -> Mode:
    whole = [number for number, use in enumerate(mode.units) if use.part == "whole" and use.lanes]
    if not whole:
        use = UnitUse(unit=random.choice(problem.units).id, room=room)
        return replace(mode, units=(*mode.units, use), consumptions=())
    number = random.choice(whole)
    uses = tuple(replace(use, room=room) if at == number else use for at, use in enumerate(mode.units))
    return replace(mode, units=uses, consumptions=())


def _modes(random: Random, task: Task, common: Mode) -> tuple[Mode, ...]:
    own = replace(common, consumptions=task.modes[0].consumptions)
    if random.randrange(3):
        return (own,)
    return (*task.modes[:1], own) if random.randrange(2) else (own, *task.modes[:1])


def _changed(request: Request, changed: dict[str, Task]) -> Request:
    return replace(request, tasks=tuple(changed.get(task.id, task) for task in request.tasks))


def has(problem: Problem) -> bool:
    """Whether some task has a class."""
    return any(task.batch for request in problem.requests for task in request.tasks)


def shared_run(task: Task, mode: Mode, at: Assignment) -> tuple[object, ...] | None:
    """What tasks have in common that share one run; ``None`` for a task that never does."""
    if not task.batch or all(use.room is None for use in mode.units):
        return None
    who = (at.lanes, at.persons, at.reliefs)
    times = (mode.duration, mode.crossing, mode.head, mode.tail, mode.max_wait, at.start, at.end)
    return (task.batch, times, mode.units, mode.staff, mode.demands, mode.waives, mode.cost, *who)
