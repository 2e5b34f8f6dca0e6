"""Units booked by hand that lost their place: a request of their own keeps the owner at the head of the queue.

Knows nothing of why the place was lost.
"""

import uuid
from datetime import datetime, timedelta

from sqlmodel import Session

from models.queries.requested import request_with_key
from models.queries.world import BookedRun, World
from models.routing import Operation, Routing, UnitNeed
from models.tables import Booking, Request
from scheduler.actors import Actor
from scheduler.recording import record_change

MINUTE = timedelta(minutes=1)


def queue_hand_booking(
    session: Session, *, actor: Actor, now: datetime, world: World, booked: BookedRun, reason: str
) -> Request:
    """Stores the request: the same units for the same length, as soon as possible, late from the booked end on.

    The displaced run becomes its first, so that the record leads from the old booking to what is planned in its place.
    """
    booking, run = booked.bookings[0], booked.run
    row = Request(
        key=_free_key(session, booking),
        centre_id=run.centre_id,
        project_id=booking.project_id,
        routing=_routing(world, booked).model_dump(mode="json"),
        quantity=booking.quantity,
        submitted_at=booking.made_at,
        release_at=now,
        due_at=run.end_at,
        displaced_at=now,
        asked_by=booking.made_by,
    )
    session.add(row)
    session.flush()
    run.request_id, run.operation, run.number = row.id, 1, 1
    session.add(run)
    record_change(
        session,
        actor=actor,
        now=now,
        verb="queued displaced booking",
        row=row,
        centre_id=row.centre_id,
        reason=reason,
        before=None,
    )
    return row


def _free_key(session: Session, booking: Booking) -> str:
    key = f"HAND-{booking.id}"
    return key if request_with_key(session, key) is None else f"{key}-{uuid.uuid4().hex[:4].upper()}"


def _routing(world: World, booked: BookedRun) -> Routing:
    run = booked.run
    units = sorted({world.units[hold.resource_id].key for hold in booked.holds if hold.resource_id in world.units})
    return Routing(
        operations=(
            Operation(
                name=booked.bookings[0].purpose or "by hand",
                fixed_minutes=-(-(run.end_at - run.start_at) // MINUTE),
                units=tuple(UnitNeed(unit=key) for key in units),
            ),
        )
    )
