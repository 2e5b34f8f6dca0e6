"""Where one task fits first, in one of its modes, on what is still free.

Does not know lags, costs, nor which task comes next.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from solver.chain import Chain
from solver.ground import NEVER, Ground, Hours, Line, PersonGround, Profile
from solver.plan import Assignment
from solver.problem import Mode, Part, Task, UnitUse, Window, part_span
from solver.sequence import Stay

Ask = Callable[[int], int]
"""The first start, not before the one asked for, that this requirement by itself allows."""
Refuse = Callable[[int, int], int]
"""The start itself where the requirement holds for ``[start, end)``, else a start before which it cannot hold."""

Link = tuple[Chain, UnitUse, Stay]
"""A use of a unit the order of whose work matters, with its stay, wherever that is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """First and last allowed start and end."""

    start: int
    last_start: int
    end: int
    last_end: int


class Fit:
    """One mode of one task on a ground."""

    def __init__(self, ground: Ground, task: Task, number: int, links: Sequence[Link] = ()) -> None:
        self.task, self.number, self.mode = task.id, number, task.modes[number]
        self.units = tuple(sorted({use.unit for use in self.mode.units}))
        self._ground = ground
        self._waits = self.mode.crossing == "unattended" and self.mode.tail > 0
        self._links = tuple(links)
        self._asks = (*_asks(ground, task, self.mode, waits=self._waits), *_linked(self._links, self.mode, self._waits))
        self._tail_asks = (*_tail_asks(ground, self.mode), *_tail_linked(self._links, self.mode)) if self._waits else ()
        self._unloading = ground.moments.of(self.mode) if self._waits else None
        self._refusals = (*_refusals(ground, task, self.mode), *_stays_linked(self._links)) if self._waits else ()

    def first(self, bounds: Bounds, before: int = NEVER) -> Assignment | None:
        """The place with the earliest start (and end) inside ``bounds`` that ends before ``before``."""
        mode = self.mode
        start, last_end = bounds.start, min(bounds.last_end, before - 1)
        last = min(bounds.last_start, last_end - mode.duration)
        if not self._waits:
            start = max(start, bounds.end - mode.duration)
        while (start := _settle(self._asks, start, last)) <= last:
            end = self._end(start, bounds.end) if self._waits else start + mode.duration
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

    def _end(self, start: int, least: int) -> int:
        tail = self.mode.tail
        begin = max(start + self.mode.duration, least) - tail
        return _settle(self._tail_asks, begin, NEVER - 1) + tail

    def _later(self, start: int, end: int) -> int:
        """``start``, or the next start that may do where the wait until ``end`` cannot be had."""
        if not self._waits:
            return start
        mode = self.mode
        if mode.max_wait is not None and end - start - mode.duration > mode.max_wait:
            return end - mode.duration - mode.max_wait
        later = self._held_on(start, end)
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
        persons = None if lanes is None else self._persons(start, end)
        if lanes is None or persons is None or not self._turns(start, end, persons):
            return None
        return Assignment(task=self.task, mode=self.number, start=start, end=end, lanes=lanes, persons=persons)

    def _turns(self, start: int, end: int, persons: Sequence[str]) -> bool:
        """Whether the changeovers around it can be had beside what its own persons do."""
        busy: dict[str, list[Window]] = {}
        if self._links:
            for need, person in zip(self.mode.staff, persons, strict=True):
                busy.setdefault(person, []).append(part_span(need.part, self.mode, start=start, end=end))
        for chain, use, stay in self._links:
            turns = chain.turns_around(_moved(stay, *part_span(use.part, self.mode, start=start, end=end)), busy)
            if turns is None:
                return False
            for turn in turns:
                if turn.person is not None:
                    busy.setdefault(turn.person, []).append((turn.start, turn.end))
        return True

    def _lanes(self, start: int, end: int) -> tuple[tuple[int, ...], ...] | None:
        """Free lanes with the smallest gap before them; a lane is not used twice at once by the task itself."""
        chosen: list[tuple[int, ...]] = []
        held: list[tuple[str, int, Window]] = []
        for use in self.mode.units:
            span = part_span(use.part, self.mode, start=start, end=end)
            lines = self._ground.units[use.unit].lanes
            mine = {lane for unit, lane, other in held if unit == use.unit and _meet(span, other)}
            free = [at for at, line in enumerate(lines) if at not in mine and line.after_clash(*span) == span[0]]
            if len(free) < use.lanes:
                return None
            free.sort(key=lambda at, lines=lines, tick=span[0]: (lines[at].gap_before(tick), at))  # type: ignore[misc]
            lanes = tuple(sorted(free[: use.lanes]))
            chosen.append(lanes)
            held += [(use.unit, lane, span) for lane in lanes]
        return tuple(chosen)

    def _persons(self, start: int, end: int) -> tuple[str, ...] | None:
        spans = [part_span(need.part, self.mode, start=start, end=end) for need in self.mode.staff]
        able = [
            [person.id for person in self._ground.skilled.get(need.skill, ()) if person.after_clash(*span) == span[0]]
            for need, span in zip(self.mode.staff, spans, strict=True)
        ]
        return _match(able, spans, ())


def _match(able: list[list[str]], spans: list[Window], chosen: tuple[str, ...]) -> tuple[str, ...] | None:
    """One person per need, nobody in two needs at once."""
    at = len(chosen)
    if at == len(able):
        return chosen
    busy = {person for person, span in zip(chosen, spans, strict=False) if _meet(span, spans[at])}
    for person in able[at]:
        if person not in busy:
            found = _match(able, spans, (*chosen, person))
            if found is not None:
                return found
    return None


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


def _asks(ground: Ground, task: Task, mode: Mode, *, waits: bool) -> Iterable[Ask]:
    if task.windows:
        yield _open(Hours(task.windows), 0, mode.duration)
    for consumption in _consumed(mode).items():
        yield _stocked(ground, *consumption)
    for use in mode.units:
        unit = ground.units[use.unit]
        yield from (_open(unit.hours, *stretch) for stretch in _attended(use.part, mode))
        held = _stretch(use.part, mode, waits=waits)
        if held is not None:
            yield _lanes_free(unit.lanes, use.lanes, *held)
    for need in mode.staff:
        present = _stretch(need.part, mode, waits=waits)
        if present is not None and present[1] > 0:
            yield _someone(ground.skilled.get(need.skill, []), *present)
    for demand in mode.demands:
        drawn = _stretch(demand.part, mode, waits=waits)
        if drawn is not None and drawn[1] > 0:
            yield _drawn(ground.capacities[demand.capacity], demand.amount, *drawn)


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
            yield _lanes_free(ground.units[use.unit].lanes, use.lanes, 0, mode.tail)
    for need in mode.staff:
        if need.part == "tail":
            yield _someone(ground.skilled.get(need.skill, []), 0, mode.tail)
    for demand in mode.demands:
        if demand.part == "tail":
            yield _drawn(ground.capacities[demand.capacity], demand.amount, 0, mode.tail)


def _refusals(ground: Ground, task: Task, mode: Mode) -> Iterable[Refuse]:
    """What is needed for the whole, the wait included."""
    if task.windows:
        yield Hours(task.windows).after_clash
    for use in mode.units:
        if use.part == "whole":
            yield _lanes_kept(ground.units[use.unit].lanes, use.lanes)
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


def _moved(stay: Stay, start: int, end: int) -> Stay:
    return replace(stay, start=start, end=end)


def _linked(links: Iterable[Link], mode: Mode, waits: bool) -> Iterable[Ask]:
    """Time for what the neighbours need, of work that may wait as if it did not."""
    for chain, use, stay in links:
        stretch = _stretch(use.part, mode, waits=waits)
        if stretch is not None and stretch[1] > 0:
            yield _fitted(chain, stay, *stretch)


def _tail_linked(links: Iterable[Link], mode: Mode) -> Iterable[Ask]:
    return (_fitted(chain, stay, 0, mode.tail) for chain, use, stay in links if use.part == "tail")


def _fitted(chain: Chain, stay: Stay, offset: int, length: int) -> Ask:
    return lambda start: chain.next_fit(_moved(stay, start + offset, start + offset + length)) - offset


def _stays_linked(links: Iterable[Link]) -> Iterable[Refuse]:
    """Time for what the neighbours need, the wait included."""
    return (_kept(chain, stay) for chain, use, stay in links if use.part == "whole")


def _kept(chain: Chain, stay: Stay) -> Refuse:
    return lambda start, end: chain.next_fit(_moved(stay, start, end))


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


def _drawn(profile: Profile, amount: int, offset: int, length: int) -> Ask:
    return lambda start: profile.next_free(start + offset, length, amount) - offset


def _lanes_kept(lines: list[Line], needed: int) -> Refuse:
    return lambda start, end: sorted(line.after_clash(start, end) for line in lines)[needed - 1]


def _someone_stays(persons: list[PersonGround]) -> Refuse:
    return lambda start, end: min((person.after_clash(start, end) for person in persons), default=NEVER)


def _draw_lasts(profile: Profile, amount: int) -> Refuse:
    return lambda start, end: profile.after_clash(start, end, amount)
