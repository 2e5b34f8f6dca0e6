"""A problem with one thing changed, and what its work needs: what letting go of rules is made of.

Knows no rule.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from solver.plan import Blocker
from solver.problem import Mode, Problem, Request, Task, Unit, UnitUse


def on_requests(problem: Problem, id_: str, change: Callable[[Request], Request]) -> Problem:
    """The problem with the request of that id changed."""
    requests = (change(one) if one.id == id_ else one for one in problem.requests)
    return replace(problem, requests=tuple(requests))


def on_tasks(problem: Problem, change: Callable[[Task], Task]) -> Problem:
    """The problem with every task changed."""
    requests = (replace(one, tasks=tuple(map(change, one.tasks))) for one in problem.requests)
    return replace(problem, requests=tuple(requests))


def on_modes(problem: Problem, change: Callable[[Mode], Mode]) -> Problem:
    """The problem with every mode changed."""
    return on_tasks(problem, lambda task: replace(task, modes=tuple(map(change, task.modes))))


def on_unit(problem: Problem, id_: str, change: Callable[[Unit], Unit]) -> Problem:
    """The problem with the unit of that id changed."""
    return replace(problem, units=tuple(change(unit) if unit.id == id_ else unit for unit in problem.units))


def tasks_of(problem: Problem) -> Iterator[Task]:
    """Every task."""
    return (task for request in problem.requests for task in request.tasks)


def named(code: str, *ids: str, **numbers: int | None) -> Blocker:
    """A named rule; numbers that are ``None`` are left away."""
    known = tuple((name, number) for name, number in numbers.items() if number is not None)
    return Blocker(code=code, ids=ids, numbers=known)


def needs(problem: Problem, of: Callable[[Mode], Iterator[str]]) -> Counter[str]:
    """How many tasks need each thing in some mode."""
    return Counter(
        id_ for task in tasks_of(problem) for id_ in dict.fromkeys(i for mode in task.modes for i in of(mode))
    )


def units_needed(problem: Problem) -> Counter[str]:
    """How many tasks need each unit in some mode."""
    return needs(problem, lambda mode: (use.unit for use in mode.units))


def on_uses(problem: Problem, unit: str, change: Callable[[UnitUse], UnitUse]) -> Problem:
    """The problem with every use of a unit changed."""

    def changed(mode: Mode) -> Mode:
        return replace(mode, units=tuple(change(use) if use.unit == unit else use for use in mode.units))

    return on_modes(problem, changed)
