"""Booking units by hand, cancelling, and reading bookings.

Knows no rules: the use case names every blocker.
"""

from typing import Annotated

from fastapi import Path, Query, Response

from api.calls import Calling
from api.errors import declared
from api.formal_schemas import SignedBookingIn, SignedReasonIn
from api.permission import needs
from api.routes.shape import COMMANDS, new_router
from api.schemas import BookingFilter, BusyFilter, Cancellation, Id, PinIn
from scheduler import booking, busy, catalogue, pinning
from scheduler.busy import BusyView
from scheduler.views import BookingView

router = new_router("bookings")


@router.get(
    "/bookings", summary="Bookings in a window of time", responses=declared(404), dependencies=[needs("see bookings")]
)
def list_bookings(call: Calling, asked: Annotated[BookingFilter, Query()]) -> list[BookingView]:
    return catalogue.list_bookings(call.database, actor=call.actor, now=call.now, **dict(asked))


@router.get(
    "/busy",
    summary="When units are not free",
    responses=declared(404),
    dependencies=[needs("see busy times")],
)
def busy_times(call: Calling, asked: Annotated[BusyFilter, Query()]) -> list[BusyView]:
    """For whoever has a role, and without whose bookings they are."""
    return busy.busy_times(call.database, actor=call.actor, now=call.now, **dict(asked))


@router.post(
    "/bookings",
    status_code=201,
    summary="Book units",
    responses=COMMANDS | declared(404, 409, 429),
    dependencies=[needs("book")],
)
def book_units(call: Calling, body: SignedBookingIn, response: Response) -> BookingView:
    made = booking.book_units(call.database, actor=call.actor, now=call.now, **dict(body))
    response.headers["Location"] = f"/api/v1/bookings/{made.id}"
    return made


@router.get(
    "/bookings/{booking_id}", summary="One booking", responses=declared(404), dependencies=[needs("see bookings")]
)
def show_booking(call: Calling, booking_id: Annotated[Id, Path()]) -> BookingView:
    return booking.show_booking(call.database, actor=call.actor, now=call.now, booking_id=booking_id)


@router.delete(
    "/bookings/{booking_id}",
    summary="Cancel a booking",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("cancel")],
)
def cancel_booking(
    call: Calling, booking_id: Annotated[Id, Path()], asked: Annotated[Cancellation, Query()]
) -> BookingView:
    """A request is done whole: with the booking of one of its runs the request is withdrawn, and the bookings of
    its other runs are cancelled too. What is too late and has to be signed is cancelled by ``POST …/cancel``."""
    return booking.cancel_booking(
        call.database, actor=call.actor, now=call.now, booking_id=booking_id, reason=asked.reason
    )


@router.post(
    "/bookings/{booking_id}/cancel",
    summary="Cancel a booking, signed where that is needed",
    responses=COMMANDS | declared(404, 409, 429),
    dependencies=[needs("cancel")],
)
def cancel_and_sign(
    call: Calling, booking_id: Annotated[Id, Path()], body: SignedReasonIn | None = None
) -> BookingView:
    """As ``DELETE``. Who cancels what it is too late for overrides, and signs where the centre asks for it."""
    given = dict(body or SignedReasonIn())
    return booking.cancel_booking(call.database, actor=call.actor, now=call.now, booking_id=booking_id, **given)


@router.put(
    "/bookings/{booking_id}/pin",
    summary="Keep a booking where it is",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("pin")],
)
def pin_booking(call: Calling, booking_id: Annotated[Id, Path()], body: PinIn) -> BookingView:
    """Plans and repairs leave its time, its units or both as they are; ``none`` lets it go."""
    return pinning.pin_booking(call.database, actor=call.actor, now=call.now, booking_id=booking_id, **dict(body))
