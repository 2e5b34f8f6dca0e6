"""What an import locks before it reads: for a centre's own lists that centre and the owners of its projects, else all.

Knows nothing of what is stored afterwards. A rehearsal does not ask for it: it has but the rows that it writes, until
they are rolled back.
"""

from collections.abc import Collection

from sqlmodel import Session

from models.locks import lock_centres, lock_clusters, lock_organisations, lock_quotas_of_people
from models.queries.everything import every_row
from models.queries.imported import centres_of_bookings, centres_of_keys, centres_of_units, owners_of_projects
from models.tables import Centre, Cluster, Organisation
from scheduler.access import Thing, can
from scheduler.actors import Actor
from scheduler.importing.kinds import BookingLine, Kind, RequestFileLine, action_of, number_of
from scheduler.loading.line import Line


def lock_for(session: Session, kind: Kind, lines: Collection[Line], actor: Actor) -> None:
    """Nobody plans or books meanwhile where the lines may change something."""
    if kind.name not in ("requests", "bookings"):
        lock_everything(session)
        return
    bookings = tuple(line for line in lines if isinstance(line, BookingLine))
    requests = tuple(line for line in lines if isinstance(line, RequestFileLine))
    named = centres_of_units(session, {key for line in bookings for key in line.units})
    numbers = {number for line in bookings if not line.units and (number := number_of(line)) is not None}
    named |= {*centres_of_bookings(session, numbers).values()}
    named |= centres_of_keys(session, {line.centre for line in requests})
    owners = owners_of_projects(session, {line.project for line in bookings} | {line.project for line in requests})
    lock_centres(session, [id_ for id_ in named if can(actor, action_of(kind.name), Thing(centre_id=id_))])
    lock_organisations(session, {organisation for organisation, _ in owners})
    lock_clusters(session, {cluster for _, cluster in owners})
    lock_quotas_of_people(session)


def lock_everything(session: Session) -> None:
    """Imports come one after another, and nobody plans or books meanwhile."""
    lock_centres(session, [row.id for row in every_row(session, Centre) if row.id is not None])
    lock_organisations(session, [row.id for row in every_row(session, Organisation) if row.id is not None])
    lock_clusters(session, [row.id for row in every_row(session, Cluster) if row.id is not None])
    lock_quotas_of_people(session)
