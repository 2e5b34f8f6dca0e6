"""Who would have to make room: the cheapest set of planned requests without which another one has a place.

Knows nothing of moving anybody: the others stay where the plan has them, or go.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from solver.costs import level_values
from solver.decompose import reduce
from solver.explain.answers import Yielding
from solver.explain.asking import Clock, together
from solver.explain.company import as_long, as_numbered, as_required, mates, standing
from solver.explain.rivals import Held, Rivals
from solver.model import solve_model
from solver.plan import Assignment, LeftOut, Plan
from solver.problem import Level, Person, Problem, Request, Task
from solver.rules import judge
from solver.stints import turns

LEVELS = tuple(Level(name=name, terms=((name, 1),), tolerance=0) for name in ("displaced", "unplanned"))
"""What goes, as far as it stands confirmed, then by its weight."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Displaced:
    """``out`` go, and what they hold is in ``yields``; the request then goes from ``start`` to ``end``. ``proven``: no
    cheaper set would do while the others stay. Nobody goes where it is enough to share out lanes anew. ``start`` is
    ``None`` where nobody's going is enough: others would have to stand elsewhere."""

    out: tuple[str, ...]
    start: int | None
    end: int | None
    yields: tuple[Yielding, ...]
    proven: bool


NOBODY = Displaced(out=(), start=None, end=None, yields=(), proven=True)


def displacing(rivals: Rivals, clock: Clock) -> Displaced | None:
    """``None`` where none was found in time."""
    problem = _standing_or_gone(rivals)
    found, proven = _solved(problem, clock)
    if found is None:
        return NOBODY if proven else None
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
    """The cheapest, and whether it is proven to be; ``None``, and whether there is none."""
    found, caps, proven = None, list[int | None](), True
    for level in range(len(LEVELS)):
        answer = solve_model(problem, level=level, caps=tuple(caps), hint=found, seconds=clock.share(0.7).left)
        if answer.plan is None:
            return found, found is None and answer.status == "infeasible"
        found, proven = answer.plan, proven and answer.status == "optimal"
        caps.append(level_values(problem, found)[level])
    return found, proven


def _standing_or_gone(rivals: Rivals) -> Problem:
    """The request required; every rival where it stands or not at all; what is far away stays."""
    others = {request.id: request for request in rivals.those()}
    new = {request.id for request in rivals.new}
    shared = mates(rivals.problem, rivals.plan, rivals.new)
    requests = (
        as_required(one) if one.id in new else _fixed(rivals, one, shared) if one.id in others else one
        for one in rivals.problem.requests
    )
    crews = {crew for request in others.values() for task in request.tasks for crew in _crews(rivals.at[task.id])}
    persons = tuple(replace(one, skills=(*one.skills, *_in_crews(one, crews))) for one in rivals.problem.persons)
    problem = replace(rivals.problem, levels=LEVELS, requests=tuple(requests), persons=persons)
    held = {task.id for request in others.values() for task in request.tasks}
    numbered = (replace(at, mode=0) if at.task in held else at for at in rivals.plan.assignments)
    return reduce(problem, numbered, rivals.own | held)


def _fixed(rivals: Rivals, request: Request, shared: frozenset[str]) -> Request:
    """``shared`` tasks, which the new one could join, are done by whoever is able."""
    tasks = tuple(
        standing(task, at) if task.id in shared else _manned(standing(task, at), at)
        for task in request.tasks
        for at in (rivals.at[task.id],)
    )
    lasts = tuple(as_long(rivals.at[task.id]) for task in request.tasks)
    return replace(request, tasks=tasks, lags=lasts, facts=(), choices=(), release=0, deadline=None)


def _manned(task: Task, at: Assignment) -> Task:
    """Done by those who do it, in turn as they can where it is handed over."""
    (mode,) = task.modes
    staff = tuple(replace(need, skill=_only(who)) for need, who in zip(mode.staff, _crews(at), strict=True))
    return replace(task, modes=(replace(mode, staff=staff),))


def _crews(at: Assignment) -> list[tuple[str, ...]]:
    """Who does each need, sorted."""
    return [tuple(sorted({one[0] for one in turns(number, at)})) for number in range(len(at.persons))]


def _only(crew: tuple[str, ...]) -> str:
    """A skill that nobody else has."""
    return f"only {' '.join(crew)}"


def _in_crews(person: Person, crews: Iterable[tuple[str, ...]]) -> list[str]:
    return sorted(_only(crew) for crew in crews if person.id in crew)


def _with(rivals: Rivals, gone: set[str], found: Plan) -> Plan:
    """The plan with the request in it and those gone; lanes, and who shares a need, as they were found."""
    leaving = {task.id for request in rivals.problem.requests if request.id in gone for task in request.tasks}
    new = {at.task: at for at in as_numbered(rivals.plan, found.assignments)}
    stay = tuple(new.get(at.task, at) for at in rivals.plan.assignments if at.task not in leaving)
    own = tuple(new[id_] for id_ in sorted(rivals.own))
    kept = {request.id for request in rivals.problem.requests if request.kept}
    left = tuple(LeftOut(request=id_, absence="displaced" if id_ in kept else "unplanned") for id_ in sorted(gone))
    plan = replace(rivals.plan, assignments=stay, left_out=(*rivals.plan.left_out, *left))
    return together(rivals.problem, plan, Plan(status="feasible", assignments=own))


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
    at = {one.task: one for one in found.assignments}
    mine = [held for request in rivals.new for held in rivals.holds(request, at)]
    for request in rivals.problem.requests:
        if request.id in gone:
            shared = {(h.resource, h.start): h for h in rivals.holds(request, rivals.at) if _clashes(h, mine)}
            spans = [(h.resource, h.start, h.end, h.amount) for h in shared.values()] or [_whole(rivals, request)]
            yield from (_yielding(request, *span) for span in spans)


def _yielding(request: Request, resource: str, start: int, end: int, amount: int) -> Yielding:
    return Yielding(
        request=request.id,
        resource=resource,
        start=start,
        end=end,
        weight=request.weight,
        displacement=request.displacement,
        amount=amount,
    )


def _clashes(held: Held, mine: list[Held]) -> bool:
    return any(
        one.resource == held.resource and (held.anytime or (one.start < held.end and held.start < one.end))
        for one in mine
    )


def _whole(rivals: Rivals, request: Request) -> tuple[str, int, int, int]:
    spans = [rivals.at[task.id] for task in request.tasks if task.id in rivals.at]
    return "", min((at.start for at in spans), default=0), max((at.end for at in spans), default=0), 0
