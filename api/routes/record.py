"""The record as it is read: its events, and whether it is whole.

Knows nothing of hashes.
"""

from typing import Annotated

from fastapi import Query, Request

from api.calls import Calling
from api.errors import declared
from api.permission import needs
from api.record_schemas import RecordFilter
from api.routes.shape import new_router
from api.schemas import NoFilter
from scheduler import auditing, events
from scheduler.auditing import Verified
from scheduler.events import EventsView, Looking

router = new_router("audit")


@router.get(
    "/audit",
    summary="What was done, the newest first",
    responses=declared(404),
    dependencies=[needs("read record")],
)
def list_events(call: Calling, asked: Annotated[RecordFilter, Query()]) -> EventsView:
    """Auditors and administrators read all of it, lab managers their centres'."""
    looking = Looking(**asked.model_dump(exclude={"after", "limit"}))
    return events.list_events(
        call.database, actor=call.actor, now=call.now, looking=looking, after=asked.after, limit=asked.limit
    )


@router.get(
    "/audit/verify",
    summary="Whether the record is whole",
    responses=declared(503),
    dependencies=[needs("read record")],
)
def verify(request: Request, call: Calling, _asked: Annotated[NoFilter, Query()]) -> Verified:
    """Reads every event that the caller may read, and holds the chains against the anchor file of this server, if it
    has one: it may take a while, and is done for one caller at a time."""
    return auditing.verify_audit(
        call.database, actor=call.actor, now=call.now, anchor=request.app.state.anchor, must_be_anchored=False
    )
