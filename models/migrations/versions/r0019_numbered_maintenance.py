"""Which of the times that a maintenance was ever planned each of its runs is.

Knows nothing of the classes, which move on. What was planned before has no number, and counts by its place among the
others, so that the audit still tells every row as it is. The column is added by itself, so that every guard stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("maintenance_run", sa.Column("number", sa.Integer(), nullable=True))
    op.create_index("maintenance_time", "maintenance_run", ["maintenance_id", "number"], unique=True)


def downgrade() -> None:
    op.drop_index("maintenance_time", "maintenance_run")
    op.execute("ALTER TABLE maintenance_run DROP COLUMN number")
