"""What people may ask of units by hand.

Knows nothing of the classes, which move on. No table that is there already is touched, and no guard.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.columns import flag, number

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NUMBERS = (
    "notice_minutes",
    "cancel_minutes",
    "horizon_days",
    "person_most",
    "organisation_most",
    "person_minutes",
    "apart_minutes",
    "shortest_minutes",
    "longest_minutes",
    "missed_minutes",
    "free_from",
    "free_until",
)
_MOST = "person_most >= 0 AND organisation_most >= 0 AND person_minutes >= 0 AND apart_minutes >= 0"
_LENGTHS = "shortest_minutes >= 1 AND longest_minutes >= 1 AND shortest_minutes <= longest_minutes"
_FREE_TIME = (
    "(free_from IS NULL) = (free_until IS NULL) AND free_from BETWEEN 0 AND 1439 "
    "AND free_until BETWEEN 0 AND 1440 AND free_from <> free_until"
)


def upgrade() -> None:
    op.create_table(
        "policy",
        number("id", primary_key=True),
        number("centre_id", refers="centre.id", optional=True, unique=True),
        number("unit_id", refers="unit.id", optional=True, unique=True),
        *(number(name, optional=True) for name in _NUMBERS),
        *(flag(name, optional=True) for name in ("whole_gaps", "approval", "free_weekend")),
        sa.CheckConstraint("(centre_id IS NULL) <> (unit_id IS NULL)", name="policy_of_one"),
        sa.CheckConstraint("notice_minutes >= 0 AND cancel_minutes >= 0 AND missed_minutes >= 0", name="policy_notice"),
        sa.CheckConstraint("horizon_days >= 1", name="policy_horizon"),
        sa.CheckConstraint(_MOST, name="policy_most"),
        sa.CheckConstraint(_LENGTHS, name="policy_lengths"),
        sa.CheckConstraint(_FREE_TIME, name="policy_free_time"),
    )


def downgrade() -> None:
    op.drop_table("policy")
