"""Maintenance in the small centre, as the tests of it need it.

Knows nothing of what it is for.
"""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from models.database import Database
from models.tables import Maintenance, MaintenanceRun, MaintenanceVisit, Run
from tests.scheduler.small_centre import at, store

OVEN = 2


def calibration(database: Database, *, expires: str, **values: Any) -> int:
    """A calibration of OVEN-1 that is due, and expires, at a moment (``Tue 12:00``); it may be done in the week before
    and takes two hours. Returns its id."""
    row = {
        "key": "CAL-1",
        "unit_id": OVEN,
        "kind": "calibration",
        "every_days": 100,
        "minutes": 120,
        "early_days": 7,
        "expires": True,
        "last_done_at": at(expires) - timedelta(days=100),
        **values,
    }
    return store(database, Maintenance(**row))[0]


def visit(database: Database, maintenance_id: int, start: str, end: str) -> None:
    store(database, MaintenanceVisit(maintenance_id=maintenance_id, start_at=at(start), end_at=at(end)))


def upkeep_runs(database: Database) -> list[tuple[str, Run]]:
    """State and run of all maintenance that was ever planned, by start."""
    with database.reading() as session:
        rows = session.exec(
            select(MaintenanceRun.state, Run)
            .join(Run, col(Run.id) == col(MaintenanceRun.run_id))
            .order_by(col(Run.start_at))
        )
        return [(state, run) for state, run in rows]
