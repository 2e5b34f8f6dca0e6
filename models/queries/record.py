"""Audit events, notices and due work.

Knows nothing of what the work is.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, case, col, or_, select

from models.queries.sight import EVERYTHING, Sight
from models.tables import AuditEvent, Centre, DueWork, Notice, Organisation, Request

_URGENCY = {"repair": 0, "nightly": 1, "anchor": 1, "draft": 2}
"""What comes first of all that is due: bookings wait under an outage; asking for a night's draft takes no time."""


def notices_of(
    session: Session,
    *,
    organisation_key: str | None = None,
    centre_key: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
    sight: Sight = EVERYTHING,
) -> list[tuple[Notice, Organisation, str | None, str]]:
    """Notices that may be seen, the newest first, with an id below ``before_id``; each with the organisation, the
    request's key (``None`` without one) and the centre's zone."""
    wanted = (
        select(Notice, Organisation, Request.key, Centre.zone)
        .join(Organisation, col(Organisation.id) == col(Notice.organisation_id))
        .join(Centre, col(Centre.id) == col(Notice.centre_id))
        .outerjoin(Request, col(Request.id) == col(Notice.request_id))
        .where(sight.of(Notice.organisation_id, Notice.centre_id))
        .order_by(col(Notice.id).desc())
        .limit(limit)
    )
    if organisation_key is not None:
        wanted = wanted.where(Organisation.key == organisation_key)
    if centre_key is not None:
        wanted = wanted.where(Centre.key == centre_key)
    if before_id is not None:
        wanted = wanted.where(col(Notice.id) < before_id)
    return [(notice, owner, request, zone) for notice, owner, request, zone in session.exec(wanted)]


def events_of(
    session: Session, *, object_kind: str, object_id: str, after_id: int = 0, limit: int | None = None
) -> list[AuditEvent]:
    """What happened to one object, in order, with an id above ``after_id``."""
    wanted = select(AuditEvent).where(AuditEvent.object_kind == object_kind, AuditEvent.object_id == object_id)
    return list(session.exec(wanted.where(col(AuditEvent.id) > after_id).order_by(col(AuditEvent.id)).limit(limit)))


def was_due(session: Session, *, kind: str, subject: str) -> bool:
    """Whether there is or was such work, done or not."""
    wanted = select(DueWork.id).where(DueWork.kind == kind, DueWork.subject == subject).limit(1)
    return session.exec(wanted).first() is not None


def put_due_work(session: Session, *, kind: str, subject: str, payload: dict[str, Any], due_at: datetime) -> bool:
    """Makes work due, unless work of that kind and subject is open already: then ``False``, and nothing changes. Of
    several that ask at once one gets ``True``."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    wanted = insert(DueWork).values(kind=kind, subject=subject, payload=payload, due_at=due_at, attempts=0)
    once = wanted.on_conflict_do_nothing(index_elements=["kind", "subject"], index_where=col(DueWork.done_at).is_(None))
    return session.execute(once.returning(col(DueWork.id))).first() is not None


def due_work_for_update(session: Session, work_id: int) -> DueWork | None:
    """The work, locked until the transaction ends and read afresh."""
    wanted = select(DueWork).where(DueWork.id == work_id).with_for_update()
    return session.exec(wanted, execution_options={"populate_existing": True}).first()


def lease_next(session: Session, *, worker: str, now: datetime, until: datetime) -> DueWork | None:
    """Leases to ``worker``, until then, the most urgent work that is due, of equals what has been due longest, and
    counts the attempt. Work that is done or leased is left alone (a lease that ends by ``now`` has run out). ``None``:
    nothing is due. Workers that ask at once do not wait for each other and get different work."""
    free = or_(col(DueWork.leased_until).is_(None), col(DueWork.leased_until) <= now)
    wanted = (
        select(DueWork)
        .where(col(DueWork.done_at).is_(None), col(DueWork.due_at) <= now, free)
        .order_by(case(_URGENCY, value=col(DueWork.kind), else_=len(_URGENCY)), col(DueWork.due_at), col(DueWork.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    work = session.exec(wanted, execution_options={"populate_existing": True}).first()
    if work is not None:
        work.leased_by, work.leased_until, work.attempts = worker, until, work.attempts + 1
        session.flush()
    return work


def finish(session: Session, *, work_id: int, worker: str, now: datetime) -> bool:
    """The work is done. ``False``, and nothing changes, when the worker no longer has the lease."""
    work = _leased(session, work_id, worker)
    if work is not None:
        work.done_at, work.leased_by, work.leased_until = now, None, None
    return work is not None


def fail(session: Session, *, work_id: int, worker: str, error: str, again_at: datetime | None, now: datetime) -> bool:
    """The work failed: due again at ``again_at``, or given up (``None``). ``False`` as in ``finish``."""
    work = _leased(session, work_id, worker)
    if work is None:
        return False
    work.error, work.leased_by, work.leased_until = error, None, None
    if again_at is None:
        work.done_at = now
    else:
        work.due_at = again_at
    return True


def release(session: Session, *, work_id: int, worker: str) -> bool:
    """The work was put down in good order: due as before, and this was no attempt. ``False`` as in ``finish``."""
    work = _leased(session, work_id, worker)
    if work is not None:
        work.leased_by, work.leased_until, work.attempts = None, None, work.attempts - 1
    return work is not None


def extend(session: Session, *, work_id: int, worker: str, until: datetime) -> bool:
    """Keeps the lease until then. ``False`` as in ``finish``."""
    work = _leased(session, work_id, worker)
    if work is not None:
        work.leased_until = until
    return work is not None


def _leased(session: Session, work_id: int, worker: str) -> DueWork | None:
    work = due_work_for_update(session, work_id)
    return work if work is not None and work.done_at is None and work.leased_by == worker else None
