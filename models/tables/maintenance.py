"""Maintenance: what a unit needs to have done, when it was done last, and when it is planned.

Knows nothing of what the maintenance is needed for.
"""

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Moment, OptionalMoment


class Maintenance(SQLModel, table=True):
    """A service or calibration of a unit, due so many days, run minutes or cycles after it was done last.

    By days it may be done from ``early_days`` before it is due until ``late_days`` after it. ``expires``: after that,
    or with the run minutes or cycles used up, the unit is not used until it is done, but for operations that waive the
    ``kind`` for projects in one of the stages ``waivable_by``. ``skill``: that of the technician who does it; ``None``
    where somebody from outside does, who comes on the dates of ``MaintenanceVisit``, if there are any.
    """

    __tablename__ = "maintenance"
    __table_args__ = (
        UniqueConstraint("unit_id", "kind", name="maintenance_once"),
        CheckConstraint(
            "every_days IS NOT NULL OR every_run_minutes IS NOT NULL OR every_cycles IS NOT NULL",
            name="maintenance_is_due",
        ),
        CheckConstraint("every_days >= 1", name="maintenance_days"),
        CheckConstraint("every_run_minutes >= 1", name="maintenance_run_minutes"),
        CheckConstraint("every_cycles >= 1", name="maintenance_cycles"),
        CheckConstraint("minutes >= 1 AND early_days >= 0 AND late_days >= 0", name="maintenance_amounts"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    kind: str
    every_days: int | None = None
    every_run_minutes: int | None = None
    every_cycles: int | None = None
    minutes: int
    skill: str | None = None
    early_days: int = 0
    late_days: int = 0
    expires: bool = False
    waivable_by: list[str] = Field(default_factory=list, sa_type=JSON)
    last_done_at: Moment


class MaintenanceVisit(SQLModel, table=True):
    """When somebody from outside is there for the maintenance."""

    __tablename__ = "maintenance_visit"
    __table_args__ = (CheckConstraint("start_at < end_at", name="maintenance_visit_order"),)

    id: int | None = Field(default=None, primary_key=True)
    maintenance_id: int = Field(foreign_key="maintenance.id", index=True)
    start_at: Moment
    end_at: Moment


class MaintenanceRun(SQLModel, table=True):
    """A run's part as maintenance. Its holds are in force while it is ``planned``. ``number``: which of the times that
    the maintenance was ever planned it is, whatever became of those before (``models.queries.upkeep``)."""

    __tablename__ = "maintenance_run"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'done', 'cancelled', 'displaced')", name="maintenance_run_state"),
        Index("maintenance_time", "maintenance_id", "number", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id", unique=True)
    maintenance_id: int = Field(foreign_key="maintenance.id", index=True)
    number: int | None = None
    state: str = "planned"
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    made_at: Moment
    made_by: str
    done_at: OptionalMoment = None


class MaintenanceResult(SQLModel, table=True):
    """How a service or calibration that was done came out: ``readings`` are the words and numbers of whoever did it.

    One that failed renews nothing, and puts in doubt what ran on the unit since the last that passed.
    """

    __tablename__ = "maintenance_result"
    __table_args__ = (CheckConstraint("result IN ('passed', 'failed')", name="maintenance_result_result"),)

    id: int | None = Field(default=None, primary_key=True)
    maintenance_id: int = Field(foreign_key="maintenance.id", index=True)
    done_at: Moment
    result: str
    readings: str = ""
    told_at: Moment
    told_by: str
