"""Clusters, organisations, projects and persons.

Knows nothing of bookings. Personal fields stand in ``PersonDetail`` alone, which may be blanked.
"""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

STAGES = ("idea", "prototype", "pilot lot", "production")


class Cluster(SQLModel, table=True):
    __tablename__ = "cluster"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str


class Entitlement(SQLModel, table=True):
    """A cluster's share of a centre's open hours, in thousandths."""

    __tablename__ = "entitlement"
    __table_args__ = (CheckConstraint("share BETWEEN 0 AND 1000", name="entitlement_share"),)

    cluster_id: int = Field(primary_key=True, foreign_key="cluster.id")
    centre_id: int = Field(primary_key=True, foreign_key="centre.id")
    share: int


class Organisation(SQLModel, table=True):
    __tablename__ = "organisation"

    id: int | None = Field(default=None, primary_key=True)
    cluster_id: int = Field(foreign_key="cluster.id", index=True)
    key: str = Field(unique=True)
    name: str


class Project(SQLModel, table=True):
    """An organisation's project, named for one cluster."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("stage IN ('idea', 'prototype', 'pilot lot', 'production')", name="project_stage"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    cluster_id: int = Field(foreign_key="cluster.id", index=True)
    key: str = Field(unique=True)
    name: str
    stage: str


class Person(SQLModel, table=True):
    """A technician of a centre, or somebody whom an organisation sends there (its id is its resource's).

    Greatest hours of planned work in minutes per local day and per local week from Monday on; ``None``: as shifts are.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("most_minutes_day >= 0", name="person_day"),
        CheckConstraint("most_minutes_week >= 0", name="person_week"),
    )

    id: int = Field(primary_key=True, foreign_key="resource.id")
    key: str = Field(unique=True)
    most_minutes_day: int | None = None
    most_minutes_week: int | None = None


class Membership(SQLModel, table=True):
    """Somebody is an organisation's own operator, and no technician of the centre."""

    __tablename__ = "membership"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    organisation_id: int = Field(foreign_key="organisation.id", index=True)


class Qualification(SQLModel, table=True):
    """An own operator may run a unit."""

    __tablename__ = "qualification"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    unit_id: int = Field(primary_key=True, foreign_key="unit.id")


class PersonDetail(SQLModel, table=True):
    __tablename__ = "person_detail"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    name: str | None = None


class PersonSkill(SQLModel, table=True):
    """A technician has a skill at a level from 1 to 9; each contains those below."""

    __tablename__ = "person_skill"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 9", name="person_skill_level"),)

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    skill: str = Field(primary_key=True)
    level: int = 1


class Shift(SQLModel, table=True):
    """A weekly shift, in minutes after local midnight; one that passes midnight is two rows that touch."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="shift_weekday"),
        CheckConstraint("0 <= starts AND starts < ends AND ends <= 1440", name="shift_minutes"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    weekday: int
    starts: int
    ends: int
