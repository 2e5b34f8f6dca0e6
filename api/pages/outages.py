"""What is out of order at a centre, reporting it, and telling that it works again; after a report, the repair that is
being drafted.

Knows nothing of how the repair is found.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.errors import problem_of_refusal, with_headers
from api.formal_schemas import OutageEndIn
from api.outage_schemas import OutageIn
from api.pages.drawing import draw
from api.pages.forms import (
    NOT_SIGNED,
    BadForm,
    Filled,
    for_input,
    mistakes_of,
    read_form,
    rounded,
    with_offset,
)
from api.pages.places import centre_with_key, chosen_centre, draw_empty, every_centre, unit_with_zone
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import Id, Key, Mistake, Strict
from scheduler import catalogue, outages
from scheduler.catalogue import UnitView
from scheduler.centres import CentreView
from scheduler.errors import BadValue, NotPossibleNow, Refused
from scheduler.local_time import iso_week
from scheduler.views import OutageView

router = new_page_router()
USUAL_LENGTH = timedelta(hours=8)
SAID = {"ended": "The unit works again: what was left of the outage is open time."}
"""What was just done, for those whom a form sent here."""


class OutagesAsked(Strict):
    centre: Key | None = None
    said: Literal["ended"] | None = None


class OutageAsked(Strict):
    """``unit``: the one that is out of order; else it is chosen among those of ``centre``."""

    unit: Key | None = None
    centre: Key | None = None


@router.get("/outages", dependencies=[needs("see busy times")])
def show(request: Request, call: Calling, asked: Annotated[OutagesAsked, Query()]) -> Response:
    centres = every_centre(call)
    if not centres:
        return draw_empty(request, call)
    return _list(request, call, chosen_centre(centres, asked.centre), said=SAID.get(asked.said or "", ""))


@router.get("/outages/new", dependencies=[needs("report outage")])
def outage_form(request: Request, call: Calling, asked: Annotated[OutageAsked, Query()]) -> Response:
    if asked.unit is not None:
        unit, zone = unit_with_zone(call, asked.unit)
        return _form(request, call, _usual(call, zone), (), centre=centre_with_key(call, unit.centre), unit=unit)
    centres = every_centre(call)
    if not centres:
        return draw_empty(request, call)
    centre = chosen_centre(centres, asked.centre)
    return _form(request, call, _usual(call, centre.zone), (), centre=centre)


@router.post("/outages", dependencies=[needs("report outage")])
def report(request: Request, call: Calling, filled: Filled) -> Response:
    unit, zone = unit_with_zone(call, filled.get("unit", ""))
    try:
        told = _told(filled, zone)
        made = outages.report_outage(call.database, actor=call.actor, now=call.now, **dict(told))
    except (BadForm, BadValue) as error:
        return _form(request, call, filled, mistakes_of(error), centre=centre_with_key(call, unit.centre), unit=unit)
    return RedirectResponse(_next(unit, zone, made), status_code=303)


@router.post("/outages/{outage_id}/end", dependencies=[needs("report outage")])
def end(request: Request, call: Calling, outage_id: Annotated[Id, Path()], filled: Filled) -> Response:
    """``back``: ``day`` where it was told on the day's list."""
    of = outages.centre_of_outage(call.database, actor=call.actor, now=call.now, outage_id=outage_id)
    centre = centre_with_key(call, of)
    values: dict[str, object] = {name: filled.get(name, "") for name in ("reason", "password", "meaning")}
    values |= {"at": with_offset(filled.get("at", ""), centre.zone) or None}
    typed = {**filled, "outage": str(outage_id)}
    try:
        told = read_form(OutageEndIn, values)
        outages.end_outage(call.database, actor=call.actor, now=call.now, outage_id=outage_id, **dict(told))
    except (BadForm, BadValue) as error:
        return _list(request, call, centre, mistakes=mistakes_of(error), filled=typed)
    except (NotPossibleNow, *NOT_SIGNED) as error:
        return _list(request, call, centre, refused=error, filled=typed)
    place = "/day?" if filled.get("back") == "day" else "/outages?said=ended&"
    return RedirectResponse(f"{place}centre={quote(centre.key)}", status_code=303)


def _told(filled: Mapping[str, str], zone: str) -> OutageIn:
    values: dict[str, object] = {name: filled[name] for name in ("unit", "reason") if name in filled}
    # Without an end it lasts until further notice.
    given = ("start", "end") if filled.get("end", "").strip() else ("start",)
    values |= {name: with_offset(filled.get(name, ""), zone) for name in given}
    return read_form(OutageIn, values)


def _next(unit: UnitView, zone: str, made: OutageView) -> str:
    if made.repair_plan_id is not None:
        return f"/plans/{made.repair_plan_id}"
    said = "reported" if made.affected else "outage"
    return f"/board?centre={quote(unit.centre)}&week={iso_week(made.start, zone)}&said={said}"


def _usual(call: Call, zone: str) -> dict[str, str]:
    start: datetime = rounded(call.now)
    return {"start": for_input(start, zone), "end": for_input(start + USUAL_LENGTH, zone)}


def _form(
    request: Request,
    call: Call,
    values: Mapping[str, str],
    mistakes: tuple[Mistake, ...],
    *,
    centre: CentreView,
    unit: UnitView | None = None,
) -> Response:
    """About one unit of the centre, or about one that is chosen among them."""
    units = (
        catalogue.list_units(call.database, actor=call.actor, now=call.now, centre=centre.key) if unit is None else ()
    )
    return draw(
        request,
        "outage.html",
        status=422 if mistakes else 200,
        unit=unit,
        units=units,
        centre=centre,
        values=values,
        mistakes=mistakes,
    )


def _list(
    request: Request,
    call: Call,
    centre: CentreView,
    *,
    said: str = "",
    refused: Refused | None = None,
    mistakes: tuple[Mistake, ...] = (),
    filled: Mapping[str, str] | None = None,
) -> Response:
    page = draw(
        request,
        "outages.html",
        status=422 if mistakes else problem_of_refusal("", refused).status if refused else 200,
        centre=centre,
        centres=every_centre(call),
        outages=outages.list_outages(call.database, actor=call.actor, now=call.now, centre=centre.key),
        now=call.now,
        said=said,
        refused=refused,
        mistakes=mistakes,
        filled=filled or {},
    )
    return with_headers(page, refused, page.status_code) if refused else page
