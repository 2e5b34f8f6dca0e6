"""What stands and what may move: every booked run is fixed or free, by the kind of plan.

Knows nothing of ticks beyond the clock's grid, and nothing of modes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from models.queries.world import BookedRun, World
from scheduler.translate.clock import Clock
from scheduler.translate.hits import Hit, Hits
from scheduler.translate.names import standing_task_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What a plan is about.

    ``made_at``: when it was made. ``start``: tick 0. ``commit_until``: the end of the planned week. ``end``: the end of
    the horizon. ``freeze_until`` by centre id: what starts before it is inside the freeze. ``repair``: the freeze does
    not pin (it costs), and only what is booked is planned. ``only``: nothing but these requests (text ids) may move or
    be placed. ``facts``: what a draft that is judged again left where it was (text ids of tasks): it stays so, whatever
    has hit it since.
    """

    week: str
    made_at: datetime
    start: datetime
    commit_until: datetime
    end: datetime
    freeze_until: Mapping[int, datetime]
    repair: bool = False
    only: frozenset[str] | None = None
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The booked runs, parted. ``free`` may move; ``hit`` says why some of these cannot stay (by run id), and
    ``torn`` are their requests (row ids)."""

    fixed: tuple[BookedRun, ...]
    free: tuple[BookedRun, ...]
    hit: Mapping[int, Hit]
    torn: Set[int]


def part_runs(world: World, scope: Scope, clock: Clock) -> Standing:
    """What starts after the horizon stays fixed: a plan of its own week sees to it. A run under an outage, or of which
    a unit is closed or a person away by now, is free in every plan, and with it all of its request that has not begun:
    a pin that cannot hold is lifted; but for what an override booked in spite of it. Otherwise what has begun, what was
    booked by hand, what is off the grid, what a person pinned whole and, unless this is a repair, what starts inside
    the freeze stays fixed."""
    asked = [booked for booked in world.runs if in_scope(booked, scope) and booked.run.start_at < scope.end]
    hits = Hits(world=world, now=scope.made_at)
    hit = {
        booked.run.id: found
        for booked in asked
        if booked.run.id is not None and not _is_fact(booked, scope) and (found := hits.on(booked)) is not None
    }
    torn = {id_ for booked in asked if booked.run.id in hit and (id_ := booked.request_id) is not None}
    free = [
        booked
        for booked in asked
        if booked.run.id in hit or _goes_with(booked, torn, scope) or _may_move(booked, scope, clock)
    ]
    ids = _moving(asked, free, torn, scope)
    return Standing(
        fixed=tuple(booked for booked in world.runs if booked.run.id not in ids),
        free=tuple(booked for booked in asked if booked.run.id in ids),
        hit=hit,
        torn=torn,
    )


def _moving(asked: Sequence[BookedRun], free: Sequence[BookedRun], torn: Set[int], scope: Scope) -> set[int | None]:
    """Ids of the runs that may move. Those who share one move together: it stays where one of them has to, unless the
    request of another is torn."""
    counts = Counter(booked.run.id for booked in free)
    split = {booked.run.id for booked in asked if _goes_with(booked, torn, scope)}
    return {booked.run.id for booked in free if counts[booked.run.id] == booked.shared_by or booked.run.id in split}


def _goes_with(booked: BookedRun, torn: Set[int], scope: Scope) -> bool:
    """Not begun, and of a request another run of which is hit: it is worth nothing by itself."""
    confirmed = all(booking.state == "confirmed" for booking in booked.bookings)
    begun = booked.run.start_at < scope.made_at
    return booked.request_id in torn and confirmed and not begun and not _is_fact(booked, scope)


def _is_fact(booked: BookedRun, scope: Scope) -> bool:
    return bool(scope.facts) and standing_task_id(booked) in scope.facts


def in_scope(booked: BookedRun, scope: Scope) -> bool:
    if scope.only is None or booked.run.id is None:
        return True
    return is_asked(scope, standing_task_id(booked).split("/")[0])


def is_asked(scope: Scope, request: str) -> bool:
    """Whether a request (text id), or any portion of it, may move or be placed."""
    return scope.only is None or any(each.split("/")[0] == request for each in scope.only)


def is_frozen(booked: BookedRun, scope: Scope) -> bool:
    return booked.run.start_at < scope.freeze_until[booked.run.centre_id]


def _may_move(booked: BookedRun, scope: Scope, clock: Clock) -> bool:
    run = booked.run
    if (booked.request_id is None and booked.maintenance is None) or run.start_at < scope.start:
        return False
    if any(booking.pin == "both" or booking.state != "confirmed" for booking in booked.bookings):
        return False
    if not (clock.on_grid(run.start_at) and clock.on_grid(run.end_at)):
        return False
    return scope.repair or not is_frozen(booked, scope)
