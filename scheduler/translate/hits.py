"""What lies on a booked run so that it cannot stay: outages of its units, and what it lacks by the calendars.

Knows nothing of ticks, nor of what becomes of the run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from models.queries.world import BookedRun, World
from models.tables import Outage
from scheduler.translate.lacks import Lack, Lacks
from scheduler.translate.names import row_id

Unsettled = tuple[BookedRun, tuple[Lack, ...]]
"""A run, and what it lacks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """The outages of a run's units, and what it lacks where it stands."""

    outages: tuple[Outage, ...]
    lacks: tuple[Lack, ...]

    @property
    def units(self) -> frozenset[int]:
        """Ids of the rows of those that are out of order or closed then."""
        closed = (row_id(lack.subject) for lack in self.lacks if lack.is_of_unit)
        return frozenset((*(outage.unit_id for outage in self.outages), *closed))


@dataclass(frozen=True, kw_only=True)
class Hits:
    """What hits the runs of one world at ``now``."""

    world: World
    now: datetime

    def on(self, booked: BookedRun) -> Hit | None:
        """What lies on a run that is confirmed, or planned maintenance; ``None``: nothing. Whoever booked it in spite
        of an outage that was known, or of rules, meant it."""
        if booked.maintenance is None and not any(booking.state == "confirmed" for booking in booked.bookings):
            return None
        outages, lacks = tuple(self._outages_on(booked)), self._lacks.of(booked)
        return Hit(outages=outages, lacks=lacks) if outages or lacks else None

    @cached_property
    def _lacks(self) -> Lacks:
        return Lacks(world=self.world, now=self.now)

    def _outages_on(self, booked: BookedRun) -> Iterator[Outage]:
        for outage in self.world.outages:
            held = (hold for hold in booked.holds if hold.resource_id == outage.unit_id)
            lies = any(hold.start_at < outage.end_at and outage.start_at < hold.end_at for hold in held)
            if lies and not self._in_spite(booked, outage):
                yield outage

    def _in_spite(self, booked: BookedRun, outage: Outage) -> bool:
        """Whether every booking of it was let break rules when the outage was known."""
        made = [self.world.overridden.get(booking.id or 0) for booking in booked.bookings]
        return bool(made) and all(moment is not None and outage.reported_at <= moment for moment in made)


def unsettled(world: World, *, now: datetime, before: World | None = None) -> list[Unsettled]:
    """The runs, by start, that have not begun and that lack something where they stand; with ``before``, what they did
    not lack by the calendars of that world."""
    hits = Hits(world=world, now=now)
    then = None if before is None else Lacks(world=before, now=now)
    found = []
    for booked in sorted(world.runs, key=lambda each: (each.run.start_at, each.run.id or 0)):
        hit = hits.on(booked)
        lacks = () if hit is None else hit.lacks
        known = then.of(booked) if then is not None and lacks else ()
        if new := tuple(lack for lack in lacks if lack not in known):
            found.append((booked, new))
    return found
