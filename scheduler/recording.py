"""What the record keeps of a change: the row before and after; of a booking its run and its holds too.

Knows nothing of why it changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What was changed of one row and its run, whose holds are still to be placed; ``before``: as it was, ``None``
    where it is new."""

    row: Booking | MaintenanceRun
    run: Run
    verb: str
    before: dict[str, Any] | None


def record_placed(
    session: Session, *, actor: Actor, now: datetime, changes: Iterable[Change], placed: Iterable[Hold], reason: str
) -> None:
    """The events of the changes, once the holds are in their places: the record says where they are."""
    holds: dict[int, list[Hold]] = defaultdict(list)
    for hold in placed:
        holds[hold.run_id].append(hold)
    for change in changes:
        record_change(
            session,
            actor=actor,
            now=now,
            verb=change.verb,
            row=change.row,
            centre_id=change.run.centre_id,
            reason=reason,
            before=change.before,
            after=facts_of(change.row, change.run, holds[change.row.run_id]),
        )


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
