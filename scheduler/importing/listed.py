"""One list of a file, judged against what stands stored and stored itself: places, organisations, people and requests.

Knows nothing of files and bookings. What a folder of lists is judged and stored by serves here too.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from models.queries.keyed import rows_by_key
from models.tables import Centre, Request
from scheduler.access import Thing, can
from scheduler.actors import Actor
from scheduler.errors import BadValue
from scheduler.importing.kinds import CentreFileLine, Kind, RequestFileLine, action_of
from scheduler.importing.known_requests import rows_that_stand
from scheduler.importing.moments import FileMoment
from scheduler.importing.stored import Stored
from scheduler.loading.asked import Requests
from scheduler.loading.checks import Checked
from scheduler.loading.files import Lists
from scheduler.loading.keeping import Keeper
from scheduler.loading.line import Line
from scheduler.loading.lines import CentreLine, LaboratoryLine, ProjectLine, RequestLine
from scheduler.loading.mistakes import BadFiles, Mistake
from scheduler.loading.order import order_mistakes
from scheduler.loading.recipe_lines import RecipeLine
from scheduler.loading.references import same_name
from scheduler.loading.standing import refuse_what_stands_against
from scheduler.loading.storing import Storing
from scheduler.loading.storing_people import StoringPeople
from scheduler.loading.storing_work import StoringWork
from scheduler.local_time import known_zones
from scheduler.settings import CentreSettings

_REFERENCES: dict[str, tuple[str, ...]] = {
    "laboratories": ("centre",),
    "units": ("laboratory",),
    "organisations": ("cluster",),
    "projects": ("organisation", "cluster"),
    "people": ("centre", "organisation"),
    "requests": ("centre", "project", "recipe"),
}
_PLACES = {"laboratories": ("centre",), "units": ("laboratory",), "people": ("centre",), "requests": ("centre",)}
"""What says at which centre a thing is."""
_OWNERS = ("organisations", "projects")
_NAMED_ONCE = ("centres", "clusters", "laboratories", "units", "organisations")
_WEEK = "2026-W01"
"""No moment of a file counts from a week."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The lines of one kind beside what is stored; the caller has locked what they may change."""

    session: Session
    kind: Kind
    lines: tuple[Line, ...]
    actor: Actor
    now: datetime

    def standing(self) -> frozenset[int]:
        """Rows that say what is stored already where the actor may change it, and are not judged anew."""
        stored = Stored(self.session)
        requests = [line for line in self.lines if isinstance(line, RequestFileLine)]
        seen = [line for line in requests if line.centre in stored.centres and self._may(stored.centres[line.centre])]
        return rows_that_stand(self.session, stored, seen) if seen else frozenset()

    def mistakes(self) -> tuple[Mistake, ...]:
        """Of every row, all, as far as its cells are sound: what is wrong in one hides no other."""
        unseen = self._unseen()
        if unseen:
            hidden = {mistake.row for mistake in unseen}
            return (*unseen, *self.without(hidden).mistakes())
        stored = Stored(self.session)
        found = [*self._unknown(stored), *self._names(stored), *self._zones(), *_moments(self.lines, stored)]
        return (*found, *self._marked(found).of_meaning(stored))

    def without(self, rows: Collection[int | None]) -> "Listing":
        """The list but for these rows."""
        return replace(self, lines=tuple(line for line in self.lines if line.row not in rows))

    def _marked(self, mistakes: Iterable[Mistake]) -> "Listing":
        columns: dict[int | None, set[str]] = defaultdict(set)
        for mistake in mistakes:
            columns[mistake.row].add(mistake.column)
        marked = (line.marked(columns[line.row]) if line.row in columns else line for line in self.lines)
        return replace(self, lines=tuple(marked))

    def _unseen(self) -> tuple[Mistake, ...]:
        """Requests that are stored where the actor may not plan: nothing else is told of them, nor of their rows."""
        if self.kind.name != "requests":
            return ()
        stored = rows_by_key(self.session, Request, [line.texts["request"] for line in self.lines])
        return tuple(
            line.wrong("request", "taken_key", "a key that is free")
            for line in self.lines
            if line.texts["request"] in stored and not self._may(stored[line.texts["request"]].centre_id)
        )

    def of_meaning(self, stored: Stored) -> Iterator[Mistake]:
        """What is wrong between the cells of a row, and with what is stored."""
        lists = self.lists(stored)
        if self.kind.name == "requests":
            yield from Requests(lists, stored.routings, _WEEK, ()).mistakes()
        yield from order_mistakes(lists, ())
        needed = (*self.kind.line.identity, *_PLACES.get(self.kind.name, ()))
        placed = replace(self, lines=tuple(line for line in self.lines if line.has(*needed))).lists(stored)
        try:
            checked = Checked(lists=placed, routings=stored.routings)
            refuse_what_stands_against(self.session, checked, now=self.now, week=_WEEK)
        except BadFiles as refusal:
            yield from refusal.mistakes

    def lists(self, stored: Stored) -> Lists:
        """The file's list with those beside it that it is judged by."""
        lines: dict[type[Line], tuple[Line, ...]] = {
            CentreLine: stored.centre_lines(),
            LaboratoryLine: stored.laboratory_lines(),
        }
        if self.kind.name == "requests":
            lines |= {RecipeLine: stored.recipe_lines(), ProjectLine: stored.project_lines()}
            return Lists(settings=stored.settings, lines=lines | {RequestLine: self.lines}, broken={}, mistakes=())
        return Lists(settings=stored.settings, lines=lines | {self.kind.line: self.lines}, broken={}, mistakes=())

    def store(self, keeper: Keeper) -> None:
        """Writes what differs."""
        stored = Stored(self.session)
        table = RequestLine if self.kind.line is RequestFileLine else self.kind.line
        lists = Lists(settings=stored.settings, lines={table: self.lines}, broken={}, mistakes=())
        checked = Checked(lists=lists, routings=stored.routings)
        # Whose work it is concerns the centres that have some of it, and no list of centres is beside this one.
        places = replace(stored.places, centres={}) if self.kind.name in _OWNERS else stored.places
        storing = Storing(self.session, checked, keeper, _WEEK, places)
        people = StoringPeople(self.session, lists, keeper, stored.centres)
        work = StoringWork(self.session, checked, keeper, _WEEK, dict(stored.places.laboratories), stored.centres)
        doing: dict[str, Callable[[], object]] = {
            "centres": lambda: self._centres(keeper),
            "clusters": storing.clusters,
            "laboratories": storing.laboratories,
            "units": storing.units,
            "organisations": lambda: storing.organisations(stored.clusters),
            "projects": lambda: storing.projects(stored.clusters, stored.organisations),
            "people": lambda: people.alone(stored.organisations),
            "requests": lambda: work.requests(stored.ids_of("project"), stored.ids_of("recipe")),
        }
        doing[self.kind.name]()

    def _centres(self, keeper: Keeper) -> None:
        """A new centre plans as centres do by default; a stored one keeps its settings."""
        lines = [line for line in self.lines if isinstance(line, CentreFileLine)]
        stored = rows_by_key(self.session, Centre, [line.centre for line in lines])
        for line in lines:
            row = stored.get(line.centre)
            values = {"name": line.name, "zone": line.zone}
            if row is None:
                values["settings"] = CentreSettings().stored()  # type: ignore[assignment]
            elif row.zone != line.zone:
                keeper.touch(row.id or 0)
            keeper.keyed("centre", row, Centre, line.centre, values, None)

    def _unknown(self, stored: Stored) -> Iterator[Mistake]:
        """Names that nothing stored has."""
        drawn = self._drawn_by_hand()
        for column in _REFERENCES.get(self.kind.name, ()):
            known = stored.ids_of(column)
            if column == "centre":
                known = {key: id_ for key, id_ in known.items() if self._may(id_)}
            near = f"a {column} that is stored{_near(known)}"
            for line in self.lines:
                name = line.texts[column]
                if name and name not in known and line.has(column):
                    yield line.wrong(column, "unknown_reference", near)
                if column == "recipe" and line.texts["request"] in drawn:
                    yield line.wrong(column, "drawn_by_hand", "a request with a recipe; this one is drawn by hand")
                elif column == "recipe" and not name and line.has(column):
                    yield line.wrong(column, "blank_cell", "a value here")

    def _may(self, centre_id: int) -> bool:
        return can(self.actor, action_of(self.kind.name), Thing(centre_id=centre_id))

    def _drawn_by_hand(self) -> set[str]:
        if self.kind.name != "requests":
            return set()
        rows = rows_by_key(self.session, Request, [line.texts["request"] for line in self.lines])
        return {key for key, row in rows.items() if row.recipe_id is None}

    def _names(self, stored: Stored) -> Iterator[Mistake]:
        """Names that something else of the file has: people tell things by them."""
        if self.kind.name not in _NAMED_ONCE:
            return
        first: dict[tuple[str, str], Line] = {}
        for line in (each for each in self.lines if each.has("name", "centre", "laboratory")):
            centre = stored.places.centre_of_laboratory.get(line.texts.get("laboratory", ""), "")
            place = line.texts["centre"] if self.kind.name == "laboratories" else centre
            other = first.setdefault((place, same_name(line.texts["name"])), line)
            if other is not line:
                yield line.wrong("name", "repeated_name", f"a name of its own; row {other.row} has it already")

    def _zones(self) -> Iterator[Mistake]:
        for line in self.lines:
            if isinstance(line, CentreFileLine) and line.has("zone") and line.zone not in known_zones():
                yield line.wrong("zone", "unknown_zone", "an IANA time zone such as Europe/Moscow")


def _near(known: Iterable[str]) -> str:
    names = sorted(known)
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f" ({shown})" if names else "; none is yet"


def _moments(lines: Iterable[Line], stored: Stored) -> Iterator[Mistake]:
    """Local times that the centre's clock shows twice or never."""
    for line in lines:
        zone = stored.zones.get(line.centre) if isinstance(line, RequestFileLine) else None
        for column in ("submitted", "release", "due", "deadline") if zone is not None else ():
            moment: FileMoment | None = getattr(line, column)
            try:
                if moment is not None:
                    moment.at(_WEEK, zone or "")
            except BadValue as refusal:
                yield line.wrong(column, "bad_local_time", refusal.text)
