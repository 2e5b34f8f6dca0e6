"""Who may do what: one pure function of the actor, the action and what it is done to.

Knows no rows and no routes. What somebody may not see does not exist for them: that is for whoever asks to say.
"""

from dataclasses import dataclass
from typing import Literal

from scheduler.actors import Actor, Grant, Role

Action = Literal[
    "see busy times",
    "see bookings",
    "see capacity",
    "see people",
    "see audit",
    "ask",
    "book",
    "cancel",
    "record use",
    "report outage",
    "plan",
    "publish",
    "override",
    "maintain",
    "change settings",
    "change people",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """What an action is done to: something of an organisation, of a centre, or of both. ``None``: of none in
    particular."""

    organisation_id: int | None = None
    centre_id: int | None = None


ANYTHING = Thing()

_ENGINEER: frozenset[Action] = frozenset({"see busy times", "see bookings", "ask", "book", "cancel"})
_TECHNICIAN: frozenset[Action] = frozenset({"see busy times", "see bookings", "record use", "report outage"})
_MANAGER: frozenset[Action] = frozenset(
    {
        "see busy times",
        "see bookings",
        "see capacity",
        "ask",
        "book",
        "cancel",
        "record use",
        "report outage",
        "plan",
        "publish",
        "override",
        "maintain",
    }
)
_ADMINISTRATOR: frozenset[Action] = frozenset(
    {"see busy times", "see bookings", "see capacity", "see people", "see audit", "change settings", "change people"}
)
_AUDITOR: frozenset[Action] = frozenset({"see busy times", "see bookings", "see capacity", "see people", "see audit"})
READING: frozenset[Action] = frozenset({"see busy times", "see bookings", "see capacity", "see people", "see audit"})
"""What a token that reads only may be used for."""

_ALL: frozenset[Action] = _MANAGER | _ADMINISTRATOR
MAY: dict[Role, frozenset[Action]] = {
    "engineer": _ENGINEER,
    "technician": _TECHNICIAN,
    "manager": _MANAGER,
    "administrator": _ADMINISTRATOR,
    "auditor": _AUDITOR,
    "operator": _ALL,
}
"""What each role may do where it holds."""

EVERYWHERE: frozenset[Action] = frozenset({"see busy times"})
"""What whoever holds any role may do to anything: when a unit is free is no secret among those who share it."""


def can(actor: Actor, action: Action, thing: Thing = ANYTHING) -> bool:
    """Whether the actor may do this to it: one of the roles they hold has to allow the action and to cover the thing.

    An engineer's covers what is of the organisation, a technician's and a lab manager's what is of the centre, the
    others' all. To ``ANYTHING`` (what is of nobody in particular) whoever may do it somewhere may do it.
    """
    if actor.reads_only and action not in READING:
        return False
    return any(action in MAY[grant.role] and (action in EVERYWHERE or _covers(grant, thing)) for grant in actor.grants)


def _covers(grant: Grant, thing: Thing) -> bool:
    if thing == ANYTHING:
        return True
    if grant.role == "engineer":
        return thing.organisation_id == grant.organisation_id
    if grant.role in ("technician", "manager"):
        return thing.centre_id == grant.centre_id
    return True
