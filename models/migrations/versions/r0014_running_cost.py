"""What an hour of a unit costs.

Knows nothing of the classes, which move on. The column is added by itself, so that no table is copied and every guard
stays as it is.
"""

from alembic import op

revision = "0014"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    check = "INTEGER NOT NULL DEFAULT 0 CONSTRAINT unit_hour_cost CHECK (hour_cost >= 0)"
    op.execute(f"ALTER TABLE unit ADD COLUMN hour_cost {check}")


def downgrade() -> None:
    op.execute("ALTER TABLE unit DROP COLUMN hour_cost")
