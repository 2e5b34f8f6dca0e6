"""What happened to one object, and the words for the numbers that events keep.

Knows nothing of how it is told.
"""

from collections.abc import Collection

from sqlmodel import Session, SQLModel, and_, col, not_, or_, select

from models.queries.portions import portions
from models.replay import domain_tables
from models.tables import AuditEvent, Person, Request, Resource, Run, Unit

OF_KEYS = ("added", "changed", "erased")
"""What is done to a thing by its key; before the kind of thing it is the verb of the event."""


def table_named(name: str) -> type[SQLModel] | None:
    """The class of a domain table by its name."""
    return next((table for table in domain_tables() if table.__tablename__ == name), None)


def row_named(session: Session, table: type[SQLModel], name: str) -> SQLModel | None:
    """The row with this key, else with this id; the latest version, where a key has several. A request's key whoever
    asks chooses, so that it may be another's id: it is found by its key alone."""
    keyed, numbered = getattr(table, "key", None), getattr(table, "id", None)
    if keyed is not None:
        found = session.exec(select(table).where(keyed == name).order_by(col(numbered).desc()).limit(1)).first()
        if found is not None:
            return found
    if table is Request or numbered is None or not name.isdecimal() or len(name) > 9:
        return None
    return session.exec(select(table).where(numbered == int(name))).first()


def events_about(
    session: Session, *, kinds: Collection[str], id: str, key: str, after_id: int, limit: int
) -> list[AuditEvent]:
    """In order, those with an id above ``after_id``. What lists and an erasure say, they say of a key; everybody else
    of an id: one row's key may be another's id."""
    by_key = col(AuditEvent.verb).in_([f"{verb} {kind}" for verb in OF_KEYS for kind in kinds])
    of_row = or_(and_(by_key, col(AuditEvent.object_id) == key), and_(not_(by_key), col(AuditEvent.object_id) == id))
    wanted = select(AuditEvent).where(
        col(AuditEvent.object_kind).in_(kinds), col(AuditEvent.object_id).in_({id, key}), of_row
    )
    return list(session.exec(wanted.where(col(AuditEvent.id) > after_id).order_by(col(AuditEvent.id)).limit(limit)))


def keys_of(session: Session, table: type[SQLModel], ids: Collection[int]) -> dict[int, str]:
    """Keys by id."""
    key, number = table.key, table.id  # type: ignore[attr-defined]
    return {
        row_id: row_key
        for some in portions(ids)
        for row_id, row_key in session.exec(select(number, key).where(number.in_(some)))
    }


def centre_of(session: Session, row: SQLModel) -> int | None:
    """The centre of a row that names it, or names a run, unit, laboratory or resource that does; else ``None``."""
    if row.__tablename__ == "centre":
        return getattr(row, "id", None)
    direct = getattr(row, "centre_id", None)
    if isinstance(direct, int):
        return direct
    if getattr(row, "run_id", None) is not None:
        return session.get_one(Run, row.run_id).centre_id  # type: ignore[attr-defined]
    held = row.id if isinstance(row, Unit | Person) else getattr(row, "unit_id", getattr(row, "person_id", None))
    return None if held is None else session.get_one(Resource, held).centre_id
