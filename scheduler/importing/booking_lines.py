"""Bookings of a file with their names resolved and their moments read, or every mistake of each.

Knows nothing of admission, nor of what was imported before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from models.queries.imported import every_unit
from models.tables import Project, Resource, Unit
from scheduler.access import Thing, can
from scheduler.actors import Actor
from scheduler.admission import Owner
from scheduler.admitting import Wish
from scheduler.booking import FARTHEST, LONGEST
from scheduler.errors import BadValue
from scheduler.importing.kinds import STATES, BookingLine
from scheduler.importing.moments import FileMoment
from scheduler.importing.stored import Stored
from scheduler.loading.mistakes import Mistake
from scheduler.naming import tell

LONGEST_PAST = timedelta(days=366)
_MOMENTS = ("start", "end", "used_start", "used_end")


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """When it was used in fact; ``end`` is ``None`` while it goes on. ``quantity``: pieces made, where known."""

    start: datetime
    end: datetime | None
    quantity: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line that can be judged. ``state`` is empty where the line says none."""

    line: BookingLine
    centre: str
    units: tuple[int, ...]
    project: Project
    start: datetime
    end: datetime
    used: Used | None
    state: str

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

    def __init__(self, session: Session, actor: Actor, now: datetime) -> None:
        self._stored = Stored(session)
        self._units: dict[str, tuple[Unit, Resource]] = {
            unit.key: (unit, row)
            for unit, row in every_unit(session)
            if can(actor, "override", Thing(centre_id=row.centre_id))
        }
        self._centres = {id_: key for key, id_ in self._stored.centres.items()}
        self._now = now

    def zone(self, centre: str) -> str:
        return self._stored.zones[centre]

    def centre_id(self, centre: str) -> int:
        return self._stored.centres[centre]

    def entry(self, line: BookingLine) -> Entry | tuple[Mistake, ...]:
        """The line with what it refers to, or every mistake in it."""
        mistakes = list(self._names(line))
        if mistakes:
            return tuple(mistakes)
        rows = [self._units[key] for key in line.units]
        centre = self._centres[rows[0][1].centre_id]
        moments, mistakes = _moments(line, self.zone(centre))
        if not mistakes:
            mistakes = list(self._order(line, moments, self.zone(centre)))
        if mistakes:
            return tuple(mistakes)
        begun = moments["used_start"]
        return Entry(
            line=line,
            centre=centre,
            units=tuple(unit.id for unit, _ in rows),
            project=self._stored.projects[line.project],
            start=moments["start"],
            end=moments["end"],
            used=None if begun is None else Used(start=begun, end=moments["used_end"], quantity=line.used_quantity),
            state=line.state,
        )

    def _names(self, line: BookingLine) -> Iterator[Mistake]:
        unknown = [key for key in line.units if key not in self._units]
        if unknown or not line.units:
            yield line.wrong("units", "unknown_reference", f"units that are stored; {', '.join(unknown)} are not")
        elif len({self._units[key][1].centre_id for key in line.units}) > 1:
            yield line.wrong("units", "other_centre", "units of one centre")
        if line.project not in self._stored.projects:
            yield line.wrong("project", "unknown_reference", "a project that is stored")

    def _order(self, line: BookingLine, moments: dict[str, datetime], zone: str) -> Iterator[Mistake]:
        start, end, begun, ended = (moments[name] for name in _MOMENTS)
        for column in ("start", "end"):
            if moments[column].second or moments[column].microsecond:
                yield line.wrong(column, "not_a_minute", "a whole minute")
        if start >= end:
            yield line.wrong("end", "ends_before_start", f"a moment after the start, {tell(start, zone)}")
        elif end - start > (LONGEST if end > self._now else LONGEST_PAST):
            days = (LONGEST if end > self._now else LONGEST_PAST).days
            yield line.wrong("end", "too_long", f"a booking of at most {days} days")
        if start - self._now > FARTHEST:
            yield line.wrong("start", "too_far", f"a start at most {FARTHEST.days} days ahead")
        if begun is None and (ended is not None or line.used_quantity is not None):
            yield line.wrong("used_start", "blank_cell", "when the use began, where its end or pieces are known")
        elif begun is not None and ended is not None and begun >= ended:
            yield line.wrong("used_end", "ends_before_start", f"a moment after the use began, {tell(begun, zone)}")
        for column in ("used_start", "used_end"):
            if moments[column] is not None and moments[column] > self._now:
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


def _moments(line: BookingLine, zone: str) -> tuple[dict[str, datetime], list[Mistake]]:
    """By column; what is blank is ``None``."""
    found: dict[str, datetime] = {}
    mistakes: list[Mistake] = []
    for column in _MOMENTS:
        moment: FileMoment | None = getattr(line, column)
        try:
            found[column] = None if moment is None else moment.at("", zone)  # type: ignore[assignment]
        except BadValue as refusal:
            mistakes.append(line.wrong(column, "bad_local_time", refusal.text))
    return found, mistakes
