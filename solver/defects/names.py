"""Mistakes in names: ids that are empty or given twice, and references to what does not exist.

Knows nothing of numbers.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from solver.defects.defect import Defect, defect
from solver.problem import Problem, Request, Task


def defects(problem: Problem) -> Iterator[Defect]:
    """Every id and every reference that is wrong. Tasks and facts share their ids, as lags refer to both."""
    for kind, ids in _ids(problem):
        yield from _kind(kind, ids)
    yield from _resources(problem)
    for request in problem.requests:
        yield from _lag_ends(request)
    yield from _bases(problem)


def _bases(problem: Problem) -> Iterator[Defect]:
    """Additions to what does not come before them."""
    before: set[str] = set()
    for request in problem.requests:
        if request.after and request.after not in before:
            yield defect("unknown_base", request.id, request.after)
        before.add(request.id)


def _ids(problem: Problem) -> Iterator[tuple[str, Iterable[str]]]:
    yield "request", (request.id for request in problem.requests)
    tasks = [task.id for request in problem.requests for task in request.tasks]
    yield "task or fact", tasks + [fact.id for request in problem.requests for fact in request.facts]
    yield "unit", (unit.id for unit in problem.units)
    yield "person", (person.id for person in problem.persons)
    yield "capacity", (capacity.id for capacity in problem.capacities)
    yield "stock", (stock.id for stock in problem.stocks)
    yield "quota", (quota.id for quota in problem.quotas)
    yield "level", (level.name for level in problem.levels)
    yield "share", (share.id for share in problem.shares)


def _kind(kind: str, ids: Iterable[str]) -> Iterator[Defect]:
    for id_, times in Counter(ids).items():
        if times > 1:
            yield defect("duplicate_id", kind, id_, times=times)
        if not id_:
            yield defect("empty_id", kind)


def _resources(problem: Problem) -> Iterator[Defect]:
    units = {unit.id for unit in problem.units}
    capacities = {capacity.id for capacity in problem.capacities}
    stocks = {stock.id for stock in problem.stocks}
    for request in problem.requests:
        for task in request.tasks:
            yield from _unknown("unknown_unit", task, _units(task), units)
            demands = (demand.capacity for mode in task.modes for demand in mode.demands)
            yield from _unknown("unknown_capacity", task, demands, capacities)
            consumptions = (consumption.stock for mode in task.modes for consumption in mode.consumptions)
            yield from _unknown("unknown_stock", task, consumptions, stocks)


def _units(task: Task) -> Iterator[str]:
    return (use.unit for mode in task.modes for use in mode.units)


def _unknown(code: str, task: Task, used: Iterable[str], known: set[str]) -> Iterator[Defect]:
    for id_ in sorted(set(used) - known):
        yield defect(code, task.id, id_)


def _lag_ends(request: Request) -> Iterator[Defect]:
    known = {task.id for task in request.tasks} | {fact.id for fact in request.facts}
    used = {id_ for lag in request.lags for id_ in (lag.before, lag.after)}
    for id_ in sorted(used - known):
        yield defect("unknown_lag_end", request.id, id_)
