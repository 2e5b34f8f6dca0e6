"""Reporting an outage from the board; the answer is the repair that is being drafted.

Knows nothing of how the repair is found.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Calling
from api.outage_schemas import OutageIn
from api.pages.drawing import draw
from api.pages.forms import BadForm, Filled, for_input, read_form, rounded, with_offset
from api.pages.places import unit_with_zone
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import Key, Mistake, Strict
from scheduler import outages
from scheduler.catalogue import UnitView
from scheduler.errors import BadValue
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
    return _form(request, unit, zone, values, ())


@router.post("/outages", dependencies=[needs("report outage")])
def report(request: Request, call: Calling, filled: Filled) -> Response:
    unit, zone = unit_with_zone(call, filled.get("unit", ""))
    try:
        told = _told(filled, zone)
        made = outages.report_outage(call.database, actor=call.actor, now=call.now, **dict(told))
    except BadForm as error:
        return _form(request, unit, zone, filled, error.mistakes)
    except BadValue as error:
        return _form(request, unit, zone, filled, (Mistake(place=error.field, text=error.text),))
    return RedirectResponse(_next(unit, zone, made), status_code=303)


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
    return f"/board?centre={unit.centre}&week={iso_week(made.start, zone)}&said={said}"


def _form(
    request: Request, unit: UnitView, zone: str, values: Mapping[str, str], mistakes: tuple[Mistake, ...]
) -> Response:
    status = 422 if mistakes else 200
    return draw(request, "outage.html", status=status, unit=unit, zone=zone, values=values, mistakes=mistakes)
