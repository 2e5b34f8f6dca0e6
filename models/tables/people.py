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
    """A technician of a centre (its id is its resource's)."""

    __tablename__ = "person"

    id: int = Field(primary_key=True, foreign_key="resource.id")
    key: str = Field(unique=True)


class PersonDetail(SQLModel, table=True):
    __tablename__ = "person_detail"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    name: str | None = None


class PersonSkill(SQLModel, table=True):
    __tablename__ = "person_skill"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    skill: str = Field(primary_key=True)


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
