"""Lists as files: everything of a kind that the caller may see.

Knows nothing of what is in them.
"""

from typing import Annotated, Any

from fastapi import Query, Response

from api.calls import Calling
from api.errors import declared
from api.permission import needs
from api.routes.shape import new_router
from api.schemas import ExportFilter
from api.sheets import MEDIA, written
from scheduler import exporting
from scheduler.exporting import Table

router = new_router("exports")

FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {media: {} for media in MEDIA.values()}}
}


@router.get(
    "/export/{kind}",
    summary="Everything of a kind, as a file",
    response_class=Response,
    responses=FILE | declared(404, 503),
    dependencies=[needs("see bookings")],
)
def export(call: Calling, kind: str, asked: Annotated[ExportFilter, Query()]) -> Response:
    table = exporting.export(
        call.database, actor=call.actor, now=call.now, kind=kind, form=asked.format, centre=asked.centre
    )
    return as_file(table, asked.format)


def as_file(table: Table, form: str) -> Response:
    """The table as a file to be kept."""
    headers = {"Content-Disposition": f'attachment; filename="{table.kind}.{form}"'}
    return Response(written(table, form), media_type=MEDIA[form], headers=headers)
