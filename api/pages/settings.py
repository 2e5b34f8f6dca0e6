"""What a centre asks for besides, for administrators to change and auditors to read.

Knows no SQL and no rules.
"""

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.errors import problem_of_refusal, with_headers
from api.formal_schemas import FormalitiesIn
from api.pages.drawing import draw
from api.pages.forms import NOT_SIGNED, BadForm, Filled, mistakes_of, read_form
from api.pages.history import history_of
from api.pages.places import centre_with_key, chosen_centre, draw_empty, every_centre
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import CentreFilter, Key, Mistake
from scheduler import centres
from scheduler.centres import CentreView
from scheduler.errors import BadValue, Refused

router = new_page_router()


class SettingsAsked(CentreFilter):
    said: Literal["saved"] | None = None


@router.get("/settings", dependencies=[needs("change formalities", "see audit")])
def show(request: Request, call: Calling, asked: Annotated[SettingsAsked, Query()]) -> Response:
    every = every_centre(call)
    if not every:
        return draw_empty(request, call)
    return _page(request, call, chosen_centre(every, asked.centre), saved=asked.said is not None)


@router.post("/settings/{centre}/formalities", dependencies=[needs("change formalities")])
def change(request: Request, call: Calling, centre: Annotated[Key, Path()], filled: Filled) -> Response:
    """A box that is not ticked is not sent."""
    given: dict[str, object] = {name: filled.get(name, "") for name in ("reason", "password", "meaning")}
    ticked = {name: name in filled for name in ("reasons", "signatures")}
    try:
        told = read_form(FormalitiesIn, given | ticked)
        centres.change_formalities(call.database, actor=call.actor, now=call.now, centre=centre, **dict(told))
    except (BadForm, BadValue) as error:
        known = centre_with_key(call, centre)
        return _page(request, call, known, ticked=ticked, mistakes=mistakes_of(error), filled=filled)
    except NOT_SIGNED as error:
        return _page(request, call, centre_with_key(call, centre), ticked=ticked, refused=error, filled=filled)
    return RedirectResponse(f"/settings?centre={quote(centre)}&said=saved", status_code=303)


def _page(
    request: Request,
    call: Call,
    centre: CentreView,
    *,
    saved: bool = False,
    ticked: Mapping[str, bool] | None = None,
    mistakes: tuple[Mistake, ...] = (),
    filled: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    page = draw(
        request,
        "settings.html",
        status=422 if mistakes else problem_of_refusal("", refused).status if refused else 200,
        centre=centre,
        centres=every_centre(call),
        saved=saved,
        ticked=ticked or {"reasons": centre.reasons, "signatures": centre.signatures},
        history=history_of(call, "centre", centre.key),
        mistakes=mistakes,
        filled=filled or {},
        refused=refused,
    )
    return with_headers(page, refused, page.status_code) if refused else page
