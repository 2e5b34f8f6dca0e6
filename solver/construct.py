"""A first plan, fast: first come first served, and a few priority rules that may do better.

Does not know CP-SAT, nor how to improve a plan.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from solver.costs import level_values
from solver.costs.unfairness import shortfall
from solver.decompose import parts
from solver.ground import NEVER
from solver.keeping import keep_in_place
from solver.mode_choice import choose_modes
from solver.plan import Plan
from solver.problem import Problem, Request
from solver.site import Site, Step, drafted
from solver.slack import Slack

Key = Callable[[Request], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """A plan that obeys the rules, without levels and reasons, and what its levels are worth."""

    plan: Plan
    values: tuple[int, ...]


def first_come(problem: Problem) -> Start | None:
    """Confirmed bookings where they stand, then required requests, then the rest in the order given.

    ``None`` where a required request found no place.
    """
    return Builder(problem).build(problem.requests)


def construct(
    problem: Problem,
    *,
    tries: int = 30,
    seed: int = 0,
    go_on: Callable[[], bool] = lambda: True,
    on_better: Callable[[Start], None] = lambda _: None,
) -> tuple[Start | None, Start | None]:
    """First come first served, and the best of it and of up to ``tries`` other orders, while ``go_on()``.

    Parts that share nothing are built apart, each in the order that is best for it. ``on_better`` gets the first plan
    and every better one.

    ``None`` where no order found a place for every required request.
    """
    pieces = [_Piece(piece, tries=tries, seed=seed) for piece in _pieces(problem)]
    first = best = _together(problem, [piece.first for piece in pieces])
    if first is not None:
        on_better(first)
    for _ in range(tries):
        if not go_on():
            break
        for piece in pieces:
            piece.another()
        found = _together(problem, [piece.best for piece in pieces])
        if found is not None and (best is None or found.values < best.values):
            best = found
            on_better(found)
    return first, best


class _Piece:
    """A part of a problem that shares nothing with the others, and the best plan of it so far."""

    def __init__(self, problem: Problem, *, tries: int, seed: int) -> None:
        builder = Builder(problem)
        self.first = self.best = builder.build(problem.requests)
        self._orders = orders(problem, builder, tries=tries, seed=seed)

    def another(self) -> None:
        """Build it in another order."""
        order = next(self._orders, None)
        found = order() if order is not None else None
        if found is not None and (self.best is None or found.values < self.best.values):
            self.best = found


def _pieces(problem: Problem) -> list[Problem]:
    """What can be built apart, because costs add up; a makespan ties everything together. Unfairness does too, but what
    gives more in one part never takes from another."""
    if any(cost == "makespan" for level in problem.levels for cost, _ in level.terms):
        return [problem]
    requests = {request.id: request for request in problem.requests}
    return [replace(problem, requests=tuple(requests[id_] for id_ in part)) for part in parts(problem)] or [problem]


def _together(problem: Problem, starts: Sequence[Start | None]) -> Start | None:
    """The plan that has all of them, ``None`` where one is missing."""
    found = [start for start in starts if start is not None]
    if len(found) < len(starts):
        return None
    plan = drafted(problem, (at for start in found for at in start.plan.assignments))
    return Start(plan=plan, values=level_values(problem, plan))


def orders(problem: Problem, builder: "Builder", *, tries: int, seed: int) -> Iterator[Callable[[], Start | None]]:
    """Ways to build a plan, the most promising first."""
    random = Random(seed)
    made = 0
    if makes_span(problem):
        while made < tries:
            shake = 0.0 if made < 2 else random.choice((0.05, 0.15, 0.3))
            yield _interleaved(builder, random, shake, by_tail=made % 2 == 0)
            made += 1
        return
    keys = rules(problem)
    while made < tries:
        key = keys[made % len(keys)]
        shake = 0.0 if made < len(keys) else random.choice((0.1, 0.3, 1.0))
        yield _sorted(builder, key, random, shake)
        made += 1


def makes_span(problem: Problem) -> bool:
    """Whether all that counts is when everything is done: no bookings, no choice of requests."""
    costs = {cost for level in problem.levels for cost, _ in level.terms}
    return costs == {"makespan"} and all(request.required and not request.kept for request in problem.requests)


def rules(problem: Problem) -> tuple[Key, ...]:
    """Priority rules: the smaller, the earlier a request is put down."""
    work = {request.id: _work(request) for request in problem.requests}

    def dense(request: Request) -> float:
        return -request.weight / work[request.id]

    def pressing(request: Request) -> float:
        due = _due(request, problem)
        return (due - request.release - work[request.id]) / max(1, request.weight)

    needs = {share.id: shortfall(share, 0) for share in problem.shares}
    fair = (lambda request: dense(request) * (1 + needs.get(request.share, 0)),) if any(needs.values()) else ()
    return (
        dense,
        *fair,
        lambda request: _due(request, problem) - work[request.id],
        lambda request: -request.weight,
        pressing,
        lambda request: _due(request, problem),
        lambda request: -(request.weight + request.tardiness_weight) / work[request.id] ** 0.5,
        lambda request: request.release,
    )


def _due(request: Request, problem: Problem) -> int:
    dates = [date for date in (request.due, request.deadline) if date is not None]
    return min(dates, default=problem.calendar_end)


def _work(request: Request) -> int:
    return sum(min(mode.duration for mode in task.modes) for task in request.tasks) or 1


def _sorted(builder: "Builder", key: Key, random: Random, shake: float) -> Callable[[], Start | None]:
    requests = sorted(builder.problem.requests, key=lambda request: (key(request), request.id))
    places = {request.id: at + shake * len(requests) * random.gauss(0, 0.3) for at, request in enumerate(requests)}
    requests.sort(key=lambda request: places[request.id])
    return lambda: builder.build(requests)


def _interleaved(builder: "Builder", random: Random, shake: float, *, by_tail: bool) -> Callable[[], Start | None]:
    noise = [1 + random.gauss(0, shake) for request in builder.problem.requests for _ in request.tasks]
    return lambda: builder.interleave(noise, by_tail=by_tail)


class Builder:
    """Builds plans of one problem, again and again, on one site."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.site = Site(problem)
        self.modes = choose_modes(problem)
        self._urgent: list[str] = []

    def build(self, order: Sequence[Request]) -> Start | None:
        """What has begun, then confirmed requests, then required ones, then the others, each in the order given.

        A required or begun request that finds no place goes to the front, and all are put down again.
        """
        for _ in range(3):
            failed = self._once(order) or self._made_sound()
            if failed is None:
                return self._finished()
            if failed in self._urgent[:1]:
                break
            self._urgent = [failed, *(id_ for id_ in self._urgent if id_ != failed)]
        begun = any(request.begun for request in order)
        if begun and self._once(order, give_up=False) is None and self._made_sound() is None:
            return self._finished()
        self.site.lift_all()
        return None

    def interleave(self, noise: Sequence[float], *, by_tail: bool) -> Start | None:
        """All requests together, task by task: those first that have the most (``by_tail``) or that must start first
        after them, disturbed by ``noise`` (a factor per task)."""
        self.site.lift_all()
        slacks = [self.site.slack(request) for request in self.problem.requests]
        steps = _by_urgency(slacks, noise, by_tail=by_tail)
        if not (self.site.place(slacks, steps, self.modes) and self.site.is_sound()):
            return None
        return self._finished()

    def _made_sound(self) -> str | None:
        """Takes up requests beside which a changeover has lost its time, or that lost the maintenance of their units
        with it, others before required ones; one that is required and had to go is named."""
        homes = {task.id: request for request in self.problem.requests for task in request.tasks}
        while not (self.site.is_sound() and self.site.upkept):
            lost = self.site.beside_broken() or self.site.ground.ledger.broken()
            known = [homes[id_] for id_ in lost if id_ in self.site.placed]
            if not known:
                return next((request.id for request in self.problem.requests if request.required), "")
            request = min(known, key=lambda one: (one.required, one.begun, one.kept, one.weight, one.id))
            gone = self._lifted(request)
            if any(each.required for each in gone):
                return next(each.id for each in gone if each.required)
        return None

    def _lifted(self, request: Request) -> list[Request]:
        """Takes up a request, and all that adds to it."""
        gone = [request]
        for each in gone:
            gone += [one for one in self.problem.requests if one.after == each.id and one not in gone]
            for task in each.tasks:
                if task.id in self.site.placed:
                    self.site.lift(task.id)
        return gone

    def _once(self, order: Sequence[Request], *, give_up: bool = True) -> str | None:
        """The required request that found no place, ``None`` where there is none; with ``give_up`` also one that has
        begun."""
        self.site.lift_all()
        ranks = {id_: at for at, id_ in enumerate(self._urgent)}
        ranked = sorted(order, key=lambda request: (ranks.get(request.id, len(ranks)), *_rank(request)))
        ranked = bases_first(ranked)
        first = [request for request in ranked if request.begun and request.id in ranks]
        for request in first:
            place_request(self.site, request, self.modes)
        keep_in_place(self.site, [request for request in order if request.kept and request not in first])
        for request in ranked:
            placed = place_request(self.site, request, self.modes)
            if not placed and (request.required or (request.begun and give_up)):
                return request.id
        return self._mend(ranked)

    def _mend(self, order: Sequence[Request]) -> str | None:
        """Put down anew what lost the maintenance of its units when that was moved. The required request that found no
        place, ``None`` where there is none."""
        lost: dict[str, Request] = {}
        while broken := self.site.ground.ledger.broken():
            hit = [request for request in order if any(task.id in broken for task in request.tasks)]
            if not hit:
                return next((request.id for request in order if request.required), "")
            for request in hit:
                lost[request.id] = request
                for task in request.tasks:
                    if task.id in self.site.placed:
                        self.site.lift(task.id)
        placed = {id_: place_request(self.site, request, self.modes) for id_, request in lost.items()}
        return next((id_ for id_, request in lost.items() if request.required and not placed[id_]), None)

    def _finished(self) -> Start:
        plan = self.site.plan()
        return Start(plan=plan, values=level_values(self.problem, plan))


def _rank(request: Request) -> tuple[bool, ...]:
    return not request.begun, not request.maintenance, not request.kept, not request.required


def place_request(site: Site, request: Request, modes: dict[str, int] | None = None) -> bool:
    """Put a request down whole, an addition only where what it adds to stands.

    What of it stands already stays if the rest fits around it; otherwise what comes after the first missing task is put
    down anew, at last everything. Nothing of it stands where that fails.
    """
    if not site.may_stand(request):
        for task in request.tasks:
            if task.id in site.placed:
                site.lift(task.id)
        return False
    for keep in _kept_parts(site, request):
        for task in request.tasks:
            if task.id in site.placed and task.id not in keep:
                site.lift(task.id)
        slack = site.slack(request)
        if slack.possible and all(slack.fix(site.placed[id_]) for id_ in keep):
            steps = [(0, at) for at in _in_order(slack) if request.tasks[at].id not in keep]
            if site.place([slack], steps, modes):
                return True
    return False


def bases_first(requests: Sequence[Request]) -> list[Request]:
    """The requests in order, but each after what it adds to."""
    known = {request.id: request for request in requests}
    ordered: dict[str, Request] = {}
    for request in requests:
        chain = [request]
        while chain[-1].after in known:
            chain.append(known[chain[-1].after])
        ordered |= {each.id: each for each in reversed(chain) if each.id not in ordered}
    return list(ordered.values())


def _kept_parts(site: Site, request: Request) -> Iterator[list[str]]:
    """Which of the standing tasks to leave standing: all, those before the first that is missing, none."""
    standing = [task.id for task in request.tasks if task.id in site.placed]
    yield standing
    if standing and len(standing) < len(request.tasks):
        slack = site.slack(request)
        missing = min(slack.low[2 * at] for at, task in enumerate(request.tasks) if task.id not in site.placed)
        earlier = [id_ for id_ in standing if slack.low[2 * slack.number[id_]] < missing]
        if earlier and len(earlier) < len(standing):
            yield earlier
    if standing:
        yield []


def _in_order(slack: Slack) -> list[int]:
    count = len(slack.request.tasks)
    return sorted(range(count), key=lambda at: (slack.low[2 * at], slack.high[2 * at], at))


def _by_urgency(slacks: Sequence[Slack], noise: Sequence[float], *, by_tail: bool) -> list[Step]:
    """All tasks by their disturbed latest start, no task before one that it waits for."""
    latest: dict[Step, float] = {}
    spread = iter(noise)
    for group, slack in enumerate(slacks):
        for at in range(len(slack.request.tasks)):
            last = slack.high[2 * at] if by_tail else slack.high[2 * at + 1]
            end = max(slack.high, default=NEVER)
            latest[group, at] = -(end - last) * next(spread)
    return _waiting(slacks, latest)


def _waiting(slacks: Sequence[Slack], latest: dict[Step, float]) -> list[Step]:
    """Sorted by ``latest``, but no task before one of its request that has to start earlier."""
    raised = dict(latest)
    for group, slack in enumerate(slacks):
        for at in sorted(range(len(slack.request.tasks)), key=lambda at: slack.high[2 * at]):
            for before in slack.waits_for(at):
                raised[group, at] = max(raised[group, at], raised[group, before] + 1e-9)
    order = {step: (raised[step], slacks[step[0]].high[2 * step[1]]) for step in raised}
    return sorted(order, key=lambda step: (order[step], step))
