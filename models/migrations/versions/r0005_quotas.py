"""Quotas, budgets of hours with their grants, and who asked for a request.

Knows nothing of the classes, which move on. No table is made anew, so that no trigger is lost.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.columns import moment, number, text

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", text("asked_by", optional=True))
    _quota()
    _budget()
    op.create_table(
        "budget_grant",
        number("id", primary_key=True),
        number("budget_id", refers="budget.id"),
        moment("at"),
        number("minutes"),
        sa.UniqueConstraint("budget_id", "at", name="budget_grant_once"),
        sa.CheckConstraint("minutes > 0", name="budget_grant_minutes"),
    )
    op.create_index("ix_budget_grant_budget_id", "budget_grant", ["budget_id"])


def downgrade() -> None:
    for table in ("budget_grant", "budget", "quota"):
        op.drop_table(table)
    op.drop_column("request", "asked_by")


def _quota() -> None:
    op.create_table(
        "quota",
        number("id", primary_key=True),
        text("key", unique=True),
        text("per"),
        number("organisation_id", refers="organisation.id", optional=True),
        number("cluster_id", refers="cluster.id", optional=True),
        text("person", optional=True),
        number("centre_id", refers="centre.id", optional=True),
        number("laboratory_id", refers="laboratory.id", optional=True),
        text("unit_type", optional=True),
        number("unit_id", refers="unit.id", optional=True),
        text("measure"),
        number("most"),
        text("period"),
        number("days", optional=True),
        sa.CheckConstraint("per IN ('organisation', 'cluster', 'person')", name="quota_per"),
        sa.CheckConstraint("measure IN ('minutes', 'count')", name="quota_measure"),
        sa.CheckConstraint("most >= 0", name="quota_most"),
        sa.CheckConstraint("period IN ('day', 'week', 'rolling')", name="quota_period"),
        sa.CheckConstraint("(period = 'rolling') = (days IS NOT NULL)", name="quota_rolling"),
        sa.CheckConstraint("days IS NULL OR days BETWEEN 1 AND 366", name="quota_days"),
        sa.CheckConstraint("period = 'rolling' OR centre_id IS NOT NULL", name="quota_local"),
        sa.CheckConstraint("organisation_id IS NULL OR per = 'organisation'", name="quota_of_organisation"),
        sa.CheckConstraint("cluster_id IS NULL OR per = 'cluster'", name="quota_of_cluster"),
        sa.CheckConstraint("person IS NULL OR per = 'person'", name="quota_of_person"),
    )
    for column in ("organisation_id", "cluster_id", "centre_id", "laboratory_id", "unit_id"):
        op.create_index(f"ix_quota_{column}", "quota", [column])


def _budget() -> None:
    op.create_table(
        "budget",
        number("id", primary_key=True),
        text("key", unique=True),
        text("name"),
        number("organisation_id", refers="organisation.id", optional=True),
        number("project_id", refers="project.id", optional=True),
        number("centre_id", refers="centre.id"),
        number("laboratory_id", refers="laboratory.id", optional=True),
        text("unit_type", optional=True),
        sa.CheckConstraint("(organisation_id IS NULL) <> (project_id IS NULL)", name="budget_of_one"),
    )
    for column in ("organisation_id", "project_id", "centre_id", "laboratory_id"):
        op.create_index(f"ix_budget_{column}", "budget", [column])
