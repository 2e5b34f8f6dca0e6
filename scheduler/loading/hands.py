"""Greatest hours, and own operators with what they may run, made into rows.

Knows nothing of skills and shifts.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from models.queries.keyed import rows_of
from models.tables import Membership, Person, Qualification
from scheduler.loading.files import Lists
from scheduler.loading.keeping import Keeper
from scheduler.loading.lines import PersonLine, QualificationLine
from scheduler.loading.recipes import grouped

Ids = Mapping[str, int]
OF_OPERATORS = ("organisation of an operator", "set of qualifications")
"""The kinds of things that say for whom somebody works, and on which units, in the record."""
_ORGANISATION, _QUALIFICATIONS = OF_OPERATORS


def hours_of(line: PersonLine) -> dict[str, Any]:
    """The greatest hours of a person, as columns."""
    return {"most_minutes_day": line.hours_per_day, "most_minutes_week": line.hours_per_week}


def keep_hours(keeper: Keeper, line: PersonLine, row: Person, centre_id: int) -> None:
    """Gives a stored person the list's greatest hours; the centre's plans know of it."""
    columns = {"most_minutes_day": "hours_per_day", "most_minutes_week": "hours_per_week"}
    said = {name: value for name, value in hours_of(line).items() if columns[name] not in line.lacks}
    if any(getattr(row, name) != value for name, value in said.items()):
        keeper.keep("technician", line.person, [(row, said)], centre_id=centre_id)


def store_memberships(
    session: Session, keeper: Keeper, lists: Lists, ids: Ids, centre_ids: Ids, organisations: Ids
) -> None:
    """Whose own operators the persons are."""
    belonged = rows_of(session, Membership, "person_id", ids.values())
    for line in (each for each in lists.of(PersonLine) if "organisation" not in each.lacks):
        id_, centre_id = ids[line.person], centre_ids[line.person]
        owner = () if line.organisation is None else (organisations[line.organisation],)
        wanted = [Membership(person_id=id_, organisation_id=one) for one in owner]
        keeper.children_if_any(_ORGANISATION, line.person, belonged.get(id_, ()), wanted, centre_id)


def store_qualifications(session: Session, keeper: Keeper, lists: Lists, ids: Ids, centre_ids: Ids, units: Ids) -> None:
    """What own operators may run."""
    may = rows_of(session, Qualification, "person_id", ids.values())
    qualified = grouped(lists.of(QualificationLine), lambda line: line.person)
    for line in lists.of(PersonLine):
        id_, centre_id = ids[line.person], centre_ids[line.person]
        allowed = [Qualification(person_id=id_, unit_id=units[one.unit]) for one in qualified.get(line.person, ())]
        keeper.children_if_any(_QUALIFICATIONS, line.person, may.get(id_, ()), allowed, centre_id)
