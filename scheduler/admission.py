"""Admission of one booking: the rule book on the part of the week that it touches, all else fixed.

Knows nothing of how a booking is stored, and has no rule of its own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from models.queries.sight import EVERYTHING, Sight
from models.queries.world import World
from scheduler.by_hand_words import ByHandWords
from scheduler.hours import Hours
from scheduler.naming import Naming
from scheduler.time_words import tell_in_full
from scheduler.translate import Translated, translate
from scheduler.translate.clock import Clock
from scheduler.translate.kept import barred_windows
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
    scope = _scope(world, start, end, now)
    translated = translate(world, scope, tick_minutes=1)
    clock, problem = translated.clock, translated.problem
    at, length = clock.floor(start), clock.floor(end) - clock.floor(start)
    lanes = tuple(_free_lane(problem, unit, at, at + length) for unit in units)
    hours, kind = Hours(world=world, start=scope.start, end=scope.end), (owner.stage, world.clusters[owner.cluster].key)
    kept = {unit: barred_windows(hours, clock, world.units[unit], kind) for unit in units}
    asked = _limited(translated, _asked(problem, kept, length, release=clock.ceil(now), owner=owner), owner)
    naming = Naming(world=world, clock=clock, zone=world.centres[0].zone, sight=sight)
    words = ByHandWords(
        hours=hours,
        naming=naming,
        units=units,
        span=(start, end),
        kind=kind,
        own=lambda violation: own_use(asked, violation, (at, at + length)),
    )
    told = [past_sentence(start, naming.zone)] if start < now else []
    for violation in judge(asked, _plan(lanes, at, length)):
        told += words.told(violation)
        if violation.rule == "maintenance" or not told:
            told.append(naming.violation(violation))
    blockers = {sentence.text: sentence for sentence in (*told, *(policies(start) if policies else ()))}
    options = _options(asked, clock, at, policies) if blockers else ()
    return Admission(lanes=lanes, blockers=tuple(blockers.values()), options=options)


def _options(asked: Problem, clock: Clock, at: int, policies: Policies | None) -> tuple[datetime, ...]:
    """The nearest starts that would fit, and that policies let people ask for."""
    may = None if policies is None else lambda tick: not any(True for _ in policies(clock.moment(tick)))
    nearest = nearest_starts(asked, asked.requests[0], at, n=OPTIONS, may=may)
    return tuple(clock.moment(option.start) for option in nearest)


def _scope(world: World, start: datetime, end: datetime, now: datetime) -> Scope:
    """From now on, but no longer before the booking than is looked for options, and as long after it."""
    later = max(end, start + LOOK_AHEAD)
    return Scope(
        week="",
        made_at=now,
        start=max(min(now.replace(second=0, microsecond=0), start), start - LOOK_AHEAD),
        commit_until=later,
        end=later,
        freeze_until={centre.id: now for centre in world.centres if centre.id is not None},
        only=frozenset(),
    )


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
