"""The history of an object.

Knows nothing of how it is kept.
"""

from typing import Annotated

from fastapi import Path, Query

from api.calls import Calling
from api.errors import declared
from api.permission import needs
from api.routes.shape import new_router
from api.schemas import HistoryFilter, Key
from scheduler import history
from scheduler.history import HistoryView

router = new_router("audit")


@router.get(
    "/history/{kind}/{object_id:path}",
    summary="What happened to an object",
    responses=declared(404),
    dependencies=[needs("see bookings")],
)
def show_history(
    call: Calling,
    kind: Annotated[Key, Path()],
    object_id: Annotated[Key, Path()],
    asked: Annotated[HistoryFilter, Query()],
) -> HistoryView:
    """``kind``: booking, request, plan, outage, unit …; ``object_id``: its id or key. From the first event on."""
    return history.history(call.database, actor=call.actor, now=call.now, kind=kind, id=object_id, **dict(asked))
