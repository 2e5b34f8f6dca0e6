"""When units are kept from work of some stages and clusters, in ticks.

Knows nothing of requests.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from models.queries.world import World
from models.tables import Unit
from scheduler.hours import Hours
from scheduler.translate.clock import Clock
from scheduler.translate.standing import Scope
from solver.problem import Window

KEPT_AHEAD = timedelta(days=60)
"""How long after the horizon units are kept for some, as far as work that starts within it is concerned."""
Kind = tuple[str, str]
"""The stage of a project and the key of its cluster."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The kept periods of one world."""

    world: World
    scope: Scope
    clock: Clock
    _found: dict[tuple[int, Kind], tuple[Window, ...]] = field(default_factory=dict)

    def barred(self, unit: Unit, kind: Kind) -> tuple[Window, ...]:
        """When the unit is kept for work of other stages or for other clusters."""
        if not self.world.reserved:
            return ()
        if (unit.id, kind) not in self._found:
            self._found[unit.id, kind] = barred_windows(self._hours, self.clock, unit, kind)
        return self._found[unit.id, kind]

    @cached_property
    def _hours(self) -> Hours:
        return Hours(world=self.world, start=self.scope.start, end=self.scope.end + KEPT_AHEAD)


def barred_windows(hours: Hours, clock: Clock, unit: Unit, kind: Kind) -> tuple[Window, ...]:
    """When a unit is kept from work of a kind, in ticks that are touched."""
    return clock.outwards(closing.span for closing in hours.kept_from(unit, stage=kind[0], cluster=kind[1]))
