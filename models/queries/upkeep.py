"""Maintenance of units: what is due, when visitors come, what is planned, and how much a unit was used since.

Knows nothing of what follows from it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.tables import Booking, Hold, Maintenance, MaintenanceRun, MaintenanceVisit, Resource, Run
from models.tables.bookings import HOLDING_STATES

LIVE_STATES = (*HOLDING_STATES, "done")

Span = tuple[datetime, datetime]


def maintenance_of(session: Session, unit_ids: Collection[int]) -> tuple[Maintenance, ...]:
    """The maintenance of these units, by id."""
    wanted = select(Maintenance).where(col(Maintenance.unit_id).in_(unit_ids))
    return tuple(session.exec(wanted.order_by(col(Maintenance.id))))


def worn_units(maintenance: Sequence[Maintenance]) -> list[int]:
    """The units of which run hours or cycles are counted."""
    return sorted({row.unit_id for row in maintenance if _is_counted(row)})


def _is_counted(row: Maintenance) -> bool:
    return row.every_run_minutes is not None or row.every_cycles is not None


def visits_of(session: Session, maintenance: Sequence[Maintenance]) -> tuple[MaintenanceVisit, ...]:
    """The visitors' dates, by start."""
    ids = [row.id for row in maintenance]
    wanted = select(MaintenanceVisit).where(col(MaintenanceVisit.maintenance_id).in_(ids))
    return tuple(session.exec(wanted.order_by(col(MaintenanceVisit.start_at), col(MaintenanceVisit.id))))


def maintenance_with_key(session: Session, key: str) -> tuple[Maintenance, int] | None:
    """The maintenance and the id of its centre."""
    wanted = select(Maintenance, Resource.centre_id).join(Resource, col(Resource.id) == col(Maintenance.unit_id))
    found = session.exec(wanted.where(Maintenance.key == key)).first()
    return None if found is None else (found[0], found[1])


def planned_maintenance(session: Session, maintenance_ids: Collection[int | None]) -> list[tuple[MaintenanceRun, Run]]:
    """What stands planned of these, by start."""
    wanted = (
        select(MaintenanceRun, Run)
        .join(Run, col(Run.id) == col(MaintenanceRun.run_id))
        .where(col(MaintenanceRun.maintenance_id).in_(maintenance_ids), MaintenanceRun.state == "planned")
        .order_by(col(Run.start_at), col(Run.id))
    )
    return [(row, run) for row, run in session.exec(wanted)]


_PLACE = func.row_number().over(partition_by=col(MaintenanceRun.maintenance_id), order_by=col(MaintenanceRun.id))
_NUMBER = func.coalesce(col(MaintenanceRun.number), _PLACE)
"""Runs of before they were numbered count by the order in which they were planned; those after go on from there."""


def upkeep_numbers(session: Session, maintenance_ids: Collection[int]) -> dict[int, int]:
    """By run, which of the times that its maintenance was ever planned it is, from 1."""
    wanted = select(MaintenanceRun.run_id, _NUMBER).where(col(MaintenanceRun.maintenance_id).in_(maintenance_ids))
    return dict(session.exec(wanted).all()) if maintenance_ids else {}


def last_numbers(session: Session, maintenance: Sequence[Maintenance]) -> dict[int, int]:
    """By maintenance (id), how often it was ever planned: the greatest number of its runs."""
    ids = [row.id for row in maintenance]
    numbered = select(MaintenanceRun.maintenance_id, _NUMBER.label("number"))
    each = numbered.where(col(MaintenanceRun.maintenance_id).in_(ids)).subquery()
    wanted = select(each.c.maintenance_id, func.max(each.c.number)).group_by(each.c.maintenance_id)
    return dict(session.exec(wanted).all())


def is_maintenance_under(session: Session, *, unit_id: int, start: datetime, end: datetime) -> bool:
    """Whether planned maintenance holds the unit within ``[start, end)``."""
    wanted = (
        select(MaintenanceRun.id)
        .join(Hold, col(Hold.run_id) == col(MaintenanceRun.run_id))
        .where(MaintenanceRun.state == "planned", col(Hold.in_force), Hold.resource_id == unit_id)
        .where(col(Hold.start_at) < end, col(Hold.end_at) > start)
    )
    return session.exec(wanted).first() is not None


def maintenance_runs(session: Session, run_ids: Collection[int | None]) -> dict[int, MaintenanceRun]:
    """Planned maintenance among these runs, by run."""
    wanted = select(MaintenanceRun).where(col(MaintenanceRun.run_id).in_(run_ids), MaintenanceRun.state == "planned")
    return {row.run_id: row for row in session.exec(wanted)}


def uses_before(session: Session, maintenance: Sequence[Maintenance], *, by: datetime) -> dict[int, tuple[Span, ...]]:
    """By maintenance (id), the spans in which work used its unit that began after it was done last and had ended
    ``by`` then. One per run, however many lanes it held, without what is done to the unit before or after it."""
    counted = [row for row in maintenance if _is_counted(row)]
    if not counted:
        return {}
    spans: dict[int, list[Span]] = defaultdict(list)
    first, last = func.min(col(Hold.start_at)), func.max(col(Hold.end_at))
    booked = select(Booking.run_id).where(col(Booking.state).in_(LIVE_STATES))
    wanted = (
        select(col(Hold.resource_id), first, last)
        .join(Run, col(Run.id) == col(Hold.run_id))
        .where(
            col(Hold.resource_id).in_({row.unit_id for row in counted}),
            Run.kind == "work",
            col(Run.id).in_(booked),
            col(Hold.start_at) >= min(row.last_done_at for row in counted),
            col(Run.end_at) <= by,
            col(Hold.start_at) < col(Run.end_at),
            col(Hold.end_at) > col(Run.start_at),
        )
        .group_by(col(Hold.resource_id), col(Hold.run_id))
    )
    for unit_id, start, end in session.exec(wanted):
        spans[unit_id].append((start, end))
    return {
        row.id: tuple(span for span in sorted(spans[row.unit_id]) if span[0] >= row.last_done_at)
        for row in counted
        if row.id is not None
    }
