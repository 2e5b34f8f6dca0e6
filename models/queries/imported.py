"""What was brought in by which reference, and bookings with what was said of their use.

Knows nothing of files.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from models.changes import HEARD, hear_new
from models.queries.portions import portions
from models.tables import Booking, Hold, Imported, Resource, Run, Unit, UsedTime


def objects_imported(session: Session, *, source: str, kind: str, references: Collection[str]) -> dict[str, int]:
    """Ids of the things that were brought in by these references; references that are new are missing."""
    wanted = select(Imported.reference, Imported.object_id).where(Imported.source == source, Imported.kind == kind)
    found: dict[str, int] = {}
    for some in portions(references):
        found.update(session.exec(wanted.where(col(Imported.reference).in_(some))).all())
    return found


def references_of(session: Session, *, source: str, object_kind: str, object_ids: Collection[int]) -> dict[int, str]:
    """By which reference of the source these things are known; things that were made here are missing."""
    wanted = select(Imported.object_id, Imported.reference)
    wanted = wanted.where(Imported.source == source, Imported.object_kind == object_kind)
    found: dict[int, str] = {}
    for some in portions(object_ids):
        found.update(session.exec(wanted.where(col(Imported.object_id).in_(some))).all())
    return found


def used_times_of(session: Session, booking_ids: Collection[int]) -> dict[int, list[UsedTime]]:
    """When these bookings were used in fact, in order."""
    found: dict[int, list[UsedTime]] = defaultdict(list)
    wanted = select(UsedTime).order_by(col(UsedTime.start_at), col(UsedTime.id))
    for some in portions(booking_ids):
        for row in session.exec(wanted.where(col(UsedTime.booking_id).in_(some))):
            found[row.booking_id].append(row)
    return found


def every_unit(session: Session) -> list[tuple[Unit, Resource]]:
    """All units with their resources, by id."""
    wanted = select(Unit, Resource).join(Resource, col(Resource.id) == col(Unit.id)).order_by(col(Unit.id))
    return [(unit, resource) for unit, resource in session.exec(wanted)]


def put_rows(
    session: Session, table: type[Run] | type[Booking] | type[Hold] | type[UsedTime], rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Many new rows at once; their ids, in order."""
    if not rows:
        return []
    id_: Any = table.id
    returning = insert(table).returning(id_, sort_by_parameter_order=True)
    values = [dict(row) for row in rows]
    ids = list(session.scalars(returning, values, execution_options=HEARD))
    hear_new(session, table, ({**row, "id": id_} for row, id_ in zip(values, ids, strict=True)))
    return ids


def put_all(session: Session, table: type[Any], rows: Iterable[Mapping[str, Any]]) -> None:
    """Many new rows at once whose ids nobody asks for."""
    values = [dict(row) for row in rows]
    if values:
        session.execute(insert(table), values, execution_options=HEARD)
        hear_new(session, table, values)
