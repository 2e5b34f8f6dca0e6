"""Requests and what is booked of them as the solver's requests, tasks and lags.

Knows nothing of calendars, nor of which units could do a run.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from models.queries.world import BookedRun, World
from models.tables import Request
from scheduler.errors import Refused
from scheduler.operation_windows import WindowTooShort, windows_of
from scheduler.portions import cut, portion_ends
from scheduler.routing import Expanded, PlannedRun, RunKey, RunLag, expand, purpose_of
from scheduler.settings import CentreSettings
from scheduler.translate.batches import batch_of
from scheduler.translate.broken import BrokenLag
from scheduler.translate.clock import Clock
from scheduler.translate.names import (
    cluster_id,
    hand_id,
    key_of,
    organisation_id,
    part_key,
    person_id,
    portion_id,
    request_id,
    task_id,
    unit_id,
)
from scheduler.translate.pins import Pins
from scheduler.translate.standing import Scope, Standing, is_asked, is_frozen
from scheduler.translate.ways import Ways, ticks_of
from scheduler.weights import weights_of
from solver.defects import Defect, find_own_defects
from solver.problem import (
    Booked,
    Edge,
    Fact,
    Lag,
    Mode,
    Pin,
    SameChoice,
    Task,
    Window,
)
from solver.problem import (
    Request as PlannedRequest,
)

FAR = timedelta(days=366)
"""After the horizon's end, or a window that starts even later: later than whatever is planned."""


class ContradictsItself(Refused):
    """What is asked for cannot hold together, whatever the centre has."""

    code = "contradicts_itself"


def expanded(world: World, request: Request) -> Expanded:
    """The runs of a request as it stands: with what has been counted of it."""
    routing, numbers = world.routing(request), request.parameters
    return expand(routing, quantity=request.quantity, parameters=numbers, counts=request.counts)


@dataclass(frozen=True, kw_only=True)
class Demands:
    """Turns the world's open requests and free bookings into planned requests."""

    world: World
    clock: Clock
    scope: Scope
    standing: Standing
    settings: Mapping[int, CentreSettings]
    undoable: dict[str, str] = field(default_factory=dict)
    broken: list[BrokenLag] = field(default_factory=list)
    waiting_windows: dict[str, tuple[Window, ...]] = field(default_factory=dict)
    """Of tasks whose time is pinned, by their ids."""

    def requests(self) -> Iterator[PlannedRequest]:
        """Requests with at least one run to place: the displaced ones first, then as they were submitted.

        One that the centre cannot do any more (a unit went, a capability was narrowed), or that contradicts itself,
        stops no other: it is left to ``undoable``, by id, with the reason. Nothing that is in it already is asked for.
        """
        free = _by_request(self.standing.free)
        fixed = _by_request((*self.standing.fixed, *self.world.earlier))
        queue = sorted(
            self.world.requests.values(),
            key=lambda row: (row.displaced_at is None, row.displaced_at or row.submitted_at, row.id),
        )
        for row in queue:
            assert row.id is not None
            asked = is_asked(self.scope, request_id(row.id)) and request_id(row.id) not in self.undoable
            if row.withdrawn_at is not None or not asked or (self.scope.repair and row.id not in free):
                continue
            try:
                planned = list(self._lot(row, free.get(row.id, {}), fixed.get(row.id, {})))
                self._check_sound(row, planned)
            except Refused as refusal:
                self.undoable[request_id(row.id)] = refusal.text
                continue
            yield from planned
        for booked in self.standing.free:
            if booked.request_id is None and booked.maintenance is None:
                yield self._by_hand(booked)

    def _check_sound(self, row: Request, planned: Iterable[PlannedRequest]) -> None:
        """Raises ``ContradictsItself``; told by the names of what was asked for."""
        routing, told = self.world.routing(row), list[str]()
        for request in planned:
            ids = [*(task.id for task in request.tasks), *(fact.id for fact in request.facts)]
            names = {request.id: "the request", **{id_: purpose_of(routing, key_of(id_)) for id_ in ids}}
            told += [
                _told(replace(one, ids=tuple(names.get(id_, id_) for id_ in one.ids)))
                for one in find_own_defects(request)
            ]
        if told:
            raise ContradictsItself(" ".join(told))

    def _lot(
        self, row: Request, free: Mapping[RunKey, BookedRun], fixed: Mapping[RunKey, BookedRun]
    ) -> Iterator[PlannedRequest]:
        """A request; one that accepts fewer pieces as the least portion and what adds to it, each to the one before."""
        assert row.id is not None
        ends = portion_ends(self.world.routing(row), quantity=row.quantity, least=row.least_quantity)
        before, runs = "", tuple[PlannedRun, ...]()
        for number, portion in enumerate(cut(expanded(self.world, row), ends)):
            keys, name = {run.key for run in portion.runs}, portion_id(row.id, number)
            here = {key: booked for key, booked in fixed.items() if key in keys or len(ends) == 1}
            planned, runs = self._request(row, portion, free, here, runs), (*runs, *portion.runs)
            asked = name in (self.scope.only or (name,)) and not (
                self.scope.repair and keys.isdisjoint(free) and number
            )
            if planned is not None and asked:
                yield replace(planned, id=name, after=before, lot=request_id(row.id) if number else "")
                before = name

    def _request(
        self,
        row: Request,
        routing: Expanded,
        free: Mapping[RunKey, BookedRun],
        fixed: Mapping[RunKey, BookedRun],
        before: tuple[PlannedRun, ...],
    ) -> PlannedRequest | None:
        assert row.id is not None
        over = {key for key, booked in fixed.items() if booked.run.end_at <= self.scope.start}
        open_runs = [run for run in routing.runs if run.key not in fixed and not (run.visit and run.key[:2] in over)]
        if not open_runs:
            return None
        left = {run.key for run in open_runs}
        begun = any(booked.run.start_at < self.scope.start for booked in fixed.values())
        due, deadline = (None if at is None else self.clock.floor(at) for at in (row.due_at, row.deadline_at))
        if begun:
            self.broken.extend(self._broken_by_now(row.id, routing.lags, fixed))
            due, deadline = min((date for date in (due, deadline) if date is not None), default=None), None
        settings, project = self.settings[row.centre_id], self.world.projects[row.project_id]
        waited = sum(week < self.scope.week for week in self.world.passed_over.get(row.id, ()))
        weight, late = weights_of(
            project.stage, row, before, routing, settings, self.clock.tick_minutes, weeks_passed_over=waited
        )
        return PlannedRequest(
            id=request_id(row.id),
            tasks=tuple(self._task(row, run, free.get(run.key), begun=begun) for run in open_runs),
            lags=tuple(self._lag(row.id, lag, fixed) for lag in routing.lags if _binds(lag, left, fixed)),
            facts=tuple(self._fact(row.id, key, booked) for key, booked in sorted(fixed.items())),
            release=max(0, self.clock.ceil(row.release_at)),
            due=due,
            deadline=deadline,
            weight=weight,
            tardiness_weight=late,
            begun=begun,
            owner=organisation_id(project.organisation_id),
            cluster=cluster_id(project.cluster_id),
            asker=row.asked_by or "",
            choices=tuple(_choices(row.id, routing)),
        )

    def _task(self, row: Request, run: PlannedRun, booked: BookedRun | None, *, begun: bool) -> Task:
        assert row.id is not None
        modes = self._ways.modes_of(row.centre_id, self.world.projects[row.project_id], run)
        id_, stands = task_id(row.id, *run.key), None if booked is None else self._booked(booked, modes)
        pin = None if booked is None or stands is None else self.pins.pin_of(booked, id_, stands, modes)
        return Task(
            id=id_,
            modes=modes,
            booked=stands,
            pin=pin,
            windows=self._windows_of(row, run, id_, pin, begun=begun),
            batch=batch_of(self.world, row, run),
            size=run.pieces,
        )

    def _windows_of(
        self, row: Request, run: PlannedRun, id_: str, pin: Pin | None, *, begun: bool
    ) -> tuple[Window, ...]:
        """Whoever pinned a time knows better than the window, which waits until the time is free again."""
        if pin is None or pin.start is None:
            return self._windows(row, run, begun=begun)
        with suppress(WindowTooShort):
            self.waiting_windows[id_] = self._windows(row, run, begun=begun)
        return ()

    def _windows(self, row: Request, run: PlannedRun, *, begun: bool) -> tuple[Window, ...]:
        """When its operation may be done; of work that has begun nothing but from when on, as it is finished late if
        need be. Raises ``WindowTooShort`` where no window holds a run on the grid."""
        asked = [each for each in windows_of(row.windows) if each.operation == run.operation.name and not run.visit]
        if not asked:
            return ()
        starts = [each.start or self.scope.start for each in asked]
        far = max(self.scope.end, *starts) + FAR
        ends = [each.end or far for each in asked]
        spans = [(min(starts), far)] if begun else zip(starts, ends, strict=True)
        found, needed = self.clock.inwards(spans), ticks_of(run, self.clock)
        if all(until - since < needed for since, until in found):
            raise WindowTooShort(
                f"No window of {run.operation.name} holds it on the grid of the plan.", field="windows"
            )
        return found

    def _booked(self, booked: BookedRun, modes: tuple[Mode, ...] = ()) -> Booked:
        """A visit holds no unit: where it stands is what its only mode says."""
        visited = tuple(sorted({use.unit for mode in modes for use in mode.units}))
        return Booked(
            start=self.clock.floor(booked.run.start_at),
            end=self.clock.ceil(booked.run.end_at),
            units=visited if booked.run.visit else units_of(self.world, booked),
            frozen=is_frozen(booked, self.scope),
        )

    def _fact(self, request_row_id: int, key: RunKey, booked: BookedRun) -> Fact:
        return Fact(
            id=task_id(request_row_id, *key),
            start=self.clock.floor(booked.run.start_at),
            end=self.clock.ceil(booked.run.end_at),
            units=units_of(self.world, booked) if booked.holds else None,
            persons=persons_of(self.world, booked) if booked.holds else None,
        )

    def _lag(self, request_row_id: int, lag: RunLag, fixed: Mapping[RunKey, BookedRun]) -> Lag:
        least, most = self._bounds(lag, fixed)
        if least is not None and most is not None:
            most = max(least, most)
        return Lag(
            before=task_id(request_row_id, *lag.before),
            after=task_id(request_row_id, *lag.after),
            frm=lag.frm,
            to=lag.to,
            least=least,
            most=most,
        )

    def _bounds(self, lag: RunLag, fixed: Mapping[RunKey, BookedRun]) -> tuple[int | None, int | None]:
        """Least and most in ticks, so rounded that no task comes sooner or later than the minutes say, counted from the
        real moment of a fact: both may be off the grid. Where no tick lies between, ``most`` is less than ``least``."""
        least, most = (None if m is None else timedelta(minutes=m) for m in (lag.least_minutes, lag.most_minutes))
        floor, ceil = self.clock.floor, self.clock.ceil
        if lag.after in fixed:
            moment, tick = self._edge(fixed[lag.after], lag.to)
            return (
                None if least is None else tick - floor(moment - least),
                None if most is None else tick - ceil(moment - most),
            )
        moment, tick = self._edge(fixed[lag.before], lag.frm) if lag.before in fixed else (self.clock.origin, 0)
        return (
            None if least is None else ceil(moment + least) - tick,
            None if most is None else floor(moment + most) - tick,
        )

    def _broken_by_now(
        self, request_row_id: int, lags: Iterable[RunLag], fixed: Mapping[RunKey, BookedRun]
    ) -> Iterator[BrokenLag]:
        """Longest lags between two runs that have both begun."""
        begun = {key: booked for key, booked in fixed.items() if booked.run.start_at < self.scope.start}
        for lag in lags:
            if lag.most_minutes is None or lag.before not in begun or lag.after not in begun:
                continue
            gap = self._edge(begun[lag.after], lag.to)[0] - self._edge(begun[lag.before], lag.frm)[0]
            minutes = gap // timedelta(minutes=1)
            if minutes > lag.most_minutes:
                yield BrokenLag(
                    request=request_id(request_row_id),
                    before=task_id(request_row_id, *lag.before),
                    after=task_id(request_row_id, *lag.after),
                    most_minutes=lag.most_minutes,
                    soonest_minutes=minutes,
                    done=True,
                )

    def _edge(self, booked: BookedRun, edge: Edge) -> tuple[datetime, int]:
        """A fact's start or end: the real moment, and the tick that its fact has for it."""
        if edge == "start":
            return booked.run.start_at, self.clock.floor(booked.run.start_at)
        return booked.run.end_at, self.clock.ceil(booked.run.end_at)

    def _by_hand(self, booked: BookedRun) -> PlannedRequest:
        """Units booked by hand that are out of order or closed: the same length on the same units, or on others of the
        hit unit's type at the centre; late counts from the booked end."""
        assert booked.run.id is not None
        name = hand_id(booked.run.id)
        stands, booking = self._booked(booked), booked.bookings[0]
        hit = self.standing.hit.get(booked.run.id)
        broken = frozenset[int]() if hit is None else hit.units
        return PlannedRequest(
            id=name,
            tasks=(
                Task(
                    id=f"{name}/1/1",
                    modes=tuple(
                        Mode(duration=stands.end - stands.start, units=units)
                        for units in self._ways.instead(booked, broken)
                    ),
                    booked=stands,
                ),
            ),
            due=stands.end,
            weight=1,
            tardiness_weight=1,
            owner=organisation_id(booking.organisation_id),
            cluster=cluster_id(booking.cluster_id),
            asker=booking.made_by,
        )

    @cached_property
    def pins(self) -> Pins:
        return Pins(world=self.world, clock=self.clock, standing=self.standing)

    @cached_property
    def _ways(self) -> Ways:
        return Ways(world=self.world, clock=self.clock, scope=self.scope)


def units_of(world: World, booked: BookedRun) -> tuple[str, ...]:
    """Sorted ids of the units that a run holds."""
    return tuple(sorted({unit_id(hold.resource_id) for hold in booked.own_holds if hold.resource_id in world.units}))


def persons_of(world: World, booked: BookedRun) -> tuple[str, ...]:
    """Sorted ids of the persons that a run holds."""
    return tuple(
        sorted({person_id(hold.resource_id) for hold in booked.own_holds if hold.resource_id in world.persons})
    )


def _told(found: Defect) -> str:
    """A defect of one request, to whoever knows steps and not ticks."""
    if found.code == "lags_contradict":
        return f"The lags between {', '.join(dict.fromkeys(found.ids[1:]))} cannot hold together."
    return found.sentence


def _choices(request_row_id: int, routing: Expanded) -> Iterator[SameChoice]:
    for choice in routing.choices:
        yield SameChoice(
            tasks=tuple(task_id(request_row_id, *key) for key in choice.runs), what=choice.what, differ=choice.differ
        )


def _by_request(runs: Iterable[BookedRun]) -> dict[int, dict[RunKey, BookedRun]]:
    result: dict[int, dict[RunKey, BookedRun]] = defaultdict(dict)
    for booked in runs:
        key = part_key(booked.part)
        if booked.request_id is not None and key is not None:
            result[booked.request_id][key] = booked
    return result


def _binds(lag: RunLag, left: Set[RunKey], fixed: Mapping[RunKey, BookedRun]) -> bool:
    """Whether both ends are there and one of them is still to be placed."""
    ends = (lag.before, lag.after)
    return any(end in left for end in ends) and all(end in left or end in fixed for end in ends)
