"""What lies on a booked run so that it cannot stay: outages of its units, and closures of where it is done.

Knows nothing of ticks, nor of what becomes of the run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from models.queries.world import BookedRun, World
from models.routing import Operation
from models.tables import Closure, Outage, Unit
from scheduler.errors import Refused
from scheduler.hours import Hours
from scheduler.local_time import without
from scheduler.routing import expand

Span = tuple[datetime, datetime]
_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """``units``: ids of the rows of those that are out of order or closed then."""

    outages: tuple[Outage, ...]
    closures: tuple[Closure, ...]
    units: frozenset[int]


def hit_on(world: World, booked: BookedRun, *, now: datetime) -> Hit | None:
    """What lies on a run that is confirmed, or planned maintenance; ``None``: nothing. Whoever booked it in spite of an
    outage that was known, or of rules, meant it."""
    if booked.maintenance is None and not any(booking.state == "confirmed" for booking in booked.bookings):
        return None
    outages = tuple(_outages_on(world, booked))
    spared = booked.run.start_at < now or _is_overridden(world, booked)
    closed = () if spared else tuple(_closures_on(world, booked))
    if not outages and not closed:
        return None
    units = frozenset((*(outage.unit_id for outage in outages), *(unit_id for unit_id, _ in closed)))
    return Hit(outages=outages, closures=tuple(closure for _, closure in closed), units=units)


def closed_over(world: World, *, now: datetime) -> list[tuple[BookedRun, Closure]]:
    """The runs, by start, that have not begun and that lie where a closure was put over them, with the first of it."""
    found = ((booked, hit_on(world, booked, now=now)) for booked in world.runs)
    shut = [(booked, hit.closures[0]) for booked, hit in found if hit is not None and hit.closures]
    return sorted(shut, key=lambda each: (each[0].run.start_at, each[0].run.id or 0))


# -- outages


def _outages_on(world: World, booked: BookedRun) -> Iterator[Outage]:
    for outage in world.outages:
        held = (hold for hold in booked.holds if hold.resource_id == outage.unit_id)
        lies = any(_meet((hold.start_at, hold.end_at), (outage.start_at, outage.end_at)) for hold in held)
        if lies and not _in_spite(world, booked, outage):
            yield outage


def _in_spite(world: World, booked: BookedRun, outage: Outage) -> bool:
    """Whether every booking of it was let break rules when the outage was known."""
    made = [world.overridden.get(booking.id or 0) for booking in booked.bookings]
    return bool(made) and all(moment is not None and outage.reported_at <= moment for moment in made)


def _is_overridden(world: World, booked: BookedRun) -> bool:
    """When a closure was made known is not stored: who let rules be broken then is taken to have known it."""
    return bool(booked.bookings) and all(booking.id in world.overridden for booking in booked.bookings)


# -- closures


def _closures_on(world: World, booked: BookedRun) -> Iterator[tuple[int, Closure]]:
    """The closures in the way, each with a unit that it closes."""
    for closure in world.closures:
        if not _meet((closure.start_at, closure.end_at), (booked.run.start_at, booked.run.end_at)):
            continue
        for unit in _units(world, booked):
            spans = _held(booked, unit) if closure.blocks else _attended(world, booked, unit)
            if _closes(world, closure, unit) and any(_meet(span, (closure.start_at, closure.end_at)) for span in spans):
                yield unit.id, closure


def _units(world: World, booked: BookedRun) -> Iterator[Unit]:
    for id_ in sorted({hold.resource_id for hold in booked.own_holds}):
        if id_ in world.units:
            yield world.units[id_]


def _closes(world: World, closure: Closure, unit: Unit) -> bool:
    centre_id = world.resources[unit.id].centre_id
    return (closure.centre_id, closure.laboratory_id, closure.unit_id) in (
        (centre_id, None, None),
        (None, unit.laboratory_id, None),
        (None, None, unit.id),
    )


def _held(booked: BookedRun, unit: Unit) -> list[Span]:
    return [(hold.start_at, hold.end_at) for hold in booked.own_holds if hold.resource_id == unit.id]


def _attended(world: World, booked: BookedRun, unit: Unit) -> list[Span]:
    """When a unit that it is done on has to be open; work that pauses asks that only of those that drive it."""
    operation, held = _operation(world, booked), _held(booked, unit)
    if operation is None or operation.crossing == "solid":
        return held
    if operation.crossing == "pausing" and unit.id not in _driving(world, booked, operation):
        return []
    common = ((max(a[0], b[0]), min(a[1], b[1])) for a in _at_work(world, booked, operation) for b in held)
    return [span for span in common if span[0] < span[1]]


def _at_work(world: World, booked: BookedRun, operation: Operation) -> list[Span]:
    """When it is attended. Work that pauses may span a closure that it was planned around: it advances where somebody
    is there, and at its ends; but all through where it would not be done by its end."""
    start, end = booked.run.start_at, booked.run.end_at
    if operation.crossing == "pausing":
        if _pauses_too_long(world, booked, operation):
            return [(start, end)]
        hands = [(hold.start_at, hold.end_at) for hold in booked.own_holds if hold.resource_id in world.persons]
        return [(start, start + _MOMENT), *hands, (end - _MOMENT, end)]
    head, tail = (timedelta(minutes=minutes) for minutes in (operation.head_minutes, operation.tail_minutes))
    return [(start, start + head), (end - tail, end)]


def _pauses_too_long(world: World, booked: BookedRun, operation: Operation) -> bool:
    """Whether the units that drive it are open together, from its start to its end, for less time than it takes."""
    run = (booked.run.start_at, booked.run.end_at)
    hours = Hours(world=world, start=run[0], end=run[1])
    driving = [world.units[id_] for id_ in sorted(_driving(world, booked, operation))]
    shut = [span for unit in driving for span in without([run], hours.opened(unit))]
    left = sum((end - start for start, end in without([run], shut)), start=timedelta())
    return left < timedelta(minutes=_minutes(world, booked))


def _driving(world: World, booked: BookedRun, operation: Operation) -> set[int]:
    """Ids of the units that drive it: what it holds and may be there for a need that does; all where their capabilities
    do not say any more what each is there for."""
    held = {unit.id or 0 for unit in _units(world, booked)}
    able = {(row.capability, row.unit_id) for row in world.capabilities}
    each = [[(id_, need.drives) for id_ in held if (need.capability, id_) in able] for need in operation.units]
    whole = [way for way in product(*filter(None, each)) if {id_ for id_, _ in way} == held]
    return {id_ for way in whole for id_, drives in way if drives} if whole else held


def _minutes(world: World, booked: BookedRun) -> int:
    """How long a request's run works; 0 where the request has no such run any more."""
    request_id, *key, _ = booked.part
    row = world.requests[request_id or 0]
    try:
        planned = expand(world.routing(row), quantity=row.quantity, parameters=row.parameters, counts=row.counts).runs
    except Refused:
        return 0
    return next((each.total_minutes for each in planned if each.key == tuple(key)), 0)


def _operation(world: World, booked: BookedRun) -> Operation | None:
    """``None`` for units booked by hand, visits and maintenance."""
    request_id, number, _, visit = booked.part
    request = None if request_id is None else world.requests.get(request_id)
    if request is None or number is None or visit:
        return None
    return world.routing(request).operations[number - 1]


def _meet(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]
