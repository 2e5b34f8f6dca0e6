"""Bookings of a file with their names resolved and their moments read, or every mistake of each.

Knows nothing of admission, nor of what was imported before.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from models.queries.imported import centres_of_bookings, every_unit
from models.tables import Project, Resource, Unit
from scheduler.access import Thing, can
from scheduler.actors import Actor
from scheduler.admission import Owner
from scheduler.admitting import Wish
from scheduler.booking import FARTHEST, LONGEST
from scheduler.errors import BadValue
from scheduler.importing.kinds import NUMBER, STATES, BookingLine, number_of
from scheduler.importing.moments import FileMoment
from scheduler.importing.stored import Stored
from scheduler.loading.mistakes import Mistake

LONGEST_PAST = timedelta(days=366)
_MOMENTS = ("start", "end", "used_start", "used_end")
_NEEDED = ("booking", "units", "project", "start", "end")
"""What has to be right before a row can be judged beside the others."""
_MOST_TOLD = 12
Moments = Mapping[str, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """When it was used in fact; ``end`` is ``None`` while it goes on. ``quantity``: pieces made, where known."""

    start: datetime
    end: datetime | None
    quantity: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line that can be judged beside the others. ``state`` is empty where the line says none. ``sound``: nothing is
    wrong in it; what is not is judged all the same, and never stored. ``moments``: those that it says, by column."""

    line: BookingLine
    centre: str
    units: tuple[int, ...]
    project: Project
    start: datetime
    end: datetime
    moments: Moments
    state: str
    sound: bool

    @property
    def used(self) -> Used | None:
        begun = self.moments.get("used_start")
        quantity = self.line.used_quantity
        return None if begun is None else Used(start=begun, end=self.moments.get("used_end"), quantity=quantity)

    def wish(self, asker: str) -> Wish:
        project = self.project
        owner = Owner(
            organisation=project.organisation_id,
            cluster=project.cluster_id,
            project=project.id or 0,
            asker=asker,
            stage=project.stage,
        )
        return Wish(name=f"row {self.line.row}", units=self.units, start=self.start, end=self.end, owner=owner)


class Entries:
    """Reads what lines refer to once."""

    def __init__(self, session: Session, actor: Actor, now: datetime, lines: Collection[BookingLine]) -> None:
        self._stored = Stored(session)
        self._units: dict[str, tuple[Unit, Resource]] = {
            unit.key: (unit, row)
            for unit, row in every_unit(session)
            if can(actor, "override", Thing(centre_id=row.centre_id))
        }
        self._centres = {id_: key for key, id_ in self._stored.centres.items()}
        numbers = {number for line in lines if not line.units and (number := number_of(line)) is not None}
        self._without_units = {
            number: self._centres[centre_id]
            for number, centre_id in centres_of_bookings(session, numbers).items()
            if can(actor, "override", Thing(centre_id=centre_id))
        }
        self._now = now

    def zone(self, centre: str) -> str:
        return self._stored.zones[centre]

    def centre_id(self, centre: str) -> int:
        return self._stored.centres[centre]

    def entry(self, line: BookingLine) -> tuple[Entry | None, tuple[Mistake, ...]]:
        """The line with what it refers to, and what is wrong in what it says; ``None`` for one that cannot be judged
        beside the others, with what can be said of its times alone."""
        mistakes = list(self._names(line))
        centre = self._centre_of(line)
        moments, wrong = _moments(line, "UTC" if centre is None else self.zone(centre))
        mistakes += wrong if centre is not None else ()
        line = line.marked(mistake.column for mistake in mistakes)
        start, end = moments.get("start"), moments.get("end")
        if centre is None or start is None or end is None or not line.has(*_NEEDED):
            # Without a centre nobody knows what a local time is beside the present.
            now = None if centre is None else self._now
            return None, (*mistakes, *order_mistakes(line, moments), *use_mistakes(line, moments, now))
        entry = Entry(
            line=line,
            centre=centre,
            units=tuple(self._units[key][0].id for key in line.units),
            project=self._stored.projects[line.project],
            start=start,
            end=end,
            moments=moments,
            state=line.state,
            sound=not line.unsound,
        )
        return entry, tuple(mistakes)

    def _centre_of(self, line: BookingLine) -> str | None:
        """Where its units stand, or the booking that it names by number; ``None`` where that is not known."""
        if not line.units:
            number = number_of(line) if line.has("booking", "units") else None
            return None if number is None else self._without_units.get(number)
        centres = {self._centres[self._units[key][1].centre_id] for key in line.units if key in self._units}
        return centres.pop() if len(centres) == 1 else None

    def _names(self, line: BookingLine) -> Iterator[Mistake]:
        unknown = [key for key in line.units or () if key not in self._units]
        if unknown:
            yield line.wrong("units", "unknown_reference", f"units that are stored; {_some(unknown)} are not")
        elif line.has("units", "booking") and not line.units and self._centre_of(line) is None:
            expected = "the units it holds; only a visit that stands here, called by its number, holds none"
            yield line.wrong("units", "blank_cell", expected)
        if len({self._units[key][1].centre_id for key in line.units or () if key in self._units}) > 1:
            yield line.wrong("units", "other_centre", "units of one centre")
        if line.has("project") and line.project not in self._stored.projects:
            yield line.wrong("project", "unknown_reference", "a project that is stored")


def _some(keys: list[str]) -> str:
    return ", ".join(keys[:_MOST_TOLD]) + (", …" if len(keys) > _MOST_TOLD else "")


def order_mistakes(line: BookingLine, moments: Moments) -> Iterator[Mistake]:
    """Times that a new booking cannot have, whenever it is."""
    start, end = moments.get("start"), moments.get("end")
    for column, moment in (("start", start), ("end", end)):
        if moment is not None and (moment.second or moment.microsecond):
            yield line.wrong(column, "not_a_minute", "a whole minute")
    if start is not None and end is not None and start >= end:
        yield line.wrong("end", "ends_before_start", f"a moment after the start, {line.texts['start']}")


def reach_mistakes(entry: Entry, now: datetime) -> Iterator[Mistake]:
    """A new booking that is too long or too far ahead, or is called as those are that are known by their numbers."""
    if entry.line.booking.startswith(NUMBER):
        expected = f"a booking that stands here, or a name that does not begin with {NUMBER}"
        yield entry.line.wrong("booking", "unknown_reference", expected)
    longest = LONGEST if entry.end > now else LONGEST_PAST
    if entry.end - entry.start > longest:
        yield entry.line.wrong("end", "too_long", f"a booking of at most {longest.days} days")
    if entry.start - now > FARTHEST:
        yield entry.line.wrong("start", "too_far", f"a start at most {FARTHEST.days} days ahead")


def use_mistakes(line: BookingLine, moments: Moments, now: datetime | None) -> Iterator[Mistake]:
    """A use that cannot have been; without ``now`` as far as its own times tell."""
    begun, ended = moments.get("used_start"), moments.get("used_end")
    if begun is None and line.has("used_start") and (ended is not None or line.used_quantity is not None):
        yield line.wrong("used_start", "blank_cell", "when the use began, where its end or pieces are known")
    elif begun is not None and ended is not None and begun >= ended:
        yield line.wrong("used_end", "ends_before_start", f"a moment after the use began, {line.texts['used_start']}")
    for column, moment in (("used_start", begun), ("used_end", ended)):
        if now is not None and moment is not None and moment > now:
            yield line.wrong(column, "not_yet", "a moment that is past: it says when the work was done in fact")


def state_of(entry: Entry, now: datetime) -> str | Mistake:
    """The state that a new booking comes in with; a past one that says none is done."""
    line, over = entry.line, entry.end <= now
    state = entry.state or ("done" if over else "running" if _goes_on(entry) else "confirmed")
    if state not in STATES:
        return line.wrong("state", "bad_choice", f"one of {', '.join(STATES)}, or nothing")
    if state in ("confirmed", "running") and over:
        return line.wrong("state", "is_over", "done, cancelled or no_show for a booking whose end is past")
    if state in ("done", "no_show") and entry.start > now:
        return line.wrong("state", "not_begun", "confirmed or cancelled for a booking that has not begun")
    if state == "running" and (entry.start > now or entry.used is None):
        return line.wrong("state", "not_begun", "a start and a used_start that are past, for what is running")
    return state


def _goes_on(entry: Entry) -> bool:
    return entry.used is not None and entry.used.end is None


def _moments(line: BookingLine, zone: str) -> tuple[Moments, list[Mistake]]:
    """By column; what is blank or cannot be read is missing."""
    found: dict[str, datetime] = {}
    mistakes: list[Mistake] = []
    for column in filter(line.has, _MOMENTS):
        moment: FileMoment | None = getattr(line, column)
        try:
            if moment is not None:
                found[column] = moment.at("", zone)
        except BadValue as refusal:
            mistakes.append(line.wrong(column, "bad_local_time", refusal.text))
    return found, mistakes
