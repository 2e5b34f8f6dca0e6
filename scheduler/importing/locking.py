"""What an import locks before it reads: the centres, organisations and clusters that its rows concern, and no others.

Knows nothing of what is stored afterwards. A rehearsal does not ask for it: it has but the rows that it writes, until
they are rolled back.
"""

from collections.abc import Callable, Collection, Mapping

from sqlmodel import Session

from models.locks import lock_centres, lock_clusters, lock_organisations, lock_quotas_of_people
from models.queries.imported import centres_of_bookings, centres_of_keys, centres_of_units, owners_of_projects
from models.queries.touched import Touched, touched
from scheduler.access import Thing, can
from scheduler.actors import Actor
from scheduler.importing.kinds import BookingLine, Kind, RequestFileLine, action_of, number_of
from scheduler.loading.line import Line


class NamesMoved(Exception):
    """What a file names was stored or given to another owner meanwhile; the same again will see it."""


_NAMING = ("centre", "laboratory", "unit", "person", "organisation", "cluster", "project")
"""Columns that name what is locked, or what belongs to it."""


def lock_for(session: Session, kind: Kind, lines: Collection[Line], actor: Actor) -> None:
    """Nobody plans or books meanwhile where the lines may change something. Raises ``NamesMoved`` as ``lock_named``."""
    if kind.name in ("requests", "bookings"):
        _lock(session, lambda: _asked_for(session, kind, lines, actor))
    else:
        lock_named(session, [line.texts for line in lines])


def lock_named(session: Session, rows: Collection[Mapping[str, str]]) -> None:
    """The centres, organisations and clusters of what rows name by column, as they are stored and as the rows say.
    Raises ``NamesMoved``."""
    named = {column: {row[column] for row in rows if row.get(column)} for column in _NAMING}
    _lock(session, lambda: touched(session, named))


def _lock(session: Session, concerned: Callable[[], Touched]) -> None:
    """Names are read, their rows locked and the names read again. Raises ``NamesMoved`` where more is concerned by
    then: to lock it too would be out of turn."""
    before = concerned()
    lock_centres(session, before.centres)
    lock_organisations(session, before.organisations)
    lock_clusters(session, before.clusters)
    lock_quotas_of_people(session)
    if not before.covers(concerned()):
        raise NamesMoved


def _asked_for(session: Session, kind: Kind, lines: Collection[Line], actor: Actor) -> Touched:
    """Where bookings and requests are, and whose they are. What is of centres where the actor may not do this is not
    known."""
    bookings = tuple(line for line in lines if isinstance(line, BookingLine))
    requests = tuple(line for line in lines if isinstance(line, RequestFileLine))
    named = centres_of_units(session, {key for line in bookings for key in line.units})
    numbers = {number for line in bookings if not line.units and (number := number_of(line)) is not None}
    named |= {*centres_of_bookings(session, numbers).values()}
    named |= centres_of_keys(session, {line.centre for line in requests})
    owners = owners_of_projects(session, {line.project for line in bookings} | {line.project for line in requests})
    return Touched(
        centres=frozenset(id_ for id_ in named if can(actor, action_of(kind.name), Thing(centre_id=id_))),
        organisations=frozenset(organisation for organisation, _ in owners),
        clusters=frozenset(cluster for _, cluster in owners),
    )
