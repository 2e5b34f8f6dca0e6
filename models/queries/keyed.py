"""Rows by the keys that lists give them, and what hangs on them.

Knows nothing of files.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, func, select

from models.queries.portions import portions
from models.tables import (
    Budget,
    Capacity,
    Centre,
    Cluster,
    Hold,
    Laboratory,
    Maintenance,
    Organisation,
    Person,
    Project,
    Quota,
    Recipe,
    Request,
    Resource,
    Stock,
    Unit,
)

Keyed = TypeVar(
    "Keyed",
    Capacity,
    Centre,
    Cluster,
    Laboratory,
    Maintenance,
    Organisation,
    Person,
    Project,
    Recipe,
    Request,
    Stock,
    Unit,
    Quota,
    Budget,
)
Row = TypeVar("Row", bound=SQLModel)


def rows_by_key(session: Session, table: type[Keyed], keys: Collection[str]) -> dict[str, Keyed]:
    """The rows with these keys; of a recipe its latest version. Keys that nobody has are missing."""
    found: dict[str, Keyed] = {}
    for some in portions(keys):
        for row in session.exec(select(table).where(col(table.key).in_(some)).order_by(col(table.id))):
            found[row.key] = row
    return found


def rows_of(session: Session, table: type[Row], column: str, ids: Collection[int]) -> dict[int, list[Row]]:
    """Rows of ``table`` by what stands in their ``column``, in their own order; nothing for an id that has none."""
    found: dict[int, list[Row]] = defaultdict(list)
    field: Any = getattr(table, column)
    for some in portions(ids):
        for row in session.exec(select(table).where(col(field).in_(some))):
            found[getattr(row, column)].append(row)
    return found


def resources_by_id(session: Session, ids: Collection[int]) -> dict[int, Resource]:
    """Resources by id."""
    return {id_: rows[0] for id_, rows in rows_of(session, Resource, "id", ids).items()}


def lanes_held(session: Session, *, resource_ids: Collection[int], after: datetime) -> dict[int, int]:
    """The highest lane number of each resource that a hold in force, ending after a moment, is on."""
    found: dict[int, int] = {}
    for some in portions(resource_ids):
        statement = (
            select(Hold.resource_id, func.max(Hold.lane))
            .where(col(Hold.resource_id).in_(some), col(Hold.in_force), col(Hold.end_at) > after)
            .group_by(col(Hold.resource_id))
        )
        found.update(session.exec(statement).all())
    return found
