"""One booking, cancelling it, and booking a unit by hand.

Knows no rules: the use case names every blocker.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.errors import problem_of_refusal, with_headers
from api.formal_schemas import SignedBookingIn, SignedReasonIn
from api.pages.drawing import draw
from api.pages.forms import (
    NOT_SIGNED,
    BadForm,
    Filled,
    for_input,
    mistakes_of,
    read_form,
    rounded,
    whole_number,
    with_offset,
)
from api.pages.history import history_of
from api.pages.places import Names, centre_with_key, unit_with_zone
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import Id, Key, Mistake, PinIn, Strict
from scheduler import booking, catalogue, pinning, using
from scheduler.access import can, can_at
from scheduler.catalogue import UnitView
from scheduler.errors import BadValue, BookingRefused, NotPossibleNow, ReasonMissing, Refused
from scheduler.local_time import iso_week
from scheduler.time_words import tell
from scheduler.views import BookingView

router = new_page_router()
USUAL_LENGTH = timedelta(hours=2)
_AS_WRITTEN = ("project", "purpose", "override_reason", "password", "meaning")


SAID = {
    "cancelled": "The booking is cancelled; its time is free.",
    "pinned": "It is pinned: plans and repairs leave it so, until somebody lets it go.",
    "let_go": "It is let go: plans and repairs may move it.",
}
"""What was just done, for those whom a form sent here."""


class BookingShown(Strict):
    said: Literal["cancelled", "pinned", "let_go"] | None = None


class BookingAsked(Strict):
    unit: Key
    start: str = ""
    end: str = ""
    project: str = ""
    purpose: str = ""
    quantity: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """A start that would fit, and the form with it filled in."""

    text: str
    address: str


@router.get("/bookings/new", dependencies=[needs("book")])
def booking_form(request: Request, call: Calling, asked: Annotated[BookingAsked, Query()]) -> Response:
    unit, zone = unit_with_zone(call, asked.unit)
    start = rounded(call.now) + timedelta(hours=1)
    values = {
        "start": asked.start or for_input(start, zone),
        "end": asked.end or for_input(start + USUAL_LENGTH, zone),
        "project": asked.project,
        "purpose": asked.purpose,
        "quantity": asked.quantity,
    }
    return _form(request, call, unit, zone, values, 200)


@router.post("/bookings", dependencies=[needs("book")])
def book(request: Request, call: Calling, filled: Filled) -> Response:
    unit, zone = unit_with_zone(call, filled.get("unit", ""))
    try:
        told = _told(filled, unit, zone)
        made = booking.book_units(call.database, actor=call.actor, now=call.now, **dict(told))
    except (BadForm, BadValue) as error:
        return _form(request, call, unit, zone, filled, 422, mistakes=mistakes_of(error))
    except NOT_SIGNED as error:
        page = _form(request, call, unit, zone, filled, problem_of_refusal("", error).status, refused=error)
        return with_headers(page, error, page.status_code)
    except BookingRefused as error:
        options = _options(error, filled, unit, zone, told.end - told.start)
        return _form(request, call, unit, zone, filled, 409, refused=error, options=options)
    if made.state == "asked":
        return RedirectResponse(f"/bookings/{made.id}", status_code=303)
    week = iso_week(made.start, zone)
    return RedirectResponse(f"/board?centre={quote(made.centre)}&week={week}&said=booked", status_code=303)


@router.get("/bookings/{booking_id}", dependencies=[needs("see bookings")])
def show(
    request: Request, call: Calling, booking_id: Annotated[Id, Path()], shown: Annotated[BookingShown, Query()]
) -> Response:
    return draw_booking(request, call, booking_id, said=shown.said)


@router.post("/bookings/{booking_id}/cancel", dependencies=[needs("cancel")])
def cancel(request: Request, call: Calling, booking_id: Annotated[Id, Path()], filled: Filled) -> Response:
    try:
        told = read_form(SignedReasonIn, {name: filled[name] for name in SignedReasonIn.model_fields if name in filled})
        booking.cancel_booking(call.database, actor=call.actor, now=call.now, booking_id=booking_id, **dict(told))
    except (BadForm, BadValue) as error:
        return draw_booking(request, call, booking_id, status=422, mistakes=mistakes_of(error), filled=filled)
    except (NotPossibleNow, *NOT_SIGNED) as error:
        status = problem_of_refusal("", error).status
        page = draw_booking(request, call, booking_id, status=status, refused=error, filled=filled)
        return with_headers(page, error, status)
    return RedirectResponse(f"/bookings/{booking_id}?said=cancelled", status_code=303)


@router.post("/bookings/{booking_id}/pin", dependencies=[needs("pin")])
def pin(request: Request, call: Calling, booking_id: Annotated[Id, Path()], filled: Filled) -> Response:
    try:
        told = read_form(PinIn, {name: filled.get(name, "") for name in ("pin", "reason")})
        pinning.pin_booking(call.database, actor=call.actor, now=call.now, booking_id=booking_id, **dict(told))
    except (BadForm, ReasonMissing) as error:
        return draw_booking(request, call, booking_id, status=422, mistakes=mistakes_of(error), filled=filled)
    except NotPossibleNow as error:
        return draw_booking(request, call, booking_id, status=409, refused=error, filled=filled)
    said = "let_go" if told.pin == "none" else "pinned"
    return RedirectResponse(f"/bookings/{booking_id}?said={said}", status_code=303)


def _told(filled: Mapping[str, str], unit: UnitView, zone: str) -> SignedBookingIn:
    values: dict[str, object] = {name: filled.get(name, "") for name in _AS_WRITTEN}
    values |= {name: with_offset(filled.get(name, ""), zone) for name in ("start", "end")}
    values |= {} if (pieces := whole_number(filled, "quantity")) is None else {"quantity": pieces}
    return read_form(SignedBookingIn, values | {"units": (unit.key,)})


def _options(
    refused: BookingRefused, filled: Mapping[str, str], unit: UnitView, zone: str, length: timedelta
) -> tuple[Option, ...]:
    starts = [dict(each.facts)["start"] for each in refused.reasons if each.code == "option"]
    return tuple(_option(datetime.fromisoformat(str(start)), filled, unit, zone, length) for start in starts)


def _option(start: datetime, filled: Mapping[str, str], unit: UnitView, zone: str, length: timedelta) -> Option:
    fields = {
        "unit": unit.key,
        "start": for_input(start, zone),
        "end": for_input(start + length, zone),
        "project": filled.get("project", ""),
        "purpose": filled.get("purpose", ""),
        "quantity": filled.get("quantity", ""),
    }
    asked = "&".join(f"{name}={quote(value)}" for name, value in fields.items())
    return Option(text=tell(start, zone), address=f"/bookings/new?{asked}")


def _form(
    request: Request,
    call: Call,
    unit: UnitView,
    zone: str,
    values: Mapping[str, str],
    status: int,
    *,
    mistakes: tuple[Mistake, ...] = (),
    refused: Refused | None = None,
    options: tuple[Option, ...] = (),
) -> Response:
    projects = catalogue.list_projects(call.database, actor=call.actor, now=call.now)
    return draw(
        request,
        "booking_form.html",
        status=status,
        unit=unit,
        centre=centre_with_key(call, unit.centre),
        zone=zone,
        values=values,
        projects=projects,
        owners=Names(call).organisations,
        may_override=can(call.actor, "override"),
        mistakes=mistakes,
        refused=refused,
        options=options,
    )


def _true_of(found: BookingView) -> tuple[str, str]:
    """What may be said of it: an address may be anybody's, and older than what was done since."""
    return found.state, "let_go" if found.pin == "none" else "pinned"


def draw_booking(
    request: Request,
    call: Call,
    booking_id: int,
    *,
    status: int = 200,
    said: str | None = None,
    mistakes: tuple[Mistake, ...] = (),
    refused: Refused | None = None,
    filled: Mapping[str, str] | None = None,
) -> Response:
    """The booking's page; ``filled``: what was typed into a form of it that was refused."""
    found: BookingView = booking.show_booking(call.database, actor=call.actor, now=call.now, booking_id=booking_id)
    centre = centre_with_key(call, found.centre)
    return draw(
        request,
        "booking.html",
        status=status,
        said=SAID.get(said or "") if said in _true_of(found) else None,
        booking=found,
        history=history_of(call, "booking", booking_id),
        centre=centre,
        zone=centre.zone,
        week=iso_week(found.start, centre.zone),
        names=Names(call),
        lanes=_lanes(call, found),
        doable=using.doable(found, now=call.now) if can_at(call.actor, "record use", centre.id) else frozenset(),
        movable=pinning.movable(found, now=call.now) and can_at(call.actor, "pin", centre.id),
        late=booking.late_to_cancel(call.database, actor=call.actor, now=call.now, booking_id=booking_id),
        early=using.EARLY,
        now=call.now,
        for_input=for_input,
        mistakes=mistakes,
        refused=refused,
        filled=filled or {},
    )


def _lanes(call: Call, found: BookingView) -> dict[str, int]:
    """How many lanes each held unit has."""
    units = {hold.key for hold in found.holds if hold.kind == "unit"}
    return {
        key: catalogue.show_unit(call.database, actor=call.actor, now=call.now, unit=key).lanes for key in sorted(units)
    }
