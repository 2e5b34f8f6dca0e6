"""Admission of one booking: the rule book on the part of the week that it touches, all else fixed.

Knows nothing of how a booking is stored, and has no rule of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from models.queries.sight import EVERYTHING, Sight
from models.queries.world import World
from models.tables import Unit
from models.tables.bookings import NO_END
from scheduler.hours import Hours, closings_within, tell_rule
from scheduler.local_time import zone_of
from scheduler.naming import Naming
from scheduler.time_words import tell, tell_in_full, tell_outage
from scheduler.translate import Translated, translate
from scheduler.translate.kept import Kind, barred_windows
from scheduler.translate.names import cluster_id, organisation_id, unit_id
from scheduler.translate.standing import Scope
from scheduler.views import Sentence
from solver.explain import nearest_starts
from solver.plan import Assignment, Plan
from solver.problem import Mode, Problem, Request, Task, UnitUse, Window
from solver.rules import Violation, judge
from solver.spent import uses_of
from solver.windows import Windows

LOOK_AHEAD = timedelta(days=14)
"""How far the nearest options are looked for."""

OPTIONS = 3
Policies = Callable[[datetime], Iterable[Sentence]]
"""What policies about asking say against a booking that starts then."""
_NAME = "H0"
_TASK = f"{_NAME}/1/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """``lanes``: the lane of each unit, in the order asked for. With ``blockers`` the booking does not fit; ``options``
    are the nearest starts, from now on, that would."""

    lanes: tuple[int, ...]
    blockers: tuple[Sentence, ...]
    options: tuple[datetime, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """Who books, by row ids, and the key of whoever asks: whose quotas and budgets count. ``stage``: the project's."""

    organisation: int
    cluster: int
    project: int
    asker: str
    stage: str


def admit(
    world: World,
    *,
    units: Sequence[int],
    start: datetime,
    end: datetime,
    now: datetime,
    owner: Owner,
    sight: Sight = EVERYTHING,
    policies: Policies | None = None,
) -> Admission:
    """Whether these units (row ids, of one centre) may be booked for ``[start, end)``, whole minutes. ``world`` holds
    the runs of the next ``LOOK_AHEAD``; blockers name what may be seen. ``policies``: what people may not ask for
    besides (``None``: whatever fits)."""
    scope = Scope(
        week="",
        made_at=now,
        start=max(min(now.replace(second=0, microsecond=0), start), start - LOOK_AHEAD),
        commit_until=max(end, start + LOOK_AHEAD),
        end=max(end, start + LOOK_AHEAD),
        freeze_until={centre.id: now for centre in world.centres if centre.id is not None},
        only=frozenset(),
    )
    translated = translate(world, scope, tick_minutes=1)
    clock, problem = translated.clock, translated.problem
    at, length = clock.floor(start), clock.floor(end) - clock.floor(start)
    lanes = tuple(_free_lane(problem, unit, at, at + length) for unit in units)
    hours, kind = Hours(world=world, start=scope.start, end=scope.end), (owner.stage, world.clusters[owner.cluster].key)
    kept = {unit: barred_windows(hours, clock, world.units[unit], kind) for unit in units}
    asked = _limited(translated, _asked(problem, kept, length, release=clock.ceil(now), owner=owner), owner)
    plan = _plan(lanes, at, length)
    naming = Naming(world=world, clock=clock, zone=world.centres[0].zone, sight=sight)
    blockers: dict[str, Sentence] = {}
    if start < now:
        past = past_sentence(start, naming.zone)
        blockers[past.text] = past
    for violation in judge(asked, plan):
        if violation.rule == "quota":
            words = naming.limits.refusal(violation, own_use(asked, violation, (at, at + length)))
            blockers.setdefault(words.text, words)
        if violation.code == "overspent":
            blockers.setdefault(violation.ids[0], naming.limits.overspent(violation))
        for sentence in sentences_of(violation, hours, naming, units, (start, end), kind):
            blockers.setdefault(sentence.text, sentence)
        if violation.rule == "maintenance" or not blockers:
            blockers[violation.sentence] = naming.violation(violation)
    blockers |= {sentence.text: sentence for sentence in (policies(start) if policies else ())}
    if not blockers:
        return Admission(lanes=lanes, blockers=(), options=())
    may = None if policies is None else lambda tick: not any(True for _ in policies(clock.moment(tick)))
    nearest = nearest_starts(asked, asked.requests[0], at, n=OPTIONS, may=may)
    options = tuple(clock.moment(option.start) for option in nearest)
    return Admission(lanes=lanes, blockers=tuple(blockers.values()), options=options)


def past_sentence(start: datetime, zone: str) -> Sentence:
    """Nothing can be booked that would have begun."""
    return Sentence(code="past", text=f"{tell_in_full(start, zone)} is past.", facts=(("start", start.isoformat()),))


def _asked(problem: Problem, units: Mapping[int, Windows], length: int, *, release: int, owner: Owner) -> Problem:
    uses = tuple(UnitUse(unit=unit_id(unit), barred=kept) for unit, kept in units.items())
    mode = Mode(duration=length, units=uses)
    request = Request(
        id=_NAME,
        tasks=(Task(id=_TASK, modes=(mode,)),),
        release=max(0, release),
        owner=organisation_id(owner.organisation),
        cluster=cluster_id(owner.cluster),
        asker=owner.asker,
    )
    return replace(problem, requests=(request,))


def _limited(translated: Translated, problem: Problem, owner: Owner) -> Problem:
    """With the quotas and budgets of the owner."""
    limiting = replace(translated.limiting, projects={_NAME: owner.project})
    requests = tuple(limiting.budgeted(problem.requests))
    return replace(problem, requests=requests, quotas=limiting.quotas(requests))


def own_use(problem: Problem, violation: Violation, span: Window) -> int:
    """What the booking has of the window in which a quota is exceeded."""
    quota = next(each for each in problem.quotas if each.id == violation.ids[0])
    numbers = dict(violation.numbers)
    uses = uses_of(quota, problem.requests[0].tasks[0].modes[0], start=span[0], end=span[1])
    if quota.measure == "count":
        return len(uses)
    return sum(max(0, min(end, numbers["end"]) - max(start, numbers["start"])) for start, end in uses)


def _plan(lanes: Sequence[int], at: int, length: int) -> Plan:
    placed = Assignment(task=_TASK, mode=0, start=at, end=at + length, lanes=tuple((lane,) for lane in lanes))
    return Plan(status="feasible", assignments=(placed,))


def _free_lane(problem: Problem, unit: int, start: int, end: int) -> int:
    """The first lane that is free throughout; 0 where none is."""
    planned = next(each for each in problem.units if each.id == unit_id(unit))
    for lane, taken in enumerate(planned.taken or ((),)):
        if not any(window[0] < end and start < window[1] for window in taken):
            return lane
    return 0


def sentences_of(
    violation: Violation,
    hours: Hours,
    naming: Naming,
    units: Sequence[int],
    span: tuple[datetime, datetime],
    kind: Kind,
) -> Iterator[Sentence]:
    """What a violation means for these units and their times, named; nothing where the rule book's words serve."""
    tellers: dict[tuple[str, str], Callable[[Unit], Iterator[Sentence]]] = {
        ("one_at_a_time", "lane_taken"): lambda unit: _taken(hours, naming, unit, span),
        ("open_hours", "closed"): lambda unit: _closed(hours, naming, unit, span),
        ("one_at_a_time", "no_buffer"): lambda unit: iter((_too_near(unit, span),)),
        ("allowed_starts", "kept_for_others"): lambda unit: _kept(hours, naming, unit, span, kind),
    }
    tell_unit = tellers.get((violation.rule, violation.code))
    if violation.rule == "allowed_starts" and tell_unit is None:
        near = [naming.clock.moment(tick) for name, tick in violation.numbers if name != "start"]
        tell_unit = partial(_off_grid, hours, naming, span, near)
    for unit in units:
        if tell_unit is not None and unit_id(unit) in violation.ids:
            yield from tell_unit(hours.world.units[unit])


def _off_grid(
    hours: Hours, naming: Naming, span: tuple[datetime, datetime], near: Sequence[datetime], unit: Unit
) -> Iterator[Sentence]:
    """With what the unit allows on that day, and the nearest starts."""
    rules = [tell_rule(row) for row in hours.start_rules(unit) if row.weekday == _weekday(naming, span[0])]
    allowed = f"starts {' and '.join(rules)}" if rules else "starts at no time on that day"
    nearest = f"; nearest {' or '.join(tell(moment, naming.zone) for moment in near)}" if near else ""
    yield _blocker("off_grid", f"{unit.key} {allowed}{nearest}.", unit.key, *span)


def _weekday(naming: Naming, moment: datetime) -> int:
    return moment.astimezone(zone_of(naming.zone)).weekday()


def _kept(hours: Hours, naming: Naming, unit: Unit, span: tuple[datetime, datetime], kind: Kind) -> Iterator[Sentence]:
    kept = hours.kept_from(unit, stage=kind[0], cluster=kind[1])
    for one in closings_within(kept, *span):
        when = _told(naming, *one.span)
        yield _blocker("reserved", f"{unit.key} is {one.text} {when}.", unit.key, *one.span)


def _taken(hours: Hours, naming: Naming, unit: Unit, span: tuple[datetime, datetime]) -> Iterator[Sentence]:
    (start, end), key, world = span, unit.key, hours.world
    for outage in world.outages:
        if outage.unit_id == unit.id and outage.start_at < end and start < outage.end_at:
            when = tell_outage(outage.start_at, outage.end_at, naming.zone)
            yield _blocker("out_of_order", f"{key} is out of order {when}.", key, outage.start_at, outage.end_at)
    for one in closings_within(hours.blocked(unit), *span):
        yield _blocker("blocked", f"{key} is {one.text} {_told(naming, *one.span)}.", key, *one.span)
    for booked in (*world.runs, *world.lingering):
        for hold in booked.holds:
            if hold.resource_id == unit.id and hold.start_at < end and start < hold.end_at:
                when = _told(naming, hold.start_at, hold.end_at)
                yield _blocker("taken", f"{key} is taken {when} by another booking.", key, hold.start_at, hold.end_at)


def _closed(hours: Hours, naming: Naming, unit: Unit, span: tuple[datetime, datetime]) -> Iterator[Sentence]:
    """The holidays and closures that are in the way, else that its hours are."""
    causes = closings_within(hours.closings(unit), *span)
    for one in causes:
        when = _told(naming, *one.span)
        yield _blocker(one.code, f"{unit.key} is not open {when} ({one.text}).", unit.key, *one.span)
    if not causes:
        text = f"{unit.key} is not open throughout {_told(naming, *span)}."
        yield _blocker("closed", text, unit.key, *span)


def _too_near(unit: Unit, span: tuple[datetime, datetime]) -> Sentence:
    text = f"{unit.key} stays free for {unit.buffer_minutes} min between bookings of different organisations."
    return _blocker("no_buffer", text, unit.key, *span)


def _blocker(code: str, text: str, unit: str, start: datetime, end: datetime) -> Sentence:
    until = None if end >= NO_END else end.isoformat()
    facts = (("unit", unit), ("start", start.isoformat()), ("end", until))
    return Sentence(code=code, text=text, facts=facts)


def _told(naming: Naming, start: datetime, end: datetime) -> str:
    return f"{tell(start, naming.zone)} to {tell(end, naming.zone)}"
