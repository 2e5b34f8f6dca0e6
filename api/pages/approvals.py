"""Bookings that wait for a lab manager's yes, and the answer.

Knows no rules: the use case judges again.
"""

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.errors import problem_of_refusal, with_headers
from api.formal_schemas import ReasonIn, SignedReasonIn
from api.pages.drawing import draw
from api.pages.forms import NOT_SIGNED, BadForm, Filled, mistakes_of, plain_field, read_form
from api.pages.places import Names, chosen_centre, draw_empty, every_centre
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import CentreFilter, Id, Mistake
from scheduler import approving
from scheduler.errors import BadValue, BookingRefused, NotPossibleNow, Refused

router = new_page_router()

SAID = {
    "confirmed": "The booking is confirmed; its owner is told.",
    "returned": "The booking is returned; its owner reads why.",
}


class ApprovalsAsked(CentreFilter):
    said: Literal["confirmed", "returned"] | None = None


@router.get("/approvals", dependencies=[needs("approve")])
def show(request: Request, call: Calling, asked: Annotated[ApprovalsAsked, Query()]) -> Response:
    return _page(request, call, asked.centre, said=SAID.get(asked.said or ""))


@router.post("/bookings/{booking_id}/confirm", dependencies=[needs("approve")])
def confirm(request: Request, call: Calling, booking_id: Annotated[Id, Path()], filled: Filled) -> Response:
    centre = plain_field(filled, "centre") or None
    try:
        told = read_form(SignedReasonIn, {name: filled[name] for name in SignedReasonIn.model_fields if name in filled})
        made = approving.confirm_booking(
            call.database, actor=call.actor, now=call.now, booking_id=booking_id, **dict(told)
        )
    except (BadForm, BadValue) as error:
        return _page(request, call, centre, about=booking_id, mistakes=mistakes_of(error), filled=filled)
    except (BookingRefused, NotPossibleNow, *NOT_SIGNED) as error:
        return _page(request, call, centre, about=booking_id, refused=error, filled=filled)
    return RedirectResponse(f"/approvals?centre={quote(made.centre)}&said=confirmed", status_code=303)


@router.post("/bookings/{booking_id}/return", dependencies=[needs("approve")])
def give_back(request: Request, call: Calling, booking_id: Annotated[Id, Path()], filled: Filled) -> Response:
    centre = plain_field(filled, "centre") or None
    try:
        told = read_form(ReasonIn, {"reason": filled.get("reason", "")})
        made = approving.return_booking(
            call.database, actor=call.actor, now=call.now, booking_id=booking_id, reason=told.reason
        )
    except (BadForm, BadValue) as error:
        return _page(request, call, centre, about=booking_id, mistakes=mistakes_of(error), filled=filled)
    except NotPossibleNow as error:
        return _page(request, call, centre, about=booking_id, refused=error)
    return RedirectResponse(f"/approvals?centre={quote(made.centre)}&said=returned", status_code=303)


def _page(
    request: Request,
    call: Call,
    key: str | None,
    *,
    said: str | None = None,
    about: int | None = None,
    refused: Refused | None = None,
    mistakes: tuple[Mistake, ...] = (),
    filled: Mapping[str, str] | None = None,
) -> Response:
    """``about``: of which booking the mistakes are, whose form stays as it was filled in."""
    centres = every_centre(call)
    if not centres:
        return draw_empty(request, call)
    centre = chosen_centre(centres, key)
    status = 422 if mistakes else problem_of_refusal("", refused).status if refused else 200
    page = draw(
        request,
        "approvals.html",
        status=status,
        centre=centre,
        centres=centres,
        said=said,
        waiting=approving.list_asked(call.database, actor=call.actor, now=call.now, centre=centre.key),
        names=Names(call),
        about=about,
        refused=refused,
        mistakes=mistakes,
        filled=filled or {},
    )
    return with_headers(page, refused, status) if refused else page
