"""Setups and cleaning between two runs of a unit, a buffer between organisations, and the least time that is of use.

Knows nothing of the classes, which move on. Columns are added one by one, so that no table is copied and every guard
stays as it is.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.columns import number, text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ADDED = {"buffer_minutes": "unit_buffer", "usable_minutes": "unit_usable"}
"""Columns of units, each with the name of its check."""


def upgrade() -> None:
    for column, check in _ADDED.items():
        number_of_minutes = f"INTEGER NOT NULL DEFAULT 0 CONSTRAINT {check} CHECK ({column} >= 0)"
        op.execute(f"ALTER TABLE unit ADD COLUMN {column} {number_of_minutes}")
    op.create_table(
        "setup",
        number("centre_id", refers="centre.id", primary_key=True),
        text("cleaning_family", primary_key=True),
        text("frm", primary_key=True),
        text("to", primary_key=True),
        number("minutes"),
        text("skill", optional=True),
        number("release_minutes"),
        number("dirty_minutes", optional=True),
        number("clean_minutes", optional=True),
        number("cost"),
        sa.CheckConstraint("minutes >= 0 AND release_minutes >= 0", name="setup_minutes"),
        sa.CheckConstraint("dirty_minutes >= 0 AND clean_minutes >= 0", name="setup_hold_times"),
        sa.CheckConstraint("cost >= 0", name="setup_cost"),
    )


def downgrade() -> None:
    op.drop_table("setup")
    for column in _ADDED:
        op.execute(f"ALTER TABLE unit DROP COLUMN {column}")
