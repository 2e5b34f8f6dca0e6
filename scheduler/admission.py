"""Admission of one booking: the rule book on the part of the week that it touches, all else fixed.

Knows nothing of how a booking is stored, and has no rule of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from models.queries.world import World
from scheduler.naming import Naming, tell
from scheduler.translate import translate
from scheduler.translate.names import organisation_id, unit_id
from scheduler.translate.standing import Scope
from scheduler.views import Sentence
from solver.plan import Assignment, Plan
from solver.problem import Mode, Problem, Request, Task, Unit, UnitUse, Window
from solver.rules import Violation, judge
from solver.windows import unite

LOOK_AHEAD = timedelta(days=14)
"""How far the nearest options are looked for."""

OPTIONS = 3
_NAME = "H0"
_TASK = f"{_NAME}/1/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """``lanes``: the lane of each unit, in the order asked for. With ``blockers`` the booking does not fit; ``options``
    are the nearest starts that would."""

    lanes: tuple[int, ...]
    blockers: tuple[Sentence, ...]
    options: tuple[datetime, ...]


def admit(
    world: World,
    *,
    units: Sequence[int],
    start: datetime,
    end: datetime,
    now: datetime,
    organisation: int | None = None,
) -> Admission:
    """Whether these units (row ids, of one centre) may be booked for ``[start, end)``, whole minutes, by an
    organisation (row id). ``world`` holds the runs of the next ``LOOK_AHEAD``."""
    scope = Scope(
        week="",
        made_at=now,
        start=max(now.replace(second=0, microsecond=0), start - LOOK_AHEAD),
        commit_until=max(end, start + LOOK_AHEAD),
        end=max(end, start + LOOK_AHEAD),
        freeze_until={centre.id: now for centre in world.centres if centre.id is not None},
        only=frozenset(),
    )
    translated = translate(world, scope, tick_minutes=1)
    clock, problem = translated.clock, translated.problem
    at, length = clock.floor(start), clock.floor(end) - clock.floor(start)
    lanes = tuple(_free_lane(problem, unit, at, at + length) for unit in units)
    owner = "" if organisation is None else organisation_id(organisation)
    asked = _asked(problem, units, length, release=clock.ceil(now), owner=owner)
    plan = _plan(lanes, at, length)
    naming = Naming(world=world, clock=clock, zone=world.centres[0].zone)
    blockers: dict[str, Sentence] = {}
    for violation in judge(asked, plan):
        for sentence in _sentences(violation, world, naming, units, (start, end)):
            blockers.setdefault(sentence.text, sentence)
        if not blockers:
            blockers[violation.sentence] = naming.violation(violation)
    if not blockers:
        return Admission(lanes=lanes, blockers=(), options=())
    last = clock.floor(scope.end)
    fitting = _options(problem, units, at, length, (clock.ceil(now), last), owner=owner)
    options = tuple(clock.moment(tick) for tick in fitting)
    return Admission(lanes=lanes, blockers=tuple(blockers.values()), options=options)


def _asked(problem: Problem, units: Sequence[int], length: int, *, release: int, owner: str) -> Problem:
    mode = Mode(duration=length, units=tuple(UnitUse(unit=unit_id(unit)) for unit in units))
    request = Request(id=_NAME, tasks=(Task(id=_TASK, modes=(mode,)),), release=max(0, release), owner=owner)
    return replace(problem, requests=(request,))


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


def _options(problem: Problem, units: Sequence[int], at: int, length: int, within: Window, *, owner: str) -> list[int]:
    """The starts nearest to ``at``, ``within`` those ticks, at which every unit is open and has a free lane, apart from
    the bookings of other owners."""
    planned = {each.id: each for each in problem.units}
    common: list[Window] = [(max(0, within[0]), within[1])]
    for unit in units:
        room = planned[unit_id(unit)]
        near = _near(room, owner)
        free = [_inside(room.open, unite((*lane, *near))) for lane in (room.taken or ((),))]
        common = [
            (max(a[0], b[0]), min(a[1], b[1]))
            for a in common
            for lane in free
            for b in lane
            if min(a[1], b[1]) - max(a[0], b[0]) >= length
        ]
    starts = {min(max(at, low), high - length) for low, high in common}
    return sorted(starts, key=lambda start: (abs(start - at), start))[:OPTIONS]


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
