"""Quotas and budgets as the solver's: one quota for each holder whose work is to be placed, one stock for each budget.

Knows nothing of calendars. Limits are rounded down, what is used outwards.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from models.queries.runs import BookedRun, Part, part_of
from models.queries.world import World
from models.tables import Booking, Budget, Quota
from scheduler.local_time import local_moment, zone_of
from scheduler.translate.clock import Clock
from scheduler.translate.names import budget_id, cluster_id, organisation_id, quota_id, row_id, unit_id
from solver.problem import Bucket, Consumption, Mode, Request, Stock, Task, Window
from solver.problem import Quota as PlannedQuota
from solver.spent import Spent, inside

Holder = tuple[str, str, str]
"""Owner, cluster and asker, as a request names them; all but one empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limiting:
    """One world's limits on one clock. ``placed`` are the runs (row ids) that the plan places anew: they do not
    count as used."""

    world: World
    clock: Clock
    start: datetime
    end: datetime
    placed: Collection[int] = ()
    projects: Mapping[str, int] = field(default_factory=dict)

    def quotas(self, requests: Iterable[Request]) -> tuple[PlannedQuota, ...]:
        """The quotas of those who ask, with what stands booked or was done."""
        asked = list(requests)
        return tuple(
            self._at_what_stands(quota, holder, planned)
            for quota in self.world.limits.quotas
            for holder in dict.fromkeys(self._holder_of(quota, request) for request in asked)
            if holder is not None and (planned := self._quota(quota, holder)) is not None
        )

    def _holder_of(self, quota: Quota, request: Request) -> Holder | None:
        """Whose uses count together with the request's; ``None`` where it cannot use any of the units."""
        counted = {unit_id(id_) for id_ in self.world.limits.units["quota", quota.id or 0]}
        used = {use.unit for task in request.tasks for mode in task.modes for use in mode.units if use.lanes}
        return _holder_of(quota, request) if not request.tasks or used & counted else None

    def _at_what_stands(self, quota: Quota, holder: Holder, planned: PlannedQuota) -> PlannedQuota:
        """A quota that what may move exceeds where it stands (it came later, or was lowered) is held at that: nobody
        loses a confirmed place by it."""
        counted = self.world.limits.units["quota", quota.id or 0]
        stands = sorted(self._used(quota, holder, counted, placed=True))
        if not stands:
            return planned
        spent = Spent(planned)
        if planned.length is not None:
            return replace(planned, most=planned.most + max(0, spent.worst(stands).excess))
        buckets = []
        for start, end, most in planned.buckets:
            own = inside(stands, (start, end), planned.measure)
            buckets.append((start, end, max(most, spent.used((start, end)) + own) if own else most))
        return replace(planned, buckets=tuple(buckets))

    def _quota(self, quota: Quota, holder: Holder) -> PlannedQuota | None:
        assert quota.id is not None
        counted = self.world.limits.units["quota", quota.id]
        units = tuple(sorted(unit_id(id_) for id_ in counted if id_ in self.world.units))
        if not units:
            return None
        owner, cluster, asker = holder
        by_time = quota.measure == "minutes"
        most = self.clock.minutes_down(quota.most) if by_time else quota.most
        return PlannedQuota(
            id=quota_id(quota.id, owner or cluster or asker),
            units=units,
            measure="ticks" if by_time else "count",
            owner=owner,
            cluster=cluster,
            asker=asker,
            buckets=self._buckets(quota, most) if quota.days is None else (),
            length=None if quota.days is None else self.clock.minutes_up(quota.days * 24 * 60),
            most=most,
            taken=tuple(sorted(self._used(quota, holder, counted, placed=False))),
        )

    def _buckets(self, quota: Quota, most: int) -> tuple[Bucket, ...]:
        """Local days or weeks, those of 23 and 25 hours as they are."""
        zone = next(centre.zone for centre in self.world.centres if centre.id == quota.centre_id)
        step = timedelta(days=1 if quota.period == "day" else 7)
        day = self.start.astimezone(zone_of(zone)).date()
        day -= timedelta(days=day.weekday() if quota.period == "week" else 0)
        found: list[Bucket] = []
        while (opens := local_moment(day, 0, zone)) < self.end:
            day += step
            found.append((self.clock.floor(opens), self.clock.floor(local_moment(day, 0, zone)), most))
        return tuple(found)

    def _used(self, quota: Quota, holder: Holder, units: Collection[int], *, placed: bool) -> Iterator[Window]:
        """What stands, of the runs that are placed anew or of all others; of a shared run for every part that the
        holder has in it."""
        for booked in self.world.limits.runs:
            if (booked.run.id in self.placed) != placed:
                continue
            spans = [self._ticks(span) for span in used_spans(booked, units).values()]
            if quota.measure == "count":
                spans = [self._ticks((booked.run.start_at, booked.run.end_at))][: len(spans)]
            for _ in _parts(booked, partial(self._holds, holder, booked)):
                yield from spans

    def _ticks(self, span: tuple[datetime, datetime]) -> Window:
        return self.clock.floor(span[0]), self.clock.ceil(span[1])

    def _holds(self, holder: Holder, booked: BookedRun, booking: Booking) -> bool:
        request = part_of(booking, booked.run)[0]
        asker = booking.made_by if request is None else self.world.limits.askers.get(request, "")
        named = (organisation_id(booking.organisation_id), cluster_id(booking.cluster_id), asker)
        return all(wanted in ("", found) for wanted, found in zip(holder, named, strict=True))

    def budgets(self) -> tuple[Stock, ...]:
        """Each budget: its grants, less what stands booked or was done since the first."""
        return tuple(
            Stock(id=budget_id(budget.id), changes=self._changes(budget), measure="ticks")
            for budget in self.world.limits.budgets
            if budget.id is not None
        )

    def _changes(self, budget: Budget) -> tuple[tuple[int, int], ...]:
        assert budget.id is not None
        grants = self.world.limits.grants.get(budget.id, ())
        changes = [(self.clock.ceil(grant.at), self.clock.minutes_down(grant.minutes)) for grant in grants]
        counted = self.world.limits.units["budget", budget.id]
        first = min((grant.at for grant in grants), default=self.start)
        for booked in self.world.limits.runs:
            if booked.run.id not in self.placed and booked.run.start_at >= first:
                parts = _parts(booked, lambda each: _is_of(budget, each.organisation_id, each.project_id))
                spans = [self._ticks(span) for span in used_spans(booked, counted).values()]
                taken = len(parts) * sum(end - start for start, end in spans)
                changes.append((self.clock.floor(booked.run.start_at), -taken))
        before = sum(amount for tick, amount in changes if tick <= 0)
        later = sorted(change for change in changes if change[0] > 0 and change[1])
        return (*(((0, before),) if before else ()), *later)

    def budgeted(self, requests: Iterable[Request]) -> Iterator[Request]:
        """The requests with what their modes take of budgets: the lengths of their uses, waiting not counted."""
        for request in requests:
            mine = [budget for budget in self.world.limits.budgets if self.is_asked_by(budget, request)]
            yield (
                replace(request, tasks=tuple(self._spending(task, mine) for task in request.tasks)) if mine else request
            )

    def is_asked_by(self, budget: Budget, request: Request) -> bool:
        """Whether a request takes its hours out of the budget."""
        if budget.project_id is None:
            return request.owner == organisation_id(budget.organisation_id or 0)
        return self._project(request.id) == budget.project_id

    def _project(self, request: str) -> int | None:
        if request in self.projects:
            return self.projects[request]
        if request.startswith("R"):
            return self.world.requests[row_id(request)].project_id
        runs = (booked for booked in self.world.runs if booked.run.id == row_id(request))
        return next((booking.project_id for booked in runs for booking in booked.bookings), None)

    def _spending(self, task: Task, budgets: Sequence[Budget]) -> Task:
        return replace(task, modes=tuple(self._spends(mode, budgets) for mode in task.modes))

    def _spends(self, mode: Mode, budgets: Sequence[Budget]) -> Mode:
        lengths = {"whole": mode.duration, "head": mode.head, "tail": mode.tail}
        taken: list[Consumption] = []
        for budget in budgets:
            assert budget.id is not None
            counted = {unit_id(id_) for id_ in self.world.limits.units["budget", budget.id]}
            amount = sum(lengths[use.part] for use in mode.units if use.lanes and use.unit in counted)
            if amount:
                taken.append(Consumption(stock=budget_id(budget.id), amount=amount))
        return replace(mode, consumptions=(*mode.consumptions, *taken)) if taken else mode


def used_spans(booked: BookedRun, units: Collection[int]) -> Mapping[int, tuple[datetime, datetime]]:
    """From when to when a run holds each of these units, however many lanes of it."""
    spans: dict[int, tuple[datetime, datetime]] = {}
    for hold in booked.own_holds:
        if hold.resource_id in units:
            start, end = spans.get(hold.resource_id, (hold.start_at, hold.end_at))
            spans[hold.resource_id] = min(start, hold.start_at), max(end, hold.end_at)
    return spans


def _parts(booked: BookedRun, is_mine: Callable[[Booking], bool]) -> set[Part]:
    """The parts of a run of which a booking is somebody's."""
    return {part_of(booking, booked.run) for booking in booked.bookings if is_mine(booking)}


def _is_of(budget: Budget, organisation: int, project: int) -> bool:
    return budget.organisation_id == organisation if budget.project_id is None else budget.project_id == project


def _holder_of(quota: Quota, request: Request) -> Holder | None:
    """Whose uses count together with the request's; ``None`` where they do not count."""
    per = ("organisation", "cluster", "person").index(quota.per)
    name = (request.owner, request.cluster, request.asker)[per]
    wanted = (
        quota.organisation_id and organisation_id(quota.organisation_id),
        quota.cluster_id and cluster_id(quota.cluster_id),
        quota.person,
    )[per]
    if not name or wanted not in (None, name):
        return None
    return (name, "", "") if per == 0 else ("", name, "") if per == 1 else ("", "", name)
