"""The technician's day as a page: what is next, with a button to check it in or out, and what is out of order.

Knows no rules.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.day_schemas import CheckIn, CheckOut, LocalDate, UseCorrection
from api.formal_schemas import ReasonIn
from api.pages.bookings import draw_booking
from api.pages.drawing import draw
from api.pages.forms import BadForm, Filled, for_input, mistakes_of, read_form, whole_number, with_offset
from api.pages.places import Names, chosen_centre, draw_empty, every_centre, zone_of_centre
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import Id, Key, Mistake, Strict
from scheduler import booking, day, missing, outages, using
from scheduler.access import Thing, can
from scheduler.centres import CentreView
from scheduler.errors import BadValue, NotPossibleNow
from scheduler.local_time import zone_of
from scheduler.views import BookingView

router = new_page_router()
Refusal = BadForm | BadValue | NotPossibleNow


class DayAsked(Strict):
    centre: Key | None = None
    date: LocalDate | None = None
    everybody: bool = False


@router.get("/day", dependencies=[needs("record use", "see capacity")])
def show(request: Request, call: Calling, asked: Annotated[DayAsked, Query()]) -> Response:
    return _page(request, call, asked)


@router.post("/bookings/{booking_id}/check-in", dependencies=[needs("record use")])
def check_in(request: Request, call: Calling, booking_id: Annotated[Id, Path()], filled: Filled) -> Response:
    found, zone = _booking(call, booking_id)
    try:
        told = read_form(CheckIn, {"at": with_offset(filled.get("at", ""), zone) or None})
        using.check_in(call.database, actor=call.actor, now=call.now, booking_id=booking_id, at=told.at)
    except (BadForm, BadValue, NotPossibleNow) as error:
        return _refused(request, call, found, filled, error)
    return _back(call, found, filled)


@router.post("/bookings/{booking_id}/check-out", dependencies=[needs("record use")])
def check_out(request: Request, call: Calling, booking_id: Annotated[Id, Path()], filled: Filled) -> Response:
    found, zone = _booking(call, booking_id)
    try:
        told = read_form(
            CheckOut,
            {"at": with_offset(filled.get("at", ""), zone) or None, "quantity": whole_number(filled, "quantity")},
        )
        using.check_out(
            call.database, actor=call.actor, now=call.now, booking_id=booking_id, at=told.at, quantity=told.quantity
        )
    except (BadForm, BadValue, NotPossibleNow) as error:
        return _refused(request, call, found, filled, error)
    return _back(call, found, filled)


@router.post("/bookings/{booking_id}/missed", dependencies=[needs("record use")])
def missed(request: Request, call: Calling, booking_id: Annotated[Id, Path()], filled: Filled) -> Response:
    found, _ = _booking(call, booking_id)
    try:
        told = read_form(ReasonIn, {"reason": filled.get("reason", "")})
        missing.mark_missed(call.database, actor=call.actor, now=call.now, booking_id=booking_id, reason=told.reason)
    except (BadForm, BadValue, NotPossibleNow) as error:
        return _refused(request, call, found, filled, error)
    return _back(call, found, filled)


@router.post("/bookings/{booking_id}/restore", dependencies=[needs("record use")])
def restore(request: Request, call: Calling, booking_id: Annotated[Id, Path()], filled: Filled) -> Response:
    found, _ = _booking(call, booking_id)
    try:
        told = read_form(ReasonIn, {"reason": filled.get("reason", "")})
        missing.restore_missed(call.database, actor=call.actor, now=call.now, booking_id=booking_id, reason=told.reason)
    except (BadForm, BadValue, NotPossibleNow) as error:
        return _refused(request, call, found, filled, error)
    return _back(call, found, filled)


@router.post("/bookings/{booking_id}/used/{used_id}", dependencies=[needs("record use")])
def correct(
    request: Request, call: Calling, booking_id: Annotated[Id, Path()], used_id: Annotated[Id, Path()], filled: Filled
) -> Response:
    found, zone = _booking(call, booking_id)
    values: dict[str, object] = {name: with_offset(filled.get(name, ""), zone) for name in ("start", "end")}
    values |= {"quantity": whole_number(filled, "quantity"), "reason": filled.get("reason", "")}
    try:
        told = read_form(UseCorrection, values)
        using.correct_use(
            call.database, actor=call.actor, now=call.now, booking_id=booking_id, used_id=used_id, **dict(told)
        )
    except (BadForm, BadValue, NotPossibleNow) as error:
        return _refused(request, call, found, filled, error)
    return _back(call, found, filled)


def _booking(call: Call, booking_id: int) -> tuple[BookingView, str]:
    """The booking, and the zone of its centre. Raises ``Unknown``."""
    found = booking.show_booking(call.database, actor=call.actor, now=call.now, booking_id=booking_id)
    return found, zone_of_centre(call, found.centre)


def _asked(call: Call, found: BookingView, filled: Mapping[str, str]) -> DayAsked:
    """The day on which the booking stands; everybody's, where it was told on that list."""
    zone = zone_of(zone_of_centre(call, found.centre))
    everybody = filled.get("back") == "everybody"
    return DayAsked(centre=found.centre, date=found.start.astimezone(zone).date(), everybody=everybody)


def _back(call: Call, found: BookingView, filled: Mapping[str, str]) -> Response:
    """To the list, or the booking's own page, on which it was told."""
    if filled.get("back") == "booking":
        return RedirectResponse(f"/bookings/{found.id}", status_code=303)
    asked = _asked(call, found, filled)
    whose = "&everybody=true" if asked.everybody else ""
    return RedirectResponse(f"/day?centre={quote(asked.centre or '')}&date={asked.date}{whose}", status_code=303)


def _refused(request: Request, call: Call, found: BookingView, filled: Mapping[str, str], refusal: Refusal) -> Response:
    """The page on which it was told, with what was typed, and what was wrong."""
    refused = refusal if isinstance(refusal, NotPossibleNow) else None
    mistakes = () if isinstance(refusal, NotPossibleNow) else mistakes_of(refusal)
    typed = {**filled, "booking": str(found.id)}
    if filled.get("back") == "booking":
        status = 422 if mistakes else 409
        return draw_booking(request, call, found.id, status=status, mistakes=mistakes, refused=refused, filled=typed)
    return _page(request, call, _asked(call, found, filled), refused=refused, mistakes=mistakes, filled=typed)


def _page(
    request: Request,
    call: Call,
    asked: DayAsked,
    *,
    refused: NotPossibleNow | None = None,
    mistakes: tuple[Mistake, ...] = (),
    filled: Mapping[str, str] | None = None,
) -> Response:
    every = every_centre(call)
    if not every:
        return draw_empty(request, call)
    centres, centre = _choice(call, every, asked.centre)
    found = day.day_list(
        call.database,
        actor=call.actor,
        now=call.now,
        centre=centre.key,
        day=asked.date,
        everybody=asked.everybody,
    )
    return draw(
        request,
        "day.html",
        status=422 if mistakes else 409 if refused else 200,
        centre=centre,
        centres=centres,
        day=found,
        days=(found.date - timedelta(days=1), found.date + timedelta(days=1)),
        doable={each.id: using.doable(each, now=call.now) for each in found.bookings},
        early=using.EARLY,
        asked_for_all=asked.everybody,
        outages=outages.list_outages(call.database, actor=call.actor, now=call.now, centre=centre.key),
        names=Names(call),
        now=call.now,
        refused=refused,
        mistakes=mistakes,
        filled=filled or {},
        for_input=for_input,
    )


def _choice(call: Call, every: list[CentreView], key: str | None) -> tuple[list[CentreView], CentreView]:
    """The centres that are offered, and the one that is shown. What others' days are like is not offered; who asks for
    one all the same is told why not."""
    own = [each for each in every if can(call.actor, "record use", Thing(centre_id=each.id))] or every
    return own, chosen_centre(own if key is None else every, key)
