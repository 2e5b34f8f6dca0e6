"""Where one task fits first, in one of its modes, on what is still free.

Does not know lags, costs, nor which task comes next.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from solver import linked, pausing
from solver.advancing import Advance
from solver.ground import NEVER, Ground, Hours, Line, PersonGround, Profile
from solver.plan import Assignment, Relief
from solver.problem import Mode, Part, Task, Window
from solver.relay import Post, next_relay, take_turns
from solver.sharing import takes_time
from solver.spent import Spent, uses_of

Ask = Callable[[int], int]
"""The first start, not before the one asked for, that this requirement by itself allows."""
Refuse = Callable[[int, int], int]
"""The start itself where the requirement holds for ``[start, end)``, else a start before which it cannot hold."""

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
        self._asks = tuple(_asks_of(ground, task, self.mode, self._advance, waits=self._waits))
        if self._advance is None:
            needs = _needs(ground, task, self.mode, waits=self._waits)
            self._asks += tuple(_someone_else(ground, self, *need) for need in needs)
        self._links = tuple(links)
        self._asks += tuple(linked.asks(self._links, self.mode, waits=self._waits))
        self._tail_asks = tuple(_tail_asks(ground, self.mode)) if self._waits else ()
        if self._waits:
            self._tail_asks += tuple(linked.tail_asks(self._links, self.mode))
        self._unloading = ground.moments.of(self.mode) if self._waits else None
        self._refusals = tuple(_refusals_of(ground, task, self.mode, self._advance, waits=self._waits))
        if self._waits or self._advance is not None:
            self._refusals += tuple(linked.refusals(self._links, self.mode))

    @property
    def barred(self) -> frozenset[str]:
        """Persons who may not do the task, as its request stands."""
        return self._barred

    def first(self, bounds: Bounds, before: int = NEVER) -> Assignment | None:
        """The place with the earliest start (and end) inside ``bounds`` that ends before ``before``; in a run that it
        shares, where there is one that ends no later."""
        if not self._ground.shared.allows(self.task, self.mode):
            return None
        self._barred = self._ground.shared.barred(self.task)
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
        stocked = (_stocked(self._ground, *each)(at.start) == at.start for each in _consumed(self.mode).items())
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
                found = self._choose(start, end)
                if found is not None:
                    return found
                later = start + 1
            start = later
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
        chosen: list[tuple[int, ...]] = []
        held: list[tuple[str, int, Window]] = []
        course = self._ground.course(self.mode, start, end)
        for use in self.mode.units:
            span = course.span(use.part)
            lines = self._ground.units[use.unit].lanes
            mine = {lane for unit, lane, other in held if unit == use.unit and _meet(span, other)}
            free = [at for at, line in enumerate(lines) if at not in mine and _is_free(line, span)]
            if len(free) < use.lanes:
                return None
            free.sort(key=lambda at, lines=lines, tick=span[0]: (lines[at].gap_before(tick), at))  # type: ignore[misc]
            lanes = tuple(sorted(free[: use.lanes]))
            chosen.append(lanes)
            held += [(use.unit, lane, span) for lane in lanes]
        return tuple(chosen)

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
        return self._ground.shared.are_all(self.task, self.mode, persons)

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


def _stretch(part: Part, mode: Mode, *, waits: bool) -> Window | None:
    """Offset and length of a part counted from the start; of work that may wait, what is known before the wait."""
    if part == "head":
        return 0, mode.head
    if part == "whole":
        return 0, mode.duration
    return None if waits else (mode.duration - mode.tail, mode.tail)


def _asks_of(ground: Ground, task: Task, mode: Mode, advance: Advance | None, *, waits: bool) -> Iterable[Ask]:
    for consumption in _consumed(mode).items():
        yield _stocked(ground, *consumption)
    yield from _starts(ground, mode)
    if advance is None:
        yield from _allowed_asks(ground, task, mode, waits=waits)
    yield from _asks(ground, task, mode, waits=waits) if advance is None else pausing.asks(ground, mode, advance)


def _starts(ground: Ground, mode: Mode) -> Iterable[Ask]:
    """When a task may start on the units that it uses from its own start on."""
    for use in mode.units:
        allowed = ground.units[use.unit].allowed
        if use.lanes and allowed is not None and use.part != "tail" and _stretch(use.part, mode, waits=False) != (0, 0):
            yield _open(allowed, 0, 1)


def _asks(ground: Ground, task: Task, mode: Mode, *, waits: bool) -> Iterable[Ask]:
    if task.windows:
        yield _open(Hours(task.windows), 0, mode.duration)
    for use in mode.units:
        unit = ground.units[use.unit]
        yield from (_open(unit.hours, *stretch) for stretch in _attended(use.part, mode))
        held = _stretch(use.part, mode, waits=waits)
        if held is not None and held[1] > 0:
            if use.lanes:
                yield _lanes_free(unit.lanes, use.lanes, *held)
            if use.barred:
                yield _not_barred(Line(use.barred), *held)
    for need in mode.staff:
        present = _stretch(need.part, mode, waits=waits)
        if present is not None and present[1] > 0:
            ask = _in_turn if need.handover else _someone
            yield ask(ground.skilled.get(need.skill, []), *present)
    for demand in mode.demands:
        drawn = _stretch(demand.part, mode, waits=waits)
        if drawn is not None and drawn[1] > 0:
            yield _drawn(ground.capacities[demand.capacity], demand.amount, *drawn)


def _allowed_asks(ground: Ground, task: Task, mode: Mode, *, waits: bool) -> Iterable[Ask]:
    """Quotas, where all uses are counted from the start."""
    for spent in ground.spent[task.id]:
        if not waits and uses_of(spent.quota, mode, start=0, end=mode.duration):
            yield _allowed(spent, mode)


def _needs(ground: Ground, task: Task, mode: Mode, *, waits: bool) -> Iterable[tuple[str, int, int]]:
    """Skill, offset and length of what is known before the wait, of a task for which it matters who it is."""
    if any(choice.what == "person" for choice in ground.shared.rules(task.id)):
        for need in mode.staff:
            present = _stretch(need.part, mode, waits=waits)
            if present is not None and takes_time(mode, need.part):
                yield need.skill, *present


def _attended(part: Part, mode: Mode) -> Iterable[Window]:
    """Offset and length of what has to be open, as far as it is counted from the start."""
    fixed = mode.crossing == "solid"
    if fixed:
        stretch = _stretch(part, mode, waits=False)
        if stretch is not None and stretch[1] > 0:
            yield stretch
    elif part in ("whole", "head") and mode.head > 0:
        yield 0, mode.head


def _tail_asks(ground: Ground, mode: Mode) -> Iterable[Ask]:
    """Requirements of the tail, asked by the tick at which it begins."""
    for use in mode.units:
        if use.part != "head":
            yield _open(ground.units[use.unit].hours, 0, mode.tail)
        if use.part == "tail":
            if use.lanes:
                yield _lanes_free(ground.units[use.unit].lanes, use.lanes, 0, mode.tail)
            if use.barred:
                yield _not_barred(Line(use.barred), 0, mode.tail)
    for need in mode.staff:
        if need.part == "tail":
            yield _someone(ground.skilled.get(need.skill, []), 0, mode.tail)
    for demand in mode.demands:
        if demand.part == "tail":
            yield _drawn(ground.capacities[demand.capacity], demand.amount, 0, mode.tail)


def _refusals_of(ground: Ground, task: Task, mode: Mode, advance: Advance | None, *, waits: bool) -> Iterable[Refuse]:
    if advance is not None:
        yield from (_allowed_until(spent, mode) for spent in ground.spent[task.id])
        yield from pausing.refusals(ground, task, mode, advance)
    elif waits:
        yield from _refusals(ground, task, mode)


def _refusals(ground: Ground, task: Task, mode: Mode) -> Iterable[Refuse]:
    """What is needed for the whole, the wait included."""
    yield from (_allowed_until(spent, mode) for spent in ground.spent[task.id])
    if task.windows:
        yield Hours(task.windows).after_clash
    for use in mode.units:
        if use.part == "whole":
            if use.lanes:
                yield _lanes_kept(ground.units[use.unit].lanes, use.lanes)
            if use.barred:
                yield Line(use.barred).after_clash
    for need in mode.staff:
        if need.part == "whole":
            yield _someone_stays(ground.skilled.get(need.skill, []))
    for demand in mode.demands:
        if demand.part == "whole":
            yield _draw_lasts(ground.capacities[demand.capacity], demand.amount)


def _consumed(mode: Mode) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for consumption in mode.consumptions:
        amounts[consumption.stock] = amounts.get(consumption.stock, 0) + consumption.amount
    return amounts


def _open(hours: Hours, offset: int, length: int) -> Ask:
    return lambda start: hours.next_open(start + offset, length) - offset


def _stocked(ground: Ground, stock: str, amount: int) -> Ask:
    store = ground.stocks[stock]
    return lambda start: store.next_free(start, amount)


def _lanes_free(lines: list[Line], needed: int, offset: int, length: int) -> Ask:
    if len(lines) == 1 and needed == 1:
        line = lines[0]
        return lambda start: line.next_free(start + offset, length) - offset
    if needed > len(lines):
        return lambda _: NEVER
    return lambda start: sorted(line.next_free(start + offset, length) for line in lines)[needed - 1] - offset


def _not_barred(line: Line, offset: int, length: int) -> Ask:
    return lambda start: line.next_free(start + offset, length) - offset


def _someone(persons: list[PersonGround], offset: int, length: int) -> Ask:
    def ask(start: int) -> int:
        begin, best = start + offset, NEVER
        for person in persons:
            free = person.next_free(begin, length)
            if free == begin:
                return start
            best = min(best, free)
        return best - offset

    return ask


def _in_turn(persons: list[PersonGround], offset: int, length: int) -> Ask:
    return lambda start: next_relay(persons, start + offset, length) - offset


def _drawn(profile: Profile, amount: int, offset: int, length: int) -> Ask:
    return lambda start: profile.next_free(start + offset, length, amount) - offset


def _lanes_kept(lines: list[Line], needed: int) -> Refuse:
    return lambda start, end: sorted(line.after_clash(start, end) for line in lines)[needed - 1]


def _someone_stays(persons: list[PersonGround]) -> Refuse:
    return lambda start, end: min((person.after_clash(start, end) for person in persons), default=NEVER)


def _draw_lasts(profile: Profile, amount: int) -> Refuse:
    return lambda start, end: profile.after_clash(start, end, amount)


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


def _allowed(spent: Spent, mode: Mode) -> Ask:
    duration = mode.duration
    return lambda start: start + spent.next_free(uses_of(spent.quota, mode, start=start, end=start + duration))


def _allowed_until(spent: Spent, mode: Mode) -> Refuse:
    """What ends later may move further than what starts later: only uses from the start say how far to go on."""

    def refuse(start: int, end: int) -> int:
        uses = uses_of(spent.quota, mode, start=start, end=end)
        if not uses or not spent.next_free(uses):
            return start
        if mode.crossing == "pausing":
            return start + 1
        fixed = uses_of(spent.quota, replace(mode, tail=0), start=start, end=end)
        return start + max(1, spent.next_free(fixed) if fixed else 1)

    return refuse
