"""Approving: a lab manager confirms a booking that was asked for, or returns it with a reason.

Knows nothing of plans: what is asked for holds nothing until somebody says yes.
"""

from datetime import datetime

from sqlmodel import Session

from models.database import Database
from models.holding import replace_holds
from models.locks import lock_centres, lock_clusters, lock_organisations, lock_quotas_of_people, raise_revision
from models.queries.booked import holds_of_run
from models.queries.overriding import overrides_of
from models.queries.policies import asked_booking_ids
from models.tables import Booking, Centre, Hold, Run
from scheduler.access import Thing, check_may, sight
from scheduler.actors import Actor
from scheduler.booking import centre_of_booking, show_booking
from scheduler.errors import NotPossibleNow, ReasonMissing
from scheduler.formalities import Given, check_given, formalities_of, take_given
from scheduler.giving_back import owners_notice
from scheduler.judging import judge_by_hand, owner_of, refused_where_taken
from scheduler.keys import id_of
from scheduler.recording import facts_of, record_change
from scheduler.refusals import recorded_refusals
from scheduler.showing import booking_views
from scheduler.transitions import step
from scheduler.views import BookingView

MOST_LISTED = 500


def list_asked(database: Database, *, actor: Actor, now: datetime, centre: str | None = None) -> list[BookingView]:
    """Bookings that wait for the actor's yes, the first to start first. Raises ``Unknown``, ``Forbidden``."""
    check_may(actor, "approve")
    seen = sight(actor, "approve")
    with database.reading() as session:
        ids = asked_booking_ids(session, sight=seen, centre_id=id_of(session, "centre", centre), most=MOST_LISTED)
        return booking_views(session, booking_ids=ids, sight=seen)


def confirm_booking(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    booking_id: int,
    reason: str = "",
    password: str = "",
    meaning: str = "",
) -> BookingView:
    """A booking that was asked for holds from now on. The rule book judges it again; the policies about asking do not:
    it was asked for in time.

    ``reason``, and ``password`` with its ``meaning``: where the centre asks for them. Raises ``Unknown``,
    ``Forbidden``, ``NotPossibleNow`` (it does not wait), ``BookingRefused``, ``ReasonMissing``, and as ``sign``.
    """
    with database.reading() as session:
        centre_id = centre_of_booking(session, actor, booking_id)
    about = f"booking {booking_id}"
    with recorded_refusals(database, actor=actor, now=now, verb="approval", centre_ids=(centre_id,), about=about):
        given = take_given(
            database,
            actor=actor,
            now=now,
            action="approve",
            centre_ids=(centre_id,),
            reason=reason,
            password=password,
            meaning=meaning,
        )
        with refused_where_taken(f"The time of booking {booking_id}"):
            database.write(lambda session: _confirm(session, actor, now, centre_id, booking_id, given))
    return show_booking(database, actor=actor, now=now, booking_id=booking_id)


def return_booking(database: Database, *, actor: Actor, now: datetime, booking_id: int, reason: str) -> BookingView:
    """A booking that was asked for is refused; its owner reads why. Raises ``Unknown``, ``Forbidden``,
    ``NotPossibleNow`` (it does not wait), ``ReasonMissing``."""
    with database.reading() as session:
        centre_id = centre_of_booking(session, actor, booking_id)

    def command(session: Session) -> None:
        (centre,) = lock_centres(session, [centre_id])
        booking, run, holds = _waiting(session, booking_id)
        before = facts_of(booking, run, holds)
        step(booking, "return")
        _store(session, actor, now, centre, (booking, run, holds), before, Given(reason=reason.strip()))

    about = f"booking {booking_id}"
    with recorded_refusals(database, actor=actor, now=now, verb="return", centre_ids=(centre_id,), about=about):
        check_may(actor, "approve", Thing(centre_id=centre_id))
        if not reason.strip():
            raise ReasonMissing("Say why the booking is returned: its owner reads it.", field="reason")
        database.write(command)
    return show_booking(database, actor=actor, now=now, booking_id=booking_id)


def _confirm(session: Session, actor: Actor, now: datetime, centre_id: int, booking_id: int, given: Given) -> None:
    (centre,) = lock_centres(session, [centre_id])
    check_given(formalities_of([centre]), given)
    booking, run, holds = _waiting(session, booking_id)
    lock_organisations(session, [booking.organisation_id])
    lock_clusters(session, [booking.cluster_id])
    lock_quotas_of_people(session)
    units = [hold.resource_id for hold in holds]
    judged = judge_by_hand(
        session,
        centre,
        units=units,
        span=(run.start_at, run.end_at),
        now=now,
        owner=owner_of(booking),
        sight=sight(actor),
        in_spite=booking_id in overrides_of(session, [booking_id]),
        asks=False,
    )
    before = facts_of(booking, run, holds)
    step(booking, "confirm")
    session.add(booking)
    places = [(unit, lane, run.start_at, run.end_at) for unit, lane in zip(units, judged.lanes, strict=True)]
    placed = replace_holds(session, {run.id or 0: places})
    raise_revision(centre)
    _store(session, actor, now, centre, (booking, run, placed), before, given)


def _waiting(session: Session, booking_id: int) -> tuple[Booking, Run, list[Hold]]:
    """The booking with its run and what it would hold, within a transaction that has locked the centre. Raises
    ``NotPossibleNow``."""
    booking = session.get_one(Booking, booking_id, populate_existing=True)
    if booking.state != "asked":
        raise NotPossibleNow(f"Booking {booking_id} is {booking.state}: it does not wait for approval.")
    run = session.get_one(Run, booking.run_id, populate_existing=True)
    return booking, run, holds_of_run(session, booking.run_id)


def _store(
    session: Session,
    actor: Actor,
    now: datetime,
    centre: Centre,
    decided: tuple[Booking, Run, list[Hold]],
    before: dict[str, object],
    given: Given,
) -> None:
    """The event, and the owner's notice."""
    booking, run, holds = decided
    session.add(booking)
    session.flush()
    record_change(
        session,
        actor=actor,
        now=now,
        verb=f"{booking.state} booking",
        row=booking,
        centre_id=centre.id,
        reason=given.reason,
        before=before,
        after=facts_of(booking, run, holds),
        facts=given.facts,
    )
    session.add(owners_notice(booking, run, centre, now, given.reason))
