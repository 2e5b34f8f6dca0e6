"""What is out of order, reporting an outage from the board, and ending one; a report is answered by the repair that is
being drafted.

Knows nothing of how the repair is found.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.errors import problem_of_refusal, with_headers
from api.formal_schemas import SignedReasonIn
from api.outage_schemas import OutageIn
from api.pages.drawing import draw
from api.pages.forms import (
    NOT_SIGNED,
    BadForm,
    Filled,
    for_input,
    mistakes_of,
    plain_field,
    read_form,
    rounded,
    with_offset,
)
from api.pages.places import centre_with_key, chosen_centre, draw_empty, every_centre, unit_with_zone
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import CentreFilter, Id, Key, Mistake, Strict
from scheduler import outages
from scheduler.access import Thing, can
from scheduler.catalogue import UnitView
from scheduler.centres import CentreView
from scheduler.errors import BadValue, NotPossibleNow, Refused
from scheduler.local_time import iso_week
from scheduler.views import OutageView

router = new_page_router()
USUAL_LENGTH = timedelta(hours=8)


class OutageAsked(Strict):
    unit: Key


@router.get("/outages/new", dependencies=[needs("report outage")])
def outage_form(request: Request, call: Calling, asked: Annotated[OutageAsked, Query()]) -> Response:
    unit, zone = unit_with_zone(call, asked.unit)
    start = rounded(call.now)
    values = {"start": for_input(start, zone), "end": for_input(start + USUAL_LENGTH, zone), "reason": ""}
    return _form(request, call, unit, values, ())


@router.get("/outages", dependencies=[needs("see busy times")])
def show(request: Request, call: Calling, asked: Annotated[CentreFilter, Query()]) -> Response:
    centres = every_centre(call)
    return _list(request, call, chosen_centre(centres, asked.centre)) if centres else draw_empty(request, call)


@router.post("/outages/{outage_id}/end", dependencies=[needs("report outage")])
def end(request: Request, call: Calling, outage_id: Annotated[Id, Path()], filled: Filled) -> Response:
    """``centre``: on whose page the form stood."""
    try:
        told = read_form(SignedReasonIn, {name: filled.get(name, "") for name in ("reason", "password", "meaning")})
        made = outages.end_outage(call.database, actor=call.actor, now=call.now, outage_id=outage_id, **dict(told))
    except (BadForm, BadValue) as error:
        return _list(request, call, _centre(call, filled), about=outage_id, mistakes=mistakes_of(error), filled=filled)
    except (NotPossibleNow, *NOT_SIGNED) as error:
        return _list(request, call, _centre(call, filled), about=outage_id, refused=error, filled=filled)
    unit, _ = unit_with_zone(call, made.unit)
    return RedirectResponse(f"/outages?centre={quote(unit.centre)}", status_code=303)


def _centre(call: Call, filled: Mapping[str, str]) -> CentreView:
    return chosen_centre(every_centre(call), plain_field(filled, "centre") or None)


def _list(
    request: Request,
    call: Call,
    centre: CentreView,
    *,
    about: int | None = None,
    mistakes: tuple[Mistake, ...] = (),
    filled: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    """``about``: which was not ended, with what was wrong and what was filled in."""
    page = draw(
        request,
        "outages.html",
        status=422 if mistakes else problem_of_refusal("", refused).status if refused else 200,
        centre=centre,
        centres=every_centre(call),
        outages=outages.list_outages(call.database, actor=call.actor, now=call.now, centre=centre.key),
        may_end=can(call.actor, "report outage", Thing(centre_id=centre.id)),
        about=about,
        mistakes=mistakes,
        filled=filled or {},
        refused=refused,
    )
    return with_headers(page, refused, page.status_code) if refused else page


@router.post("/outages", dependencies=[needs("report outage")])
def report(request: Request, call: Calling, filled: Filled) -> Response:
    unit, zone = unit_with_zone(call, filled.get("unit", ""))
    try:
        told = _told(filled, zone)
        made = outages.report_outage(call.database, actor=call.actor, now=call.now, **dict(told))
    except (BadForm, BadValue) as error:
        return _form(request, call, unit, filled, mistakes_of(error))
    return RedirectResponse(_next(unit, zone, made), status_code=303)


def _told(filled: Mapping[str, str], zone: str) -> OutageIn:
    values: dict[str, object] = {name: filled[name] for name in ("unit", "reason") if name in filled}
    values |= {name: with_offset(filled.get(name, ""), zone) for name in ("start", "end")}
    return read_form(OutageIn, values)


def _next(unit: UnitView, zone: str, made: OutageView) -> str:
    if made.repair_plan_id is not None:
        return f"/plans/{made.repair_plan_id}"
    said = "reported" if made.affected else "outage"
    return f"/board?centre={unit.centre}&week={iso_week(made.start, zone)}&said={said}"


def _form(
    request: Request, call: Call, unit: UnitView, values: Mapping[str, str], mistakes: tuple[Mistake, ...]
) -> Response:
    centre = centre_with_key(call, unit.centre)
    return draw(
        request,
        "outage.html",
        status=422 if mistakes else 200,
        unit=unit,
        centre=centre,
        zone=centre.zone,
        values=values,
        mistakes=mistakes,
    )
