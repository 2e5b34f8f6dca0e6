"""The week in hours: per cluster and laboratory, what did not fit, and what stayed out.

Changes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from models.database import Database
from models.queries.people import clusters_of, entitlements_of
from scheduler.access import Thing, can, check_may, sight
from scheduler.actors import Actor
from scheduler.demand import Refused, refused_demand
from scheduler.hour_weights import PLAIN, hour_percents
from scheduler.plan_views import LeftOutView
from scheduler.plans import left_out_view
from scheduler.week_views import ShareRow, UseRow, WeekSummary
from scheduler.weeks import Week, read_week
from solver.problem import Window


def week_summary(database: Database, *, actor: Actor, now: datetime, centre: str, week: str) -> WeekSummary:
    """Hours of units' lanes, for whoever sees the centre as a whole; to others the share of their own clusters, and
    what of theirs stayed out. Raises ``Unknown`` for the centre."""
    check_may(actor, "see busy times")
    seen = sight(actor)
    found = read_week(database, centre=centre, week=week, sight=seen)
    with database.reading() as session:
        entitled = entitlements_of(session, centre_id=found.centre.id or 0)
        own = clusters_of(session, seen.organisation_ids)
        whole = can(actor, "see capacity", Thing(centre_id=found.centre.id))
        refused = refused_demand(session, found) if whole else {}
    return WeekSummary(
        centre=centre,
        week=week,
        clusters=_shares(found, entitled, None if whole else own),
        laboratories=_uses(found, refused) if whole else (),
        left_out=_left_out(found),
    )


def _shares(week: Week, entitled: dict[int, int], only: Collection[int] | None) -> tuple[ShareRow, ...]:
    """A shared run counts for each by its pieces. ``only``: the clusters that are told (``None``: all)."""
    percents = hour_percents(week.world)
    minutes: dict[int, float] = defaultdict(float)
    weighted: dict[int, float] = defaultdict(float)
    for booked, _, hold in week.held:
        start, end = week.minutes(hold.start_at, hold.end_at)
        inside = week.inside[booked.run.id]
        pieces = sum(booking.quantity for booking in inside)
        for booking in inside:
            share = (end - start) * booking.quantity / pieces
            minutes[booking.cluster_id] += share
            weighted[booking.cluster_id] += percents[hold.resource_id] * share
    total = sum(weighted.values())
    agreed = sum(percents[unit] * opened for unit, opened in _opened(week))
    return tuple(
        ShareRow(
            name=week.world.clusters[cluster_id].name,
            booked_hours=_hours(minutes[cluster_id]),
            share_percent=_percent(weighted[cluster_id], total),
            entitled_percent=entitled.get(cluster_id, 0) / 10,
            weighted_hours=_hours(weighted[cluster_id] / PLAIN),
            agreed_hours=_hours(agreed * entitled.get(cluster_id, 0) / 1000 / PLAIN),
        )
        for cluster_id in sorted(set(minutes) | set(entitled), key=lambda each: (-weighted[each], each))
        if only is None or cluster_id in only
    )


def _opened(week: Week) -> Iterator[tuple[int, int]]:
    """Each unit with the open minutes of its lanes."""
    for unit in week.world.units:
        lanes = week.world.resources[unit].lanes
        yield unit, lanes * sum(end - start for start, end in week.opened[unit])


def _uses(week: Week, refused: Mapping[int, Refused]) -> tuple[UseRow, ...]:
    opened: dict[int, int] = defaultdict(int)
    inside: dict[int, int] = defaultdict(int)
    outside: dict[int, int] = defaultdict(int)
    for unit, minutes in _opened(week):
        opened[week.world.units[unit].laboratory_id] += minutes
    for _, _, hold in week.held:
        span = week.minutes(hold.start_at, hold.end_at)
        within = _within(week.opened[hold.resource_id], span)
        laboratory = week.world.units[hold.resource_id].laboratory_id
        inside[laboratory] += within
        outside[laboratory] += span[1] - span[0] - within
    return tuple(
        UseRow(
            name=row.name,
            open_hours=_hours(opened[row_id]),
            booked_hours=_hours(inside[row_id]),
            use_percent=_percent(inside[row_id], opened[row_id]),
            after_hours=_hours(outside[row_id]),
            refused=refused[row_id].wishes if row_id in refused else 0,
            refused_hours=_hours(refused[row_id].minutes) if row_id in refused else 0.0,
        )
        for row_id, row in sorted(week.world.laboratories.items())
    )


def _left_out(week: Week) -> tuple[LeftOutView, ...]:
    """What the week's own published plan left out, of this centre's requests."""
    if week.forecast is None or not week.published:
        return ()
    naming = week.naming
    mine = {f"R{row.id}" for row in week.world.requests.values() if row.centre_id == week.centre.id}
    return tuple(
        left_out_view(naming, left)
        for left in week.forecast.document.plan.left_out
        if left.request.split("/")[0] in mine and naming.sees(left.request)
    )


def _within(opened: tuple[Window, ...], span: Window) -> int:
    return sum(max(0, min(end, span[1]) - max(start, span[0])) for start, end in opened)


def _hours(minutes: float) -> float:
    return round(minutes / 60, 1)


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
