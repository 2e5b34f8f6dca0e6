"""The first administrator: made with the database, since there is no default account.

Knows nothing of other people.
"""

from datetime import datetime

from models.database import Database
from models.queries.access import administrators
from scheduler.actors import Actor
from scheduler.door.people import RoleAsked, invite
from scheduler.door.views import LinkView


def first_administrator(database: Database, *, actor: Actor, now: datetime, email: str) -> LinkView | None:
    """The link of the first administrator, who is made unless there is one: then ``None``. Raises ``BadValue``,
    ``KeyTaken`` (somebody else's address)."""
    with database.reading() as session:
        if administrators(session):
            return None
    return invite(database, actor=actor, now=now, email=email, roles=(RoleAsked(role="administrator"),))
