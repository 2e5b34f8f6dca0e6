"""What the catalogue's readers ask for by key: one row of a kind, and which bookings lie in a window.

Knows nothing of words: rows and ids only.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from models.queries.people import owner_in_sight
from models.queries.sight import EVERYTHING, Sight
from models.tables import (
    Booking,
    Centre,
    Cluster,
    Entitlement,
    Hold,
    Laboratory,
    Organisation,
    Outage,
    Resource,
    Run,
    Unit,
)


def centre_id_of(session: Session, key: str) -> int | None:
    """The id behind a centre's key; ``None`` for an unknown one."""
    return session.exec(select(Centre.id).where(Centre.key == key)).first()


def laboratory_id_of(session: Session, key: str) -> int | None:
    """The id behind a laboratory's key; ``None`` for an unknown one."""
    return session.exec(select(Laboratory.id).where(Laboratory.key == key)).first()


def unit_id_of(session: Session, key: str) -> int | None:
    """The id behind a unit's key; ``None`` for an unknown one."""
    return session.exec(select(Unit.id).where(Unit.key == key)).first()


def cluster_id_of(session: Session, key: str) -> int | None:
    """The id behind a cluster's key; ``None`` for an unknown one."""
    return session.exec(select(Cluster.id).where(Cluster.key == key)).first()


def organisation_id_of(session: Session, key: str, *, sight: Sight = EVERYTHING) -> int | None:
    """The id behind an organisation's key; ``None`` for one that is unknown or may not be seen."""
    wanted = select(Organisation.id).where(Organisation.key == key, owner_in_sight(Organisation.id, sight))
    return session.exec(wanted).first()


def organisation_keys(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Keys of organisations by id."""
    rows = session.exec(select(Organisation).where(col(Organisation.id).in_(sorted(ids))))
    return {row.id: row.key for row in rows if row.id is not None}


def every_entitlement(session: Session) -> list[Entitlement]:
    """All entitlements, by cluster and centre."""
    return list(session.exec(select(Entitlement).order_by(col(Entitlement.cluster_id), col(Entitlement.centre_id))))


def booking_ids_between(
    session: Session,
    *,
    start: datetime,
    end: datetime,
    unit_id: int | None = None,
    organisation_id: int | None = None,
    centre_id: int | None = None,
    after_id: int = 0,
    limit: int = 200,
    sight: Sight = EVERYTHING,
) -> list[int]:
    """Bookings that may be seen, in any state, whose booked time overlaps ``[start, end)`` and that pass every filter
    given, by id."""
    wanted = (
        select(Booking.id)
        .join(Run, col(Run.id) == col(Booking.run_id))
        .where(col(Booking.booked_start) < end, col(Booking.booked_end) > start, col(Booking.id) > after_id)
        .where(sight.of(Booking.organisation_id, Run.centre_id))
        .order_by(col(Booking.id))
        .limit(limit)
    )
    if unit_id is not None:
        wanted = wanted.where(col(Run.id).in_(select(Hold.run_id).where(Hold.resource_id == unit_id)))
    if organisation_id is not None:
        wanted = wanted.where(Booking.organisation_id == organisation_id)
    if centre_id is not None:
        wanted = wanted.where(Run.centre_id == centre_id)
    return [found for found in session.exec(wanted) if found is not None]


def holds_between(
    session: Session, *, start: datetime, end: datetime, unit_id: int | None, centre_id: int | None
) -> list[tuple[str, int, datetime, datetime]]:
    """Holds of units in force within ``[start, end)``: the unit's key, the lane, from when to when. Without a unit of
    all those of the centre."""
    wanted = select(Unit.key, Hold.lane, Hold.start_at, Hold.end_at).join(Unit, col(Unit.id) == col(Hold.resource_id))
    wanted = wanted.where(col(Hold.in_force), col(Hold.start_at) < end, col(Hold.end_at) > start)
    return list(session.exec(wanted.where(_is_there(unit_id, centre_id))))


def outages_between(
    session: Session, *, start: datetime, end: datetime, unit_id: int | None, centre_id: int | None
) -> list[tuple[str, datetime, datetime]]:
    """The same of outages that were not withdrawn."""
    wanted = select(Unit.key, Outage.start_at, Outage.end_at).join(Unit, col(Unit.id) == col(Outage.unit_id))
    wanted = wanted.where(col(Outage.withdrawn_at).is_(None), col(Outage.start_at) < end, col(Outage.end_at) > start)
    return list(session.exec(wanted.where(_is_there(unit_id, centre_id))))


def _is_there(unit_id: int | None, centre_id: int | None) -> ColumnElement[bool]:
    """Whether a unit is this one, or at the centre."""
    if unit_id is not None:
        return col(Unit.id) == unit_id
    return col(Unit.id).in_(select(Resource.id).where(Resource.centre_id == centre_id))
