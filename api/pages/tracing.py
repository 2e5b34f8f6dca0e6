"""What a unit's failed calibration puts in doubt, on a page.

Knows nothing of calibrations.
"""

from typing import Annotated

from fastapi import Query, Request, Response

from api.calls import Call, Calling
from api.pages.drawing import draw
from api.pages.forms import BadForm, read_form, with_offset
from api.pages.places import Names, common_zone, unit_with_zone
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import Mistake, Strict, Text, TraceFilter
from scheduler import catalogue, tracing
from scheduler.errors import BadValue, Unknown
from scheduler.tracing import TraceView

router = new_page_router()


class TraceAsked(Strict):
    """As the form sends it; without a moment since the last calibration that passed."""

    unit: Text = ""
    since: Text = ""


@router.get("/record/trace", dependencies=[needs("see capacity", "record use")])
def show(request: Request, call: Calling, asked: Annotated[TraceAsked, Query()]) -> Response:
    unit, found, status, mistakes = asked.unit.strip(), None, 200, tuple[Mistake, ...]()
    zone = common_zone(call)
    try:
        if unit:
            zone = unit_with_zone(call, unit)[1]
            found = _traced(call, unit, asked.since.strip(), zone)
    except BadForm as error:
        status, mistakes = 422, error.mistakes
    except (BadValue, Unknown) as error:
        status = 404 if isinstance(error, Unknown) else 422
        mistakes = (Mistake(place=getattr(error, "field", "unit"), text=error.text),)
    return draw(
        request,
        "trace.html",
        status=status,
        found=found,
        now=call.now,
        asked=asked,
        units=catalogue.list_units(call.database, actor=call.actor, now=call.now),
        names=Names(call),
        mistakes=mistakes,
        zone=zone,
    )


def _traced(call: Call, unit: str, since: str, zone: str) -> TraceView:
    """Raises ``BadForm``, ``BadValue``, ``Unknown``."""
    wanted = read_form(TraceFilter, {"since": with_offset(since, zone)} if since else {})
    return tracing.trace_unit(call.database, actor=call.actor, now=call.now, unit=unit, since=wanted.since)
