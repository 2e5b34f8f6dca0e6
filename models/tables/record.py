"""The record: audit events, notices to owners, and the timetable's due work.

Knows nothing of what the events mean.
"""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import Moment, OptionalMoment


class AuditEvent(SQLModel, table=True):
    """One change. ``chain`` is ``centre:<id>`` or ``people``; ``number`` counts from 1 within it without gaps, ``id``
    rises over all chains. ``before`` and ``after`` are the object as people read it, ``changes`` the rows that changed
    with it, in whichever tables (``models.changes``).

    ``hash`` is the SHA-256 (hexadecimal) of the event's canonical JSON, which contains ``id`` and ``previous_hash``.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("chain", "number", name="audit_event_once"),
        Index("audit_event_of_object", "object_kind", "object_id"),
        Index("audit_event_of_verb", "verb", "id"),
        Index("audit_event_of_actor", "actor", "id"),
        Index("audit_event_at", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    chain: str
    number: int
    at: Moment
    actor: str
    verb: str
    object_kind: str
    object_id: str
    reason: str = ""
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    after: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    changes: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    previous_hash: str
    hash: str


class Notice(SQLModel, table=True):
    """A message to the organisation that owns a booking or request; ``facts`` are what its sentence is made of."""

    __tablename__ = "notice"

    id: int | None = Field(default=None, primary_key=True)
    centre_id: int = Field(foreign_key="centre.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    request_id: int | None = Field(default=None, foreign_key="request.id")
    booking_id: int | None = Field(default=None, foreign_key="booking.id")
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    kind: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    made_at: Moment
    read_at: OptionalMoment = None


class DueWork(SQLModel, table=True):
    """Work that is due: kept until done, leased by one worker at a time. ``subject`` tells what it is about; of one
    kind and subject only one is open."""

    __tablename__ = "due_work"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="due_work_attempts"),
        CheckConstraint("(leased_by IS NULL) = (leased_until IS NULL)", name="due_work_lease"),
        Index("due_work_open", "done_at", "due_at"),
        Index(
            "due_work_open_once",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    due_at: Moment
    leased_by: str | None = None
    leased_until: OptionalMoment = None
    attempts: int = 0
    done_at: OptionalMoment = None
    error: str | None = None
