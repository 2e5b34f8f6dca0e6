"""The first administrator: made with the database, since there is no default account.

Knows nothing of other people.
"""

from datetime import datetime

from models.database import Database
from models.queries.access import account_with_email, administrators
from scheduler.actors import Actor
from scheduler.door.addresses import checked
from scheduler.door.links import send_link
from scheduler.door.people import RoleAsked, invite
from scheduler.door.views import LinkView


def first_administrator(database: Database, *, actor: Actor, now: datetime, email: str) -> LinkView | None:
    """The link of the first administrator, who is made unless there is one: then ``None``. While none has set a
    password yet nobody could sign in, and the one with this address gets a new link.

    Raises ``BadValue``, ``KeyTaken`` (somebody else's address)."""
    address = checked(email)
    with database.reading() as session:
        found = administrators(session)
        named = account_with_email(session, address)
    if any(each.password_hash for each in found):
        return None
    if named is not None and named.id in {each.id for each in found}:
        return send_link(database, actor=actor, now=now, account_id=named.id or 0)
    return invite(database, actor=actor, now=now, email=email, roles=(RoleAsked(role="administrator"),))
