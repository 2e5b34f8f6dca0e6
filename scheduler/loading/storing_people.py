"""People made into rows: their names, skills and shifts, greatest hours, and what own operators may run.

Knows nothing of how lists are read.
"""

from sqlmodel import Session

from models.queries.keyed import rows_by_key, rows_of
from models.tables import Person, PersonDetail, PersonSkill, Resource, Shift
from scheduler.loading.centres import shift_rows
from scheduler.loading.files import Lists
from scheduler.loading.hands import hours_of, keep_hours, store_memberships, store_qualifications
from scheduler.loading.keeping import Keeper
from scheduler.loading.lines import PersonLine, SkillLine
from scheduler.loading.recipes import grouped
from scheduler.weekly import WeeklyRow

Ids = dict[str, int]


class StoringPeople:
    """Writes what differs. ``centre`` are ids of the centres, by key."""

    def __init__(self, session: Session, lists: Lists, keeper: Keeper, centre: Ids) -> None:
        self._session, self._lists, self._keeper, self._centre = session, lists, keeper, centre

    def all(self, organisations: Ids, units: Ids) -> None:
        lines = self._lists.of(PersonLine)
        ids = self.persons()
        centre_ids = {line.person: self._centre[line.centre] for line in lines}
        self._skills_and_shifts(ids, centre_ids)
        store_memberships(self._session, self._keeper, self._lists, ids, centre_ids, organisations)
        store_qualifications(self._session, self._keeper, self._lists, ids, centre_ids, units)

    def alone(self, organisations: Ids) -> None:
        """Persons and whose they are, without skills, shifts and qualifications."""
        centre_ids = {line.person: self._centre[line.centre] for line in self._lists.of(PersonLine)}
        store_memberships(self._session, self._keeper, self._lists, self.persons(), centre_ids, organisations)

    def persons(self) -> Ids:
        """Ids by key."""
        lines = self._lists.of(PersonLine)
        stored = rows_by_key(self._session, Person, [line.person for line in lines])
        details = rows_of(self._session, PersonDetail, "person_id", [row.id for row in stored.values()])
        ids: Ids = {}
        for line in lines:
            row = stored.get(line.person)
            ids[line.person] = self._new_person(line) if row is None else row.id
            if row is not None:
                self._name(line, details.get(row.id, []))
                keep_hours(self._keeper, line, row, self._centre[line.centre])
        return ids

    def _new_person(self, line: PersonLine) -> int:
        centre_id = self._centre[line.centre]
        resource = self._keeper.store(Resource(centre_id=centre_id, kind="person", lanes=1))
        row = self._keeper.store(Person(id=resource.id or 0, key=line.person, **hours_of(line)))
        self._keeper.store(PersonDetail(person_id=row.id, name=line.name))
        self._keeper.added("technician", line.person, resource, row, centre_id=centre_id)
        return row.id

    def _name(self, line: PersonLine, details: list[PersonDetail]) -> None:
        # A name that was blanked stays so: the list may be older than the erasure.
        for detail in details:
            name = None if detail.name is None else line.name
            self._keeper.keep("technician", line.person, [(detail, {"name": name})], centre_id=None)

    def _skills_and_shifts(self, ids: Ids, centre_ids: Ids) -> None:
        skills = grouped(self._lists.of(SkillLine), lambda line: line.person)
        had = rows_of(self._session, PersonSkill, "person_id", ids.values())
        worked = rows_of(self._session, Shift, "person_id", ids.values())
        rows: dict[str, tuple[WeeklyRow, ...]] = shift_rows(self._lists)
        for person, id_ in ids.items():
            wanted = [PersonSkill(person_id=id_, skill=line.skill, level=line.level) for line in skills.get(person, ())]
            self._keeper.children_if_any("set of skills", person, had.get(id_, ()), wanted, centre_ids[person])
            shifts = [
                Shift(person_id=id_, weekday=day, starts=starts, ends=ends)
                for day, starts, ends in rows.get(person, ())
            ]
            self._keeper.children_if_any("week of shifts", person, worked.get(id_, ()), shifts, centre_ids[person])
