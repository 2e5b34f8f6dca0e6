"""A command of somebody who holds no role that could ever give it: recorded with people and settings, since it never
came to a centre.

Knows nothing of what was to be done.
"""

from datetime import datetime

from sqlmodel import Session

from models.audit import PEOPLE, record
from models.database import Database
from scheduler.actors import Actor
from scheduler.errors import Refused

LONGEST = 200
"""Characters of an address that are kept."""


def record_refused_at_door(database: Database, *, actor: Actor, now: datetime, about: str, refusal: Refused) -> None:
    """One event in a transaction of its own."""

    def command(session: Session) -> None:
        record(
            session,
            chain=PEOPLE,
            at=now,
            actor=actor.key,
            verb="refused command",
            object_kind="attempt",
            object_id=about[:LONGEST],
            reason=refusal.text,
        )

    database.write(command)
