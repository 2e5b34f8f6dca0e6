"""Withdrawing a request: it leaves the queue, and what is booked for it and has not begun is cancelled.

Knows nothing of plans: a draft that has the request clashes when it is published.
"""

from datetime import datetime

from sqlmodel import Session

from models.database import Database
from models.locks import lock_centres, raise_revision
from models.tables import Centre, Notice, Project, Request
from scheduler.access import Thing, check_may
from scheduler.actors import Actor
from scheduler.booking import withdraw_whole
from scheduler.formalities import check_reason, formalities_of
from scheduler.refusals import recorded_refusals
from scheduler.requesting import seen_request, show_request
from scheduler.views import RequestView


def withdraw_request(database: Database, *, actor: Actor, now: datetime, key: str, reason: str = "") -> RequestView:
    """Takes a request back whole; its bookings are cancelled and their holds free at once.

    Raises ``Unknown``, ``Forbidden``, ``NotPossibleNow`` when it is withdrawn already, or when a run of it has begun:
    each is named; ``ReasonMissing``.
    """
    with database.reading() as session:
        found = seen_request(session, actor, key)
    request_id, centre_id = found.id or 0, found.centre_id

    def command(session: Session) -> None:
        centre = lock_centres(session, [centre_id])[0]
        check_reason(formalities_of([centre]), reason)
        request = session.get_one(Request, request_id, populate_existing=True)
        owner = session.get_one(Project, request.project_id)
        check_may(actor, "cancel", Thing(organisation_id=owner.organisation_id, centre_id=centre_id))
        withdraw_whole(session, actor, now, centre, request_id, reason)
        session.add(_notice(session, request, centre, now, reason))
        raise_revision(centre)

    with recorded_refusals(
        database, actor=actor, now=now, verb="withdrawal", centre_ids=(centre_id,), about=f"request {key}"
    ):
        database.write(command)
    return show_request(database, actor=actor, now=now, key=key)


def _notice(session: Session, request: Request, centre: Centre, now: datetime, reason: str) -> Notice:
    return Notice(
        centre_id=centre.id or 0,
        organisation_id=session.get_one(Project, request.project_id).organisation_id,
        request_id=request.id,
        kind="withdrawn",
        facts={"reason": reason},
        made_at=now,
    )
