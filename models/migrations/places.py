"""The tables of revision 0001 that say where work is done: centres, units, their hours, capacities and stocks.

Knows nothing of the classes, which move on. Never edit: a change is a new revision.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.columns import decimal, json, moment, number, text


def _centre() -> None:
    op.create_table(
        "centre",
        number("id", primary_key=True),
        text("key", unique=True),
        text("name"),
        text("zone"),
        json("settings"),
        number("revision"),
        sa.CheckConstraint("revision >= 0", name="centre_revision"),
    )


def _laboratory() -> None:
    op.create_table(
        "laboratory",
        number("id", primary_key=True),
        number("centre_id", refers="centre.id"),
        text("key", unique=True),
        text("name"),
    )
    op.create_index("ix_laboratory_centre_id", "laboratory", ["centre_id"])


def _resource() -> None:
    op.create_table(
        "resource",
        number("id", primary_key=True),
        number("centre_id", refers="centre.id"),
        text("kind"),
        number("lanes"),
        sa.CheckConstraint("kind IN ('unit', 'person')", name="resource_kind"),
        sa.CheckConstraint("lanes >= 1", name="resource_lanes"),
    )
    op.create_index("ix_resource_centre_id", "resource", ["centre_id"])


def _unit() -> None:
    op.create_table(
        "unit",
        number("id", refers="resource.id", primary_key=True),
        number("laboratory_id", refers="laboratory.id"),
        text("key", unique=True),
        text("name"),
        text("type"),
        text("cleaning_family", optional=True),
    )
    op.create_index("ix_unit_laboratory_id", "unit", ["laboratory_id"])


def _unit_capability() -> None:
    op.create_table(
        "unit_capability",
        number("unit_id", refers="unit.id", primary_key=True),
        text("capability", primary_key=True),
        text("quantity", primary_key=True),
        decimal("low"),
        decimal("high"),
        sa.CheckConstraint("low <= high", name="unit_capability_range"),
    )


def _opening_hours() -> None:
    op.create_table(
        "opening_hours",
        number("id", primary_key=True),
        number("laboratory_id", refers="laboratory.id", optional=True),
        number("unit_id", refers="unit.id", optional=True),
        number("weekday"),
        number("opens"),
        number("closes"),
        sa.CheckConstraint("0 <= opens AND opens < closes AND closes <= 1440", name="opening_hours_minutes"),
        sa.CheckConstraint("(laboratory_id IS NULL) <> (unit_id IS NULL)", name="opening_hours_of_one"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="opening_hours_weekday"),
    )
    op.create_index("ix_opening_hours_laboratory_id", "opening_hours", ["laboratory_id"])
    op.create_index("ix_opening_hours_unit_id", "opening_hours", ["unit_id"])


def _capacity() -> None:
    op.create_table(
        "capacity",
        number("id", primary_key=True),
        number("centre_id", refers="centre.id"),
        text("key", unique=True),
        text("name"),
        text("measure"),
        number("level"),
        sa.CheckConstraint("level >= 0", name="capacity_level"),
    )
    op.create_index("ix_capacity_centre_id", "capacity", ["centre_id"])


def _stock() -> None:
    op.create_table(
        "stock",
        number("id", primary_key=True),
        number("centre_id", refers="centre.id"),
        text("key", unique=True),
        text("name"),
        text("measure"),
    )
    op.create_index("ix_stock_centre_id", "stock", ["centre_id"])


def _stock_delivery() -> None:
    op.create_table(
        "stock_delivery",
        number("id", primary_key=True),
        number("stock_id", refers="stock.id"),
        moment("at"),
        number("quantity"),
        sa.UniqueConstraint("stock_id", "at", name="stock_delivery_once"),
        sa.CheckConstraint("quantity > 0", name="stock_delivery_quantity"),
    )
    op.create_index("ix_stock_delivery_stock_id", "stock_delivery", ["stock_id"])


PLACES = (
    _centre,
    _laboratory,
    _resource,
    _unit,
    _unit_capability,
    _opening_hours,
    _capacity,
    _stock,
    _stock_delivery,
)
"""Each after those that it refers to."""
