"""Calendars that are being changed: the rows that went and came, and a centre's world as it was before.

Knows nothing of who changes them, nor of what stands under them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlmodel import SQLModel

from models.queries.world import World
from models.tables import (
    Centre,
    Closure,
    Leave,
    Membership,
    OpeningHours,
    PersonSkill,
    Qualification,
    Shift,
    ShiftBreak,
    Unit,
)

R = TypeVar("R", bound=SQLModel)
Place = TypeVar("Place", Centre, Unit)
_ROWS = (OpeningHours, Closure, Leave, Shift, ShiftBreak, PersonSkill, Membership, Qualification)
"""Rows that say when a unit is open, and when somebody is there and able."""
_SETTINGS = ("holidays", "open_on_holidays")


@dataclass(slots=True)
class CalendarChange:
    """Of one centre, within one transaction: rows as they were before they were changed or went, and those that are
    new. Of centres and units only what moves their hours counts."""

    gone: list[SQLModel] = field(default_factory=list)
    come: list[SQLModel] = field(default_factory=list)

    def before(self, world: World) -> World:
        """The world, read in the same transaction after the change, with the calendars from before it."""
        return replace(
            world,
            centres=tuple(self._was(Centre, {row.id: row for row in world.centres}).values()),
            units=self._was(Unit, world.units),
            opening_hours=self._rows(OpeningHours, world.opening_hours),
            closures=self._rows(Closure, world.closures),
            leaves=self._rows(Leave, world.leaves),
            shifts=self._rows(Shift, world.shifts),
            breaks=self._rows(ShiftBreak, world.breaks),
            skills=self._rows(PersonSkill, world.skills),
            memberships=self._memberships(world.memberships),
            qualifications=self._qualifications(world.qualifications),
        )

    def _rows(self, table: type[R], now: Iterable[R]) -> tuple[R, ...]:
        new = {id(row) for row in self.come}  # one session has one object for each row
        return (*(row for row in now if id(row) not in new), *_of(table, self.gone))

    def _was(self, table: type[Place], now: Mapping[Any, Place]) -> dict[Any, Place]:
        return {**now, **{row.id: row for row in _of(table, self.gone)}}

    def _memberships(self, now: Mapping[int, int]) -> dict[int, int]:
        new = {row.person_id for row in _of(Membership, self.come)}
        kept = {person: owner for person, owner in now.items() if person not in new}
        return kept | {row.person_id: row.organisation_id for row in _of(Membership, self.gone)}

    def _qualifications(self, now: Mapping[int, frozenset[int]]) -> dict[int, frozenset[int]]:
        found = dict(now)
        for row in _of(Qualification, self.come):
            found[row.person_id] = found.get(row.person_id, frozenset()) - {row.unit_id}
        for row in _of(Qualification, self.gone):
            found[row.person_id] = found.get(row.person_id, frozenset()) | {row.unit_id}
        return found


def is_calendar(row: SQLModel) -> bool:
    """Whether a row that comes or goes changes when something can be done."""
    return isinstance(row, _ROWS)


def moves_hours(row: SQLModel, values: Mapping[str, Any]) -> bool:
    """Whether these new values of a stored row do: a unit in another laboratory, a centre with other holidays."""
    if isinstance(row, Centre):
        settings: Mapping[str, Any] = values.get("settings", row.settings)
        return "zone" in values or any(settings.get(name) != row.settings.get(name) for name in _SETTINGS)
    return isinstance(row, Unit) and "laboratory_id" in values


def _of(table: type[R], rows: Iterable[SQLModel]) -> list[R]:
    return [row for row in rows if isinstance(row, table)]
