"""What lies between two holds of a unit: setup or cleaning, its release, hold times, and the buffer between owners.

A part of ``one_at_a_time``. Knows nothing of shifts, nor of what lies between two fixed holds.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from solver.plan import Changeover
from solver.problem import Setup, Unit, Window
from solver.rules.reading import Reading, touches
from solver.rules.violation import Violation
from solver.sequence import Matrix, Pair, Stay, appointed, are_apart, carrier, is_sequenced, pairs, stays_of
from solver.windows import clip, complement, unite


def violations(book: Reading) -> Iterator[Violation]:
    """Setups without time, changeovers that are missing, wrong or for nothing, and owners too close to each other."""
    stays = stays_of(book.problem, ((each.request, each.mode, each.at) for each in book.placed.values()))
    wanted: dict[str, list[Changeover]] = defaultdict(list)
    for unit in book.problem.units:
        if is_sequenced(unit):
            yield from _setups(book, unit, stays[unit.id], wanted)
            yield from _buffers(unit, stays[unit.id])
    for placed in book.placed.values():
        for turn in placed.at.changeovers:
            if turn not in wanted[placed.task.id]:
                yield _violation("changeover_unneeded", placed.task.id, turn.unit, start=turn.start, end=turn.end)
            else:
                wanted[placed.task.id].remove(turn)


def _violation(code: str, *ids: str, **numbers: int) -> Violation:
    return Violation(rule="one_at_a_time", code=code, ids=ids, numbers=tuple(numbers.items()))


def _setups(
    book: Reading, unit: Unit, stays: Sequence[Stay], wanted: dict[str, list[Changeover]]
) -> Iterator[Violation]:
    matrix = Matrix(unit)
    taken = unit.taken[0] if unit.taken else ()
    for pair in pairs(stays):
        row, task = matrix.judged(pair), carrier(pair)
        if row is None or task is None or row.total == 0:
            continue
        busy = unite((*taken, *((stay.start, stay.end) for stay in stays)))
        if not row.appointed:
            yield from _room(unit, pair, row, task, busy)
            continue
        found = appointed(pair, unit.id, book.placed[task].at)
        if not found:
            between = {"start": _soonest(pair), "end": pair[1].start}
            yield _violation("changeover_missing", task, unit.id, length=row.length, **between)
            continue
        wanted[task].append(found[0])
        yield from _changeover(book, unit.id, pair, row, task, found[0])
        span = (found[0].start, found[0].end + row.release)
        if span[0] < span[1] and touches(busy, span):
            yield _violation("changeover_clash", task, unit.id, start=span[0], end=span[1])


def _soonest(pair: Pair) -> int:
    return 0 if pair[0] is None else max(0, pair[0].end)


def _room(unit: Unit, pair: Pair, row: Setup, task: str, busy: tuple[Window, ...]) -> Iterator[Violation]:
    start, end = _soonest(pair), pair[1].start
    free = complement(clip(busy, start, end), start, end) if start < end else ()
    longest = max((b - a for a, b in free), default=0)
    if longest < row.total:
        numbers = {"length": row.total, "longest": longest, "start": start, "end": end}
        yield _violation("no_time_for_setup", task, unit.id, row.frm or "anything", row.to, **numbers)


def _changeover(book: Reading, unit: str, pair: Pair, row: Setup, task: str, turn: Changeover) -> Iterator[Violation]:
    before, after = pair
    at = {"start": turn.start, "end": turn.end}
    if turn.end - turn.start != row.length:
        yield _violation("changeover_length", task, unit, taken=turn.end - turn.start, length=row.length)
    if turn.start < _soonest(pair):
        yield _violation("changeover_too_soon", task, unit, **at, soonest=_soonest(pair))
    if before is not None and row.dirty is not None and turn.start - before.end > row.dirty:
        yield _violation("dirty_too_long", task, unit, stood=turn.start - before.end, most=row.dirty)
    ready = turn.end + row.release
    if ready > after.start:
        yield _violation("not_released", task, unit, ready=ready, start=after.start)
    if row.clean is not None and after.start - ready > row.clean:
        yield _violation("clean_too_long", task, unit, stood=after.start - ready, most=row.clean)
    yield from _person(book, unit, row, task, turn)


def _person(book: Reading, unit: str, row: Setup, task: str, turn: Changeover) -> Iterator[Violation]:
    if (row.skill is None) != (turn.person is None):
        yield _violation("changeover_staff", task, unit, row.skill or "nobody")
        return
    person = None if turn.person is None else book.person(turn.person)
    if person is not None and row.skill is not None and row.skill not in person.skills:
        yield _violation("changeover_unskilled", task, person.id, row.skill)


def _buffers(unit: Unit, stays: Sequence[Stay]) -> Iterator[Violation]:
    """Every two holds of different owners that are nearer than the buffer, at least one of them planned."""
    owned = [stay for stay in stays if stay.owner]
    for number, after in enumerate(owned):
        for before in reversed(owned[:number]):
            gap, task = after.start - before.end, after.task or before.task
            if gap >= unit.buffer:
                break
            if are_apart(before.party, after.party) and task is not None:
                yield _violation("no_buffer", task, unit.id, gap=gap, buffer=unit.buffer, start=after.start)
