"""A role is held once: indexes say so, where until now a lock alone did.

Knows nothing of the classes, which move on. Of doubles that are there already the first stays. An event tells of each
that goes, as if it had been taken, so that the audit replays to what the table has.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_OVERALL = sa.text("organisation_id IS NULL AND centre_id IS NULL")
_PEOPLE_LOCK = 7_309_453_117
_FIRST_PREVIOUS = "0" * 64
_TEXTS = ("chain", "actor", "verb", "object_kind", "object_id", "reason", "previous_hash", "hash")
_GRANT = sa.table(
    "role_grant",
    *(sa.column(name) for name in ("id", "account_id", "role", "organisation_id", "centre_id")),
    sa.column("granted_at", sa.DateTime(timezone=True)),
)
_EVENT = sa.table(
    "audit_event",
    *(sa.column(name) for name in ("id", "number", *_TEXTS)),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("before", sa.JSON(none_as_null=True)),
    sa.column("changes", sa.JSON(none_as_null=True)),
)


def upgrade() -> None:
    for each in _doubles():
        _take(each)
    op.create_index("role_of_organisation_once", "role_grant", ["account_id", "role", "organisation_id"], unique=True)
    op.create_index("role_of_centre_once", "role_grant", ["account_id", "role", "centre_id"], unique=True)
    once = ["account_id", "role"]
    op.create_index(
        "role_overall_once", "role_grant", once, unique=True, sqlite_where=_OVERALL, postgresql_where=_OVERALL
    )


def downgrade() -> None:
    for name in ("role_of_organisation_once", "role_of_centre_once", "role_overall_once"):
        op.drop_index(name, "role_grant")


def _doubles() -> list[Any]:
    """Roles that their account was granted before, by id."""
    found, known = [], set()
    for row in op.get_bind().execute(sa.select(_GRANT).order_by(_GRANT.c.id)).mappings():
        held = tuple(row[name] for name in ("account_id", "role", "organisation_id", "centre_id"))
        if held in known:
            found.append(row)
        known.add(held)
    return found


def _take(row: Any) -> None:
    connection = op.get_bind()
    connection.execute(_GRANT.delete().where(_GRANT.c.id == row["id"]))
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PEOPLE_LOCK})
    people = _EVENT.c.chain == "people"
    last = connection.execute(
        sa.select(_EVENT.c.number, _EVENT.c.hash).where(people).order_by(_EVENT.c.number.desc()).limit(1)
    ).first()
    told = dict(row) | {"granted_at": _written(row["granted_at"])}
    gone = {name: value for name, value in told.items() if name != "id" and value is not None}
    event: dict[str, Any] = {
        "id": _next_id(connection),
        "chain": "people",
        "number": 1 if last is None else last.number + 1,
        "at": datetime.now(UTC),
        "actor": "migration",
        "verb": "took role",
        "object_kind": "role_grant",
        "object_id": str(row["id"]),
        "reason": "it was held twice",
        "before": told,
        "changes": [{"table": "role_grant", "key": [row["id"]], "before": gone}],
        "previous_hash": _FIRST_PREVIOUS if last is None else last.hash,
    }
    hashed = sha256(rfc8785.dumps(event | {"at": _written(event["at"]), "after": None})).hexdigest()
    connection.execute(_EVENT.insert().values(**event, hash=hashed))


def _next_id(connection: sa.Connection) -> int:
    if connection.dialect.name == "postgresql":
        drawn = "SELECT nextval(pg_get_serial_sequence('audit_event', 'id'))"
        return int(connection.execute(sa.text(drawn)).scalar_one())
    return int(connection.execute(sa.select(sa.func.max(_EVENT.c.id))).scalar() or 0) + 1


def _written(moment: datetime) -> str:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")
