"""The greatest hours of one person, as CP-SAT sees them: what each claim would take of a limit, and their sum.

Knows nothing of shifts. Work that could only lie wholly inside a limit's time, or wholly outside, needs no variable.
"""

from typing import TYPE_CHECKING

from ortools.sat.python.cp_model import FlatIntExpr

from solver.advancing import Course
from solver.calendars import Pool
from solver.changing import ChangeHold
from solver.hints import Outcome
from solver.plan import Assignment
from solver.problem import HourLimit, Person, Window, part_span
from solver.stints import overlap, stints

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar, LinearExpr, LinearExprT

    from solver.variables import Claim, Load, Variables


def limit_hours(variables: "Variables", person: Person, pool: Pool) -> None:
    """Keeps what the person's loads take of every limit within it; the pool is the person's alone."""
    for limit in person.limits:
        loads = [load for load in variables.loads[pool] if _meets(load, limit)]
        if loads:
            taken = [_taken(variables, person, load, limit) for load in loads]
            variables.model.add(sum(taken) <= limit.most)


def _meets(load: "Load", limit: HourLimit) -> bool:
    return load.claim.first_tick < limit.end and limit.start < load.claim.last_tick


def _taken(variables: "Variables", person: Person, load: "Load", limit: HourLimit) -> "LinearExprT":
    """The ticks that the load takes of the limit, 0 while it is not chosen; never less than that."""
    claim, length = load.claim, load.claim.length
    inside = limit.start <= claim.first_tick and claim.last_tick <= limit.end
    if inside and load.turn is None and not load.span and isinstance(length, int):
        return length * load.chosen
    longest = min(claim.last_tick - claim.first_tick, limit.end - limit.start)
    taken = variables.new_number(
        ((0, longest + 1),), lambda outcome: overlap(_span(variables, outcome, person, load), limit)
    )
    _at_least(variables, person, load, limit, taken)
    return taken


def _at_least(variables: "Variables", person: Person, load: "Load", limit: HourLimit, taken: "IntVar") -> None:
    """The overlap is the least of four differences: two free literals choose which one binds."""
    start: LinearExpr | int = load.claim.start if load.turn is None or load.turn.since is None else load.turn.since
    end: LinearExpr | int = load.claim.end if load.turn is None or load.turn.until is None else load.turn.until
    if load.span:
        start, end = load.span
    late = variables.new_literal(lambda outcome: _span(variables, outcome, person, load)[0] >= limit.start)
    early = variables.new_literal(lambda outcome: _span(variables, outcome, person, load)[1] <= limit.end)
    for first, begun in ((start, late), (limit.start, late.negated())):
        for last, ended in ((end, early), (limit.end, early.negated())):
            variables.model.add(taken >= last - first).only_enforce_if(load.chosen, begun, ended)


def _span(variables: "Variables", outcome: Outcome, person: Person, load: "Load") -> Window:
    """When the person does it in a plan; empty where somebody else does."""
    claim = load.claim
    if isinstance(claim, ChangeHold):
        said = claim.change.said(outcome)
        return (0, 0) if said is None or said.person != person.id else (said.start, said.end)
    task = claim.task.task
    at = outcome.at.get(task.id)
    if at is None or not outcome.holds(task.id):
        return 0, 0
    course = Course(task.modes[at.mode], variables.calendars.advances.of(task.modes[at.mode]), at.start, at.end)
    wanted = tuple(_ticked(edge, at.start) for edge in load.span)
    for stint in stints(course, at, {person.id: person.on_shift}):
        span = stint.start, stint.end
        mine = stint.person == person.id and (at.mode, stint.need) in claim.slots
        if mine and (span == wanted if load.span else _is(load, claim, at, span)):
            return span
    return 0, 0


def _ticked(edge: "LinearExpr | int", start: int) -> int:
    """What an edge of a stretch, which follows from the task's start alone, is in a plan."""
    if isinstance(edge, int):
        return edge
    flat = FlatIntExpr(edge)
    return int(flat.offset) + sum(int(factor) * start for factor in flat.coeffs)


def _is(load: "Load", claim: "Claim", at: Assignment, span: Window) -> bool:
    """Whether a stint, for the load's need, is the load's turn at it."""
    part = part_span(claim.part, claim.task.task.modes[at.mode], start=at.start, end=at.end)
    turn = load.turn
    if turn is None:
        return True
    inside = (turn.since is None or part[0] < turn.since) and (turn.until is None or turn.until < part[1])
    return inside and turn.window[0] <= span[0] < turn.window[1] and turn.spans(part) == span
