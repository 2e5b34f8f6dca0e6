"""What was used in fact, and the runs of one day.

Knows nothing of who may tell it.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from models.queries.portions import portions
from models.tables import Account, Booking, Hold, Resource, Run, UsedTime

OF_THE_DAY = ("confirmed", "running", "done", "no_show")
"""States of bookings that whoever runs the machines has to do with."""


def used_times(session: Session, booking_ids: Collection[int | None]) -> dict[int, list[UsedTime]]:
    """Used times by booking, by start."""
    found: dict[int, list[UsedTime]] = {}
    wanted = select(UsedTime).order_by(col(UsedTime.start_at), col(UsedTime.id))
    for some in portions(booking_ids):
        for row in session.exec(wanted.where(col(UsedTime.booking_id).in_(some))):
            found.setdefault(row.booking_id, []).append(row)
    return found


def last_use(session: Session, run_id: int) -> datetime:
    """When the last of the work in the run ended in fact."""
    wanted = select(UsedTime).join(Booking, col(Booking.id) == col(UsedTime.booking_id))
    rows = session.exec(wanted.where(Booking.run_id == run_id, col(UsedTime.end_at).is_not(None)))
    return max(row.end_at for row in rows if row.end_at is not None)


def booking_ids_of_day(
    session: Session, *, centre_id: int, start: datetime, end: datetime, person_id: int | None
) -> list[int]:
    """Bookings at the centre whose run lies, or was meant to lie, within ``[start, end)``, that stand or were done or
    missed; with a person only those whose run holds them, or nobody at all."""
    wanted = select(Booking.id).join(Run, col(Run.id) == col(Booking.run_id))
    wanted = wanted.where(Run.centre_id == centre_id, col(Booking.state).in_(OF_THE_DAY))
    wanted = wanted.where(col(Booking.booked_start) < end, col(Booking.booked_end) > start)
    if person_id is not None:
        theirs = select(Hold.run_id).where(Hold.resource_id == person_id)
        anybodys = select(Hold.run_id).join(Resource, col(Resource.id) == col(Hold.resource_id))
        anybodys = anybodys.where(Resource.kind == "person", Hold.run_id == Run.id)
        wanted = wanted.where(col(Run.id).in_(theirs) | ~anybodys.exists())
    return [found for found in session.exec(wanted) if found is not None]


def technician_of(session: Session, account_id: int | None, centre_id: int) -> int | None:
    """The person of the centre who has this account; ``None``: there is none."""
    wanted = select(Account.person_id).join(Resource, col(Resource.id) == col(Account.person_id))
    return session.exec(wanted.where(Account.id == account_id, Resource.centre_id == centre_id)).first()
