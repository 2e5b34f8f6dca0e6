"""What a laboratory may allow beyond its rules: more of a quota, stock or capacity, other starts, hours kept for
others, a later service, overtime, or tasks that share less.

Knows nothing of dates, of others that move, and of who is hired. How much is needed is what the rule book misses.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from solver.advancing import Advances, Course
from solver.explain.attempt import Attempt, Use
from solver.explain.changing import on_unit, on_uses
from solver.explain.named import NAMED
from solver.explain.rivals import Rivals
from solver.plan import Assignment, Blocker, Plan
from solver.problem import Capacity, Expiry, HourLimit, Mode, Person, Problem, Quota, Stock, Unit, UnitUse, Window
from solver.rules import Violation, judge
from solver.windows import complement, intersect, total, unite

CODES = {
    "quota": "larger_quota",
    "stock": "more_stock",
    "capacity": "more_capacity",
    "allowed_starts": "other_starts",
    "kept_for_others": "kept_hours",
    "expiry": "later_service",
    "hours": "overtime",
    "same_choice": "share_less",
}
"""Kinds of rules that may be let go of in part, and what that is called."""
Step = Callable[[Problem, tuple[Violation, ...]], Problem]
"""The problem with as much more as these violations miss."""


def allowances(rivals: Rivals) -> Iterator[Attempt]:
    """One for every such rule that the request has to keep."""
    asked = replace(rivals.problem, requests=rivals.new)
    for code, name in CODES.items():
        seen: set[tuple[str, ...]] = set()
        for rule in NAMED[code].find(asked):
            if rule.ids not in seen:
                seen.add(rule.ids)
                yield _ALLOWED[code](rivals, name, rule)


def _let_go(rivals: Rivals, rule: Blocker) -> Problem:
    return NAMED[rule.code].without(rivals.problem, rule)


def _length(rivals: Rivals, found: Plan) -> int:
    """Ticks that the new tasks take: what a change costs that is not counted in ticks."""
    return sum(at.end - at.start for at in found.assignments if at.task in rivals.own)


def _missed(problem: Problem, whole: Plan, rule: str) -> tuple[Violation, ...]:
    return tuple(broken for broken in judge(problem, whole) if broken.rule == rule)


def _grown(problem: Problem, whole: Plan, rule: str, about: str, grow: Step) -> Problem:
    """Grown until the rule book misses nothing more about it."""
    while missed := tuple(one for one in _missed(problem, whole, rule) if about in one.ids):
        problem = grow(problem, missed)
    return problem


# -- more of a quota, stock or capacity


def _larger_quota(rivals: Rivals, code: str, rule: Blocker) -> Attempt:
    id_ = rule.ids[0]
    quota = next(one for one in rivals.problem.quotas if one.id == id_)

    def used(found: Plan, whole: Plan) -> Use:
        problem = _grown(rivals.problem, whole, "quota", id_, _quota_grown)
        by = _most(next(one for one in problem.quotas if one.id == id_)) - _most(quota)
        if quota.measure == "ticks":
            return Use(numbers=(("by", by),), cost=by, problem=problem)
        return Use(numbers=(("times", by),), cost=min(by, 1) * _length(rivals, found), problem=problem)

    return Attempt(code=code, ids=rule.ids, problem=_let_go(rivals, rule), used=used)


def _most(quota: Quota) -> int:
    return quota.most if quota.length is not None else sum(most for _, _, most in quota.buckets)


def _quota_grown(problem: Problem, missed: tuple[Violation, ...]) -> Problem:
    id_, worst = missed[0].ids[0], [dict(one.numbers) for one in missed]
    most = {(one["start"], one["end"]): one["used"] for one in worst}

    def grown(quota: Quota) -> Quota:
        if quota.length is not None:
            return replace(quota, most=max(one["used"] for one in worst))
        buckets = tuple((start, end, most.get((start, end), now)) for start, end, now in quota.buckets)
        return replace(quota, buckets=buckets)

    return replace(problem, quotas=tuple(grown(one) if one.id == id_ else one for one in problem.quotas))


def _more_stock(rivals: Rivals, code: str, rule: Blocker) -> Attempt:
    id_ = rule.ids[0]
    stock = next(one for one in rivals.problem.stocks if one.id == id_)
    amount = sum(
        use.amount
        for request in rivals.problem.requests
        for task in request.tasks
        for use in (use for mode in task.modes for use in mode.consumptions)
        if use.stock == id_
    ) + sum(-quantity for _, quantity in stock.changes if quantity < 0)

    first = min((0, *(tick for tick, _ in stock.changes)))

    def used(found: Plan, whole: Plan) -> Use:
        missed = [dict(one.numbers)["tick"] for one in _missed(rivals.problem, whole, "stock") if id_ in one.ids]
        tick = min(missed, default=first)
        problem = _grown(rivals.problem, whole, "stock", id_, partial(_stock_grown, tick))
        now = next(one for one in problem.stocks if one.id == id_)
        by = sum(quantity for _, quantity in now.changes) - sum(quantity for _, quantity in stock.changes)
        if stock.measure == "ticks":
            return Use(numbers=(("by", by), ("from", tick)), cost=by, problem=problem)
        cost = min(by, 1) * _length(rivals, found)
        return Use(numbers=(("amount", by), ("from", tick)), cost=cost, problem=problem)

    return Attempt(code=code, ids=rule.ids, problem=_stocked(rivals.problem, id_, amount, first), used=used)


def _stocked(problem: Problem, id_: str, amount: int, tick: int) -> Problem:
    """With so much more of it from this tick on."""

    def filled(stock: Stock) -> Stock:
        return replace(stock, changes=tuple(sorted((*stock.changes, (tick, amount)))))

    return replace(problem, stocks=tuple(filled(one) if one.id == id_ else one for one in problem.stocks))


def _stock_grown(tick: int, problem: Problem, missed: tuple[Violation, ...]) -> Problem:
    numbers = dict(missed[0].numbers)
    taken = numbers.get("taken", numbers.get("spent", 0))
    return _stocked(problem, missed[0].ids[0], taken - numbers.get("available", numbers.get("left", 0)), tick)


def _more_capacity(rivals: Rivals, code: str, rule: Blocker) -> Attempt:
    id_ = rule.ids[0]
    demands = (
        use for one in rivals.problem.requests for task in one.tasks for mode in task.modes for use in mode.demands
    )
    enough = sum(demand.amount for demand in demands if demand.capacity == id_)

    def used(found: Plan, whole: Plan) -> Use:
        problem = _grown(rivals.problem, whole, "capacity", id_, _capacity_grown)
        before, now = (dict(_levels(one, id_)) for one in (rivals.problem, problem))
        by = max((level - before.get(tick, 0) for tick, level in now.items()), default=0)
        return Use(numbers=(("amount", by),), cost=min(by, 1) * _length(rivals, found), problem=problem)

    return Attempt(code=code, ids=rule.ids, problem=_raised(rivals.problem, id_, enough), used=used)


def _levels(problem: Problem, id_: str) -> tuple[tuple[int, int], ...]:
    return next(one.steps for one in problem.capacities if one.id == id_)


def _raised(problem: Problem, id_: str, by: int) -> Problem:
    """With so much more of it at every moment."""

    def raised(capacity: Capacity) -> Capacity:
        steps = capacity.steps if capacity.steps and capacity.steps[0][0] <= 0 else ((0, 0), *capacity.steps)
        return replace(capacity, steps=tuple((tick, level + by) for tick, level in steps))

    return replace(problem, capacities=tuple(raised(one) if one.id == id_ else one for one in problem.capacities))


def _capacity_grown(problem: Problem, missed: tuple[Violation, ...]) -> Problem:
    numbers = [dict(one.numbers) for one in missed]
    return _raised(problem, missed[0].ids[0], max(one["used"] - one["level"] for one in numbers))


# -- hours of units


def _other_starts(rivals: Rivals, code: str, rule: Blocker) -> Attempt:
    id_ = rule.ids[0]

    def used(found: Plan, whole: Plan) -> Use:
        missed = [one for one in _missed(rivals.problem, whole, "allowed_starts") if id_ in one.ids]
        numbers = [dict(one.numbers) for one in missed if one.code != "kept_for_others"]
        new = tuple((tick, tick + 1, 1) for tick in sorted({one["start"] for one in numbers}))
        off = [
            min(abs(one["start"] - one[side]) for side in ("before", "after") if side in one) for one in _sided(numbers)
        ]

        def started(unit: Unit) -> Unit:
            return replace(unit, starts=tuple(sorted((*(unit.starts or ()), *new))))

        problem = on_unit(rivals.problem, id_, started)
        cost = sum(off) + (len(numbers) - len(off)) * _length(rivals, found)
        return Use(numbers=(("times", len(numbers)),), cost=cost, problem=problem)

    return Attempt(code=code, ids=rule.ids, problem=_let_go(rivals, rule), used=used)


def _sided(numbers: list[dict[str, int]]) -> list[dict[str, int]]:
    return [one for one in numbers if "before" in one or "after" in one]


def _kept_hours(rivals: Rivals, code: str, rule: Blocker) -> Attempt:
    """Only the request may use them."""
    id_ = rule.ids[0]

    def open_to_it(lift: Callable[[UnitUse], UnitUse]) -> Problem:
        new = on_uses(replace(rivals.problem, requests=rivals.new), id_, lift).requests
        ids = {request.id: request for request in new}
        return replace(rivals.problem, requests=tuple(ids.get(one.id, one) for one in rivals.problem.requests))

    def used(found: Plan, _: Plan) -> Use:
        spans = unite(span for at in found.assignments if at.task in rivals.own for span in _spans(rivals, at, id_))
        barred = unite(window for use in _uses(rivals, id_) for window in use.barred)
        end = rivals.problem.calendar_end

        def lift(use: UnitUse) -> UnitUse:
            return replace(use, barred=intersect(use.barred, complement(spans, min(0, *map(min, use.barred)), end)))

        work = total(intersect(spans, barred))
        return Use(
            numbers=(("work", work),), cost=work, problem=open_to_it(lambda use: lift(use) if use.barred else use)
        )

    return Attempt(code=code, ids=rule.ids, problem=open_to_it(lambda use: replace(use, barred=())), used=used)


def _uses(rivals: Rivals, unit: str) -> Iterator[UnitUse]:
    modes = (mode for request in rivals.new for task in request.tasks for mode in task.modes)
    return (use for mode in modes for use in mode.units if use.unit == unit)


def _spans(rivals: Rivals, at: Assignment, unit: str) -> Iterator[Window]:
    mode: Mode = rivals.mode_of(at)
    course = Course(mode, Advances(rivals.problem).of(mode), at.start, at.end)
    return (span for use in mode.units if use.unit == unit for span in (course.span(use.part),) if span[0] < span[1])


def _later_service(rivals: Rivals, code: str, rule: Blocker) -> Attempt:
    """Of this kind, however it is measured."""
    id_, kind = rule.ids
    lasting = on_unit(
        rivals.problem,
        id_,
        lambda unit: replace(unit, expiries=tuple(one for one in unit.expiries if one.kind != kind)),
    )

    def used(found: Plan, whole: Plan) -> Use:
        problem, ticks, times = rivals.problem, 0, 0
        while missed := [one for one in _missed(problem, whole, "maintenance") if {id_, kind} <= set(one.ids)]:
            by = {measure: max(map(_excess, some)) for measure, some in _by_measure(missed).items()}
            ticks, times = ticks + by.get("date", 0) + by.get("use", 0), times + by.get("cycles", 0)
            problem = on_unit(problem, id_, partial(_later, kind, by))
        numbers = (*((("by", ticks),) if ticks else ()), *((("times", times),) if times else ()))
        return Use(numbers=numbers, cost=ticks + min(times, 1) * _length(rivals, found), problem=problem)

    return Attempt(code=code, ids=rule.ids, problem=lasting, used=used)


_MEASURES = {"expired": "date", "fixed_expired": "date", "used_up": "use", "cycles_used_up": "cycles"}


def _by_measure(missed: list[Violation]) -> dict[str, list[Violation]]:
    return {name: some for name in _MEASURES.values() if (some := [v for v in missed if _MEASURES[v.code] == name])}


def _excess(missed: Violation) -> int:
    numbers = dict(missed.numbers)
    if missed.code == "used_up":
        return numbers["used"] - numbers["allowed"]
    if missed.code == "cycles_used_up":
        return numbers["cycles"] - numbers["cycles_allowed"]
    return numbers["end"] - numbers["expires"]


def _later(kind: str, by: dict[str, int], unit: Unit) -> Unit:
    def later(expiry: Expiry) -> Expiry:
        more = by.get(expiry.measure, 0) if expiry.kind == kind else 0
        left = expiry.left if expiry.measure == "date" or not more else max(0, expiry.left)
        return replace(expiry, left=left + more, renewed=expiry.renewed + more)

    return replace(unit, expiries=tuple(map(later, unit.expiries)))


# -- persons


def _overtime(rivals: Rivals, code: str, rule: Blocker) -> Attempt:
    def used(_: Plan, whole: Plan) -> Use:
        missed = [one for one in _missed(rivals.problem, whole, "staffed") if one.code == "too_many_hours"]
        worked = {(one.ids[0], *_span(one)): dict(one.numbers)["worked"] for one in missed}
        over: dict[str, int] = {}
        for one in missed:
            numbers = dict(one.numbers)
            over[one.ids[0]] = max(over.get(one.ids[0], 0), numbers["worked"] - numbers["most"])

        def allowed(person: Person) -> Person:
            limits = (_worked(limit, worked.get((person.id, limit.start, limit.end), 0)) for limit in person.limits)
            return replace(person, limits=tuple(limits))

        work = sum(over.values())
        problem = replace(rivals.problem, persons=tuple(map(allowed, rivals.problem.persons)))
        return Use(numbers=(("work", work),), cost=work, problem=problem)

    return Attempt(code=code, ids=rule.ids, problem=_let_go(rivals, rule), used=used)


def _span(missed: Violation) -> Window:
    numbers = dict(missed.numbers)
    return numbers["start"], numbers["end"]


def _worked(limit: HourLimit, worked: int) -> HourLimit:
    return replace(limit, most=max(limit.most, worked))


def _share_less(rivals: Rivals, code: str, rule: Blocker) -> Attempt:
    problem = _let_go(rivals, rule)

    def used(found: Plan, whole: Plan) -> Use:
        broken = min(1, len(_missed(rivals.problem, whole, "same_choice")))
        return Use(numbers=rule.numbers, cost=broken * _length(rivals, found), problem=problem)

    return Attempt(code=code, ids=rule.ids, problem=problem, used=used)


_ALLOWED: dict[str, Callable[[Rivals, str, Blocker], Attempt]] = {
    "quota": _larger_quota,
    "stock": _more_stock,
    "capacity": _more_capacity,
    "allowed_starts": _other_starts,
    "kept_for_others": _kept_hours,
    "expiry": _later_service,
    "hours": _overtime,
    "same_choice": _share_less,
}
