"""How many pieces of a lot were found to go through its conditional steps.

Adds columns only: the guards stand on other tables, and no table is made anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", sa.Column("counts", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("request", "counts")
