"""When units are open and may be started, and when people are on shift: weekly hours less holidays, closures, leave and
breaks.

Knows no ticks. What takes time away is kept with its cause, so that it can be named.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from models.queries.world import World
from models.tables import Centre, Closure, ReservedPeriod, StartRule, Unit
from scheduler.local_time import Span, day_span, local_days, local_moment, weekly_windows, without
from scheduler.public_holidays import holidays_of
from scheduler.settings import CentreSettings

Rows = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """Time taken away. ``code``: holiday, closure, blocked or reserved; ``text`` names the cause ("public holiday: New
    Year"). ``blocks``: nothing may stand on the unit either."""

    start: datetime
    end: datetime
    code: str
    text: str
    blocks: bool = False

    @property
    def span(self) -> Span:
        return self.start, self.end


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The hours of one world from ``start`` to ``end``."""

    world: World
    start: datetime
    end: datetime

    # -- units

    def opened(self, unit: Unit) -> list[Span]:
        """When a unit may be attended."""
        key = self._opening[unit.id], self._zone(unit.id)
        if key not in self._weekly:
            self._weekly[key] = weekly_windows(*key, self.start, self.end)
        return without(self._weekly[key], (closing.span for closing in self.closings(unit)))

    def closings(self, unit: Unit) -> tuple[Closing, ...]:
        """The public holidays and closures of a unit, by start."""
        if unit.id not in self._closings:
            found = [*self._holidays_of(unit), *(_closing(row) for row in self._closures_of(unit))]
            self._closings[unit.id] = tuple(sorted(found, key=lambda closing: closing.start))
        return self._closings[unit.id]

    def blocked(self, unit: Unit) -> list[Closing]:
        """When nothing may stand on a unit: closures that block, and weekly periods kept for nobody."""
        closures = [closing for closing in self.closings(unit) if closing.blocks]
        return closures + self._reserved(unit, lambda row: not row.stages and not row.clusters, "blocked")

    def kept_from(self, unit: Unit, *, stage: str, cluster: str) -> list[Closing]:
        """When a unit is kept for work of other stages or for other clusters (by key)."""
        return self._reserved(unit, lambda row: _is_kept_from(row, stage, cluster), "reserved")

    def kept_rows(self, unit: Unit) -> list[str]:
        """For whom and why the unit is kept now and then, each once."""
        rows = (row for row in self.world.reserved if _stands_at(row, unit) and (row.stages or row.clusters))
        return list(dict.fromkeys(_kept_text(row) for row in rows))

    def starts(self, unit: Unit) -> list[list[datetime]] | None:
        """The moments at which work may start, in order, a list per day and rule; ``None``: at any."""
        rules = self.start_rules(unit)
        if not rules:
            return None
        key = tuple((row.weekday, row.first, row.until, row.every) for row in rules), self._zone(unit.id)
        if key not in self._starts:
            self._starts[key] = list(self._moments(*key))
        return self._starts[key]

    def start_rules(self, unit: Unit) -> list[StartRule]:
        """The unit's own, or else its laboratory's."""
        own = [row for row in self.world.start_rules if row.unit_id == unit.id]
        return own or [row for row in self.world.start_rules if row.laboratory_id == unit.laboratory_id]

    def _moments(self, rules: tuple[tuple[int, int, int, int], ...], zone: str) -> Iterator[list[datetime]]:
        for day in local_days(self.start, self.end, zone):
            for weekday, first, until, every in rules:
                if weekday == day.weekday():
                    yield [local_moment(day, minute, zone) for minute in range(first, until, every)]

    def _reserved(self, unit: Unit, wanted: Callable[[ReservedPeriod], bool], code: str) -> list[Closing]:
        rows = [row for row in self.world.reserved if _stands_at(row, unit) and wanted(row)]
        zone = self._zone(unit.id)
        return [
            Closing(start=start, end=end, code=code, text=_kept_text(row), blocks=code == "blocked")
            for row in rows
            for start, end in weekly_windows([(row.weekday, row.starts, row.ends)], zone, self.start, self.end)
        ]

    def _holidays_of(self, unit: Unit) -> list[Closing]:
        centre = self._centre(unit.id)
        exempt = self._settings[centre.id].open_on_holidays
        if unit.key in exempt or self.world.laboratories[unit.laboratory_id].key in exempt:
            return []
        return self._holidays[centre.id]

    def _closures_of(self, unit: Unit) -> Iterator[Closure]:
        centre = self._centre(unit.id)
        for row in self.world.closures:
            places = (row.centre_id, centre.id), (row.laboratory_id, unit.laboratory_id), (row.unit_id, unit.id)
            if row.end_at > self.start and any(mine is not None and mine == other for mine, other in places):
                yield row

    # -- people

    def on_shift(self, person_id: int) -> list[Span]:
        """When a technician is there."""
        zone, centre = self._zone(person_id), self._centre(person_id)
        shifts = [(row.weekday, row.starts, row.ends) for row in self.world.shifts if row.person_id == person_id]
        cuts = [(row.start_at, row.end_at) for row in self.world.leaves if row.person_id == person_id]
        breaks = [(row.weekday, row.starts, row.ends) for row in self.world.breaks if row.person_id == person_id]
        cuts += weekly_windows(breaks, zone, self.start, self.end)
        cuts += [(row.start_at, row.end_at) for row in self.world.closures if row.centre_id == centre.id]
        if self.world.persons[person_id].key not in self._settings[centre.id].open_on_holidays:
            cuts += [closing.span for closing in self._holidays[centre.id]]
        return without(weekly_windows(sorted(shifts), zone, self.start, self.end), cuts)

    # -- the centre

    def _centre(self, resource_id: int) -> Centre:
        return self._centres[self.world.resources[resource_id].centre_id]

    def _zone(self, resource_id: int) -> str:
        return self._centre(resource_id).zone

    @cached_property
    def _centres(self) -> dict[int | None, Centre]:
        return {centre.id: centre for centre in self.world.centres}

    @cached_property
    def _settings(self) -> dict[int | None, CentreSettings]:
        return {centre.id: CentreSettings.read(centre.settings) for centre in self.world.centres}

    @cached_property
    def _holidays(self) -> dict[int | None, list[Closing]]:
        return {centre.id: list(self._holidays_at(centre)) for centre in self.world.centres}

    def _holidays_at(self, centre: Centre) -> Iterator[Closing]:
        place = self._settings[centre.id].holidays
        for day in local_days(self.start, self.end, centre.zone) if place is not None else ():
            name = holidays_of(place, day.year).get(day) if place is not None else None
            if name is not None:
                start, end = day_span(day, centre.zone)
                yield Closing(start=start, end=end, code="holiday", text=f"public holiday: {name}")

    @cached_property
    def _opening(self) -> dict[int, Rows]:
        own: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        laboratory: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for row in self.world.opening_hours:
            if row.unit_id is not None:
                own[row.unit_id].append((row.weekday, row.opens, row.closes))
            elif row.laboratory_id is not None:
                laboratory[row.laboratory_id].append((row.weekday, row.opens, row.closes))
        units = self.world.units.values()
        return {unit.id: tuple(sorted(own[unit.id] or laboratory[unit.laboratory_id])) for unit in units}

    @cached_property
    def _weekly(self) -> dict[tuple[Rows, str], list[Span]]:
        return {}

    @cached_property
    def _closings(self) -> dict[int, tuple[Closing, ...]]:
        return {}

    @cached_property
    def _starts(self) -> dict[tuple[tuple[tuple[int, int, int, int], ...], str], list[list[datetime]]]:
        return {}


def closings_within(closings: Iterable[Closing], start: datetime, end: datetime) -> list[Closing]:
    """Those that touch ``[start, end)``; what follows at once for the same cause is one."""
    found: list[Closing] = []
    for one in sorted(closings, key=lambda closing: (closing.start, closing.end)):
        if one.end <= start or one.start >= end:
            continue
        last = found[-1] if found else None
        if last is not None and last.text == one.text and one.start <= last.end:
            ends = max(last.end, one.end)
            found[-1] = Closing(start=last.start, end=ends, code=one.code, text=one.text, blocks=one.blocks)
        else:
            found.append(one)
    return found


def tell_rule(row: StartRule) -> str:
    """``every 30 min from 08:00 until 20:00``, ``at 08:00``."""
    first, until = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in (row.first, row.until))
    if row.first + row.every >= row.until:
        return f"at {first}"
    return f"every {row.every} min from {first} until {until}"


def _closing(row: Closure) -> Closing:
    text = f"closed: {row.reason}"
    return Closing(start=row.start_at, end=row.end_at, code="closure", text=text, blocks=row.blocks)


def _stands_at(row: ReservedPeriod, unit: Unit) -> bool:
    return row.unit_id == unit.id or row.laboratory_id == unit.laboratory_id


def names_in(text: str) -> list[str]:
    """Names that a text lists with semicolons."""
    return [name.strip() for name in text.split(";") if name.strip()]


def _is_kept_from(row: ReservedPeriod, stage: str, cluster: str) -> bool:
    """Those kept for nobody block the unit, which is another matter."""
    stages, clusters = names_in(row.stages), names_in(row.clusters)
    return bool(stages or clusters) and stage not in stages and cluster not in clusters


def _kept_text(row: ReservedPeriod) -> str:
    kept = ", ".join([*names_in(row.stages), *names_in(row.clusters)])
    return f"kept for {kept}: {row.reason}" if kept else f"closed for use: {row.reason}"
