"""Overrides: which bookings have one, and which lanes of a unit are held, whatever the rules say of it.

Knows nothing of rules.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from models.queries.portions import portions
from models.tables import Hold, Override


def overrides_of(session: Session, booking_ids: Collection[int]) -> dict[int, Override]:
    """By booking, of those that have one."""
    found: dict[int, Override] = {}
    for some in portions(booking_ids):
        for row in session.exec(select(Override).where(col(Override.booking_id).in_(some))):
            found[row.booking_id] = row
    return found


def held_lanes(session: Session, *, resource_id: int, start: datetime, end: datetime) -> set[int]:
    """Lanes with a hold in force within ``[start, end)``."""
    wanted = select(Hold.lane).where(Hold.resource_id == resource_id, col(Hold.in_force))
    return set(session.exec(wanted.where(col(Hold.start_at) < end, col(Hold.end_at) > start)))
