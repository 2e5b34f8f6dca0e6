"""When single operations of a request may be done.

Knows nothing of the classes, which move on. The column is added by itself, so that no table is copied and every guard
stays as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", sa.Column("windows", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.execute("ALTER TABLE request DROP COLUMN windows")
