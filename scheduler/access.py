"""Who may do what: one pure function of the actor, the action and what it is done to.

Knows no rows and no routes. What somebody may not see does not exist for them: that is for whoever asks to say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from models.queries.sight import EVERYTHING, Sight
from scheduler.actors import Actor, Grant, Role
from scheduler.errors import Forbidden, NotSignedIn

Action = Literal[
    "see busy times",
    "see bookings",
    "see capacity",
    "see people",
    "see audit",
    "read record",
    "ask",
    "book",
    "cancel",
    "record use",
    "report outage",
    "plan",
    "pin",
    "publish",
    "override",
    "approve",
    "set policies",
    "maintain",
    "change settings",
    "change formalities",
    "change people",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """What an action is done to: something of an organisation, of a centre, or of both. ``None``: of none in
    particular."""

    organisation_id: int | None = None
    centre_id: int | None = None


ANYTHING = Thing()
NOWHERE = Thing(organisation_id=0, centre_id=0)
"""Of an organisation and a centre that there are not: only a role that holds everywhere covers it."""

_ENGINEER: frozenset[Action] = frozenset({"see busy times", "see bookings", "ask", "book", "cancel"})
_TECHNICIAN: frozenset[Action] = frozenset({"see busy times", "see bookings", "record use", "report outage"})
_MANAGER: frozenset[Action] = frozenset(
    {
        "see busy times",
        "see bookings",
        "see capacity",
        "read record",
        "ask",
        "book",
        "cancel",
        "record use",
        "report outage",
        "plan",
        "pin",
        "publish",
        "override",
        "approve",
        "set policies",
        "maintain",
    }
)
_ADMINISTRATOR: frozenset[Action] = frozenset(
    {
        "see busy times",
        "see bookings",
        "see capacity",
        "see people",
        "see audit",
        "read record",
        "set policies",
        "change settings",
        "change formalities",
        "change people",
    }
)
_AUDITOR: frozenset[Action] = frozenset(
    {"see busy times", "see bookings", "see capacity", "see people", "see audit", "read record"}
)
READING: frozenset[Action] = _AUDITOR
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


TOLD: Mapping[Action, str] = {
    "see busy times": "see when units are free",
    "see bookings": "see bookings",
    "see capacity": "see the plans and the use of a centre as a whole",
    "see people": "see people and their roles",
    "see audit": "read the whole record",
    "read record": "read the record",
    "ask": "ask for jobs",
    "book": "book units",
    "cancel": "cancel bookings",
    "record use": "check work in and out",
    "report outage": "report outages",
    "plan": "ask for plans",
    "pin": "pin bookings",
    "publish": "publish plans",
    "override": "override rules",
    "approve": "approve bookings",
    "set policies": "set what may be asked of units",
    "maintain": "mark maintenance as done",
    "change settings": "change settings",
    "change formalities": "change what a centre asks for",
    "change people": "change people and roles",
}
"""What each action is called after "none of your roles lets you"."""

_OF_ONE_CENTRE: frozenset[Role] = frozenset({"technician", "manager"})


def can(actor: Actor, action: Action, thing: Thing = ANYTHING) -> bool:
    """Whether the actor may do this to it: one of the roles they hold has to allow the action and to cover the thing.

    An engineer's covers what is of the organisation, a technician's and a lab manager's what is of the centre, the
    others' all. To ``ANYTHING`` (what is of nobody in particular) whoever may do it somewhere may do it.
    """
    return any(action in EVERYWHERE or _covers(grant, thing) for grant in _allowing(actor, action))


def can_at(actor: Actor, action: Action, centre_id: int) -> bool:
    """Whether the actor may do this to something of the centre: an engineer, to what is of the own organisation."""
    owners = {grant.organisation_id for grant in actor.grants}
    return any(can(actor, action, Thing(organisation_id=owner, centre_id=centre_id)) for owner in owners)


def sight(actor: Actor, action: Action = "see bookings") -> Sight:
    """To what the actor may do this, for a query: ``can`` says the same of each thing."""
    allowing = _allowing(actor, action)
    if any(action in EVERYWHERE or _covers(grant, NOWHERE) for grant in allowing):
        return EVERYTHING
    return Sight(
        organisation_ids=_ids(grant.organisation_id for grant in allowing if grant.role == "engineer"),
        centre_ids=_ids(grant.centre_id for grant in allowing if grant.role in _OF_ONE_CENTRE),
    )


def owners_sight(actor: Actor) -> Sight:
    """Whose organisations and projects the actor may see: their own; those that have work at a technician's centre; all
    who may come to a lab manager's."""
    seen = sight(actor)
    return EVERYTHING if sight(actor, "see capacity").centre_ids else seen


def check_may(actor: Actor, action: Action, *things: Thing) -> None:
    """Raises ``Forbidden`` unless the actor may do this to each of the things (to anything, where none is given), and
    ``NotSignedIn`` for whoever did not sign in."""
    if not actor.grants and actor.account_id is None:
        raise NotSignedIn("Sign in first: this is for those who have a role here.")
    if not all(can(actor, action, thing) for thing in things or (ANYTHING,)):
        raise forbidden(action)


def forbidden(action: Action) -> Forbidden:
    """The refusal, in words that say nothing of the thing."""
    return Forbidden(f"None of your roles lets you {TOLD[action]} here.")


def _allowing(actor: Actor, action: Action) -> list[Grant]:
    """The roles that the actor holds and that allow this somewhere."""
    if actor.reads_only and action not in READING:
        return []
    return [grant for grant in actor.grants if action in MAY[grant.role]]


def _covers(grant: Grant, thing: Thing) -> bool:
    if thing == ANYTHING:
        return True
    if grant.role == "engineer":
        return thing.organisation_id is not None and thing.organisation_id == grant.organisation_id
    if grant.role in _OF_ONE_CENTRE:
        return thing.centre_id is not None and thing.centre_id == grant.centre_id
    return True


def _ids(found: Iterable[int | None]) -> frozenset[int]:
    return frozenset(each for each in found if each is not None)
