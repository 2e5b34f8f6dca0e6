"""What a task in one of its modes asks of what is still free: of its start, of the start of its tail, and of its span.

Does not know lags and changeovers, nor who is chosen: each requirement by itself says when it could hold.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from solver import pausing
from solver.advancing import Advance
from solver.choices import takes_time
from solver.ground import NEVER, Ground, Hours, Line, PersonGround, Profile
from solver.problem import Mode, Part, Task, Window
from solver.relay import next_relay
from solver.spent import Spent, uses_of

Ask = Callable[[int], int]
"""The first start, not before the one asked for, that this requirement by itself allows."""
Refuse = Callable[[int, int], int]
"""The start itself where the requirement holds for ``[start, end)``, else a start before which it cannot hold."""


def asks(ground: Ground, task: Task, mode: Mode, advance: Advance | None, *, waits: bool) -> Iterable[Ask]:
    """Requirements of the start by itself."""
    yield from supplies(ground, mode)
    yield from _starts(ground, mode)
    if advance is None:
        yield from _allowed_asks(ground, task, mode, waits=waits)
    yield from _steady_asks(ground, task, mode, waits=waits) if advance is None else pausing.asks(ground, mode, advance)


def supplies(ground: Ground, mode: Mode) -> Iterable[Ask]:
    """What has to be in stock when it starts."""
    for consumption in _consumed(mode).items():
        yield _stocked(ground, *consumption)


def tail_asks(ground: Ground, mode: Mode) -> Iterable[Ask]:
    """Requirements of the tail, asked by the tick at which it begins."""
    for use in mode.units:
        if use.part != "head":
            yield _open(ground.units[use.unit].hours, 0, mode.tail)
        if use.part == "tail":
            if use.lanes:
                yield _lanes_free(ground.units[use.unit].lanes, use.lanes, 0, mode.tail)
            if use.lanes and use.barred:
                yield _not_barred(Line(use.barred), 0, mode.tail)
    for need in mode.staff:
        if need.part == "tail":
            yield _someone(ground.skilled.get(need.skill, []), 0, mode.tail)
    for demand in mode.demands:
        if demand.part == "tail":
            yield _drawn(ground.capacities[demand.capacity], demand.amount, 0, mode.tail)


def needs(ground: Ground, task: Task, mode: Mode, *, waits: bool) -> Iterable[tuple[str, int, int]]:
    """Skill, offset and length of what is known before the wait, of a task for which it matters who it is."""
    if any(choice.what == "person" for choice in ground.choosing.rules(task.id)):
        for need in mode.staff:
            present = _stretch(need.part, mode, waits=waits)
            if present is not None and takes_time(mode, need.part):
                yield need.skill, *present


def refusals(ground: Ground, task: Task, mode: Mode, advance: Advance | None, *, waits: bool) -> Iterable[Refuse]:
    """Requirements of start and end together, of work that waits or pauses."""
    if advance is not None:
        yield from (_allowed_until(spent, mode) for spent in ground.spent[task.id])
        yield from pausing.refusals(ground, task, mode, advance)
    elif waits:
        yield from _waiting_refusals(ground, task, mode)


def _stretch(part: Part, mode: Mode, *, waits: bool) -> Window | None:
    """Offset and length of a part counted from the start; of work that may wait, what is known before the wait."""
    if part == "head":
        return 0, mode.head
    if part == "whole":
        return 0, mode.duration
    return None if waits else (mode.duration - mode.tail, mode.tail)


def _starts(ground: Ground, mode: Mode) -> Iterable[Ask]:
    """When a task may start on the units that it uses from its own start on."""
    for use in mode.units:
        allowed = ground.units[use.unit].allowed
        if use.lanes and allowed is not None and use.part != "tail" and _stretch(use.part, mode, waits=False) != (0, 0):
            yield _open(allowed, 0, 1)


def _steady_asks(ground: Ground, task: Task, mode: Mode, *, waits: bool) -> Iterable[Ask]:
    if task.windows:
        yield _open(Hours(task.windows), 0, mode.duration)
    for use in mode.units:
        unit = ground.units[use.unit]
        yield from (_open(unit.hours, *stretch) for stretch in _attended(use.part, mode))
        held = _stretch(use.part, mode, waits=waits)
        if held is not None and held[1] > 0:
            if use.lanes:
                yield _lanes_free(unit.lanes, use.lanes, *held)
            if use.lanes and use.barred:
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


def _attended(part: Part, mode: Mode) -> Iterable[Window]:
    """Offset and length of what has to be open, as far as it is counted from the start."""
    fixed = mode.crossing == "solid"
    if fixed:
        stretch = _stretch(part, mode, waits=False)
        if stretch is not None and stretch[1] > 0:
            yield stretch
    elif part in ("whole", "head") and mode.head > 0:
        yield 0, mode.head


def _waiting_refusals(ground: Ground, task: Task, mode: Mode) -> Iterable[Refuse]:
    """What is needed for the whole, the wait included."""
    yield from (_allowed_until(spent, mode) for spent in ground.spent[task.id])
    if task.windows:
        yield Hours(task.windows).after_clash
    for use in mode.units:
        if use.part == "whole":
            if use.lanes:
                yield _lanes_kept(ground.units[use.unit].lanes, use.lanes)
            if use.lanes and use.barred:
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


def _allowed(spent: Spent, mode: Mode) -> Ask:
    duration = mode.duration
    return lambda start: start + spent.next_free(uses_of(spent.quota, mode, start=start, end=start + duration))


def _allowed_until(spent: Spent, mode: Mode) -> Refuse:
    """What ends later may move further than what starts later, and what starts later may wait less: only uses from the
    start, without a wait, say how far to go on."""

    def refuse(start: int, end: int) -> int:
        uses = uses_of(spent.quota, mode, start=start, end=end)
        if not uses or not spent.next_free(uses):
            return start
        if mode.crossing == "pausing":
            return start + 1
        fixed = uses_of(spent.quota, replace(mode, tail=0), start=start, end=start + mode.duration)
        return start + max(1, spent.next_free(fixed) if fixed else 1)

    return refuse
