"""Giving back: a booking that is cancelled or loses its place, and a request that is withdrawn whole.

Knows nothing of who asks for it, and opens no transaction: its callers do.
"""

from datetime import datetime
from typing import Literal

from sqlmodel import Session

from models.audit import snapshot
from models.holding import release_holds
from models.queries.booked import run_with_holds, standing_bookings
from models.queries.requested import bookings_of_request
from models.queries.runs import part_of
from models.tables import Booking, Centre, Notice, Request, Run
from models.tables.bookings import HOLDING_STATES
from scheduler.actors import Actor
from scheduler.errors import NotPossibleNow
from scheduler.formalities import Given
from scheduler.overriding import check_in_time
from scheduler.recording import facts_of, record_change
from scheduler.time_words import tell_in_full
from scheduler.transitions import step
from scheduler.views import Sentence


def give_back(
    session: Session,
    actor: Actor,
    now: datetime,
    centre: Centre,
    booking: Booking,
    given: Given,
    *,
    verb: Literal["cancel", "displace"] = "cancel",
) -> None:
    """Within a transaction that has locked the centre: one booking, cancelled or displaced; its run keeps its holds
    while another booking of it stands."""
    assert centre.id is not None
    run, holds = run_with_holds(session, booking.run_id)
    before = facts_of(booking, run, holds)
    step(booking, verb)
    session.add(booking)
    session.flush()
    if not standing_bookings(session, run_ids=[booking.run_id]):
        release_holds(session, [booking.run_id])
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


def withdraw_whole(
    session: Session, actor: Actor, now: datetime, centre: Centre, request_id: int, given: Given
) -> None:
    """Within a transaction that has locked the centre: the request and every booking of it. Raises ``NotPossibleNow``,
    once a run of it has begun or it is withdrawn already, and as ``check_in_time``."""
    request = session.get_one(Request, request_id, populate_existing=True)
    _check_withdrawable(session, request, now, centre.zone)
    for booking in standing_bookings(session, request_id=request_id, after=now):
        check_in_time(session, actor=actor, now=now, centre=centre, booking=booking, given=given)
        give_back(session, actor, now, centre, booking, given)
    before = snapshot(request)
    request.withdrawn_at = now
    session.add(request)
    session.flush()
    record_change(
        session,
        actor=actor,
        now=now,
        verb="withdrew request",
        row=request,
        centre_id=request.centre_id,
        reason=given.reason,
        before=before,
        facts=given.facts,
    )


def _check_withdrawable(session: Session, request: Request, now: datetime, zone: str) -> None:
    if request.withdrawn_at is not None:
        raise NotPossibleNow(f"Request {request.key} is withdrawn already.")
    begun = tuple(
        Sentence(
            code="begun",
            text=f"{booking.purpose or 'A run'} (booking {booking.id}) began on {tell_in_full(run.start_at, zone)}.",
            facts=(("booking", booking.id), ("start", run.start_at.isoformat())),
        )
        for booking, run in bookings_of_request(session, request_id=request.id or 0)
        if run.start_at <= now and booking.state in (*HOLDING_STATES, "done")
    )
    if begun:
        raise NotPossibleNow(f"Request {request.key} has begun: it cannot be withdrawn any more.", reasons=begun)


def owners_notice(booking: Booking, run: Run, centre: Centre, now: datetime, reason: str) -> Notice:
    """What its owner is told of a booking that is in another state now."""
    assert centre.id is not None
    return Notice(
        centre_id=centre.id,
        organisation_id=booking.organisation_id,
        request_id=part_of(booking, run)[0],
        booking_id=booking.id,
        kind=booking.state,
        facts={"purpose": booking.purpose, "from": booking.booked_start.isoformat(), "reason": reason},
        made_at=now,
    )
