"""The weeks in which a request was passed over.

Knows nothing of the classes, which move on.
"""

from alembic import op

from models.migrations.columns import number, text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passed_over",
        number("request_id", refers="request.id", primary_key=True),
        text("week", primary_key=True),
        number("plan_id", refers="plan.id"),
    )


def downgrade() -> None:
    op.drop_table("passed_over")
