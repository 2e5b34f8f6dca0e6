"""Stored bookings as views.

Changes nothing.
"""

from collections.abc import Collection

from sqlmodel import Session

from models.queries.booked import BookedRow, booked_rows
from models.queries.overriding import overrides_of
from models.queries.runs import part_of
from models.routing import Routing
from models.tables import Override
from scheduler.routing import purpose_of
from scheduler.translate.names import part_key, part_task_id
from scheduler.views import BookingView, HoldView, OverrideView


def booking_views(session: Session, *, booking_ids: Collection[int]) -> list[BookingView]:
    """The bookings with these ids, by start and id; unknown ids are passed over."""
    kept = overrides_of(session, booking_ids)
    return [booking_view(row, kept.get(row.booking.id or 0)) for row in booked_rows(session, booking_ids=booking_ids)]


def booking_view(row: BookedRow, override: Override | None = None) -> BookingView:
    booking, run = row.booking, row.run
    assert booking.id is not None
    return BookingView(
        id=booking.id,
        centre=row.centre.key,
        state=booking.state,
        start=booking.booked_start,
        end=booking.booked_end,
        project=row.project.key,
        organisation=row.organisation.key,
        cluster=row.cluster.key,
        stage=booking.stage,
        purpose=booking.purpose,
        quantity=booking.quantity,
        request=None if row.request is None else row.request.key,
        operation=operation_name(row),
        run=part_task_id(part_of(booking, run)),
        holds=tuple(
            HoldView(kind=kind, key=key, name=name, lane=hold.lane, start=hold.start_at, end=hold.end_at)
            for hold, kind, key, name in row.held
        ),
        plan_id=booking.plan_id,
        shared_with=row.shared_with,
        override=None if override is None else _override_view(override),
    )


def _override_view(row: Override) -> OverrideView:
    return OverrideView(reason=row.reason, rules=tuple(row.rules), made_at=row.made_at, made_by=row.made_by)


def operation_name(row: BookedRow) -> str | None:
    """What the run does, by its routing; ``None`` for units booked by hand."""
    key = part_key(part_of(row.booking, row.run))
    if row.request is None or key is None:
        return None
    stored = row.request.routing if row.recipe is None else row.recipe.routing
    return purpose_of(Routing.model_validate(stored, strict=False), key)
