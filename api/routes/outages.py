"""Reporting that a unit is out of order, and that it works again.

Knows nothing of the repair that follows.
"""

from typing import Annotated

from fastapi import Path, Query

from api.calls import Calling
from api.errors import declared
from api.formal_schemas import OutageEndIn
from api.outage_schemas import OutageIn
from api.permission import needs
from api.routes.shape import COMMANDS, new_router
from api.schemas import CentreFilter, Id
from scheduler import outages
from scheduler.views import OutageView

router = new_router("outages")


@router.get(
    "/outages",
    summary="What is out of order, or will be",
    responses=declared(404),
    dependencies=[needs("see busy times")],
)
def list_outages(call: Calling, asked: Annotated[CentreFilter, Query()]) -> list[OutageView]:
    return outages.list_outages(call.database, actor=call.actor, now=call.now, **dict(asked))


@router.post(
    "/outages",
    status_code=201,
    summary="Report an outage",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("report outage")],
)
def report_outage(call: Calling, body: OutageIn) -> OutageView:
    return outages.report_outage(call.database, actor=call.actor, now=call.now, **dict(body))


@router.post(
    "/outages/{outage_id}/end",
    summary="The unit works again",
    responses=COMMANDS | declared(404, 409, 429),
    dependencies=[needs("report outage")],
)
def end_outage(call: Calling, outage_id: Annotated[Id, Path()], body: OutageEndIn | None = None) -> OutageView:
    given = dict(body or OutageEndIn())
    return outages.end_outage(call.database, actor=call.actor, now=call.now, outage_id=outage_id, **given)
