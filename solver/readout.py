"""A solution of the model as a plan: names lanes and persons, which the model only counts.

Knows nothing of levels and of why a request stayed out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from heapq import heapify, heappop, heappush

from ortools.sat.python.cp_model import IntVar, LinearExpr

from solver.calendars import Pool
from solver.changing import ChangeHold
from solver.constraints.kept import absence
from solver.plan import Assignment, Changeover, LeftOut, Plan, Relief
from solver.problem import Mode, Part, StaffNeed, part_span
from solver.sequence import attach
from solver.variables import Load, TaskVariables, Variables

Value = Callable[[IntVar | LinearExpr], int]
Share = tuple[int, int, int, str, str, int]
"""Start, end, members, task, kind and use: so many members of a pool held by one use of a task's mode."""
Members = Mapping[tuple[str, str, int], list[tuple[int, int]]]
"""Since when which member is held, by task, kind and use."""


def read_plan(variables: Variables, value: Value) -> Plan:
    """The plan of the solution that ``value`` reads."""
    problem = variables.calendars.problem
    planned = {request.id for request in problem.requests if value(variables.requests[request.id])}
    tasks = [task for task in variables.tasks.values() if task.request.id in planned]
    chosen = {task.task.id: _assignment(task, value) for task in tasks}
    members = _members(variables, chosen, value)
    carried = {joiner: carrier for (joiner, carrier), joins in variables.joining.joins.items() if value(joins)}
    named = {id_: _named(variables, chosen[id_], members) for id_ in sorted(chosen) if id_ not in carried}
    whole = (named[id_] if id_ in named else _as(named[carried[id_]], chosen[id_]) for id_ in sorted(chosen))
    assignments = tuple(whole)
    left_out = sorted((one for one in problem.requests if one.id not in planned), key=lambda one: one.id)
    return Plan(
        status="feasible",
        assignments=attach(problem, assignments, _changeovers(variables, members, value)),
        left_out=tuple(LeftOut(request=request.id, absence=absence(request)) for request in left_out),
    )


def _as(carrier: Assignment, at: Assignment) -> Assignment:
    """A task that shares the run of another, with its lanes and persons."""
    return replace(at, lanes=carrier.lanes, persons=carrier.persons, reliefs=carrier.reliefs)


def _changeovers(variables: Variables, members: Members, value: Value) -> Iterable[Changeover]:
    persons = variables.calendars.problem.persons
    for turn in variables.changes:
        if value(turn.chosen):
            start, who = value(turn.start), members.get((turn.name, "turn", 0))
            person = persons[who[0][1]].id if who and turn.staffed else None
            yield Changeover(unit=turn.unit, start=start, end=start + turn.length, person=person)


def _assignment(task: TaskVariables, value: Value) -> Assignment:
    mode = next(number for number, literal in task.modes.items() if value(literal))
    return Assignment(task=task.task.id, mode=mode, start=value(task.start), end=value(task.end))


def _members(variables: Variables, chosen: Mapping[str, Assignment], value: Value) -> Members:
    members: dict[tuple[str, str, int], list[tuple[int, int]]] = defaultdict(list)
    for pool, loads in variables.loads.items():
        shares = (share for load in loads for share in _shares(load, chosen, value))
        for key, start, held in _colour(pool, shares):
            members[key] += [(start, member) for member in held]
    return {key: sorted(held) for key, held in members.items()}


def _shares(load: Load, chosen: Mapping[str, Assignment], value: Value) -> Iterable[Share]:
    claim = load.claim
    if isinstance(claim, ChangeHold):
        if value(load.chosen):
            start = value(claim.start)
            yield start, start + claim.length, 1, claim.change.name, claim.kind, 0
        return
    task = claim.task.task
    at = chosen.get(task.id)
    if at is None or not value(load.chosen):
        return
    amount = load.amount if isinstance(load.amount, int) else value(load.amount)
    start, end = _span(load, claim.part, task.modes[at.mode], at, value)
    for mode, use in claim.slots:
        if mode == at.mode and amount:
            yield start, end, amount, task.id, claim.kind, use


def _span(load: Load, of: Part, mode: Mode, at: Assignment, value: Value) -> tuple[int, int]:
    if not load.span:
        part = part_span(of, mode, start=at.start, end=at.end)
        return part if load.turn is None else load.turn.spans(part)
    start, end = (value(edge) if isinstance(edge, (IntVar, LinearExpr)) else int(edge) for edge in load.span)
    return start, end


def _colour(pool: Pool, shares: Iterable[Share]) -> Iterable[tuple[tuple[str, str, int], int, list[int]]]:
    """Gives the lowest free members, in order of start."""
    free, busy = list(pool.members), list[tuple[int, int]]()
    heapify(free)
    for start, end, amount, task, kind, use in sorted(shares):
        while busy and busy[0][0] <= start:
            heappush(free, heappop(busy)[1])
        held = [heappop(free) for _ in range(amount)]
        for member in held:
            heappush(busy, (end, member))
        yield (task, kind, use), start, held


def _named(variables: Variables, at: Assignment, members: Members) -> Assignment:
    """With lanes and persons; uses of no length get the first that there are."""
    mode = variables.tasks[at.task].task.modes[at.mode]
    lanes = [_lanes(members.get((at.task, "unit", use)), need.lanes) for use, need in enumerate(mode.units)]
    turns = [_turns(variables, at.task, use, need, members) for use, need in enumerate(mode.staff)]
    return Assignment(
        task=at.task,
        mode=at.mode,
        start=at.start,
        end=at.end,
        lanes=tuple(lanes),
        persons=tuple(shared[0][1] for shared in turns),
        reliefs=tuple(
            Relief(need=use, tick=tick, person=person)
            for use, shared in enumerate(turns)
            for tick, person in shared[1:]
        ),
    )


def _lanes(held: list[tuple[int, int]] | None, needed: int) -> tuple[int, ...]:
    return tuple(range(needed)) if held is None else tuple(sorted(lane for _, lane in held))


def _turns(variables: Variables, task: str, use: int, need: StaffNeed, members: Members) -> list[tuple[int, str]]:
    """Since when who is there; of work that pauses one person for all its stretches."""
    persons = variables.calendars.problem.persons
    held = members.get((task, "relay" if need.handover else "skill", use))
    if held is None:
        return [(0, next(person.id for person in persons if need.skill in person.skills))]
    shared = held if need.handover else held[:1]
    return [(since, persons[number].id) for since, number in shared]
