"""Which tasks to set free together: requests that want the same resources at the same time.

Does not know how they are solved.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from solver.batches import bound_together, together
from solver.decompose import parts
from solver.plan import Assignment, Plan
from solver.problem import Problem, Request, Window

SMALLEST = 12
"""Tasks in the smallest neighbourhood."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """``requests`` with tasks set free, and those tasks (``free``, sorted); ``part`` is the number of the part that
    they cover wholly, if they do."""

    requests: tuple[str, ...]
    free: tuple[str, ...]
    part: int | None = None


class Chooser:
    """Draws neighbourhoods of one problem; the same draws for the same random numbers.

    ``together``: all of it is one part, whatever it shares, because a cost ties everything together.
    """

    def __init__(self, problem: Problem, *, together: bool = False) -> None:
        self.problem = problem
        self.requests = {request.id: request for request in problem.requests}
        self.parts = (tuple(self.requests),) if together else parts(problem)
        self.part_of = {id_: number for number, part in enumerate(self.parts) for id_ in part}
        self._units = {request.id: _units(request) for request in problem.requests}
        self._quotas = {request.id: _quotas(problem, request) for request in problem.requests}
        self._shares = bound_together(problem)
        self._home = {task.id: request.id for request in problem.requests for task in request.tasks}

    def tasks(self, part: int) -> int:
        """How many tasks a part has."""
        return sum(len(self.requests[id_].tasks) for id_ in self.parts[part])

    def whole(self, part: int) -> Neighbourhood:
        """Everything of a part."""
        return Neighbourhood(self.parts[part], tuple(sorted(self._all_tasks(self.parts[part]))), part)

    def draw(
        self,
        random: Random,
        plan: Plan,
        loss: Mapping[str, int],
        size: int,
        closed: Collection[int],
    ) -> Neighbourhood | None:
        """About ``size`` tasks around a request drawn by its ``loss``; nothing of the parts in ``closed``.
        ``None`` where nothing is left."""
        seed = self._seed(random, loss, closed)
        if seed is None:
            return None
        part = self.part_of[seed]
        if size >= self.tasks(part):
            return self.whole(part)
        at = {assignment.task: assignment for assignment in plan.assignments}
        if len(self.requests[seed].tasks) > 2 * size:
            return self._with_shared((seed,), _slice(random, self.requests[seed], at, size), plan)
        chosen, free = [seed], len(self.requests[seed].tasks)
        for id_ in self._related(random, seed, at, loss):
            count = len(self.requests[id_].tasks)
            if free + count <= size:
                chosen.append(id_)
                free += count
        return self._with_shared(tuple(chosen), tuple(self._all_tasks(chosen)), plan)

    def _with_shared(self, requests: tuple[str, ...], free: tuple[str, ...], plan: Plan) -> Neighbourhood:
        """What shares a run is set free together, and so is a lot with what adds to it."""
        tasks = together(self.problem, plan.assignments, free) if self._shares else frozenset(free)
        others = (
            sorted({self._home[id_] for id_ in tasks.difference(free)}.difference(requests)) if self._shares else ()
        )
        return Neighbourhood((*requests, *others), tuple(sorted(tasks)))

    def _all_tasks(self, requests: Sequence[str]) -> list[str]:
        return [task.id for id_ in requests for task in self.requests[id_].tasks]

    def _seed(self, random: Random, loss: Mapping[str, int], closed: Collection[int]) -> str | None:
        ids = [id_ for id_, part in self.part_of.items() if part not in closed]
        if random.random() < 0.75:
            lossy = [id_ for id_ in ids if loss.get(id_, 0) > 0]
            if lossy:
                return random.choices(lossy, [loss[id_] ** 0.5 for id_ in lossy])[0]
        return random.choice(ids) if ids else None

    def _related(self, random: Random, seed: str, at: Mapping[str, Assignment], loss: Mapping[str, int]) -> list[str]:
        """The other requests of the part, those that stand most in the way of ``seed`` first."""
        span = _span(self.requests[seed], at, self.problem)
        units, scores = self._units[seed], {}
        wild = random.choice((0.2, 0.5, 1.0))
        for id_ in self.parts[self.part_of[seed]]:
            if id_ == seed:
                continue
            score = self._rivalry(id_, units, span, at)
            if score == 0 and loss.get(id_, 0) > 0:
                score = 0.3 * len(units & self._units[id_]) / len(self._units[id_] or {""})
            score += 0.3 * (not self._quotas[seed].isdisjoint(self._quotas[id_]))
            scores[id_] = (score + 0.02) * random.random() ** wild
        return sorted(scores, key=lambda id_: (-scores[id_], id_))

    def _rivalry(self, id_: str, units: frozenset[str], span: Window, at: Mapping[str, Assignment]) -> float:
        """The share of a planned request's tasks that stand on ``units`` during ``span``; 0.1 for the time alone."""
        request, score = self.requests[id_], 0.0
        for task in request.tasks:
            place = at.get(task.id)
            if place is not None and place.start < span[1] and span[0] < place.end:
                used = {use.unit for use in task.modes[place.mode].units}
                score += 1.0 if used & units else 0.1
        return score / math.sqrt(len(request.tasks))


def _units(request: Request) -> frozenset[str]:
    return frozenset(use.unit for task in request.tasks for mode in task.modes for use in mode.units)


def _quotas(problem: Problem, request: Request) -> frozenset[str]:
    """The quotas that the request could use up for others."""
    units = _units(request)
    return frozenset(
        quota.id for quota in problem.quotas if quota.counts(request) and not units.isdisjoint(quota.units)
    )


def _span(request: Request, at: Mapping[str, Assignment], problem: Problem) -> Window:
    """When a request is planned or, left out, when it would be."""
    places = [at[task.id] for task in request.tasks if task.id in at]
    start = min((place.start for place in places), default=request.release)
    end = max((place.end for place in places), default=request.due or request.deadline or problem.horizon)
    return min(start, request.release) if request.kept else start, max(end, start + 1)


def _slice(random: Random, request: Request, at: Mapping[str, Assignment], size: int) -> tuple[str, ...]:
    """Neighbouring tasks, in time, of a request that is too large to be set free whole."""
    ordered = sorted((task.id for task in request.tasks), key=lambda id_: (at[id_].start if id_ in at else 0, id_))
    if not all(id_ in at for id_ in ordered):
        return tuple(sorted(ordered))
    first = random.randrange(max(1, len(ordered) - size + 1))
    return tuple(sorted(ordered[first : first + size]))
