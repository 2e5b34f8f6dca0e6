"""Outages, reported and ended: the unit is closed at once, and a repair draft is asked for when bookings lie under it.

Knows nothing of how the repair is found; nothing moves until it is published.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import record, snapshot
from models.database import Database
from models.locks import lock_centres, raise_revision
from models.queries.booked import bookings_under, outage_with_centre, units_with_keys
from models.tables import Booking, Centre, Outage
from scheduler.actors import Actor
from scheduler.errors import BadValue, NotPossibleNow, Unknown
from scheduler.local_time import iso_week
from scheduler.planning import SolveSettings, queue_plan
from scheduler.scopes import PUBLISHING_LEAD
from scheduler.showing import booking_views
from scheduler.views import OutageView


def report_outage(
    database: Database, *, actor: Actor, now: datetime, unit: str, start: datetime, end: datetime, reason: str = ""
) -> OutageView:
    """Records that ``unit`` is out of order for ``[start, end)``, and queues a repair draft of the week in which the
    first booking under it lies.

    Raises ``Unknown``, ``BadValue``.
    """
    if start >= end:
        raise BadValue(f"The start {start.isoformat()} is not before the end {end.isoformat()}.", field="end")
    if end <= now:
        raise BadValue(f"The outage ended at {end.isoformat()}, before now: nothing can be repaired.", field="end")
    with database.reading() as session:
        found = units_with_keys(session, [unit])
    if unit not in found:
        raise Unknown("unit", unit)
    row, resource = found[unit]

    def command(session: Session) -> tuple[int, list[int], int | None]:
        centre = lock_centres(session, [resource.centre_id])[0]
        outage = Outage(
            unit_id=row.id, start_at=start, end_at=end, reason=reason, reported_by=actor.key, reported_at=now
        )
        session.add(outage)
        raise_revision(centre)
        session.flush()
        assert outage.id is not None
        _record(session, centre, actor, now, "reported outage", outage, None)
        affected = bookings_under(session, unit_id=row.id, start=max(start, now), end=end)
        plan_id = _ask_repair(session, actor, now, centre, outage, affected) if affected else None
        return outage.id, [booking.id for booking in affected if booking.id is not None], plan_id

    outage_id, affected, plan_id = database.write(command)
    with database.reading() as session:
        views = booking_views(session, booking_ids=affected)
    return OutageView(
        id=outage_id,
        unit=unit,
        start=start,
        end=end,
        reason=reason,
        affected=tuple(views),
        repair_plan_id=plan_id,
    )


def _ask_repair(
    session: Session, actor: Actor, now: datetime, centre: Centre, outage: Outage, affected: list[Booking]
) -> int:
    first = max(affected[0].booked_start, now + PUBLISHING_LEAD)
    week = iso_week(first, centre.zone)
    settings = SolveSettings(limit=20.0)
    return queue_plan(session, actor, now, [centre], week, "repair", settings, outage_id=outage.id)


def end_outage(database: Database, *, actor: Actor, now: datetime, outage_id: int) -> OutageView:
    """The unit works again, now: what is left of the outage is open time. One that has not begun is withdrawn.

    Bookings that were moved stay where they are. Raises ``Unknown``, ``NotPossibleNow`` when it is over already.
    """
    with database.reading() as session:
        found = outage_with_centre(session, outage_id)
    if found is None:
        raise Unknown("outage", outage_id)
    _, unit, centre_id = found

    def command(session: Session) -> Outage:
        centre = lock_centres(session, [centre_id])[0]
        outage = session.get_one(Outage, outage_id, populate_existing=True)
        if outage.end_at <= now or outage.withdrawn_at is not None:
            raise NotPossibleNow(f"Outage {outage_id} of {unit} is over already.")
        before = snapshot(outage)
        if outage.start_at < now:
            outage.end_at = now
        else:
            outage.withdrawn_at = now
        session.add(outage)
        raise_revision(centre)
        session.flush()
        _record(session, centre, actor, now, "ended outage", outage, before)
        return outage

    ended = database.write(command)
    return OutageView(
        id=outage_id,
        unit=unit,
        start=ended.start_at,
        end=ended.end_at if ended.withdrawn_at is None else ended.start_at,
        reason=ended.reason,
        affected=(),
        repair_plan_id=None,
    )


def _record(
    session: Session,
    centre: Centre,
    actor: Actor,
    now: datetime,
    verb: str,
    outage: Outage,
    before: dict[str, Any] | None,
) -> None:
    record(
        session,
        chain=f"centre:{centre.id}",
        at=now,
        actor=actor.key,
        verb=verb,
        object_kind="outage",
        object_id=str(outage.id),
        reason=outage.reason,
        before=before,
        after=snapshot(outage),
    )
