"""What is decided: runs, their holds, the bookings in them, and outages.

Knows nothing of how it was planned.
"""

from datetime import UTC, datetime

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.columns import Moment, OptionalMoment

BOOKING_STATES = (
    "asked",
    "returned",
    "offered",
    "lapsed",
    "confirmed",
    "running",
    "done",
    "cancelled",
    "no_show",
    "displaced",
)
HOLDING_STATES = ("offered", "confirmed", "running")
NO_END = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of an outage of which nobody knows when it will be over: later than every moment that may be asked about, so
that each comparison holds as it stands. It is never shown as a date."""


class Run(SQLModel, table=True):
    """One stretch of work: an operation of a request (``operation`` and ``number`` from 1), or a ``visit`` (from 1)
    inside such a run, or maintenance, or units booked by hand (no request)."""

    __tablename__ = "run"
    __table_args__ = (
        CheckConstraint("kind IN ('work', 'maintenance')", name="run_kind"),
        CheckConstraint("start_at < end_at", name="run_order"),
        CheckConstraint(
            "(request_id IS NULL) = (operation IS NULL) AND (request_id IS NULL) = (number IS NULL)",
            name="run_of_operation",
        ),
        CheckConstraint("visit >= 0", name="run_visit"),
        Index("run_of_request", "request_id", "operation", "number", "visit"),
        Index("run_in_time", "centre_id", "start_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    centre_id: int = Field(foreign_key="centre.id")
    kind: str = "work"
    request_id: int | None = Field(default=None, foreign_key="request.id")
    operation: int | None = None
    number: int | None = None
    start_at: Moment
    end_at: Moment
    visit: int = 0


class Hold(SQLModel, table=True):
    """A run's hold of one lane of a resource for ``[start_at, end_at)``.

    While ``in_force`` the database's guard lets no other hold in force of the same resource and lane overlap it. A
    unit's hold covers the whole run, a person's the part that needs them.
    """

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("start_at < end_at", name="hold_order"),
        CheckConstraint("lane >= 0", name="hold_lane"),
        Index("hold_of_resource", "resource_id", "start_at"),
        # The guard on SQLite seeks in it: of one lane's holds in force, the last that starts before a given moment.
        Index(
            "hold_of_lane",
            "resource_id",
            "lane",
            "start_at",
            sqlite_where=text("in_force = 1"),
            postgresql_where=text("in_force"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id", index=True)
    resource_id: int = Field(foreign_key="resource.id")
    lane: int = 0
    start_at: Moment
    end_at: Moment
    in_force: bool = True


class Booking(SQLModel, table=True):
    """One project's part in a run. Keeps the organisation, cluster and stage that it had when made.

    ``request_id``, ``operation`` and ``number``: of which request's work it is, in a run that began as another's
    (``None``: the run's own).
    """

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint(
            "state IN ('asked', 'returned', 'offered', 'lapsed', 'confirmed', 'running', 'done', 'cancelled', "
            "'no_show', 'displaced')",
            name="booking_state",
        ),
        CheckConstraint("booked_start < booked_end", name="booking_order"),
        CheckConstraint("quantity >= 1", name="booking_quantity"),
        CheckConstraint("pin IN ('none', 'time', 'unit', 'both')", name="booking_pin"),
        CheckConstraint("stage IN ('idea', 'prototype', 'pilot lot', 'production')", name="booking_stage"),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id", index=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    cluster_id: int = Field(foreign_key="cluster.id", index=True)
    stage: str
    purpose: str = ""
    quantity: int = 1
    state: str = Field(index=True)
    pin: str = "none"
    booked_start: Moment
    booked_end: Moment
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    made_at: Moment
    made_by: str
    request_id: int | None = Field(default=None, foreign_key="request.id", index=True)
    operation: int | None = None
    number: int | None = None


class UsedTime(SQLModel, table=True):
    """When a booking's work was done in fact; without an end it still goes on. ``quantity``: pieces that were made."""

    __tablename__ = "used_time"
    __table_args__ = (
        CheckConstraint("end_at IS NULL OR start_at < end_at", name="used_time_order"),
        CheckConstraint("quantity >= 0", name="used_time_quantity"),
    )

    id: int | None = Field(default=None, primary_key=True)
    booking_id: int = Field(foreign_key="booking.id", index=True)
    start_at: Moment
    end_at: OptionalMoment = None
    quantity: int | None = None
    told_at: Moment
    told_by: str


class Override(SQLModel, table=True):
    """Somebody let a booking break rules: ``rules`` are the sentences of what it broke when it was made."""

    __tablename__ = "override"

    booking_id: int = Field(primary_key=True, foreign_key="booking.id")
    reason: str
    rules: list[str] = Field(default_factory=list, sa_type=JSON)
    made_at: Moment
    made_by: str


class Outage(SQLModel, table=True):
    """A unit that is out of order for ``[start_at, end_at)``, until further notice where that is ``NO_END``. It closes
    the unit and is no run."""

    __tablename__ = "outage"
    __table_args__ = (CheckConstraint("start_at < end_at", name="outage_order"),)

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    start_at: Moment
    end_at: Moment
    reason: str = ""
    reported_by: str
    reported_at: Moment
    withdrawn_at: OptionalMoment = None
