"""Stored bookings as views.

Changes nothing.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from sqlmodel import Session

from models.queries.booked import BookedRow, booked_rows
from models.queries.hands import memberships_of
from models.queries.overriding import overrides_of
from models.queries.runs import part_of
from models.queries.sight import EVERYTHING, Sight
from models.routing import Routing
from models.tables import Hold, Override
from scheduler.naming import SOMEBODY
from scheduler.routing import purpose_of
from scheduler.translate.names import part_key, part_task_id
from scheduler.views import BookingView, HoldView, OverrideView, UsedView


def booking_views(session: Session, *, booking_ids: Collection[int], sight: Sight = EVERYTHING) -> list[BookingView]:
    """The bookings with these ids that may be seen, by start and id; other ids are passed over. Of their people those
    are named who are of the centre or organisation that may be seen."""
    rows = booked_rows(session, booking_ids=booking_ids, sight=sight)
    people = {hold.resource_id for row in rows for hold, kind, _, _ in row.held if kind == "person"}
    senders, kept = memberships_of(session, people), overrides_of(session, booking_ids)
    return [booking_view(row, sight, senders, kept.get(row.booking.id or 0)) for row in rows]


def booking_view(
    row: BookedRow,
    sight: Sight = EVERYTHING,
    senders: Mapping[int, int] = MappingProxyType({}),
    override: Override | None = None,
) -> BookingView:
    """``senders``: the organisations of their own operators, by person."""
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
        holds=tuple(_hold_view(row, held, sight, senders) for held in row.held),
        plan_id=booking.plan_id,
        shared_with=row.shared_with,
        pin=row.booking.pin,
        used=tuple(
            UsedView(id=each.id or 0, start=each.start_at, end=each.end_at, quantity=each.quantity) for each in row.used
        ),
        override=None if override is None else _override_view(override),
    )


def _override_view(row: Override) -> OverrideView:
    return OverrideView(reason=row.reason, rules=tuple(row.rules), made_at=row.made_at, made_by=row.made_by)


def _hold_view(row: BookedRow, held: tuple[Hold, str, str, str], sight: Sight, senders: Mapping[int, int]) -> HoldView:
    hold, kind, key, name = held
    sender = senders.get(hold.resource_id)
    if kind == "person" and not sight.covers(organisation_id=sender, centre_id=row.run.centre_id):
        key, name = SOMEBODY, SOMEBODY
    return HoldView(kind=kind, key=key, name=name, lane=hold.lane, start=hold.start_at, end=hold.end_at)


def operation_name(row: BookedRow) -> str | None:
    """What the run does, by its routing; ``None`` for units booked by hand."""
    key = part_key(part_of(row.booking, row.run))
    if row.request is None or key is None:
        return None
    stored = row.request.routing if row.recipe is None else row.recipe.routing
    return purpose_of(Routing.model_validate(stored, strict=False), key)
