"""How much somebody may use of some units: quotas over time, and budgets of hours that grants fill.

Knows nothing of what was used: that is counted from holds.
"""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Moment

HOLDERS = ("organisation", "cluster", "person")
PERIODS = ("day", "week", "rolling")


class Quota(SQLModel, table=True):
    """At most ``most`` minutes, or by ``measure`` ``count`` so many runs, of some units in each local day, each local
    week (from Monday) or, ``rolling``, any stretch of ``days`` days.

    ``per``: whose uses count together; the one named by ``organisation_id``, ``cluster_id`` or ``person`` (the key of
    whoever asked), or, where none is, each by itself. The units are those of the centre, the laboratory and the type
    that are given, or the one unit: ``None`` narrows nothing. Without a centre it counts in all of them.
    """

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint("per IN ('organisation', 'cluster', 'person')", name="quota_per"),
        CheckConstraint("measure IN ('minutes', 'count')", name="quota_measure"),
        CheckConstraint("most >= 0", name="quota_most"),
        CheckConstraint("period IN ('day', 'week', 'rolling')", name="quota_period"),
        CheckConstraint("(period = 'rolling') = (days IS NOT NULL)", name="quota_rolling"),
        CheckConstraint("days IS NULL OR days BETWEEN 1 AND 366", name="quota_days"),
        CheckConstraint("period = 'rolling' OR centre_id IS NOT NULL", name="quota_local"),
        CheckConstraint("organisation_id IS NULL OR per = 'organisation'", name="quota_of_organisation"),
        CheckConstraint("cluster_id IS NULL OR per = 'cluster'", name="quota_of_cluster"),
        CheckConstraint("person IS NULL OR per = 'person'", name="quota_of_person"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    per: str
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    cluster_id: int | None = Field(default=None, foreign_key="cluster.id", index=True)
    person: str | None = None
    centre_id: int | None = Field(default=None, foreign_key="centre.id", index=True)
    laboratory_id: int | None = Field(default=None, foreign_key="laboratory.id", index=True)
    unit_type: str | None = None
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    measure: str
    most: int
    period: str
    days: int | None = None


class Budget(SQLModel, table=True):
    """Hours of some units of a centre that an organisation, or one of its projects, may use as they are granted.

    A run takes its hours where it starts; what is not used of a grant stays. The units are narrowed as a quota's.
    """

    __tablename__ = "budget"
    __table_args__ = (CheckConstraint("(organisation_id IS NULL) <> (project_id IS NULL)", name="budget_of_one"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    project_id: int | None = Field(default=None, foreign_key="project.id", index=True)
    centre_id: int = Field(foreign_key="centre.id", index=True)
    laboratory_id: int | None = Field(default=None, foreign_key="laboratory.id", index=True)
    unit_type: str | None = None


class BudgetGrant(SQLModel, table=True):
    """Minutes granted from a moment on."""

    __tablename__ = "budget_grant"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="budget_grant_minutes"),
        UniqueConstraint("budget_id", "at", name="budget_grant_once"),
    )

    id: int | None = Field(default=None, primary_key=True)
    budget_id: int = Field(foreign_key="budget.id", index=True)
    at: Moment
    minutes: int
