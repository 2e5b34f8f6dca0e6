"""Policies of units, what is ahead of a unit by hand, and what waits for approval.

Knows nothing of what a policy means.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists
from sqlmodel import Session, and_, col, func, or_, select

from models.queries.portions import portions
from models.queries.sight import Sight
from models.tables import Booking, Centre, Hold, Notice, Policy, Resource, Run, Unit

AHEAD_STATES = ("asked", "offered", "confirmed", "running")
LISTED_STATES = (*AHEAD_STATES, "returned", "no_show")
"""States of bookings by hand that their owners look after."""
BY_HAND = (col(Run.request_id).is_(None), col(Booking.request_id).is_(None), col(Run.kind) == "work")
"""Whether a booking (joined with its run) was made by hand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyRow:
    """The policy of a unit, and that of its centre; ``None`` where there is none."""

    unit: Unit
    centre: Centre
    own: Policy | None
    of_centre: Policy | None


def policies_of(session: Session, unit_ids: Collection[int]) -> dict[int, PolicyRow]:
    """By unit, of every one of these."""
    places = select(Unit, Centre).join(Resource, col(Resource.id) == col(Unit.id))
    places = places.join(Centre, col(Centre.id) == col(Resource.centre_id))
    found = [row for some in portions(unit_ids) for row in session.exec(places.where(col(Unit.id).in_(some)))]
    units = {unit.id: (unit, centre) for unit, centre in found}
    centre_ids = {centre.id for _, centre in units.values()}
    rows = [
        row
        for some in portions(units)
        for row in session.exec(
            select(Policy).where(or_(col(Policy.unit_id).in_(some), col(Policy.centre_id).in_(centre_ids)))
        )
    ]
    own = {row.unit_id: row for row in rows if row.unit_id is not None}
    of_centres = {row.centre_id: row for row in rows if row.centre_id is not None}
    return {
        id_: PolicyRow(unit=unit, centre=centre, own=own.get(id_), of_centre=of_centres.get(centre.id or 0))
        for id_, (unit, centre) in units.items()
    }


def policy_of_centre(session: Session, centre_id: int) -> Policy | None:
    return session.exec(select(Policy).where(Policy.centre_id == centre_id)).first()


def every_policy(session: Session, *, centre_id: int | None = None) -> list[tuple[Policy, str, str | None]]:
    """Policies of a centre and of its units, or all: each with the centre's key and the unit's; those of centres first,
    by id."""
    wanted = select(Policy, Centre.key, Unit.key).outerjoin(Unit, col(Unit.id) == col(Policy.unit_id))
    wanted = wanted.outerjoin(Resource, col(Resource.id) == col(Policy.unit_id))
    at = func.coalesce(col(Policy.centre_id), col(Resource.centre_id))
    wanted = wanted.join(Centre, col(Centre.id) == at)
    if centre_id is not None:
        wanted = wanted.where(Centre.id == centre_id)
    rows = session.exec(wanted.order_by(col(Policy.unit_id).is_not(None), col(Policy.id)))
    return [(policy, centre, unit) for policy, centre, unit in rows]


def ahead_of_unit(session: Session, unit_id: int, *, since: datetime) -> list[tuple[Booking, Run]]:
    """Bookings of the unit by hand that are asked for or stand, and end after ``since``; by start and id."""
    holding = select(Hold.run_id).where(Hold.resource_id == unit_id)
    wanted = select(Booking, Run).join(Run, col(Run.id) == col(Booking.run_id)).where(*BY_HAND)
    wanted = wanted.where(col(Booking.state).in_(AHEAD_STATES), col(Run.end_at) > since, col(Run.id).in_(holding))
    return [(booking, run) for booking, run in session.exec(wanted.order_by(col(Run.start_at), col(Booking.id)))]


def asked_booking_ids(session: Session, *, sight: Sight, centre_id: int | None, most: int) -> list[int]:
    """Bookings that wait for approval, at most so many of what may be seen, by start and id."""
    wanted = select(Booking.id).join(Run, col(Run.id) == col(Booking.run_id)).where(Booking.state == "asked")
    wanted = wanted.where(sight.of(Booking.organisation_id, Run.centre_id))
    if centre_id is not None:
        wanted = wanted.where(Run.centre_id == centre_id)
    found = session.exec(wanted.order_by(col(Booking.booked_start), col(Booking.id)).limit(most))
    return [id_ for id_ in found if id_ is not None]


def by_hand_ids(session: Session, *, sight: Sight, centre_id: int, since: datetime, most: int) -> list[int]:
    """Bookings of the centre by hand that may be seen and wait for approval, or end after ``since`` and are the owner's
    affair still; at most so many, by start and id."""
    wanted = select(Booking.id).join(Run, col(Run.id) == col(Booking.run_id)).where(*BY_HAND)
    wanted = wanted.where(Run.centre_id == centre_id, sight.of(Booking.organisation_id, Run.centre_id))
    ahead = and_(col(Booking.state).in_(LISTED_STATES), col(Booking.booked_end) > since)
    wanted = wanted.where(or_(col(Booking.state) == "asked", ahead))
    found = session.exec(wanted.order_by(col(Booking.booked_start), col(Booking.id)).limit(most))
    return [id_ for id_ in found if id_ is not None]


def asked_places(session: Session, *, centre_id: int, start: datetime, end: datetime) -> list[tuple[Booking, Hold]]:
    """Bookings of the centre that wait for approval, each with every place within ``[start, end)`` that it would hold;
    by id."""
    wanted = select(Booking, Hold).join(Run, col(Run.id) == col(Booking.run_id))
    wanted = wanted.join(Hold, col(Hold.run_id) == col(Run.id)).where(Booking.state == "asked")
    wanted = wanted.where(Run.centre_id == centre_id, col(Hold.start_at) < end, col(Hold.end_at) > start)
    return [(booking, hold) for booking, hold in session.exec(wanted.order_by(col(Booking.id), col(Hold.id)))]


def begun_by_hand(
    session: Session, *, centre_id: int, now: datetime, since: datetime
) -> list[tuple[Booking, Run, frozenset[int]]]:
    """Confirmed bookings of the centre by hand that began by ``now``, ended after ``since`` if they did, and of which
    nobody was ever told that they are missed, each with its run and what that holds; by id."""
    told = exists().where(col(Notice.booking_id) == col(Booking.id), col(Notice.kind) == "no_show")
    wanted = select(Booking, Run, Hold.resource_id).join(Run, col(Run.id) == col(Booking.run_id))
    wanted = wanted.join(Hold, col(Hold.run_id) == col(Run.id)).where(*BY_HAND, Run.centre_id == centre_id, ~told)
    wanted = wanted.where(Booking.state == "confirmed", col(Run.start_at) <= now, col(Run.end_at) > since)
    found: dict[int | None, tuple[Booking, Run, frozenset[int]]] = {}
    for booking, run, resource_id in session.exec(wanted.order_by(col(Booking.id))):
        held = found[booking.id][2] if booking.id in found else frozenset()
        found[booking.id] = (booking, run, held | {resource_id})
    return list(found.values())
