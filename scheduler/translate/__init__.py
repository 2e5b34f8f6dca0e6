"""The one bilingual place: rows and moments on one side, the solver's integer problem on the other.

Knows no database session and no way to solve.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from models.queries.runs import each_run
from models.queries.world import BookedRun, World
from scheduler.errors import Refused
from scheduler.local_time import week_start
from scheduler.routing import Expanded, least_minutes
from scheduler.settings import CentreSettings
from scheduler.translate.broken import BrokenLag, lift_broken_lags
from scheduler.translate.clock import Clock, common_tick
from scheduler.translate.families import Families
from scheduler.translate.limits import Limiting
from scheduler.translate.names import request_id
from scheduler.translate.pins import WhyLifted, lift_pins_without_place
from scheduler.translate.requests import Demands, expanded
from scheduler.translate.resources import Calendars
from scheduler.translate.shares import with_shares
from scheduler.translate.standing import Scope, Standing, is_asked, part_runs
from scheduler.translate.upkeep import Upkeep
from scheduler.translate.uses import fixed_uses
from solver.problem import Level, Problem, Request

UNLOADING_SLACK = timedelta(days=7)
"""Calendars go on so long after the last task could have run out, for unattended runs that wait to be unloaded."""

PAUSES = 6
"""How much longer than it works pausing work is taken to last, at most: eight hours a day, five days a week, and a day
off now and then."""

REPAIR_LEVELS = tuple(
    Level(name=name, terms=((name, 1),), tolerance=0)
    for name in ("displaced", "moved_in_freeze", "moved", "tardiness", "shifted", "unit_changes")
)
"""A repair moves as few as it can before anything else counts."""


class DifferentLevels(Refused):
    """The centres order their levels differently, so one plan cannot serve both."""

    code = "different_levels"


@dataclass(frozen=True, kw_only=True, slots=True)
class Translated:
    """The problem, its clock, how the booked runs were parted, why some requests cannot be done, by their ids
    (``staying``: those of them of which something is booked), the longest lags that reality has broken: those from what
    is done do not bind any more; and why pins were lifted, by the ids of their tasks."""

    problem: Problem
    clock: Clock
    scope: Scope
    standing: Standing
    undoable: Mapping[str, str]
    staying: frozenset[str] = frozenset()
    broken_lags: tuple[BrokenLag, ...] = ()
    lifted_pins: Mapping[str, WhyLifted]
    limiting: Limiting


def translate(world: World, scope: Scope, *, tick_minutes: int | None = None) -> Translated:
    """The problem of ``scope`` in ``world``, on the centres' common tick or the one given.

    Raises ``DifferentLevels``, ``TooManyWays``, ``Unknown``.
    """
    settings = {centre.id: CentreSettings.read(centre.settings) for centre in world.centres if centre.id is not None}
    tick = tick_minutes or _tick(world, scope, settings.values())
    clock = Clock(origin=scope.start, tick_minutes=tick)
    scope = _long_enough(world, scope, clock)
    standing = part_runs(world, scope, clock)
    demands = Demands(world=world, clock=clock, scope=scope, standing=standing, settings=settings)
    demands, standing, asked = _asked(demands)
    upkeep = Upkeep(world=world, clock=clock, scope=scope, standing=standing, settings=settings)
    requests = (*upkeep.requests(asked), *asked)
    problem, limiting = _laid_out(world, clock, scope, standing, settings, requests, upkeep)
    problem, without_place = lift_pins_without_place(problem, demands.waiting_windows)
    problem, broken = lift_broken_lags(problem, tick_minutes=tick)
    problem = with_shares(problem, world, scope, standing, clock)
    staying = _staying(demands.undoable, standing)
    return Translated(
        problem=problem,
        clock=clock,
        scope=scope,
        standing=standing,
        undoable={**_told(demands.undoable, staying), **upkeep.undoable(asked)},
        staying=staying,
        broken_lags=(*demands.broken, *broken),
        lifted_pins=_planned({**demands.pins.lifted, **without_place}, problem),
        limiting=limiting,
    )


def _tick(world: World, scope: Scope, settings: Iterable[CentreSettings]) -> int:
    mondays = (week_start(scope.week, centre.zone) for centre in world.centres)
    return common_tick((each.tick_minutes for each in settings), mondays)


def _planned(lifted: Mapping[str, WhyLifted], problem: Problem) -> dict[str, WhyLifted]:
    """Of the tasks that are planned at all: what cannot be done any more stays where it is."""
    tasks = {task.id for request in problem.requests for task in request.tasks}
    return {task: why for task, why in lifted.items() if task in tasks}


def _laid_out(
    world: World,
    clock: Clock,
    scope: Scope,
    standing: Standing,
    settings: Mapping[int, CentreSettings],
    requests: tuple[Request, ...],
    upkeep: Upkeep,
) -> tuple[Problem, Limiting]:
    """The requests on the resources, with what is fixed taken out of them; shares and broken lags aside."""
    end = scope.end + clock.tick * _longest(requests) + UNLOADING_SLACK
    placed = frozenset(booked.run.id for booked in standing.free if booked.run.id is not None)
    limiting = Limiting(world=world, clock=clock, start=scope.start, end=end, placed=placed)
    requests = tuple(limiting.budgeted(requests))
    calendars = Calendars(world=world, clock=clock, start=scope.start, end=end)
    holds = [hold for booked in each_run((*standing.fixed, *world.lingering)) for hold in booked.holds]
    units = calendars.units(hold for hold in holds if hold.resource_id in world.units)
    capacities, stocks = fixed_uses(world, (*standing.fixed, *world.earlier))
    problem = Problem(
        horizon=clock.floor(scope.end),
        calendar_end=clock.floor(end),
        commit_until=clock.floor(scope.commit_until),
        levels=REPAIR_LEVELS if scope.repair else _levels(world, settings),
        requests=requests,
        units=upkeep.laid(Families(world, clock).in_order(units, standing.fixed), requests),
        persons=calendars.persons((hold for hold in holds if hold.resource_id in world.persons), _skills(requests)),
        capacities=calendars.capacities(capacities),
        stocks=(*calendars.stocks(stocks), *limiting.budgets()),
        quotas=limiting.quotas(requests),
    )
    return problem, limiting


def _skills(requests: Iterable[Request]) -> set[str]:
    """The texts of all skills that somebody needs."""
    modes = (mode for request in requests for task in request.tasks for mode in task.modes)
    return {need.skill for mode in modes for need in mode.staff}


def _long_enough(world: World, scope: Scope, clock: Clock) -> Scope:
    """The scope with a horizon that is never shorter than the longest routing asked for, begun in the planned week. It
    ends on the grid, which a Monday after a change of clocks may not lie on, so that nothing free, and pinned, starts
    on its last tick."""
    longest = max((least_minutes(each) for each in _routings(world, scope)), default=0)
    end = max(scope.end, scope.commit_until + timedelta(minutes=longest))
    return replace(scope, end=clock.moment(clock.ceil(end)))


def _routings(world: World, scope: Scope) -> Iterator[Expanded]:
    for row in world.requests.values():
        asked = row.id is not None and is_asked(scope, request_id(row.id))
        if asked and row.withdrawn_at is None:
            with suppress(Refused):
                yield expanded(world, row)


def _asked(demands: Demands) -> tuple[Demands, Standing, tuple[Request, ...]]:
    """The requests as they were asked for in the end, and what stands: what is booked of those that cannot be planned
    anew is left where it is. Whoever shares a run with one of them is asked for anew, with that run as it stands."""
    while True:
        asked = tuple(demands.requests())
        standing = _kept_in_place(demands.standing, demands.undoable)
        kept = standing.fixed[len(demands.standing.fixed) :]
        if all(_is_among(booked, demands.undoable) for booked in kept):
            return demands, standing, asked
        demands = replace(demands, standing=standing, broken=[])


def _kept_in_place(standing: Standing, undoable: Mapping[str, str]) -> Standing:
    """What is booked of requests that cannot be planned anew is fixed, and who shares a run with it; but for those who
    have to leave the run in any case, since one of theirs is hit."""
    ids = {booked.run.id for booked in standing.free if _is_among(booked, undoable)}

    def stays(booked: BookedRun) -> bool:
        return booked.run.id in ids and (_is_among(booked, undoable) or booked.request_id not in standing.torn)

    kept, free = (tuple(one for one in standing.free if stays(one) == is_kept) for is_kept in (True, False))
    return replace(standing, fixed=(*standing.fixed, *kept), free=free)


def _is_among(booked: BookedRun, requests: Mapping[str, str]) -> bool:
    return booked.request_id is not None and request_id(booked.request_id) in requests


def _staying(undoable: Mapping[str, str], standing: Standing) -> frozenset[str]:
    """Of those that cannot be planned anew, the ones of which something is booked."""
    booked = {request_id(one.request_id) for one in standing.fixed if one.request_id is not None}
    return frozenset(booked.intersection(undoable))


def _told(undoable: Mapping[str, str], staying: frozenset[str]) -> dict[str, str]:
    """Why some cannot be planned anew, and of what is booked that it stays."""
    stays = " What is booked of it stays where it is."
    return {id_: f"{reason}{stays if id_ in staying else ''}" for id_, reason in undoable.items()}


def _longest(requests: Sequence[Request]) -> int:
    modes = (mode for request in requests for task in request.tasks for mode in task.modes)
    return max((mode.duration * (PAUSES if mode.crossing == "pausing" else 1) for mode in modes), default=0)


def _levels(world: World, settings: Mapping[int, CentreSettings]) -> tuple[Level, ...]:
    choices = {each.levels for each in settings.values()}
    if len(choices) > 1:
        names = ", ".join(centre.key for centre in world.centres)
        raise DifferentLevels(f"The centres {names} order their levels differently: plan them one by one.")
    return tuple(
        Level(name=level.name, terms=tuple(sorted(level.terms.items())), tolerance=level.tolerance)
        for level in choices.pop()
    )
