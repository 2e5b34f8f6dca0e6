"""What changes the weekly hours: closures, leave, breaks, starts, and periods kept for some.

Knows nothing of the classes, which move on. Only new tables, so that every trigger stays.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.columns import flag, moment, number, text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in TABLES:
        table()


def downgrade() -> None:
    for name in ("reserved_period", "start_rule", "shift_break", "leave", "closure"):
        op.drop_table(name)


def _places() -> tuple[sa.Column[int], sa.Column[int]]:
    laboratory = number("laboratory_id", refers="laboratory.id", optional=True)
    return laboratory, number("unit_id", refers="unit.id", optional=True)


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _week(table: str) -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=f"{table}_weekday"),
        sa.CheckConstraint("0 <= starts AND starts < ends AND ends <= 1440", name=f"{table}_minutes"),
    )


def _of_one(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint("(laboratory_id IS NULL) <> (unit_id IS NULL)", name=f"{table}_of_one")


def _closure() -> None:
    op.create_table(
        "closure",
        number("id", primary_key=True),
        number("centre_id", refers="centre.id", optional=True),
        *_places(),
        moment("start_at"),
        moment("end_at"),
        flag("blocks"),
        text("reason"),
        sa.CheckConstraint(
            "(centre_id IS NOT NULL AND laboratory_id IS NULL AND unit_id IS NULL) OR "
            "(centre_id IS NULL AND (laboratory_id IS NULL) <> (unit_id IS NULL))",
            name="closure_of_one",
        ),
        sa.CheckConstraint("start_at < end_at", name="closure_order"),
    )
    _indexes("closure", "centre_id", "laboratory_id", "unit_id")


def _leave() -> None:
    op.create_table(
        "leave",
        number("id", primary_key=True),
        number("person_id", refers="person.id"),
        moment("start_at"),
        moment("end_at"),
        sa.CheckConstraint("start_at < end_at", name="leave_order"),
    )
    _indexes("leave", "person_id")


def _shift_break() -> None:
    op.create_table(
        "shift_break",
        number("id", primary_key=True),
        number("person_id", refers="person.id"),
        number("weekday"),
        number("starts"),
        number("ends"),
        text("name"),
        *_week("shift_break"),
    )
    _indexes("shift_break", "person_id")


def _start_rule() -> None:
    op.create_table(
        "start_rule",
        number("id", primary_key=True),
        *_places(),
        number("weekday"),
        number("first"),
        number("until"),
        number("every"),
        _of_one("start_rule"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="start_rule_weekday"),
        sa.CheckConstraint("0 <= first AND first < until AND until <= 1440 AND every >= 1", name="start_rule_minutes"),
    )
    _indexes("start_rule", "laboratory_id", "unit_id")


def _reserved_period() -> None:
    op.create_table(
        "reserved_period",
        number("id", primary_key=True),
        *_places(),
        number("weekday"),
        number("starts"),
        number("ends"),
        text("stages"),
        text("clusters"),
        text("reason"),
        _of_one("reserved_period"),
        *_week("reserved_period"),
    )
    _indexes("reserved_period", "laboratory_id", "unit_id")


TABLES = (_closure, _leave, _shift_break, _start_rule, _reserved_period)
