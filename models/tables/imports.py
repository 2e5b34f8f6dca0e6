"""What was brought in from elsewhere: by which reference of which source a stored thing is known there.

Knows nothing of files.
"""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class Imported(SQLModel, table=True):
    """``reference`` is what the ``source`` calls a thing of its ``kind``; here it is ``object_id`` of ``object_kind``.
    The same reference of a source means the same thing however often it is brought in."""

    __tablename__ = "imported"
    __table_args__ = (Index("imported_as", "object_kind", "object_id"),)

    source: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    object_kind: str
    object_id: int
