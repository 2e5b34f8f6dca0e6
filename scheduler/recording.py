"""What the record keeps of a booking: its row, its run and its holds, before and after.

Knows nothing of why it changed.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import record, snapshot
from models.tables import Booking, Hold, Request, Run
from scheduler.actors import Actor


def facts_of(booking: Booking, run: Run, holds: Iterable[Hold]) -> dict[str, Any]:
    """The booking's columns, with its run's under ``run`` and those of the run's holds under ``holds``, by id."""
    held = sorted(holds, key=lambda hold: hold.id or 0)
    return snapshot(booking) | {"run": snapshot(run), "holds": [snapshot(hold) for hold in held]}


def record_booking(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    verb: str,
    booking: Booking,
    centre_id: int,
    reason: str = "",
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    """The event of one booking's change, on its centre's chain."""
    record(
        session,
        chain=f"centre:{centre_id}",
        at=now,
        actor=actor.key,
        verb=verb,
        object_kind="booking",
        object_id=str(booking.id),
        reason=reason,
        before=before,
        after=after,
    )


def record_request(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    verb: str,
    request: Request,
    reason: str = "",
    before: dict[str, Any] | None,
) -> None:
    """The event of one request's change, on its centre's chain."""
    record(
        session,
        chain=f"centre:{request.centre_id}",
        at=now,
        actor=actor.key,
        verb=verb,
        object_kind="request",
        object_id=str(request.id),
        reason=reason,
        before=before,
        after=snapshot(request),
    )
