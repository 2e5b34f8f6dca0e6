"""What comes in and goes out about people, their roles and what they show at the door, checked strictly.

Knows no use case and no status code.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from api.schemas import Key, Strict, Text, plain_text
from scheduler.door.people import RoleAsked
from scheduler.door.views import PersonView

MOST_ROLES = 50
Email = Annotated[str, Field(min_length=3, max_length=254), AfterValidator(plain_text)]
Name = Annotated[str, Field(max_length=120), AfterValidator(plain_text)]
Password = Annotated[
    str, Field(min_length=1, max_length=4096, json_schema_extra={"format": "password"}), AfterValidator(plain_text)
]
Role = Literal["engineer", "technician", "manager", "administrator", "auditor"]
SessionId = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(plain_text)]


class RoleIn(Strict):
    """An engineer's role is for an organisation, a technician's or manager's for a centre, the others' for neither."""

    role: Role
    organisation: Key | None = None
    centre: Key | None = None

    @property
    def asked(self) -> RoleAsked:
        return RoleAsked(role=self.role, organisation=self.organisation, centre=self.centre)


class PersonIn(Strict):
    """Somebody to be invited."""

    email: Email
    name: Name = ""
    roles: Annotated[tuple[RoleIn, ...], Field(max_length=MOST_ROLES)] = ()


class Link(Strict):
    """A one-time link, whole: it is shown now and never again."""

    account_id: int
    email: str
    purpose: Literal["invitation", "reset"]
    address: str
    ends_at: datetime


class Invited(Strict):
    """Somebody who was invited, and the link by which they set a password."""

    person: PersonView
    link: Link


class NameIn(Strict):
    name: Name


class PasswordIn(Strict):
    """``password``: the one until now; ``new``: 15 characters or more."""

    password: Password
    new: Password


class TokenIn(Strict):
    """A token for a program. ``password``: the account's, given again."""

    name: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(plain_text)]
    scope: Literal["read", "write"] = "read"
    days: Annotated[int, Field(strict=True, ge=1, le=366)] = 90
    password: Password


class PublishIn(Strict):
    """``reason``, and ``password`` with its ``meaning``: where the centre asks for them."""

    reason: Text = ""
    password: Annotated[str, Field(max_length=4096), AfterValidator(plain_text)] = ""
    meaning: Text = ""


class DiscardIn(Strict):
    """``reason``: where the centre asks for one."""

    reason: Text = ""
