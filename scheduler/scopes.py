"""Which weeks a plan looks at: from a week, the centres and a moment to the scope of a problem.

Knows no rows but the centres'.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from models.tables import Centre
from scheduler.errors import NotPossibleNow
from scheduler.local_time import iso_week, later_week, week_start
from scheduler.settings import CentreSettings
from scheduler.translate.clock import common_tick
from scheduler.translate.standing import Scope

PUBLISHING_LEAD = timedelta(minutes=30)
"""A plan of the running week begins so long after it is made: the time to solve it, to read it and to publish it."""
FARTHEST = timedelta(days=366)
"""How far ahead a week may be planned."""


def scope_of(
    centres: Sequence[Centre], *, week: str, now: datetime, repair: bool = False, only: frozenset[str] | None = None
) -> Scope:
    """The scope of a plan of ``week`` made at ``now``. Raises ``NotPossibleNow`` for a week that is over, or further
    ahead than ``FARTHEST``."""
    settings = [CentreSettings.read(centre.settings) for centre in centres]
    mondays = [week_start(week, centre.zone) for centre in centres]
    tick = timedelta(minutes=common_tick((each.tick_minutes for each in settings), mondays))
    monday = min(mondays)
    sunday = max(week_start(later_week(week, 1), centre.zone) for centre in centres)
    start = monday + max(-((monday - now - PUBLISHING_LEAD) // tick), 0) * tick
    if start >= sunday:
        next_one = iso_week(now + PUBLISHING_LEAD, centres[0].zone)
        raise NotPossibleNow(f"Week {week} is over: plan {next_one} or later.")
    if is_too_far(centres, week=week, now=now):
        last = iso_week(now + FARTHEST, centres[0].zone)
        raise NotPossibleNow(f"Week {week} is too far ahead: plan {last} or earlier.")
    freeze = {
        centre.id: now + timedelta(hours=each.freeze_hours)
        for centre, each in zip(centres, settings, strict=True)
        if centre.id is not None
    }
    return Scope(
        week=week,
        made_at=now,
        start=start,
        commit_until=sunday,
        end=horizon_end(centres, week=week),
        freeze_until=freeze,
        repair=repair,
        only=only,
    )


def is_too_far(centres: Sequence[Centre], *, week: str, now: datetime) -> bool:
    """Whether a week begins further ahead than ``FARTHEST``."""
    return min(week_start(week, centre.zone) for centre in centres) - now > FARTHEST


def horizon_end(centres: Sequence[Centre], *, week: str) -> datetime:
    """When the horizon of a plan of ``week`` ends: nothing that starts later is planned."""
    return max(
        week_start(later_week(week, CentreSettings.read(centre.settings).horizon_weeks), centre.zone)
        for centre in centres
    )
