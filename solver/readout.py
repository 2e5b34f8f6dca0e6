"""A solution of the model as a plan: names lanes and persons, which the model only counts.

Knows nothing of levels and of why a request stayed out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from heapq import heapify, heappop, heappush

from ortools.sat.python.cp_model import IntVar, LinearExpr

from solver.calendars import Pool
from solver.constraints.kept import absence
from solver.plan import Assignment, Changeover, LeftOut, Plan
from solver.problem import part_span
from solver.sequence import attach
from solver.turns import TurnHold
from solver.variables import Load, TaskVariables, Variables

Value = Callable[[IntVar | LinearExpr], int]
Share = tuple[int, int, int, str, str, int]
"""Start, end, members, task, kind and use: so many members of a pool held by one use of a task's mode."""
Members = Mapping[tuple[str, str, int], list[int]]
"""Members held, by task, kind and use."""


def read_plan(variables: Variables, value: Value) -> Plan:
    """The plan of the solution that ``value`` reads."""
    problem = variables.calendars.problem
    planned = {request.id for request in problem.requests if value(variables.requests[request.id])}
    tasks = [task for task in variables.tasks.values() if task.request.id in planned]
    chosen = {task.task.id: _assignment(task, value) for task in tasks}
    members = _members(variables, chosen, value)
    assignments = tuple(_named(variables, chosen[id_], members) for id_ in sorted(chosen))
    left_out = sorted((one for one in problem.requests if one.id not in planned), key=lambda one: one.id)
    return Plan(
        status="feasible",
        assignments=attach(problem, assignments, _changeovers(variables, members, value)),
        left_out=tuple(LeftOut(request=request.id, absence=absence(request)) for request in left_out),
    )


def _changeovers(variables: Variables, members: Members, value: Value) -> Iterable[Changeover]:
    persons = variables.calendars.problem.persons
    for turn in variables.turns:
        if value(turn.chosen):
            start, who = value(turn.start), members.get((turn.name, "turn", 0))
            person = persons[who[0]].id if who and turn.staffed else None
            yield Changeover(unit=turn.unit, start=start, end=start + turn.length, person=person)


def _assignment(task: TaskVariables, value: Value) -> Assignment:
    mode = next(number for number, literal in task.modes.items() if value(literal))
    return Assignment(task=task.task.id, mode=mode, start=value(task.start), end=value(task.end))


def _members(variables: Variables, chosen: Mapping[str, Assignment], value: Value) -> Members:
    members: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for pool, loads in variables.loads.items():
        shares = (share for load in loads for share in _shares(load, chosen, value))
        for key, held in _colour(pool, shares):
            members[key] += held
    return members


def _shares(load: Load, chosen: Mapping[str, Assignment], value: Value) -> Iterable[Share]:
    claim = load.claim
    if isinstance(claim, TurnHold):
        if value(load.chosen):
            start = value(claim.turn.start)
            yield start, start + claim.length, 1, claim.turn.name, claim.kind, 0
        return
    task = claim.task.task
    at = chosen.get(task.id)
    if at is None or not value(load.chosen):
        return
    amount = load.amount if isinstance(load.amount, int) else value(load.amount)
    start, end = part_span(claim.part, task.modes[at.mode], start=at.start, end=at.end)
    for mode, use in claim.slots:
        if mode == at.mode and amount:
            yield start, end, amount, task.id, claim.kind, use


def _colour(pool: Pool, shares: Iterable[Share]) -> Iterable[tuple[tuple[str, str, int], list[int]]]:
    """Gives the lowest free members, in order of start."""
    free, busy = list(pool.members), list[tuple[int, int]]()
    heapify(free)
    for start, end, amount, task, kind, use in sorted(shares):
        while busy and busy[0][0] <= start:
            heappush(free, heappop(busy)[1])
        held = [heappop(free) for _ in range(amount)]
        for member in held:
            heappush(busy, (end, member))
        yield (task, kind, use), held


def _named(variables: Variables, at: Assignment, members: Members) -> Assignment:
    """With lanes and persons; uses of no length get the first that there are."""
    mode = variables.tasks[at.task].task.modes[at.mode]
    persons = variables.calendars.problem.persons
    lanes = [
        tuple(sorted(members.get((at.task, "unit", use), range(need.lanes)))) for use, need in enumerate(mode.units)
    ]
    names = [
        persons[members[at.task, "skill", use][0]].id
        if (at.task, "skill", use) in members
        else next(person.id for person in persons if need.skill in person.skills)
        for use, need in enumerate(mode.staff)
    ]
    return Assignment(task=at.task, mode=at.mode, start=at.start, end=at.end, lanes=tuple(lanes), persons=tuple(names))
