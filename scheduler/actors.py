"""Who does something, and which roles they hold at this moment.

Knows nothing of what a role may do.
"""

from dataclasses import dataclass
from typing import Literal

Role = Literal["engineer", "technician", "manager", "administrator", "auditor", "operator"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A role: an engineer's for one organisation, a technician's and a lab manager's for one centre, the others' for
    all there is (both ``None``)."""

    role: Role
    organisation_id: int | None = None
    centre_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Whoever acts, by the key that the audit keeps (``account:17``); without grants nobody in particular.
    ``reads_only``: came with a token that may not write."""

    key: str
    grants: tuple[Grant, ...] = ()
    account_id: int | None = None
    reads_only: bool = False


NOBODY = Actor(key="nobody")
"""Who did not sign in."""

LOCAL_ADMINISTRATOR = Actor(key="local-administrator", grants=(Grant(role="operator"),))
"""Whoever runs the command line: who can reach the database's file or server needs nobody's leave."""

TIMETABLE = Actor(key="timetable", grants=(Grant(role="operator"),))
"""Work that was made due earlier, and is now done."""
