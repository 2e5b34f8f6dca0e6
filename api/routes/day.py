"""The technician's day: what is to be done, checking in and out, and what was used in fact.

Knows no rules.
"""

from typing import Annotated

from fastapi import Path, Query

from api.calls import Calling
from api.day_schemas import CheckIn, CheckOut, DayFilter, UseCorrection
from api.errors import declared
from api.formal_schemas import ReasonIn
from api.permission import needs
from api.routes.shape import COMMANDS, new_router
from api.schemas import Id
from scheduler import day, missing, using
from scheduler.day import DayView
from scheduler.views import BookingView

router = new_router("day")
BookingId = Annotated[Id, Path()]


@router.get(
    "/day",
    summary="A day at a centre",
    responses=declared(404),
    dependencies=[needs("record use", "see capacity")],
)
def day_list(call: Calling, asked: Annotated[DayFilter, Query()]) -> DayView:
    """A technician's own work, unless that of everybody is asked for."""
    return day.day_list(
        call.database, actor=call.actor, now=call.now, centre=asked.centre, day=asked.date, everybody=asked.everybody
    )


@router.post(
    "/bookings/{booking_id}/check-in",
    summary="The work begins",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("record use")],
)
def check_in(call: Calling, booking_id: BookingId, body: CheckIn) -> BookingView:
    return using.check_in(call.database, actor=call.actor, now=call.now, booking_id=booking_id, at=body.at)


@router.post(
    "/bookings/{booking_id}/check-out",
    summary="The work is done",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("record use")],
)
def check_out(call: Calling, booking_id: BookingId, body: CheckOut) -> BookingView:
    return using.check_out(call.database, actor=call.actor, now=call.now, booking_id=booking_id, **dict(body))


@router.post(
    "/bookings/{booking_id}/missed",
    summary="Nobody came",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("record use")],
)
def mark_missed(call: Calling, booking_id: BookingId, body: ReasonIn | None = None) -> BookingView:
    given = dict(body or ReasonIn())
    return missing.mark_missed(call.database, actor=call.actor, now=call.now, booking_id=booking_id, **given)


@router.post(
    "/bookings/{booking_id}/restore",
    summary="Somebody comes after all",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("record use")],
)
def restore_missed(call: Calling, booking_id: BookingId, body: ReasonIn | None = None) -> BookingView:
    """A booking that was marked as missed stands again, where its place is still free."""
    given = dict(body or ReasonIn())
    return missing.restore_missed(call.database, actor=call.actor, now=call.now, booking_id=booking_id, **given)


@router.put(
    "/bookings/{booking_id}/used/{used_id}",
    summary="Correct when it was done, and how much",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("record use")],
)
def correct_use(
    call: Calling, booking_id: BookingId, used_id: Annotated[Id, Path()], body: UseCorrection
) -> BookingView:
    return using.correct_use(
        call.database, actor=call.actor, now=call.now, booking_id=booking_id, used_id=used_id, **dict(body)
    )
