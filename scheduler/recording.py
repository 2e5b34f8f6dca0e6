"""What the record keeps of a change: the row before and after; of a booking its run and its holds too.

Knows nothing of why it changed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import record, snapshot
from models.tables import Booking, Centre, Hold, Maintenance, MaintenanceRun, Outage, Plan, Request, Run
from scheduler.actors import Actor


def facts_of(booking: Booking | MaintenanceRun, run: Run, holds: Iterable[Hold]) -> dict[str, Any]:
    """The columns of the booking, or of what stands for one, with its run's under ``run`` and those of the run's holds
    under ``holds``, by id."""
    held = sorted(holds, key=lambda hold: hold.id or 0)
    return snapshot(booking) | {"run": snapshot(run), "holds": [snapshot(hold) for hold in held]}


def record_change(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    verb: str,
    row: Booking | Centre | Request | Outage | Plan | Maintenance | MaintenanceRun,
    centre_id: int | None,
    reason: str = "",
    before: dict[str, Any] | None,
    after: dict[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """The event of one row's change, on its centre's chain; ``after`` is the row as it is now unless given. ``facts``
    stand beside it."""
    record(
        session,
        chain=f"centre:{centre_id}",
        at=now,
        actor=actor.key,
        verb=verb,
        object_kind=str(row.__tablename__),
        object_id=str(row.id),
        reason=reason,
        before=before,
        after=(snapshot(row) if after is None else after) | dict(facts or {}),
    )
