"""Centres, their laboratories, units, opening hours, shared capacities and stocks.

Knows nothing of people's work.
"""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Moment


class Centre(SQLModel, table=True):
    """An engineering centre. ``revision`` rises with every change of holds, calendars or limits, under the row's lock.

    ``settings`` are the planning settings of ``scheduler.settings.CentreSettings`` as JSON.
    """

    __tablename__ = "centre"
    __table_args__ = (CheckConstraint("revision >= 0", name="centre_revision"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    zone: str
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    revision: int = 0


class Laboratory(SQLModel, table=True):
    __tablename__ = "laboratory"

    id: int | None = Field(default=None, primary_key=True)
    centre_id: int = Field(foreign_key="centre.id", index=True)
    key: str = Field(unique=True)
    name: str


class Resource(SQLModel, table=True):
    """What a hold can hold: ``lanes`` places of a unit, or one person (one lane)."""

    __tablename__ = "resource"
    __table_args__ = (
        CheckConstraint("kind IN ('unit', 'person')", name="resource_kind"),
        CheckConstraint("lanes >= 1", name="resource_lanes"),
    )

    id: int | None = Field(default=None, primary_key=True)
    centre_id: int = Field(foreign_key="centre.id", index=True)
    kind: str
    lanes: int = 1


class Unit(SQLModel, table=True):
    """A machine. Its id is its resource's. ``key`` is what people call it ("SEM-2").

    Units of one ``cleaning_family`` are set up and cleaned alike (``Setup``); ``None``: nothing lies between two runs.
    ``buffer_minutes`` lie between bookings of different organisations; a free time of less than ``usable_minutes``
    between two bookings is of no use. ``hour_cost``: of a lane, in whole units of the centre's money.
    """

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("buffer_minutes >= 0", name="unit_buffer"),
        CheckConstraint("usable_minutes >= 0", name="unit_usable"),
        CheckConstraint("hour_cost >= 0", name="unit_hour_cost"),
    )

    id: int = Field(primary_key=True, foreign_key="resource.id")
    laboratory_id: int = Field(foreign_key="laboratory.id", index=True)
    key: str = Field(unique=True)
    name: str
    type: str
    cleaning_family: str | None = None
    buffer_minutes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    usable_minutes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    hour_cost: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Setup(SQLModel, table=True):
    """What lies between two runs on any unit of a cleaning family: from one product family to another.

    An empty ``frm`` or ``to`` stands for every other family that no row names. ``skill``: a technician of the centre
    who has it does it; ``None``: nobody is needed. The unit is blocked for ``release_minutes`` more. It begins at most
    ``dirty_minutes`` after the earlier run, and the later run at most ``clean_minutes`` after the release; ``None``:
    whenever.
    """

    __tablename__ = "setup"
    __table_args__ = (
        CheckConstraint("minutes >= 0 AND release_minutes >= 0", name="setup_minutes"),
        CheckConstraint("dirty_minutes >= 0 AND clean_minutes >= 0", name="setup_hold_times"),
        CheckConstraint("cost >= 0", name="setup_cost"),
    )

    centre_id: int = Field(primary_key=True, foreign_key="centre.id")
    cleaning_family: str = Field(primary_key=True)
    frm: str = Field(default="", primary_key=True)
    to: str = Field(default="", primary_key=True)
    minutes: int
    skill: str | None = None
    release_minutes: int = 0
    dirty_minutes: int | None = None
    clean_minutes: int | None = None
    cost: int = 0


class UnitCapability(SQLModel, table=True):
    """A capability of a unit; with a quantity, the range of numbers that it covers (chamber: temp_c from -60 to 150).

    ``quantity`` is empty for a capability without numbers; ``low`` and ``high`` are in the quantity's own measure.
    """

    __tablename__ = "unit_capability"
    __table_args__ = (CheckConstraint("low <= high", name="unit_capability_range"),)

    unit_id: int = Field(primary_key=True, foreign_key="unit.id")
    capability: str = Field(primary_key=True)
    quantity: str = Field(default="", primary_key=True)
    low: float = 0.0
    high: float = 0.0


class OpeningHours(SQLModel, table=True):
    """Weekly opening of a laboratory, or of one unit in its place. Minutes after local midnight, ``opens < closes``.

    ``weekday``: 0 is Monday. A unit with rows of its own does not follow its laboratory.
    """

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("(laboratory_id IS NULL) <> (unit_id IS NULL)", name="opening_hours_of_one"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="opening_hours_weekday"),
        CheckConstraint("0 <= opens AND opens < closes AND closes <= 1440", name="opening_hours_minutes"),
    )

    id: int | None = Field(default=None, primary_key=True)
    laboratory_id: int | None = Field(default=None, foreign_key="laboratory.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    weekday: int
    opens: int
    closes: int


class Capacity(SQLModel, table=True):
    """A limit that holds at every moment (power in kW, places in a room), of a centre."""

    __tablename__ = "capacity"
    __table_args__ = (CheckConstraint("level >= 0", name="capacity_level"),)

    id: int | None = Field(default=None, primary_key=True)
    centre_id: int = Field(foreign_key="centre.id", index=True)
    key: str = Field(unique=True)
    name: str
    measure: str
    level: int


class Stock(SQLModel, table=True):
    """A consumable of a centre, counted in whole ``measure``."""

    __tablename__ = "stock"

    id: int | None = Field(default=None, primary_key=True)
    centre_id: int = Field(foreign_key="centre.id", index=True)
    key: str = Field(unique=True)
    name: str
    measure: str


class StockDelivery(SQLModel, table=True):
    __tablename__ = "stock_delivery"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="stock_delivery_quantity"),
        UniqueConstraint("stock_id", "at", name="stock_delivery_once"),
    )

    id: int | None = Field(default=None, primary_key=True)
    stock_id: int = Field(foreign_key="stock.id", index=True)
    at: Moment
    quantity: int
