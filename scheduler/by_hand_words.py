"""Why units cannot be booked by hand for a time, in words.

Knows nothing of how it is found out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.tables import Unit
from models.tables.bookings import NO_END
from scheduler.hours import Hours, closings_within, tell_rule
from scheduler.local_time import zone_of
from scheduler.naming import Naming
from scheduler.time_words import tell, tell_outage
from scheduler.translate.kept import Kind
from scheduler.translate.names import unit_id
from scheduler.views import Sentence
from solver.rules import Violation


@dataclass(frozen=True, kw_only=True, slots=True)
class ByHandWords:
    """Words for what stands against ``units`` (row ids) for ``span``, by a project of this ``kind``. ``own``: what the
    booking has of the window in which a quota is exceeded."""

    hours: Hours
    naming: Naming
    units: Sequence[int]
    span: tuple[datetime, datetime]
    kind: Kind
    own: Callable[[Violation], int]

    def told(self, violation: Violation) -> Iterator[Sentence]:
        """What it means for these units and their times; nothing where the rule book's words serve."""
        if violation.rule == "quota":
            yield self.naming.limits.refusal(violation, self.own(violation))
        elif violation.code == "overspent":
            yield self.naming.limits.overspent(violation)
        elif (tell_unit := self._teller(violation)) is not None:
            for unit in self.units:
                if unit_id(unit) in violation.ids:
                    yield from tell_unit(self.hours.world.units[unit])

    def _teller(self, violation: Violation) -> Callable[[Unit], Iterator[Sentence]] | None:
        tellers: Mapping[tuple[str, str], Callable[[Unit], Iterator[Sentence]]] = {
            ("one_at_a_time", "lane_taken"): self._taken,
            ("open_hours", "closed"): self._closed,
            ("one_at_a_time", "no_buffer"): self._too_near,
            ("allowed_starts", "kept_for_others"): self._kept,
        }
        teller = tellers.get((violation.rule, violation.code))
        if teller is None and violation.rule == "allowed_starts":
            near = [self.naming.clock.moment(tick) for name, tick in violation.numbers if name != "start"]
            return lambda unit: self._off_grid(unit, near)
        return teller

    def _off_grid(self, unit: Unit, near: Sequence[datetime]) -> Iterator[Sentence]:
        """With what the unit allows on that day, and the nearest starts."""
        weekday = self.span[0].astimezone(zone_of(self.naming.zone)).weekday()
        rules = [tell_rule(row) for row in self.hours.start_rules(unit) if row.weekday == weekday]
        allowed = f"starts {' and '.join(rules)}" if rules else "starts at no time on that day"
        nearest = f"; nearest {' or '.join(tell(moment, self.naming.zone) for moment in near)}" if near else ""
        yield _blocker("off_grid", f"{unit.key} {allowed}{nearest}.", unit.key, *self.span)

    def _kept(self, unit: Unit) -> Iterator[Sentence]:
        kept = self.hours.kept_from(unit, stage=self.kind[0], cluster=self.kind[1])
        for one in closings_within(kept, *self.span):
            yield _blocker("reserved", f"{unit.key} is {one.text} {self._when(*one.span)}.", unit.key, *one.span)

    def _taken(self, unit: Unit) -> Iterator[Sentence]:
        (start, end), key, world = self.span, unit.key, self.hours.world
        for outage in world.outages:
            if outage.unit_id == unit.id and outage.start_at < end and start < outage.end_at:
                when = tell_outage(outage.start_at, outage.end_at, self.naming.zone)
                yield _blocker("out_of_order", f"{key} is out of order {when}.", key, outage.start_at, outage.end_at)
        for one in closings_within(self.hours.blocked(unit), *self.span):
            yield _blocker("blocked", f"{key} is {one.text} {self._when(*one.span)}.", key, *one.span)
        for booked in (*world.runs, *world.lingering):
            for hold in booked.holds:
                if hold.resource_id == unit.id and hold.start_at < end and start < hold.end_at:
                    text = f"{key} is taken {self._when(hold.start_at, hold.end_at)} by another booking."
                    yield _blocker("taken", text, key, hold.start_at, hold.end_at)

    def _closed(self, unit: Unit) -> Iterator[Sentence]:
        """The holidays and closures that are in the way, else that its hours are."""
        causes = closings_within(self.hours.closings(unit), *self.span)
        for one in causes:
            text = f"{unit.key} is not open {self._when(*one.span)} ({one.text})."
            yield _blocker(one.code, text, unit.key, *one.span)
        if not causes:
            text = f"{unit.key} is not open throughout {self._when(*self.span)}."
            yield _blocker("closed", text, unit.key, *self.span)

    def _too_near(self, unit: Unit) -> Iterator[Sentence]:
        text = f"{unit.key} stays free for {unit.buffer_minutes} min between bookings of different organisations."
        yield _blocker("no_buffer", text, unit.key, *self.span)

    def _when(self, start: datetime, end: datetime) -> str:
        return f"{tell(start, self.naming.zone)} to {tell(end, self.naming.zone)}"


def _blocker(code: str, text: str, unit: str, start: datetime, end: datetime) -> Sentence:
    until = None if end >= NO_END else end.isoformat()
    return Sentence(code=code, text=text, facts=(("unit", unit), ("start", start.isoformat()), ("end", until)))
