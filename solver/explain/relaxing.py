"""What would let a request in: a later date, others that move, one more person, longer hours. Each solved again.

Knows nothing of why it is out. Nothing is offered that the rule book does not accept with exactly the change it names.
"""

from collections.abc import Iterator
from dataclasses import replace

from solver.advancing import Advances, Course
from solver.batches import together as run_mates
from solver.decompose import reduce
from solver.explain.allowing import allowances
from solver.explain.answers import Move, Relaxation
from solver.explain.asking import Clock, beside, best_beside, together
from solver.explain.attempt import Attempt, Use
from solver.explain.company import as_numbered
from solver.explain.rivals import Rivals
from solver.plan import Assignment, Plan
from solver.problem import Booked, Mode, Person, Problem, Request, Task, Unit, UnitUse, attended_spans
from solver.rules import judge
from solver.stints import stints
from solver.windows import Windows, complement, intersect, total, unite

MOST_MOVING = 40
"""Tasks of others that may move in one attempt."""
MOST_UNITS = 8
"""Units whose longer hours are tried."""
SECONDS = 2.5
"""What one attempt may take, where there is so much."""
NEW = "+"
"""What the id of a person begins with who is not there yet."""


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
    modes = [mode for one in rivals.new for task in one.tasks for mode in task.modes]
    for skill in dict.fromkeys(need.skill for mode in modes for need in mode.staff):
        yield from _more_hands(rivals, skill)
    units = dict.fromkeys(use.unit for mode in modes for use in mode.units)
    for unit in [one for one in rivals.problem.units if one.id in units][:MOST_UNITS]:
        if unit.open != ((0, rivals.problem.calendar_end),):
            yield _longer(rivals, unit)
    yield from allowances(rivals)


def _tried(rivals: Rivals, attempt: Attempt, clock: Clock) -> Iterator[Relaxation]:
    """The soonest end with this change, if there is one; the change is then cut down to what is used of it."""
    found = best_beside(beside(attempt.problem, rivals.plan, _own(attempt.problem, rivals)), ("completion",), clock)
    if found is None:
        return
    found = replace(found, assignments=tuple(as_numbered(rivals.plan, found.assignments)))
    whole = together(attempt.problem, rivals.plan, found)
    use = attempt.used(found, whole)
    if use.cost > 0 and not judge(use.problem, whole):
        yield _relaxation(attempt.code, attempt.ids, use.numbers, use.cost, rivals.request, found)


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


def _due_by(problem: Problem, id_: str, end: int) -> Problem:
    """With this deadline; a due date that was held as one is no more."""
    requests = (replace(one, deadline=end) if one.id == id_ else one for one in problem.requests)
    return replace(problem, requests=tuple(requests))


def _later(problem: Problem, request: Request, code: str) -> Attempt:
    without = replace(
        problem,
        requests=tuple(replace(one, deadline=None) if one.id == request.id else one for one in problem.requests),
    )
    own = {task.id for task in request.tasks}

    def used(found: Plan, _: Plan) -> Use:
        end = max(at.end for at in found.assignments if at.task in own)
        by = max(0, end - (request.deadline or 0))
        return Use(numbers=(("by", by),), cost=by, problem=_due_by(problem, request.id, end))

    return Attempt(code=code, ids=(request.id,), problem=without, used=used)


def _more_hands(rivals: Rivals, skill: str) -> Iterator[Attempt]:
    for code in ("one_more_person", "second_shift"):
        person = _person(rivals.problem, skill, second=code == "second_shift")
        if person.on_shift:
            yield _hands(rivals, _with_person(rivals.problem, person), code, person)


def _hands(rivals: Rivals, changed: Problem, code: str, person: Person) -> Attempt:
    advances, shifts = Advances(changed), {one.id: one.on_shift for one in changed.persons}

    def used(found: Plan, _: Plan) -> Use:
        courses = ((Course(mode, advances.of(mode), at.start, at.end), at) for mode, at in _modes(rivals, found))
        turns = (one for course, at in courses for one in stints(course, at, shifts) if one.person == person.id)
        work = sum(one.end - one.start for one in turns)
        return Use(numbers=(("work", work),), cost=work, problem=changed)

    return Attempt(code=code, ids=person.skills, problem=changed, used=used)


def _modes(rivals: Rivals, found: Plan) -> Iterator[tuple[Mode, Assignment]]:
    return ((rivals.mode_of(at), at) for at in found.assignments)


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


def _longer(rivals: Rivals, unit: Unit) -> Attempt:
    problem = rivals.problem
    always = _opened(problem, unit, ((0, problem.calendar_end),))

    def used(found: Plan, _: Plan) -> Use:
        spans = _attended(rivals, always, found, unit.id)
        more = intersect(spans, complement(unit.open, 0, problem.calendar_end))
        numbers = (("work", total(more)), ("from", more[0][0]), ("until", more[-1][1])) if more else (("work", 0),)
        return Use(numbers=numbers, cost=total(more), problem=_opened(problem, unit, spans))

    return Attempt(code="longer_hours", ids=(unit.id,), problem=always, used=used)


def _opened(problem: Problem, unit: Unit, spans: Windows) -> Problem:
    opened = replace(unit, open=unite((*unit.open, *spans)))
    return replace(problem, units=tuple(opened if one.id == unit.id else one for one in problem.units))


def _attended(rivals: Rivals, always: Problem, found: Plan, unit: str) -> Windows:
    """When the placed tasks need somebody at the unit, which is always open."""
    advances = Advances(always)
    return unite(
        span
        for mode, at in _modes(rivals, found)
        for use in mode.units
        if use.unit == unit
        for span in _attended_by(use, mode, Course(mode, advances.of(mode), at.start, at.end))
    )


def _attended_by(use: UnitUse, mode: Mode, course: Course) -> Windows:
    if mode.crossing != "pausing":
        return attended_spans(use, mode, start=course.start, end=course.end)
    return course.stretches(use.part) if use.drives else course.ends_of(use.part)


def _others_move(rivals: Rivals, clock: Clock, first: frozenset[str]) -> Iterator[Relaxation]:
    """As few as can, then as little as can; nobody is left out or late by it."""
    movable = _movable(rivals, first)
    free = rivals.own | {task.id for request in movable for task in request.tasks}
    problem = reduce(_as_booked(rivals, movable), rivals.plan.assignments, free)
    found = best_beside(problem, ("moved", "shifted"), clock)
    if found is None or judge(rivals.problem, together(rivals.problem, rivals.plan, found)):
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
    chosen: dict[str, Request] = {}
    for request in near:
        more = {one.id: one for one in _bound(rivals, request)} | chosen
        if sum(len(one.tasks) for one in more.values()) <= MOST_MOVING:
            chosen = more
    return list(chosen.values())


def _bound(rivals: Rivals, request: Request) -> Iterator[Request]:
    """The request and those that share a run with it, or add to it, which move together."""
    own = {task.id for task in request.tasks}
    bound = run_mates(rivals.problem, rivals.plan.assignments, own) | own
    standing = bound & rivals.at.keys()
    return (one for one in rivals.problem.requests if any(task.id in standing for task in one.tasks))


def _as_booked(rivals: Rivals, movable: list[Request]) -> Problem:
    """All required, the movable ones confirmed where the plan has them and due when they end, or later."""
    ids, new = {request.id for request in movable}, {request.id for request in rivals.new}
    return replace(
        rivals.problem,
        requests=tuple(
            _standing(rivals, one) if one.id in ids else replace(one, required=one.id in new)
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
