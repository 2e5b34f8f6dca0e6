"""Project scheduling instances (RCPSP, one mode or several) as a Problem.

Knows the PSPLIB format through psplib only, and nothing of families, folders or results.
"""

from pathlib import Path

import psplib
from psplib.ProjectInstance import Mode as ModeInFile

from benchmarks.makespan import makespan_problem
from solver.problem import Capacity, Consumption, Demand, Lag, Mode, Problem, Request, Stock, Task

Arcs = set[tuple[int, int]]


class NotAnActivity(ValueError):
    """An activity takes no time in one of its modes, yet it has a choice or a demand."""

    def __init__(self, path: Path, activity: int) -> None:
        self.activity = activity
        super().__init__(f"{path.name}: activity {activity} takes no time, yet it has a choice or a demand")


def read_project(path: Path) -> Problem:
    """One required request with a task per activity, a Capacity per renewable resource (``R1``, ...) and a Stock per
    non-renewable one (``N1``, ...).

    Activities that take no time and need nothing (the dummies) are dropped and their neighbours linked instead.
    Raises ``NotAnActivity`` where an activity without duration is more than a dummy.
    """
    instance = psplib.parse(path)
    dummies = _dummies(path, instance)
    tasks = tuple(
        Task(id=_name(number), modes=tuple(_mode(instance, mode) for mode in activity.modes))
        for number, activity in enumerate(instance.activities)
        if number not in dummies
    )
    arcs = {(before, after) for before, activity in enumerate(instance.activities) for after in activity.successors}
    for dummy in dummies:
        arcs = _without(dummy, arcs)
    lags = tuple(Lag(before=_name(before), after=_name(after)) for before, after in sorted(arcs))
    return makespan_problem(
        (Request(id="project", tasks=tasks, lags=lags, required=True),),
        capacities=_capacities(instance),
        stocks=_stocks(instance),
    )


def _name(number: int) -> str:
    """Activities are counted from 1 in the files."""
    return f"A{number + 1}"


def _dummies(path: Path, instance: psplib.ProjectInstance) -> list[int]:
    found = []
    for number, activity in enumerate(instance.activities):
        if all(mode.duration > 0 for mode in activity.modes):
            continue
        if len(activity.modes) > 1 or any(activity.modes[0].demands):
            raise NotAnActivity(path, number + 1)
        found.append(number)
    return found


def _without(node: int, arcs: Arcs) -> Arcs:
    """The precedences with ``node`` taken out: whatever came before it comes before whatever came after it."""
    before = [first for first, second in arcs if second == node]
    after = [second for first, second in arcs if first == node]
    return {arc for arc in arcs if node not in arc} | {(first, second) for first in before for second in after}


def _resources(instance: psplib.ProjectInstance) -> list[tuple[str, bool, int]]:
    """Per resource: its id, whether it is renewable, its amount."""
    counts = {True: 0, False: 0}
    named = []
    for resource in instance.resources:
        counts[resource.renewable] += 1
        letter = "R" if resource.renewable else "N"
        named.append((f"{letter}{counts[resource.renewable]}", resource.renewable, resource.capacity))
    return named


def _capacities(instance: psplib.ProjectInstance) -> tuple[Capacity, ...]:
    return tuple(
        Capacity(id=name, steps=((0, amount),)) for name, renewable, amount in _resources(instance) if renewable
    )


def _stocks(instance: psplib.ProjectInstance) -> tuple[Stock, ...]:
    return tuple(
        Stock(id=name, changes=((0, amount),)) for name, renewable, amount in _resources(instance) if not renewable
    )


def _mode(instance: psplib.ProjectInstance, mode: ModeInFile) -> Mode:
    needed = [
        (name, renewable, amount)
        for (name, renewable, _), amount in zip(_resources(instance), mode.demands, strict=True)
        if amount > 0
    ]
    return Mode(
        duration=mode.duration,
        demands=tuple(Demand(capacity=name, amount=amount) for name, renewable, amount in needed if renewable),
        consumptions=tuple(
            Consumption(stock=name, amount=amount) for name, renewable, amount in needed if not renewable
        ),
    )
