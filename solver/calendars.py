"""The resources' free time, ready to be asked: classes of equal lanes and persons, and where a span fits.

Knows nothing of tasks: what one could use is asked by length and amount.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, pairwise

from solver.advancing import Advances
from solver.problem import Capacity, HourLimit, Person, Problem, Quota, Stock, Unit, Window
from solver.sequence import Party, are_apart
from solver.spent import Spent
from solver.unloading import Moments
from solver.windows import Windows, clip, complement, fits, intersect, steps_at_least, unite


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


class QuotaCalendar(Calendar):
    """Where a use of a counted unit may begin, were it alone beside fixed work. Knows no windows of its own."""

    def __init__(self, quota: Quota, end: int) -> None:
        super().__init__(((0, end),))
        self._spent, self._end = Spent(quota), end

    def _fits(self, length: int) -> Windows:
        return self._spent.starts(((0, length),), 0, self._end)


class LimitedCalendar(Calendar):
    """The free time of somebody whose hours are limited: a span may not take more of a limit than there is."""

    def __init__(self, windows: Windows, limits: tuple[HourLimit, ...], end: int) -> None:
        super().__init__(windows)
        self._limits, self._end = limits, end

    def _fits(self, length: int) -> Windows:
        found = super()._fits(length)
        for limit in self._limits:
            first, last = limit.start - length + limit.most + 1, limit.end - limit.most
            if limit.most < min(length, limit.end - limit.start) and first < last:
                found = intersect(found, ((-self._end, first), (last, self._end + 1)))
        return found


class RelayCalendar(Calendar):
    """When persons in turn are there: each stays until the end of the shift, where another takes over."""

    def __init__(self, shifts: Iterable[tuple[Windows, Windows]]) -> None:
        """``shifts``: of each person the shifts and what is free of them; greatest hours are not looked at."""
        pieces = [
            (*free, end)
            for on_shift, windows in shifts
            for start, end in on_shift
            for free in clip(windows, start, end)
        ]
        super().__init__(unite((start, until) for start, until, _ in pieces))
        self.reaches = self._reach(pieces)

    @staticmethod
    def _reach(pieces: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """Each stretch of free time with how far one gets who begins in it, the latest shifts first."""
        reaches: list[tuple[int, int, int]] = []
        for start, until, end in sorted(pieces, key=lambda piece: -piece[2]):
            after = (far for first, last, far in reaches if first <= end < last) if until == end else ()
            reaches.append((start, until, max(after, default=until)))
        return reaches

    def _fits(self, length: int) -> Windows:
        return unite(
            (start, min(until, far - length + 1)) for start, until, far in self.reaches if far - start >= length
        )

    def longest(self, start: int, end: int) -> int:
        """The longest time that persons in turn are there within ``[start, end)``."""
        lengths = (min(far, end) - max(first, start) for first, _, far in self.reaches)
        return max((length for length in lengths if length > 0), default=0)


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
    _apart: dict[Party, Calendar] = field(default_factory=dict)

    @cached_property
    def open(self) -> Calendar:
        """When the unit may be attended."""
        return Calendar(self.unit.open)

    @cached_property
    def allowed(self) -> Windows | None:
        """When work that uses it from its own start on may start; ``None``: whenever."""
        return allowed_starts(self.unit)

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

    def apart(self, party: Party) -> Calendar | None:
        """Where a hold keeps the buffer to fixed work of others; ``None`` where there is none to keep."""
        fixed = self.unit.fixed if self.unit.buffer else ()
        others = [use for use in fixed if are_apart((use.owner, use.lot), party)]
        if not others:
            return None
        if party not in self._apart:
            near = unite((use.start - self.unit.buffer, use.end + self.unit.buffer) for use in others)
            self._apart[party] = Calendar(complement(near, 0, self.end))
        return self._apart[party]

    def _find_enough(self, lanes: int) -> Calendar:
        if lanes == 0:
            return Calendar(((0, self.end),))
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
        self.quotas = {quota.id: QuotaCalendar(quota, problem.calendar_end) for quota in problem.quotas}
        self.advances = Advances(problem)
        self._skills: dict[str, AnyCalendar] = {}
        self._relays: dict[str, RelayCalendar] = {}

    @cached_property
    def staff(self) -> tuple[tuple[Person, Pool], ...]:
        """A pool per class of persons alike, each with one of them to read the skills from. Whom it matters who is,
        whose hours are limited, and who may be held in several stretches by one need (such claims cannot be told apart
        afterwards) has a pool of their own."""
        alike: dict[tuple[frozenset[str], Windows, Windows, int], list[int]] = defaultdict(list)
        named = skills_by_name(self.problem) | self._held_in_stretches()
        for number, person in enumerate(self.problem.persons):
            apart = number if person.limits or named.intersection(person.skills) else -1
            alike[frozenset(person.skills), person.on_shift, person.taken, apart].append(number)
        return tuple(
            (person, _staff_pool(person, numbers, self.end))
            for numbers in alike.values()
            for person in (self.problem.persons[numbers[0]],)
        )

    def _held_in_stretches(self) -> frozenset[str]:
        modes = (mode for request in self.problem.requests for task in request.tasks for mode in task.modes)
        return frozenset(need.skill for mode in modes if mode.crossing == "pausing" for need in mode.staff)

    def skilled(self, skill: str) -> AnyCalendar:
        """When somebody with ``skill`` is there and not taken."""
        if skill not in self._skills:
            pools = (pool.free for person, pool in self.staff if skill in person.skills)
            self._skills[skill] = AnyCalendar(tuple(pools))
        return self._skills[skill]

    def relayed(self, skill: str) -> RelayCalendar:
        """When persons with ``skill`` are there in turn, not taken."""
        if skill not in self._relays:
            able = ((person.on_shift, pool.free.windows) for person, pool in self.staff if skill in person.skills)
            self._relays[skill] = RelayCalendar(able)
        return self._relays[skill]


def _staff_pool(person: Person, members: list[int], end: int) -> Pool:
    pool = _pool(members, _absent(person.on_shift, person.taken, end), end)
    if not person.limits:
        return pool
    return replace(pool, free=LimitedCalendar(pool.free.windows, person.limits, end))


def skills_by_name(problem: Problem) -> frozenset[str]:
    """The skills whose persons have to be told apart: those of tasks that share their persons, or must not."""
    return frozenset(
        need.skill
        for request in problem.requests
        for choice in request.choices
        if choice.what == "person"
        for task in request.tasks
        if task.id in choice.tasks
        for mode in task.modes
        for need in mode.staff
    )


def allowed_starts(unit: Unit) -> Windows | None:
    """The ticks at which work may start on a unit; ``None``: whenever."""
    if unit.starts is None:
        return None
    return unite(window for starts in unit.starts for window in _started(*starts))


def _started(first: int, end: int, step: int) -> Iterable[Window]:
    """Where every tick will do they are one window."""
    return ((first, end),) if step == 1 else ((tick, tick + 1) for tick in range(first, end, step))


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
