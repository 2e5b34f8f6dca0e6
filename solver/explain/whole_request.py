"""Why a request has no place whole although each of its operations has room by itself: what can be counted out.

Knows nothing of searching: whatever it names is so wherever the others stand; what it does not see may still be there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from solver.calendars import Calendars
from solver.choices import Chosen, reader_of, takes_time
from solver.plan import Blocker
from solver.problem import Mode, Problem, Request, SameChoice, Task, Unit
from solver.reach import reach_of
from solver.slack import Slack

NOT_SHARED = {
    ("unit", False): "no_common_unit",
    ("unit", True): "no_other_unit",
    ("laboratory", False): "no_common_laboratory",
    ("laboratory", True): "no_other_laboratory",
    ("person", False): "no_common_person",
    ("person", True): "no_other_person",
}
"""Codes by what operations have to share, or must not."""
MOST_TASKS = 60
"""Of a longer request the order of its operations on a unit is not looked into."""


def whole_blockers(request: Request, full: Calendars) -> Iterator[Blocker]:
    """What cannot be beside the plan, which ``full`` calendars have, wherever the request goes."""
    yield from (*_stocks(request, full), *routing_blockers(request, full))


def routing_blockers(request: Request, calendars: Calendars) -> Iterator[Blocker]:
    """What its operations cannot do with each other."""
    found = [*_choices(request, calendars.problem), *_lengths(request, calendars.problem)]
    yield from found or _ends(request, calendars)


# -- stock


def _stocks(request: Request, calendars: Calendars) -> Iterator[Blocker]:
    stocks = {use.stock for task in request.tasks for mode in task.modes for use in mode.consumptions}
    yield from filter(None, (short_stock(request, calendars, id_) for id_ in sorted(stocks)))


def short_stock(request: Request, calendars: Calendars, stock: str) -> Blocker | None:
    """What all of the request takes of a stock or budget at least, and what is left of it by its deadline; ``None``
    where that is enough."""
    until = _latest(request, calendars.end)
    taken = sum(min(_taken(mode, stock) for mode in task.modes) for task in request.tasks)
    left = max((level for tick, level in calendars.stocks[stock].steps if tick < until), default=0)
    if taken <= left:
        return None
    budget = any(one.id == stock and one.measure == "ticks" for one in calendars.problem.stocks)
    code, amounts = ("budget_short", ("needed", "left")) if budget else ("stock_short", ("amount", "available"))
    numbers = (*zip(amounts, (taken, left), strict=True), ("from", max(0, request.release)), ("until", until))
    return Blocker(code=code, ids=(request.id, stock), numbers=numbers)


def _taken(mode: Mode, stock: str) -> int:
    return sum(use.amount for use in mode.consumptions if use.stock == stock)


# -- what is shared


def _choices(request: Request, problem: Problem) -> Iterator[Blocker]:
    for choice in request.choices:
        sets = _sets(request, problem, choice)
        known = [ways for ways in sets.values() if ways]
        if len(known) < len(sets) or _can_hold(known, differ=choice.differ):
            continue
        yield Blocker(code=NOT_SHARED[choice.what, choice.differ], ids=(request.id, *sets))


def _sets(request: Request, problem: Problem, choice: SameChoice) -> dict[str, set[Chosen]]:
    """By operation, what it could have; nothing where that is not known."""
    reader, ways = reader_of(problem), dict[str, set[Chosen]]()
    for task in request.tasks:
        if task.id in choice.tasks:
            if choice.what == "person":
                ways[task.id] = _persons(problem, task)
            else:
                ways[task.id] = {reader.places(mode, choice) for mode in task.modes}
    return ways


def _persons(problem: Problem, task: Task) -> set[Chosen]:
    """Who could do it; nothing where nobody in particular, or several together have to."""
    needs = [[need for need in mode.staff if takes_time(mode, need.part)] for mode in task.modes]
    if any(len(some) != 1 or some[0].handover for some in needs):
        return set()
    return {frozenset((one.id,)) for (need,) in needs for one in problem.persons if need.skill in one.skills}


def _can_hold(ways: list[set[Chosen]], *, differ: bool) -> bool:
    if not ways:
        return True
    if differ:
        pairs = combinations(ways, 2)
        return all(any(one.isdisjoint(other) for one in a for other in b) for a, b in pairs)
    return bool(set.intersection(*ways))


# -- lengths and distances


def _lengths(request: Request, problem: Problem) -> Iterator[Blocker]:
    """The whole, and what of it holds one unit, against its dates; where that is enough, two that have to follow each
    other on one unit."""
    slack = Slack(_long_enough(problem, request), _undated(request))
    if not slack.possible:
        return
    start, until = max(0, request.release), _latest(request, problem.calendar_end)
    needed = {(): max((slack.low[2 * at + 1] for at in range(len(request.tasks))), default=0)} | _held(request, problem)
    between = max(0, until - start)
    too_long = {units: length for units, length in needed.items() if length > between and not request.facts}
    for units, length in too_long.items():
        numbers = (("needed", length), ("between", between), ("from", start), ("until", until))
        code = "unit_held_too_long" if units else "routing_too_long"
        yield Blocker(code=code, ids=(request.id, *units), numbers=numbers)
    if not too_long and len(request.tasks) <= MOST_TASKS:
        yield from _in_turn(slack, request, problem)


def _long_enough(problem: Problem, request: Request) -> Problem:
    """With time for the request, whatever its dates are."""
    lengths = sum(max(mode.duration for mode in task.modes) for task in request.tasks)
    distances = sum(abs(lag.least or 0) + abs(lag.most or 0) for lag in request.lags)
    end = problem.calendar_end + lengths + distances
    return replace(problem, horizon=end, calendar_end=end)


def _held(request: Request, problem: Problem) -> dict[tuple[str, ...], int]:
    """How long it holds units in all that it cannot hold twice at a time."""
    lengths: dict[tuple[str, ...], int] = defaultdict(int)
    for unit in problem.units:
        for task in request.tasks:
            if not task.batch and _needs_whole(task, unit):
                lengths[unit.id,] += min(mode.duration for mode in task.modes)
    return lengths


def _needs_whole(task: Task, unit: Unit) -> bool:
    """Whether it takes more than half of the unit's lanes for as long as it lasts, whatever its mode."""
    return all(
        any(use.unit == unit.id and use.part == "whole" and 2 * use.lanes > unit.lanes for use in mode.units)
        for mode in task.modes
    )


def _undated(request: Request) -> Request:
    tasks = tuple(replace(task, windows=(), pin=None) for task in request.tasks)
    return replace(request, release=0, deadline=None, tasks=tasks)


def _latest(request: Request, end: int) -> int:
    return end if request.deadline is None else min(request.deadline, end)


def _in_turn(slack: Slack, request: Request, problem: Problem) -> Iterator[Blocker]:
    """Of the pairs of which neither order keeps their distances, the one that lacks the least."""
    least = [slack.least_after(2 * at) for at in range(len(request.tasks))]
    lengths = [min(mode.duration for mode in task.modes) for task in request.tasks]
    found = list[tuple[int, Blocker]]()
    for one, other in combinations(range(len(request.tasks)), 2):
        pair = (request.tasks[one], request.tasks[other])
        orders = ((lengths[one], -least[other][2 * one]), (lengths[other], -least[one][2 * other]))
        needed, most = min(orders, key=_lack)
        unit = _only_unit(pair, problem.units) if needed > most else ""
        if unit:
            ids, numbers = (*(task.id for task in pair), unit), (("needed", needed), ("most_apart", max(0, most)))
            found.append((needed - most, Blocker(code="not_in_turn", ids=ids, numbers=numbers)))
    yield from (blocker for _, blocker in sorted(found, key=lambda each: each[0])[:1])


def _lack(order: tuple[int, int]) -> int:
    """By how much two that are to begin so far apart, and may begin so far apart, miss each other."""
    needed, most = order
    return needed - most


def _only_unit(pair: tuple[Task, Task], units: Iterable[Unit]) -> str:
    """The unit that they cannot have at once and cannot do without; empty where there is none."""
    if pair[0].batch and pair[0].batch == pair[1].batch:
        return ""
    return next((unit.id for unit in units if all(_needs_whole(task, unit) for task in pair)), "")


def _ends(request: Request, calendars: Calendars) -> Iterator[Blocker]:
    """The soonest end that hours, persons and distances leave, where that is after its deadline."""
    if request.deadline is None or all(reach_of(calendars, request).values()):
        return
    reach = reach_of(calendars, replace(request, deadline=None))
    if all(reach.values()):
        soonest = max(min(place.first_end for place in places) for places in reach.values())
        if soonest > request.deadline:
            numbers = (("soonest", soonest), ("until", request.deadline))
            yield Blocker(code="ends_too_late", ids=(request.id,), numbers=numbers)
