"""What is still free while a plan is being built: lanes, persons, capacities and stocks, with work put down and lifted.

Does not know requests, lags, costs or the order in which work is put down.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from solver.advancing import Advances, Course
from solver.calendars import allowed_starts
from solver.choosing import Choosing
from solver.ledger import NEVER as NEVER
from solver.ledger import Ledger
from solver.plan import Assignment
from solver.problem import Capacity, Mode, Person, Problem, Stock, Unit, Window
from solver.shared_runs import SharedRuns
from solver.spent import Spent, uses_of
from solver.stints import Stint, overlap, stints
from solver.unloading import Moments


class Line:
    """One thing at a time: sorted, disjoint busy windows."""

    __slots__ = ("ends", "starts")

    def __init__(self, windows: Iterable[Window] = ()) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in windows:
            self.add(start, end)

    def next_free(self, tick: int, length: int) -> int:
        """The first tick, not before ``tick``, from which ``length`` ticks are free."""
        starts, ends = self.starts, self.ends
        at = bisect_right(ends, tick)
        while at < len(starts) and starts[at] < tick + length:
            tick = max(tick, ends[at])
            at += 1
        return tick

    def after_clash(self, start: int, end: int) -> int:
        """``start`` where ``[start, end)`` is free, else the end of the last window that clashes with it."""
        last = bisect_left(self.starts, end) - 1
        if last < 0 or self.ends[last] <= start:
            return start
        return self.ends[last]

    def gap_before(self, tick: int) -> int:
        """How many free ticks lie before ``tick``, at least 0."""
        at = bisect_right(self.ends, tick) - 1
        return tick - (self.ends[at] if at >= 0 else -1)

    def add(self, start: int, end: int) -> None:
        """Hold ``[start, end)``, which is free. An empty window is nothing."""
        if start >= end:
            return
        at = bisect_left(self.starts, start)
        self.starts.insert(at, start)
        self.ends.insert(at, end)

    def remove(self, start: int, end: int) -> None:
        """Give ``[start, end)`` back, which was added as such."""
        if start >= end:
            return
        at = bisect_left(self.starts, start)
        del self.starts[at]
        del self.ends[at]


class Hours:
    """Open windows, sorted and disjoint."""

    __slots__ = ("ends", "starts")

    def __init__(self, windows: Iterable[Window]) -> None:
        pairs = tuple(windows)
        self.starts = [start for start, _ in pairs]
        self.ends = [end for _, end in pairs]

    def next_open(self, tick: int, length: int) -> int:
        """The first tick, not before ``tick``, from which ``length`` ticks lie in one window; ``NEVER`` without one."""
        if length <= 0:
            return tick
        starts, ends = self.starts, self.ends
        for at in range(bisect_right(ends, tick), len(starts)):
            start = max(tick, starts[at])
            if start + length <= ends[at]:
                return start
        return NEVER

    def after_clash(self, start: int, end: int) -> int:
        """``start`` where ``[start, end)`` lies in one window, else the next window's start (``NEVER`` without one)."""
        at = bisect_right(self.ends, start)
        if at == len(self.starts):
            return NEVER
        if self.starts[at] <= start:
            if end <= self.ends[at]:
                return start
            at += 1
        return self.starts[at] if at < len(self.starts) else NEVER


class Profile:
    """A capacity's free amount over time."""

    __slots__ = ("free", "ticks")

    def __init__(self, capacity: Capacity) -> None:
        self.ticks: list[int] = [-NEVER]
        self.free: list[int] = [0]
        for tick, level in capacity.steps:
            if tick == self.ticks[-1]:
                self.free[-1] = level
            else:
                self.ticks.append(tick)
                self.free.append(level)

    def next_free(self, tick: int, length: int, amount: int) -> int:
        """The first tick, not before ``tick``, from which ``amount`` is free for ``length`` ticks."""
        if length <= 0:
            return tick
        ticks, free = self.ticks, self.free
        at = bisect_right(ticks, tick) - 1
        while at < len(ticks) and ticks[at] < tick + length:
            if free[at] < amount:
                if at + 1 == len(ticks):
                    return NEVER
                tick = ticks[at + 1]
            at += 1
        return tick

    def after_clash(self, start: int, end: int, amount: int) -> int:
        """``start`` where ``amount`` is free in ``[start, end)``, else the end of the last stretch that lacks it."""
        ticks = self.ticks
        for at in range(bisect_left(ticks, end) - 1, bisect_right(ticks, start) - 2, -1):
            if self.free[at] < amount:
                return ticks[at + 1] if at + 1 < len(ticks) else NEVER
        return start

    def use(self, start: int, end: int, amount: int) -> None:
        """Take ``amount`` (negative: give it back) in ``[start, end)``."""
        if start >= end:
            return
        first, last = self._cut(start), self._cut(end)
        for at in range(first, last):
            self.free[at] -= amount

    def _cut(self, tick: int) -> int:
        at = bisect_left(self.ticks, tick)
        if at == len(self.ticks) or self.ticks[at] != tick:
            self.ticks.insert(at, tick)
            self.free.insert(at, self.free[at - 1])
        return at


class Store:
    """A stock's balance over time, and from when on an amount can be taken without running short later."""

    __slots__ = ("changes", "least", "settled", "ticks")

    def __init__(self, stock: Stock) -> None:
        self.ticks: list[int] = []
        self.changes: list[int] = []
        self.least: list[int] = []
        self.settled = False
        for tick, quantity in stock.changes:
            self._enter(tick, quantity)

    def next_free(self, tick: int, amount: int) -> int:
        """The first tick, not before ``tick``, from which ``amount`` stays available; ``NEVER`` without one."""
        if not self.settled:
            self._settle()
        at = bisect_left(self.least, amount)
        if at == len(self.least):
            return NEVER
        return max(tick, self.ticks[at])

    def use(self, tick: int, amount: int) -> None:
        """Take ``amount`` (negative: give it back) at ``tick``."""
        self._enter(tick, -amount)

    def _enter(self, tick: int, quantity: int) -> None:
        """Work put down and lifted again leaves no trace, or this would grow with every try."""
        self.settled = False
        at = bisect_left(self.ticks, tick)
        if at < len(self.ticks) and self.ticks[at] == tick:
            self.changes[at] += quantity
            if not self.changes[at]:
                del self.ticks[at], self.changes[at]
        else:
            self.ticks.insert(at, tick)
            self.changes.insert(at, quantity)

    def _settle(self) -> None:
        balances = list(accumulate(self.changes))
        self.least = list(accumulate(reversed(balances), min))[::-1]
        self.settled = True


class UnitGround:
    """One unit: its hours, when work may start on it (``None``: whenever), and a line per lane."""

    __slots__ = ("allowed", "hours", "lanes")

    def __init__(self, unit: Unit) -> None:
        self.hours = Hours(unit.open)
        allowed = allowed_starts(unit)
        self.allowed = None if allowed is None else Hours(allowed)
        taken = unit.taken or ((),) * unit.lanes
        self.lanes = [Line(windows) for windows in taken]


class PersonGround:
    """One person: the shifts, a line, and what is left of the greatest hours."""

    __slots__ = ("hours", "id", "left", "limits", "line", "on_shift", "skills")

    def __init__(self, person: Person) -> None:
        self.id = person.id
        self.skills = len(person.skills)
        self.on_shift = person.on_shift
        self.hours = Hours(person.on_shift)
        self.line = Line(person.taken)
        self.limits = person.limits
        self.left = [limit.most for limit in person.limits]

    def next_free(self, tick: int, length: int) -> int:
        """The first tick, not before ``tick``, from which the person is on shift and free for ``length`` ticks."""
        if length <= 0:
            return tick
        while tick < NEVER:
            on_shift = self.hours.next_open(tick, length)
            if on_shift >= NEVER:
                return NEVER
            free = self.line.next_free(on_shift, length)
            if free == on_shift:
                free = self._next_allowed(on_shift, length)
            if free == on_shift:
                return free
            tick = free
        return NEVER

    def after_clash(self, start: int, end: int) -> int:
        """``start`` where the person is there and free in ``[start, end)``, else a tick before which it cannot be."""
        if start >= end:
            return start
        later = max(self.hours.after_clash(start, end), self.line.after_clash(start, end))
        return max(later, self._after_limits(start, end)) if self.limits else later

    def _next_allowed(self, tick: int, length: int) -> int:
        """The first tick, not before ``tick``, from which ``length`` ticks keep every one of the greatest hours; or an
        earlier one where they do not keep another."""
        for limit, left in zip(self.limits, self.left, strict=True):
            if overlap((tick, tick + length), limit) > left:
                return limit.end - left
        return tick

    def _after_limits(self, start: int, end: int) -> int:
        """``start`` where ``[start, end)`` keeps the greatest hours, else a tick before which nothing that ends then or
        later does."""
        later = start
        for limit, left in zip(self.limits, self.left, strict=True):
            last = min(end, limit.end)
            if last - max(start, limit.start) > left:
                later = max(later, last - left)
        return later

    def allows(self, spans: Iterable[Window]) -> bool:
        """Whether all the spans together keep the greatest hours."""
        held = tuple(spans)
        pairs = zip(self.limits, self.left, strict=True)
        return all(sum(overlap(span, limit) for span in held) <= left for limit, left in pairs)

    def take(self, start: int, end: int) -> None:
        """Work ``[start, end)``, which is free."""
        self.line.add(start, end)
        self._spend(start, end, 1)

    def give(self, start: int, end: int) -> None:
        """Work no more in ``[start, end)``, which was taken as such."""
        self.line.remove(start, end)
        self._spend(start, end, -1)

    def _spend(self, start: int, end: int, sign: int) -> None:
        for at, limit in enumerate(self.limits):
            self.left[at] -= sign * overlap((start, end), limit)

    def stretches(self, tick: int) -> Iterator[tuple[int, int, int]]:
        """From ``tick`` on, every stretch of time free within one shift: start, end, and the end of the shift."""
        shifts, line = self.hours, self.line
        for at in range(bisect_right(shifts.ends, tick), len(shifts.starts)):
            start, end = max(tick, shifts.starts[at]), shifts.ends[at]
            for busy in range(bisect_right(line.ends, start), len(line.starts)):
                if line.starts[busy] >= end:
                    break
                if start < line.starts[busy]:
                    yield start, line.starts[busy], end
                start = max(start, line.ends[busy])
            if start < end:
                yield start, end, end


class Ground:
    """All resources of a problem, with the assignments put down so far."""

    def __init__(self, problem: Problem) -> None:
        self.units = {unit.id: UnitGround(unit) for unit in problem.units}
        self.persons = {person.id: PersonGround(person) for person in problem.persons}
        self.capacities = {capacity.id: Profile(capacity) for capacity in problem.capacities}
        self.stocks = {stock.id: Store(stock) for stock in problem.stocks}
        self.moments = Moments(problem)
        self.choosing, self.runs = Choosing(problem), SharedRuns(problem)
        quotas = [Spent(quota) for quota in problem.quotas]
        self.spent = {
            task.id: tuple(one for one in quotas if one.quota.counts(request))
            for request in problem.requests
            for task in request.tasks
        }
        self.ledger = Ledger(problem)
        self.advances = Advances(problem)
        self._shifts = {person.id: person.on_shift for person in problem.persons}
        self.skilled: dict[str, list[PersonGround]] = {}
        for person in problem.persons:
            for skill in dict.fromkeys(person.skills):
                self.skilled.setdefault(skill, []).append(self.persons[person.id])
        for able in self.skilled.values():
            able.sort(key=lambda person: (person.skills, person.id))

    def put(self, assignment: Assignment, mode: Mode) -> None:
        """Hold everything that ``assignment`` holds; it must be free, or held by a run that it shares."""
        self._count(assignment, mode, sign=1)
        if self.runs.enter(assignment):
            return
        course = self.course(mode, assignment.start, assignment.end)
        for use, lanes in zip(mode.units, assignment.lanes, strict=True):
            span = course.span(use.part)
            for lane in lanes:
                self.units[use.unit].lanes[lane].add(*span)
        for stint in self.stints(assignment, mode):
            self.persons[stint.person].take(stint.start, stint.end)
        self.ledger.put(assignment, mode)
        self._draw(mode, course, sign=1)

    def lift(self, assignment: Assignment, mode: Mode) -> None:
        """Give back everything that ``put`` held, unless others still share its run."""
        self._count(assignment, mode, sign=-1)
        if self.runs.leave(assignment):
            self.ledger.hand_on(assignment, mode, self.runs.carrier(assignment))
            return
        course = self.course(mode, assignment.start, assignment.end)
        for use, lanes in zip(mode.units, assignment.lanes, strict=True):
            span = course.span(use.part)
            for lane in lanes:
                self.units[use.unit].lanes[lane].remove(*span)
        for stint in self.stints(assignment, mode):
            self.persons[stint.person].give(stint.start, stint.end)
        self.ledger.lift(assignment, mode)
        self._draw(mode, course, sign=-1)

    def course(self, mode: Mode, start: int, end: int) -> Course:
        """Which ticks a task in ``mode`` at ``[start, end)`` covers."""
        return Course(mode, self.advances.of(mode), start, end)

    def stints(self, assignment: Assignment, mode: Mode) -> Iterator[Stint]:
        """Who is held when by a task in ``mode``."""
        return stints(self.course(mode, assignment.start, assignment.end), assignment, self._shifts)

    def _count(self, assignment: Assignment, mode: Mode, *, sign: int) -> None:
        """What a task has by itself, whoever shares its run: consumables, quotas, and who did it."""
        for consumption in mode.consumptions:
            self.stocks[consumption.stock].use(assignment.start, sign * consumption.amount)
        for spent in self.spent[assignment.task]:
            for span in uses_of(spent.quota, mode, start=assignment.start, end=assignment.end):
                (spent.add if sign > 0 else spent.remove)(span)
        if sign > 0:
            self.choosing.put(assignment, mode)
        else:
            self.choosing.lift(assignment)

    def _draw(self, mode: Mode, course: Course, *, sign: int) -> None:
        for demand in mode.demands:
            for span in course.stretches(demand.part):
                self.capacities[demand.capacity].use(*span, sign * demand.amount)
