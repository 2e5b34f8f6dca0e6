"""Mistakes in times: the horizon, windows of all kinds, and the steps of capacities and stocks.

Knows nothing of requests but the windows of their tasks.
"""

from collections.abc import Iterator
from itertools import pairwise

from solver.defects.defect import Defect, defect
from solver.problem import Capacity, Person, Problem, Stock, Unit, Window

MOST_STARTS = 100_000
"""Single ticks at which a unit may be started: each is weighed by itself. Nearly a year of every five minutes."""


def defects(problem: Problem) -> Iterator[Defect]:
    """Every calendar that is wrong."""
    yield from _horizon(problem)
    for unit in problem.units:
        yield from _unit(unit)
    for person in problem.persons:
        yield from _windows(person.id, "on_shift", person.on_shift)
        yield from _windows(person.id, "taken", person.taken)
        yield from _limits(person)
    for capacity in problem.capacities:
        yield from _capacity(capacity)
    for stock in problem.stocks:
        yield from _stock(stock)
    for request in problem.requests:
        for task in request.tasks:
            yield from _windows(task.id, "windows", task.windows)
            for use in (use for mode in task.modes for use in mode.units):
                yield from _windows(task.id, f"barred ({use.unit})", use.barred)
    for unit in problem.units:
        yield from _starts(unit, problem.calendar_end)


def _horizon(problem: Problem) -> Iterator[Defect]:
    horizon = problem.horizon
    if horizon < 1:
        yield defect("no_horizon", horizon=horizon)
    if problem.calendar_end < horizon:
        yield defect("calendar_too_short", calendar_end=problem.calendar_end, horizon=horizon)
    if not 0 <= problem.commit_until <= max(0, horizon):
        yield defect("commit_outside_horizon", commit_until=problem.commit_until, horizon=horizon)


def _unit(unit: Unit) -> Iterator[Defect]:
    if unit.lanes < 1:
        yield defect("no_lanes", unit.id, lanes=unit.lanes)
    if unit.taken and len(unit.taken) != unit.lanes:
        yield defect("taken_lanes_miscounted", unit.id, lanes=unit.lanes, lists=len(unit.taken))
    yield from _windows(unit.id, "open", unit.open)
    for lane, taken in enumerate(unit.taken):
        yield from _windows(unit.id, f"taken (lane {lane})", taken)


def _starts(unit: Unit, calendar_end: int) -> Iterator[Defect]:
    """They may overlap: a grid and some slots."""
    starts = unit.starts or ()
    for first, end, step in starts:
        if not 0 <= first < end <= calendar_end or step < 1:
            yield defect("starts_impossible", unit.id, first=first, end=end, step=step, calendar_end=calendar_end)
    single = sum(len(range(first, end, step)) for first, end, step in starts if step > 1)
    if single > MOST_STARTS:
        yield defect("starts_too_many", unit.id, single=single, most=MOST_STARTS)
    for (before, _, _), (first, _, _) in pairwise(starts):
        if first < before:
            yield defect("starts_out_of_order", unit.id, first=first, before=before)


def _windows(owner: str, field: str, windows: tuple[Window, ...]) -> Iterator[Defect]:
    for start, end in windows:
        if start >= end:
            yield defect("window_empty", owner, field, start=start, end=end)
    for (_, end), (start, _) in pairwise(windows):
        if start <= end:
            yield defect("windows_out_of_order", owner, field, start=start, end=end)


def _limits(person: Person) -> Iterator[Defect]:
    """They may overlap: a day lies in a week."""
    for limit in person.limits:
        if limit.start >= limit.end:
            yield defect("window_empty", person.id, "limits", start=limit.start, end=limit.end)
        if limit.most < 0:
            yield defect("negative_hours", person.id, most=limit.most, start=limit.start)


def _capacity(capacity: Capacity) -> Iterator[Defect]:
    for tick, level in capacity.steps:
        if level < 0:
            yield defect("negative_level", capacity.id, level=level, tick=tick)
    for (before, _), (tick, _) in pairwise(capacity.steps):
        if tick <= before:
            yield defect("steps_out_of_order", capacity.id, tick=tick, before=before)


def _stock(stock: Stock) -> Iterator[Defect]:
    """Several changes at one tick are no mistake: they add up."""
    for (before, _), (tick, _) in pairwise(stock.changes):
        if tick < before:
            yield defect("changes_out_of_order", stock.id, tick=tick, before=before)
