"""Who may work for whom and on what, and how much they have worked.

Knows nothing of shifts and skills.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import exists
from sqlmodel import Session, col, or_, select

from models.queries.runs import LIVE_STATES
from models.tables import Booking, Hold, Membership, Person, Qualification, Run

LOOKED_BACK = timedelta(days=8)
"""A local week and more."""


def memberships_of(session: Session, person_ids: Collection[int]) -> dict[int, int]:
    """The organisation of each of these persons who is one's own operator."""
    rows = session.exec(select(Membership).where(col(Membership.person_id).in_(person_ids)))
    return {row.person_id: row.organisation_id for row in rows}


def qualifications_of(session: Session, person_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The units that each own operator may run."""
    units: dict[int, set[int]] = defaultdict(set)
    for row in session.exec(select(Qualification).where(col(Qualification.person_id).in_(person_ids))):
        units[row.person_id].add(row.unit_id)
    return {person_id: frozenset(found) for person_id, found in units.items()}


def worked_before(session: Session, person_ids: Collection[int], since: datetime) -> tuple[Hold, ...]:
    """Holds of persons with greatest hours, of runs that are booked or done and ended by ``since``, in the days before
    it."""
    limited = select(Person.id).where(
        col(Person.id).in_(person_ids),
        or_(col(Person.most_minutes_day).is_not(None), col(Person.most_minutes_week).is_not(None)),
    )
    live = exists().where(col(Booking.run_id) == col(Run.id), col(Booking.state).in_(LIVE_STATES))
    wanted = (
        select(Hold)
        .join(Run, col(Run.id) == col(Hold.run_id))
        .where(col(Hold.resource_id).in_(limited), live, col(Hold.end_at) > since - LOOKED_BACK)
        .where(col(Run.end_at) <= since)
        .order_by(col(Hold.id))
    )
    return tuple(session.exec(wanted))
