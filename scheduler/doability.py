"""Whether a job could ever be done at a centre, given enough time: units, hours, skills, capacities, stocks, lags.

Knows nothing of what is booked. Lists that are loaded are judged by ``scheduler.loading.doable``, file and row.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import product
from math import prod

from models.queries.world import World
from models.routing import Operation, Part, UnitNeed
from models.tables import Unit
from scheduler.cycles import contradiction
from scheduler.errors import BadValue
from scheduler.local_time import iso_week, week_start
from scheduler.operation_windows import OperationOfNoStep, WindowOutOfOrder, WindowOutOfReach, WindowTooShort
from scheduler.routing import Expanded, PlannedRun
from scheduler.time_words import tell_in_full, tell_length
from scheduler.translate.able import candidates
from scheduler.translate.clock import Clock
from scheduler.translate.ways import MOST_MODES, TooManyWays, ticks_of
from scheduler.views import OperationWindow
from scheduler.weekly import longest_stretch, merged_rows

MOST_RUNS = 1000
"""Runs of one request: more is a mistyped quantity."""


class UnknownCapability(BadValue):
    """No unit of the centre has what the operation needs."""

    code = "unknown_capability"


class UnknownNeed(BadValue):
    """The centre has no such skill, capacity or stock."""

    code = "unknown_need"


class ZeroDuration(BadValue):
    """An operation lasts at least a minute, and a part that something is needed for has a length."""

    code = "zero_duration"


class LongerThanOpen(BadValue):
    """Attended work is longer than every unit that could do it is regularly open."""

    code = "longer_than_open"


class TooFewUnits(BadValue):
    """An operation needs more different units at once than the centre has."""

    code = "too_few_units"


class LagsContradict(BadValue):
    """The lags cannot hold together."""

    code = "lags_contradict"


class NoCommonUnit(BadValue):
    """Operations that are done on one unit need a unit that can do both."""

    code = "no_common_unit"


def check_doable(world: World, centre_id: int, routing: Expanded, *, tick_minutes: int) -> None:
    """Raises the error that names the first thing which can never be met."""
    if len(routing.runs) > MOST_RUNS:
        raise BadValue(f"The lot makes {len(routing.runs)} runs; at most {MOST_RUNS} can be planned.", field="quantity")
    for run in routing.runs:
        if run.number == 1 and run.visit in (0, 1):
            _check_run(world, centre_id, run)
    _check_choices(world, centre_id, routing)
    check_lags(routing, tick_minutes=tick_minutes)


def check_lags(routing: Expanded, *, tick_minutes: int, field: str = "lags") -> None:
    """Raises ``LagsContradict``. What falls away of a routing joins its lags, and what becomes longer stretches them,
    so that they may contradict each other with one count and not with another."""
    names = contradiction(routing, tick_minutes=tick_minutes)
    if names:
        raise LagsContradict(f"The lags between {', '.join(names)} cannot hold together.", field=field)


def _check_choices(world: World, centre_id: int, routing: Expanded) -> None:
    """Raises ``NoCommonUnit`` where operations are done on one unit, and no unit could do both."""
    runs = {run.key: run for run in routing.runs}
    for choice in routing.choices:
        if choice.what != "unit" or choice.differ:
            continue
        found = {runs[key].operation.name: _could_do(world, centre_id, runs[key].operation) for key in choice.runs}
        if found and all(found.values()) and not set.intersection(*found.values()):
            told = "; ".join(f"{name} is done on {', '.join(sorted(units))}" for name, units in found.items())
            raise NoCommonUnit(f"No unit can do both {' and '.join(found)}: {told}.", field="choices")


def _could_do(world: World, centre_id: int, operation: Operation) -> set[str]:
    return {unit.key for need in operation.units for unit in candidates(world, centre_id, need)}


def _check_run(world: World, centre_id: int, run: PlannedRun) -> None:
    operation = run.operation
    if run.total_minutes < 1:
        raise ZeroDuration(f"{operation.name!r} lasts no time; at least a minute is needed.", field="operations")
    parts = [need.part for needs in (operation.units, operation.staff, operation.capacities) for need in needs]
    for part in parts:
        if not _length(run, part):
            raise ZeroDuration(
                f"{operation.name!r} needs something for its {part}, which has no length.", field="operations"
            )
    _check_needs(world, centre_id, operation)
    for unit_need in operation.units:
        _check_unit(world, centre_id, run, unit_need)
    _check_ways(world, centre_id, operation)


def _check_needs(world: World, centre_id: int, operation: Operation) -> None:
    skills = _skills(world, centre_id)
    capacities = {row.key for row in world.capacities if row.centre_id == centre_id}
    stocks = {row.key for row in world.stocks if row.centre_id == centre_id}
    asked = [("skill", need.skill, set(skills)) for need in operation.staff]
    asked += [("capacity", need.capacity, capacities) for need in operation.capacities]
    asked += [("stock", need.stock, stocks) for need in operation.stocks]
    for kind, name, known in asked:
        if name not in known:
            raise UnknownNeed(
                f"{operation.name!r} needs the {kind} {name!r}; the centre has {', '.join(sorted(known)) or 'none'}.",
                field="operations",
            )
    for need in operation.staff:
        if need.level > skills[need.skill]:
            raise UnknownNeed(
                f"{operation.name!r} needs the skill {need.skill!r} at level {need.level}; the highest at the centre "
                f"is {skills[need.skill]}.",
                field="operations",
            )


def _skills(world: World, centre_id: int) -> dict[str, int]:
    """The highest level of each skill that some technician of the centre has."""
    levels: dict[str, int] = {}
    for row in world.skills:
        if world.resources[row.person_id].centre_id == centre_id and row.person_id not in world.memberships:
            levels[row.skill] = max(row.level, levels.get(row.skill, 0))
    return levels


def _check_unit(world: World, centre_id: int, run: PlannedRun, need: UnitNeed) -> None:
    units = candidates(world, centre_id, need)
    if not units:
        numbers = ", ".join(f"{each.quantity} {each.low:g} to {each.high:g}" for each in need.numbers)
        wanted = (need.unit or need.capability) + (f" with {numbers}" if numbers else "")
        raise UnknownCapability(f"{run.operation.name!r} needs {wanted}: no unit of the centre has it.", field="recipe")
    longest = max(longest_stretch(_opening(world, unit)) for unit in units)
    for part in _attended(run, need):
        if _length(run, part) > longest:
            raise LongerThanOpen(
                f"{run.operation.name!r} needs {tell_length(_length(run, part))} of attended work at a stretch; "
                f"{', '.join(unit.key for unit in units)} are open for {tell_length(longest)} at most.",
                field="operations",
            )


def _check_ways(world: World, centre_id: int, operation: Operation) -> None:
    """Raises ``TooManyWays``, and ``TooFewUnits`` where the needs, each met by itself, want the same units."""
    choices = [[unit.id for unit in candidates(world, centre_id, need)] for need in operation.units]
    if prod(map(len, choices)) > MOST_MODES:
        raise TooManyWays(
            f"{operation.name!r} could be done with more than {MOST_MODES} combinations of units: narrow its needs."
        )
    if not any(len(set(way)) == len(way) for way in product(*choices)):
        raise TooFewUnits(
            f"{operation.name!r} needs {len(choices)} different units at once; too few have what it needs.",
            field="operations",
        )


def _attended(run: PlannedRun, need: UnitNeed) -> Iterator[Part]:
    if run.operation.crossing == "pausing":
        return
    if run.operation.crossing == "unattended" and need.part == "whole":
        yield "head"
        yield "tail"
    else:
        yield need.part


def _length(run: PlannedRun, part: Part) -> int:
    return {"whole": run.total_minutes, "head": run.head_minutes, "tail": run.tail_minutes}[part]


def _opening(world: World, unit: Unit) -> tuple[tuple[int, int, int], ...]:
    rows = [row for row in world.opening_hours if row.unit_id == unit.id]
    rows = rows or [row for row in world.opening_hours if row.laboratory_id == unit.laboratory_id]
    return merged_rows((row.weekday, row.opens, row.closes) for row in rows)


def check_windows(
    windows: Iterable[OperationWindow],
    runs: Sequence[PlannedRun],
    *,
    release: datetime,
    deadline: datetime | None,
    latest: datetime,
    zone: str,
    tick_minutes: int,
) -> None:
    """``latest``: as far ahead as anything is planned.

    Raises ``OperationOfNoStep``, ``WindowOutOfOrder``, ``WindowTooShort``, ``WindowOutOfReach``."""
    by_operation: dict[str, list[PlannedRun]] = {}
    for run in runs:
        if not run.visit:
            by_operation.setdefault(run.operation.name, []).append(run)
    for window in windows:
        if window.operation not in by_operation:
            text = f"There is no operation {window.operation!r}, but {', '.join(by_operation)}."
            raise OperationOfNoStep(text, field="windows")
        _check_length(window, max(run.total_minutes for run in by_operation[window.operation]), zone)
        _check_grid(window, by_operation[window.operation], zone, tick_minutes)
        _check_reached(window, release, deadline, latest, zone)


def _check_length(window: OperationWindow, needed: int, zone: str) -> None:
    name, found = window.operation, window.minutes
    if window.start is None and window.end is None:
        raise WindowOutOfOrder(f"The window of {name} has neither a start nor an end.", field="windows")
    if found is None or window.start is None:
        return
    if found <= 0:
        start = tell_in_full(window.start, zone)
        raise WindowOutOfOrder(f"The window of {name} ends no later than it starts, {start}.", field="windows")
    if found < needed:
        text = f"A window of {name} is {tell_length(int(found))} long, and it takes {tell_length(needed)}."
        raise WindowTooShort(text, field="windows")


def _check_grid(window: OperationWindow, runs: Iterable[PlannedRun], zone: str, tick_minutes: int) -> None:
    """Raises ``WindowTooShort`` where what is long enough by the minute is not on the grid, on which work begins."""
    if window.start is None or window.end is None:
        return
    clock = Clock(origin=week_start(iso_week(window.start, zone), zone), tick_minutes=tick_minutes)
    found = max(0, clock.floor(window.end) - clock.ceil(window.start))
    needed = max(ticks_of(run, clock) for run in runs)
    if found < needed:
        told = (tell_length(ticks * tick_minutes) for ticks in (found, needed))
        text = "Work begins and ends on the grid of {}; of a window of {} {} lie on it, and it takes {}."
        raise WindowTooShort(text.format(tell_length(tick_minutes), window.operation, *told), field="windows")


def _check_reached(
    window: OperationWindow, release: datetime, deadline: datetime | None, latest: datetime, zone: str
) -> None:
    if window.end is not None and window.end <= release:
        text = f"The window of {window.operation} is over at {tell_in_full(window.end, zone)}, before the release."
        raise WindowOutOfReach(text, field="windows")
    if window.start is not None and deadline is not None and window.start >= deadline:
        text = f"The window of {window.operation} starts at {tell_in_full(window.start, zone)}, after the deadline."
        raise WindowOutOfReach(text, field="windows")
    if window.start is not None and window.start > latest:
        start, last = tell_in_full(window.start, zone), tell_in_full(latest, zone)
        text = f"The window of {window.operation} starts at {start}; nothing is planned later than {last}."
        raise WindowOutOfReach(text, field="windows")
