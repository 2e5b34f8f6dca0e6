"""Admission of one booking: the rule book on the part of the week that it touches, all else fixed.

Knows nothing of how a booking is stored, and has no rule of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from models.queries.world import World
from scheduler.naming import Naming, tell, tell_in_full
from scheduler.translate import Translated, translate
from scheduler.translate.names import cluster_id, organisation_id, unit_id
from scheduler.translate.standing import Scope
from scheduler.views import Sentence
from solver.calendars import Calendars
from solver.constraints.maintenance import stretches, valid_windows
from solver.plan import Assignment, Plan
from solver.problem import Expiry, Mode, Problem, Request, Task, Unit, UnitUse, Window
from solver.rules import Violation, judge
from solver.spent import Spent, uses_of
from solver.windows import intersect, unite

LOOK_AHEAD = timedelta(days=14)
"""How far the nearest options are looked for."""

OPTIONS = 3
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
    """Who books, by row ids, and the key of whoever asks: whose quotas and budgets count."""

    organisation: int
    cluster: int
    project: int
    asker: str


def admit(
    world: World, *, units: Sequence[int], start: datetime, end: datetime, now: datetime, owner: Owner
) -> Admission:
    """Whether these units (row ids, of one centre) may be booked for ``[start, end)``, whole minutes. ``world`` holds
    the runs of the next ``LOOK_AHEAD``."""
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
    asked = _limited(translated, _asked(problem, units, length, release=clock.ceil(now), owner=owner), owner)
    plan = _plan(lanes, at, length)
    naming = Naming(world=world, clock=clock, zone=world.centres[0].zone)
    blockers: dict[str, Sentence] = {}
    if start < now:
        past = past_sentence(start, naming.zone)
        blockers[past.text] = past
    for violation in judge(asked, plan):
        if violation.rule == "quota":
            words = naming.limits.refusal(violation, _own(asked, violation, (at, at + length)))
            blockers.setdefault(words.text, words)
        if violation.code == "overspent":
            blockers.setdefault(violation.ids[0], naming.limits.overspent(violation))
        for sentence in _sentences(violation, world, naming, units, (start, end)):
            blockers.setdefault(sentence.text, sentence)
        if violation.rule == "maintenance" or not blockers:
            blockers[violation.sentence] = naming.violation(violation)
    if not blockers:
        return Admission(lanes=lanes, blockers=(), options=())
    last = clock.floor(scope.end)
    options = tuple(clock.moment(tick) for tick in _options(asked, units, at, length, (clock.ceil(now), last)))
    return Admission(lanes=lanes, blockers=tuple(blockers.values()), options=options)


def past_sentence(start: datetime, zone: str) -> Sentence:
    """Nothing can be booked that would have begun."""
    return Sentence(code="past", text=f"{tell_in_full(start, zone)} is past.", facts=(("start", start.isoformat()),))


def _asked(problem: Problem, units: Sequence[int], length: int, *, release: int, owner: Owner) -> Problem:
    mode = Mode(duration=length, units=tuple(UnitUse(unit=unit_id(unit)) for unit in units))
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


def _own(problem: Problem, violation: Violation, span: Window) -> int:
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


def _sentences(
    violation: Violation, world: World, naming: Naming, units: Sequence[int], span: tuple[datetime, datetime]
) -> Iterator[Sentence]:
    code, ids = violation.code, violation.ids
    if code == "lane_taken":
        for unit in units:
            if unit_id(unit) in ids:
                yield from _taken(world, naming, unit, span)
    elif code == "closed":
        for unit in units:
            if unit_id(unit) in ids:
                yield _closed(world, naming, unit, span)
    elif code == "no_buffer":
        for unit in units:
            if unit_id(unit) in ids:
                yield _too_near(world, unit, span)


def _taken(world: World, naming: Naming, unit: int, span: tuple[datetime, datetime]) -> Iterator[Sentence]:
    key, start, end = world.units[unit].key, *span
    for outage in world.outages:
        if outage.unit_id == unit and outage.start_at < end and start < outage.end_at:
            when = _told(naming, outage.start_at, outage.end_at)
            yield _blocker("out_of_order", f"{key} is out of order {when}.", key, outage.start_at, outage.end_at)
    for booked in world.runs:
        for hold in booked.holds:
            if hold.resource_id == unit and hold.start_at < end and start < hold.end_at:
                when = _told(naming, hold.start_at, hold.end_at)
                yield _blocker("taken", f"{key} is taken {when} by another booking.", key, hold.start_at, hold.end_at)


def _closed(world: World, naming: Naming, unit: int, span: tuple[datetime, datetime]) -> Sentence:
    key = world.units[unit].key
    text = f"{key} is not open throughout {_told(naming, *span)}."
    return _blocker("closed", text, key, *span)


def _too_near(world: World, unit: int, span: tuple[datetime, datetime]) -> Sentence:
    row = world.units[unit]
    text = f"{row.key} stays free for {row.buffer_minutes} min between bookings of different organisations."
    return _blocker("no_buffer", text, row.key, *span)


def _blocker(code: str, text: str, unit: str, start: datetime, end: datetime) -> Sentence:
    facts = (("unit", unit), ("start", start.isoformat()), ("end", end.isoformat()))
    return Sentence(code=code, text=text, facts=facts)


def _told(naming: Naming, start: datetime, end: datetime) -> str:
    return f"{tell(start, naming.zone)} to {tell(end, naming.zone)}"


def _options(problem: Problem, units: Sequence[int], at: int, length: int, within: Window) -> list[int]:
    """The starts nearest to ``at``, ``within`` those ticks, at which every unit is open and has a free lane, apart from
    the bookings of other owners."""
    planned = {each.id: each for each in problem.units}
    common: list[Window] = [(max(0, within[0]), within[1])]
    for unit in units:
        room = planned[unit_id(unit)]
        near, lanes = _near(room, problem.requests[0].owner), room.taken or ((),)
        common = _both(common, (b for lane in lanes for b in _inside(room.open, unite((*lane, *near)))), length)
        for expiry in room.expiries:
            common = _both(common, _usable(expiry, length), length)
    allowed = unite((low, high - length + 1) for low, high in common)
    mode = problem.requests[0].tasks[0].modes[0]
    for quota in problem.quotas:
        uses = uses_of(quota, mode, start=0, end=length)
        allowed = intersect(allowed, Spent(quota).starts(uses, within[0], within[1])) if uses else allowed
    for use in mode.consumptions:
        allowed = intersect(allowed, Calendars(problem).stocks[use.stock].enough(use.amount, within[1]).windows)
    starts = {min(max(at, low), high - 1) for low, high in allowed}
    return sorted(starts, key=lambda start: (abs(start - at), start))[:OPTIONS]


def _both(some: Sequence[Window], others: Iterable[Window], length: int) -> list[Window]:
    """What windows of both have in common, where it is long enough."""
    cut = [(max(a[0], b[0]), min(a[1], b[1])) for b in others for a in some]
    return [window for window in cut if window[1] - window[0] >= length]


def _usable(expiry: Expiry, length: int) -> Iterable[Window]:
    """Where a use of ``length`` keeps the expiry, fixed work being what it is."""
    if expiry.measure == "date":
        return valid_windows(expiry)
    need = length if expiry.measure == "use" else 1
    return [window for window, room in stretches(expiry) if room >= need]


def _near(unit: Unit, owner: str) -> list[Window]:
    """The fixed work of other owners with the buffer around it."""
    if not unit.buffer:
        return []
    return [(use.start - unit.buffer, use.end + unit.buffer) for use in unit.fixed if use.owner not in ("", owner)]


def _inside(opened: Sequence[Window], taken: Sequence[Window]) -> list[Window]:
    """The open ticks that are not taken."""
    free: list[Window] = []
    for low, high in opened:
        cursor = low
        for start, end in taken:
            if end <= cursor or start >= high:
                continue
            if start > cursor:
                free.append((cursor, start))
            cursor = max(cursor, end)
        if cursor < high:
            free.append((cursor, high))
    return free
