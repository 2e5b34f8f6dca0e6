"""The earliest places of one request without moving anybody: exact for one operation, a bounded search for routings.

Knows nothing of costs. It works on what is free, as the constructor does, and can be asked again at once.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from heapq import heapify, heappop, heappush
from time import monotonic

from solver.explain.answers import Earliest, Placement
from solver.explain.asking import beside
from solver.placing import Bounds, Fit
from solver.plan import Assignment, Plan
from solver.problem import Problem, Request, Task
from solver.site import Site, Step

TRIES = 200
"""First operations that are tried for a routing, at most."""
Queued = tuple[int, int, tuple[str, ...], int, Assignment]


class Standing:
    """A problem with a plan standing in it, made once and asked often. Not for several threads at a time."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.requests = {request.id: request for request in problem.requests}
        self.site = Site(problem)
        self.site.load(plan.assignments)
        self._expired = self.site.ground.ledger.broken()

    def earliest(self, request: str, *, n: int = 5, apart: int = 1, until: float | None = None) -> Earliest:
        """As ``earliest`` says."""
        asked = self.requests[request]
        if not self.site.may_stand(asked):
            return Earliest(placements=(), complete=True)
        if self._is_ordered(asked):
            return _Search(self._beside(asked), asked, self._expired, apart=apart, until=until).first(n)
        state = self.site.state()
        for task in asked.tasks:
            if task.id in self.site.placed:
                self.site.lift(task.id)
        try:
            return _Search(self.site, asked, self._expired, apart=apart, until=until).first(n)
        finally:
            self.site.restore(state)

    def _is_ordered(self, asked: Request) -> bool:
        """Whether what lies between its work and that of others could matter."""
        uses = (use for task in asked.tasks for mode in task.modes for use in mode.units)
        return any(use.unit in self.site.chains for use in uses)

    def _beside(self, asked: Request) -> Site:
        """All else as fixed work, whose setups and cleanings stay what and where they are."""
        problem = beside(self.problem, self.plan, asked)
        site = Site(problem)
        own = {task.id for task in asked.tasks}
        site.load(replace(at, mode=0) for at in self.plan.assignments if at.task in site.tasks and at.task not in own)
        return site


def earliest(
    problem: Problem, plan: Plan, request: str, *, n: int = 5, apart: int = 1, until: float | None = None
) -> Earliest:
    """Up to ``n`` placements of ``request`` beside everything else in ``plan``, which stays where it is.

    They differ in the start of the first operation or in its units; on the same units, starts lie ``apart`` ticks
    (>= 1) from each other at least. ``until`` on the monotonic clock ends the search of a routing. Raises ``KeyError``
    for a request that the problem does not have.
    """
    return Standing(problem, plan).earliest(request, n=n, apart=apart, until=until)


class _Search:
    """One request that does not stand, and where its first operation could begin. ``expired``: the tasks that stand
    past an expiry as it is."""

    def __init__(self, site: Site, request: Request, expired: Set[str], *, apart: int, until: float | None) -> None:
        self.site, self.request, self.apart, self.until = site, request, apart, until
        self._expired, self._only_expires = expired, False
        self.slack = site.slack(request)
        order = range(len(request.tasks))
        self.order = sorted(order, key=lambda at: (self.slack.low[2 * at], self.slack.high[2 * at], at))
        shared = any(site.ground.runs.knows(task, mode) for task in request.tasks for mode in task.modes)
        self.exact = bool(self.order) and not shared and _all_follow(request, request.tasks[self.order[0]].id)

    def first(self, n: int) -> Earliest:
        """The first ``n``."""
        if not self.order or not self.slack.possible:
            return Earliest(placements=(), complete=bool(self.order))
        found: list[Placement] = []
        queue = _Queue(self.site.fits(self._task), self.slack.bounds(self.order[0]))
        tries = 0
        while len(found) < n and (at := queue.next()) is not None:
            tries += 1
            if tries > TRIES or (self.until is not None and monotonic() >= self.until):
                self.exact = False
                break
            placement = self._whole(at)
            if placement is not None:
                found.append(placement)
                queue.offered(at, self.apart)
            elif not self._only_expires and not self._skip(queue, at):
                break
        found.sort(key=lambda one: (one.start, one.end, one.units))
        return Earliest(placements=tuple(found), complete=self.exact)

    @property
    def _task(self) -> Task:
        return self.request.tasks[self.order[0]]

    def _whole(self, at: Assignment) -> Placement | None:
        """All of it with its first operation there, if the constructor finds places for the rest."""
        slack, self._only_expires = self.slack.copy(), False
        if not slack.fix(at):
            return None
        self.site.put(at)
        rest: Sequence[Step] = [(0, number) for number in self.order[1:]]
        placed = self.site.place([slack], rest)
        return self._taken_up(placed)

    def _taken_up(self, placed: bool) -> Placement | None:
        own = [task.id for task in self.request.tasks if task.id in self.site.placed]
        told = {at.task: at for at in self.site.told()} if placed and self.site.chains else self.site.placed
        found = tuple(told[id_] for id_ in own)
        sound, kept_up = self.site.is_sound(), self._is_kept_up()
        self._only_expires = len(own) == 1 and placed and sound and not kept_up
        for id_ in own:
            self.site.lift(id_)
        return _placement(self.request, found) if placed and sound and kept_up else None

    def _is_kept_up(self) -> bool:
        """Whether maintenance comes in time for what relies on it."""
        return not self.request.maintenance or self.site.ground.ledger.broken() <= self._expired

    def _skip(self, queue: "_Queue", at: Assignment) -> bool:
        """Where the rest finds no room, go on from the next start at which the constructor finds some."""
        self.exact = False
        slack = self.slack.copy()
        steps = [(0, number) for number in self.order]
        if not slack.not_before(self.order[0], at.start + 1) or not self.site.place([slack], steps):
            return False
        start = self.site.placed[self._task.id].start
        self._taken_up(True)
        queue.skip_to(start)
        return True


class _Queue:
    """Where an operation fits, mode by mode: the earliest start first, then the earliest end, then by units."""

    def __init__(self, fits: Sequence[Fit], bounds: Bounds) -> None:
        self._fits, self._bounds = fits, bounds
        self._from: dict[tuple[str, ...], int] = {}
        self._waiting = [queued for number in range(len(fits)) for queued in self._after(number, bounds.start)]
        heapify(self._waiting)

    def next(self) -> Assignment | None:
        """The next one; its mode's one after it waits from now on."""
        while self._waiting:
            start, _, units, number, at = heappop(self._waiting)
            least = self._from.get(units, start)
            for queued in self._after(number, max(start + 1, least)):
                heappush(self._waiting, queued)
            if start >= least:
                return at
        return None

    def offered(self, at: Assignment, apart: int) -> None:
        """This one is taken: on its units the next one starts ``apart`` ticks later, or more."""
        units = next(fit.units for fit in self._fits if fit.number == at.mode)
        self._from[units] = at.start + apart

    def skip_to(self, start: int) -> None:
        """Nothing before ``start`` is asked for any more."""
        numbers = range(len(self._fits))
        self._waiting = [q for number in numbers for q in self._after(number, start)]
        heapify(self._waiting)

    def _after(self, number: int, start: int) -> Iterator[Queued]:
        fit = self._fits[number]
        found = fit.first(replace(self._bounds, start=max(start, self._from.get(fit.units, start))))
        if found is not None:
            yield found.start, found.end, fit.units, number, found


def _placement(request: Request, assignments: tuple[Assignment, ...]) -> Placement:
    modes = {task.id: task.modes for task in request.tasks}
    units = {use.unit for at in assignments for use in modes[at.task][at.mode].units}
    return Placement(
        start=min(at.start for at in assignments),
        end=max(at.end for at in assignments),
        units=tuple(sorted(units)),
        assignments=assignments,
    )


def _all_follow(request: Request, first: str) -> bool:
    """Whether no other task can start before ``first``, by lags from one to the next."""
    known, size = {first}, 0
    while len(known) > size:
        size = len(known)
        known |= {
            lag.after
            for lag in request.lags
            if lag.before in known and lag.to == "start" and lag.least is not None and lag.least >= 0
        }
    return all(task.id in known for task in request.tasks)
