"""Withdrawing a request: it leaves the queue, and what is booked for it and has not begun is cancelled.

Knows nothing of plans: a draft that has the request clashes when it is published.
"""

from datetime import datetime

from sqlmodel import Session

from models.database import Database
from models.locks import lock_centres, raise_revision
from models.queries.booked import standing_bookings
from models.tables import Centre, Notice, Project, Request
from scheduler.access import Thing, check_may
from scheduler.actors import Actor
from scheduler.formalities import Given, check_reason, formalities_of
from scheduler.giving_back import withdraw_whole
from scheduler.overriding import given_to_give_back, late_to_give_back
from scheduler.refusals import recorded_refusals
from scheduler.requesting import seen_request, show_request
from scheduler.views import RequestView, Sentence


def withdraw_request(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    reason: str = "",
    password: str = "",
    meaning: str = "",
) -> RequestView:
    """Takes a request back whole; its bookings are cancelled and their holds free at once. ``password`` with its
    ``meaning``: of a lab manager who does so too late for a booking, where the centre asks for a signature.

    Raises ``Unknown``, ``Forbidden``, ``NotPossibleNow`` when it is withdrawn already, or when a run of it has begun:
    each is named; or when a policy says that it is too late; ``ReasonMissing``, and as ``sign``.
    """
    with database.reading() as session:
        found = seen_request(session, actor, key)
        late = late_to_give_back(session, standing_bookings(session, request_id=found.id, after=now), now=now)
    request_id, centre_id = found.id or 0, found.centre_id

    def command(session: Session, given: Given) -> None:
        centre = lock_centres(session, [centre_id])[0]
        check_reason(formalities_of([centre]), given.reason)
        request = session.get_one(Request, request_id, populate_existing=True)
        owner = session.get_one(Project, request.project_id)
        check_may(actor, "cancel", Thing(organisation_id=owner.organisation_id, centre_id=centre_id))
        withdraw_whole(session, actor, now, centre, request_id, given)
        session.add(_notice(session, request, centre, now, given.reason))
        raise_revision(centre)

    with recorded_refusals(
        database, actor=actor, now=now, verb="withdrawal", centre_ids=(centre_id,), about=f"request {key}"
    ):
        given = given_to_give_back(
            database,
            actor=actor,
            now=now,
            centre_id=centre_id,
            late=late,
            reason=reason,
            password=password,
            meaning=meaning,
        )
        database.write(lambda session: command(session, given))
    return show_request(database, actor=actor, now=now, key=key)


def late_to_withdraw(database: Database, *, actor: Actor, now: datetime, key: str) -> tuple[Sentence, ...]:
    """What policies say against withdrawing it at ``now``. Raises ``Unknown``."""
    with database.reading() as session:
        found = seen_request(session, actor, key)
        return late_to_give_back(session, standing_bookings(session, request_id=found.id, after=now), now=now)


def _notice(session: Session, request: Request, centre: Centre, now: datetime, reason: str) -> Notice:
    return Notice(
        centre_id=centre.id or 0,
        organisation_id=session.get_one(Project, request.project_id).organisation_id,
        request_id=request.id,
        kind="withdrawn",
        facts={"reason": reason},
        made_at=now,
    )
