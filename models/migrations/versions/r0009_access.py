"""Accounts and their roles, sessions, links, tokens and attempts; used times and overrides of bookings.

Knows nothing of the classes, which move on. No table that is there already is touched, and no guard.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.columns import json, moment, number, text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _account()
    _role_grant()
    _shown_at_the_door()
    _attempt()
    _used_time()
    _override()


def downgrade() -> None:
    for table in (
        "override",
        "used_time",
        "attempt",
        "api_token",
        "one_time_link",
        "sign_in_session",
        "role_grant",
        "account_detail",
        "account",
    ):
        op.drop_table(table)


def _account() -> None:
    op.create_table(
        "account",
        number("id", primary_key=True),
        number("person_id", refers="person.id", optional=True, unique=True),
        text("password_hash", optional=True),
        moment("password_at", optional=True),
        moment("made_at"),
        moment("closed_at", optional=True),
    )
    op.create_table(
        "account_detail",
        number("account_id", refers="account.id", primary_key=True),
        text("email", optional=True, unique=True),
        text("name", optional=True),
    )


def _role_grant() -> None:
    op.create_table(
        "role_grant",
        number("id", primary_key=True),
        number("account_id", refers="account.id"),
        text("role"),
        number("organisation_id", refers="organisation.id", optional=True),
        number("centre_id", refers="centre.id", optional=True),
        moment("granted_at"),
        sa.CheckConstraint(
            "role IN ('engineer', 'technician', 'manager', 'administrator', 'auditor')", name="role_grant_role"
        ),
        sa.CheckConstraint("(role = 'engineer') = (organisation_id IS NOT NULL)", name="role_grant_organisation"),
        sa.CheckConstraint("(role IN ('technician', 'manager')) = (centre_id IS NOT NULL)", name="role_grant_centre"),
    )
    op.create_index("role_grant_of_account", "role_grant", ["account_id"])


def _shown_at_the_door() -> None:
    op.create_table(
        "sign_in_session",
        text("token_hash", primary_key=True),
        number("account_id", refers="account.id"),
        moment("started_at"),
        moment("seen_at"),
        moment("ends_at"),
        moment("revoked_at", optional=True),
    )
    op.create_index("ix_sign_in_session_account_id", "sign_in_session", ["account_id"])
    op.create_table(
        "one_time_link",
        text("token_hash", primary_key=True),
        number("account_id", refers="account.id"),
        text("purpose"),
        moment("made_at"),
        moment("ends_at"),
        moment("used_at", optional=True),
        sa.CheckConstraint("purpose IN ('invitation', 'reset')", name="one_time_link_purpose"),
    )
    op.create_index("ix_one_time_link_account_id", "one_time_link", ["account_id"])
    op.create_table(
        "api_token",
        number("id", primary_key=True),
        number("account_id", refers="account.id"),
        text("token_hash"),
        text("shown"),
        text("name"),
        text("scope"),
        moment("made_at"),
        moment("ends_at"),
        moment("revoked_at", optional=True),
        moment("used_at", optional=True),
        sa.UniqueConstraint("token_hash", name="api_token_once"),
        sa.CheckConstraint("scope IN ('read', 'write')", name="api_token_scope"),
    )
    op.create_index("ix_api_token_account_id", "api_token", ["account_id"])


def _attempt() -> None:
    op.create_table("attempt", number("id", primary_key=True), text("account"), text("address"), moment("at"))
    op.create_index("attempt_of_account", "attempt", ["account", "at"])
    op.create_index("attempt_of_address", "attempt", ["address", "at"])


def _used_time() -> None:
    op.create_table(
        "used_time",
        number("id", primary_key=True),
        number("booking_id", refers="booking.id"),
        moment("start_at"),
        moment("end_at", optional=True),
        number("quantity", optional=True),
        moment("told_at"),
        text("told_by"),
        sa.CheckConstraint("end_at IS NULL OR start_at < end_at", name="used_time_order"),
        sa.CheckConstraint("quantity >= 0", name="used_time_quantity"),
    )
    op.create_index("ix_used_time_booking_id", "used_time", ["booking_id"])


def _override() -> None:
    op.create_table(
        "override",
        number("booking_id", refers="booking.id", primary_key=True),
        text("reason"),
        json("rules"),
        moment("made_at"),
        text("made_by"),
    )
