"""The rules of a request that can be named one by one, and the problem with one of them let go: a table of contents.

Knows nothing of who asks. A new rule needs one entry: how it is found in a problem, and the problem without it.

==================== =================================== ===============================================
code                 ids                                 numbers
==================== =================================== ===============================================
deadline             request                             tick
due                  request                             tick (a due date held as if it were a deadline)
release              request                             tick
lag                  before, after (tasks or facts)      at (its number in the request), least, most
task_window          task                                windows, from, until
pin                  task                                start, where it is pinned
skill                skill                               needs: tasks that need it
taken                unit                                taken: ticks of fixed work, outages, maintenance
opening_hours        unit                                open: ticks
capacity             capacity                            needs
stock                stock                               needs
one_at_a_time        unit                                lanes, needs
changeovers          unit                                needs
required             request                             (only of several)
quota                quota                               needs
same_choice          request, what, tasks (and facts)    differ: 1 where they must not share it
expiry               unit, kind of maintenance           measure (its number in MEASURES), left, renewed
allowed_starts       unit                                needs
kept_for_others      unit                                barred: ticks
hours                skill                               persons who have it and greatest hours
room                 unit                                room: pieces in one run, at least
addition             request, what it adds to            (none)
==================== =================================== ===============================================

Opening hours let go are open all the time: what then waits to be unloaded is unloaded at once. Where nobody is needed
any more, it does not matter who it is.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from solver.batches import by_class
from solver.explain.changing import (
    named,
    needs,
    on_modes,
    on_requests,
    on_tasks,
    on_unit,
    on_uses,
    tasks_of,
    units_needed,
)
from solver.explain.company import units_of
from solver.plan import Blocker
from solver.problem import Expiry, ExpiryMeasure, Problem, Request, SameChoice, Unit
from solver.windows import total, unite

MEASURES: tuple[ExpiryMeasure, ...] = ("date", "use", "cycles")


@dataclass(frozen=True, kw_only=True, slots=True)
class Nameable:
    """``find`` yields every instance of the rule in a problem, ``without`` lets one of them go."""

    find: Callable[[Problem], Iterator[Blocker]]
    without: Callable[[Problem, Blocker], Problem]


def named_rules(problem: Problem) -> tuple[Blocker, ...]:
    """Every rule that can be named, in the order of ``NAMED``."""
    return tuple(rule for nameable in NAMED.values() for rule in nameable.find(problem))


def without(problem: Problem, rules: tuple[Blocker, ...]) -> Problem:
    """The problem with these rules let go: what tasks share first, which letting go of skills changes, and requests
    last. Lags are known by their numbers."""
    for rule in sorted(rules, key=_order):
        problem = NAMED[rule.code].without(problem, rule)
    return problem


def _order(rule: Blocker) -> tuple[bool, bool, int]:
    return rule.code == "required", rule.code != "same_choice", -dict(rule.numbers).get("at", 0)


def _deadlines(problem: Problem) -> Iterator[Blocker]:
    return (named("deadline", one.id, tick=one.deadline) for one in problem.requests if one.deadline is not None)


def _no_deadline(problem: Problem, rule: Blocker) -> Problem:
    return on_requests(problem, rule.ids[0], lambda one: replace(one, deadline=None))


def _releases(problem: Problem) -> Iterator[Blocker]:
    return (named("release", one.id, tick=one.release) for one in problem.requests if one.release > 0)


def _no_release(problem: Problem, rule: Blocker) -> Problem:
    return on_requests(problem, rule.ids[0], lambda one: replace(one, release=0))


def _lags(problem: Problem) -> Iterator[Blocker]:
    for request in problem.requests:
        facts = {fact.id for fact in request.facts}
        for at, lag in enumerate(request.lags):
            if lag.before not in facts or lag.after not in facts:
                yield named("lag", lag.before, lag.after, at=at, least=lag.least, most=lag.most)


def _no_lag(problem: Problem, rule: Blocker) -> Problem:
    at = dict(rule.numbers)["at"]
    owner = next(one.id for one in problem.requests if _has(one, rule.ids[0]) or _has(one, rule.ids[1]))
    return on_requests(problem, owner, lambda one: replace(one, lags=(*one.lags[:at], *one.lags[at + 1 :])))


def _has(request: Request, id_: str) -> bool:
    return id_ in {task.id for task in request.tasks} | {fact.id for fact in request.facts}


def _task_windows(problem: Problem) -> Iterator[Blocker]:
    for task in tasks_of(problem):
        if task.windows:
            span = {"from": task.windows[0][0], "until": task.windows[-1][1]}
            yield named("task_window", task.id, windows=len(task.windows), **span)


def _no_windows(problem: Problem, rule: Blocker) -> Problem:
    return on_tasks(problem, lambda task: replace(task, windows=()) if task.id == rule.ids[0] else task)


def _pins(problem: Problem) -> Iterator[Blocker]:
    return (named("pin", task.id, start=task.pin.start) for task in tasks_of(problem) if task.pin is not None)


def _no_pin(problem: Problem, rule: Blocker) -> Problem:
    return on_tasks(problem, lambda task: replace(task, pin=None) if task.id == rule.ids[0] else task)


def _skills(problem: Problem) -> Iterator[Blocker]:
    found = needs(problem, lambda mode: (need.skill for need in mode.staff))
    return (named("skill", skill, needs=needs) for skill, needs in found.items())


def _no_skill(problem: Problem, rule: Blocker) -> Problem:
    skill = rule.ids[0]
    needing = {task.id for task in tasks_of(problem) for mode in task.modes for n in mode.staff if n.skill == skill}
    requests = tuple(replace(one, choices=tuple(_unshared(one, needing))) for one in problem.requests)
    return on_modes(
        replace(problem, requests=requests),
        lambda mode: replace(mode, staff=tuple(n for n in mode.staff if n.skill != skill)),
    )


def _unshared(request: Request, tasks: Collection[str]) -> Iterator[SameChoice]:
    """What is still shared where nobody in particular does these tasks."""
    for choice in request.choices:
        left = choice.tasks if choice.what != "person" else tuple(id_ for id_ in choice.tasks if id_ not in tasks)
        if len(left) > 1:
            yield replace(choice, tasks=left)


def _capacities(problem: Problem) -> Iterator[Blocker]:
    found = needs(problem, lambda mode: (demand.capacity for demand in mode.demands))
    return (named("capacity", id_, needs=needs) for id_, needs in found.items())


def _no_capacity(problem: Problem, rule: Blocker) -> Problem:
    id_ = rule.ids[0]
    return on_modes(problem, lambda mode: replace(mode, demands=tuple(d for d in mode.demands if d.capacity != id_)))


def _stocks(problem: Problem) -> Iterator[Blocker]:
    found = needs(problem, lambda mode: (consumption.stock for consumption in mode.consumptions))
    return (named("stock", id_, needs=needs) for id_, needs in found.items())


def _no_stock(problem: Problem, rule: Blocker) -> Problem:
    id_ = rule.ids[0]
    return on_modes(
        problem, lambda mode: replace(mode, consumptions=tuple(c for c in mode.consumptions if c.stock != id_))
    )


def _taken(problem: Problem) -> Iterator[Blocker]:
    needed = units_needed(problem)
    for unit in problem.units:
        if unit.id in needed and any(unit.taken):
            yield named("taken", unit.id, taken=max(map(total, unit.taken)))


def _not_taken(problem: Problem, rule: Blocker) -> Problem:
    return on_unit(problem, rule.ids[0], lambda unit: replace(unit, taken=(), fixed=()))


def _opening_hours(problem: Problem) -> Iterator[Blocker]:
    needed, always = units_needed(problem), ((0, problem.calendar_end),)
    return (
        named("opening_hours", unit.id, open=total(unit.open))
        for unit in problem.units
        if unit.id in needed and unit.open != always
    )


def _always_open(problem: Problem, rule: Blocker) -> Problem:
    return on_unit(problem, rule.ids[0], lambda unit: replace(unit, open=((0, problem.calendar_end),)))


def _lanes(problem: Problem) -> Iterator[Blocker]:
    """Units that the work itself could want more than once at a time, or more of than there is."""
    needed = Counter(use.unit for task in tasks_of(problem) for mode in task.modes for use in mode.units)
    for unit in problem.units:
        if needed[unit.id] > 1:
            yield named("one_at_a_time", unit.id, lanes=unit.lanes, needs=needed[unit.id])


def _more_lanes(problem: Problem, rule: Blocker) -> Problem:
    """As many of its lanes as the work could want at once, each taken as it is; nothing lies between two works then."""
    times = dict(rule.numbers)["needs"]

    def more(unit: Unit) -> Unit:
        return replace(_in_any_order(unit), lanes=unit.lanes * times, taken=unit.taken * times)

    return on_unit(problem, rule.ids[0], more)


def _changeovers(problem: Problem) -> Iterator[Blocker]:
    """Units on which setup, cleaning or a buffer lies between two works."""
    needed = Counter(use.unit for task in tasks_of(problem) for mode in task.modes for use in mode.units)
    for unit in problem.units:
        if needed[unit.id] and (unit.setups or unit.buffer):
            yield named("changeovers", unit.id, needs=needed[unit.id])


def _no_changeovers(problem: Problem, rule: Blocker) -> Problem:
    return on_unit(problem, rule.ids[0], _in_any_order)


def _in_any_order(unit: Unit) -> Unit:
    return replace(unit, setups=(), buffer=0, usable=0, fixed=())


def _required(problem: Problem) -> Iterator[Blocker]:
    required = [one.id for one in problem.requests if one.required]
    return (named("required", id_) for id_ in required if len(required) > 1)


def _not_required(problem: Problem, rule: Blocker) -> Problem:
    """It may still be planned where others add to it, or need their units renewed."""
    id_ = rule.ids[0]
    renewing = {task for unit in problem.units for expiry in unit.expiries for task in expiry.renewed_by}
    helping = {task.id for one in problem.requests if one.id == id_ for task in one.tasks} & renewing
    if helping or any(one.after == id_ for one in problem.requests):
        return on_requests(problem, id_, lambda one: replace(one, required=False, weight=0))
    return replace(problem, requests=tuple(one for one in problem.requests if one.id != id_))


def _quotas(problem: Problem) -> Iterator[Blocker]:
    for quota in problem.quotas:
        needs = sum(quota.counts(one) and not units_of(one).isdisjoint(quota.units) for one in problem.requests)
        if needs:
            yield named("quota", quota.id, needs=needs)


def _no_quota(problem: Problem, rule: Blocker) -> Problem:
    return replace(problem, quotas=tuple(quota for quota in problem.quotas if quota.id != rule.ids[0]))


def _choices(problem: Problem) -> Iterator[Blocker]:
    for request in problem.requests:
        yield from dict.fromkeys(_choice(request, one) for one in request.choices)


def _choice(request: Request, choice: SameChoice) -> Blocker:
    return named("same_choice", request.id, choice.what, *choice.tasks, differ=int(choice.differ))


def _no_choice(problem: Problem, rule: Blocker) -> Problem:
    def freed(request: Request) -> Request:
        return replace(request, choices=tuple(one for one in request.choices if _choice(request, one) != rule))

    return on_requests(problem, rule.ids[0], freed)


def _expiries(problem: Problem) -> Iterator[Blocker]:
    needed = units_needed(problem)
    for unit in problem.units:
        yield from dict.fromkeys(_expiry(unit, one) for one in unit.expiries if unit.id in needed)


def _expiry(unit: Unit, expiry: Expiry) -> Blocker:
    measure = MEASURES.index(expiry.measure)
    return named("expiry", unit.id, expiry.kind, measure=measure, left=expiry.left, renewed=expiry.renewed)


def _no_expiry(problem: Problem, rule: Blocker) -> Problem:
    def lasting(unit: Unit) -> Unit:
        return replace(unit, expiries=tuple(one for one in unit.expiries if _expiry(unit, one) != rule))

    return on_unit(problem, rule.ids[0], lasting)


def _allowed_starts(problem: Problem) -> Iterator[Blocker]:
    needed = units_needed(problem)
    return (
        named("allowed_starts", unit.id, needs=needed[unit.id])
        for unit in problem.units
        if unit.starts is not None and unit.id in needed
    )


def _any_start(problem: Problem, rule: Blocker) -> Problem:
    return on_unit(problem, rule.ids[0], lambda unit: replace(unit, starts=None))


def _kept_for_others(problem: Problem) -> Iterator[Blocker]:
    uses = [use for task in tasks_of(problem) for mode in task.modes for use in mode.units]
    for unit in dict.fromkeys(use.unit for use in uses if use.barred):
        barred = unite(window for use in uses if use.unit == unit for window in use.barred)
        yield named("kept_for_others", unit, barred=total(barred))


def _kept_for_nobody(problem: Problem, rule: Blocker) -> Problem:
    return on_uses(problem, rule.ids[0], lambda use: replace(use, barred=()))


def _hours(problem: Problem) -> Iterator[Blocker]:
    needed = needs(problem, lambda mode: (need.skill for need in mode.staff))
    for skill in needed:
        limited = sum(bool(person.limits) and skill in person.skills for person in problem.persons)
        if limited:
            yield named("hours", skill, persons=limited)


def _any_hours(problem: Problem, rule: Blocker) -> Problem:
    persons = (replace(one, limits=()) if rule.ids[0] in one.skills else one for one in problem.persons)
    return replace(problem, persons=tuple(persons))


def _rooms(problem: Problem) -> Iterator[Blocker]:
    """Units in a run on which there might be too much at once."""
    rooms: dict[str, int] = {}
    for tasks in by_class(problem).values():
        uses = [use for task in tasks for mode in task.modes for use in mode.units if use.room is not None]
        pieces = sum(task.size for task in tasks)
        for use in uses:
            if use.room is not None and use.room < pieces:
                rooms[use.unit] = min(use.room, rooms.get(use.unit, use.room))
    return (named("room", unit, room=room) for unit, room in rooms.items())


def _more_room(problem: Problem, rule: Blocker) -> Problem:
    pieces = max(1, sum(task.size for task in tasks_of(problem)))
    return on_uses(problem, rule.ids[0], lambda use: replace(use, room=use.room and max(use.room, pieces)))


def _additions(problem: Problem) -> Iterator[Blocker]:
    return (named("addition", one.id, one.after) for one in problem.requests if one.after)


def _no_addition(problem: Problem, rule: Blocker) -> Problem:
    return on_requests(problem, rule.ids[0], lambda one: replace(one, after=""))


NAMED: dict[str, Nameable] = {
    "required": Nameable(find=_required, without=_not_required),
    "deadline": Nameable(find=_deadlines, without=_no_deadline),
    "skill": Nameable(find=_skills, without=_no_skill),
    "taken": Nameable(find=_taken, without=_not_taken),
    "opening_hours": Nameable(find=_opening_hours, without=_always_open),
    "lag": Nameable(find=_lags, without=_no_lag),
    "task_window": Nameable(find=_task_windows, without=_no_windows),
    "pin": Nameable(find=_pins, without=_no_pin),
    "release": Nameable(find=_releases, without=_no_release),
    "capacity": Nameable(find=_capacities, without=_no_capacity),
    "stock": Nameable(find=_stocks, without=_no_stock),
    "one_at_a_time": Nameable(find=_lanes, without=_more_lanes),
    "changeovers": Nameable(find=_changeovers, without=_no_changeovers),
    "quota": Nameable(find=_quotas, without=_no_quota),
    "same_choice": Nameable(find=_choices, without=_no_choice),
    "expiry": Nameable(find=_expiries, without=_no_expiry),
    "allowed_starts": Nameable(find=_allowed_starts, without=_any_start),
    "kept_for_others": Nameable(find=_kept_for_others, without=_kept_for_nobody),
    "hours": Nameable(find=_hours, without=_any_hours),
    "room": Nameable(find=_rooms, without=_more_room),
    "addition": Nameable(find=_additions, without=_no_addition),
}
"""What is told rather comes first: where several conflicts could be shown, the last are let go first."""
