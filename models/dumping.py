"""Every table's rows as plain JSON, and back into empty tables of either database.

Knows nothing of files, nor of what the rows mean.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel

from models.changes import AS_IT_IS
from models.columns import UTCDateTime
from models.errors import RowsRefused, StoreError

LEFT_OUT = frozenset({"sign_in_session", "one_time_link", "api_token", "attempt"})
"""Tables of what is shown at the door: nobody is to come in by an old copy, made before it was revoked."""

_NAMES_A_FILE = "anchor"
"""Due work of this kind is about a file of the machine that it was due on."""

_AT_ONCE = 1_000


def columns() -> dict[str, list[str]]:
    """The columns of each table that is kept, by name, each table after those it refers to."""
    return {
        table.name: [column.name for column in table.columns]
        for table in SQLModel.metadata.sorted_tables
        if table.name not in LEFT_OUT
    }


def revision(session: Session) -> str | None:
    """The revision at which the tables are."""
    return MigrationContext.configure(session.connection()).get_current_revision()


def rows_of(session: Session, name: str) -> Iterator[dict[str, Any]]:
    """In the order of the primary key, moments as ISO 8601 in UTC; without work about a file of this machine."""
    table = SQLModel.metadata.tables[name]
    wanted = select(table).order_by(*table.primary_key.columns)
    if name == "due_work":
        wanted = wanted.where(table.columns["kind"] != _NAMES_A_FILE)
    found = session.execute(wanted, execution_options={"yield_per": _AT_ONCE})
    for row in found.mappings():
        yield {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def first_filled(session: Session) -> str | None:
    """The name of a table that has rows; ``None`` where none has."""
    for table in SQLModel.metadata.sorted_tables:
        if session.execute(select(table).limit(1)).first() is not None:
            return table.name
    return None


def put(session: Session, name: str, rows: Iterator[Mapping[str, Any]]) -> None:
    """Stores rows as ``rows_of`` gave them. Raises ``RowsRefused``."""
    try:
        _put(session, SQLModel.metadata.tables[name], rows)
    except (ValueError, TypeError, KeyError, AttributeError, SQLAlchemyError, StoreError) as error:
        raise RowsRefused(name, (str(error).splitlines() or [""])[0]) from error


def _put(session: Session, table: Table, rows: Iterator[Mapping[str, Any]]) -> None:
    some: list[dict[str, Any]] = []
    moments = {column.name for column in table.columns if isinstance(column.type, UTCDateTime)}
    for row in rows:
        some.append({column.name: _stored(row[column.name], column.name in moments) for column in table.columns})
        if len(some) == _AT_ONCE:
            session.execute(insert(table), some, execution_options=AS_IT_IS)
            some = []
    if some:
        session.execute(insert(table), some, execution_options=AS_IT_IS)


def _stored(value: Any, is_moment: bool) -> Any:
    return datetime.fromisoformat(value) if is_moment and value is not None else value


def go_on_counting(session: Session) -> None:
    """The next id of each table follows on those that it has: PostgreSQL counts apart from the rows."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for name in columns():
        table = SQLModel.metadata.tables[name]
        if "id" not in table.columns:
            continue
        sequence = session.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": f'"{table.name}"'})
        greatest = session.scalar(select(func.max(table.columns["id"])))
        if sequence is not None and greatest is not None:
            session.execute(text("SELECT setval(:sequence, :greatest)"), {"sequence": sequence, "greatest": greatest})


def chains(session: Session) -> list[str]:
    """Names of the audit's chains."""
    event = SQLModel.metadata.tables["audit_event"]
    return list(session.scalars(select(event.columns["chain"]).distinct().order_by(event.columns["chain"])))
