"""What clusters should get of their centres in the weeks that a plan looks at, and what each request gives them.

Knows nothing of how a plan weighs it.

    entitled = the agreed part of the units' open hours within the horizon
    asked    = what fixed work gives, and every request of the problem that could be planned by itself
    debt     = what was passed over of what was agreed in the four weeks before, capped
    target   = min(entitled + debt, asked)

All in weighted ticks: lanes times ticks times the percent that an hour of the unit counts (``scheduler.hours``).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from models.queries.world import World
from models.tables import Entitlement
from scheduler.hours import hour_percents
from scheduler.local_time import iso_week
from scheduler.settings import CentreSettings
from scheduler.translate.clock import Clock
from scheduler.translate.names import hand_id, row_id, share_id
from scheduler.translate.resources import Calendars
from scheduler.translate.standing import Scope, Standing
from solver.bounds import is_planable
from solver.calendars import Calendars as SolverCalendars
from solver.problem import Mode, Problem, Request, Share, Task, Window, part_span
from solver.reach import find_reach
from solver.windows import clip, total

DEBT_WINDOW = timedelta(weeks=4)
"""How far back it counts what clusters were given."""


def with_shares(problem: Problem, world: World, scope: Scope, standing: Standing, clock: Clock) -> Problem:
    """The problem with shares, where a level counts unfairness and something was agreed; else as it was."""
    counts = any(cost == "unfairness" for level in problem.levels for cost, _ in level.terms)
    if not counts or scope.only is not None:
        return problem
    return _Agreed(world=world, scope=scope, standing=standing, clock=clock).added(problem)


@dataclass(frozen=True, kw_only=True)
class _Agreed:
    """One problem's shares being counted."""

    world: World
    scope: Scope
    standing: Standing
    clock: Clock

    def added(self, problem: Problem) -> Problem:
        agreed = {share_id(row.cluster_id, row.centre_id): row for row in self.world.agreed if row.share}
        requests = tuple(self._with_worth(request, agreed) for request in problem.requests)
        given, asked, passed = self._fixed(), Counter[str](), Counter[str]()
        reach = find_reach(SolverCalendars(problem))
        for request in requests:
            if is_planable(request, reach):
                asked[request.share] += request.worth
                passed[request.share] += request.worth if self._was_passed_over(request) else 0
        shares = tuple(
            Share(id=id_, target=min(self._due(row, passed[id_]), given[id_] + asked[id_]), given=given[id_])
            for id_, row in agreed.items()
        )
        return replace(problem, requests=requests, shares=shares)

    def _with_worth(self, request: Request, agreed: Mapping[str, Entitlement]) -> Request:
        if request.maintenance:
            return request
        share = f"{request.cluster}@{self._centre(request)}"
        if share not in agreed:
            return request
        return replace(request, share=share, worth=sum(map(self._worth, request.tasks)))

    def _centre(self, request: Request) -> int:
        if request.id.startswith("R"):
            return self.world.requests[row_id(request.id)].centre_id
        by_hand = {hand_id(booked.run.id): booked.run.centre_id for booked in self.standing.free if booked.run.id}
        return by_hand[request.id]

    def _worth(self, task: Task) -> int:
        """The least of its modes: units that count differently are rarely alternatives."""
        return min((self._of_mode(mode) for mode in task.modes), default=0)

    def _of_mode(self, mode: Mode) -> int:
        spans = ((use, part_span(use.part, mode, start=0, end=mode.duration)) for use in mode.units)
        return sum(self._percents[row_id(use.unit)] * use.lanes * (span[1] - span[0]) for use, span in spans)

    def _fixed(self) -> Counter[str]:
        """What fixed work gives within the horizon."""
        given: Counter[str] = Counter()
        for booked in self.standing.fixed:
            for hold in booked.own_holds if booked.bookings else ():
                id_ = share_id(booked.bookings[0].cluster_id, booked.run.centre_id)
                given[id_] += self._held(hold.resource_id, hold.start_at, hold.end_at, (self._start, self._end))
        return given

    def _due(self, row: Entitlement, passed: int) -> int:
        """What was agreed for the horizon, and the debt."""
        entitled = self._entitled(row, (self._start, self._end))
        before = (self.clock.floor(self.scope.start - DEBT_WINDOW), self._start)
        lacking = min(passed, max(0, self._entitled(row, before) - self._given_before(row, before)))
        centre = next(centre for centre in self.world.centres if centre.id == row.centre_id)
        most = CentreSettings.read(centre.settings).fairness.debt_percent
        return entitled + min(lacking, entitled * most // 100)

    def _entitled(self, row: Entitlement, window: Window) -> int:
        opened = sum(
            self._percents[unit] * self.world.resources[unit].lanes * total(clip(windows, *window))
            for unit, windows in self._open.items()
            if self.world.resources[unit].centre_id == row.centre_id
        )
        return opened * row.share // 1000

    def _given_before(self, row: Entitlement, window: Window) -> int:
        mine = (
            each for each in self.world.given if (each.cluster_id, each.centre_id) == (row.cluster_id, row.centre_id)
        )
        return sum(self._held(each.resource_id, each.start_at, each.end_at, window) for each in mine)

    def _held(self, resource: int, start: datetime, end: datetime, window: Window) -> int:
        """Of a person nothing counts."""
        ticks = min(self.clock.ceil(end), window[1]) - max(self.clock.floor(start), window[0])
        return self._percents.get(resource, 0) * max(0, ticks)

    def _was_passed_over(self, request: Request) -> bool:
        """In one of the four weeks before."""
        first = iso_week(self.scope.start - DEBT_WINDOW, self.world.centres[0].zone)
        weeks = self.world.passed_over.get(row_id(request.id), ()) if request.id.startswith("R") else ()
        return any(first <= week < self.scope.week for week in weeks)

    @property
    def _start(self) -> int:
        return self.clock.floor(self.scope.start)

    @property
    def _end(self) -> int:
        return self.clock.floor(self.scope.end)

    @cached_property
    def _percents(self) -> Mapping[int, int]:
        return hour_percents(self.world)

    @cached_property
    def _open(self) -> dict[int, tuple[Window, ...]]:
        """Open ticks of each unit, from the window of debts on; outages are not subtracted."""
        since = self.scope.start - DEBT_WINDOW
        calendars = Calendars(world=self.world, clock=self.clock, start=since, end=self.scope.end)
        return {row_id(unit.id): unit.open for unit in calendars.units(())}
