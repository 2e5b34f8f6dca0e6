"""What would let a request in: a later date, others that move, one more person, longer hours. Each solved again.

Knows nothing of why it is out. Nothing is offered that the rule book does not accept with exactly the change it names.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from solver.decompose import reduce
from solver.explain.answers import Move, Relaxation
from solver.explain.asking import Clock, beside, best_beside, together
from solver.explain.rivals import Rivals
from solver.plan import Assignment, Plan
from solver.problem import Booked, Mode, Person, Problem, Request, Task, Unit, attended_spans, part_span
from solver.rules import judge
from solver.windows import Windows, complement, intersect, total, unite

MOST_MOVING = 40
"""Tasks of others that may move in one attempt."""
MOST_UNITS = 8
"""Units whose longer hours are tried."""
SECONDS = 2.5
"""What one attempt may take, where there is so much."""
NEW = "+"
"""What the id of a person begins with who is not there yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One kind of change to one thing: the problem with it, and what of it a plan makes use of."""

    code: str
    ids: tuple[str, ...]
    problem: Problem
    used: Callable[[Plan], tuple[int, Problem]]


def relaxations(rivals: Rivals, clock: Clock, *, first: frozenset[str], in_time: bool) -> tuple[list[Relaxation], bool]:
    """The cheapest first, and whether every kind was looked at. ``first``: who is known to stand in the way.
    ``in_time``: the request's deadline is its due date, held so because it was asked."""
    found: list[Relaxation] = []
    attempts = list(_attempts(rivals, in_time=in_time))
    if first:
        found += _others_move(rivals, clock.share(0.5, most=2 * SECONDS), first)
    looked = 0
    for attempt in attempts:
        if clock.over:
            break
        found += _tried(rivals, attempt, clock.share(1.0 / (len(attempts) - looked), most=SECONDS))
        looked += 1
    return sorted(found, key=lambda one: (one.cost, one.code, one.ids)), looked == len(attempts)


def _attempts(rivals: Rivals, *, in_time: bool) -> Iterator[Attempt]:
    request = rivals.request
    if request.deadline is not None:
        yield _later(rivals.problem, request, "later_due" if in_time else "later_deadline")
    modes = [mode for task in request.tasks for mode in task.modes]
    for skill in dict.fromkeys(need.skill for mode in modes for need in mode.staff):
        yield from _more_hands(rivals.problem, request, skill)
    units = dict.fromkeys(use.unit for mode in modes for use in mode.units)
    for unit in [one for one in rivals.problem.units if one.id in units][:MOST_UNITS]:
        if unit.open != ((0, rivals.problem.calendar_end),):
            yield _longer(rivals.problem, request, unit)


def _tried(rivals: Rivals, attempt: Attempt, clock: Clock) -> Iterator[Relaxation]:
    """The soonest end with this change, if there is one; the change is then cut down to what is used of it."""
    found = best_beside(beside(attempt.problem, rivals.plan, _own(attempt.problem, rivals)), ("completion",), clock)
    if found is None:
        return
    by, problem = attempt.used(found)
    if by > 0 and not judge(problem, together(rivals.plan, rivals.request, found)):
        name = "by" if attempt.code.startswith("later") else "work"
        yield _relaxation(attempt.code, attempt.ids, ((name, by),), by, rivals.request, found)


def _own(problem: Problem, rivals: Rivals) -> Request:
    return next(one for one in problem.requests if one.id == rivals.request.id)


def _relaxation(
    code: str,
    ids: tuple[str, ...],
    numbers: tuple[tuple[str, int], ...],
    cost: int,
    request: Request,
    found: Plan,
    moves: tuple[Move, ...] = (),
) -> Relaxation:
    own = {task.id for task in request.tasks}
    spans = [at for at in found.assignments if at.task in own]
    return Relaxation(
        code=code,
        ids=ids,
        numbers=numbers,
        cost=cost,
        start=min(at.start for at in spans),
        end=max(at.end for at in spans),
        assignments=found.assignments,
        moves=moves,
    )


def relaxed(problem: Problem, relaxation: Relaxation) -> Problem:
    """The problem in which the change has been made, as far as the placement needs it."""
    code, placed = relaxation.code, Plan(status="feasible", assignments=relaxation.assignments)
    if code in ("later_deadline", "later_due"):
        return _due_by(problem, relaxation.ids[0], relaxation.end)
    if code == "longer_hours":
        unit = next(one for one in problem.units if one.id == relaxation.ids[0])
        return _opened(problem, unit, _attended(problem, placed, unit.id))
    if code in ("one_more_person", "second_shift"):
        return _with_person(problem, _person(problem, relaxation.ids[0], second=code == "second_shift"))
    return problem


def _due_by(problem: Problem, id_: str, end: int) -> Problem:
    """With this deadline; a due date that was held as one is no more."""
    requests = (replace(one, deadline=end) if one.id == id_ else one for one in problem.requests)
    return replace(problem, requests=tuple(requests))


def _later(problem: Problem, request: Request, code: str) -> Attempt:
    without = replace(
        problem,
        requests=tuple(replace(one, deadline=None) if one.id == request.id else one for one in problem.requests),
    )

    def used(plan: Plan) -> tuple[int, Problem]:
        end = max(at.end for at in plan.assignments)
        return end - (request.deadline or 0), _due_by(problem, request.id, end)

    return Attempt(code=code, ids=(request.id,), problem=without, used=used)


def _more_hands(problem: Problem, request: Request, skill: str) -> Iterator[Attempt]:
    for code in ("one_more_person", "second_shift"):
        person = _person(problem, skill, second=code == "second_shift")
        if person.on_shift:
            yield _hands(_with_person(problem, person), request, code, skill, person.id)


def _hands(changed: Problem, request: Request, code: str, skill: str, person: str) -> Attempt:
    modes = {task.id: task.modes for task in request.tasks}

    def used(plan: Plan) -> tuple[int, Problem]:
        return sum(_work_of(person, modes[at.task][at.mode], at) for at in plan.assignments), changed

    return Attempt(code=code, ids=(skill,), problem=changed, used=used)


def _work_of(person: str, mode: Mode, at: Assignment) -> int:
    spans = (
        part_span(need.part, mode, start=at.start, end=at.end)
        for need, who in zip(mode.staff, at.persons, strict=True)
        if who == person
    )
    return sum(end - start for start, end in spans)


def _with_person(problem: Problem, person: Person) -> Problem:
    return replace(problem, persons=(*problem.persons, person))


def _person(problem: Problem, skill: str, *, second: bool) -> Person:
    """Like the one who has the skill and is there most; ``second``: on shifts of the same lengths that follow the
    shifts of all who have it. Nobody like that: never there, or all day where one more person is asked for."""
    able = [person for person in problem.persons if skill in person.skills]
    best = max(able, key=lambda person: total(person.on_shift), default=None)
    if best is None:
        always: Windows = () if second else ((0, problem.calendar_end),)
        return Person(id=f"{NEW}{skill}", skills=(skill,), on_shift=always)
    covered = unite(window for person in able for window in person.on_shift)
    shifts = _following(covered, best.on_shift, problem.calendar_end) if second else best.on_shift
    return replace(best, id=f"{NEW}{skill}", skills=(skill,), on_shift=shifts, taken=())


def _following(covered: Windows, shifts: Windows, end: int) -> Windows:
    """After each stretch that somebody covers, until the next one, a shift of the usual length."""
    longest = max((b - a for a, b in shifts), default=0)
    return intersect(unite((b, b + longest) for _, b in covered if b < end), complement(covered, 0, end))


def _longer(problem: Problem, request: Request, unit: Unit) -> Attempt:
    always = _opened(problem, unit, ((0, problem.calendar_end),))

    def used(plan: Plan) -> tuple[int, Problem]:
        spans = _attended(always, plan, unit.id)
        return total(unite((*spans, *unit.open))) - total(unit.open), _opened(problem, unit, spans)

    return Attempt(code="longer_hours", ids=(unit.id,), problem=always, used=used)


def _opened(problem: Problem, unit: Unit, spans: Windows) -> Problem:
    opened = replace(unit, open=unite((*unit.open, *spans)))
    return replace(problem, units=tuple(opened if one.id == unit.id else one for one in problem.units))


def _attended(problem: Problem, plan: Plan, unit: str) -> Windows:
    """When the placed tasks need somebody at the unit."""
    tasks = {task.id: task for request in problem.requests for task in request.tasks}
    modes = [(tasks[at.task].modes[at.mode], at) for at in plan.assignments]
    return unite(
        span
        for mode, at in modes
        for use in mode.units
        if use.unit == unit
        for span in attended_spans(use, mode, start=at.start, end=at.end)
    )


def _others_move(rivals: Rivals, clock: Clock, first: frozenset[str]) -> Iterator[Relaxation]:
    """As few as can, then as little as can; nobody is left out or late by it."""
    movable = _movable(rivals, first)
    free = {task.id for request in (rivals.request, *movable) for task in request.tasks}
    problem = reduce(_as_booked(rivals, movable), rivals.plan.assignments, free)
    found = best_beside(problem, ("moved", "shifted"), clock)
    if found is None or judge(rivals.problem, together(rivals.plan, rivals.request, found)):
        return
    moves = tuple(move for request in movable for move in _moves(rivals, request, found))
    shifts = [max(abs(move.to_start - move.from_start), abs(move.to_end - move.from_end)) for move in moves]
    ids = tuple(dict.fromkeys(move.request for move in moves))
    if moves:
        numbers = (("moved", len(moves)), ("by", max(shifts)))
        yield _relaxation("others_move", ids, numbers, sum(shifts), rivals.request, found, moves)


def _movable(rivals: Rivals, first: frozenset[str]) -> list[Request]:
    """Those in the way, then those that share the most with the request."""
    wanted = {id_ for kind, id_ in rivals.wanted if kind == "unit"}

    def shared(request: Request) -> int:
        return sum(held.resource in wanted for held in rivals.holds(request, rivals.at))

    near = sorted(rivals.those(), key=lambda one: (one.id not in first, -shared(one), one.id))
    chosen: list[Request] = []
    for request in near:
        if sum(len(one.tasks) for one in chosen) + len(request.tasks) <= MOST_MOVING:
            chosen.append(request)
    return chosen


def _as_booked(rivals: Rivals, movable: list[Request]) -> Problem:
    """All required, the movable ones confirmed where the plan has them and due when they end, or later."""
    ids = {request.id for request in movable}
    return replace(
        rivals.problem,
        requests=tuple(
            _standing(rivals, one) if one.id in ids else replace(one, required=one.id == rivals.request.id)
            for one in rivals.problem.requests
        ),
    )


def _standing(rivals: Rivals, request: Request) -> Request:
    tasks = tuple(_booked(task, rivals.at[task.id]) for task in request.tasks)
    end = max(rivals.at[task.id].end for task in tasks)
    latest = end if request.due is None else max(end, request.due)
    deadline = request.deadline if request.due is None else min(latest, request.deadline or latest)
    return replace(request, tasks=tasks, deadline=deadline, required=True)


def _booked(task: Task, at: Assignment) -> Task:
    units = tuple(sorted({use.unit for use in task.modes[at.mode].units}))
    return replace(task, booked=Booked(start=at.start, end=at.end, units=units))


def _moves(rivals: Rivals, request: Request, found: Plan) -> Iterator[Move]:
    now = {at.task: at for at in found.assignments}
    for task in request.tasks:
        was, becomes = rivals.at[task.id], now[task.id]
        units = {use.unit for use in task.modes[was.mode].units} != {use.unit for use in task.modes[becomes.mode].units}
        if units or (was.start, was.end) != (becomes.start, becomes.end):
            yield Move(
                request=request.id,
                task=task.id,
                from_start=was.start,
                from_end=was.end,
                to_start=becomes.start,
                to_end=becomes.end,
            )
