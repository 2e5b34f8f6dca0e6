"""What the record says of the door.

Knows no use case.
"""

from sqlmodel import col, select

from models.chains import verify
from models.database import Database
from models.tables import AuditEvent


def events(database: Database) -> list[AuditEvent]:
    """The chain of people and settings, which has to be whole."""
    with database.reading() as session:
        assert verify(session, "people") == []
        return list(
            session.exec(select(AuditEvent).where(AuditEvent.chain == "people").order_by(col(AuditEvent.number)))
        )


def verbs(database: Database) -> list[str]:
    return [event.verb for event in events(database)]


def everything_said(database: Database) -> str:
    """All that stands in the events, as text."""
    return "\n".join(event.model_dump_json() for event in events(database))
