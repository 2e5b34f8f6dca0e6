"""Why one request is not in a plan, and what would let it in: beside the plan, then alone, then with something changed.

Knows nothing of names and clocks. It asks CP-SAT; call it in the solving child (``solver.inquire``).
"""

from dataclasses import replace

from solver.explain.answers import Relaxation, Why
from solver.explain.asking import Clock, alone, beside, is_possible
from solver.explain.blocking import explain
from solver.explain.company import confined
from solver.explain.conflict import conflict_among
from solver.explain.displacing import displacing
from solver.explain.earliest import earliest
from solver.explain.relaxing import relaxations
from solver.explain.rivals import Rivals
from solver.plan import Blocker, LeftOut, Plan
from solver.problem import Problem, Request


def why(problem: Problem, plan: Plan, request: str, *, until: float | None = None, in_time: bool = False) -> Why:
    """Why ``request`` stays out of ``plan``, which has passed the rule book.

    ``until`` on the monotonic clock (``None``: for as long as it takes); what was not found by then is missing and said
    to be so. ``in_time``: its due date is held as a deadline. Raises ``KeyError`` for a request that the problem does
    not have.
    """
    asked, named = _asked(problem, request, in_time=in_time)
    without = _out_of(plan, named)
    clock = Clock(until)
    fits = is_possible(beside(asked, without, named), clock.share(0.2))
    if fits:
        return _fits(asked, without, named)
    blockers = explain(asked, replace(without, left_out=(LeftOut(request=request, absence="unplanned"),))).left_out
    found = Why(request=request, verdict="unknown", weight=named.weight, blockers=blockers[0].blockers)
    return _judged_alone(found, Rivals(asked, without, named), clock, in_time=in_time)


def why_infeasible(problem: Problem, *, until: float | None = None) -> Why:
    """Why the required requests of a problem have no plan together: ``conflict``, or ``unknown`` where they have one or
    none was proven by ``until``."""
    found = conflict_among(problem, Clock(until))
    if found is None:
        return Why(request="", verdict="unknown", weight=0, searched=False)
    return Why(request="", verdict="conflict", weight=0, conflict=found.rules, proven=found.proven)


def _asked(problem: Problem, request: str, *, in_time: bool) -> tuple[Problem, Request]:
    named = {one.id: one for one in problem.requests}[request]
    if in_time and named.due is not None:
        latest = named.due if named.deadline is None else min(named.due, named.deadline)
        named = replace(named, deadline=latest)
    requests = tuple(named if one.id == request else one for one in problem.requests)
    return replace(problem, requests=requests), named


def _out_of(plan: Plan, request: Request) -> Plan:
    own = {task.id for task in request.tasks}
    return replace(
        plan,
        assignments=tuple(at for at in plan.assignments if at.task not in own),
        left_out=(
            *(out for out in plan.left_out if out.request != request.id),
            LeftOut(request=request.id, absence="displaced" if request.kept else "unplanned"),
        ),
    )


def _fits(problem: Problem, plan: Plan, request: Request) -> Why:
    """With its soonest place, where the constructor finds one."""
    soonest = earliest(problem, plan, request.id, n=1).placements
    start, end = (soonest[0].start, soonest[0].end) if soonest else (None, None)
    return Why(request=request.id, verdict="fits", weight=request.weight, start=start, end=end, proven=True)


def _judged_alone(found: Why, rivals: Rivals, clock: Clock, *, in_time: bool) -> Why:
    empty = alone(rivals.problem, rivals.request)
    fits = is_possible(empty, clock.share(0.3))
    if fits is None:
        return replace(found, searched=False)
    if fits:
        return _outweighed(found, rivals, clock, in_time=in_time)
    conflict = conflict_among(empty, clock.share(0.6))
    rules = () if conflict is None else tuple(_as_due(rule) if in_time else rule for rule in conflict.rules)
    proven = conflict is not None and conflict.proven
    offered, searched = _relaxations(rivals, clock, frozenset(), in_time=in_time)
    return replace(found, verdict="conflict", conflict=rules, proven=proven, relaxations=offered, searched=searched)


def _as_due(rule: Blocker) -> Blocker:
    return replace(rule, code="due") if rule.code == "deadline" else rule


def _outweighed(found: Why, rivals: Rivals, clock: Clock, *, in_time: bool) -> Why:
    out = displacing(rivals, clock.share(0.5))
    enough = out is not None and out.start is not None
    if out is not None and enough and not out.out:
        return replace(found, verdict="fits", start=out.start, end=out.end, proven=True)
    conflict = None if enough else conflict_among(_with_the_required(rivals), clock.share(0.3))
    first = frozenset(out.out) if out is not None and enough else frozenset(one.id for one in rivals.those())
    offered, searched = _relaxations(rivals, clock, first, in_time=in_time)
    return replace(
        found,
        verdict="outweighed",
        yields=() if out is None else out.yields,
        conflict=() if conflict is None else conflict.rules,
        proven=any(one is not None and one.proven for one in (out, conflict)),
        relaxations=offered,
        searched=searched,
    )


def _with_the_required(rivals: Rivals) -> Problem:
    """Nothing but the request and those that have to be planned."""
    required = {one.id for one in rivals.problem.requests if one.required}
    return confined(rivals.problem, required | {rivals.request.id})


def _relaxations(
    rivals: Rivals, clock: Clock, first: frozenset[str], *, in_time: bool
) -> tuple[tuple[Relaxation, ...], bool]:
    offered, searched = relaxations(rivals, clock, first=first, in_time=in_time)
    return tuple(offered), searched
