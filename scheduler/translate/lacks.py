"""What a booked run lacks where it stands, by the calendars: units that are open, people who are there and able.

Knows nothing of ticks and outages, nor of what becomes of the run.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import product
from typing import Literal

from models.queries.world import BookedRun, World
from models.routing import Operation, Routing, StaffNeed
from models.tables import Hold, Unit
from scheduler.errors import Refused
from scheduler.hours import Hours
from scheduler.local_time import Span, without
from scheduler.routing import expand
from scheduler.translate.able import visited_units
from scheduler.translate.hands import skill_texts
from scheduler.translate.names import own_operators, person_id, skill_id, unit_id

LackCode = Literal["closed", "too_little", "off_shift", "unable"]
_MOMENT = timedelta(minutes=1)
_FAR = timedelta(days=400)
"""Longer than any plan looks ahead: units that are open at the same times for so long are so in every plan."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lack:
    """A unit or person (``subject``, a text id) that a run has to have from ``start`` to ``end`` and has not: a unit
    that is ``closed`` then, or open for ``too_little`` of the time that pausing work takes; a person who is
    ``off_shift``, or ``unable`` to do it. ``cause``: the closure or public holiday that closes the unit; empty where
    its weekly hours do."""

    subject: str
    start: datetime
    end: datetime
    code: LackCode
    cause: str = field(default="", compare=False)

    @property
    def is_of_unit(self) -> bool:
        return self.code in ("closed", "too_little")


@dataclass(frozen=True, kw_only=True)
class Lacks:
    """What the runs of one world lack from ``now`` on.

    What is confirmed was admitted by the rule book, or somebody let it break rules. So whatever does not stand under
    today's calendars without an override was overtaken by a change of them, whichever that was.
    """

    world: World
    now: datetime

    def of(self, booked: BookedRun) -> tuple[Lack, ...]:
        """Each once; none where it has begun, and is finished under any calendar, or was let break rules."""
        if booked.run.start_at < self.now or self._is_overridden(booked):
            return ()
        return tuple(dict.fromkeys((*self._closed(booked), *self._off_shift(booked), *self._unable(booked))))

    def _is_overridden(self, booked: BookedRun) -> bool:
        """When a calendar was changed is not stored: who let rules be broken is taken to have known it."""
        return bool(booked.bookings) and all(booking.id in self.world.overridden for booking in booked.bookings)

    # -- units

    def _closed(self, booked: BookedRun) -> Iterator[Lack]:
        operation = self._operation(booked)
        if booked.run.visit:
            for unit in self._visited(booked, operation):
                yield from self._shut(unit, _of_run(booked))
            return
        for unit in self._units(booked):
            held = [_span(hold) for hold in booked.own_holds if hold.resource_id == unit.id]
            yield from self._barred(unit, held)
            if operation is not None and operation.crossing == "pausing":
                yield from self._stopped(booked, operation, unit, held)
            else:
                for span in _attended(booked, operation, held):
                    yield from self._shut(unit, span)

    def _shut(self, unit: Unit, span: Span) -> Iterator[Lack]:
        """The parts of a span in which a unit is closed, by what closes it."""
        for start, end in _left(span, self._opened(unit)):
            causes = (each.text for each in self._hours.closings(unit) if _meet(each.span, (start, end)))
            yield Lack(subject=unit_id(unit.id), start=start, end=end, code="closed", cause=next(causes, ""))

    def _barred(self, unit: Unit, held: list[Span]) -> Iterator[Lack]:
        """Closures in which nothing may stand on a unit either."""
        for each in self._hours.closings(unit):
            for start, end in held if each.blocks else ():
                if _meet((start, end), each.span):
                    first, last = max(start, each.start), min(end, each.end)
                    yield Lack(subject=unit_id(unit.id), start=first, end=last, code="closed", cause=each.text)

    def _stopped(self, booked: BookedRun, operation: Operation, unit: Unit, held: list[Span]) -> Iterator[Lack]:
        """Work that pauses may span closed time that it was planned around: units are open at its ends, and those that
        drive it where somebody is there, and together for as long as it takes by its end."""
        spans = [(start, start + _MOMENT) for start, _ in held] + [(end - _MOMENT, end) for _, end in held]
        if unit.id in self._driving(booked, operation):
            if self._pauses_too_long(booked, operation):
                start, end = _of_run(booked)
                yield Lack(subject=unit_id(unit.id), start=start, end=end, code="too_little")
                return
            hands = [_span(hold) for hold in booked.own_holds if hold.resource_id in self.world.persons]
            spans += _common(hands, held)
        for span in spans:
            yield from self._shut(unit, span)

    def _pauses_too_long(self, booked: BookedRun, operation: Operation) -> bool:
        """Whether the units that drive it are open together, from its start to its end, for less time than it takes."""
        ids = self._driving(booked, operation)
        driving = [unit for unit in self._units(booked) if unit.id in ids]
        shut = [span for unit in driving for span in _left(_of_run(booked), self._opened(unit))]
        left = sum((end - start for start, end in without([_of_run(booked)], shut)), start=timedelta())
        return left < timedelta(minutes=self._minutes(booked))

    def _driving(self, booked: BookedRun, operation: Operation) -> set[int]:
        """Ids of the units that drive it: what it holds and may be there for a need that does; all where their
        capabilities do not say any more what each is there for."""
        held = {unit.id or 0: unit.key for unit in self._units(booked)}
        able = {(row.capability, row.unit_id) for row in self.world.capabilities}
        each = [
            [
                (id_, need.drives)
                for id_, key in held.items()
                if need.unit in ("", key) and (not need.capability or (need.capability, id_) in able)
            ]
            for need in operation.units
        ]
        whole = [way for way in product(*filter(None, each)) if {id_ for id_, _ in way} == held.keys()]
        return {id_ for way in whole for id_, drives in way if drives} if whole else set(held)

    def _minutes(self, booked: BookedRun) -> int:
        """How long a request's run works; 0 where the request has no such run any more."""
        request_id, *key, _ = booked.part
        row = self.world.requests[request_id or 0]
        routing = self.world.routing(row)
        try:
            planned = expand(routing, quantity=row.quantity, parameters=row.parameters, counts=row.counts).runs
        except Refused:
            return 0
        return next((each.total_minutes for each in planned if each.key == tuple(key)), 0)

    def _units(self, booked: BookedRun) -> Iterator[Unit]:
        for id_ in sorted({hold.resource_id for hold in booked.own_holds}):
            if id_ in self.world.units:
                yield self.world.units[id_]

    def _visited(self, booked: BookedRun, operation: Operation | None) -> list[Unit]:
        """What a visit needs to be open, by the same rule as in a plan."""
        if operation is None:
            return []
        return visited_units(self.world, booked.run.centre_id, operation, lambda unit: tuple(self._far.opened(unit)))

    # -- people

    def _off_shift(self, booked: BookedRun) -> Iterator[Lack]:
        """People who are held, also for what is done to the units before or after, and are not on shift then."""
        operation = self._operation(booked)
        for hold in booked.holds:
            if hold.resource_id in self.world.persons and hold.start_at >= self.now:
                for span in self._there(booked, operation, hold):
                    for start, end in _left(span, self._on_shift(hold.resource_id)):
                        yield Lack(subject=person_id(hold.resource_id), start=start, end=end, code="off_shift")

    def _there(self, booked: BookedRun, operation: Operation | None, hold: Hold) -> list[Span]:
        """When somebody who is held has to be there: who does not drive work that pauses, when their part begins and
        ends; or the run, where others may take their turn."""
        if operation is None or operation.crossing != "pausing" or booked.run.visit:
            return [_span(hold)]
        held = [_span(each) for each in booked.own_holds if each.resource_id == hold.resource_id]
        if _span(hold) not in held:  # they change its units over
            return [_span(hold)]
        if any(need.drives and self._can(hold.resource_id, booked, need) for need in operation.staff):
            return [_span(hold)]
        takes_turns = any(need.handover for need in operation.staff)
        start, end = _of_run(booked) if takes_turns else (min(held)[0], max(last for _, last in held))
        return _common([(start, start + _MOMENT), (end - _MOMENT, end)], [_span(hold)])

    def _unable(self, booked: BookedRun) -> Iterator[Lack]:
        """People who are held and may do nothing of what is to be done. Of a run that several share, whose operators
        they are is not looked at."""
        needs = self._needs(booked)
        for hold in booked.own_holds if needs else ():
            id_ = hold.resource_id
            if id_ not in self.world.persons or (booked.shared_by > 1 and id_ in self.world.memberships):
                continue
            if not any(self._can(id_, booked, need) for need in needs):
                yield Lack(subject=person_id(id_), start=hold.start_at, end=hold.end_at, code="unable")

    def _needs(self, booked: BookedRun) -> tuple[StaffNeed, ...]:
        if booked.maintenance is not None:
            asked = (row for row in self.world.maintenance if booked.maintenance.maintenance_id == row.id)
            return tuple(StaffNeed(skill=row.skill) for row in asked if row.skill)
        operation = self._operation(booked)
        if operation is None:
            return ()
        if booked.run.visit:
            visits = operation.visits
            return () if visits is None else (StaffNeed(skill=visits.skill, level=visits.level),)
        return operation.staff

    def _can(self, person_id: int, booked: BookedRun, need: StaffNeed) -> bool:
        own = ""
        if need.own_operator and booked.request_id is not None:
            project = self.world.projects[self.world.requests[booked.request_id].project_id]
            own = own_operators(project.organisation_id, (unit.id for unit in self._units(booked)))
        text = skill_id(booked.run.centre_id, need.skill, need.level, own)
        if text not in self._able:
            texts = skill_texts(self.world, [text])
            self._able[text] = frozenset(id_ for id_, skills in texts.items() if text in skills)
        return person_id in self._able[text]

    # -- the world

    def _operation(self, booked: BookedRun) -> Operation | None:
        """The operation of which it is a run, or a visit to one; ``None`` for units booked by hand and maintenance."""
        request_id, number, _, _ = booked.part
        request = None if request_id is None else self.world.requests.get(request_id)
        if request is None or number is None:
            return None
        if request_id not in self._routings:
            self._routings[request_id] = self.world.routing(request)
        return self._routings[request_id].operations[number - 1]

    def _opened(self, unit: Unit) -> list[Span]:
        if unit.id not in self._open:
            self._open[unit.id] = self._hours.opened(unit)
        return self._open[unit.id]

    def _on_shift(self, person_id: int) -> list[Span]:
        if person_id not in self._shifts:
            self._shifts[person_id] = self._hours.on_shift(person_id)
        return self._shifts[person_id]

    @cached_property
    def _hours(self) -> Hours:
        ends = (end for booked in self.world.runs for end in (booked.run.end_at, *(one.end_at for one in booked.holds)))
        return Hours(world=self.world, start=self.now, end=max(ends, default=self.now))

    @cached_property
    def _far(self) -> Hours:
        return Hours(world=self.world, start=self.now, end=self.now + _FAR)

    @cached_property
    def _routings(self) -> dict[int | None, Routing]:
        return {}

    @cached_property
    def _open(self) -> dict[int, list[Span]]:
        return {}

    @cached_property
    def _shifts(self) -> dict[int, list[Span]]:
        return {}

    @cached_property
    def _able(self) -> dict[str, frozenset[int]]:
        return {}


def _attended(booked: BookedRun, operation: Operation | None, held: list[Span]) -> list[Span]:
    """When a unit that is held has to be open; solid work all through, and so is what is booked by hand."""
    if operation is None or operation.crossing == "solid":
        return held
    start, end = _of_run(booked)
    head, tail = (timedelta(minutes=minutes) for minutes in (operation.head_minutes, operation.tail_minutes))
    return _common([(start, start + head), (end - tail, end)], held)


def _common(spans: list[Span], others: list[Span]) -> list[Span]:
    pairs = ((max(one[0], other[0]), min(one[1], other[1])) for one in spans for other in others)
    return [pair for pair in pairs if pair[0] < pair[1]]


def _left(span: Span, there: list[Span]) -> list[Span]:
    """What of a span is in none of the spans ``there``, which are sorted and neither overlap nor touch."""
    first = bisect_right(there, span[0], key=lambda each: each[1])
    last = bisect_left(there, span[1], key=lambda each: each[0])
    return without([span], there[first:last])


def _of_run(booked: BookedRun) -> Span:
    return booked.run.start_at, booked.run.end_at


def _span(hold: Hold) -> Span:
    return hold.start_at, hold.end_at


def _meet(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]
