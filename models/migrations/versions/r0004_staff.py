"""Levels of skills, greatest hours, operators of organisations with what they may run, and visits inside runs.

Knows nothing of the classes, which move on. No table is made anew, so that every guard stays.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.columns import number

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = (
    ("person", "most_minutes_day", "INTEGER CONSTRAINT person_day CHECK (most_minutes_day >= 0)"),
    ("person", "most_minutes_week", "INTEGER CONSTRAINT person_week CHECK (most_minutes_week >= 0)"),
    (
        "person_skill",
        "level",
        "INTEGER DEFAULT 1 NOT NULL CONSTRAINT person_skill_level CHECK (level BETWEEN 1 AND 9)",
    ),
    ("run", "visit", "INTEGER DEFAULT 0 NOT NULL CONSTRAINT run_visit CHECK (visit >= 0)"),
)
"""Both databases take a column with its check in this form; Alembic's own would make SQLite's tables anew."""


def upgrade() -> None:
    for table, column, kind in COLUMNS:
        op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {column} {kind}"))
    op.drop_index("run_of_request", "run")
    op.create_index("run_of_request", "run", ["request_id", "operation", "number", "visit"])
    op.create_table(
        "membership",
        number("person_id", refers="person.id", primary_key=True),
        number("organisation_id", refers="organisation.id"),
    )
    op.create_index("ix_membership_organisation_id", "membership", ["organisation_id"])
    op.create_table(
        "qualification",
        number("person_id", refers="person.id", primary_key=True),
        number("unit_id", refers="unit.id", primary_key=True),
    )


def downgrade() -> None:
    op.drop_table("qualification")
    op.drop_table("membership")
    op.drop_index("run_of_request", "run")
    op.create_index("run_of_request", "run", ["request_id", "operation", "number"])
    for table, column, _ in reversed(COLUMNS):
        op.execute(sa.text(f"ALTER TABLE {table} DROP COLUMN {column}"))
