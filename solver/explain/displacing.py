"""Who would have to make room: the cheapest set of planned requests without which another one has a place.

Knows nothing of moving anybody: the others stay where the plan has them, or go.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from solver.costs import level_values
from solver.explain.answers import Yielding
from solver.explain.asking import Clock, as_required, together
from solver.explain.rivals import Held, Rivals
from solver.model import solve_model
from solver.plan import Assignment, LeftOut, Plan
from solver.problem import Lag, Level, Pin, Problem, Request, Task
from solver.rules import judge

LEVELS = tuple(Level(name=name, terms=((name, 1),), tolerance=0) for name in ("displaced", "unplanned"))
"""What goes, as far as it stands confirmed, then by its weight."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Displaced:
    """``out`` go, and what they hold is in ``yields``; the request then goes from ``start`` to ``end``. ``proven``: no
    cheaper set would do while the others stay. Nobody goes where it is enough to share out lanes anew."""

    out: tuple[str, ...]
    start: int
    end: int
    yields: tuple[Yielding, ...]
    proven: bool


def displacing(rivals: Rivals, clock: Clock) -> Displaced | None:
    """``None`` where none was found in time, or not even all that may go are enough."""
    problem = _standing_or_gone(rivals)
    found, proven = _solved(problem, clock)
    if found is None:
        return None
    gone = _needed(rivals, {out.request for out in found.left_out}, found)
    if gone is None:
        return None
    own = [at for at in found.assignments if at.task in {task.id for task in rivals.request.tasks}]
    return Displaced(
        out=tuple(sorted(gone)),
        start=min(at.start for at in own),
        end=max(at.end for at in own),
        yields=tuple(_yields(rivals, gone, found)),
        proven=proven,
    )


def _solved(problem: Problem, clock: Clock) -> tuple[Plan | None, bool]:
    """The cheapest, and whether it is proven to be."""
    found, caps, proven = None, list[int | None](), True
    for level in range(len(LEVELS)):
        answer = solve_model(problem, level=level, caps=tuple(caps), hint=found, seconds=clock.share(0.7).left)
        if answer.plan is None:
            return found, False
        found, proven = answer.plan, proven and answer.status == "optimal"
        caps.append(level_values(problem, found)[level])
    return found, proven


def _standing_or_gone(rivals: Rivals) -> Problem:
    """The request required; every rival where it stands or not at all; what is far away is not looked at."""
    others = (_fixed(rivals, request) for request in rivals.those())
    persons = tuple(replace(one, skills=(*one.skills, _only(one.id))) for one in rivals.problem.persons)
    requests = (as_required(rivals.request), *others)
    return replace(rivals.problem, levels=LEVELS, requests=requests, persons=persons)


def _only(person: str) -> str:
    """A skill that nobody else has."""
    return f"only {person}"


def _fixed(rivals: Rivals, request: Request) -> Request:
    near = [task for task in request.tasks if request.kept or rivals.is_near(task)]
    tasks = tuple(_pinned(task, rivals.at[task.id]) for task in near)
    lasts = tuple(_as_long(rivals.at[task.id]) for task in near)
    return replace(request, tasks=tasks, lags=lasts, facts=(), release=0, deadline=None)


def _pinned(task: Task, at: Assignment) -> Task:
    """In its mode, at its time, with its persons; on whatever lanes of its units."""
    mode = task.modes[at.mode]
    staff = tuple(replace(n, skill=_only(who)) for n, who in zip(mode.staff, at.persons, strict=True))
    return replace(task, modes=(replace(mode, staff=staff),), windows=((at.start, at.end),), pin=Pin(start=at.start))


def _as_long(at: Assignment) -> Lag:
    """What waited to be unloaded waits as long again."""
    return Lag(before=at.task, after=at.task, frm="start", to="end", least=at.end - at.start)


def _with(rivals: Rivals, gone: set[str], found: Plan) -> Plan:
    """The plan with the request in it and those gone; lanes as they were found."""
    leaving = {task.id for request in rivals.problem.requests if request.id in gone for task in request.tasks}
    new = {at.task: at for at in found.assignments}
    stay = (at for at in rivals.plan.assignments if at.task not in leaving)
    own = tuple(new[task.id] for task in rivals.request.tasks)
    plan = replace(rivals.plan, assignments=tuple(_on_lanes(rivals, at, new.get(at.task)) for at in stay))
    kept = {request.id for request in rivals.problem.requests if request.kept}
    left = tuple(LeftOut(request=id_, absence="displaced" if id_ in kept else "unplanned") for id_ in gone)
    added = together(plan, rivals.request, Plan(status="feasible", assignments=own))
    return replace(added, left_out=(*added.left_out, *left))


def _on_lanes(rivals: Rivals, at: Assignment, found: Assignment | None) -> Assignment:
    """With the lanes found on the units that are wanted, as all that stands there has been looked at."""
    if found is None:
        return at
    mode = rivals.mode_of(at)
    lanes = tuple(
        new if ("unit", use.unit) in rivals.wanted else old
        for use, old, new in zip(mode.units, at.lanes, found.lanes, strict=True)
    )
    return replace(at, lanes=lanes)


def _needed(rivals: Rivals, gone: set[str], found: Plan) -> set[str] | None:
    """Those of them that really have to go, the heaviest spared first; ``None`` where the rule book says no."""
    if judge(rivals.problem, _with(rivals, gone, found)):
        return None
    requests = {request.id: request for request in rivals.problem.requests}
    for id_ in sorted(gone, key=lambda id_: (-requests[id_].displacement, -requests[id_].weight, id_)):
        if not judge(rivals.problem, _with(rivals, gone - {id_}, found)):
            gone = gone - {id_}
    return gone


def _yields(rivals: Rivals, gone: set[str], found: Plan) -> Iterator[Yielding]:
    """Each with what it holds of the same things at the same time; where that is nothing, with its whole span."""
    mine = list(rivals.holds(rivals.request, {at.task: at for at in found.assignments}))
    for request in rivals.problem.requests:
        if request.id in gone:
            shared = {(h.resource, h.start): h for h in rivals.holds(request, rivals.at) if _clashes(h, mine)}
            spans = [(h.resource, h.start, h.end) for h in shared.values()] or [_whole(rivals, request)]
            yield from (_yielding(request, *span) for span in spans)


def _yielding(request: Request, resource: str, start: int, end: int) -> Yielding:
    return Yielding(
        request=request.id,
        resource=resource,
        start=start,
        end=end,
        weight=request.weight,
        displacement=request.displacement,
    )


def _clashes(held: Held, mine: list[Held]) -> bool:
    return any(
        one.resource == held.resource and (held.kind == "stock" or (one.start < held.end and held.start < one.end))
        for one in mine
    )


def _whole(rivals: Rivals, request: Request) -> tuple[str, int, int]:
    spans = [rivals.at[task.id] for task in request.tasks if task.id in rivals.at]
    return "", min((at.start for at in spans), default=0), max((at.end for at in spans), default=0)
