"""Rows of units, technicians, capacities and stocks as the solver's resources.

Knows nothing of requests: what fixed work uses is given as spans and amounts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from models.queries.world import World
from models.tables import Hold, Unit
from scheduler.hours import Hours
from scheduler.translate.clock import Clock
from scheduler.translate.hands import Limits, skill_texts
from scheduler.translate.names import capacity_id, laboratory_id, person_id, stock_id, unit_id
from solver.problem import Capacity, Person, Starts, Stock
from solver.problem import Unit as PlannedUnit

Span = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What fixed work takes of a capacity during a span, or of a stock at the span's start."""

    key: str
    span: Span
    amount: int


@dataclass(frozen=True, kw_only=True)
class Calendars:
    """The world's calendars from ``start`` to ``end`` on one clock."""

    world: World
    clock: Clock
    start: datetime
    end: datetime

    def units(self, holds: Iterable[Hold]) -> tuple[PlannedUnit, ...]:
        """Every unit, with the lanes that ``holds``, outages and periods in which nobody may use it take."""
        taken: dict[tuple[int, int], list[Span]] = defaultdict(list)
        for hold in holds:
            taken[hold.resource_id, hold.lane].append((hold.start_at, hold.end_at))
        for unit_id_, spans in self._shut().items():
            for lane in range(self.world.resources[unit_id_].lanes):
                taken[unit_id_, lane] += spans
        return tuple(self._unit(unit, taken) for unit in sorted(self.world.units.values(), key=lambda u: u.id))

    def _shut(self) -> dict[int, list[Span]]:
        shut: dict[int, list[Span]] = defaultdict(list)
        for outage in self.world.outages:
            shut[outage.unit_id].append((outage.start_at, outage.end_at))
        for unit in self.world.units.values():
            shut[unit.id] += [closing.span for closing in self.hours.blocked(unit)]
        return shut

    def _unit(self, unit: Unit, taken: Mapping[tuple[int, int], list[Span]]) -> PlannedUnit:
        resource = self.world.resources[unit.id]
        lanes = tuple(self.clock.outwards(taken.get((unit.id, lane), ())) for lane in range(resource.lanes))
        return PlannedUnit(
            id=unit_id(unit.id),
            lanes=resource.lanes,
            open=self.clock.inwards(self.hours.opened(unit)),
            taken=lanes if any(lanes) else (),
            laboratory=laboratory_id(unit.laboratory_id),
            starts=_starts(self.hours.starts(unit), self.clock, self.clock.floor(self.end)),
        )

    def _zone(self, centre_id: int) -> str:
        return next(centre.zone for centre in self.world.centres if centre.id == centre_id)

    @cached_property
    def hours(self) -> Hours:
        """The same rows as spans of time."""
        return Hours(world=self.world, start=self.start, end=self.end)

    def persons(self, holds: Iterable[Hold], asked: Iterable[str] = ()) -> tuple[Person, ...]:
        """Every technician and own operator, with what ``holds`` take of them. ``asked`` are the texts of skills that
        somebody needs."""
        taken: dict[int, list[Span]] = defaultdict(list)
        for hold in holds:
            taken[hold.resource_id].append((hold.start_at, hold.end_at))
        skills = skill_texts(self.world, asked)
        limits = Limits(self.world, self.clock, self.start, self.end)
        return tuple(
            Person(
                id=person_id(row_id),
                skills=skills[row_id],
                on_shift=self.clock.inwards(self.hours.on_shift(row_id)),
                taken=self.clock.outwards(taken[row_id]),
                limits=limits.of(row_id, self._zone(self.world.resources[row_id].centre_id), taken[row_id]),
            )
            for row_id in sorted(self.world.persons)
        )

    def capacities(self, uses: Iterable[Taken]) -> tuple[Capacity, ...]:
        """Every capacity: its level, less what fixed work uses (at least 0)."""
        by_key: dict[str, list[Taken]] = defaultdict(list)
        for use in uses:
            by_key[use.key].append(use)
        first = min(0, self.clock.floor(self.start))
        return tuple(
            Capacity(id=capacity_id(row.id), steps=_steps(row.level, first, by_key[row.key], self.clock))
            for row in self.world.capacities
            if row.id is not None
        )

    def stocks(self, uses: Iterable[Taken]) -> tuple[Stock, ...]:
        """Every stock: deliveries, and what fixed work takes."""
        changes: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        keys = {row.id: row.key for row in self.world.stocks}
        for delivery in self.world.deliveries:
            changes[keys[delivery.stock_id]][self.clock.ceil(delivery.at)] += delivery.quantity
        for use in uses:
            changes[use.key][self.clock.floor(use.span[0])] -= use.amount
        return tuple(
            Stock(id=stock_id(row.id), changes=_from_the_start(changes[row.key]))
            for row in self.world.stocks
            if row.id is not None
        )


def _starts(moments: Sequence[Sequence[datetime]] | None, clock: Clock, end: int) -> tuple[Starts, ...] | None:
    """Those on the clock's grid from tick 0 on, evenly spaced ones together."""
    if moments is None:
        return None
    found: list[Starts] = []
    for some in moments:
        ticks = sorted({clock.floor(moment) for moment in some if clock.on_grid(moment)})
        ticks = [tick for tick in ticks if 0 <= tick < end]
        gaps = {later - sooner for sooner, later in pairwise(ticks)}
        if len(gaps) == 1:
            found.append((ticks[0], ticks[-1] + 1, gaps.pop()))
        else:
            found += [(tick, tick + 1, 1) for tick in ticks]
    return tuple(sorted(found))


def _steps(level: int, first: int, uses: Sequence[Taken], clock: Clock) -> tuple[tuple[int, int], ...]:
    change: dict[int, int] = defaultdict(int)
    change[first] = 0
    for use in uses:
        change[max(first, clock.floor(use.span[0]))] -= use.amount
        change[max(first, clock.ceil(use.span[1]))] += use.amount
    steps: list[tuple[int, int]] = []
    free = level
    for tick in sorted(change):
        free += change[tick]
        if not steps or steps[-1][1] != max(0, free):
            steps.append((tick, max(0, free)))
    return tuple(steps)


def _from_the_start(changes: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    """What happened before tick 0 counts as one change at tick 0: earlier moments cannot be planned any more."""
    before = sum(quantity for tick, quantity in changes.items() if tick <= 0)
    later = sorted((tick, quantity) for tick, quantity in changes.items() if tick > 0 and quantity)
    return (*(((0, before),) if before else ()), *later)
