"""What the stored rows do not allow: moves between centres, lanes lost under a hold, other numbers for booked requests,
reasons and signatures no longer asked for, maintenance that nobody signed.

Knows nothing of mistakes within the files.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlmodel import Session

from models.queries.access import persons_of_accounts
from models.queries.keyed import lanes_held, resources_by_id, rows_by_key, rows_of
from models.queries.requested import booked_counts
from models.tables import Capacity, Centre, Laboratory, Maintenance, Person, Recipe, Request, Resource, Stock, Unit
from scheduler.loading.account_lines import TWO_ACCOUNTS, AccountLine
from scheduler.loading.checks import Checked
from scheduler.loading.files import Lists
from scheduler.loading.line import Line
from scheduler.loading.lines import (
    CapacityLine,
    CentreLine,
    LaboratoryLine,
    MaintenanceLine,
    PersonLine,
    RequestLine,
    StockLine,
    UnitLine,
)
from scheduler.loading.mistakes import BadFiles, Mistake
from scheduler.loading.planning_settings import SETTINGS
from scheduler.loading.recipe_lines import RecipeLine
from scheduler.loading.references import TWO_UNITS, same_name
from scheduler.settings import FORMALITIES, CentreSettings


def refuse_what_stands_against(session: Session, checked: Checked, *, now: datetime, week: str) -> None:
    """Raises ``BadFiles``."""
    lists = checked.lists
    standing = _Standing(session, lists)
    mistakes = (
        *standing.moved(),
        *standing.names(),
        *standing.lanes(now),
        *standing.booked(),
        *standing.accounts(),
        *standing.formalities(),
        *standing.unsigned(week),
    )
    if mistakes:
        raise BadFiles(mistakes)


def standing_formalities(centre: Centre) -> dict[str, bool]:
    """What the centre asks for already: a file that does not say so keeps it."""
    settings = CentreSettings.read(centre.settings)
    return {name: True for name in FORMALITIES if getattr(settings, name)}


class _Standing:
    def __init__(self, session: Session, lists: Lists) -> None:
        self._session = session
        self._lists = lists
        self._centres = centres = rows_by_key(session, Centre, [line.centre for line in lists.of(CentreLine)])
        self._centre = {line.centre: _id(centres.get(line.centre)) for line in lists.of(CentreLine)}
        self._of_laboratory = {line.laboratory: line.centre for line in lists.of(LaboratoryLine)}
        self._units = rows_by_key(session, Unit, [line.unit for line in lists.of(UnitLine)])
        self._requests = rows_by_key(session, Request, [line.request for line in lists.of(RequestLine)])

    def moved(self) -> Iterator[Mistake]:
        """Things that are stored at another centre than the lists say."""
        for line, column, centre, stored_at in self._places():
            if stored_at is not None and stored_at != self._centre[centre]:
                name = line.texts[line.identity[0]]
                yield line.wrong(column, "moved_between_centres", f"{name!r} to stay at the centre where it is stored")

    def formalities(self) -> Iterator[Mistake]:
        """Reasons and signatures that a centre asks for, and the file would turn off."""
        for key, row in self._centres.items():
            written = self._lists.settings[key].settings
            for name in standing_formalities(row):
                if name in written.model_fields_set and not getattr(written, name):
                    place, expected = f"centres.{key}.{name}", "true: `pilotline formalities` turns it off, not a file"
                    yield Mistake(
                        code="formality_stands", file=SETTINGS, row=None, column=place, found="false", expected=expected
                    )

    def unsigned(self, week: str) -> Iterator[Mistake]:
        """Maintenance that was done later than is known, where a centre asks for a signature under it."""
        lines = self._lists.of(MaintenanceLine)
        stored = rows_by_key(self._session, Maintenance, [line.maintenance for line in lines])
        of_unit = {line.unit: self._of_laboratory[line.laboratory] for line in self._lists.of(UnitLine)}
        for line in lines:
            centre, row = of_unit[line.unit], stored.get(line.maintenance)
            home = self._centres.get(centre)
            if row is None or home is None or "signatures" not in standing_formalities(home):
                continue
            if line.last_done.at(week, home.zone) > row.last_done_at:
                expected = f"no later than is stored: {home.name} asks for a signature, and a file gives none"
                yield line.wrong("last_done", "release_unsigned", expected)

    def _places(self) -> Iterator[tuple[Line, str, str, int | None]]:
        """Each row, the column that places it, the centre that it means and the id of the one where it is stored."""
        session, lists = self._session, self._lists
        laboratories = rows_by_key(session, Laboratory, [line.laboratory for line in lists.of(LaboratoryLine)])
        for laboratory in lists.of(LaboratoryLine):
            row = laboratories.get(laboratory.laboratory)
            yield laboratory, "centre", laboratory.centre, None if row is None else row.centre_id
        yield from self._resources()
        capacities = rows_by_key(session, Capacity, [line.capacity for line in lists.of(CapacityLine)])
        for capacity in lists.of(CapacityLine):
            limit = capacities.get(capacity.capacity)
            yield capacity, "centre", capacity.centre, None if limit is None else limit.centre_id
        stocks = rows_by_key(session, Stock, [line.stock for line in lists.of(StockLine)])
        for stock in lists.of(StockLine):
            store = stocks.get(stock.stock)
            yield stock, "centre", stock.centre, None if store is None else store.centre_id
        yield from self._recipes()
        for request in lists.of(RequestLine):
            asked = self._requests.get(request.request)
            yield request, "centre", request.centre, None if asked is None else asked.centre_id

    def _resources(self) -> Iterator[tuple[Line, str, str, int | None]]:
        persons = rows_by_key(self._session, Person, [line.person for line in self._lists.of(PersonLine)])
        ids = [*(row.id for row in self._units.values()), *(row.id for row in persons.values())]
        centres = {id_: row.centre_id for id_, row in resources_by_id(self._session, ids).items()}
        for unit in self._lists.of(UnitLine):
            machine = self._units.get(unit.unit)
            centre = self._of_laboratory[unit.laboratory]
            yield unit, "laboratory", centre, None if machine is None else centres[machine.id]
        for person in self._lists.of(PersonLine):
            technician = persons.get(person.person)
            yield person, "centre", person.centre, None if technician is None else centres[technician.id]

    def _recipes(self) -> Iterator[tuple[Line, str, str, int | None]]:
        stored = rows_by_key(self._session, Recipe, [line.recipe for line in self._lists.of(RecipeLine)])
        homes = rows_of(self._session, Laboratory, "id", [row.laboratory_id for row in stored.values()])
        for line in self._lists.of(RecipeLine):
            row = stored.get(line.recipe)
            stored_at = None if row is None else homes[row.laboratory_id][0].centre_id
            yield line, "laboratory", self._of_laboratory[line.laboratory], stored_at

    def names(self) -> Iterator[Mistake]:
        """Units whose name another unit has that is stored at the centre and not in the list."""
        resources = rows_of(self._session, Resource, "centre_id", [id_ for id_ in self._centre.values() if id_])
        centres = {row.id: row.centre_id for rows in resources.values() for row in rows}
        listed = {line.unit for line in self._lists.of(UnitLine)}
        taken = {
            (centres[row.id], same_name(row.name)): row.key
            for rows in rows_of(self._session, Unit, "id", [id_ for id_ in centres if id_]).values()
            for row in rows
            if row.key not in listed
        }
        for line in self._lists.of(UnitLine):
            centre_id = self._centre[self._of_laboratory[line.laboratory]] or 0
            other = taken.get((centre_id, same_name(line.texts["name"])))
            if other is not None and line.has("name"):
                expected = f"a name that no other unit has; {other}, which is stored already, has it"
                yield line.wrong("name", TWO_UNITS, expected)

    def lanes(self, now: datetime) -> Iterator[Mistake]:
        """Units that would lose a lane on which something is booked."""
        held = lanes_held(self._session, resource_ids=[row.id for row in self._units.values()], after=now)
        for line in self._lists.of(UnitLine):
            row = self._units.get(line.unit)
            if (
                row is not None
                and line.has("lanes")
                and "lanes" not in line.lacks
                and held.get(row.id, 0) >= line.lanes
            ):
                expected = f"at least {held[row.id] + 1}, as lane {held[row.id] + 1} is booked"
                yield line.wrong("lanes", "lane_in_use", expected)

    def booked(self) -> Iterator[Mistake]:
        """Requests that are booked and would become other work."""
        booked = booked_counts(self._session, [row.id for row in self._requests.values()])
        rows = {key: row for key, row in self._requests.items() if row.id in booked}
        versions = recipe_keys(self._session, rows)
        for line in self._lists.of(RequestLine):
            row = rows.get(line.request)
            if row is None:
                continue
            if line.has("recipe") and versions.get(line.request) != line.recipe:
                yield line.wrong("recipe", "booked_already", f"{versions.get(line.request)!r}, by which it is booked")
            if line.has("quantity") and row.quantity != line.quantity:
                yield line.wrong("quantity", "booked_already", f"{row.quantity}, for which it is booked")
            if line.has("parameters") and row.parameters != dict(line.parameters):
                yield line.wrong("parameters", "booked_already", f"those for which it is booked: {row.parameters}")

    def accounts(self) -> Iterator[Mistake]:
        """Persons who have another account, and accounts that are another person's."""
        lines = [line for line in self._lists.of(AccountLine) if line.person]
        joined = persons_of_accounts(
            self._session, {line.email for line in lines}, {line.person for line in lines if line.person}
        )
        for line in lines:
            for email, person in joined:
                if (email == line.email) != (person == line.person):
                    expected = (
                        f"{person!r}, whose account it is" if email == line.email else "a person without an account"
                    )
                    yield line.wrong("person", TWO_ACCOUNTS, expected)


def recipe_keys(session: Session, requests: Mapping[str, Request]) -> dict[str, str]:
    """By the request's key the key of its recipe; those drawn by hand are missing."""
    ids = [row.recipe_id for row in requests.values() if row.recipe_id is not None]
    versions = rows_of(session, Recipe, "id", ids)
    return {key: versions[row.recipe_id][0].key for key, row in requests.items() if row.recipe_id is not None}


def _id(centre: Centre | None) -> int | None:
    return None if centre is None else centre.id
