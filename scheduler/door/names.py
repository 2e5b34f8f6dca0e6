"""What those are called who did something, as far as whoever reads may know it.

Knows nothing of what they did.
"""

from collections.abc import Collection, Mapping

from sqlmodel import Session

from models.database import Database
from models.queries.access import account_names, accounts
from scheduler.access import can
from scheduler.actors import LOCAL_ADMINISTRATOR, TIMETABLE, Actor
from scheduler.door.recording import account_in

THEMSELVES: Mapping[str, str] = {LOCAL_ADMINISTRATOR.key: "local administrator", TIMETABLE.key: "the timetable"}
"""How those who act by themselves are told."""
SOMEBODY = "somebody"
"""Who did it, for those who may not know the name."""


def called(session: Session, *, actor: Actor, keys: Collection[str]) -> dict[str, str]:
    """Words for each key of an actor, such as ``account:17``: a name for those who run a centre or look after all, and
    one's own for oneself. Who has no name, or was erased, keeps the key; an address is told to nobody here."""
    known = set(keys) if can(actor, "see capacity") else set(keys) & {actor.key}
    numbers = {key: number for key in keys if (number := account_in(key)) is not None}
    names = account_names(session, [number for key, number in numbers.items() if key in known])
    hidden = numbers.keys() - known
    return {key: SOMEBODY if key in hidden else _words(key, names.get(numbers.get(key, 0))) for key in keys}


def who_is(database: Database, *, actor: Actor, key: str) -> str:
    """As ``called``, of one."""
    with database.reading() as session:
        return called(session, actor=actor, keys=[key])[key]


def own_name(database: Database, *, actor: Actor) -> str:
    """What the actor is called to themselves: an account without a name by its address, which nobody else is told."""
    with database.reading() as session:
        found = accounts(session, ids=() if actor.account_id is None else (actor.account_id,))
    own = next((row.name or row.email for row in found), None)
    return _words(actor.key, own)


def _words(key: str, name: str | None) -> str:
    return name or THEMSELVES.get(key, key.replace("-", " "))
