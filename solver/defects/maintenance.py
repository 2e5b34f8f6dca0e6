"""Mistakes in what units expire by and in maintenance: renewals that renew nothing, amounts that contradict each other,
and services that would share a run.

Knows nothing of whether maintenance can be done in time: that it cannot is an answer.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

from solver.defects.defect import Defect, defect
from solver.problem import Expiry, Problem, Request, Task, Unit

_Tasks = Mapping[str, tuple[Request, Task]]


def defects(problem: Problem) -> Iterator[Defect]:
    """Every expiry that is wrong, and maintenance that would share a run."""
    for request in problem.requests:
        for task in request.tasks:
            if request.maintenance and task.batch:
                yield defect("maintenance_batched", task.id, task.batch)
    tasks = {task.id: (request, task) for request in problem.requests for task in request.tasks}
    for unit in problem.units:
        for expiry in unit.expiries:
            yield from _amounts(unit, expiry)
            yield from _fixed(unit, expiry)
            yield from _renewals(unit, expiry, tasks)


def _amounts(unit: Unit, expiry: Expiry) -> Iterator[Defect]:
    if not expiry.kind:
        yield defect("nameless_expiry", unit.id)
    if expiry.renewed < 1:
        yield defect("renewal_gives_nothing", unit.id, expiry.kind, renewed=expiry.renewed)
    elif expiry.measure != "date" and expiry.renewed < expiry.left:
        yield defect("renewal_gives_less", unit.id, expiry.kind, renewed=expiry.renewed, left=expiry.left)


def _fixed(unit: Unit, expiry: Expiry) -> Iterator[Defect]:
    for before, tick in pairwise(expiry.renewed_at):
        if tick < before:
            yield defect("renewals_out_of_order", unit.id, expiry.kind, tick=tick, before=before)
    for used in expiry.used:
        if used.start >= used.end:
            yield defect("used_reversed", unit.id, expiry.kind, start=used.start, end=used.end)


def _renewals(unit: Unit, expiry: Expiry, tasks: _Tasks) -> Iterator[Defect]:
    for id_, times in Counter(expiry.renewed_by).items():
        if times > 1:
            yield defect("renewal_twice", unit.id, expiry.kind, id_)
        if id_ not in tasks:
            yield defect("unknown_renewal", unit.id, expiry.kind, id_)
            continue
        request, task = tasks[id_]
        if not request.maintenance:
            yield defect("renewal_no_maintenance", unit.id, expiry.kind, id_)
        if any(unit.id not in {use.unit for use in mode.units} for mode in task.modes):
            yield defect("renewal_elsewhere", unit.id, expiry.kind, id_)
