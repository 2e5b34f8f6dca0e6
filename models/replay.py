"""The tables as the audit tells them: every changed row of every event, in order, and where the live tables differ.

Knows nothing of what rows mean. Over all chains the order is that of the events' ids, in which rows changed
(``models.audit``).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from sqlmodel import Session, SQLModel, col, select

from models.changes import UNTOLD, Key, Told, Values, told, told_columns
from models.tables import AuditEvent

Rows: TypeAlias = dict[Key, Values]
_PAGE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A row of which the audit and the live table say different things. ``missing``: the audit has it and the table
    has not; ``untold``: the other way round. ``event``: the id of the last event that tells of it, if any does."""

    table: str
    key: Key
    kind: Literal["missing", "untold", "different"]
    told: Values
    stored: Values
    event: int | None


@dataclass(slots=True)
class Replayed:
    """Rows by table and key, and which event told of each last."""

    tables: dict[str, Rows] = field(default_factory=lambda: defaultdict(dict))
    last: dict[tuple[str, Key], int] = field(default_factory=dict)


def replay(session: Session) -> Replayed:
    """The rows of every domain table as the events tell them; columns that are ``None`` are left out. A row that was
    told as new before a column was there has the column's default, as the table got it."""
    found = Replayed()
    defaults = {how.table: how.defaults for how in map(told_columns, domain_tables())}
    for event_id, changes in _changes(session):
        for change in changes:
            _apply(found, event_id, change, defaults.get(change["table"], {}))
    return found


def differences(session: Session) -> Iterator[Difference]:
    """Where the live tables are not what the audit tells, table by table, by key."""
    replayed = replay(session)
    for table in domain_tables():
        how = told_columns(table)
        rows = dict(replayed.tables.get(how.table, {}))
        for row in session.exec(select(table).execution_options(yield_per=_PAGE)):
            key, stored = _stored(row, how)
            said = rows.pop(key, None)
            if said != stored:
                kind: Literal["untold", "different"] = "untold" if said is None else "different"
                yield _difference(replayed, how.table, key, kind, said or {}, stored)
        for key in sorted(rows, key=str):
            yield _difference(replayed, how.table, key, "missing", rows[key], {})


def domain_tables() -> list[type[SQLModel]]:
    """The classes of all tables whose rows the audit tells of, by table name."""
    classes = (mapper.class_ for mapper in SQLModel._sa_registry.mappers)
    return sorted((each for each in classes if each.__tablename__ not in UNTOLD), key=lambda each: each.__tablename__)


def _changes(session: Session) -> Iterator[tuple[int, Sequence[Values]]]:
    wanted = select(AuditEvent.id, AuditEvent.changes).order_by(col(AuditEvent.id)).limit(_PAGE)
    page = session.exec(wanted).all()
    while page:
        for event_id, changes in page:
            if event_id is not None and changes:
                yield event_id, changes
        page = session.exec(wanted.where(col(AuditEvent.id) > page[-1][0])).all()


def _apply(found: Replayed, event_id: int, change: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    table, key = change["table"], tuple(change["key"])
    after = change.get("after")
    found.last[table, key] = event_id
    if after is None:
        found.tables[table].pop(key, None)
        return
    row = {**(found.tables[table].get(key, {}) if "before" in change else defaults), **after}
    found.tables[table][key] = {name: value for name, value in row.items() if value is not None}


def _stored(row: SQLModel, how: Told) -> tuple[Key, Values]:
    values = {name: told(getattr(row, name), kind) for name, kind in how.columns.items()}
    key = tuple(values.pop(name) for name in how.key)
    return key, {name: value for name, value in values.items() if value is not None}


def _difference(
    replayed: Replayed,
    table: str,
    key: Key,
    kind: Literal["missing", "untold", "different"],
    said: Values,
    stored: Values,
) -> Difference:
    names = [name for name in {**said, **stored} if said.get(name) != stored.get(name)]
    return Difference(
        table=table,
        key=key,
        kind=kind,
        told={name: said.get(name) for name in names},
        stored={name: stored.get(name) for name in names},
        event=replayed.last.get((table, key)),
    )
