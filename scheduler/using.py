"""What is done in fact: work checked in and out, and times corrected by hand.

Knows nothing of plans. Holds end when the work does; booked times stay on the booking.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlmodel import Session

from models.audit import snapshot
from models.database import Database
from models.errors import HoldTaken
from models.holding import release_holds, replace_holds
from models.locks import lock_centres, raise_revision
from models.queries.booked import run_with_holds, standing_bookings
from models.queries.runs import part_of
from models.queries.use import last_use, used_times
from models.tables import Booking, Centre, Hold, Request, Run, UsedTime
from scheduler.access import Thing, check_may
from scheduler.actors import Actor
from scheduler.booking import centre_of_booking, show_booking
from scheduler.errors import BadValue, NotPossibleNow, Unknown
from scheduler.publishing import taken_sentence
from scheduler.recording import facts_of, record_change
from scheduler.refusals import recorded_refusals
from scheduler.stretching import stretched
from scheduler.time_words import tell_in_full, tell_length
from scheduler.transitions import step
from scheduler.views import BookingView

EARLY_MINUTES = 120
EARLY = timedelta(minutes=EARLY_MINUTES)
"""How long before its time work may begin."""
NEAR = timedelta(days=1)
"""So near its booking, before or after, lies a use that is told afterwards."""
MOST_LONGER = timedelta(days=7)
"""Work may have run over a weekend and its holiday; what lasted longer still was another booking, or is a slip."""
Deed = Literal["check in", "check out", "miss", "restore", "correct"]
Change = Callable[[Session, Centre, Booking, Run, list[Hold]], None]
"""What is changed of a booking, given its centre, run and holds, all locked."""


def doable(booking: BookingView, *, now: datetime) -> frozenset[Deed]:
    """What may be told of the booking's work at this moment; what is held by others is known only when it is done."""
    if booking.state == "running":
        return frozenset({"check out"})
    if booking.state == "done":
        return frozenset({"correct"} if any(each.end for each in booking.used) else ())
    if booking.state == "no_show":
        return frozenset({"restore"})
    if booking.state != "confirmed" or not _is_time(booking.start, now):
        return frozenset()
    return frozenset({"check in", "miss"} if booking.start <= now else {"check in"})


def check_in(
    database: Database, *, actor: Actor, now: datetime, booking_id: int, at: datetime | None = None
) -> BookingView:
    """The work of a confirmed booking began at ``at`` (``None``: now), be it late; before its time (by ``EARLY`` at
    most) only where its units and people are free.

    Raises ``Unknown``, ``Forbidden``, ``BadValue`` for a moment that is to come, ``NotPossibleNow``.
    """
    moment = at or now

    def command(session: Session, centre: Centre, booking: Booking, run: Run, holds: list[Hold]) -> None:
        _check_past(moment, now, centre.zone)
        if moment >= run.end_at:
            end = tell_in_full(run.end_at, centre.zone)
            raise BadValue(f"Booking {booking_id} ended at {end}: it cannot begin after that.", field="at")
        if not _is_time(run.start_at, moment):
            start, most = tell_in_full(run.start_at, centre.zone), tell_length(EARLY_MINUTES)
            raise NotPossibleNow(f"Booking {booking_id} starts at {start}: it is checked in at most {most} before.")
        step(booking, "check in")
        if moment < run.start_at:
            _move(session, run, holds, moment, run.end_at)
        session.add(UsedTime(booking_id=booking_id, start_at=moment, told_at=now, told_by=actor.key))

    return work_changed(database, actor, now, booking_id, "check-in", command, asked={"at": at})


def check_out(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    booking_id: int,
    at: datetime | None = None,
    quantity: int | None = None,
) -> BookingView:
    """The work of a running booking ended at ``at`` (``None``: now) with so many pieces made (``None``: not counted).

    The holds of its run end with the last booking in it. Work that took longer is held for longer, where units and
    people were free; else whoever is in the way is named, and the work may be checked out at the end of its hold and
    its times corrected. By hand more pieces may be made than were booked; of a lot never more than the lot has. Raises
    ``Unknown``, ``Forbidden``, ``BadValue`` for a moment that is to come or not after the check-in, or for too many
    pieces, ``NotPossibleNow``.
    """
    moment = at or now

    def command(session: Session, centre: Centre, booking: Booking, run: Run, holds: list[Hold]) -> None:
        _check_past(moment, now, centre.zone)
        step(booking, "check out")
        used = _open_time(session, booking)
        if moment <= used.start_at:
            began = tell_in_full(used.start_at, centre.zone)
            raise BadValue(f"The end is not after the check-in, {began}.", field="at")
        _check_made(session, booking, run, quantity)
        used.end_at, used.quantity, used.told_at, used.told_by = moment, quantity, now, actor.key
        session.add_all((booking, used))
        session.flush()
        ends_run = not standing_bookings(session, run_ids=[booking.run_id])
        end = last_use(session, booking.run_id) if ends_run else max(moment, run.end_at)
        if end != run.end_at:
            _move(session, run, holds, run.start_at, end)
        if ends_run:
            release_holds(session, [booking.run_id])

    asked = {"at": at, "quantity": quantity}
    return work_changed(database, actor, now, booking_id, "check-out", command, asked=asked)


def correct_use(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    booking_id: int,
    used_id: int,
    start: datetime,
    end: datetime,
    quantity: int | None = None,
    reason: str,
) -> BookingView:
    """Corrects by hand when a booking's work was done in fact, and how many pieces were made; what is held stays.

    Raises ``Unknown``, ``Forbidden``, ``BadValue`` for times that are to come, out of order, too far from the booking,
    or much longer than it, for more pieces than the lot has, and without a reason.
    """

    def command(session: Session, centre: Centre, booking: Booking, run: Run, holds: list[Hold]) -> None:
        used = next((each for each in _times(session, booking) if each.id == used_id), None)
        if used is None:
            raise Unknown("used time", used_id)
        if used.end_at is None:
            raise NotPossibleNow(f"Booking {booking_id} is running: check it out first.")
        _check_past(end, now, centre.zone, field="end")
        if start >= end:
            raise BadValue(f"The start {tell_in_full(start, centre.zone)} is not before the end.", field="start")
        _check_near(booking, start, end, centre.zone)
        _check_made(session, booking, run, quantity)
        used.start_at, used.end_at, used.quantity, used.told_at, used.told_by = start, end, quantity, now, actor.key
        session.add(used)

    if not reason.strip():
        raise BadValue("Say why the times are corrected.", field="reason")
    asked = {"start": start, "end": end, "quantity": quantity}
    return work_changed(database, actor, now, booking_id, "correction", command, asked=asked, reason=reason)


def work_changed(
    database: Database,
    actor: Actor,
    now: datetime,
    booking_id: int,
    verb: str,
    change: Change,
    *,
    asked: dict[str, Any],
    reason: str = "",
    held: str = "held for longer",
) -> BookingView:
    """One change of a booking under its centre's lock, with its event; a refusal is recorded. ``held``: what it cannot
    be where others hold the place."""
    with database.reading() as session:
        centre_id = centre_of_booking(session, actor, booking_id)

    def command(session: Session) -> None:
        _change(session, actor, now, booking_id, centre_id, VERBS[verb], change, reason)

    about = f"booking {booking_id}"
    with recorded_refusals(
        database, actor=actor, now=now, verb=verb, centre_ids=(centre_id,), about=about, asked=asked
    ):
        try:
            database.write(command)
        except HoldTaken as clash:
            blocker = taken_sentence(database, clash)
            text = f"Booking {booking_id} cannot be {held}: {blocker.text}"
            raise NotPossibleNow(text, reasons=(blocker,)) from clash
    return show_booking(database, actor=actor, now=now, booking_id=booking_id)


def _change(
    session: Session,
    actor: Actor,
    now: datetime,
    booking_id: int,
    centre_id: int,
    verb: str,
    change: Change,
    reason: str,
) -> None:
    centre = lock_centres(session, [centre_id])[0]
    booking = session.get_one(Booking, booking_id, populate_existing=True)
    check_may(actor, "record use", Thing(organisation_id=booking.organisation_id, centre_id=centre_id))
    run, holds = run_with_holds(session, booking.run_id)
    before = work_facts(session, booking, run, holds)
    change(session, centre, booking, run, holds)
    session.add_all((booking, run))
    raise_revision(centre)
    session.flush()
    after = work_facts(session, booking, run, holds)
    record_change(
        session,
        actor=actor,
        now=now,
        verb=verb,
        row=booking,
        centre_id=centre_id,
        reason=reason,
        before=before,
        after=after,
    )


VERBS = {
    "check-in": "checked in booking",
    "check-out": "checked out booking",
    "missing": "missed booking",
    "restoring": "restored booking",
    "correction": "corrected use",
}
"""What the event of each change is called."""


def work_facts(session: Session, booking: Booking, run: Run, holds: list[Hold]) -> dict[str, Any]:
    """What the record keeps of the work: the booking, its run, its holds and its used times."""
    used = [snapshot(each) for each in _times(session, booking)]
    return facts_of(booking, run, holds) | {"used": used}


def _times(session: Session, booking: Booking) -> list[UsedTime]:
    return used_times(session, [booking.id]).get(booking.id or 0, [])


def _open_time(session: Session, booking: Booking) -> UsedTime:
    """Raises ``NotPossibleNow``, where running work has none."""
    for each in _times(session, booking):
        if each.end_at is None:
            return each
    raise NotPossibleNow(f"Booking {booking.id} is running, but nothing is known of when it was checked in.")


def _is_time(start: datetime, moment: datetime) -> bool:
    """Whether what starts at ``start`` may begin at ``moment``."""
    return start - moment <= EARLY


def _check_past(moment: datetime, now: datetime, zone: str, *, field: str = "at") -> None:
    if moment > now:
        raise BadValue(f"{tell_in_full(moment, zone)} is still to come.", field=field)


def _check_near(booking: Booking, start: datetime, end: datetime, zone: str) -> None:
    """A use is its booking's: it meets it, or lies within ``NEAR`` of it, and lasts at most ``MOST_LONGER`` more."""
    booked = f"booking {booking.id} was from {tell_in_full(booking.booked_start, zone)} to " + tell_in_full(
        booking.booked_end, zone
    )
    if start > booking.booked_end + NEAR or end < booking.booked_start - NEAR:
        told = f"{tell_in_full(start, zone)} to {tell_in_full(end, zone)}"
        raise BadValue(f"{told} lies more than {NEAR.days} day away from when it was booked: {booked}.", field="start")
    most = booking.booked_end - booking.booked_start + MOST_LONGER
    if end - start > most:
        lasts, allowed = (tell_length(int(each.total_seconds()) // 60) for each in (end - start, most))
        text = f"A use of {lasts} is longer than what was booked and {MOST_LONGER.days} days more, {allowed}: {booked}."
        raise BadValue(text, field="end")


def _check_made(session: Session, booking: Booking, run: Run, quantity: int | None) -> None:
    """Of a lot no more pieces are made than it has; whoever booked by hand may have made more than they thought."""
    request_id = part_of(booking, run)[0]
    if quantity is None or request_id is None:
        return
    lot = session.get_one(Request, request_id)
    if quantity > lot.quantity:
        text = f"Lot {lot.key} has {lot.quantity:,} pieces: {quantity:,} cannot have been made of it."
        raise BadValue(text, field="quantity")


def _move(session: Session, run: Run, holds: list[Hold], start: datetime, end: datetime) -> None:
    """The run is, or was, from ``start`` to ``end`` in fact, and its holds with it. Raises ``HoldTaken``."""
    assert run.id is not None
    places = stretched(run, holds, start, end)
    run.start_at, run.end_at = start, end
    session.add(run)
    replace_holds(session, {run.id: places})
