"""Setups between families of products, and in which family booked work needs its units, as the solver's data.

Knows nothing of opening hours.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from models.queries.runs import is_changeover
from models.queries.world import BookedRun, World
from models.routing import Operation
from models.tables import Hold, Request, Unit
from models.tables import Setup as Row
from scheduler.translate.able import candidates
from scheduler.translate.batches import class_of
from scheduler.translate.clock import Clock
from scheduler.translate.names import organisation_id, request_id, skill_id, unit_id
from solver.problem import FixedUse, Setup
from solver.problem import Unit as PlannedUnit
from solver.windows import covers


@dataclass(frozen=True)
class Families:
    """What the world's units need between two runs."""

    world: World
    clock: Clock

    def in_order(self, planned: Iterable[PlannedUnit], runs: Iterable[BookedRun]) -> tuple[PlannedUnit, ...]:
        """The units with their setups, buffers and least usable times, and what is known of the ``runs`` there.
        Several lanes have none of these: they would have to be units."""
        rows = {unit_id(unit.id): unit for unit in self.world.units.values()}
        fixed = self._fixed(runs)
        return tuple(
            one if one.lanes > 1 else self._ordered(one, rows[one.id], fixed.get(one.id, ())) for one in planned
        )

    def _ordered(self, planned: PlannedUnit, row: Unit, fixed: tuple[FixedUse, ...]) -> PlannedUnit:
        buffer, usable = self.clock.minutes_up(row.buffer_minutes), self.clock.minutes_up(row.usable_minutes)
        setups = self._setups(row)
        if not (setups or buffer or usable):
            return planned
        taken = planned.taken[0] if planned.taken else ()
        known = tuple(use for use in fixed if use.end <= 0 or covers(taken, ((max(0, use.start), use.end),)))
        return replace(planned, setups=setups, buffer=buffer, usable=usable, fixed=known)

    def _setups(self, unit: Unit) -> tuple[Setup, ...]:
        """The unit's rows, each ``every other family`` written out; a row that names both comes before one that names
        ``to``, that before one that names ``from``."""
        centre = self.world.resources[unit.id].centre_id
        if not unit.cleaning_family:
            return ()
        named = {
            (row.frm, row.to): row
            for row in self.world.setups
            if row.centre_id == centre and row.cleaning_family == unit.cleaning_family
        }
        families = self._every_family(named)
        found = []
        for to in families:
            for frm in ("", *families):
                keys = ((frm, to),) if frm == to else ((frm, to), ("", to), (frm, ""), ("", ""))
                row = next((named[key] for key in keys if key in named), None)
                if row is not None:
                    found.append(self._setup(row, frm, to))
        return tuple(found)

    def _every_family(self, named: Iterable[tuple[str, str]]) -> list[str]:
        """Those of the rows, and those that routings ask for."""
        routings = [*self.world.routings.values()]
        routings += [self.world.routing(row) for row in self.world.requests.values() if row.recipe_id is None]
        needs = (need for routing in routings for operation in routing.operations for need in operation.units)
        return sorted({*(family for key in named for family in key), *(need.family for need in needs)} - {""})

    def _setup(self, row: Row, frm: str, to: str) -> Setup:
        up, down = self.clock.minutes_up, self.clock.minutes_down
        hold_times = row.dirty_minutes, row.clean_minutes
        dirty, clean = (None if minutes is None else down(minutes) for minutes in hold_times)
        timed = row.skill is not None or dirty is not None or clean is not None
        return Setup(
            frm=frm,
            to=to,
            length=max(1, up(row.minutes)) if timed else up(row.minutes),
            skill=None if row.skill is None else skill_id(row.centre_id, row.skill),
            release=up(row.release_minutes),
            dirty=dirty,
            clean=clean,
            cost=row.cost,
        )

    def _fixed(self, runs: Iterable[BookedRun]) -> Mapping[str, tuple[FixedUse, ...]]:
        """By unit, what is known of the runs that stand there, and of what it was left in, by start."""
        found: dict[str, set[FixedUse]] = defaultdict(set)
        for booked in (*self.world.left, *runs):
            for hold in booked.holds:
                if hold.resource_id in self.world.units and not is_changeover(booked.run, hold):
                    found[unit_id(hold.resource_id)].add(self._use(booked, hold))
        return {unit: tuple(sorted(uses, key=lambda use: (use.start, use.end))) for unit, uses in found.items()}

    def _use(self, booked: BookedRun, hold: Hold) -> FixedUse:
        owners = {booking.organisation_id for booking in booked.bookings}
        return FixedUse(
            start=self.clock.floor(hold.start_at),
            end=self.clock.ceil(hold.end_at),
            family=self._family(booked, hold.resource_id),
            owner=organisation_id(owners.pop()) if len(owners) == 1 else "",
            lot=self._lot(booked),
            prepared=any(
                is_changeover(booked.run, each)
                and each.resource_id == hold.resource_id
                and each.end_at <= hold.start_at
                for each in booked.holds
            ),
        )

    def _family(self, booked: BookedRun, unit: int) -> str:
        """What the operation of the run needs the unit to be set up for."""
        row, operation = self._operation(booked)
        if row is None or operation is None:
            return ""
        families = (
            need.family
            for need in operation.units
            if need.family and any(each.id == unit for each in candidates(self.world, row.centre_id, need))
        )
        return next(families, "")

    def _lot(self, booked: BookedRun) -> str:
        """The request; of work that may share runs its class."""
        row, operation = self._operation(booked)
        if row is None or operation is None:
            return "" if booked.request_id is None else request_id(booked.request_id)
        whole = any(need.part == "whole" for need in operation.units)
        batch = class_of(self.world, row, operation, booked.part[1] or 0) if whole else ""
        return batch or request_id(row.id or 0)

    def _operation(self, booked: BookedRun) -> tuple[Request | None, Operation | None]:
        """The request and the operation of the run; ``None`` where they are not known (any more)."""
        request, number, _, _ = booked.part
        row = None if request is None else self.world.requests.get(request)
        operations = () if row is None else self.world.routing(row).operations
        known = number is not None and number <= len(operations)
        return row, operations[(number or 0) - 1] if known else None
