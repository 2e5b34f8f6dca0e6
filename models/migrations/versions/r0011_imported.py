"""By which reference of which source what was brought in is known there.

Knows nothing of the classes, which move on. No table that is there already is touched, and no guard.
"""

from alembic import op

from models.migrations.columns import number, text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported",
        text("source", primary_key=True),
        text("kind", primary_key=True),
        text("reference", primary_key=True),
        text("object_kind"),
        number("object_id"),
    )
    op.create_index("imported_as", "imported", ["object_kind", "object_id"])


def downgrade() -> None:
    op.drop_table("imported")
