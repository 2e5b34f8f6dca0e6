"""The ids behind the keys that people type.

Knows nothing of what the key is wanted for.
"""

from collections.abc import Callable

from sqlmodel import Session

from models.queries.catalogue import centre_id_of, cluster_id_of, laboratory_id_of, organisation_id_of, unit_id_of
from models.queries.sight import EVERYTHING, Sight
from scheduler.errors import Unknown

FINDERS: dict[str, Callable[..., int | None]] = {
    "centre": centre_id_of,
    "cluster": cluster_id_of,
    "laboratory": laboratory_id_of,
    "organisation": organisation_id_of,
    "unit": unit_id_of,
}


def id_of(session: Session, kind: str, key: str | None, *, sight: Sight = EVERYTHING) -> int | None:
    """The id behind a key; ``None`` where no key is given. Raises ``Unknown``, so too for an organisation that may not
    be seen: what else has a key is known to all."""
    if key is None:
        return None
    finder = FINDERS[kind]
    found = finder(session, key, sight=sight) if kind == "organisation" else finder(session, key)
    if found is None:
        raise Unknown(kind, key)
    return found


def check_known(session: Session, *, sight: Sight = EVERYTHING, **keys: str | None) -> None:
    """Raises ``Unknown`` for the first key, by its kind, that nothing has; keys not given are passed over."""
    for kind, key in keys.items():
        id_of(session, kind, key, sight=sight)
