"""What was brought in by which reference, and bookings with what was said of their use.

Knows nothing of files.
"""

from collections import defaultdict
from collections.abc import Collection

from sqlmodel import Session, col, select

from models.queries.portions import portions
from models.tables import Booking, Centre, Imported, Project, Resource, Run, Unit, UsedTime


def objects_imported(session: Session, *, source: str, kind: str, references: Collection[str]) -> dict[str, int]:
    """Ids of the things that were brought in by these references; references that are new are missing."""
    wanted = select(Imported.reference, Imported.object_id).where(Imported.source == source, Imported.kind == kind)
    found: dict[str, int] = {}
    for some in portions(references):
        found.update(session.exec(wanted.where(col(Imported.reference).in_(some))).all())
    return found


def references_of(session: Session, *, source: str, object_kind: str, object_ids: Collection[int]) -> dict[int, str]:
    """By which reference of the source these things are known; things that were made here are missing."""
    wanted = select(Imported.object_id, Imported.reference)
    wanted = wanted.where(Imported.source == source, Imported.object_kind == object_kind)
    found: dict[int, str] = {}
    for some in portions(object_ids):
        found.update(session.exec(wanted.where(col(Imported.object_id).in_(some))).all())
    return found


def used_times_of(session: Session, booking_ids: Collection[int]) -> dict[int, list[UsedTime]]:
    """When these bookings were used in fact, in order."""
    found: dict[int, list[UsedTime]] = defaultdict(list)
    wanted = select(UsedTime).order_by(col(UsedTime.start_at), col(UsedTime.id))
    for some in portions(booking_ids):
        for row in session.exec(wanted.where(col(UsedTime.booking_id).in_(some))):
            found[row.booking_id].append(row)
    return found


def every_unit(session: Session) -> list[tuple[Unit, Resource]]:
    """All units with their resources, by id."""
    wanted = select(Unit, Resource).join(Resource, col(Resource.id) == col(Unit.id)).order_by(col(Unit.id))
    return [(unit, resource) for unit, resource in session.exec(wanted)]


def centres_of_keys(session: Session, keys: Collection[str]) -> set[int]:
    """Ids of the centres of these keys, as far as they are stored. No rows: they are locked and read afterwards."""
    return {
        id_
        for some in portions(keys)
        for id_ in session.exec(select(Centre.id).where(col(Centre.key).in_(some)))
        if id_
    }


def centres_of_units(session: Session, keys: Collection[str]) -> set[int]:
    """Ids of the centres where the units of these keys stand."""
    wanted = select(Resource.centre_id).join(Unit, col(Unit.id) == col(Resource.id)).distinct()
    return {id_ for some in portions(keys) for id_ in session.exec(wanted.where(col(Unit.key).in_(some)))}


def centres_of_bookings(session: Session, ids: Collection[int]) -> dict[int, int]:
    """By booking the id of the centre of its run; those that there are not are missing."""
    wanted = select(Booking.id, Run.centre_id).join(Run, col(Run.id) == col(Booking.run_id))
    found = [row for some in portions(ids) for row in session.exec(wanted.where(col(Booking.id).in_(some)))]
    return {id_: centre_id for id_, centre_id in found if id_ is not None}


def owners_of_projects(session: Session, keys: Collection[str]) -> set[tuple[int, int]]:
    """Organisation and cluster of each of the projects of these keys."""
    wanted = select(Project.organisation_id, Project.cluster_id).distinct()
    return {pair for some in portions(keys) for pair in session.exec(wanted.where(col(Project.key).in_(some)))}
