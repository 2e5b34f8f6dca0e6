"""Lists of closures, leave, breaks, allowed starts and kept periods: judged row by row, and made into rows of tables.

Knows nothing of requests and bookings.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel

from models.queries.keyed import rows_by_key, rows_of
from models.tables import Centre, Closure, Laboratory, Leave, Person, ReservedPeriod, ShiftBreak, StartRule, Unit
from scheduler.errors import BadValue
from scheduler.loading.calendar_lines import BreakLine, ClosureLine, LeaveLine, ReservedLine, StartLine
from scheduler.loading.files import Lists
from scheduler.loading.keeping import Keeper
from scheduler.loading.lines import (
    CentreLine,
    ClusterLine,
    LaboratoryLine,
    PersonLine,
    UnitLine,
)
from scheduler.loading.mistakes import Mistake
from scheduler.loading.planning_settings import SETTINGS

CLOSURES = "list of closures"
"""The kind of thing that closures are in the record."""
L = TypeVar("L", ClosureLine, LeaveLine, BreakLine, StartLine, ReservedLine)
OfPlace = StartLine | ReservedLine


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """The centre of every laboratory, unit and person, by key; unknown ones are missing."""

    laboratories: Mapping[str, str]
    units: Mapping[str, str]
    persons: Mapping[str, str]

    @classmethod
    def of(cls, lists: Lists) -> "Places":
        """As the lists say."""
        laboratories = {line.laboratory: line.centre for line in lists.of(LaboratoryLine)}
        units = {line.unit: laboratories.get(line.laboratory, "") for line in lists.of(UnitLine)}
        persons = {line.person: line.centre for line in lists.of(PersonLine)}
        return cls(laboratories=laboratories, units=units, persons=persons)

    def centre(self, line: ClosureLine | LeaveLine | OfPlace) -> str:
        """The centre that a row is about; empty where it is not known."""
        if isinstance(line, LeaveLine):
            return self.persons.get(line.person, "")
        if isinstance(line, ClosureLine) and line.centre is not None:
            return line.centre
        return self.laboratories.get(line.laboratory or "", "") or self.units.get(line.unit or "", "")


def calendar_mistakes(lists: Lists, *, week: str) -> Iterator[Mistake]:
    """Rows that are wrong by themselves; moments count from ``week``. Names that nobody has are told elsewhere."""
    places = Places.of(lists)
    for closure in lists.of(ClosureLine):
        if sum(name is not None for name in (closure.centre, closure.laboratory, closure.unit)) != 1:
            yield closure.wrong("unit", "one_place", "either a centre, a laboratory or a unit in each row")
    dated: tuple[ClosureLine | LeaveLine, ...] = (*lists.of(ClosureLine), *lists.of(LeaveLine))
    for line in dated:
        yield from _in_order(lists, line, places.centre(line), week)
    for pause in lists.of(BreakLine):
        if pause.starts >= pause.ends:
            yield pause.wrong("ends", "ends_before_start", "a time after the start; past midnight is a row of its own")
    for start in lists.of(StartLine):
        yield from _of_one_place(start)
        yield from _start(lists, start, places.centre(start))
    for kept in lists.of(ReservedLine):
        yield from _of_one_place(kept)
        yield from _kept(lists, kept)
    yield from _exempt(lists, places)


def _in_order(lists: Lists, line: ClosureLine | LeaveLine, centre: str, week: str) -> Iterator[Mistake]:
    planning = lists.settings.get(centre)
    if planning is None:
        return
    try:
        moments = line.starts.at(week, planning.zone), line.ends.at(week, planning.zone)
    except (BadValue, ValueError, OverflowError):
        yield line.wrong("starts", "bad_date", "moments that can be counted")
        return
    if moments[0] >= moments[1]:
        yield line.wrong("ends", "ends_before_start", "a moment after the start")


def _of_one_place(line: OfPlace) -> Iterator[Mistake]:
    if (line.laboratory is None) == (line.unit is None):
        yield line.wrong("unit", "laboratory_or_unit", "either a laboratory or a unit in each row")


def _start(lists: Lists, line: StartLine, centre: str) -> Iterator[Mistake]:
    planning = lists.settings.get(centre)
    tick = 1 if planning is None else planning.settings.tick_minutes
    if line.first % tick or line.first == 1440:
        yield line.wrong("first", "off_the_grid", f"a time on the centre's grid of {tick} minutes")
    if (line.until is None) != (line.every_minutes is None):
        yield line.wrong("until", "until_and_every", "both until and every_minutes, or neither (one slot)")
    if line.until is not None and line.until <= line.first:
        yield line.wrong("until", "ends_before_start", "a time after the first start")
    if line.every_minutes is not None and line.every_minutes % tick:
        yield line.wrong("every_minutes", "off_the_grid", f"a multiple of the centre's {tick} minutes")


def _kept(lists: Lists, line: ReservedLine) -> Iterator[Mistake]:
    if line.starts >= line.ends:
        yield line.wrong("ends", "ends_before_start", "a time after the start; past midnight is a row of its own")
    known = {cluster.cluster for cluster in lists.of(ClusterLine)}
    if lists.whole(ClusterLine) and not set(line.clusters) <= known:
        expected = f"names in {ClusterLine.file} ({', '.join(sorted(known))})"
        yield line.wrong("clusters", "unknown_reference", expected)


def _exempt(lists: Lists, places: Places) -> Iterator[Mistake]:
    """Names in the settings that stay open on public holidays."""
    if not lists.whole(LaboratoryLine, UnitLine, PersonLine):
        return
    for centre, planning in lists.settings.items():
        for name in planning.settings.open_on_holidays:
            if centre not in (every.get(name) for every in (places.laboratories, places.units, places.persons)):
                yield Mistake(
                    code="unknown_reference",
                    file=SETTINGS,
                    row=None,
                    column=f"centres.{centre}.open_on_holidays",
                    found=name,
                    expected=f"laboratories, units or technicians of {centre}, by key",
                )


def store_calendars(session: Session, lists: Lists, keeper: Keeper, week: str) -> None:
    """Writes what differs; centres, laboratories, units and persons are stored already."""
    _Storing(session, lists, keeper, week).all()


class _Storing:
    def __init__(self, session: Session, lists: Lists, keeper: Keeper, week: str) -> None:
        self._session, self._lists, self._keeper, self._week = session, lists, keeper, week
        places = Places.of(lists)
        centres = {line.centre: line.centre for line in lists.of(CentreLine)}
        rows = rows_by_key(session, Centre, list(centres))
        self._centres = {key: row.id for key, row in rows.items() if row.id is not None}
        self._owners: dict[str, tuple[Mapping[str, str], Mapping[str, int]]] = {
            "centre": (centres, self._centres),
            "laboratory": (places.laboratories, self._ids(Laboratory, places.laboratories)),
            "unit": (places.units, self._ids(Unit, places.units)),
            "person": (places.persons, self._ids(Person, places.persons)),
        }

    def _ids(self, table: type[Laboratory] | type[Unit] | type[Person], keys: Iterable[str]) -> dict[str, int]:
        rows: Mapping[str, Any] = rows_by_key(self._session, table, list(keys))
        return {key: row.id for key, row in rows.items()}

    def all(self) -> None:
        """List by list."""
        for owner in ("centre", "laboratory", "unit"):
            self._list(CLOSURES, Closure, ClosureLine, owner, self._closures)
        self._list("list of leaves", Leave, LeaveLine, "person", self._leaves)
        self._list("week of breaks", ShiftBreak, BreakLine, "person", _breaks)
        for owner in ("laboratory", "unit"):
            self._list("week of allowed starts", StartRule, StartLine, owner, _starts)
            self._list("week of kept periods", ReservedPeriod, ReservedLine, owner, _reserved)

    def _list(
        self,
        kind: str,
        table: type[SQLModel],
        lines: type[L],
        owner: str,
        rows: Callable[[L, str, dict[str, Any]], Iterator[SQLModel]],
    ) -> None:
        """Replaces what hangs on each owner; where there is nothing and nothing is wanted, nothing is counted."""
        centre_of, ids = self._owners[owner]
        column = f"{owner}_id"
        stored = rows_of(self._session, table, column, list(ids.values()))
        wanted: dict[str, list[SQLModel]] = defaultdict(list)
        for line in self._lists.of(lines):
            name = getattr(line, owner)
            if name is not None:
                wanted[name] += rows(line, centre_of[name], {column: ids[name]})
        for key, id_ in ids.items():
            if id_ in stored or key in wanted:
                centre_id = self._centres[centre_of[key]]
                self._keeper.children(kind, key, stored.get(id_, ()), wanted.get(key, ()), centre_id=centre_id)

    def _moments(self, line: ClosureLine | LeaveLine, centre: str) -> dict[str, Any]:
        zone = self._lists.settings[centre].zone
        return {"start_at": line.starts.at(self._week, zone), "end_at": line.ends.at(self._week, zone)}

    def _closures(self, line: ClosureLine, centre: str, owner: dict[str, Any]) -> Iterator[Closure]:
        yield Closure(**owner, **self._moments(line, centre), blocks=line.blocks, reason=line.reason)

    def _leaves(self, line: LeaveLine, centre: str, owner: dict[str, Any]) -> Iterator[Leave]:
        yield Leave(**owner, **self._moments(line, centre))


def _breaks(line: BreakLine, _: str, owner: dict[str, Any]) -> Iterator[ShiftBreak]:
    for day in line.days:
        yield ShiftBreak(**owner, weekday=day, starts=line.starts, ends=line.ends, name=line.name)


def _starts(line: StartLine, _: str, owner: dict[str, Any]) -> Iterator[StartRule]:
    until = line.first + 1 if line.until is None else line.until
    for day in line.days:
        yield StartRule(**owner, weekday=day, first=line.first, until=until, every=line.every_minutes or 1)


def _reserved(line: ReservedLine, _: str, owner: dict[str, Any]) -> Iterator[ReservedPeriod]:
    stages, clusters = ("; ".join(names) for names in (line.stages, line.clusters))
    for day in line.days:
        yield ReservedPeriod(
            **owner,
            weekday=day,
            starts=line.starts,
            ends=line.ends,
            stages=stages,
            clusters=clusters,
            reason=line.reason,
        )
