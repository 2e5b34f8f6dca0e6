"""What was asked for at a centre, with its state and why what is open did not fit, and what is booked by hand; one
request, and withdrawing it.

Knows no SQL.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.errors import problem_of_refusal, with_headers
from api.formal_schemas import SignedReasonIn
from api.pages.drawing import draw
from api.pages.forms import NOT_SIGNED, BadForm, Filled, mistakes_of, read_form
from api.pages.history import history_of
from api.pages.places import Names, chosen_centre, draw_empty, every_centre
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import After, CountIn, Key, Mistake, Strict
from scheduler import allowances, by_hand, counting, explaining, plans, requesting, withdrawing
from scheduler.errors import BadValue, NotPossibleNow, Refused

router = new_page_router()
PAGE = 500


SAID = {
    "asked": "It is asked for. The next plan looks for its times; what comes of it is told here.",
    "again": "That form was sent before, and nothing is asked for twice: this is what it asked for.",
    "withdrawn": "The request is withdrawn.",
    "counted": "The count is entered.",
}
"""What was just done, for those whom a form sent here."""


class RequestShown(Strict):
    said: Literal["asked", "again", "withdrawn", "counted"] | None = None


class RequestsAsked(Strict):
    centre: Key | None = None
    after: After = 0


@router.get("/requests", dependencies=[needs("see bookings")])
def show(request: Request, call: Calling, asked: Annotated[RequestsAsked, Query()]) -> Response:
    centres = every_centre(call)
    if not centres:
        return draw_empty(request, call)
    centre = chosen_centre(centres, asked.centre)
    found = requesting.list_requests(
        call.database, actor=call.actor, now=call.now, centre=centre.key, after=asked.after, limit=PAGE
    )
    states = [each.state for each in found]
    return draw(
        request,
        "requests.html",
        centre=centre,
        centres=centres,
        requests=found,
        counts=[(state, states.count(state)) for state in dict.fromkeys(sorted(states))],
        by_hand=by_hand.list_by_hand(call.database, actor=call.actor, now=call.now, centre=centre.key, most=PAGE),
        names=Names(call),
        **_foreseen(call, centre.key),
        more=found[-1].id if len(found) == PAGE else None,
    )


@router.get("/requests/{key:path}/earliest", dependencies=[needs("see bookings")])
def show_earliest(request: Request, call: Calling, key: Annotated[Key, Path()]) -> Response:
    found = explaining.earliest_of(call.database, actor=call.actor, now=call.now, request=key)
    return draw(request, "earliest.html", found=found)


@router.get("/requests/{key:path}", dependencies=[needs("see bookings")])
def show_one(
    request: Request, call: Calling, key: Annotated[Key, Path()], shown: Annotated[RequestShown, Query()]
) -> Response:
    return _page(request, call, key, said=shown.said)


@router.post("/requests/{key:path}/withdraw", dependencies=[needs("cancel")])
def withdraw(request: Request, call: Calling, key: Annotated[Key, Path()], filled: Filled) -> Response:
    try:
        told = read_form(SignedReasonIn, {name: filled[name] for name in SignedReasonIn.model_fields if name in filled})
        withdrawing.withdraw_request(call.database, actor=call.actor, now=call.now, key=key, **dict(told))
    except (BadForm, BadValue) as error:
        return _page(request, call, key, status=422, mistakes=mistakes_of(error), filled=filled)
    except (NotPossibleNow, *NOT_SIGNED) as error:
        status = problem_of_refusal("", error).status
        return with_headers(_page(request, call, key, status=status, refused=error, filled=filled), error, status)
    return RedirectResponse(f"/requests/{quote(key, safe='')}?said=withdrawn", status_code=303)


@router.post("/requests/{key:path}/counts", dependencies=[needs("ask", "record use")])
def count(request: Request, call: Calling, key: Annotated[Key, Path()], filled: Filled) -> Response:
    try:
        counted = read_form(CountIn, {name: filled.get(name, "") for name in ("operation", "count", "reason")})
        counting.count_pieces(call.database, actor=call.actor, now=call.now, key=key, **dict(counted))
    except (BadForm, BadValue) as error:
        wrong = tuple(each if each.place else Mistake(place="count", text=each.text) for each in mistakes_of(error))
        return _page(request, call, key, status=422, mistakes=wrong, filled=filled)
    except NotPossibleNow as error:
        return _page(request, call, key, status=409, refused=error, filled=filled)
    return RedirectResponse(f"/requests/{quote(key, safe='')}?said=counted", status_code=303)


def _page(
    request: Request,
    call: Call,
    key: str,
    *,
    status: int = 200,
    said: str | None = None,
    mistakes: tuple[Mistake, ...] = (),
    refused: Refused | None = None,
    filled: Mapping[str, str] | None = None,
) -> Response:
    """``filled``: what was typed into the form that was refused, which is that of a count where it names its step."""
    found = requesting.show_request(call.database, actor=call.actor, now=call.now, key=key)
    centre = chosen_centre(every_centre(call), found.centre)
    bookings = requesting.request_bookings(call.database, actor=call.actor, now=call.now, key=key)
    return draw(
        request,
        "request.html",
        status=status,
        # An address may be anybody's: nothing is said that is not so.
        said=SAID.get(said or "") if (said == "withdrawn") == (found.state == "withdrawn") else None,
        asked=found,
        history=history_of(call, "request", key),
        centre=centre,
        bookings=bookings,
        allowances=allowances.request_allowances(call.database, actor=call.actor, now=call.now, key=key),
        late=withdrawing.late_to_withdraw(call.database, actor=call.actor, now=call.now, key=key),
        begun=found.booked_start is not None and found.booked_start <= call.now,
        **_foreseen(call, found.centre),
        names=Names(call),
        mistakes=mistakes,
        refused=refused,
        filled=filled or {},
    )


def _foreseen(call: Call, centre: str) -> dict[str, Any]:
    """By request, of the newest published plan of the centre: ``reasons``, why it left it out, and ``forecast``, from
    when to when it foresees it without having booked it; ``foreseen_by`` is its number."""
    known = plans.list_plans(call.database, actor=call.actor, now=call.now, centre=centre, limit=20)
    newest = next((plan for plan in known if plan.state == "published" and plan.kind != "repair"), None)
    if newest is None:
        return {"reasons": {}, "forecast": {}, "foreseen_by": None}
    view = plans.show_plan(call.database, actor=call.actor, now=call.now, plan_id=newest.id)
    forecast: dict[str, tuple[datetime, datetime]] = {}
    for each in view.assignments:
        if each.tentative:
            start, end = forecast.get(each.request, (each.start, each.end))
            forecast[each.request] = min(start, each.start), max(end, each.end)
    reasons = {left.request: left for left in view.left_out}
    return {"reasons": reasons, "forecast": forecast, "foreseen_by": newest.id}
