"""Outages of units within a window of time ``[start, end)``.

Knows nothing of what is booked under them.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from models.tables import Outage


def open_outages(session: Session, *, unit_id: int, start: datetime, end: datetime, now: datetime) -> list[Outage]:
    """The unit's outages, not withdrawn, that end after ``now`` and overlap or touch ``[start, end)``, by start and
    id."""
    wanted = select(Outage).where(
        Outage.unit_id == unit_id,
        col(Outage.withdrawn_at).is_(None),
        col(Outage.end_at) > now,
        col(Outage.start_at) <= end,
        col(Outage.end_at) >= start,
    )
    return list(session.exec(wanted.order_by(col(Outage.start_at), col(Outage.id))))
