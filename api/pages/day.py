"""The technician's day as a page: what is next, with a button to check it in or out.

Knows no rules.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.day_schemas import CheckOut, LocalDate, UseCorrection
from api.formal_schemas import ReasonIn
from api.pages.drawing import draw
from api.pages.forms import BadForm, Filled, for_input, mistakes_of, read_form, with_offset
from api.pages.places import Names, chosen_centre, draw_empty, every_centre, zone_of_centre
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import Id, Key, Mistake, Strict
from scheduler import booking, day, using
from scheduler.access import Thing, can
from scheduler.errors import BadValue, NotPossibleNow
from scheduler.local_time import zone_of

router = new_page_router()


class DayAsked(Strict):
    centre: Key | None = None
    date: LocalDate | None = None
    everybody: bool = False


@router.get("/day", dependencies=[needs("record use", "see capacity")])
def show(request: Request, call: Calling, asked: Annotated[DayAsked, Query()]) -> Response:
    return _page(request, call, asked)


@router.post("/bookings/{booking_id}/check-in", dependencies=[needs("record use")])
def check_in(request: Request, call: Calling, booking_id: Annotated[Id, Path()]) -> Response:
    try:
        using.check_in(call.database, actor=call.actor, now=call.now, booking_id=booking_id)
    except (BadValue, NotPossibleNow) as error:
        return _refused(request, call, booking_id, error)
    return _back(call, booking_id)


@router.post("/bookings/{booking_id}/check-out", dependencies=[needs("record use")])
def check_out(request: Request, call: Calling, booking_id: Annotated[Id, Path()], filled: Filled) -> Response:
    try:
        told = read_form(CheckOut, {"quantity": _pieces(filled)})
        using.check_out(
            call.database, actor=call.actor, now=call.now, booking_id=booking_id, at=told.at, quantity=told.quantity
        )
    except (BadForm, BadValue, NotPossibleNow) as error:
        return _refused(request, call, booking_id, error, filled)
    return _back(call, booking_id)


@router.post("/bookings/{booking_id}/missed", dependencies=[needs("record use")])
def missed(request: Request, call: Calling, booking_id: Annotated[Id, Path()], filled: Filled) -> Response:
    try:
        told = read_form(ReasonIn, {"reason": filled.get("reason", "")})
        using.mark_missed(call.database, actor=call.actor, now=call.now, booking_id=booking_id, reason=told.reason)
    except (BadForm, BadValue, NotPossibleNow) as error:
        return _refused(request, call, booking_id, error, filled)
    return _back(call, booking_id)


@router.post("/bookings/{booking_id}/used/{used_id}", dependencies=[needs("record use")])
def correct(
    request: Request, call: Calling, booking_id: Annotated[Id, Path()], used_id: Annotated[Id, Path()], filled: Filled
) -> Response:
    found = booking.show_booking(call.database, actor=call.actor, now=call.now, booking_id=booking_id)
    zone = zone_of_centre(call, found.centre)
    values: dict[str, object] = {name: with_offset(filled.get(name, ""), zone) for name in ("start", "end")}
    values |= {"quantity": _pieces(filled), "reason": filled.get("reason", "")}
    try:
        told = read_form(UseCorrection, values)
        using.correct_use(
            call.database, actor=call.actor, now=call.now, booking_id=booking_id, used_id=used_id, **dict(told)
        )
    except (BadForm, BadValue, NotPossibleNow) as error:
        return _refused(request, call, booking_id, error, filled)
    return _back(call, booking_id)


def _pieces(filled: Mapping[str, str]) -> int | str | None:
    """The pieces that were typed; nothing where nothing was."""
    written = filled.get("quantity", "").strip()
    return int(written) if written.isdecimal() and len(written) < 10 else written or None


def _asked(call: Call, booking_id: int) -> DayAsked:
    """The day on which the booking stands."""
    found = booking.show_booking(call.database, actor=call.actor, now=call.now, booking_id=booking_id)
    zone = zone_of(zone_of_centre(call, found.centre))
    return DayAsked(centre=found.centre, date=found.start.astimezone(zone).date())


def _back(call: Call, booking_id: int) -> Response:
    asked = _asked(call, booking_id)
    return RedirectResponse(f"/day?centre={quote(asked.centre or '')}&date={asked.date}", status_code=303)


def _refused(
    request: Request,
    call: Call,
    booking_id: int,
    error: BadForm | BadValue | NotPossibleNow,
    filled: dict[str, str] | None = None,
) -> Response:
    asked = _asked(call, booking_id)
    if isinstance(error, NotPossibleNow):
        return _page(request, call, asked, about=booking_id, refused=error)
    return _page(request, call, asked, about=booking_id, mistakes=mistakes_of(error), filled=filled)


def _page(
    request: Request,
    call: Call,
    asked: DayAsked,
    *,
    about: int | None = None,
    mistakes: tuple[Mistake, ...] = (),
    filled: dict[str, str] | None = None,
    refused: NotPossibleNow | None = None,
) -> Response:
    """``about``: the booking that was not changed, with what was wrong and what was filled in."""
    every = every_centre(call)
    if not every:
        return draw_empty(request, call)
    # What others' days are like is not offered; who asks for one all the same is told why not.
    centres = [each for each in every if can(call.actor, "record use", Thing(centre_id=each.id))] or every
    centre = chosen_centre(centres if asked.centre is None else every, asked.centre)
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
        status=409 if refused else 422 if mistakes else 200,
        centre=centre,
        centres=centres,
        day=found,
        days=(found.date - timedelta(days=1), found.date + timedelta(days=1)),
        names=Names(call),
        now=call.now,
        about=about,
        mistakes=mistakes,
        filled=filled or {},
        refused=refused,
        for_input=for_input,
    )
