"""Which centres, organisations and clusters are concerned where things of certain keys change.

Knows nothing of locks: only ids are read, and the rows afterwards, once they are locked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.queries.imported import centres_of_keys, centres_of_units, owners_of_projects
from models.queries.portions import portions
from models.queries.requested import centres_of_work
from models.tables import Cluster, Laboratory, Membership, Organisation, Person, Project, Resource

Keys = Collection[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Touched:
    """Ids."""

    centres: frozenset[int]
    organisations: frozenset[int]
    clusters: frozenset[int]

    def covers(self, other: "Touched") -> bool:
        """Whether everything of the other is among these."""
        return (
            other.centres <= self.centres
            and other.organisations <= self.organisations
            and other.clusters <= self.clusters
        )


def touched(session: Session, named: Mapping[str, Keys]) -> Touched:
    """``named``: keys by what they are keys of: centre, laboratory, unit, person, organisation, cluster, project. Where
    things are stored and asked for, and whose they are; what is not stored yet is not told."""
    owners = _owners(session, named)
    centres = centres_of_keys(session, named.get("centre", ()))
    centres |= _ids(session, select(Laboratory.centre_id), col(Laboratory.key), named.get("laboratory", ()))
    centres |= centres_of_units(session, named.get("unit", ()))
    of_person = select(Resource.centre_id).join(Person, col(Person.id) == col(Resource.id))
    centres |= _ids(session, of_person, col(Person.key), named.get("person", ()))
    centres |= _at_work(session, named)
    clusters = _ids(session, select(Cluster.id), col(Cluster.key), named.get("cluster", ()))
    return Touched(
        centres=frozenset(centres),
        organisations=frozenset(organisation for organisation, _ in owners),
        clusters=frozenset(clusters | {cluster for _, cluster in owners}),
    )


def _at_work(session: Session, named: Mapping[str, Keys]) -> set[int]:
    """Centres that have requests of the projects and organisations: whose they are counts in drafts."""
    projects = _ids(session, select(Project.id), col(Project.key), named.get("project", ()))
    organisations = _ids(session, select(Organisation.id), col(Organisation.key), named.get("organisation", ()))
    found = (centres_of_work(session, project_ids=some, organisation_ids=()) for some in portions(projects))
    also = (centres_of_work(session, project_ids=(), organisation_ids=some) for some in portions(organisations))
    return set().union(*found, *also)


def _owners(session: Session, named: Mapping[str, Keys]) -> set[tuple[int, int]]:
    """Organisation and cluster of what is named."""
    of_person = select(Membership.organisation_id).join(Person, col(Person.id) == col(Membership.person_id))
    ids = _ids(session, select(Organisation.id), col(Organisation.key), named.get("organisation", ()))
    ids |= _ids(session, of_person, col(Person.key), named.get("person", ()))
    clusters = select(Organisation.id, Organisation.cluster_id)
    found = {
        (id_, cluster_id)
        for some in portions(ids)
        for id_, cluster_id in session.exec(clusters.where(col(Organisation.id).in_(some)))
        if id_ is not None
    }
    return found | owners_of_projects(session, named.get("project", ()))


def _ids(session: Session, wanted: SelectOfScalar[Any], key: Mapped[str], keys: Keys) -> set[int]:
    return {id_ for some in portions(keys) for id_ in session.exec(wanted.where(key.in_(some)))}
