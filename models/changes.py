"""What a transaction changes in the rows of the domain tables, heard from its session while it is flushed.

Knows nothing of events, and nothing of why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from json import loads
from typing import Any, Literal, TypeAlias

from sqlalchemy import JSON, DefaultClause, event, insert, inspect
from sqlalchemy.orm import LoaderCallableStatus, Mapper, ORMExecuteState, SessionTransaction, UOWTransaction
from sqlmodel import Session, SQLModel

from models.errors import UnheardChange

UNTOLD = frozenset({"audit_event", "due_work", "sign_in_session", "one_time_link", "api_token", "attempt"})
"""Tables whose rows are nobody's history: the record itself, leases, and what is shown at the door."""

LEFT_OUT: Mapping[str, frozenset[str]] = {
    "person_detail": frozenset({"name"}),
    "account_detail": frozenset({"email", "name"}),
    "account": frozenset({"password_hash"}),
    "plan": frozenset({"progress"}),
}
"""Columns that are never told: what may be blanked, secrets, and a solver's word of the moment."""

DIGESTED: Mapping[str, frozenset[str]] = {"plan": frozenset({"document"})}
"""Columns that are told by their SHA-256."""

GREATEST = 2**53 - 1
"""Greater whole numbers are no numbers of JSON (RFC 8785): they are told by their digits."""

Values: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[Any, ...]
_Kind = Literal["plain", "digest", "json"]


@dataclass(slots=True)
class RowChange:
    """One row's change: ``before`` is ``None`` where it is new, ``after`` where it is gone; of a row that was changed
    both have the changed columns alone. ``refers``: ids and keys in the row, by column, that say what it belongs to."""

    table: str
    key: Key
    before: Values | None
    after: Values | None
    refers: Values
    position: int


@dataclass(slots=True)
class Heard:
    """What a session flushed, in order; and how far it had come when each savepoint was set."""

    changes: list[RowChange] = field(default_factory=list)
    savepoints: dict[SessionTransaction, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """How the rows of one class are told. ``defaults``: what rows that were there before a column have in it."""

    table: str
    key: tuple[str, ...]
    columns: Mapping[str, _Kind]
    refers: tuple[str, ...]
    defaults: Mapping[str, Any]


class HeardSession(Session):
    """A session of which every change of a row is heard. Statements that change rows of the domain tables in bulk are
    refused: nobody would hear which rows."""


def heard(session: Session) -> Heard:
    """What was flushed so far; empty for a session that nobody listens to."""
    found: Heard = session.info.setdefault("heard", Heard())
    return found


@cache
def told_columns(table: type[SQLModel]) -> Told:
    mapper: Mapper[Any] = inspect(table)
    name = str(table.__tablename__)
    left_out, digested = LEFT_OUT.get(name, frozenset()), DIGESTED.get(name, frozenset())
    columns: dict[str, _Kind] = {
        attribute.key: "digest"
        if attribute.key in digested
        else ("json" if isinstance(attribute.columns[0].type, JSON) else "plain")
        for attribute in mapper.column_attrs
        if attribute.key not in left_out
    }
    keys = tuple(mapper.get_property_by_column(column).key for column in mapper.primary_key)
    refers = tuple(column for column in columns if column == "key" or column.endswith("_id"))
    given = {attribute.key: _given(attribute.columns[0]) for attribute in mapper.column_attrs}
    defaults = {column: given[column] for column in columns if given[column] is not None}
    return Told(name, keys, columns, refers, defaults)


def _given(column: Any) -> Any:
    """What the database writes into a column that may not be empty, where a statement leaves it out, if anything."""
    default = column.server_default
    return None if column.nullable or not isinstance(default, DefaultClause) else loads(str(default.arg))


def told(value: Any, kind: _Kind = "plain") -> Any:
    """A column's value as JSON keeps it: moments as ISO 8601 in UTC, documents as their SHA-256."""
    if value is None or isinstance(value, str | bool):
        return f"sha256:{sha256(value.encode()).hexdigest()}" if kind == "digest" and isinstance(value, str) else value
    if isinstance(value, datetime):
        return utc(value).isoformat()
    return plain(value)


def plain(value: Any) -> Any:
    """JSON as it will be read back: tuples are lists, keys are text, numbers are such as JSON has.

    Raises ``ValueError`` and ``TypeError`` for what is no JSON."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= GREATEST else str(value)
    if isinstance(value, float):
        if value - value != 0:
            raise ValueError(f"{value} is not JSON compliant")
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} is not JSON")


def utc(moment: datetime) -> datetime:
    """Raises ``ValueError`` for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


def net(changes: Iterable[RowChange]) -> list[RowChange]:
    """One change for each row, from what it was to what it is; rows that are as they were are none."""
    rows: dict[tuple[str, Key], RowChange] = {}
    for change in changes:
        known = rows.pop((change.table, change.key), None)
        if known is None:
            rows[change.table, change.key] = change
        elif known.before is not None or change.after is not None:
            rows[change.table, change.key] = _then(known, change)
    return [change for change in map(_shortened, rows.values()) if change is not None]


def _then(first: RowChange, second: RowChange) -> RowChange:
    """Two changes of a row, as one."""
    before = None if first.before is None else {**(second.before or {}), **first.before}
    after = None if second.after is None else {**(first.after or {}), **second.after}
    return RowChange(first.table, first.key, before, after, first.refers | second.refers, second.position)


def _shortened(change: RowChange) -> RowChange | None:
    before, after = change.before, change.after
    if before is None or after is None:
        return change
    changed = [name for name, value in after.items() if name not in before or before[name] != value]
    change.before = {name: before[name] for name in changed if name in before}
    change.after = {name: after[name] for name in changed}
    return change if changed else None


def as_json(change: RowChange) -> Values:
    """As an event keeps it; of a row that is new, or gone, what is ``None`` goes without saying."""
    said: Values = {"table": change.table, "key": list(change.key)}
    if change.before is not None:
        said["before"] = change.before if change.after is not None else _known(change.before)
    if change.after is not None:
        said["after"] = change.after if change.before is not None else _known(change.after)
    return said


def _known(values: Values) -> Values:
    return {name: value for name, value in values.items() if value is not None}


@event.listens_for(HeardSession, "after_flush")
def _hear(session: Session, _flush: UOWTransaction) -> None:
    found = heard(session).changes
    for rows, hear in ((session.new, _added), (session.dirty, _changed), (session.deleted, _deleted)):
        for row in rows:
            if row.__tablename__ not in UNTOLD:
                hear(found, row)


def _added(found: list[RowChange], row: SQLModel) -> None:
    how = told_columns(type(row))
    values = {name: told(getattr(row, name), kind) for name, kind in how.columns.items()}
    _put(found, how, values, None, values)


def _deleted(found: list[RowChange], row: SQLModel) -> None:
    how = told_columns(type(row))
    values = _current(row, how) | _earlier(row, how)
    _put(found, how, values, values, None)


def _changed(found: list[RowChange], row: SQLModel) -> None:
    how = told_columns(type(row))
    before, now = _earlier(row, how), _current(row, how)
    after = {name: now[name] for name in inspect(row).committed_state if name in now}
    if any(name in before for name in how.key):
        was = now | before
        _put(found, how, was, was, None)
        _put(found, how, now, None, now)
    elif any(name not in before or before[name] != value for name, value in after.items()):
        _put(found, how, now, before, after)


def _earlier(row: SQLModel, how: Told) -> Values:
    """What is known of the changed columns before."""
    return {
        name: told(value, how.columns[name])
        for name, value in inspect(row).committed_state.items()
        if name in how.columns and value is not LoaderCallableStatus.NO_VALUE
    }


def _current(row: SQLModel, how: Told) -> Values:
    """What is loaded; a column that is not was not changed either."""
    loaded = inspect(row).dict
    return {name: told(loaded[name], kind) for name, kind in how.columns.items() if name in loaded}


def _put(found: list[RowChange], how: Told, row: Values, before: Values | None, after: Values | None) -> None:
    key = tuple(row[name] for name in how.key)
    refers = {name: row[name] for name in how.refers if name in row}
    was, now = _without(before, how.key), _without(after, how.key)
    found.append(RowChange(how.table, key, was, now, refers, len(found)))


def _without(values: Values | None, names: tuple[str, ...]) -> Values | None:
    return None if values is None else {name: value for name, value in values.items() if name not in names}


def insert_rows(session: Session, table: type[SQLModel], rows: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Many new rows in one statement, heard as others are; their ids in order, where the table has ids of its own.

    A column that a row leaves out gets the class's default.
    """
    how, values = told_columns(table), [_complete(table, row) for row in rows]
    if not values:
        return []
    statement, numbered = insert(table), how.key == ("id",) and "id" not in values[0]
    if numbered:
        statement = statement.returning(table.id, sort_by_parameter_order=True)  # type: ignore[attr-defined]
    found = session.execute(statement, values, execution_options=AS_IT_IS)
    ids = list(found.scalars()) if numbered else [row.get("id") for row in values]
    for row_id, row in zip(ids, values, strict=True):
        full = {name: told(row.get(name), kind) for name, kind in how.columns.items()}
        full |= {"id": row_id} if numbered else {}
        _put(heard(session).changes, how, full, None, full)
    return ids


AS_IT_IS: Mapping[str, Any] = {"as_it_is": True}
"""Execution options of a statement in bulk that is let through: it is heard otherwise, or, where a backup is restored,
brings its events along."""


def _complete(table: type[SQLModel], row: Mapping[str, Any]) -> Values:
    missing = ((name, field) for name, field in table.model_fields.items() if name not in row and name != "id")
    return {**row, **{name: field.get_default(call_default_factory=True) for name, field in missing}}


@event.listens_for(HeardSession, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    if state.execution_options.get("as_it_is"):
        return
    table = getattr(state.statement, "table", None)
    if table is not None and (state.is_insert or state.is_update or state.is_delete) and table.name not in UNTOLD:
        raise UnheardChange(table.name)


@event.listens_for(HeardSession, "after_transaction_create")
def _set_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        heard(session).savepoints[transaction] = len(heard(session).changes)


@event.listens_for(HeardSession, "after_soft_rollback")
def _back_to_savepoint(session: Session, transaction: SessionTransaction) -> None:
    known = heard(session)
    if transaction in known.savepoints:
        del known.changes[known.savepoints.pop(transaction) :]
