"""Reading which services and calibrations are due, and marking one as done.

Knows nothing of how they are planned.
"""

from typing import Annotated

from fastapi import Path, Query, Response

from api.calls import Calling
from api.errors import declared
from api.formal_schemas import MaintenanceDoneIn
from api.permission import needs
from api.record_schemas import TraceFile
from api.routes.exports import FILE, as_file
from api.routes.shape import COMMANDS, new_router
from api.schemas import CentreFilter, Key, TraceFilter
from scheduler import maintaining, tracing
from scheduler.tracing import TraceView
from scheduler.views import MaintenanceView

router = new_router("maintenance")


@router.get(
    "/maintenance",
    summary="Services and calibrations, what is due first",
    responses=declared(404),
    dependencies=[needs("see bookings")],
)
def list_maintenance(call: Calling, asked: Annotated[CentreFilter, Query()]) -> list[MaintenanceView]:
    return maintaining.list_maintenance(call.database, actor=call.actor, now=call.now, centre=asked.centre)


@router.post(
    "/maintenance/{maintenance:path}/done",
    summary="It was done",
    responses=COMMANDS | declared(404, 429),
    dependencies=[needs("maintain")],
)
def mark_done(call: Calling, maintenance: Annotated[Key, Path()], body: MaintenanceDoneIn) -> MaintenanceView:
    return maintaining.mark_done(
        call.database,
        actor=call.actor,
        now=call.now,
        key=maintenance,
        done_at=body.at,
        result=body.result,
        readings=body.readings,
        password=body.password,
        meaning=body.meaning,
    )


@router.get(
    "/units/{unit}/trace",
    summary="What a failed calibration puts in doubt",
    responses=declared(404),
    dependencies=[needs("see capacity", "record use")],
)
def trace_unit(call: Calling, unit: Annotated[Key, Path()], asked: Annotated[TraceFilter, Query()]) -> TraceView:
    """Every run on the unit since its calibration passed last, with its bookings, and the later steps of their lots.

    Where it failed: since the last pass before that, until it passed again."""
    return tracing.trace_unit(call.database, actor=call.actor, now=call.now, unit=unit, since=asked.since)


@router.get(
    "/units/{unit}/trace/file",
    summary="The same as a file",
    response_class=Response,
    responses=FILE | declared(404, 503),
    dependencies=[needs("see capacity", "record use")],
)
def export_trace(call: Calling, unit: Annotated[Key, Path()], asked: Annotated[TraceFile, Query()]) -> Response:
    """A row for each booking in doubt."""
    table = tracing.export_trace(
        call.database, actor=call.actor, now=call.now, unit=unit, since=asked.since, form=asked.format
    )
    return as_file(table, asked.format)
