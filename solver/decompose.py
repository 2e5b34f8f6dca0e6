"""Smaller problems out of a large one: parts that share nothing, and parts of a plan set free while the rest stays.

Does not know how any of them is solved.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from solver.advancing import Advances, Course
from solver.batches import carriers
from solver.choices import takes_time
from solver.costs.unfairness import gifts
from solver.plan import Assignment, Plan
from solver.problem import (
    Capacity,
    Fact,
    Mode,
    Person,
    Problem,
    Quota,
    Request,
    Share,
    Stock,
    Task,
    Unit,
    Window,
)
from solver.renewals import Renewals
from solver.sequence import Pair, appointed, attach, carrier, fixed_uses, needed, told
from solver.site import changed_over, drafted
from solver.spent import uses_of
from solver.stints import limits_less, stints
from solver.windows import unite

Use = tuple[int, int, int]
"""Start, end and amount."""


def parts(problem: Problem) -> tuple[tuple[str, ...], ...]:
    """Ids of requests in groups that share no unit, person, capacity, stock or quota, each in the problem's order."""
    roots: dict[str, str] = {}
    owners: dict[tuple[str, str], str] = {}
    able, turning = able_persons(problem), turning_skills(problem)
    for request in problem.requests:
        roots[request.id] = request.id
        for resource in resources(request, able, turning, problem.quotas):
            owner = owners.setdefault(resource, request.id)
            _join(roots, owner, request.id)
        if request.after in roots:
            _join(roots, request.after, request.id)
    groups: dict[str, list[str]] = defaultdict(list)
    for request in problem.requests:
        groups[_root(roots, request.id)].append(request.id)
    return tuple(tuple(group) for group in groups.values())


def resources(
    request: Request,
    able: Mapping[str, tuple[str, ...]],
    turning: Mapping[str, tuple[str, ...]],
    quotas: Iterable[Quota] = (),
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
    units = {id_ for kind, id_ in found if kind == "unit"}
    mine = (quota for quota in quotas if quota.counts(request))
    return (*found, *(("quota", quota.id) for quota in mine if not units.isdisjoint(quota.units)))


def able_persons(problem: Problem) -> dict[str, tuple[str, ...]]:
    able: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for person in problem.persons:
        for skill in person.skills:
            able[skill] += (person.id,)
    return able


def turning_skills(problem: Problem) -> dict[str, tuple[str, ...]]:
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
    what they hold is taken from the resources; what adds to one of those adds to nothing. Only resources that a free
    task could use are left.
    """
    freed, assignments = set(free), tuple(assignments)
    at = {assignment.task: assignment for assignment in assignments if assignment.task not in freed}
    reduced = [_reduced(request, freed, at) for request in problem.requests if _touched(request, freed)]
    known = {request.id for request in reduced}
    requests = tuple(request if request.after in known else replace(request, after="") for request in reduced)
    able, turning = able_persons(problem), turning_skills(problem)
    wanted = {resource for request in requests for resource in resources(request, able, turning, problem.quotas)}
    wanted |= {("unit", unit) for one in requests if one.choices for fact in one.facts for unit in fact.units or ()}
    held = _Held(problem, at, {at.task: at for at in assignments})
    return replace(
        problem,
        requests=requests,
        shares=topped_up(problem.shares, (one for one in problem.requests if _stays(one, freed, at))),
        units=tuple(
            held.renewals.laid(held.unit(unit), freed) for unit in problem.units if ("unit", unit.id) in wanted
        ),
        persons=tuple(held.person(person) for person in problem.persons if ("person", person.id) in wanted),
        capacities=tuple(held.capacity(limit) for limit in problem.capacities if ("capacity", limit.id) in wanted),
        stocks=tuple(held.stock(stock) for stock in problem.stocks if ("stock", stock.id) in wanted),
        quotas=tuple(held.quota(quota, wanted) for quota in problem.quotas if ("quota", quota.id) in wanted),
    )


def merge(problem: Problem, assignments: Collection[Assignment], free: Iterable[str], plan: Plan) -> Plan:
    """The plan of a reduced problem put back among the ``assignments`` that stayed; without levels and reasons."""
    return drafted(problem, put_back(problem, assignments, free, plan.assignments))


def put_back(
    problem: Problem, assignments: Collection[Assignment], free: Iterable[str], new: Collection[Assignment]
) -> tuple[Assignment, ...]:
    """The ``assignments`` with ``new`` ones of the tasks ``free``, each changeover told by what follows it then.

    Where those that stayed stand next to each other now, the changeover between them is found anew, if there is time
    for it.
    """
    freed, before = set(free), told(problem, tuple(assignments))
    kept = (said for _, pair, said in before if all(stay is None or stay.task not in freed for stay in pair))
    pool = [turn for at in new for turn in at.changeovers] + [turn for said in kept for turn in said]
    whole = (*(at for at in assignments if at.task not in freed), *new)
    return changed_over(problem, attach(problem, whole, pool))


def restricted(problem: Problem, assignments: Collection[Assignment], free: Iterable[str]) -> Plan:
    """What a plan says about the tasks ``free``, as a plan of the reduced ``problem``."""
    freed, pool = set(free), [turn for at in assignments for turn in at.changeovers]
    return drafted(problem, attach(problem, (at for at in assignments if at.task in freed), pool))


def topped_up(shares: tuple[Share, ...], planned: Iterable[Request]) -> tuple[Share, ...]:
    """The shares after what requests give that are planned and no longer part of the problem."""
    if not shares:
        return shares
    given = gifts(planned)
    return tuple(replace(share, given=share.given + given.get(share.id, 0)) for share in shares)


def _stays(request: Request, freed: set[str], at: Mapping[str, Assignment]) -> bool:
    """Whether it is planned and nothing of it is set free."""
    return not _touched(request, freed) and all(task.id in at for task in request.tasks)


def _touched(request: Request, freed: set[str]) -> bool:
    return any(task.id in freed for task in request.tasks)


def _reduced(request: Request, freed: set[str], at: Mapping[str, Assignment]) -> Request:
    fixed = [task for task in request.tasks if task.id not in freed]
    if not fixed:
        return request
    facts = tuple(_fact(task, at[task.id], named=bool(request.choices)) for task in fixed)
    tasks = tuple(task for task in request.tasks if task.id in freed)
    return replace(request, tasks=tasks, facts=(*request.facts, *facts), required=True)


def _fact(task: Task, at: Assignment, *, named: bool) -> Fact:
    """``named``: with who did it, which matters to what has to share that."""
    if not named:
        return Fact(id=task.id, start=at.start, end=at.end)
    mode = task.modes[at.mode]
    units = tuple(sorted({use.unit for use in mode.units}))
    pairs = zip(mode.staff, at.persons, strict=True)
    persons = tuple(sorted({person for need, person in pairs if takes_time(mode, need.part)}))
    return Fact(id=task.id, start=at.start, end=at.end, units=units, persons=persons)


class _Held:
    """What fixed assignments hold, by resource."""

    def __init__(self, problem: Problem, at: Mapping[str, Assignment], every: Mapping[str, Assignment]) -> None:
        self.lanes: dict[tuple[str, int], list[Window]] = defaultdict(list)
        self.persons: dict[str, list[Window]] = defaultdict(list)
        self.capacities: dict[str, list[Use]] = defaultdict(list)
        self.stocks: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.quotas: dict[str, list[Window]] = defaultdict(list)
        self.renewals = Renewals()
        self._advances = Advances(problem)
        self._shifts = {person.id: person.on_shift for person in problem.persons}
        carried = carriers(problem, at.values())
        for request in problem.requests:
            mine = [quota for quota in problem.quotas if quota.counts(request)]
            for task in request.tasks:
                if task.id in at:
                    self._count(mine, task.modes[at[task.id].mode], at[task.id])
                    self._take(task.modes[at[task.id].mode], at[task.id])
                    if task.id not in carried:
                        self._hold(task, at[task.id])
                        self.renewals.add(request, task, at[task.id])
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
        held = self.persons.get(person.id, ())
        return replace(person, taken=unite((*person.taken, *held)), limits=limits_less(person, held))

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

    def quota(self, quota: Quota, wanted: set[tuple[str, str]]) -> Quota:
        """The quota with what is used, for the units that are left."""
        units = tuple(unit for unit in quota.units if ("unit", unit) in wanted)
        return replace(quota, units=units, taken=tuple(sorted((*quota.taken, *self.quotas.get(quota.id, ())))))

    def _count(self, quotas: Iterable[Quota], mode: Mode, at: Assignment) -> None:
        for quota in quotas:
            self.quotas[quota.id] += uses_of(quota, mode, start=at.start, end=at.end)

    def _hold(self, task: Task, at: Assignment) -> None:
        mode = task.modes[at.mode]
        course = Course(mode, self._advances.of(mode), at.start, at.end)
        for use, lanes in zip(mode.units, at.lanes, strict=True):
            for lane in lanes:
                self.lanes[use.unit, lane].append(course.span(use.part))
        for stint in stints(course, at, self._shifts):
            self.persons[stint.person].append((stint.start, stint.end))
        self._draw(mode, course)

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

    def _draw(self, mode: Mode, course: Course) -> None:
        for demand in mode.demands:
            for span in course.stretches(demand.part):
                self.capacities[demand.capacity].append((*span, demand.amount))

    def _take(self, mode: Mode, at: Assignment) -> None:
        for consumption in mode.consumptions:
            self.stocks[consumption.stock].append((at.start, -consumption.amount))
