"""Pins as the solver's, and those that cannot hold: the unit is out, or no longer able, or the rest finds no place.

Knows nothing of who pinned, nor of the words in which it is told.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from models.queries.world import BookedRun, World
from scheduler.translate.clock import Clock
from scheduler.translate.standing import Standing
from solver.calendars import Calendars
from solver.problem import Booked, Mode, Pin, Problem, Request, Task, Window
from solver.reach import reach_of

WhyLifted = Literal["out_of_order", "closed", "torn", "unable", "no_place", "displaced"]
"""Its unit is out of order, or closed then, or that of another run of its request, its units cannot do it any more, its
request has no place with it, its request lost its place altogether."""


@dataclass(frozen=True, kw_only=True)
class Pins:
    """Of a run that several share, the pin of one holds for all. ``lifted``: why, by the task's id."""

    world: World
    clock: Clock
    standing: Standing
    lifted: dict[str, WhyLifted] = field(default_factory=dict)

    def pin_of(self, booked: BookedRun, task: str, stands: Booked, modes: Iterable[Mode]) -> Pin | None:
        """What people fixed of a run that may move, as far as it can hold; ``None`` for nothing."""
        pins = self._pins.get(booked.run.id, set())
        if not pins:
            return None
        if (torn := self._why_torn(booked)) is not None:
            self.lifted[task] = torn
            return None
        start = stands.start if pins & {"time", "both"} else None
        units = stands.units if pins & {"unit", "both"} else None
        if start is not None and start < 0:  # of a torn run that several share: it begins before the plan does
            start, self.lifted[task] = None, "no_place"
        if units is not None and all(_units(mode) != set(units) for mode in modes):
            units, self.lifted[task] = None, "unable"
        return None if start is None and units is None else Pin(start=start, units=units)

    def _why_torn(self, booked: BookedRun) -> WhyLifted | None:
        """Whether a unit of it, or of another run of its request, is out of order or closed. Somebody who is away is no
        reason by itself: another may be there, in the same place."""
        hit = self.standing.hit.get(booked.run.id or 0)
        if hit is not None and hit.units:
            return "out_of_order" if hit.outages else "closed"
        return "torn" if booked.request_id is not None and booked.request_id in self._torn else None

    @cached_property
    def _torn(self) -> Set[int | None]:
        """Requests of which a run has lost its place."""
        hit = {id_ for id_, found in self.standing.hit.items() if found.units}
        return {booked.request_id for booked in self.standing.free if booked.run.id in hit}

    @cached_property
    def _pins(self) -> Mapping[int | None, Set[str]]:
        pins: dict[int | None, set[str]] = {}
        for booked in self.world.runs:
            pins.setdefault(booked.run.id, set()).update(booking.pin for booking in booked.bookings)
        return {id_: kept for id_, found in pins.items() if (kept := found - {"none"})}


def _units(mode: Mode) -> set[str]:
    return {use.unit for use in mode.units}


def lift_pins_without_place(
    problem: Problem, windows: Mapping[str, tuple[Window, ...]]
) -> tuple[Problem, dict[str, WhyLifted]]:
    """The problem without the pins that leave a request no place even if it had everything to itself, where without
    them it has one; and those, by task. ``windows``: what binds a task again once its time is free."""
    if not any(task.pin is not None for request in problem.requests for task in request.tasks):
        return problem, {}
    calendars = Calendars(problem)
    requests = tuple(_holding(calendars, request, windows) for request in problem.requests)
    lifted: dict[str, WhyLifted] = {
        before.id: "no_place"
        for old, new in zip(problem.requests, requests, strict=True)
        for before, after in zip(old.tasks, new.tasks, strict=True)
        if before.pin != after.pin
    }
    return (replace(problem, requests=requests), lifted) if lifted else (problem, {})


def _holding(calendars: Calendars, request: Request, windows: Mapping[str, tuple[Window, ...]]) -> Request:
    """With as many of its pins, the first first, as leave it a place; with all where it has none anyhow."""
    pinned = {task.id: task for task in request.tasks if task.pin is not None}
    if not pinned or _has_place(calendars, request):
        return request
    found = _with(request, {id_: _let_go(task, windows) for id_, task in pinned.items()})
    if not _has_place(calendars, found):
        return request
    for id_, task in pinned.items():
        tried = _with(found, {id_: task})
        if _has_place(calendars, tried):
            found = tried
    return found


def _has_place(calendars: Calendars, request: Request) -> bool:
    return all(reach_of(calendars, request).values())


def _with(request: Request, tasks: Mapping[str, Task]) -> Request:
    return replace(request, tasks=tuple(tasks.get(task.id, task) for task in request.tasks))


def _let_go(task: Task, windows: Mapping[str, tuple[Window, ...]]) -> Task:
    return replace(task, pin=None, windows=windows.get(task.id, task.windows))
