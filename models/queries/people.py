"""Clusters, organisations, projects and persons.

Knows nothing of what they booked.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select, true

from models.queries.sight import EVERYTHING, Sight
from models.tables import (
    Booking,
    Centre,
    Cluster,
    Entitlement,
    Membership,
    Organisation,
    Person,
    PersonDetail,
    PersonSkill,
    Project,
    Request,
    Resource,
    Run,
    Shift,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRow:
    """A technician with skills, sorted, and weekly shifts. ``name`` is ``None`` when it was blanked."""

    person: Person
    centre_id: int
    name: str | None
    skills: tuple[str, ...]
    shifts: tuple[Shift, ...]


def every_cluster(session: Session) -> list[Cluster]:
    """All clusters, by id."""
    return list(session.exec(select(Cluster).order_by(col(Cluster.id))))


def entitlements_of(session: Session, *, centre_id: int) -> dict[int, int]:
    """Thousandths of the centre's open hours, by the cluster's id."""
    rows = session.exec(select(Entitlement).where(Entitlement.centre_id == centre_id))
    return {row.cluster_id: row.share for row in rows}


def owner_in_sight(column: Any, sight: Sight) -> ColumnElement[bool]:
    """Whether the organisation in this column may be seen: it is one's own, or has asked or booked at a centre whose
    work may be seen."""
    if sight.everything:
        return true()
    booked = select(Booking.organisation_id).join(Run, col(Run.id) == col(Booking.run_id))
    asked = select(Project.organisation_id).join(Request, col(Request.project_id) == col(Project.id))
    return or_(
        col(column).in_(sorted(sight.organisation_ids)),
        col(column).in_(booked.where(col(Run.centre_id).in_(sorted(sight.centre_ids)))),
        col(column).in_(asked.where(col(Request.centre_id).in_(sorted(sight.centre_ids)))),
    )


def clusters_of(session: Session, organisation_ids: Collection[int]) -> set[int]:
    """The clusters that these organisations, or projects of theirs, belong to."""
    own = session.exec(select(Organisation.cluster_id).where(col(Organisation.id).in_(organisation_ids)))
    theirs = session.exec(select(Project.cluster_id).where(col(Project.organisation_id).in_(organisation_ids)))
    return {*own, *theirs}


def organisations_of(
    session: Session,
    *,
    cluster_id: int | None = None,
    after_id: int = 0,
    limit: int | None = None,
    sight: Sight = EVERYTHING,
) -> list[Organisation]:
    """Organisations of a cluster, or all, that may be seen and have an id above ``after_id``, by id."""
    wanted = select(Organisation).where(col(Organisation.id) > after_id).order_by(col(Organisation.id)).limit(limit)
    wanted = wanted.where(owner_in_sight(Organisation.id, sight))
    if cluster_id is not None:
        wanted = wanted.where(Organisation.cluster_id == cluster_id)
    return list(session.exec(wanted))


def projects_of(
    session: Session,
    *,
    organisation_id: int | None = None,
    after_id: int = 0,
    limit: int | None = None,
    sight: Sight = EVERYTHING,
) -> list[Project]:
    """Projects of an organisation, or all, that may be seen and have an id above ``after_id``, by id."""
    wanted = select(Project).where(col(Project.id) > after_id).order_by(col(Project.id)).limit(limit)
    wanted = wanted.where(owner_in_sight(Project.organisation_id, sight))
    if organisation_id is not None:
        wanted = wanted.where(Project.organisation_id == organisation_id)
    return list(session.exec(wanted))


def persons_of(session: Session, *, centre_id: int) -> list[PersonRow]:
    """The centre's technicians, by id."""
    persons = session.exec(
        select(Person)
        .join(Resource, col(Resource.id) == col(Person.id))
        .where(Resource.centre_id == centre_id)
        .order_by(col(Person.id))
    ).all()
    ids = [person.id for person in persons]
    names, skills, shifts = names_of(session, ids), _skills(session, ids), _shifts(session, ids)
    return [
        PersonRow(
            person=person,
            centre_id=centre_id,
            name=names.get(person.id),
            skills=tuple(skills.get(person.id, ())),
            shifts=tuple(shifts.get(person.id, ())),
        )
        for person in persons
    ]


def listed_persons(
    session: Session, *, centre_id: int | None = None
) -> list[tuple[Person, str, str | None, str | None]]:
    """Persons of a centre, or all, by id: the centre's key, the name (``None`` when it was blanked), and the key of the
    organisation whose own operator it is."""
    wanted = (
        select(Person, Centre.key, PersonDetail.name, Organisation.key)
        .join(Resource, col(Resource.id) == col(Person.id))
        .join(Centre, col(Centre.id) == col(Resource.centre_id))
        .outerjoin(PersonDetail, col(PersonDetail.person_id) == col(Person.id))
        .outerjoin(Membership, col(Membership.person_id) == col(Person.id))
        .outerjoin(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .order_by(col(Person.id))
    )
    if centre_id is not None:
        wanted = wanted.where(Resource.centre_id == centre_id)
    return [(person, centre, name, owner) for person, centre, name, owner in session.exec(wanted)]


def names_of(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Names by person; a blanked name is missing."""
    rows = session.exec(select(PersonDetail).where(col(PersonDetail.person_id).in_(person_ids)))
    return {row.person_id: row.name for row in rows if row.name is not None}


def _skills(session: Session, person_ids: Collection[int]) -> dict[int, list[str]]:
    skills: dict[int, list[str]] = {}
    wanted = select(PersonSkill).where(col(PersonSkill.person_id).in_(person_ids)).order_by(col(PersonSkill.skill))
    for row in session.exec(wanted):
        skills.setdefault(row.person_id, []).append(row.skill)
    return skills


def _shifts(session: Session, person_ids: Collection[int]) -> dict[int, list[Shift]]:
    shifts: dict[int, list[Shift]] = {}
    wanted = select(Shift).where(col(Shift.person_id).in_(person_ids))
    for row in session.exec(wanted.order_by(col(Shift.weekday), col(Shift.starts))):
        shifts.setdefault(row.person_id, []).append(row)
    return shifts
