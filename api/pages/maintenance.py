"""What is due at a centre: services and calibrations of its units, and marking one as done.

Knows no SQL.
"""

from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Calling
from api.pages.drawing import draw
from api.pages.forms import BadForm, Filled, read_form
from api.pages.places import chosen_centre, draw_empty, every_centre
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import CentreFilter, Key, MaintenanceDoneIn
from scheduler import maintaining
from scheduler.errors import Refused

router = new_page_router()


@router.get("/maintenance", dependencies=[needs("see bookings")])
def show(request: Request, call: Calling, asked: Annotated[CentreFilter, Query()]) -> Response:
    centres = every_centre(call)
    if not centres:
        return draw_empty(request, call)
    centre = chosen_centre(centres, asked.centre)
    found = maintaining.list_maintenance(call.database, actor=call.actor, now=call.now, centre=centre.key)
    states = [each.state for each in found]
    return draw(
        request,
        "maintenance.html",
        centre=centre,
        centres=centres,
        maintenance=found,
        counts=[(state, states.count(state)) for state in dict.fromkeys(sorted(states))],
    )


@router.post("/maintenance/{key:path}/done", dependencies=[needs("maintain")])
def done(call: Calling, key: Annotated[Key, Path()], filled: Filled) -> Response:
    try:
        told = read_form(MaintenanceDoneIn, {name: filled[name] for name in ("result", "readings") if name in filled})
    except BadForm as error:
        raise Refused(str(error)) from error
    marked = maintaining.mark_done(
        call.database, actor=call.actor, now=call.now, key=key, result=told.result, readings=told.readings
    )
    return RedirectResponse(f"/maintenance?centre={quote(marked.centre)}", status_code=303)
