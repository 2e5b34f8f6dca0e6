"""Maintenance as the solver's requests, and what units expire by.

Knows nothing of other requests but what their fixed runs use.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from models.queries.runs import each_run
from models.queries.world import BookedRun, World
from models.tables import Maintenance
from scheduler.settings import CentreSettings
from scheduler.time_words import tell_length
from scheduler.translate.clock import Clock
from scheduler.translate.names import maintenance_id, maintenance_task_id, row_id, skill_id, unit_id
from scheduler.translate.standing import Scope, Standing, is_asked, is_frozen
from scheduler.weights import upkeep_weight_of
from solver.problem import Booked, Expiry, ExpiryMeasure, Mode, Request, StaffNeed, Task, Unit, UnitUse, Used, Window

EARLY_PERCENT = 80
"""From how much of its run hours or cycles on maintenance may be done."""
MOST_TIMES = 40
"""How often it is done within one horizon at most, what stands planned counted in."""


Due = tuple[datetime, datetime]
"""When maintenance may be done."""

_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wear:
    """How much a unit was used since maintenance was done last, by moments until one: minutes and runs."""

    minutes: int
    cycles: int


def wear_of(world: World, maintenance: Maintenance, *, until: datetime) -> Wear:
    """What was used, and what stands booked, before ``until``."""
    spans = [*world.worn.get(maintenance.id or 0, ()), *_booked_spans(world, maintenance, until)]
    return Wear(minutes=_minutes(spans), cycles=len(spans))


def due_window(maintenance: Maintenance, *, since: datetime | None = None) -> Due | None:
    """When it may be done, by its days since it was done last, or ``since`` then; ``None`` where it has none."""
    if maintenance.every_days is None:
        return None
    due = (since or maintenance.last_done_at) + timedelta(days=maintenance.every_days)
    return due - timedelta(days=maintenance.early_days), due + timedelta(days=maintenance.late_days)


def is_near(maintenance: Maintenance, wear: Wear) -> bool:
    """Whether so much of its run hours or cycles is used that it may be done."""
    limits = ((maintenance.every_run_minutes, wear.minutes), (maintenance.every_cycles, wear.cycles))
    return any(limit is not None and 100 * used >= EARLY_PERCENT * limit for limit, used in limits)


def _is_of(booked: BookedRun, row: Maintenance) -> bool:
    return booked.maintenance is not None and booked.maintenance.maintenance_id == row.id


def _minutes(spans: Iterable[tuple[datetime, datetime]]) -> int:
    return sum((end - start) // timedelta(minutes=1) for start, end in spans)


def _shares(requests: Iterable[Request]) -> dict[str, Wear]:
    """By unit, what is asked of it, in ticks and uses: work that several units could do is shared out among them."""
    ticks: dict[str, int] = defaultdict(int)
    uses: dict[str, int] = defaultdict(int)
    for task in (task for request in requests for task in request.tasks):
        units = {use.unit for mode in task.modes for use in mode.units if use.lanes}
        needed = max((sum(use.lanes > 0 for use in mode.units) for mode in task.modes), default=0)
        for unit in units:
            ticks[unit] += 100 * needed * min(mode.duration for mode in task.modes) // len(units)
            uses[unit] += 100 * needed // len(units)
    return {unit: Wear(minutes=ticks[unit] // 100, cycles=uses[unit] // 100) for unit in ticks}


def _is_past(row: Maintenance, end: datetime, minutes: int, cycles: int) -> bool:
    """Whether work that ends then, with so much used by then, would be past an expiry."""
    window = due_window(row)
    late = window is not None and end > window[1]
    worn = row.every_run_minutes is not None and minutes > row.every_run_minutes
    return row.expires and (late or worn or (row.every_cycles is not None and cycles > row.every_cycles))


def _booked_spans(world: World, maintenance: Maintenance, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    for booked in each_run(world.runs):
        held = [hold for hold in booked.own_holds if hold.resource_id == maintenance.unit_id]
        if booked.run.kind == "work" and held:
            start, end = min(hold.start_at for hold in held), max(hold.end_at for hold in held)
            if maintenance.last_done_at <= start < until:
                yield start, end


IN_TIME = "in the time in which it may be done"


def without_visit(maintenance: Maintenance, visits: Sequence[Due], *, which: str = "to come") -> str:
    """Why nobody who comes from outside could do it in any of these visits; empty where somebody could."""
    longest = max((end - start for start, end in visits), default=timedelta())
    if longest >= timedelta(minutes=maintenance.minutes):
        return ""
    takes = f"It takes {tell_length(maintenance.minutes)}"
    if not visits:
        return f"{takes} of a visit, and there is none {which}."
    return f"{takes}; of the visits {which} the longest lasts {tell_length(longest // timedelta(minutes=1))}."


@dataclass(frozen=True, kw_only=True, slots=True)
class Time:
    """One of the times that a maintenance is done: as it stands planned (``None``: it does not), from when on so much
    is used that it may be done (``None``: not within the horizon), and when it may be by its days (``None``: it has
    none). ``number``: which of all that were ever planned it is, from 1."""

    number: int
    booked: BookedRun | None
    early: datetime | None
    window: Due | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Upkeep:
    """The world's maintenance in one scope."""

    world: World
    clock: Clock
    scope: Scope
    standing: Standing
    settings: Mapping[int, CentreSettings]

    def undoable(self, asked: Iterable[Request] = ()) -> dict[str, str]:
        """What is due before the horizon ends and finds no visit that is long enough, by id, and why."""
        shares, nothing, found = _shares(asked), Wear(minutes=0, cycles=0), dict[str, str]()
        for row in self.world.maintenance if self.scope.only is None and not self.scope.repair else ():
            share = shares.get(unit_id(row.unit_id), nothing)
            for time in self._times(row, share):
                lasts = time.early is None and (time.window is None or time.window[1] > self.scope.end)
                visits = None if time.booked is not None or lasts else self._visits(row, *self._span(row, time))
                reason = "" if visits is None else without_visit(row, visits, which=IN_TIME)
                if reason:
                    found[maintenance_id(row.id or 0, time.number)] = reason
        return found

    def _visits(self, row: Maintenance, low: datetime, high: datetime) -> list[Due] | None:
        """What of its visits lies between two moments; ``None`` where it has none to wait for."""
        visits = [visit for visit in self.world.visits if visit.maintenance_id == row.id]
        within = ((max(low, visit.start_at), min(high, visit.end_at)) for visit in visits)
        return [(start, end) for start, end in within if start < end] if visits else None

    def requests(self, asked: Iterable[Request] = ()) -> Iterator[Request]:
        """What may be done within the horizon, and what stands planned and may move. ``asked`` are the other requests
        of the problem, whose work wears the units, too."""
        shares, nothing = _shares(asked), Wear(minutes=0, cycles=0)
        for row in self.world.maintenance:
            yield from self._of_row(row, shares.get(unit_id(row.unit_id), nothing))

    def _of_row(self, row: Maintenance, share: Wear) -> Iterator[Request]:
        """What stands and may move, and, unless this is a repair, what is due besides."""
        assert row.id is not None
        if not is_asked(self.scope, maintenance_id(row.id)):
            return
        free = {booked.run.id for booked in self.standing.free}
        for time in self._times(row, share):
            if time.booked is None:
                wanted = not self.scope.repair and self._is_named(maintenance_id(row.id, time.number))
            else:
                wanted = time.booked.run.id in free
            windows = self._windows(row, time) if wanted else None
            if windows is not None:
                yield self._request(row, time, windows)

    def _is_named(self, request: str) -> bool:
        return self.scope.only is None or request in self.scope.only

    def _times(self, row: Maintenance, share: Wear) -> Iterator[Time]:
        """Each time that it is to be done until the horizon ends, one after the other."""
        standing, since = self._standing_of(row), row.last_done_at
        numbers = count(self.world.planned_times.get(row.id or 0, 0) + 1)
        for done_before in count():
            early, window = self._early(row, share, done_before), due_window(row, since=since)
            due = done_before < MOST_TIMES and (early or (window is not None and window[0] < self.scope.end))
            if standing and (not due or self._is_next(row, standing[0], window)):
                booked = standing.pop(0)
                yield Time(number=booked.time, booked=booked, early=early, window=window)
                since = booked.run.end_at
            elif due:
                yield Time(number=next(numbers), booked=None, early=early, window=window)
                since = self._nominal(row, window)
            else:
                return

    def _standing_of(self, row: Maintenance) -> list[BookedRun]:
        """What stands planned of it, by start."""
        every = (*self.standing.fixed, *self.standing.free)
        return sorted((one for one in every if _is_of(one, row)), key=lambda one: (one.run.start_at, one.time))

    def _is_next(self, row: Maintenance, booked: BookedRun, window: Due | None) -> bool:
        """Whether what stands is for the time that is due in ``window``, and not for the one after it: it is nearer
        to that. One that failed is done anew at once, though the next is planned."""
        if row.every_days is None:
            return True
        return booked.run.start_at < self._nominal(row, window) + timedelta(days=row.every_days) / 2

    def _nominal(self, row: Maintenance, window: Due | None) -> datetime:
        """When it is taken to have been done where it is not known yet: when it is due, or now where it is overdue."""
        due = self.scope.start if window is None else window[1] - timedelta(days=row.late_days)
        return max(due, self.scope.start)

    def laid(self, units: Iterable[Unit], requests: Iterable[Request]) -> tuple[Unit, ...]:
        """The units with what they expire by; ``requests`` are those of the problem."""
        tasks = [task.id for request in requests if request.maintenance for task in request.tasks]
        found: dict[str, list[Expiry]] = {}
        for row in self.world.maintenance:
            if row.expires:
                found.setdefault(unit_id(row.unit_id), []).extend(self._expiries(row, tasks))
        return tuple(replace(unit, expiries=tuple(found.get(unit.id, ()))) for unit in units)

    def _fixed(self, row: Maintenance) -> list[BookedRun]:
        """Where it stands and may not move."""
        return [booked for booked in self.standing.fixed if _is_of(booked, row)]

    # -- the job

    def _request(self, row: Maintenance, time: Time, windows: tuple[Window, ...]) -> Request:
        assert row.id is not None
        centre_id = self.world.resources[row.unit_id].centre_id
        mode = Mode(
            duration=self.clock.minutes_up(row.minutes),
            units=(UnitUse(unit=unit_id(row.unit_id), lanes=self.world.resources[row.unit_id].lanes),),
            staff=(StaffNeed(skill=skill_id(centre_id, row.skill)),) if row.skill else (),
        )
        task = Task(
            id=maintenance_task_id(row.id, time.number),
            modes=(mode,),
            windows=windows,
            booked=None if time.booked is None else self._booked(time.booked),
        )
        weight = upkeep_weight_of(row.minutes, self.settings[centre_id])
        return Request(id=maintenance_id(row.id, time.number), tasks=(task,), weight=weight, maintenance=True)

    def _booked(self, booked: BookedRun) -> Booked:
        return Booked(
            start=self.clock.floor(booked.run.start_at),
            end=self.clock.ceil(booked.run.end_at),
            units=(unit_id(booked.holds[0].resource_id),),
            frozen=is_frozen(booked, self.scope),
        )

    def _early(self, row: Maintenance, share: Wear, done_before: int) -> datetime | None:
        """From when on so much of its run hours or cycles will be used that it may be done once more, after so many
        times, if what is asked for is done evenly over the planned week; ``None`` where that is not enough. A draft has
        weighed all that was asked for, of which its publication sees only a part."""
        if self.scope.only is not None and (row.every_run_minutes is not None or row.every_cycles is not None):
            return self.scope.start
        wear, week = wear_of(self.world, row, until=self.scope.end), self.scope.commit_until - self.scope.start
        starts = []
        for limit, used, asked in (
            (row.every_run_minutes, wear.minutes, share.minutes * self.clock.tick_minutes),
            (row.every_cycles, wear.cycles, share.cycles),
        ):
            missing = 0 if limit is None else max(0, (EARLY_PERCENT + 100 * done_before) * limit - 100 * used)
            if limit is not None and missing <= 100 * asked:
                starts.append(self.scope.start + (week * missing // (100 * asked) if missing else timedelta()))
        if not starts:
            return None
        return max(min(starts), self._worn_out(row, wear, done_before)) if done_before else min(starts)

    def _worn_out(self, row: Maintenance, wear: Wear, done_before: int) -> datetime:
        """Before when its run hours cannot be used up so often again, on all lanes at once."""
        if row.every_run_minutes is None or row.every_cycles is not None:
            return self.scope.start
        missing = max(0, done_before * row.every_run_minutes - wear.minutes)
        return self.scope.start + timedelta(minutes=missing) / self.world.resources[row.unit_id].lanes

    def _windows(self, row: Maintenance, time: Time) -> tuple[Window, ...] | None:
        """When it may be done; ``None`` where it is not due, or cannot be, within the horizon."""
        booked, (low, high) = time.booked, self._span(row, time)
        if booked is not None:
            high = min(high, self._first_dependent(row, booked))
        visits = self._visits(row, low, high)
        spans = [(low, high)] if visits is None else visits
        found = self.clock.inwards((start, end) for start, end in spans if start < end)
        need = self.clock.minutes_up(row.minutes)
        fitting = tuple(window for window in found if window[1] - window[0] >= need)
        if booked is None:
            return fitting if fitting and (time.early or row.every_days is not None) else None
        return fitting or ((self.clock.floor(booked.run.start_at), self.clock.ceil(booked.run.end_at)),)

    def _span(self, row: Maintenance, time: Time) -> tuple[datetime, datetime]:
        """The moments between which it is done: its window, or as soon as may be where that is over; until the horizon
        ends where its run hours or cycles run out."""
        start, early, window = self.scope.start, time.early, time.window
        if window is None:
            return early or start, self.scope.end
        if window[1] <= start + timedelta(minutes=row.minutes):
            return start, self.scope.end
        low = max(window[0], start)
        return (low, min(window[1], self.scope.end)) if early is None else (min(low, early), self.scope.end)

    def _first_dependent(self, row: Maintenance, booked: BookedRun) -> datetime:
        """When the first fixed work begins that comes after the maintenance and needs it."""
        worn = self.world.worn.get(row.id or 0, ())
        minutes, cycles, free = _minutes(worn), len(worn), self._free_starts(row)
        for start, end in sorted(_booked_spans(self.world, row, _FAR)):
            minutes, cycles = minutes + _minutes([(start, end)]), cycles + 1
            if start >= booked.run.end_at and start not in free and _is_past(row, end, minutes, cycles):
                return start
        return _FAR

    def _free_starts(self, row: Maintenance) -> set[datetime]:
        return {
            hold.start_at
            for booked in self.standing.free
            if booked.run.kind == "work"
            for hold in booked.own_holds
            if hold.resource_id == row.unit_id
        }

    # -- what the unit expires by

    def _expiries(self, row: Maintenance, tasks: Iterable[str]) -> Iterator[Expiry]:
        assert row.id is not None
        by = tuple(task for task in tasks if row_id(task) == row.id)
        ends = sorted(self.clock.ceil(booked.run.end_at) for booked in self._fixed(row))
        worn, used, window = self.world.worn.get(row.id, ()), tuple(self._used(row)), due_window(row)

        def expiry(measure: ExpiryMeasure, left: int, renewed: int) -> Expiry:
            return Expiry(
                kind=row.kind,
                measure=measure,
                left=left,
                renewed=max(1, renewed),
                renewed_by=by,
                renewed_at=tuple(ends),
                used=used,
            )

        down = self.clock.minutes_down
        if window is not None and row.every_days is not None:
            lasts = timedelta(days=row.every_days + row.late_days)
            yield expiry("date", self.clock.floor(window[1]), lasts // self.clock.tick)
        if row.every_run_minutes is not None:
            yield expiry("use", down(row.every_run_minutes - _minutes(worn)), down(row.every_run_minutes))
        if row.every_cycles is not None:
            yield expiry("cycles", row.every_cycles - len(worn), row.every_cycles)

    def _used(self, row: Maintenance) -> Iterator[Used]:
        """What fixed work uses: one use per run, from the whole ticks that it touches."""
        for booked in each_run(self.standing.fixed):
            held = [hold for hold in booked.own_holds if hold.resource_id == row.unit_id]
            if booked.run.kind == "work" and held:
                start, end = min(hold.start_at for hold in held), max(hold.end_at for hold in held)
                if start >= row.last_done_at:
                    yield Used(start=self.clock.floor(start), end=self.clock.ceil(end))
