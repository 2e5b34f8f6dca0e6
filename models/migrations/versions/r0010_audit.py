"""What each event changed in the rows, its place among all events, and the results of maintenance.

Knows nothing of the classes, which move on. Events that are there already are hashed anew, in the form that all have
from here on (docs/adr/0015): what they say is as it was.
"""

from hashlib import sha256
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op

from models.migrations.columns import json, moment, number, text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_FIRST_PREVIOUS = "0" * 64
_FIELDS = ("chain", "number", "actor", "verb", "object_kind", "object_id", "reason")
_SAFE = 2**53 - 1


def upgrade() -> None:
    op.add_column("audit_event", json("changes", optional=True))
    _hash_anew()
    op.create_table(
        "maintenance_result",
        number("id", primary_key=True),
        number("maintenance_id", refers="maintenance.id"),
        moment("done_at"),
        text("result"),
        text("readings"),
        moment("told_at"),
        text("told_by"),
        sa.CheckConstraint("result IN ('passed', 'failed')", name="maintenance_result_result"),
    )
    op.create_index("ix_maintenance_result_maintenance_id", "maintenance_result", ["maintenance_id"])


def downgrade() -> None:
    op.drop_table("maintenance_result")
    op.drop_column("audit_event", "changes")


def _hash_anew() -> None:
    connection = op.get_bind()
    event = sa.table("audit_event", *(sa.column(name) for name in ("id", *_FIELDS, "previous_hash", "hash")))
    event.append_column(sa.column("at", sa.DateTime(timezone=True)))
    for name in ("before", "after"):
        event.append_column(sa.column(name, sa.JSON()))
    rows = connection.execute(sa.select(event).order_by(event.c.chain, event.c.number)).mappings().all()
    if not rows:
        return
    _unguarded(connection)
    ends: dict[str, str] = {}
    for row in rows:
        previous = ends.get(row["chain"], _FIRST_PREVIOUS)
        told = {name: _plain(row[name]) for name in ("before", "after")}
        ends[row["chain"]] = hashed = _digest(row, told, previous)
        kept = {name: sa.null() if value is None else value for name, value in told.items()}
        wanted = event.update().where(event.c.id == row["id"])
        connection.execute(wanted.values(previous_hash=previous, hash=hashed, **kept))
    _guarded(connection)


def _digest(row: Any, told: dict[str, Any], previous: str) -> str:
    at = row["at"].replace(tzinfo=None).isoformat(timespec="microseconds") + "+00:00"
    fields = {name: row[name] for name in _FIELDS} | {"id": row["id"], "at": at, "changes": None}
    return sha256(rfc8785.dumps(fields | told | {"previous_hash": previous})).hexdigest()


def _plain(value: Any) -> Any:
    """Numbers that JSON does not keep exactly, as their digits."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _SAFE:
        return str(value)
    return value


def _unguarded(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_event_unchanged")
    else:
        op.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_kept")


def _guarded(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER audit_event_unchanged BEFORE UPDATE ON audit_event "
            "BEGIN SELECT RAISE(ABORT, 'audit_event_kept'); END"
        )
    else:
        op.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_event_kept")
