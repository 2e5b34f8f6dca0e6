"""Maintenance of units: what is due, the dates of visitors, and the runs that it is planned for.

Knows nothing of the classes, which move on. No table that is there already is touched, and no guard.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.columns import flag, json, moment, number, text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _maintenance()
    _maintenance_visit()
    _maintenance_run()


def downgrade() -> None:
    for table in ("maintenance_run", "maintenance_visit", "maintenance"):
        op.drop_table(table)


def _maintenance() -> None:
    op.create_table(
        "maintenance",
        number("id", primary_key=True),
        text("key", unique=True),
        number("unit_id", refers="unit.id"),
        text("kind"),
        number("every_days", optional=True),
        number("every_run_minutes", optional=True),
        number("every_cycles", optional=True),
        number("minutes"),
        text("skill", optional=True),
        number("early_days"),
        number("late_days"),
        flag("expires"),
        json("waivable_by"),
        moment("last_done_at"),
        sa.UniqueConstraint("unit_id", "kind", name="maintenance_once"),
        sa.CheckConstraint(
            "every_days IS NOT NULL OR every_run_minutes IS NOT NULL OR every_cycles IS NOT NULL",
            name="maintenance_is_due",
        ),
        sa.CheckConstraint("every_days >= 1", name="maintenance_days"),
        sa.CheckConstraint("every_run_minutes >= 1", name="maintenance_run_minutes"),
        sa.CheckConstraint("every_cycles >= 1", name="maintenance_cycles"),
        sa.CheckConstraint("minutes >= 1 AND early_days >= 0 AND late_days >= 0", name="maintenance_amounts"),
    )
    op.create_index("ix_maintenance_unit_id", "maintenance", ["unit_id"])


def _maintenance_visit() -> None:
    op.create_table(
        "maintenance_visit",
        number("id", primary_key=True),
        number("maintenance_id", refers="maintenance.id"),
        moment("start_at"),
        moment("end_at"),
        sa.CheckConstraint("start_at < end_at", name="maintenance_visit_order"),
    )
    op.create_index("ix_maintenance_visit_maintenance_id", "maintenance_visit", ["maintenance_id"])


def _maintenance_run() -> None:
    op.create_table(
        "maintenance_run",
        number("id", primary_key=True),
        number("run_id", refers="run.id", unique=True),
        number("maintenance_id", refers="maintenance.id"),
        text("state"),
        number("plan_id", refers="plan.id", optional=True),
        moment("made_at"),
        text("made_by"),
        moment("done_at", optional=True),
        sa.CheckConstraint("state IN ('planned', 'done', 'cancelled', 'displaced')", name="maintenance_run_state"),
    )
    op.create_index("ix_maintenance_run_maintenance_id", "maintenance_run", ["maintenance_id"])
