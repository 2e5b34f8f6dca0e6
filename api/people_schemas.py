"""What comes in and goes out about people, their roles and what they show at the door, checked strictly.

Knows no use case and no status code.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from api.described import ONE_WAY, Described
from api.schemas import WHOLE, Key, Plain, Strict, Text
from scheduler.door.addresses import SHAPE, checked, checked_name
from scheduler.door.passwords import LONGEST, SHORTEST
from scheduler.door.people import RoleAsked
from scheduler.door.views import PersonView
from scheduler.errors import BadValue

MOST_ROLES = 50


def _email(written: str) -> str:
    try:
        return checked(written)
    except BadValue:
        raise ValueError("an e-mail address, such as name@example.org") from None


def _name(written: str) -> str:
    try:
        checked_name(written)
    except BadValue:
        raise ValueError("a name without characters that turn the direction of writing") from None
    return written


Email = Annotated[
    str,
    Field(min_length=3, max_length=254, json_schema_extra={"format": "email", "pattern": f"^{SHAPE}$"}),
    AfterValidator(_email),
]
Name = Annotated[Plain, Field(max_length=120), AfterValidator(_name), Described(ONE_WAY)]
Password = Annotated[Plain, Field(min_length=1, max_length=LONGEST, json_schema_extra={"format": "password"})]
NewPassword = Annotated[Plain, Field(min_length=SHORTEST, max_length=LONGEST, json_schema_extra={"format": "password"})]
SessionId = Annotated[Plain, Field(min_length=1, max_length=64)]


class EngineerIn(Strict):
    """An engineer of one organisation."""

    role: Literal["engineer"]
    organisation: Key


class AtCentreIn(Strict):
    """A technician or lab manager of one centre."""

    role: Literal["technician", "manager"]
    centre: Key


class OverallIn(Strict):
    """Whose role is for all there is."""

    role: Literal["administrator", "auditor"]


RoleIn = Annotated[EngineerIn | AtCentreIn | OverallIn, Field(discriminator="role")]


def asked(role: EngineerIn | AtCentreIn | OverallIn) -> RoleAsked:
    return RoleAsked(**dict(role))


class PersonIn(Strict):
    """Somebody to be invited. ``person``: the key of who that is at a centre."""

    email: Email
    name: Name = ""
    person: Key | None = None
    roles: Annotated[tuple[RoleIn, ...], Field(max_length=MOST_ROLES)] = ()


class StaffIn(Strict):
    """``person``: the key of who somebody is at a centre."""

    person: Key


class EraseIn(Strict):
    """``again``: whose details are blanked for good, by their e-mail address or staff number, so that it is nobody
    else's. ``reason``: it is kept, and should name nobody."""

    again: Annotated[Plain, Field(min_length=1, max_length=254)]
    reason: Text = ""


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
    new: NewPassword


class TokenIn(Strict):
    """A token for a program. ``password``: the account's, given again."""

    name: Annotated[Plain, Field(min_length=1, max_length=80)]
    scope: Literal["read", "write"] = "read"
    days: Annotated[int, Field(strict=True, ge=1, le=366), WHOLE] = 90
    password: Password
