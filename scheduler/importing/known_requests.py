"""Requests of a file that stand stored just as the file says: they are not judged anew.

Knows nothing of those that differ.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from models.queries.keyed import rows_by_key
from models.tables import Request
from scheduler.errors import BadValue
from scheduler.importing.kinds import RequestFileLine
from scheduler.importing.moments import FileMoment
from scheduler.importing.stored import Stored
from scheduler.loading.standing import recipe_keys

DRAWN = ""
"""What stands in the place of a recipe where the routing is drawn by hand."""


def rows_that_stand(session: Session, stored: Stored, lines: Iterable[RequestFileLine]) -> frozenset[int]:
    """The numbers of the rows that would change nothing. A request goes on by the version of its recipe that it was
    asked with, whatever the recipe has become."""
    whole = [line for line in lines if not line.unsound]
    rows = rows_by_key(session, Request, [line.request for line in whole])
    recipes = recipe_keys(session, rows)
    centres = {id_: key for key, id_ in stored.centres.items()}
    projects = {row.id: key for key, row in stored.projects.items()}
    found = set()
    for line in whole:
        row = rows.get(line.request)
        if row is None or line.centre != centres[row.centre_id]:
            continue
        names = (projects[row.project_id], recipes.get(row.key) or DRAWN)
        if names == (line.project, line.recipe) and _numbers(line) == _stored(row) and _same_times(line, row, stored):
            found.add(line.row)
    return frozenset(found)


def _numbers(line: RequestFileLine) -> tuple[object, ...]:
    return line.quantity, dict(line.parameters), line.priority, line.may_share, line.least_quantity


def _stored(row: Request) -> tuple[object, ...]:
    return row.quantity, row.parameters, row.priority, row.may_share, row.least_quantity


def _same_times(line: RequestFileLine, row: Request, stored: Stored) -> bool:
    zone = stored.zones[line.centre]
    try:
        written = tuple(_at(each, zone) for each in (line.submitted, line.release, line.due, line.deadline))
    except BadValue:
        return False
    return written == (row.submitted_at, row.release_at, row.due_at, row.deadline_at)


def _at(moment: FileMoment | None, zone: str) -> datetime | None:
    return None if moment is None else moment.at("", zone)
