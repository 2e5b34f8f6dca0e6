"""What a centre has to do work with: its units by capability, their regular hours, skills, capacities and stocks.

Knows nothing of recipes.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from models.routing import UnitNeed
from scheduler.loading.files import Lists
from scheduler.loading.lines import (
    CapabilityLine,
    CapacityLine,
    LaboratoryLine,
    OpeningLine,
    PersonLine,
    ShiftLine,
    SkillLine,
    StockLine,
    UnitLine,
)
from scheduler.weekly import DAY, WeeklyRow, longest_stretch, merged_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitFacts:
    """A unit's laboratory, and its capabilities as ranges by quantity."""

    unit: str
    laboratory: str
    capabilities: dict[str, dict[str, tuple[float, float]]]

    def covers(self, need: UnitNeed) -> bool:
        """Whether the unit has the capability and covers every number of the need."""
        ranges = self.capabilities.get(need.capability)
        return ranges is not None and all(
            number.quantity in ranges
            and ranges[number.quantity][0] <= number.low
            and number.high <= ranges[number.quantity][1]
            for number in need.numbers
        )


class Centres:
    """The lists looked at centre by centre."""

    def __init__(self, lists: Lists) -> None:
        self.of_laboratory = {line.laboratory: line.centre for line in lists.of(LaboratoryLine)}
        self.capacities = {line.capacity: (line.centre, line.level) for line in lists.of(CapacityLine)}
        self.stocks = {line.stock: line.centre for line in lists.of(StockLine)}
        self.skills = _skills(lists)
        """The highest level of each skill, by centre and skill."""
        self._units = _units(lists, self.of_laboratory)
        self._hours = opening_rows(lists)

    def candidates(self, centre: str, need: UnitNeed) -> list[UnitFacts]:
        """The centre's units that cover a need."""
        return [unit for unit in self._units.get(centre, ()) if unit.covers(need)]

    def has_capability(self, centre: str, capability: str) -> bool:
        return any(capability in unit.capabilities for unit in self._units.get(centre, ()))

    def unit(self, key: str) -> UnitFacts | None:
        """The unit of that name."""
        return next((unit for units in self._units.values() for unit in units if unit.unit == key), None)

    def longest_opening(self, unit: UnitFacts) -> int:
        """Minutes of the longest stretch that the unit is regularly open; 0 if it never is."""
        return longest_stretch(self._rows(unit))

    def weekly_minutes(self, unit: UnitFacts) -> int:
        """Minutes that the unit is open in a week."""
        return sum(closes - opens for _, opens, closes in self._rows(unit))

    def _rows(self, unit: UnitFacts) -> tuple[WeeklyRow, ...]:
        return self._hours.get(unit.unit) or self._hours.get(f"laboratory {unit.laboratory}", ())


def opening_rows(lists: Lists) -> dict[str, tuple[WeeklyRow, ...]]:
    """Weekly rows of each unit by its name, and of each laboratory by ``laboratory`` and its name."""
    found: dict[str, list[WeeklyRow]] = defaultdict(list)
    for line in lists.of(OpeningLine):
        name = line.unit if line.unit is not None else f"laboratory {line.laboratory}"
        found[name] += [(day, line.opens, line.closes) for day in line.days if line.opens < line.closes]
    return {name: merged_rows(rows) for name, rows in found.items()}


def shift_rows(lists: Lists) -> dict[str, tuple[WeeklyRow, ...]]:
    """Weekly rows of each person; a shift that passes midnight is two rows that touch."""
    found: dict[str, list[WeeklyRow]] = defaultdict(list)
    for line in lists.of(ShiftLine):
        for day in line.days:
            found[line.person] += _around_midnight(day, line.starts, line.ends)
    return {person: merged_rows(rows) for person, rows in found.items()}


def _around_midnight(day: int, starts: int, ends: int) -> Iterator[WeeklyRow]:
    if starts < ends:
        yield day, starts, ends
        return
    yield day, starts, DAY
    if ends:
        yield (day + 1) % 7, 0, ends


def _skills(lists: Lists) -> dict[tuple[str, str], int]:
    """Centres with the skills that some technician there has, and the highest level of each."""
    centre = {line.person: line.centre for line in lists.of(PersonLine) if line.organisation is None}
    levels: dict[tuple[str, str], int] = {}
    for line in lists.of(SkillLine):
        if line.person in centre:
            place = centre[line.person], line.skill
            levels[place] = max(line.level, levels.get(place, 0))
    return levels


def _units(lists: Lists, of_laboratory: dict[str, str]) -> dict[str, list[UnitFacts]]:
    capabilities: dict[str, dict[str, dict[str, tuple[float, float]]]] = defaultdict(lambda: defaultdict(dict))
    for line in lists.of(CapabilityLine):
        capabilities[line.unit][line.capability][line.quantity] = (line.low or 0.0, line.high or 0.0)
    units: dict[str, list[UnitFacts]] = defaultdict(list)
    for unit in lists.of(UnitLine):
        facts = UnitFacts(unit=unit.unit, laboratory=unit.laboratory, capabilities=dict(capabilities[unit.unit]))
        units[of_laboratory.get(unit.laboratory, "")].append(facts)
    return units
