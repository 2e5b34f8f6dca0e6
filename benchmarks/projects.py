"""Project scheduling instances (one project, several, with longest lags) as a Problem.

Knows the formats through psplib only, and nothing of families, folders or results.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
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


class DummyBinds(ValueError):
    """A lag to or from the project's start or end says more than that the project contains the activity."""

    def __init__(self, path: Path, before: int, after: int, delay: int) -> None:
        super().__init__(f"{path.name}: the lag of {delay} from activity {before} to {after} binds a dummy")


def read_project(path: Path) -> Problem:
    """One required request with a task per activity, a Capacity per renewable resource (``R1``, ...) and a Stock per
    non-renewable one (``N1``, ...), from a PSPLIB file.

    Activities that take no time and need nothing (the dummies) are dropped and their neighbours linked instead.
    Raises ``NotAnActivity`` where an activity without duration is more than a dummy.
    """
    instance = psplib.parse(path)
    dummies = _dummies(path, instance)
    everything = range(len(instance.activities))
    return _problem(instance, (_request("project", instance, everything, dummies),))


def read_portfolio(path: Path) -> Problem:
    """The same with a required request per project (``P1``, ...), released at its date, from an MPLIB file. All share
    the resources."""
    instance = psplib.parse(path, "mplib")
    dummies = _dummies(path, instance)
    requests = (
        replace(_request(f"P{number}", instance, project.activities, dummies), release=project.release_date)
        for number, project in enumerate(instance.projects, start=1)
    )
    return _problem(instance, tuple(requests))


def read_lagged_project(path: Path) -> Problem:
    """One required request whose lags bind starts, shortest and longest, from an RCPSP/max file: a delay ``d`` from
    ``i`` to ``j`` says that ``j`` starts ``d`` after ``i`` or later, so a negative one is a longest lag from ``j``.

    The horizon is the sum over activities of the greatest of its duration and its delays: where there is a schedule at
    all, one ends by then (Neumann, Schwindt and Zimmermann 2003, "Project scheduling with time windows and
    scarce resources", section 1.2). Raises ``NotAnActivity``, and ``DummyBinds`` where a dummy cannot just be dropped.
    """
    instance = psplib.parse(path, "rcpsp_max")
    dummies = _dummies(path, instance)
    lags = tuple(_start_lags(path, instance, dummies))
    tasks = tuple(_task(instance, number) for number in range(len(instance.activities)) if number not in dummies)
    problem = _problem(instance, (Request(id="project", tasks=tasks, lags=lags, required=True),))
    horizon = sum(max([activity.modes[0].duration, *(activity.delays or ())]) for activity in instance.activities)
    return replace(problem, horizon=horizon, calendar_end=horizon, commit_until=horizon)


def _start_lags(path: Path, instance: psplib.ProjectInstance, dummies: Iterable[int]) -> Iterator[Lag]:
    dropped = set(dummies)
    for before, activity in enumerate(instance.activities):
        for after, delay in zip(activity.successors, activity.delays or (), strict=True):
            if before not in dropped and after not in dropped:
                yield Lag(before=_name(before), after=_name(after), frm="start", to="start", least=delay)
            elif delay != activity.modes[0].duration:
                raise DummyBinds(path, before + 1, after + 1, delay)


def _request(id_: str, instance: psplib.ProjectInstance, members: Iterable[int], dummies: list[int]) -> Request:
    inside = list(members)
    arcs = {(before, after) for before in inside for after in instance.activities[before].successors}
    for dummy in dummies:
        arcs = _without(dummy, arcs)
    return Request(
        id=id_,
        tasks=tuple(_task(instance, number) for number in inside if number not in dummies),
        lags=tuple(Lag(before=_name(before), after=_name(after)) for before, after in sorted(arcs)),
        required=True,
    )


def _task(instance: psplib.ProjectInstance, number: int) -> Task:
    modes = instance.activities[number].modes
    return Task(id=_name(number), modes=tuple(_mode(instance, mode) for mode in modes))


def _problem(instance: psplib.ProjectInstance, requests: tuple[Request, ...]) -> Problem:
    return makespan_problem(requests, capacities=_capacities(instance), stocks=_stocks(instance))


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
