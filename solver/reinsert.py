"""A plan improved by lifting a few requests that stand in each other's way and putting them down in another order.

Ruin and recreate (Schrimpf et al. 2000) with a threshold that sinks. Knows nothing of CP-SAT, nor of a makespan: of
costs that are no sum over requests it counts unfairness alone.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import add
from random import Random
from time import monotonic

from solver.construct import bases_first, place_request
from solver.costs.unfairness import gifts, shortfall, worst_shortfall
from solver.keeping import keep_in_place
from solver.losses import SharedValues, added
from solver.plan import Plan
from solver.problem import Mode, Problem, Request, Window
from solver.site import Site

MOST = 5
"""Requests lifted at once, at most."""
LOOKED_AT = 80
"""Requests looked at to find those that stand in the way."""
EXCHANGED = 0.05
"""How often one request is left out, in exchange for another where the caps want it."""
SPREAD = 0.0125
"""How far dates are disturbed, as a part of the horizon."""
HEAT = 0.003
"""How much worse, as a part of the level's value, a plan may be that is gone on with; at the beginning."""


def reinsert(
    problem: Problem,
    plan: Plan,
    *,
    level: int,
    caps: Sequence[int | None],
    seed: int,
    seconds: float | None = None,
    tries: int | None = None,
) -> Plan:
    """The best plan found, never worse from ``level`` on, the levels before it at most at ``caps`` (``None``: free).

    Ends after ``seconds``, or after ``tries``, which makes it repeatable; one of them is ``None``.
    """
    search = _Search(problem, plan, level, caps, Random(seed))
    begun, done = monotonic(), 0
    while search.losing:
        spent = (monotonic() - begun) / seconds if seconds is not None else done / (tries or 1)
        if spent >= 1.0:
            break
        search.step(HEAT * (1.0 - spent))
        done += 1
    return search.best


class _Search:
    """A plan on a site, what each request adds to the levels, and the best plan so far."""

    def __init__(self, problem: Problem, plan: Plan, level: int, caps: Sequence[int | None], random: Random) -> None:
        self.problem, self.level, self.caps, self.random = problem, level, caps, random
        self.site, self.best = Site(problem), plan
        self.site.load(plan.assignments)
        self.requests = {request.id: request for request in problem.requests}
        self.additions = [request for request in problem.requests if request.after]
        self.units = {request.id: _units(request) for request in problem.requests}
        self.adds = {id_: self._adds(request) for id_, request in self.requests.items()}
        self._shares = {share.id: share for share in problem.shares}
        self._factors = [sum(f for cost, f in level.terms if cost == "unfairness") for level in problem.levels]
        self.given = gifts(request for request in problem.requests if self._stands_whole(request))
        self._tied = self._unfairness(self.given)
        self._gone = {id_: added(request, (), problem.levels) for id_, request in self.requests.items()}
        self._order = SharedValues(problem)
        self.shared = self._shared_costs()
        own = [sum(adds[at] for adds in self.adds.values()) for at in range(len(problem.levels))]
        self.values = [sum(each) for each in zip(own, self.shared, self._tied, strict=True)]
        self.best_values = self.values[level:]

    @property
    def losing(self) -> bool:
        """Whether anything is left to gain at the level."""
        return self.values[self.level] > 0

    def step(self, heat: float) -> None:
        """One try: lift, put down, and take it back unless it is about as good as before."""
        group, dropped = self._exchange() or (self._group(self._first()), None)
        given = self._without(group)
        group = self._with_additions(group)
        state = self.site.state()
        for task in (task for request in group for task in request.tasks if self._stands(task.id)):
            self.site.lift(task.id)
        self._put_down([request for request in group if request is not dropped])
        for request in filter(self._stands_whole, group):
            given[request.share] += request.worth
        adds, tied = {request.id: self._adds(request) for request in group}, self._unfairness(given)
        shared = self._shared_costs()
        values = [
            value + sum(adds[id_][at] - self.adds[id_][at] for id_ in adds) + ours - self.shared[at] - self._tied[at]
            for at, (value, ours) in enumerate(zip(self.values, map(add, shared, tied), strict=True))
        ]
        whole = all(self._stands_whole(request) for request in group if request.required)
        allowed = whole and self.site.upkept and self.site.is_sound()
        if allowed and self._is_good(values, heat):
            self.adds.update(adds)
            self.values, self.given, self._tied, self.shared = values, given, tied, shared
            if values[self.level :] < self.best_values:
                self.best_values, self.best = values[self.level :], self.site.plan()
        else:
            self.site.restore(state)

    def _stands(self, task: str) -> bool:
        return task in self.site.placed

    def _stands_whole(self, request: Request) -> bool:
        return all(self._stands(task.id) for task in request.tasks)

    def _without(self, group: Sequence[Request]) -> dict[str, int]:
        """What is given to each share less what these requests give."""
        given = defaultdict(int, self.given)
        for request in filter(self._stands_whole, group):
            given[request.share] -= request.worth
        return given

    def _unfairness(self, given: Mapping[str, int]) -> list[int]:
        """What unfairness, which is no sum over requests, adds to each level."""
        return [factor and factor * worst_shortfall(self.problem.shares, given) for factor in self._factors]

    def _adds(self, request: Request) -> tuple[int, ...]:
        placed = self.site.placed
        places = [placed[task.id] for task in request.tasks if task.id in placed]
        return added(request, places, self.problem.levels)

    def _shared_costs(self) -> tuple[int, ...]:
        """What each level is worth beside what requests add by themselves."""
        return self._order.of(self.site.placed.values())

    def _is_good(self, values: list[int], heat: float) -> bool:
        """Not worse, or worse by little at the level itself."""
        if any(cap is not None and value > cap for value, cap in zip(values, self.caps, strict=False)):
            return False
        at = self.level
        if values[at:] <= self.values[at:]:
            return True
        return values[at] < self.values[at] * (1.0 - heat * math.log(1.0 - self.random.random()))

    # -- whom to lift

    def _first(self) -> str:
        """A request that loses something, most often."""
        ids = list(self.requests)
        lost = {id_: self.adds[id_][self.level] + self._wanted(id_) for id_ in ids}
        losing = [id_ for id_ in ids if lost[id_] > 0] if self.random.random() < 0.7 else []
        if not losing:
            return self.random.choice(ids)
        return self.random.choices(losing, [lost[id_] ** 0.5 for id_ in losing])[0]

    def _wanted(self, id_: str) -> int:
        """What the share of a request that is left out lacks, as the level counts it."""
        request, factor = self.requests[id_], self._factors[self.level]
        if not factor or not request.worth or request.share not in self._shares or self._stands_whole(request):
            return 0
        return factor * shortfall(self._shares[request.share], self.given[request.share])

    def _group(self, first: str) -> list[Request]:
        """A request and those most in its way."""
        ids, span = list(self.requests), self._span(self.requests[first])
        others = self.random.sample(ids, LOOKED_AT) if len(ids) > LOOKED_AT else ids
        scores = {id_: self._rivalry(id_, first, span) * self.random.random() for id_ in others if id_ != first}
        rivals = sorted(scores, key=lambda id_: -scores[id_])[: self.random.randint(1, MOST - 1)]
        return [self.requests[id_] for id_ in (first, *rivals)]

    def _exchange(self) -> tuple[list[Request], Request] | None:
        """Now and then, where the caps of the levels before allow it: a group of which the second named is left out,
        and perhaps one that was left out comes in."""
        if not self.level or self.random.random() >= EXCHANGED:
            return None
        out = [id_ for id_, request in self.requests.items() if not self._stands_whole(request)]
        back = self.random.choice(out) if out and self.random.random() < 0.5 else None
        fitting = [id_ for id_ in self.requests if id_ not in out and self._may_go(id_, back)]
        if not fitting:
            return None
        dropped = self.random.choice(fitting)
        group = [request for request in self._group(dropped) if request.id != back]
        return ([*group, self.requests[back]] if back else group), self.requests[dropped]

    def _may_go(self, id_: str, back: str | None) -> bool:
        """Whether the caps allow that a request is left out, at best in exchange for one that comes ``back``."""
        request = self.requests[id_]
        if request.required or request.kept:
            return False
        free = self._gone[id_]
        gain = self.adds[back] if back else (0,) * len(free)
        return all(
            cap is None or value - self.adds[id_][at] + free[at] - gain[at] <= cap
            for at, (value, cap) in enumerate(zip(self.values, self.caps, strict=False))
        )

    def _span(self, request: Request) -> Window:
        """When it stands, or could have begun to; for one that is left out, when it would."""
        places = [self.site.placed[task.id] for task in request.tasks if self._stands(task.id)]
        end = max((place.end for place in places), default=request.due or request.deadline or self.problem.horizon)
        if not places or self.random.random() < 0.5:
            return request.release, end
        return min(place.start for place in places), end

    def _rivalry(self, id_: str, first: str, span: Window) -> float:
        """How much a request's tasks stand on the units of the ``first`` one during ``span``."""
        request, units, score = self.requests[id_], self.units[first], 0.02
        standing = False
        for task in request.tasks:
            place = self.site.placed.get(task.id)
            if place is not None:
                standing = True
                if place.start < span[1] and span[0] < place.end:
                    score += 0.2 if units.isdisjoint(_used(task.modes[place.mode])) else 1.0
        if not standing:
            return score + 0.3 * len(units & self.units[id_])
        return score / math.sqrt(len(request.tasks) or 1)

    def _with_additions(self, group: Sequence[Request]) -> list[Request]:
        """What adds to one of the group goes with it."""
        found = {request.id: request for request in group}
        for request in self.additions:
            if request.after in found:
                found.setdefault(request.id, request)
        return list(found.values())

    # -- in which order to put them down

    def _put_down(self, group: list[Request]) -> None:
        kept = [request for request in group if request.kept]
        if kept:
            keep_in_place(self.site, kept)
        for request in bases_first(self._ordered(group)):
            place_request(self.site, request)

    def _ordered(self, group: list[Request]) -> list[Request]:
        """In any order, by dates, by what lateness costs, or by both; never quite."""
        random, manner = self.random, self.random.randrange(4)
        keys = {}
        for request in group:
            due = self._due(request)
            weight = (request.tardiness_weight or request.weight or 1) * math.exp(random.gauss(0, 0.5))
            slack = due - request.release - _work(request)
            keys[request.id] = (
                random.random(),
                due + random.gauss(0, SPREAD * self.problem.horizon),
                -weight,
                slack / weight,
            )[manner]
        return sorted(group, key=lambda request: keys[request.id])

    def _due(self, request: Request) -> int:
        dates = [date for date in (request.due, request.deadline) if date is not None]
        return min(dates, default=self.problem.horizon)


def _units(request: Request) -> frozenset[str]:
    return frozenset(use.unit for task in request.tasks for mode in task.modes for use in mode.units)


def _used(mode: Mode) -> tuple[str, ...]:
    return tuple(use.unit for use in mode.units)


def _work(request: Request) -> int:
    return sum(min(mode.duration for mode in task.modes) for task in request.tasks)
