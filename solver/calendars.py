"""The resources' free time, ready to be asked: classes of equal lanes and persons, and where a span fits.

Knows nothing of tasks: what one could use is asked by length and amount.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise

from solver.problem import Capacity, Person, Problem, Stock, Unit, Window
from solver.unloading import Moments
from solver.windows import Windows, complement, fits, intersect, steps_at_least, unite


class Calendar:
    """Windows in one of which a span has to lie; ``starts`` remembers its answers."""

    def __init__(self, windows: Windows) -> None:
        self.windows = windows
        self._starts: dict[int, Windows] = {}

    def starts(self, length: int) -> Windows:
        """The ticks at which a span of ``length`` (>= 1) may start."""
        found = self._starts.get(length)
        if found is None:
            found = self._starts[length] = self._fits(length)
        return found

    def _fits(self, length: int) -> Windows:
        return fits(self.windows, length)


class AnyCalendar(Calendar):
    """A choice of calendars: a span has to lie in one window of one of them."""

    def __init__(self, choices: tuple[Calendar, ...]) -> None:
        super().__init__(unite(window for choice in choices for window in choice.windows))
        self.choices = choices

    def _fits(self, length: int) -> Windows:
        return unite(window for choice in self.choices for window in choice.starts(length))


@dataclass(frozen=True, eq=False)
class Pool:
    """Interchangeable members: lanes of one unit that are taken at the same ticks, or persons alike in everything.

    ``members`` are lane numbers or numbers of persons in the problem's order.
    """

    members: tuple[int, ...]
    free: Calendar
    blocked: Windows


@dataclass(eq=False)
class UnitCalendars:
    """One unit's opening hours and pools of equal lanes."""

    unit: Unit
    end: int
    _enough: dict[int, Calendar] = field(default_factory=dict)
    _apart: dict[str, Calendar] = field(default_factory=dict)

    @cached_property
    def open(self) -> Calendar:
        """When the unit may be attended."""
        return Calendar(self.unit.open)

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """The classes of lanes with equal taken windows, by their first lane."""
        alike: dict[Windows, list[int]] = defaultdict(list)
        for lane in range(self.unit.lanes):
            alike[self.unit.taken[lane] if lane < len(self.unit.taken) else ()].append(lane)
        return tuple(_pool(lanes, unite(taken), self.end) for taken, lanes in alike.items())

    def enough(self, lanes: int) -> Calendar:
        """Where so many lanes could be free: exact for one lane and for all, else necessary only."""
        if lanes not in self._enough:
            self._enough[lanes] = self._find_enough(lanes)
        return self._enough[lanes]

    def apart(self, owner: str) -> Calendar | None:
        """Where a hold of ``owner`` keeps the buffer to fixed work of others; ``None`` where there is none to keep."""
        others = [use for use in self.unit.fixed if use.owner not in ("", owner)] if owner and self.unit.buffer else []
        if not others:
            return None
        if owner not in self._apart:
            near = unite((use.start - self.unit.buffer, use.end + self.unit.buffer) for use in others)
            self._apart[owner] = Calendar(complement(near, 0, self.end))
        return self._apart[owner]

    def _find_enough(self, lanes: int) -> Calendar:
        if len(self.pools) == 1:
            return self.pools[0].free
        if lanes == 1:
            return AnyCalendar(tuple(pool.free for pool in self.pools))
        changes = [(tick, sign * len(pool.members)) for pool in self.pools for tick, sign in _edges(pool.free.windows)]
        return Calendar(steps_at_least(_running(changes), lanes, 0, self.end))


@dataclass(frozen=True)
class StockLevels:
    """How much may have been consumed by when: the least supply from each tick on, never falling.

    ``steps`` are ``(tick, level)`` from tick 0; the last level is what can be consumed in all.
    """

    steps: tuple[tuple[int, int], ...]
    _known: dict[int, Calendar] = field(default_factory=dict, compare=False)

    def enough(self, amount: int, end: int) -> Calendar:
        """When a task may start that consumes so much, were it alone."""
        if amount not in self._known:
            self._known[amount] = Calendar(steps_at_least(self.steps, amount, 0, end))
        return self._known[amount]


class CapacityLevels:
    """A capacity's profile in ``[0, end)``: its greatest level and what lies below it."""

    def __init__(self, capacity: Capacity, end: int) -> None:
        self.capacity = capacity
        self.end = end
        self._known: dict[int, Calendar] = {}

    def enough(self, amount: int) -> Calendar:
        """Where the level is at least ``amount``."""
        if amount not in self._known:
            self._known[amount] = Calendar(steps_at_least(self.capacity.steps, amount, 0, self.end))
        return self._known[amount]

    @cached_property
    def greatest(self) -> int:
        """The highest level within reach; 0 where there is none."""
        return max((level for _, _, level in self.pieces), default=0)

    @cached_property
    def pieces(self) -> tuple[tuple[int, int, int], ...]:
        """``(start, end, level)`` that cover ``[0, end)``, neighbours of equal level joined."""
        points = [(0, 0), *((max(tick, 0), level) for tick, level in self.capacity.steps), (self.end, 0)]
        pieces: list[tuple[int, int, int]] = []
        for (start, level), (end, _) in pairwise(points):
            if pieces and pieces[-1][2] == level and start < end:
                pieces[-1] = (pieces[-1][0], min(end, self.end), level)
            elif start < min(end, self.end):
                pieces.append((start, min(end, self.end), level))
        return tuple(pieces)


class Calendars:
    """Every resource's calendars, made when first asked for. ``end`` is the problem's ``calendar_end``."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.end = problem.calendar_end
        self.units = {unit.id: UnitCalendars(unit, problem.calendar_end) for unit in problem.units}
        self.capacities = {one.id: CapacityLevels(one, problem.calendar_end) for one in problem.capacities}
        self.stocks = {stock.id: StockLevels(_stock_steps(stock)) for stock in problem.stocks}
        self.moments = Moments(problem)
        self._skills: dict[str, AnyCalendar] = {}

    @cached_property
    def staff(self) -> tuple[tuple[Person, Pool], ...]:
        """A pool per class of persons alike, each with one of them to read the skills from."""
        alike: dict[tuple[frozenset[str], Windows, Windows], list[int]] = defaultdict(list)
        for number, person in enumerate(self.problem.persons):
            alike[frozenset(person.skills), person.on_shift, person.taken].append(number)
        return tuple(
            (self.problem.persons[numbers[0]], _pool(numbers, _absent(shift, taken, self.end), self.end))
            for (_, shift, taken), numbers in alike.items()
        )

    def skilled(self, skill: str) -> AnyCalendar:
        """When somebody with ``skill`` is there and not taken."""
        if skill not in self._skills:
            pools = (pool.free for person, pool in self.staff if skill in person.skills)
            self._skills[skill] = AnyCalendar(tuple(pools))
        return self._skills[skill]


def _pool(members: list[int], blocked: Windows, end: int) -> Pool:
    return Pool(tuple(members), Calendar(complement(blocked, 0, end)), intersect(blocked, ((0, end),)))


def _absent(on_shift: Windows, taken: Windows, end: int) -> Windows:
    return unite((*complement(on_shift, 0, end), *taken))


def _edges(windows: Windows) -> list[Window]:
    return [edge for start, end in windows for edge in ((start, 1), (end, -1))]


def _running(changes: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    by_tick: dict[int, int] = defaultdict(int)
    for tick, change in changes:
        by_tick[tick] += change
    ticks = sorted(by_tick)
    return tuple(zip(ticks, accumulate(by_tick[tick] for tick in ticks), strict=True))


def _stock_steps(stock: Stock) -> tuple[tuple[int, int], ...]:
    """What may have been consumed by a tick: the least supply from it on, at least 0."""
    supply = _running([(max(tick, 0), quantity) for tick, quantity in stock.changes])
    if not supply or supply[0][0] > 0:
        supply = ((0, 0), *supply)
    least = list(accumulate((level for _, level in reversed(supply)), min))[::-1]
    kept = [(tick, max(level, 0)) for (tick, _), level in zip(supply, least, strict=True)]
    return tuple(step for i, step in enumerate(kept) if i == 0 or kept[i - 1][1] != step[1])
