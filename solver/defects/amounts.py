"""Mistakes in size: numbers too large to be counted exactly, and levels and uses that could become so.

Knows nothing of what the numbers mean, but that weights may be larger than ticks and quantities.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import is_dataclass

from solver.costs import COSTS, worst_value
from solver.defects.defect import Defect, defect
from solver.problem import Level, Problem

NUMBER_LIMIT = 2**31
"""Ticks and quantities are smaller than this, above and below 0."""

WORTH_LIMIT = 2**62
"""Weights, factors and the values of levels are smaller than this."""

WEIGHTS = {"weight", "tardiness_weight", "terms", "worth", "target", "given"}


def defects(problem: Problem) -> Iterator[Defect]:
    """Every number and every level that is too large, and levels that are wrong otherwise."""
    for owner, field, number in _numbers(problem):
        limit = WORTH_LIMIT if field in WEIGHTS else NUMBER_LIMIT
        if abs(number) >= limit:
            yield defect("number_too_large", owner, field, number=number, limit=limit - 1)
    if not problem.levels:
        yield defect("no_levels")
    for level in problem.levels:
        yield from _level(problem, level)
    yield from _uses(problem)


def _level(problem: Problem, level: Level) -> Iterator[Defect]:
    if level.tolerance < 0:
        yield defect("negative_tolerance", level.name, tolerance=level.tolerance)
    for name, factor in level.terms:
        if name not in COSTS:
            yield defect("unknown_cost", level.name, name)
        if factor < 0:
            yield defect("negative_factor", level.name, name, factor=factor)
    worst = worst_value(problem, level)
    if worst >= WORTH_LIMIT:
        yield defect("level_too_large", level.name, worst=worst, limit=WORTH_LIMIT - 1)


def _uses(problem: Problem) -> Iterator[Defect]:
    """Every unit and capacity of which all that could be used until the calendars end, and the limit throughout, are
    too much to be added up, as the solver does (``solver.workload``)."""
    asked: dict[tuple[str, str], int] = defaultdict(int)
    for mode in (mode for request in problem.requests for task in request.tasks for mode in task.modes):
        for use in mode.units:
            asked["unit", use.unit] += use.lanes
        for demand in mode.demands:
            asked["capacity", demand.capacity] += demand.amount
    limits = [("unit", unit.id, unit.lanes) for unit in problem.units]
    limits += [("capacity", one.id, max((level for _, level in one.steps), default=0)) for one in problem.capacities]
    for kind, id_, limit in limits:
        most = (limit + asked[kind, id_]) * problem.calendar_end
        if most >= WORTH_LIMIT:
            yield defect("use_too_large", id_, most=most, limit=WORTH_LIMIT - 1)


def _numbers(problem: Problem) -> Iterator[tuple[str, str, int]]:
    """Every integer with the id of what it belongs to and the name of its field."""
    pending: list[tuple[str, str, object]] = [("problem", "problem", problem)]
    while pending:
        owner, field, value = pending.pop()
        if type(value) is int:
            yield owner, field, value
        elif isinstance(value, tuple):
            pending += [(owner, field, item) for item in value]
        elif is_dataclass(value) and not isinstance(value, type):
            owner = str(getattr(value, "id", owner))
            pending += [(owner, name, getattr(value, name)) for name in value.__dataclass_fields__]
