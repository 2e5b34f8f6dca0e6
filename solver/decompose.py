"""Smaller problems out of a large one: parts that share nothing, and parts of a plan set free while the rest stays.

Does not know how any of them is solved.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from solver.plan import Assignment, Plan
from solver.problem import Capacity, Fact, Mode, Person, Problem, Request, Stock, Task, Unit, Window, part_span
from solver.sequence import Pair, appointed, attach, carrier, fixed_uses, needed
from solver.site import drafted
from solver.windows import unite

Use = tuple[int, int, int]
"""Start, end and amount."""


def parts(problem: Problem) -> tuple[tuple[str, ...], ...]:
    """Ids of requests in groups that share no unit, person, capacity or stock, each in the problem's order."""
    roots: dict[str, str] = {}
    owners: dict[tuple[str, str], str] = {}
    able, turning = _able(problem), _turning(problem)
    for request in problem.requests:
        roots[request.id] = request.id
        for resource in resources(request, able, turning):
            owner = owners.setdefault(resource, request.id)
            _join(roots, owner, request.id)
    groups: dict[str, list[str]] = defaultdict(list)
    for request in problem.requests:
        groups[_root(roots, request.id)].append(request.id)
    return tuple(tuple(group) for group in groups.values())


def resources(
    request: Request, able: Mapping[str, tuple[str, ...]], turning: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, str], ...]:
    """Kind and id of everything that a request could use; ``able`` are the persons by skill, ``turning`` the skills
    that change over a unit."""
    found: dict[tuple[str, str], None] = {}
    for task in request.tasks:
        for mode in task.modes:
            found |= dict.fromkeys(("unit", use.unit) for use in mode.units)
            skills = [need.skill for need in mode.staff]
            skills += [skill for use in mode.units for skill in turning.get(use.unit, ())]
            found |= dict.fromkeys(("person", person) for skill in skills for person in able.get(skill, ()))
            found |= dict.fromkeys(("capacity", demand.capacity) for demand in mode.demands)
            found |= dict.fromkeys(("stock", consumption.stock) for consumption in mode.consumptions)
    return tuple(found)


def _able(problem: Problem) -> dict[str, tuple[str, ...]]:
    able: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for person in problem.persons:
        for skill in person.skills:
            able[skill] += (person.id,)
    return able


def _turning(problem: Problem) -> dict[str, tuple[str, ...]]:
    return {
        unit.id: tuple(dict.fromkeys(row.skill for row in unit.setups if row.skill is not None))
        for unit in problem.units
        if unit.setups
    }


def _root(roots: dict[str, str], id_: str) -> str:
    while roots[id_] != id_:
        roots[id_] = roots[roots[id_]]
        id_ = roots[id_]
    return id_


def _join(roots: dict[str, str], one: str, other: str) -> None:
    roots[_root(roots, other)] = _root(roots, one)


def reduce(problem: Problem, assignments: Iterable[Assignment], free: Iterable[str]) -> Problem:
    """The problem of placing the tasks ``free`` anew while every other assignment stays.

    Requests with some free tasks become required, with their other tasks as facts; requests without any are gone, and
    what they hold is taken from the resources. Only resources that a free task could use are left.
    """
    freed, assignments = set(free), tuple(assignments)
    at = {assignment.task: assignment for assignment in assignments if assignment.task not in freed}
    requests = tuple(_reduced(request, freed, at) for request in problem.requests if _touched(request, freed))
    able, turning = _able(problem), _turning(problem)
    wanted = {resource for request in requests for resource in resources(request, able, turning)}
    held = _Held(problem, at, {at.task: at for at in assignments})
    return replace(
        problem,
        requests=requests,
        units=tuple(held.unit(unit) for unit in problem.units if ("unit", unit.id) in wanted),
        persons=tuple(held.person(person) for person in problem.persons if ("person", person.id) in wanted),
        capacities=tuple(held.capacity(limit) for limit in problem.capacities if ("capacity", limit.id) in wanted),
        stocks=tuple(held.stock(stock) for stock in problem.stocks if ("stock", stock.id) in wanted),
    )


def merge(problem: Problem, assignments: Collection[Assignment], free: Iterable[str], plan: Plan) -> Plan:
    """The plan of a reduced problem put back among the ``assignments`` that stayed; without levels and reasons."""
    freed, pool = set(free), [turn for at in (*plan.assignments, *assignments) for turn in at.changeovers]
    whole = (*(at for at in assignments if at.task not in freed), *plan.assignments)
    return drafted(problem, attach(problem, whole, pool))


def restricted(problem: Problem, assignments: Collection[Assignment], free: Iterable[str]) -> Plan:
    """What a plan says about the tasks ``free``, as a plan of the reduced ``problem``."""
    freed, pool = set(free), [turn for at in assignments for turn in at.changeovers]
    return drafted(problem, attach(problem, (at for at in assignments if at.task in freed), pool))


def _touched(request: Request, freed: set[str]) -> bool:
    return any(task.id in freed for task in request.tasks)


def _reduced(request: Request, freed: set[str], at: Mapping[str, Assignment]) -> Request:
    fixed = [task for task in request.tasks if task.id not in freed]
    if not fixed:
        return request
    facts = tuple(Fact(id=task.id, start=at[task.id].start, end=at[task.id].end) for task in fixed)
    tasks = tuple(task for task in request.tasks if task.id in freed)
    return replace(request, tasks=tasks, facts=(*request.facts, *facts), required=True)


class _Held:
    """What fixed assignments hold, by resource."""

    def __init__(self, problem: Problem, at: Mapping[str, Assignment], every: Mapping[str, Assignment]) -> None:
        self.lanes: dict[tuple[str, int], list[Window]] = defaultdict(list)
        self.persons: dict[str, list[Window]] = defaultdict(list)
        self.capacities: dict[str, list[Use]] = defaultdict(list)
        self.stocks: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for request in problem.requests:
            for task in request.tasks:
                if task.id in at:
                    self._hold(task, at[task.id])
        homes = {task.id: (request, task) for request in problem.requests for task in request.tasks}
        placed = ((homes[id_][0], homes[id_][1].modes[place.mode], place) for id_, place in at.items())
        self.fixed = fixed_uses(problem, placed)
        for unit, pair, row in needed(problem, every.values()):
            self._turn(unit, pair, row.release, at, every)

    def unit(self, unit: Unit) -> Unit:
        """The unit with the lanes taken that are held, and what is known of them."""
        unit = replace(unit, fixed=self.fixed.get(unit.id, unit.fixed))
        if not any((unit.id, lane) in self.lanes for lane in range(unit.lanes)):
            return unit
        taken = unit.taken or ((),) * unit.lanes
        both = tuple(unite((*windows, *self.lanes.get((unit.id, lane), ()))) for lane, windows in enumerate(taken))
        return replace(unit, taken=both)

    def person(self, person: Person) -> Person:
        """The person without the time that is held."""
        return replace(person, taken=unite((*person.taken, *self.persons.get(person.id, ()))))

    def capacity(self, capacity: Capacity) -> Capacity:
        """The limit less what is in use."""
        changes: dict[int, int] = defaultdict(int)
        before = 0
        for tick, level in capacity.steps:
            changes[tick] += level - before
            before = level
        for start, end, amount in self.capacities.get(capacity.id, ()):
            changes[start] -= amount
            changes[end] += amount
        steps, level = [], 0
        for tick in sorted(changes):
            level += changes[tick]
            steps.append((tick, max(0, level)))
        return replace(capacity, steps=tuple(steps))

    def stock(self, stock: Stock) -> Stock:
        """The stock with what is taken as negative changes."""
        changes: dict[int, int] = defaultdict(int)
        for tick, quantity in (*stock.changes, *self.stocks.get(stock.id, ())):
            changes[tick] += quantity
        return replace(stock, changes=tuple((tick, changes[tick]) for tick in sorted(changes) if changes[tick]))

    def _hold(self, task: Task, at: Assignment) -> None:
        mode = task.modes[at.mode]
        for use, lanes in zip(mode.units, at.lanes, strict=True):
            for lane in lanes:
                self.lanes[use.unit, lane].append(part_span(use.part, mode, start=at.start, end=at.end))
        for need, person in zip(mode.staff, at.persons, strict=True):
            self.persons[person].append(part_span(need.part, mode, start=at.start, end=at.end))
        self._draw(mode, at)

    def _turn(
        self, unit: str, pair: Pair, release: int, at: Mapping[str, Assignment], every: Mapping[str, Assignment]
    ) -> None:
        """A changeover between two that stay stays too; any other is to be found anew."""
        id_ = carrier(pair)
        if id_ is None or any(stay is not None and stay.task not in (None, *at) for stay in pair):
            return
        for turn in appointed(pair, unit, every[id_]):
            self.lanes[unit, 0].append((turn.start, turn.end + release))
            if turn.person is not None:
                self.persons[turn.person].append((turn.start, turn.end))

    def _draw(self, mode: Mode, at: Assignment) -> None:
        for demand in mode.demands:
            span = part_span(demand.part, mode, start=at.start, end=at.end)
            self.capacities[demand.capacity].append((*span, demand.amount))
        for consumption in mode.consumptions:
            self.stocks[consumption.stock].append((at.start, -consumption.amount))
