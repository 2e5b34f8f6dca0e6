"""Units are used only while their services and calibrations last, unless the work waives them.

Knows nothing of the order of uses between two renewals: all of them count, those that waive and fixed work included.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from solver.problem import Expiry, Unit
from solver.rules.reading import Placed, Reading
from solver.rules.violation import Violation


@dataclass(frozen=True, slots=True)
class _Use:
    """``task`` is ``None`` for fixed work."""

    task: str | None
    start: int
    end: int
    judged: bool


def violations(book: Reading) -> Iterator[Violation]:
    """Uses after an expiry date, and stretches between two renewals in which too much is used."""
    units = [unit for unit in book.problem.units if unit.expiries]
    placed = _by_unit(book) if units else {}
    for unit in units:
        for expiry in unit.expiries:
            renewals = sorted({*expiry.renewed_at, *_ends(book, expiry)})
            judge = _dates if expiry.measure == "date" else _amounts
            yield from judge(unit, expiry, renewals, _uses(unit, expiry, placed.get(unit.id, [])))


def _by_unit(book: Reading) -> dict[str, list[Placed]]:
    """Placed tasks that are no maintenance, by the units that they use."""
    found: dict[str, list[Placed]] = defaultdict(list)
    for placed in book.carrying():
        if not placed.request.maintenance:
            for unit in placed.units:
                found[unit].append(placed)
    return found


def _ends(book: Reading, expiry: Expiry) -> list[int]:
    return [book.placed[task].at.end for task in expiry.renewed_by if task in book.placed]


def _uses(unit: Unit, expiry: Expiry, work: list[Placed]) -> list[_Use]:
    """Every use of the unit, one per need of a task, and fixed work."""
    uses = [_Use(None, used.start, used.end, used.judged) for used in expiry.used]
    for placed in work:
        judged = expiry.kind not in placed.mode.waives
        spans = (placed.span(use.part) for use in placed.mode.units if use.lanes and use.unit == unit.id)
        uses += [_Use(placed.task.id, start, end, judged) for start, end in spans if start < end]
    return uses


def _dates(unit: Unit, expiry: Expiry, renewals: list[int], uses: list[_Use]) -> Iterator[Violation]:
    for use in uses:
        last = bisect_right(renewals, use.start) - 1
        expires = max(expiry.left, renewals[last] + expiry.renewed) if last >= 0 else expiry.left
        if use.judged and use.end > expires:
            code, ids = ("fixed_expired", ()) if use.task is None else ("expired", (use.task,))
            yield _violation(code, *ids, unit.id, expiry.kind, start=use.start, end=use.end, expires=expires)


def _amounts(unit: Unit, expiry: Expiry, renewals: list[int], uses: list[_Use]) -> Iterator[Violation]:
    stretches: dict[int, list[_Use]] = defaultdict(list)
    for use in uses:
        stretches[bisect_right(renewals, use.start)].append(use)
    for number, stretch in sorted(stretches.items()):
        used = sum(use.end - use.start if expiry.measure == "use" else 1 for use in stretch)
        allowed = expiry.renewed if number else expiry.left
        if used > allowed and any(use.judged for use in stretch):
            tasks = dict.fromkeys(use.task for use in sorted(stretch, key=_start) if use.task is not None)
            yield _too_much(expiry, (unit.id, expiry.kind, *tasks), used, max(0, allowed))


def _too_much(expiry: Expiry, ids: tuple[str, ...], used: int, allowed: int) -> Violation:
    if expiry.measure == "use":
        return _violation("used_up", *ids, used=used, allowed=allowed)
    return _violation("cycles_used_up", *ids, cycles=used, cycles_allowed=allowed)


def _start(use: _Use) -> int:
    return use.start


def _violation(code: str, *ids: str, **numbers: int) -> Violation:
    return Violation(rule="maintenance", code=code, ids=ids, numbers=tuple(numbers.items()))
