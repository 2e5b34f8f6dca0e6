"""Pinning: plans and repairs leave a booking's time, its units or both as they are, until somebody lets it go.

Knows nothing of how a plan heeds it. A pin that cannot hold is lifted by the plan and named there, with the reason.
"""

from datetime import datetime
from typing import Literal

from sqlmodel import Session

from models.audit import snapshot
from models.database import Database
from models.locks import lock_centres, raise_revision
from models.queries.booked import run_with_holds
from models.queries.runs import part_of
from models.tables import Booking, Run
from scheduler.access import Thing, check_may
from scheduler.actors import Actor
from scheduler.booking import centre_of_booking, show_booking
from scheduler.errors import NotPossibleNow
from scheduler.formalities import check_reason, formalities_of
from scheduler.recording import record_change
from scheduler.refusals import recorded_refusals
from scheduler.views import BookingView

Pinned = Literal["none", "time", "unit", "both"]
"""What of a booking stays as it is."""


def pin_booking(
    database: Database, *, actor: Actor, now: datetime, booking_id: int, pin: Pinned, reason: str = ""
) -> BookingView:
    """Pins a confirmed booking of a request, or lets it go (``none``). Of a run that several share, the pin of one
    holds for all.

    Raises ``Unknown``, ``Forbidden``, ``NotPossibleNow`` (it is not confirmed, has begun, or was booked by hand, which
    no plan moves), ``ReasonMissing``.
    """
    with database.reading() as session:
        centre_id = centre_of_booking(session, actor, booking_id)

    def command(session: Session) -> None:
        centre = lock_centres(session, [centre_id])[0]
        check_may(actor, "pin", Thing(centre_id=centre_id))
        check_reason(formalities_of([centre]), reason)
        booking = session.get_one(Booking, booking_id, populate_existing=True)
        run, _ = run_with_holds(session, booking.run_id)
        _check_movable(booking, run, now)
        if booking.pin == pin:
            return
        before = snapshot(booking)
        booking.pin = pin
        session.add(booking)
        raise_revision(centre)
        verb = "let booking go" if pin == "none" else "pinned booking"
        record_change(
            session,
            actor=actor,
            now=now,
            verb=verb,
            row=booking,
            centre_id=centre_id,
            reason=reason.strip(),
            before=before,
        )

    about = f"booking {booking_id}"
    with recorded_refusals(
        database, actor=actor, now=now, verb="pinning", centre_ids=(centre_id,), about=about, asked={"pin": pin}
    ):
        database.write(command)
    return show_booking(database, actor=actor, now=now, booking_id=booking_id)


def movable(booking: BookingView, *, now: datetime) -> bool:
    """Whether a plan might move it, so that there is something to pin."""
    return booking.state == "confirmed" and booking.start > now and booking.request is not None


def _check_movable(booking: Booking, run: Run, now: datetime) -> None:
    """Raises ``NotPossibleNow`` where no plan would move it anyhow."""
    if booking.state != "confirmed" or run.start_at <= now:
        raise NotPossibleNow(f"Booking {booking.id} is no confirmed booking that is still to begin: nothing moves it.")
    if part_of(booking, run)[0] is None:
        raise NotPossibleNow(f"Booking {booking.id} was booked by hand: no plan moves it.")
