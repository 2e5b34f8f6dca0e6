"""The day of whoever runs the machines: what is to be done, where and when, and what is running or done.

Changes nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime

from models.database import Database
from models.queries.use import booking_ids_of_day, technician_of
from models.tables import Centre
from scheduler.access import Thing, can, forbidden, sight
from scheduler.actors import Actor
from scheduler.keys import id_of
from scheduler.local_time import day_span, zone_of
from scheduler.showing import booking_views
from scheduler.views import BookingView


@dataclass(frozen=True, kw_only=True, slots=True)
class DayView:
    """A local day at a centre. ``own``: only what the technician who asks has their hands on, or nobody in particular;
    else all of it."""

    centre: str
    zone: str
    date: date
    own: bool
    bookings: tuple[BookingView, ...]


def day_list(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    centre: str,
    day: date | None = None,
    everybody: bool = False,
) -> DayView:
    """The bookings of a local day (``None``: today) by start: a technician's own, unless ``everybody`` is asked for;
    all to a lab manager and to a technician whose account is no person's. Raises ``Unknown``, ``Forbidden``."""
    if not can(actor, "see busy times"):
        raise forbidden("record use")
    with database.reading() as session:
        centre_id = id_of(session, "centre", centre)
        here = Thing(centre_id=centre_id)
        if centre_id is None or not can(actor, "see bookings", here):
            raise forbidden("record use")
        zone = session.get_one(Centre, centre_id).zone
        wanted = day or now.astimezone(zone_of(zone)).date()
        hands = None if everybody or can(actor, "plan", here) else technician_of(session, actor.account_id, centre_id)
        start, end = day_span(wanted, zone)
        ids = booking_ids_of_day(session, centre_id=centre_id, start=start, end=end, person_id=hands)
        found = tuple(booking_views(session, booking_ids=ids, sight=sight(actor)))
    return DayView(centre=centre, zone=zone, date=wanted, own=hands is not None, bookings=found)
