"""What was asked for by hand and did not fit: demand that the bookings of a week do not show.

Knows nothing of why. It is read from the record, which keeps every attempt that was refused.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.queries.recorded import refused_bookings
from models.tables import AuditEvent
from scheduler.weeks import Week
from solver.problem import Window


@dataclass(slots=True)
class Refused:
    """``wishes``: each counts once, however often it was tried, and whatever came of it later; ``minutes`` of units
    that were asked for within the week."""

    wishes: int = 0
    minutes: int = 0


def refused_demand(session: Session, week: Week) -> Mapping[int, Refused]:
    """By laboratory; a wish for units of several counts in each."""
    found: dict[int, Refused] = defaultdict(Refused)
    laboratories = {unit.key: unit.laboratory_id for unit in week.world.units.values()}
    for units, (start, end) in _wishes(session, week):
        places = [laboratories[key] for key in units if key in laboratories]
        for place in places:
            found[place].minutes += end - start
        for place in set(places):
            found[place].wishes += 1
    return found


def _wishes(session: Session, week: Week) -> Iterator[tuple[list[str], Window]]:
    """Units, by key, and the part of the time that lies within the week, of each wish."""
    events = refused_bookings(session, centre_id=week.centre.id or 0, start=week.start, end=week.end)
    for event in {_wish(event): event for event in events}.values():
        asked = _asked(event)
        window = week.minutes(*_span(asked))
        if window[0] < window[1]:
            yield asked["units"], window


def _wish(event: AuditEvent) -> tuple[object, ...]:
    """What makes two attempts the same wish."""
    asked = _asked(event)
    return event.actor, asked["project"], tuple(asked["units"]), _span(asked)


def _asked(event: AuditEvent) -> Mapping[str, Any]:
    asked: Mapping[str, Any] = (event.after or {})["asked"]
    return asked


def _span(asked: Mapping[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(asked["start"]), datetime.fromisoformat(asked["end"])
