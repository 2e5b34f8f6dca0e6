"""Maintenance and its visitors' dates made into rows: what was marked as done since the list was written stays done.

Knows nothing of how lists are read.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from models.queries.keyed import rows_by_key, rows_of
from models.tables import Maintenance, MaintenanceVisit
from scheduler.loading.files import Lists
from scheduler.loading.keeping import Keeper
from scheduler.loading.lines import MaintenanceLine, MaintenanceVisitLine
from scheduler.loading.recipes import grouped


def store_upkeep(
    session: Session,
    lists: Lists,
    keeper: Keeper,
    week: str,
    units: Mapping[str, int],
    centres: Mapping[str, int],
    zones: Mapping[str, str],
) -> None:
    """Writes what differs. ``units`` are ids of units, ``centres`` those of their centres, ``zones`` their clocks."""
    lines = lists.of(MaintenanceLine)
    stored = rows_by_key(session, Maintenance, [line.maintenance for line in lines])
    visits = grouped(lists.of(MaintenanceVisitLine), lambda line: line.maintenance)
    came = rows_of(session, MaintenanceVisit, "maintenance_id", [row.id for row in stored.values() if row.id])
    for line in lines:
        centre_id, zone = centres[line.unit], zones[line.unit]
        row = stored.get(line.maintenance)
        values = _values(line, row, units[line.unit], week=week, zone=zone)
        id_ = keeper.keyed("maintenance plan", row, Maintenance, line.maintenance, values, centre_id)
        wanted = [
            MaintenanceVisit(maintenance_id=id_, start_at=each.starts.at(week, zone), end_at=each.ends.at(week, zone))
            for each in visits.get(line.maintenance, ())
        ]
        keeper.children_if_any("list of visits", line.maintenance, came.get(id_, ()), wanted, centre_id)


def _values(line: MaintenanceLine, row: Maintenance | None, unit_id: int, *, week: str, zone: str) -> dict[str, Any]:
    done = line.last_done.at(week, zone)
    return {
        "unit_id": unit_id,
        "kind": line.kind,
        "every_days": line.every_days,
        "every_run_minutes": None if line.every_run_hours is None else 60 * line.every_run_hours,
        "every_cycles": line.every_cycles,
        "minutes": line.minutes,
        "skill": line.skill,
        "early_days": line.early_days,
        "late_days": line.late_days,
        "expires": line.expires,
        "waivable_by": list(line.waivable_by),
        "last_done_at": done if row is None else max(done, row.last_done_at),
    }
