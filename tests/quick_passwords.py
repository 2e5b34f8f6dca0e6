"""Passwords hashed in no time, for tests that are not about how long it takes; and people who have one.

Knows no door.
"""

from datetime import datetime

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.door.links import set_password_by_link
from scheduler.door.people import RoleAsked, invite
from scheduler.door.views import SignedIn

QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
PASSWORD = "four words about ovens"
ANNA = "anna@alfa.example"


def person(
    database: Database,
    now: datetime,
    email: str = ANNA,
    *,
    role: str = "administrator",
    organisation: str | None = None,
    centre: str | None = None,
    password: str = PASSWORD,
) -> SignedIn:
    """Invited with this role, with a password, and signed in."""
    asked = (RoleAsked(role=role, organisation=organisation, centre=centre),) if role else ()
    link = invite(database, actor=ME, now=now, email=email, name=email.partition("@")[0].title(), roles=asked)
    return set_password_by_link(database, now=now, secret=link.secret, password=password)
