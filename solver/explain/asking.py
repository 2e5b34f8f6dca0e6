"""Whether something has a plan at all, asked again and again: by the constructor, by what is reachable, by CP-SAT.

Knows nothing of what the answer is for.
"""

from collections.abc import Mapping
from dataclasses import replace
from time import monotonic

from solver.construct import first_come
from solver.costs import level_values
from solver.decompose import put_back, reduce
from solver.explain.company import as_long, as_required, confined, mates, newcomers, standing
from solver.model import solve_model
from solver.plan import Assignment, Plan
from solver.problem import Level, Problem, Request
from solver.rules import judge

NOTHING = Level(name="nothing", terms=(("unplanned", 1),), tolerance=0)
"""The one level of a question about what is required: what only helps weighs nothing."""
LEAST_SECONDS = 0.02


class Clock:
    """The time for an answer: ``until`` on the monotonic clock, ``None`` without an end."""

    def __init__(self, until: float | None) -> None:
        self.until = until

    @property
    def left(self) -> float | None:
        """Seconds, at least 0; ``None`` where there is no end."""
        return None if self.until is None else max(0.0, self.until - monotonic())

    @property
    def over(self) -> bool:
        """Whether it is up."""
        return self.left is not None and self.left < LEAST_SECONDS

    def share(self, part: float, *, most: float | None = None) -> "Clock":
        """A part of what is left, and of any time ``most`` seconds."""
        if self.left is None:
            return self
        seconds = self.left * part if most is None else min(self.left * part, most)
        return Clock(monotonic() + seconds)


def is_possible(problem: Problem, clock: Clock) -> bool | None:
    """Whether the required requests of a problem can be planned, with what else helps them; ``None`` where the time was
    up, or the rule book refused what CP-SAT found."""
    asked = replace(problem, levels=(NOTHING,))
    if clock.over:
        return None
    start = first_come(asked)
    if start is not None and not judge(asked, start.plan):
        return True
    answer = solve_model(asked, level=0, seconds=clock.left)
    if answer.plan is None:
        return False if answer.status == "infeasible" else None
    return True if not judge(asked, answer.plan) else None


def best_beside(problem: Problem, terms: tuple[str, ...], clock: Clock) -> Plan | None:
    """The plan of required requests that is best by these costs in turn, or a good one; ``None`` where none was
    found in time."""
    levels = tuple(Level(name=name, terms=((name, 1),), tolerance=0) for name in terms)
    asked = replace(problem, levels=levels)
    plan, caps = None, list[int | None]()
    for at in range(len(levels)):
        if clock.over:
            break
        share = clock.share(1.0 if at == len(levels) - 1 else 0.7)
        answer = solve_model(asked, level=at, caps=tuple(caps), hint=plan, seconds=share.left)
        plan = answer.plan or plan
        if plan is None:
            return None
        caps.append(level_values(asked, plan)[at])
    return plan


def alone(problem: Problem, request: Request) -> Problem:
    """The empty week: nothing but this request, required, and what helps it."""
    return confined(problem, {request.id})


def beside(problem: Problem, plan: Plan, request: Request) -> Problem:
    """This request, required, with everything that the plan holds taken out of the week. What it adds to comes with it
    where the plan does not have it; work with which it could share a run stands where it does, on whatever lanes."""
    new = newcomers(problem, plan, request)
    own, free = {task.id for one in new for task in one.tasks}, mates(problem, plan, new)
    at = {at.task: at for at in plan.assignments if at.task not in own}
    ids = {one.id for one in new}
    requests = (as_required(one) if one.id in ids else _held(one, free, at) for one in problem.requests)
    numbered = (replace(one, mode=0) if one.task in free else one for one in at.values())
    return reduce(replace(problem, requests=tuple(requests)), numbered, own | free)


def _held(request: Request, free: frozenset[str], at: Mapping[str, Assignment]) -> Request:
    ids = [task.id for task in request.tasks if task.id in free]
    if not ids:
        return request
    tasks = tuple(standing(task, at[task.id]) if task.id in free else task for task in request.tasks)
    lags = (*request.lags, *(as_long(at[id_]) for id_ in ids))
    return as_required(replace(request, tasks=tasks, lags=lags))


def together(problem: Problem, plan: Plan, new: Plan) -> Plan:
    """The plan with what ``new`` places, and the changeovers that the whole of it needs."""
    places = put_back(problem, plan.assignments, [at.task for at in new.assignments], new.assignments)
    placed = {at.task for at in places}
    whole = {one.id for one in problem.requests if all(task.id in placed for task in one.tasks)}
    out = tuple(left for left in plan.left_out if left.request not in whole)
    return Plan(status="feasible", assignments=tuple(sorted(places, key=lambda at: at.task)), left_out=out)
