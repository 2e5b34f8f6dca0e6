"""What was asked for at a centre, with its state, and why what is still open did not fit.

Knows no SQL.
"""

from typing import Annotated

from fastapi import Query, Request, Response

from api.calls import Call, Calling
from api.pages.drawing import draw
from api.pages.shape import new_page_router
from api.schemas import After, Key, Strict
from scheduler import catalogue, plans, requesting
from scheduler.errors import Unknown
from scheduler.views import LeftOutView

router = new_page_router()
PAGE = 500


class RequestsAsked(Strict):
    centre: Key | None = None
    after: After = 0


@router.get("/requests")
def show(request: Request, call: Calling, asked: Annotated[RequestsAsked, Query()]) -> Response:
    centres = catalogue.list_centres(call.database, actor=call.actor, now=call.now)
    if not centres:
        return draw(request, "empty.html")
    key = asked.centre or centres[0].key
    centre = next((each for each in centres if each.key == key), None)
    if centre is None:
        raise Unknown("centre", key)
    found = requesting.list_requests(
        call.database,
        actor=call.actor,
        now=call.now,
        centre=key,
        after=asked.after,
        limit=PAGE,
    )
    organisations = catalogue.list_organisations(call.database, actor=call.actor, now=call.now)
    states = [each.state for each in found]
    return draw(
        request,
        "requests.html",
        centre=centre,
        centres=centres,
        requests=found,
        counts=[(state, states.count(state)) for state in dict.fromkeys(sorted(states))],
        owners={each.key: each.name for each in organisations},
        reasons=_reasons(call, centre.key),
        more=found[-1].id if len(found) == PAGE else None,
    )


def _reasons(call: Call, centre: str) -> dict[str, LeftOutView]:
    """What the newest published plan of the centre left out, by request."""
    known = plans.list_plans(call.database, actor=call.actor, now=call.now, centre=centre, limit=20)
    newest = next((plan for plan in known if plan.state == "published" and plan.kind != "repair"), None)
    if newest is None:
        return {}
    view = plans.show_plan(call.database, actor=call.actor, now=call.now, plan_id=newest.id)
    return {left.request: left for left in view.left_out}
