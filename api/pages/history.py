"""The history of an object, for the page that shows it, and a page of its own for what has no other.

Knows nothing of how it is kept.
"""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from api.calls import Call, Calling
from api.pages.drawing import draw
from api.pages.places import common_zone
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import After, Key, Strict
from scheduler.errors import Unknown
from scheduler.history import HistoryView, history

router = new_page_router()
PAGE = 100


class HistoryAsked(Strict):
    after: After = 0


def history_of(call: Call, kind: str, object_id: str | int) -> HistoryView | None:
    """``None`` where whoever asks may see the object and not what happened to it."""
    try:
        return history(call.database, actor=call.actor, now=call.now, kind=kind, id=str(object_id))
    except Unknown:
        return None


@router.get("/record/of/{kind}/{object_id:path}", dependencies=[needs("see bookings")])
def show_history(
    request: Request,
    call: Calling,
    kind: Annotated[Key, Path()],
    object_id: Annotated[Key, Path()],
    asked: Annotated[HistoryAsked, Query()],
) -> Response:
    found = history(
        call.database, actor=call.actor, now=call.now, kind=kind, id=object_id, after=asked.after, limit=PAGE
    )
    return draw(request, "history.html", found=found, zone=common_zone(call))
