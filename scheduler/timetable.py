"""The table of due work: what is due is kept until it is done, and leased by one worker at a time.

Knows nothing of what the work is. Wall-clock times are computed by ``scheduler.local_time``, never by a cron trigger.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import Database
from models.queries.record import due_work_for_update, extend, fail, finish, lease_next, release
from models.tables import DueWork

LEASE = timedelta(seconds=15)
"""How long a worker that says nothing more keeps its work; it renews at a third of it."""

MOST_ATTEMPTS = 5
"""Work that was taken up so often and never finished is given up."""

RETRY_AFTER = timedelta(seconds=2)


def take(database: Database, *, worker: str, now: datetime) -> DueWork | None:
    """Leases the next due work, or ``None``. Work whose lease ran out is taken up again."""
    return database.write(lambda session: lease_next(session, worker=worker, now=now, until=now + LEASE))


def holds_lease(session: Session, *, work_id: int, worker: str) -> bool:
    """Whether the worker still has it; the row stays locked until the transaction ends."""
    work = due_work_for_update(session, work_id)
    return work is not None and work.done_at is None and work.leased_by == worker


def renew(database: Database, *, work_id: int, worker: str, now: datetime) -> bool:
    """Keeps the lease for another while; ``False`` when it was lost."""
    return database.write(lambda session: extend(session, work_id=work_id, worker=worker, until=now + LEASE))


def complete(database: Database, *, work_id: int, worker: str, now: datetime) -> bool:
    """The work is done; ``False`` when the lease was lost."""
    return database.write(lambda session: finish(session, work_id=work_id, worker=worker, now=now))


def give_back(database: Database, *, work: DueWork, worker: str, now: datetime, error: str, again: bool) -> bool:
    """The work failed: it is due ``again`` a little later, each time longer, or given up. The error is kept. ``False``
    when the lease was lost."""
    assert work.id is not None
    work_id = work.id
    again_at = now + RETRY_AFTER * 2 ** max(0, work.attempts - 1) if again else None
    return database.write(
        lambda session: fail(session, work_id=work_id, worker=worker, error=error, again_at=again_at, now=now)
    )


def put_down(database: Database, *, work_id: int, worker: str) -> bool:
    """The worker stops in good order: the work is due at once for any other, and this was no attempt. ``False`` when
    the lease was lost."""
    return database.write(lambda session: release(session, work_id=work_id, worker=worker))
