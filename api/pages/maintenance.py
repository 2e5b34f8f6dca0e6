"""What is due at a centre: services and calibrations of its units, and marking one as done.

Knows no SQL.
"""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.errors import problem_of_refusal, with_headers
from api.formal_schemas import MaintenanceDoneIn
from api.pages.drawing import draw
from api.pages.forms import NOT_SIGNED, BadForm, Filled, mistakes_of, read_form
from api.pages.places import centre_with_key, chosen_centre, draw_empty, every_centre
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import CentreFilter, Key, Mistake
from scheduler import maintaining
from scheduler.centres import CentreView
from scheduler.errors import BadValue, Refused, Unknown

router = new_page_router()
_FIELDS = ("result", "readings", "password", "meaning")


@router.get("/maintenance", dependencies=[needs("see bookings")])
def show(request: Request, call: Calling, asked: Annotated[CentreFilter, Query()]) -> Response:
    centres = every_centre(call)
    return _page(request, call, chosen_centre(centres, asked.centre)) if centres else draw_empty(request, call)


@router.post("/maintenance/{key:path}/done", dependencies=[needs("maintain")])
def done(request: Request, call: Calling, key: Annotated[Key, Path()], filled: Filled) -> Response:
    try:
        told = read_form(MaintenanceDoneIn, {name: filled[name] for name in _FIELDS if name in filled})
        marked = maintaining.mark_done(
            call.database,
            actor=call.actor,
            now=call.now,
            key=key,
            result=told.result,
            readings=told.readings,
            password=told.password,
            meaning=told.meaning,
        )
    except (BadForm, BadValue) as error:
        return _page(request, call, _centre_of(call, key), about=key, mistakes=mistakes_of(error), filled=filled)
    except NOT_SIGNED as error:
        return _page(request, call, _centre_of(call, key), about=key, refused=error, filled=filled)
    return RedirectResponse(f"/maintenance?centre={quote(marked.centre)}", status_code=303)


def _centre_of(call: Call, key: str) -> CentreView:
    """Raises ``Unknown``."""
    found = maintaining.list_maintenance(call.database, actor=call.actor, now=call.now)
    centre = next((each.centre for each in found if each.key == key), None)
    if centre is None:
        raise Unknown("maintenance", key)
    return centre_with_key(call, centre)


def _page(
    request: Request,
    call: Call,
    centre: CentreView,
    *,
    about: str = "",
    mistakes: tuple[Mistake, ...] = (),
    filled: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    """``about``: which was not marked, with what was wrong and what was filled in."""
    found = maintaining.list_maintenance(call.database, actor=call.actor, now=call.now, centre=centre.key)
    states = [each.state for each in found]
    page = draw(
        request,
        "maintenance.html",
        status=422 if mistakes else problem_of_refusal("", refused).status if refused else 200,
        centre=centre,
        centres=every_centre(call),
        maintenance=found,
        counts=[(state, states.count(state)) for state in dict.fromkeys(sorted(states))],
        about=about,
        mistakes=mistakes,
        filled=filled or {},
        refused=refused,
    )
    return with_headers(page, refused, page.status_code) if refused else page
