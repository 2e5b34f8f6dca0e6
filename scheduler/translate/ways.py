"""The ways in which a run can be done: with which units, persons, capacities and stocks, and for how long.

Knows nothing of requests, nor of what comes before or after a run.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from itertools import product

from models.queries.world import BookedRun, World
from models.routing import Operation, UnitNeed
from models.tables import Project
from scheduler.errors import Refused, Unknown
from scheduler.hours import Hours
from scheduler.routing import PlannedRun
from scheduler.translate.able import candidates, visited_units
from scheduler.translate.clock import Clock
from scheduler.translate.hands import staff_need
from scheduler.translate.kept import Kept, Kind
from scheduler.translate.names import capacity_id, row_id, stock_id, unit_id
from scheduler.translate.standing import Scope
from solver.problem import Consumption, Demand, Mode, UnitUse

MOST_MODES = 400


class NoWay(Refused):
    """No units of the centre could do an operation together."""

    code = "no_way"


class TooManyWays(Refused):
    """An operation could be done in more combinations of units than a plan can weigh."""

    code = "too_many_ways"


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Finds the modes of runs at the centres of one world."""

    world: World
    clock: Clock
    scope: Scope
    _modes: dict[tuple[int, int, PlannedRun, Kind], tuple[Mode, ...]] = field(default_factory=dict)

    def modes_of(self, centre_id: int, project: Project, run: PlannedRun) -> tuple[Mode, ...]:
        """Runs that differ in their number alone have the same; so have those of organisations, unless their own
        operators count, and those of projects, unless their stage or cluster allows more."""
        kind = project.stage, self.world.clusters[project.cluster_id].key if self.world.reserved else ""
        counts = any(need.own_operator for need in run.operation.staff)
        alike = replace(run, position=0, number=0, covers=(0, 0), visit=min(run.visit, 1))
        key = (centre_id, project.organisation_id if counts else 0, alike, kind)
        if key not in self._modes:
            self._modes[key] = tuple(self._all_modes(centre_id, project.organisation_id, run, kind))
        return self._modes[key]

    def instead(self, booked: BookedRun, broken: Set[int]) -> list[tuple[UnitUse, ...]]:
        """For units booked by hand of which some are broken: the same units, or others of a broken one's type."""
        lanes: dict[int, int] = defaultdict(int)
        for hold in booked.own_holds:
            if hold.resource_id in self.world.units:
                lanes[hold.resource_id] += 1
        booking = booked.bookings[0]
        kind = booking.stage, self.world.clusters[booking.cluster_id].key
        choices = [
            [
                UnitUse(unit=unit_id(other), lanes=count, barred=self._kept.barred(self.world.units[other], kind))
                for other in self._instead_of(row_id, count, broken)
            ]
            for row_id, count in sorted(lanes.items())
        ]
        return [way for way in product(*choices) if len({use.unit for use in way}) == len(way)][:MOST_MODES]

    def _all_modes(self, centre_id: int, organisation: int, run: PlannedRun, kind: Kind) -> Iterator[Mode]:
        operation, up = run.operation, self.clock.minutes_up
        head, tail = up(run.head_minutes), up(run.tail_minutes)
        wait = operation.max_wait_minutes
        keys = {row.key: row.id for row in self.world.capacities}
        stocks = {row.key: row.id for row in self.world.stocks}
        amounts = [(need.stock, need.per_run + need.per_piece * run.pieces) for need in operation.stocks]
        ways = [self._visited(centre_id, run, run.visited)] if run.visited else self._ways(centre_id, operation, kind)
        for units in ways:
            duration = ticks_of(run, self.clock)
            yield Mode(
                duration=duration,
                crossing=operation.crossing,
                head=head,
                tail=tail,
                max_wait=None if wait is None else self.clock.minutes_down(wait),
                units=units,
                staff=tuple(staff_need(centre_id, organisation, need, units) for need in operation.staff),
                demands=tuple(
                    Demand(capacity=capacity_id(_known(keys, need.capacity)), amount=need.amount, part=need.part)
                    for need in operation.capacities
                ),
                consumptions=tuple(
                    Consumption(stock=stock_id(_known(stocks, key)), amount=amount) for key, amount in amounts if amount
                ),
                waives=self._waived(operation, units, kind[0]),
                cost=sum(self._cost(use, {"whole": duration, "head": head, "tail": tail}[use.part]) for use in units),
            )

    def _cost(self, use: UnitUse, ticks: int) -> int:
        """What so long a use of a unit costs by the hour, rounded up; looking after what runs there costs nothing."""
        cost = self.world.units[row_id(use.unit)].hour_cost if use.lanes else 0
        return -(-cost * ticks * self.clock.tick_minutes // 60)

    def _waived(self, operation: Operation, units: Iterable[UnitUse], stage: str) -> tuple[str, ...]:
        """The kinds of maintenance that the operation waives and that, on every unit used, the stage may waive."""
        used = {use.unit for use in units}
        strict = {
            row.kind for row in self.world.maintenance if unit_id(row.unit_id) in used and stage not in row.waivable_by
        }
        return tuple(sorted(set(operation.waives) - strict))

    def _visited(self, centre_id: int, run: PlannedRun, operation: Operation) -> tuple[UnitUse, ...]:
        """What has to be open meanwhile; the run that is looked after holds it."""
        length = timedelta(minutes=run.total_minutes)
        hours = Hours(world=self.world, start=self.scope.start, end=self.scope.end + length)
        units = visited_units(self.world, centre_id, operation, lambda unit: self.clock.inwards(hours.opened(unit)))
        return tuple(UnitUse(unit=text, lanes=0) for text in sorted(unit_id(unit.id) for unit in units))

    def _ways(self, centre_id: int, operation: Operation, kind: Kind) -> list[tuple[UnitUse, ...]]:
        choices = [self._candidates(centre_id, need, operation.room, kind) for need in operation.units]
        ways = [way for way in product(*choices) if len({use.unit for use in way}) == len(way)]
        if not ways:
            raise NoWay(f"{operation.name!r} has no combination of units at the centre that could do it.")
        if len(ways) > MOST_MODES:
            raise TooManyWays(
                f"{operation.name!r} could be done with {len(ways)} combinations of units; at most {MOST_MODES} can be "
                "weighed. Narrow its capabilities."
            )
        return ways

    def _candidates(self, centre_id: int, need: UnitNeed, room: int | None, kind: Kind) -> list[UnitUse]:
        return [
            UnitUse(
                unit=unit_id(row.id),
                part=need.part,
                lanes=self.world.resources[row.id].lanes if need.all_lanes else 1,
                drives=need.drives,
                barred=self._kept.barred(row, kind),
                room=room if need.part == "whole" else None,
                family=need.family,
            )
            for row in candidates(self.world, centre_id, need)
        ]

    def _instead_of(self, row_id: int, lanes: int, broken: Set[int]) -> list[int]:
        """The unit itself, and where it is among the broken ones every other of its type."""
        world, unit = self.world, self.world.units[row_id]
        if row_id not in broken:
            return [row_id]
        return [row_id] + [
            other.id
            for other in sorted(world.units.values(), key=lambda row: row.key)
            if other.id != row_id
            and other.type == unit.type
            and world.resources[other.id].centre_id == world.resources[row_id].centre_id
            and world.resources[other.id].lanes >= lanes
        ]

    @cached_property
    def _kept(self) -> Kept:
        return Kept(world=self.world, scope=self.scope, clock=self.clock)


def ticks_of(run: PlannedRun, clock: Clock) -> int:
    """How long a run is on the grid, where each of its parts begins on a tick."""
    up = clock.minutes_up
    return max(up(run.total_minutes), up(run.head_minutes) + up(run.tail_minutes), 1)


def _known(ids: Mapping[str, int | None], key: str) -> int:
    if (row_id := ids.get(key)) is None:
        raise Unknown("capacity or stock", key)
    return row_id
