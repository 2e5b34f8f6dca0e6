"""What ran on a unit, and how its maintenance came out.

Knows nothing of what is doubtful.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, and_, col, or_, select

from models.queries.portions import portions
from models.queries.runs import LIVE_STATES
from models.tables import AuditEvent, Booking, Hold, MaintenanceResult, Run, UsedTime


def work_on_unit(session: Session, *, unit_id: int, since: datetime, until: datetime) -> list[tuple[Booking, Run]]:
    """Bookings that hold, held or in fact used the unit within ``[since, until)`` and were not given back, with their
    runs, by start; not for what is done to the unit before or after a run."""
    used = (
        select(Booking.run_id)
        .join(UsedTime, col(UsedTime.booking_id) == col(Booking.id))
        .where(col(UsedTime.start_at) < until, or_(col(UsedTime.end_at).is_(None), col(UsedTime.end_at) > since))
    )
    within = and_(col(Hold.start_at) < until, col(Hold.end_at) > since)
    held = (
        select(Hold.run_id)
        .join(Run, col(Run.id) == col(Hold.run_id))
        .where(Hold.resource_id == unit_id, or_(within, col(Hold.run_id).in_(used)))
        .where(col(Hold.start_at) < col(Run.end_at), col(Hold.end_at) > col(Run.start_at), Run.kind == "work")
    )
    wanted = (
        select(Booking, Run)
        .join(Run, col(Run.id) == col(Booking.run_id))
        .where(col(Run.id).in_(held), col(Booking.state).in_(LIVE_STATES))
        .order_by(col(Run.start_at), col(Run.id), col(Booking.id))
    )
    return [(booking, run) for booking, run in session.exec(wanted)]


def results_of(session: Session, maintenance_ids: Collection[int]) -> dict[int, list[MaintenanceResult]]:
    """By maintenance, as they came out, by when it was done."""
    found: dict[int, list[MaintenanceResult]] = defaultdict(list)
    order = col(MaintenanceResult.done_at), col(MaintenanceResult.id)
    for some in portions(maintenance_ids):
        wanted = select(MaintenanceResult).where(col(MaintenanceResult.maintenance_id).in_(some)).order_by(*order)
        for row in session.exec(wanted):
            found[row.maintenance_id].append(row)
    return found


def told_before(session: Session, maintenance_ids: Collection[int]) -> dict[int, list[datetime]]:
    """By maintenance, when it had been done last each time somebody told that it was done anew: the record keeps what
    the row forgets, that of what was never told as a result too."""
    found: dict[int, list[datetime]] = defaultdict(list)
    for some in portions(maintenance_ids):
        wanted = select(AuditEvent.object_id, AuditEvent.before).where(
            AuditEvent.object_kind == "maintenance", col(AuditEvent.object_id).in_([str(id_) for id_ in some])
        )
        for id_, before in session.exec(wanted):
            if before is not None and "last_done_at" in before:
                found[int(id_)].append(datetime.fromisoformat(before["last_done_at"]))
    return found
