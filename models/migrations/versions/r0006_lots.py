"""Lots: fewer pieces accepted, pieces counted, leave to share runs, and whose part in a shared run a booking is.

Adds columns only: the guards stand on other tables, and no table is made anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", sa.Column("least_quantity", sa.Integer(), nullable=True))
    op.add_column("request", sa.Column("may_share", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("request", sa.Column("counts", sa.JSON(), nullable=False, server_default="{}"))
    # As a statement: a column that refers to another table would otherwise ask SQLite to make the table anew.
    op.execute("ALTER TABLE booking ADD COLUMN request_id INTEGER REFERENCES request (id)")
    op.add_column("booking", sa.Column("operation", sa.Integer(), nullable=True))
    op.add_column("booking", sa.Column("number", sa.Integer(), nullable=True))
    op.create_index("ix_booking_request_id", "booking", ["request_id"])


def downgrade() -> None:
    op.drop_index("ix_booking_request_id", "booking")
    for column in ("number", "operation", "request_id"):
        op.drop_column("booking", column)
    for column in ("counts", "may_share", "least_quantity"):
        op.drop_column("request", column)
