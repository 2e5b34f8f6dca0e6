"""Redundant sums that help CP-SAT's linear relaxation where everything has to be done as early as possible.

Knows nothing that the constraints do not already imply: without it the same plans are found, later.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from ortools.sat.python.cp_model import IntVar, LinearExpr

from solver.bounds import tails
from solver.variables import Claim, Variables

_CUTS = 4


@dataclass(frozen=True, slots=True)
class _Load:
    """A claim's length times amount as a linear expression, between its task's head and tail."""

    head: int
    tail: int
    energy: LinearExpr


def add_workload(variables: Variables, makespan: IntVar) -> None:
    """For every unit and capacity: what is claimed of it fits between the least head and the least tail.

    Only claims of required requests count, so that heads and tails hold for every plan.
    """
    after = _tails(variables)
    for unit in variables.calendars.problem.units:
        _cut(variables, makespan, _loads(variables.claims_on_unit(unit.id), after), unit.lanes)
    for id_, levels in variables.calendars.capacities.items():
        _cut(variables, makespan, _loads(variables.claims_on_capacity(id_), after), levels.greatest)


def _tails(variables: Variables) -> dict[str, int]:
    after: dict[str, int] = {}
    for request in variables.planable:
        if request.required:
            lengths = {task.id: variables.tasks[task.id].least_length for task in request.tasks}
            after |= tails(request, lengths)
    return after


def _loads(claims: Iterable[Claim], after: dict[str, int]) -> list[_Load]:
    loads = []
    for claim in claims:
        task = claim.task
        if task.request.required:
            least = min(place.length(claim.part) for place in claim.places)
            loads.append(_Load(task.first_start, after[task.task.id], least * claim.amount * claim.chosen))
    return loads


def _cut(variables: Variables, makespan: IntVar, loads: list[_Load], limit: int) -> None:
    if len(loads) > 1:
        for chosen in _subsets(loads):
            head, tail = min(load.head for load in chosen), min(load.tail for load in chosen)
            energy = LinearExpr.sum([load.energy for load in chosen])
            variables.model.add(energy <= limit * (makespan - head - tail))


def _subsets(loads: list[_Load]) -> Iterator[list[_Load]]:
    """All of them, and those with the latest heads and the longest tails."""
    yield loads
    for key in (attrgetter("head"), attrgetter("tail")):
        ordered = sorted(loads, key=key)
        last = None
        for part in range(1, _CUTS):
            least = key(ordered[len(ordered) * part // _CUTS])
            if least not in (last, key(ordered[0])):
                yield [load for load in loads if key(load) >= least]
            last = least
