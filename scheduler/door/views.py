"""What the door answers with. A secret stands in an answer once, when it is made.

Knows no rows.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleView:
    """A role that is held, for an organisation or a centre (by key; ``None``: for neither). ``place``: its name."""

    id: int
    role: str
    organisation: str | None
    centre: str | None
    place: str | None
    granted_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonView:
    """An account. ``state``: invited (no password yet), active or closed. ``email`` and ``name`` are ``None`` once they
    were erased. ``person``: the key of who that is at a centre (``None``: of nobody in the lists)."""

    id: int
    email: str | None
    name: str | None
    person: str | None
    state: str
    roles: tuple[RoleView, ...]
    made_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkView:
    """A one-time link: its secret, shown now and never again, and how long it can be used."""

    account_id: int
    email: str
    purpose: str
    secret: str
    ends_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingLink:
    """Whose password a link sets."""

    email: str
    name: str | None
    purpose: str
    ends_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """Somebody is signed in: ``secret`` is what the browser keeps, until ``ends_at`` at the latest."""

    account_id: int
    secret: str
    ends_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionView:
    """A browser that is signed in. ``id`` names it and opens nothing."""

    id: str
    started_at: datetime
    seen_at: datetime
    ends_at: datetime
    here: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenView:
    """A token of a program. ``shown``: its beginning, to tell it by. ``state``: active, expired or revoked."""

    id: int
    name: str
    scope: str
    shown: str
    state: str
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewToken:
    """A token that was just made, whole: it is shown now and never again."""

    token: str
    about: TokenView


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """Somebody gave their password again, and said what they mean by it."""

    account_id: int
    meaning: str
    at: datetime
