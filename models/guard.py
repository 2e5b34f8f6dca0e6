"""The databases' own guards: what to look for, and what their refusals mean.

Knows nothing of why something is held. The guards themselves are made by the migrations.
"""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg.errors import ExclusionViolation
from sqlalchemy import Connection, text
from sqlalchemy.engine import ExceptionContext

from models.errors import HoldTaken
from models.migrations.guards import POSTGRESQL_GUARDS, SQLITE_GUARDS

_DELETED = "events of the record can be deleted"
_CHANGED = "events of the record can be changed"
_TWICE = "a unit or a person can be held twice at once"
_MOMENTS = "holds can be stored whose moments cannot be compared"
GUARDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "sqlite": {
        "audit_event_kept": ("the trigger audit_event_kept on the table audit_event", _DELETED),
        "audit_event_unchanged": ("the trigger audit_event_unchanged on the table audit_event", _CHANGED),
        "hold_guard_insert": ("the trigger hold_guard_insert on the table hold", _TWICE),
        "hold_guard_update": ("the trigger hold_guard_update on the table hold", _TWICE),
        "hold_values_insert": ("the trigger hold_values_insert on the table hold", _MOMENTS),
        "hold_values_update": ("the trigger hold_values_update on the table hold", _MOMENTS),
    },
    "postgresql": {
        "audit_event_kept": (
            "the trigger audit_event_kept on the table audit_event",
            "events of the record can be changed and deleted",
        ),
        "hold_guard": ("the exclusion constraint hold_guard on the table hold", _TWICE),
    },
}
"""By name: what it is, and what can happen without it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A hold that a statement wanted; ``hold_id`` is ``None`` for a new one."""

    hold_id: int | None
    run_id: int
    resource_id: int
    lane: int
    start_at: datetime
    end_at: datetime


def missing_guards(connection: Connection) -> tuple[str, ...]:
    """Names of the guards that the connected database lacks, sorted; one that does something else than it was made for
    is missing too."""
    dialect = connection.dialect.name
    found = _sqlite_guards(connection) if dialect == "sqlite" else _postgresql_guards(connection)
    return tuple(sorted(set(GUARDS[dialect]) - found))


def _sqlite_guards(connection: Connection) -> set[str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    made = {_words(statement) for statement in SQLITE_GUARDS}
    return {row.name for row in rows if _words(row.sql) in made}


def _words(statement: str) -> str:
    return " ".join(statement.split())


_AS_MADE: Mapping[str, tuple[str, str]] = {
    "audit_event_kept": (
        "CREATE TRIGGER audit_event_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()",
        next(each for each in POSTGRESQL_GUARDS if each.startswith("CREATE FUNCTION")).split("$$")[1],
    ),
    "hold_guard": (
        "EXCLUDE USING gist (int8range((resource_id)::bigint, (resource_id)::bigint, '[]'::text) WITH &&, "
        "int4range(lane, lane, '[]'::text) WITH &&, tstzrange(start_at, end_at) WITH &&) WHERE (in_force)",
        "",
    ),
}
"""What PostgreSQL answers when it is asked what each guard is, and what the function of a trigger does."""


def _postgresql_guards(connection: Connection) -> set[str]:
    """A trigger that fires for nobody but a replica (``R``), or for nobody (``D``), guards nothing."""
    rows = connection.execute(
        text(
            "SELECT conname AS name, pg_get_constraintdef(oid) AS made, '' AS body FROM pg_constraint "
            "WHERE conrelid = to_regclass('hold') UNION ALL "
            "SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true), prosrc FROM pg_trigger "
            "JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE tgrelid = to_regclass('audit_event') AND tgenabled IN ('O', 'A')"
        )
    )
    return {row.name for row in rows if _AS_MADE.get(row.name) == (row.made, row.body)}


def restore_guard(connection: Connection, name: str) -> None:
    """Makes a guard that is missing anew, as revision 0001 did: a later one that changes it has to be followed here."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(next(each for each in SQLITE_GUARDS if each.startswith(f"CREATE TRIGGER {name} ")))
        return
    if name == "hold_guard":
        connection.exec_driver_sql("ALTER TABLE hold DROP CONSTRAINT IF EXISTS hold_guard")
    if name == "audit_event_kept":
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS audit_event_kept ON audit_event")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS audit_event_refuse()")
    for statement in POSTGRESQL_GUARDS:
        if name in statement or (name == "audit_event_kept" and "audit_event_refuse" in statement):
            connection.exec_driver_sql(statement)


def held_twice(connection: Connection) -> tuple[int, int] | None:
    """Two runs that hold one lane at once, which a guard that was away let in; ``None``: there are none."""
    found = connection.execute(
        text(
            "SELECT one.run_id, other.run_id FROM hold AS one JOIN hold AS other "
            "ON one.resource_id = other.resource_id AND one.lane = other.lane AND one.id < other.id "
            "AND one.start_at < other.end_at AND other.start_at < one.end_at "
            "WHERE one.in_force AND other.in_force LIMIT 1"
        )
    ).first()
    return None if found is None else (found[0], found[1])


def name_refusal(context: ExceptionContext) -> HoldTaken | None:
    """Listener to ``handle_error`` with ``retval``: what a refusal of the guard on holds is raised as."""
    error = context.original_exception
    if isinstance(error, ExclusionViolation) and error.diag.constraint_name == "hold_guard":
        return _from_detail(error.diag.message_detail or "")
    if isinstance(error, sqlite3.IntegrityError) and str(error) == "hold_guard":
        return _from_statement(context)
    return None


_DETAIL = re.compile(r'=\(\[(\d+),\d+\), \[(\d+),\d+\), \["([^"]+)","([^"]+)"\)\)')


def _from_detail(detail: str) -> HoldTaken:
    """PostgreSQL's detail names the ranges of the new row first, then those that it met."""
    found = _DETAIL.search(detail)
    if found is None:
        return HoldTaken(None, None, None, None)
    start_at, end_at = (datetime.fromisoformat(moment).astimezone(UTC) for moment in found.group(3, 4))
    return HoldTaken(int(found[1]), int(found[2]), start_at, end_at)


def _from_statement(context: ExceptionContext) -> HoldTaken:
    """SQLite's trigger says no more than its name: look which of the statement's rows clashes, in its transaction."""
    connection, execution = context.connection, context.execution_context
    if connection is None or execution is None:
        return HoldTaken(None, None, None, None)
    cursor = connection.connection.cursor()
    try:
        sets: Sequence[dict[str, Any]] = getattr(execution, "compiled_parameters", None) or ()
        wanted = [hold for values in sets if (hold := _wanted(cursor, values)) is not None]
        taken = _first_taken(cursor, wanted)
    finally:
        cursor.close()
    if taken is None:
        return HoldTaken(None, None, None, None)
    return HoldTaken(taken.resource_id, taken.lane, taken.start_at.astimezone(UTC), taken.end_at.astimezone(UTC))


_FIELDS = ("run_id", "resource_id", "lane", "start_at", "end_at")


def _wanted(cursor: Any, values: dict[str, Any]) -> Wanted | None:
    hold_id = values.get("hold_id", values.get("id"))
    stored: dict[str, Any] = {}
    if hold_id is not None:
        row = cursor.execute(f"SELECT {', '.join(_FIELDS)} FROM hold WHERE id = ?", (hold_id,)).fetchone()
        stored = dict(zip(_FIELDS, row, strict=True)) if row else {}
    known: dict[str, Any] = {field: values.get(field, stored.get(field)) for field in _FIELDS}
    if None in known.values():
        return None
    known |= {field: _moment(known[field]) for field in ("start_at", "end_at")}
    return Wanted(hold_id=hold_id, **known)


def _moment(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value


def _first_taken(cursor: Any, wanted: Sequence[Wanted]) -> Wanted | None:
    for position, hold in enumerate(wanted):
        if any(_clash(hold, other) for other in wanted[:position] if hold.hold_id is None) or _stored(cursor, hold):
            return hold
    return wanted[0] if len(wanted) == 1 else None


def _clash(one: Wanted, other: Wanted) -> bool:
    same_lane = (one.resource_id, one.lane) == (other.resource_id, other.lane)
    return same_lane and one.start_at < other.end_at and other.start_at < one.end_at


_OVERLAPPING = """
SELECT 1 FROM hold
WHERE resource_id = ? AND lane = ? AND in_force = 1 AND start_at < ? AND end_at > ?
  AND CASE WHEN ? IS NULL THEN NOT (run_id = ? AND start_at = ? AND end_at = ?) ELSE id <> ? END
"""


def _stored(cursor: Any, hold: Wanted) -> bool:
    """Whether another stored hold in force clashes. A row of the same statement that got in is not another."""
    start, end = (moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") for moment in (hold.start_at, hold.end_at))
    same = (hold.hold_id, hold.run_id, start, end, hold.hold_id)
    return cursor.execute(_OVERLAPPING, (hold.resource_id, hold.lane, end, start, *same)).fetchone() is not None
