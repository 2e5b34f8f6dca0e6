"""Withdrawing a request: it leaves the queue, and what is booked for it and has not begun is cancelled.

Knows nothing of plans: a draft that has the request clashes when it is published.
"""

from datetime import datetime

from sqlmodel import Session

from models.database import Database
from models.locks import lock_centres, raise_revision
from models.queries.requested import bookings_of_request, request_with_key
from models.tables import Centre, Notice, Project, Request
from models.tables.bookings import HOLDING_STATES
from scheduler.actors import Actor
from scheduler.booking import withdraw_whole
from scheduler.errors import NotPossibleNow, Unknown
from scheduler.naming import tell_in_full
from scheduler.refusals import recorded_refusals
from scheduler.requesting import show_request
from scheduler.views import RequestView, Sentence


def withdraw_request(database: Database, *, actor: Actor, now: datetime, key: str, reason: str = "") -> RequestView:
    """Takes a request back whole; its bookings are cancelled and their holds free at once.

    Raises ``Unknown``, ``NotPossibleNow`` when it is withdrawn already, or when a run of it has begun: each is named.
    """
    with database.reading() as session:
        found = request_with_key(session, key)
    if found is None or found.id is None:
        raise Unknown("request", key)
    request_id, centre_id = found.id, found.centre_id

    def command(session: Session) -> None:
        centre = lock_centres(session, [centre_id])[0]
        request = session.get_one(Request, request_id, populate_existing=True)
        _check_open(session, request, now, centre.zone)
        withdraw_whole(session, actor, now, centre, request_id, reason)
        session.add(_notice(session, request, centre, now, reason))
        raise_revision(centre)

    with recorded_refusals(
        database, actor=actor, now=now, verb="withdrawal", centre_ids=(centre_id,), about=f"request {key}"
    ):
        database.write(command)
    return show_request(database, actor=actor, now=now, key=key)


def _check_open(session: Session, request: Request, now: datetime, zone: str) -> None:
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


def _notice(session: Session, request: Request, centre: Centre, now: datetime, reason: str) -> Notice:
    return Notice(
        centre_id=centre.id or 0,
        organisation_id=session.get_one(Project, request.project_id).organisation_id,
        request_id=request.id,
        kind="withdrawn",
        facts={"reason": reason},
        made_at=now,
    )
