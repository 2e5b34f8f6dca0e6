"""When units are not free: booked by whomever, kept up, or out of order. Whose it is, and what, is not told.

Changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.database import Database
from models.queries.catalogue import holds_between, outages_between
from scheduler.access import check_may
from scheduler.actors import Actor
from scheduler.errors import BadValue
from scheduler.keys import id_of

LONGEST = timedelta(days=92)
"""The longest window that is told at once."""
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class BusyView:
    """A stretch in which a lane of a unit is not free; bookings that touch are one. ``lane`` is ``None``, for all of
    them, where the unit is out of order."""

    unit: str
    lane: int | None
    start: datetime
    end: datetime


def busy_times(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    start: datetime,
    end: datetime,
    unit: str | None = None,
    centre: str | None = None,
) -> list[BusyView]:
    """What of ``[start, end)`` is not free on a unit, or on those of a centre (one of the two is given), by unit, lane
    and start.

    Raises ``Unknown``, ``BadValue`` for a window that is empty or longer than ``LONGEST``.
    """
    check_may(actor, "see busy times")
    _check_asked(start, end, unit, centre)
    with database.reading() as session:
        unit_id, centre_id = id_of(session, "unit", unit), id_of(session, "centre", centre)
        taken: dict[tuple[str, int | None], list[Stretch]] = defaultdict(list)
        for key, lane, since, until in holds_between(
            session, start=start, end=end, unit_id=unit_id, centre_id=centre_id
        ):
            taken[key, lane].append((since, until))
        for key, since, until in outages_between(session, start=start, end=end, unit_id=unit_id, centre_id=centre_id):
            taken[key, None].append((since, until))
    return [
        BusyView(unit=key, lane=lane, start=max(since, start), end=min(until, end))
        for (key, lane), stretches in sorted(taken.items(), key=lambda item: _order(*item[0]))
        for since, until in _united(stretches)
    ]


def _order(unit: str, lane: int | None) -> tuple[str, int]:
    """All lanes before each."""
    return unit, -1 if lane is None else lane


def _check_asked(start: datetime, end: datetime, unit: str | None, centre: str | None) -> None:
    if (unit is None) == (centre is None):
        raise BadValue("Name a unit or a centre, not both and not neither.", field="unit")
    if start >= end:
        raise BadValue(f"The start {start.isoformat()} is not before the end {end.isoformat()}.", field="end")
    if end - start > LONGEST:
        raise BadValue(f"At most {LONGEST.days} days are told at once.", field="end")


def _united(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Stretches that overlap or touch as one, by start."""
    since: datetime | None = None
    for start, end in sorted(stretches):
        if since is None:
            since, until = start, end
        elif start <= until:
            until = max(until, end)
        else:
            yield since, until
            since, until = start, end
    if since is not None:
        yield since, until
