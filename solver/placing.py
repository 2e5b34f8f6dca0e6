"""Where one task fits first, in one of its modes, on what is still free.

Does not know lags, costs, nor which task comes next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from solver import linked, pausing, requirements
from solver.ground import NEVER, Ground, Line
from solver.plan import Assignment, Relief
from solver.problem import Mode, Task, Window
from solver.relay import Post, take_turns
from solver.requirements import Ask
from solver.spent import uses_of

Named = tuple[tuple[str, ...], tuple[Relief, ...]]
"""Who begins each need, and who takes over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """First and last allowed start and end."""

    start: int
    last_start: int
    end: int
    last_end: int


class Fit:
    """One mode of one task on a ground."""

    def __init__(self, ground: Ground, task: Task, number: int, links: Sequence[linked.Link] = ()) -> None:
        self.task, self.number, self.mode = task.id, number, task.modes[number]
        self._task, self._shares = task, ground.runs.knows(task, self.mode)
        self.units = tuple(sorted({use.unit for use in self.mode.units}))
        self._ground = ground
        self._by_turns = _by_turns(ground, self.mode)
        self._waits = self.mode.crossing == "unattended" and self.mode.tail > 0
        self._advance = ground.advances.of(self.mode)
        self._barred: frozenset[str] = frozenset()
        self._asks = tuple(requirements.asks(ground, task, self.mode, self._advance, waits=self._waits))
        if self._advance is None:
            needs = requirements.needs(ground, task, self.mode, waits=self._waits)
            self._asks += tuple(_someone_else(ground, self, *need) for need in needs)
        self._links = tuple(links)
        self._asks += tuple(linked.asks(self._links, self.mode, waits=self._waits))
        self._tail_asks = tuple(requirements.tail_asks(ground, self.mode)) if self._waits else ()
        if self._waits:
            self._tail_asks += tuple(linked.tail_asks(self._links, self.mode))
        self._unloading = ground.moments.of(self.mode) if self._waits else None
        self._refusals = tuple(requirements.refusals(ground, task, self.mode, self._advance, waits=self._waits))
        if self._waits or self._advance is not None:
            self._refusals += tuple(linked.refusals(self._links, self.mode))

    @property
    def barred(self) -> frozenset[str]:
        """Persons who may not do the task, as its request stands."""
        return self._barred

    def first(self, bounds: Bounds, before: int = NEVER) -> Assignment | None:
        """The place with the earliest start (and end) inside ``bounds`` that ends before ``before``; in a run that it
        shares, where there is one that ends no later."""
        if not self._ground.choosing.allows(self.task, self.mode):
            return None
        self._barred = self._ground.choosing.barred(self.task)
        found = self._by_itself(bounds, before)
        if not self._shares:
            return found
        shared = self._shared(bounds, before if found is None else min(before, found.end + 1))
        return found if shared is None else shared

    def _shared(self, bounds: Bounds, before: int) -> Assignment | None:
        """The first run inside ``bounds`` that ends before ``before`` and has room."""
        for at in self._ground.runs.open_to(self._task, self.number):
            in_bounds = bounds.start <= at.start <= bounds.last_start and bounds.end <= at.end <= bounds.last_end
            if in_bounds and at.end < before and self._may_be_there(at):
                return at
        return None

    def _may_be_there(self, at: Assignment) -> bool:
        """Whether its own windows, its quotas and what it consumes allow the time."""
        windows = self._task.windows
        inside = not windows or any(start <= at.start and at.end <= end for start, end in windows)
        spent = self._ground.spent[self.task]
        uses = ((one, uses_of(one.quota, self.mode, start=at.start, end=at.end)) for one in spent)
        stocked = (ask(at.start) == at.start for ask in requirements.supplies(self._ground, self.mode))
        near = linked.joins(self._links, self._ground, self.mode, at)
        return inside and near and all(stocked) and not any(one.next_free(spans) for one, spans in uses if spans)

    def _by_itself(self, bounds: Bounds, before: int) -> Assignment | None:
        mode = self.mode
        start, last_end = bounds.start, min(bounds.last_end, before - 1)
        last = min(bounds.last_start, last_end - mode.duration)
        if not self._waits:
            start = max(start, self._first_start(bounds.end))
        while (start := _settle(self._asks, start, last)) <= last:
            end = self._end(start, bounds.end)
            if end > last_end:
                return None
            later = self._later(start, end)
            if later == start:
                found = self._choose(start, end) or self._choose_later(start, end, last_end)
                if found is not None:
                    return found
                later = start + 1
            start = later
        return None

    def _choose_later(self, start: int, end: int, last_end: int) -> Assignment | None:
        """From the same start, unloaded later: where each need could be met at ``end`` by itself, but not all at
        once."""
        while self._waits and (end := self._end(start, end + 1)) <= last_end and self._later(start, end) == start:
            found = self._choose(start, end)
            if found is not None:
                return found
        return None

    def _first_start(self, end: int) -> int:
        """Of work that does not wait: the first start from which it ends at ``end`` or later."""
        duration = self.mode.duration
        return end - duration if self._advance is None else self._advance.first_start(end, duration)

    def _end(self, start: int, least: int) -> int:
        if self._advance is not None:
            return self._advance.end(start, self.mode.duration)
        if not self._waits:
            return start + self.mode.duration
        tail = self.mode.tail
        begin = max(start + self.mode.duration, least) - tail
        return _settle(self._tail_asks, begin, NEVER - 1) + tail

    def _later(self, start: int, end: int) -> int:
        """``start``, or the next start that may do where it cannot last until ``end``, or a unit has to have its
        maintenance first."""
        delay = self._ground.ledger.delay(self._task, self.mode, start, end)
        if delay:
            return start + delay
        mode = self.mode
        if self._waits and mode.max_wait is not None and end - start - mode.duration > mode.max_wait:
            return end - mode.duration - mode.max_wait
        later = self._held_on(start, end) if self._waits else start
        if later != start:
            return later
        return max((refuse(start, end) for refuse in self._refusals), default=start)

    def _held_on(self, start: int, end: int) -> int:
        """``start``, or the next start after which unloading may be as late as ``end`` demands."""
        if self._unloading is None:
            return start
        run, begin = self.mode.duration - self.mode.tail, end - self.mode.tail
        latest = self._unloading.latest(start + run)
        if latest is not None and begin <= latest:
            return start
        ready = self._unloading.first_ready(begin)
        return NEVER if ready is None else max(start + 1, ready - run)

    def _choose(self, start: int, end: int) -> Assignment | None:
        lanes = self._lanes(start, end)
        if lanes is None:
            return None
        found = self._in_turn(start, end) if self._by_turns else self._alone(start, end)
        if found is None:
            return None
        persons, reliefs = found
        at = Assignment(
            task=self.task, mode=self.number, start=start, end=end, lanes=lanes, persons=persons, reliefs=reliefs
        )
        return at if linked.leaves_changeovers(self._links, self._ground, self.mode, at) else None

    def _lanes(self, start: int, end: int) -> tuple[tuple[int, ...], ...] | None:
        """Free lanes with the smallest gap before them; a lane is not used twice at once by the task itself."""
        course = self._ground.course(self.mode, start, end)
        spans = [course.span(use.part) for use in self.mode.units]
        free = [
            [at for at, line in enumerate(self._ground.units[use.unit].lanes) if _is_free(line, span)]
            for use, span in zip(self.mode.units, spans, strict=True)
        ]
        if any(len(lanes) < use.lanes for lanes, use in zip(free, self.mode.units, strict=True)):
            return None
        return self._lanes_from(spans, free, ())

    def _lanes_from(
        self, spans: list[Window], free: list[list[int]], chosen: tuple[tuple[int, ...], ...]
    ) -> tuple[tuple[int, ...], ...] | None:
        """Lanes for the uses that have none yet. The last but one of a unit's uses takes what the last could not have,
        as far as it can; before it every choice is tried."""
        at, uses = len(chosen), self.mode.units
        if at == len(uses):
            return chosen
        use, span, lines = uses[at], spans[at], self._ground.units[uses[at].unit].lanes
        meeting = [
            n
            for n, (one, other) in enumerate(zip(uses, spans, strict=True))
            if one.unit == use.unit and _meet(span, other)
        ]
        mine = {lane for n in meeting if n < at for lane in chosen[n]}
        later = [set(free[n]) for n in meeting if n > at]
        order = sorted(
            set(free[at]) - mine,
            key=lambda lane: (sum(lane in lanes for lanes in later), lines[lane].gap_before(span[0]), lane),
        )
        several = sum(one.unit == use.unit for one in uses[at + 1 :]) > 1
        if several and not self._have_room(spans, free, chosen):
            return None
        for lanes in islice(combinations(order, use.lanes), None if several else 1):
            found = self._lanes_from(spans, free, (*chosen, tuple(sorted(lanes))))
            if found is not None:
                return found
        return None

    def _have_room(self, spans: list[Window], free: list[list[int]], chosen: tuple[tuple[int, ...], ...]) -> bool:
        """Whether the uses of a unit that have no lanes yet find as many as they need in all, at each one's start:
        where they do not, trying every choice would take ages to say so."""
        uses, at = self.mode.units, len(chosen)
        for use, (start, _) in zip(uses[at:], spans[at:], strict=True):
            there = [n for n, one in enumerate(uses) if one.unit == use.unit and spans[n][0] <= start < spans[n][1]]
            held = {lane for n in there if n < at for lane in chosen[n]}
            left = {lane for n in there if n >= at for lane in free[n]} - held
            if len(left) < sum(uses[n].lanes for n in there if n >= at):
                return False
        return True

    def _alone(self, start: int, end: int) -> Named | None:
        """One person per need."""
        course = self._ground.course(self.mode, start, end)
        if self._advance is not None:
            who = pausing.persons(self._ground, course, self._barred, self._are_all)
            return None if who is None else (who, ())
        spans = [course.span(need.part) for need in self.mode.staff]
        able = [
            [
                person.id
                for person in self._ground.skilled.get(need.skill, ())
                if person.after_clash(*span) == span[0] and (span[0] >= span[1] or person.id not in self._barred)
            ]
            for need, span in zip(self.mode.staff, spans, strict=True)
        ]
        persons = _match(able, spans, (), self._are_all)
        return None if persons is None else (persons, ())

    def _are_all(self, persons: tuple[str, ...]) -> bool:
        return self._ground.choosing.are_all(self.task, self.mode, persons)

    def _in_turn(self, start: int, end: int) -> Named | None:
        """One person per need, or several in turn where they may hand over."""
        numbers: list[int] = []
        posts: list[Post] = []
        if not all(need.skill in self._ground.skilled for need in self.mode.staff):
            return None
        for number, need in enumerate(self.mode.staff):
            span = self._ground.course(self.mode, start, end).span(need.part)
            if span[0] < span[1]:
                numbers.append(number)
                able = [person for person in self._ground.skilled[need.skill] if person.id not in self._barred]
                posts.append(Post(able, span, need.handover))
        found = take_turns(posts)
        if found is None:
            return None
        by_need = dict(zip(numbers, found, strict=True))
        persons = tuple(
            (by_need[at][0][0] if at in by_need else self._ground.skilled[need.skill][0]).id
            for at, need in enumerate(self.mode.staff)
        )
        if not self._are_all(persons):
            return None
        reliefs = (
            Relief(need=number, tick=tick, person=person.id)
            for number, shared in by_need.items()
            for person, tick, _ in shared[1:]
        )
        return persons, tuple(reliefs)


def _by_turns(ground: Ground, mode: Mode) -> bool:
    """Whether persons may take turns, or what one does for one need counts for another. Who does work that pauses is
    looked for in its own way."""
    if mode.crossing == "pausing":
        return False
    if any(need.handover for need in mode.staff):
        return True
    limited = (person.limits for need in mode.staff for person in ground.skilled.get(need.skill, ()))
    return len(mode.staff) > 1 and any(limited)


def _match(
    able: list[list[str]], spans: list[Window], chosen: tuple[str, ...], enough: Callable[[tuple[str, ...]], bool]
) -> tuple[str, ...] | None:
    """One person per need, nobody in two needs at once, and ``enough`` of them."""
    at = len(chosen)
    if at == len(able):
        return chosen if enough(chosen) else None
    busy = {person for person, span in zip(chosen, spans, strict=False) if _meet(span, spans[at])}
    for person in able[at]:
        if person not in busy:
            found = _match(able, spans, (*chosen, person), enough)
            if found is not None:
                return found
    return None


def _is_free(line: Line, span: Window) -> bool:
    """Whether nothing else is there; a part without length needs no room."""
    return span[0] == span[1] or line.after_clash(*span) == span[0]


def _meet(one: Window, other: Window) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


def _settle(asks: Sequence[Ask], start: int, last: int) -> int:
    """The first start, not before ``start``, that every requirement allows; beyond ``last`` any such tick."""
    while start <= last:
        for ask in asks:
            later = ask(start)
            if later > start:
                start = later
                break
        else:
            return start
    return NEVER


def _someone_else(ground: Ground, fit: Fit, skill: str, offset: int, length: int) -> Ask:
    """Somebody who is not barred."""

    def ask(start: int) -> int:
        barred = fit.barred
        if not barred:
            return start
        begin = start + offset
        able = (person for person in ground.skilled.get(skill, ()) if person.id not in barred)
        return min((person.next_free(begin, length) for person in able), default=NEVER) - offset

    return ask
