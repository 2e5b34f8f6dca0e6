"""What is booked by hand: what waits for approval, and what is still ahead.

Changes nothing.
"""

from datetime import datetime

from models.database import Database
from models.queries.policies import by_hand_ids
from scheduler.access import check_may, sight
from scheduler.actors import Actor
from scheduler.keys import id_of
from scheduler.showing import booking_views
from scheduler.views import BookingView

MOST_LISTED = 500


def list_by_hand(
    database: Database, *, actor: Actor, now: datetime, centre: str, most: int = MOST_LISTED
) -> list[BookingView]:
    """Bookings of the centre by hand that the actor may see, by start: those that wait for approval, and those that end
    after ``now`` and stand, were returned or were missed; one that lost its place is a request. Raises ``Unknown``."""
    check_may(actor, "see bookings")
    seen = sight(actor)
    with database.reading() as session:
        centre_id = id_of(session, "centre", centre)
        ids = by_hand_ids(session, sight=seen, centre_id=centre_id or 0, since=now, most=most)
        return booking_views(session, booking_ids=ids, sight=seen)
