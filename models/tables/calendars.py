"""What changes the weekly hours of places and persons: closures, leave, breaks, starts, and periods kept for some.

Knows nothing of weeks in particular: minutes count from local midnight, weekday 0 is Monday.
"""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.columns import Moment


class Closure(SQLModel, table=True):
    """A centre, a laboratory or a unit is closed once, from ``start_at`` to ``end_at``.

    ``blocks``: nothing may stand on the units meanwhile either; otherwise what runs by itself runs on.
    """

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint(
            "(centre_id IS NOT NULL AND laboratory_id IS NULL AND unit_id IS NULL) OR "
            "(centre_id IS NULL AND (laboratory_id IS NULL) <> (unit_id IS NULL))",
            name="closure_of_one",
        ),
        CheckConstraint("start_at < end_at", name="closure_order"),
    )

    id: int | None = Field(default=None, primary_key=True)
    centre_id: int | None = Field(default=None, foreign_key="centre.id", index=True)
    laboratory_id: int | None = Field(default=None, foreign_key="laboratory.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    start_at: Moment
    end_at: Moment
    blocks: bool = False
    reason: str


class Leave(SQLModel, table=True):
    """A person is away; why is nobody's business."""

    __tablename__ = "leave"
    __table_args__ = (CheckConstraint("start_at < end_at", name="leave_order"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    start_at: Moment
    end_at: Moment


class ShiftBreak(SQLModel, table=True):
    """A weekly break within a shift, such as lunch."""

    __tablename__ = "shift_break"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="shift_break_weekday"),
        CheckConstraint("0 <= starts AND starts < ends AND ends <= 1440", name="shift_break_minutes"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    weekday: int
    starts: int
    ends: int
    name: str


class StartRule(SQLModel, table=True):
    """When work may be started on a laboratory's units, or on one unit in its place: at ``first`` and every ``every``
    minutes after it, before ``until``. A unit with rows of its own does not follow its laboratory."""

    __tablename__ = "start_rule"
    __table_args__ = (
        CheckConstraint("(laboratory_id IS NULL) <> (unit_id IS NULL)", name="start_rule_of_one"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="start_rule_weekday"),
        CheckConstraint("0 <= first AND first < until AND until <= 1440 AND every >= 1", name="start_rule_minutes"),
    )

    id: int | None = Field(default=None, primary_key=True)
    laboratory_id: int | None = Field(default=None, foreign_key="laboratory.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    weekday: int
    first: int
    until: int
    every: int


class ReservedPeriod(SQLModel, table=True):
    """A weekly period in which only work of these ``stages`` or for these ``clusters`` (keys; both lists are texts with
    semicolons) may use a laboratory's units, or one unit; nobody where both are empty. Unit and laboratory add up."""

    __tablename__ = "reserved_period"
    __table_args__ = (
        CheckConstraint("(laboratory_id IS NULL) <> (unit_id IS NULL)", name="reserved_period_of_one"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="reserved_period_weekday"),
        CheckConstraint("0 <= starts AND starts < ends AND ends <= 1440", name="reserved_period_minutes"),
    )

    id: int | None = Field(default=None, primary_key=True)
    laboratory_id: int | None = Field(default=None, foreign_key="laboratory.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    weekday: int
    starts: int
    ends: int
    stages: str = ""
    clusters: str = ""
    reason: str
