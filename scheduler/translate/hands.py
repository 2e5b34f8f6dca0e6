"""Who can do what, for whom, and for how long at most: the texts of skills, and greatest hours by local days and weeks.

Knows nothing of shifts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.queries.world import World
from models.routing import StaffNeed as Asked
from models.tables import Person
from scheduler.local_time import days_of_weeks
from scheduler.translate.clock import Clock
from scheduler.translate.names import SkillText, own_operators, read_skill, row_id, skill_id
from solver.problem import HourLimit, StaffNeed, UnitUse

Span = tuple[datetime, datetime]


def staff_need(centre_id: int, organisation: int, need: Asked, units: Iterable[UnitUse]) -> StaffNeed:
    """Own operators may run every unit of the way."""
    own = own_operators(organisation, (row_id(use.unit) for use in units)) if need.own_operator else ""
    return StaffNeed(
        skill=skill_id(centre_id, need.skill, need.level, own),
        part=need.part,
        handover=need.handover,
        drives=need.drives,
    )


def skill_texts(world: World, asked: Iterable[str]) -> Mapping[int, tuple[str, ...]]:
    """The sorted texts that each person has: technicians their skills at every level up to theirs, and of the texts in
    ``asked`` those that say that an own operator does as well; own operators only such."""
    found: dict[int, set[str]] = defaultdict(set)
    levels: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    for row in world.skills:
        centre = world.resources[row.person_id].centre_id
        if row.person_id not in world.memberships:
            levels[centre, row.skill][row.person_id] = row.level
            found[row.person_id] |= {skill_id(centre, row.skill, level) for level in range(1, row.level + 1)}
    for text in asked:
        said = read_skill(text)
        if said.organisation:
            able = {id_ for id_, level in levels[said.centre, said.skill].items() if level >= said.level}
            for person_id in (*able, *_own(world, said)):
                found[person_id].add(text)
    return defaultdict(tuple, {person_id: tuple(sorted(texts)) for person_id, texts in found.items()})


def _own(world: World, said: SkillText) -> Iterator[int]:
    """Operators of the organisation who may run every unit."""
    for person_id, organisation in world.memberships.items():
        if organisation == said.organisation and said.units <= world.qualifications.get(person_id, frozenset()):
            yield person_id


@dataclass(frozen=True)
class Limits:
    """Greatest hours from the local day and week in which ``start`` lies until ``end``."""

    world: World
    clock: Clock
    start: datetime
    end: datetime
    _days: dict[str, tuple[Span, ...]] = field(default_factory=dict)

    def of(self, person_id: int, zone: str, held: Sequence[Span]) -> tuple[HourLimit, ...]:
        """Those of a person, less what fixed work (``held``, and what was worked before) takes of them."""
        row: Person = self.world.persons[person_id]
        if row.most_minutes_day is None and row.most_minutes_week is None:
            return ()
        before = [(hold.start_at, hold.end_at) for hold in self.world.worked if hold.resource_id == person_id]
        # What lingers is in both; nobody works twice at the same time.
        return tuple(self._limits(row, zone, {*before, *held}))

    def _limits(self, row: Person, zone: str, worked: Collection[Span]) -> Iterator[HourLimit]:
        if zone not in self._days:
            self._days[zone] = tuple(days_of_weeks(self.start, self.end, zone))
        days = self._days[zone]
        weeks = [(days[at][0], days[min(at + 6, len(days) - 1)][1]) for at in range(0, len(days), 7)]
        today = [day for day in days if day[1] > self.start]
        for most, spans in ((row.most_minutes_day, today), (row.most_minutes_week, weeks)):
            if most is not None:
                yield from (self._limit(most, span, worked) for span in spans)

    def _limit(self, most: int, span: Span, worked: Collection[Span]) -> HourLimit:
        used = sum((_shared(span, work) for work in worked), timedelta())
        left = self.clock.minutes_down(most - -(-used // timedelta(minutes=1)))
        return HourLimit(start=self.clock.floor(span[0]), end=self.clock.ceil(span[1]), most=max(0, left))


def _shared(one: Span, other: Span) -> timedelta:
    return max(timedelta(), min(one[1], other[1]) - max(one[0], other[0]))
