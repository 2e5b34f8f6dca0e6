"""Mistakes in the work: modes, bookings, pins, facts and weights.

Knows nothing of lags. That no place can be found for a request is an answer, not a mistake.
"""

from collections.abc import Iterator, Mapping

from solver.defects.defect import Defect, defect
from solver.problem import Mode, Pin, Problem, Request, Task, Unit, UnitUse


def defects(problem: Problem) -> Iterator[Defect]:
    """Every request, task and mode that is wrong."""
    units = {unit.id: unit for unit in problem.units}
    for request in problem.requests:
        yield from of_request(request)
        for task in request.tasks:
            if task.pin is not None:
                yield from _pin(problem, task, task.pin)
            for number, mode in enumerate(task.modes):
                yield from _resources(task, number, mode, units)


def of_request(request: Request) -> Iterator[Defect]:
    """What is wrong with one request, its tasks and modes, whatever else the problem has."""
    yield from _request(request)
    for task in request.tasks:
        yield from _booked(task)
        for number, mode in enumerate(task.modes):
            yield from _mode(task, number, mode)


def _request(request: Request) -> Iterator[Defect]:
    if not request.tasks:
        yield defect("no_tasks", request.id)
    for task in request.tasks:
        if not task.modes:
            yield defect("no_modes", task.id)
        if task.size < 0:
            yield defect("negative_size", task.id, size=task.size)
    for name, weight in (("weight", request.weight), ("tardiness_weight", request.tardiness_weight)):
        if weight < 0:
            yield defect("negative_weight", request.id, name, weight=weight)
    for fact in request.facts:
        if fact.start > fact.end:
            yield defect("fact_reversed", fact.id, start=fact.start, end=fact.end)


def _mode(task: Task, number: int, mode: Mode) -> Iterator[Defect]:
    head, tail, duration = mode.head, mode.tail, mode.duration
    if duration < 1:
        yield defect("duration_too_short", task.id, mode=number, duration=duration)
    if head < 0 or tail < 0:
        yield defect("negative_part", task.id, mode=number, head=head, tail=tail)
    elif head + tail > max(0, duration):
        yield defect("parts_too_long", task.id, mode=number, head=head, tail=tail, duration=duration)
    if mode.max_wait is not None and mode.max_wait < 0:
        yield defect("negative_wait", task.id, mode=number, max_wait=mode.max_wait)
    waits = mode.crossing == "unattended" and tail > 0
    for need in mode.staff:
        if need.handover and waits and need.part != "head":
            yield defect("handover_while_waiting", task.id, need.skill, need.part, mode=number)
    if mode.crossing == "pausing":
        yield from _pausing(task, number, mode)


def _pausing(task: Task, number: int, mode: Mode) -> Iterator[Defect]:
    """Work that pauses has its units for the whole, and one person per need."""
    for use in mode.units:
        if use.part != "whole":
            yield defect("pausing_unit_part", task.id, use.unit, use.part, mode=number)
    for need in mode.staff:
        if need.handover:
            yield defect("pausing_handover", task.id, need.skill, mode=number)


def _resources(task: Task, number: int, mode: Mode, units: Mapping[str, Unit]) -> Iterator[Defect]:
    for use in mode.units:
        lanes = units[use.unit].lanes if use.unit in units else use.lanes
        if not 0 <= use.lanes <= lanes:
            yield defect("lanes_out_of_range", task.id, use.unit, mode=number, needed=use.lanes, lanes=lanes)
        if use.room is not None:
            yield from _room(task, number, use)
    amounts = [(demand.capacity, demand.amount) for demand in mode.demands]
    amounts += [(consumption.stock, consumption.amount) for consumption in mode.consumptions]
    for resource, amount in amounts:
        if amount < 1:
            yield defect("amount_too_small", task.id, resource, mode=number, amount=amount)


def _room(task: Task, number: int, use: UnitUse) -> Iterator[Defect]:
    if use.room is not None and use.room < max(1, task.size):
        yield defect("batch_over_room", task.id, use.unit, mode=number, size=task.size, room=use.room)
    if use.part != "whole":
        yield defect("room_of_part", task.id, use.unit, use.part, mode=number)
    if use.lanes == 0:
        yield defect("room_unheld", task.id, use.unit, mode=number)


def _booked(task: Task) -> Iterator[Defect]:
    booked = task.booked
    if booked is None:
        return
    if booked.start >= booked.end:
        yield defect("booked_reversed", task.id, start=booked.start, end=booked.end)
    if not _ascending(booked.units):
        yield defect("units_unsorted", task.id, "booked")


def _pin(problem: Problem, task: Task, pin: Pin) -> Iterator[Defect]:
    if pin.units is not None and not _ascending(pin.units):
        yield defect("units_unsorted", task.id, "pinned")
    modes = [mode for mode in task.modes if pin.units is None or _units(mode) == set(pin.units)]
    if not modes:
        yield defect("pin_names_no_mode", task.id, modes=len(task.modes))
    if pin.start is None:
        return
    if not 0 <= pin.start < problem.horizon:
        yield defect("pin_outside_horizon", task.id, start=pin.start, horizon=problem.horizon)
    if task.windows and modes and not _fits(task, modes, pin.start):
        yield defect("pin_outside_windows", task.id, start=pin.start, windows=len(task.windows))


def _units(mode: Mode) -> set[str]:
    return {use.unit for use in mode.units}


def _fits(task: Task, modes: list[Mode], start: int) -> bool:
    end = start + min(mode.duration for mode in modes)
    return any(opens <= start and end <= closes for opens, closes in task.windows)


def _ascending(ids: tuple[str, ...]) -> bool:
    return list(ids) == sorted(set(ids))
