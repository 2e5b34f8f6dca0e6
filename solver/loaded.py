"""A problem with its plan laid into the calendars: what is left for those who stayed out.

Knows nothing of why they stayed out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from solver.decompose import topped_up
from solver.plan import Plan
from solver.problem import Capacity, FixedUse, Person, Problem, Quota, Stock, Unit, Window
from solver.renewals import Renewals
from solver.rules.reading import Reading
from solver.sequence import appointed, carrier, fixed_uses, needed
from solver.spent import uses_of
from solver.stints import limits_less
from solver.windows import unite


def load_plan(problem: Problem, plan: Plan) -> Problem:
    """The same resources less what the plan's assignments hold, and only the requests that it leaves out."""
    reading = Reading(problem, plan)
    lanes: dict[tuple[str, int], list[Window]] = defaultdict(list)
    for hold in reading.lane_holds():
        lanes[hold.resource, hold.lane or 0].append((hold.start, hold.end))
    persons: dict[str, list[Window]] = defaultdict(list)
    for hold in reading.person_holds():
        persons[hold.resource].append((hold.start, hold.end))
    for unit, pair, row in needed(problem, plan.assignments):
        for turn in appointed(pair, unit, reading.placed[carrier(pair) or ""].at):
            lanes[unit, 0].append((turn.start, turn.end + row.release))
    fixed = fixed_uses(problem, ((each.request, each.mode, each.at) for each in reading.placed.values()))
    drawn, taken, renewals = _drawn(reading), _taken(reading), _renewals(reading)
    return replace(
        problem,
        units=tuple(renewals.laid(_unit(unit, lanes, fixed)) for unit in problem.units),
        persons=tuple(_person(person, persons[person.id]) for person in problem.persons),
        capacities=tuple(_capacity(capacity, drawn[capacity.id]) for capacity in problem.capacities),
        stocks=tuple(_stock(stock, taken[stock.id]) for stock in problem.stocks),
        requests=tuple(request for request in problem.requests if request.id in reading.left_out),
        quotas=tuple(_quota(quota, reading) for quota in problem.quotas),
        shares=topped_up(problem.shares, reading.planned),
    )


def _quota(quota: Quota, reading: Reading) -> Quota:
    placed = (one for one in reading.placed.values() if quota.counts(one.request))
    used = (span for one in placed for span in uses_of(quota, one.mode, start=one.at.start, end=one.at.end))
    return replace(quota, taken=tuple(sorted((*quota.taken, *used))))


def _drawn(reading: Reading) -> dict[str, list[tuple[int, int]]]:
    """Changes of what is drawn of each capacity."""
    changes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for placed in reading.carrying():
        for demand in placed.mode.demands:
            for start, end in placed.course.stretches(demand.part):
                changes[demand.capacity] += [(start, demand.amount), (end, -demand.amount)]
    return changes


def _taken(reading: Reading) -> dict[str, list[tuple[int, int]]]:
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for placed in reading.placed.values():
        for consumption in placed.mode.consumptions:
            taken[consumption.stock].append((placed.at.start, -consumption.amount))
    return taken


def _renewals(reading: Reading) -> Renewals:
    """What is planned; nothing else renews any more."""
    renewals = Renewals()
    for placed in reading.placed.values():
        renewals.add(placed.request, placed.task, placed.at)
    return renewals


def _unit(unit: Unit, held: dict[tuple[str, int], list[Window]], known: Mapping[str, tuple[FixedUse, ...]]) -> Unit:
    fixed = unit.taken or ((),) * unit.lanes
    taken = tuple(unite((*windows, *held[unit.id, lane])) for lane, windows in enumerate(fixed))
    return replace(unit, taken=taken, fixed=known.get(unit.id, unit.fixed))


def _person(person: Person, held: Sequence[Window]) -> Person:
    return replace(person, taken=unite((*person.taken, *held)), limits=limits_less(person, held))


def _capacity(capacity: Capacity, drawn: Iterable[tuple[int, int]]) -> Capacity:
    levels = [(tick, level - before) for (tick, level), before in zip(capacity.steps, _befores(capacity), strict=True)]
    changes: dict[int, int] = defaultdict(int)
    for tick, change in (*levels, *((tick, -amount) for tick, amount in drawn)):
        changes[tick] += change
    ticks = sorted(changes)
    left = accumulate(changes[tick] for tick in ticks)
    return replace(capacity, steps=tuple((tick, max(0, level)) for tick, level in zip(ticks, left, strict=True)))


def _befores(capacity: Capacity) -> list[int]:
    return [0, *(level for _, level in capacity.steps)][: len(capacity.steps)]


def _stock(stock: Stock, taken: Iterable[tuple[int, int]]) -> Stock:
    return replace(stock, changes=tuple(sorted((*stock.changes, *taken))))
