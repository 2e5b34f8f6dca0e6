"""Reading notices to organisations.

Knows nothing of what caused them.
"""

from typing import Annotated

from fastapi import Query

from api.calls import Calling
from api.errors import declared
from api.permission import needs
from api.routes.shape import new_router
from api.schemas import NoticeFilter
from scheduler import notices
from scheduler.views import NoticeView

router = new_router("notices")


@router.get(
    "/notices", summary="Notices, the newest first", responses=declared(404), dependencies=[needs("see bookings")]
)
def list_notices(call: Calling, asked: Annotated[NoticeFilter, Query()]) -> list[NoticeView]:
    return notices.list_notices(call.database, actor=call.actor, now=call.now, **dict(asked))
