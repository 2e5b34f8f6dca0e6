"""Where the order of the work on its units leaves a task time, while a plan is being built.

Does not know what else the task needs, nor how it is looked for.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from solver.chain import Chain
from solver.ground import Ground
from solver.plan import Assignment
from solver.problem import Mode, Part, UnitUse, Window
from solver.sequence import Stay

Link = tuple[Chain, UnitUse, Stay]
"""A use of a unit the order of whose work matters, with its stay, wherever that is."""


def asks(links: Iterable[Link], mode: Mode, *, waits: bool) -> Iterable[Callable[[int], int]]:
    """Time for what the neighbours need, of work that may wait or pause as if it did not."""
    for chain, use, stay in links:
        stretch = _stretch(use.part, mode, waits=waits)
        if stretch is not None and stretch[1] > 0:
            yield _fitted(chain, stay, *stretch)


def tail_asks(links: Iterable[Link], mode: Mode) -> Iterable[Callable[[int], int]]:
    """The same of the unloading, by the tick at which it begins."""
    return (_fitted(chain, stay, 0, mode.tail) for chain, use, stay in links if use.part == "tail")


def refusals(links: Iterable[Link], mode: Mode) -> Iterable[Callable[[int, int], int]]:
    """Time for what the neighbours need, waits and pauses included."""
    kept = _kept_pausing if mode.crossing == "pausing" else _kept
    return (kept(chain, stay) for chain, use, stay in links if use.part == "whole")


def joins(links: Sequence[Link], ground: Ground, mode: Mode, at: Assignment) -> bool:
    """Whether the units' neighbours leave the owner of the task enough room in a run that is there already."""
    return all(chain.may_join(stay) for chain, stay in _stays(links, ground, mode, at))


def leaves_changeovers(links: Sequence[Link], ground: Ground, mode: Mode, at: Assignment) -> bool:
    """Whether the changeovers around it can be had beside what its own persons do."""
    busy: dict[str, list[Window]] = {}
    if not links:
        return True
    for stint in ground.stints(at, mode):
        busy.setdefault(stint.person, []).append((stint.start, stint.end))
    for chain, stay in _stays(links, ground, mode, at):
        turns = chain.turns_around(stay, busy)
        if turns is None:
            return False
        for turn in turns:
            if turn.person is not None:
                busy.setdefault(turn.person, []).append((turn.start, turn.end))
    return True


def _stays(links: Sequence[Link], ground: Ground, mode: Mode, at: Assignment) -> Iterator[tuple[Chain, Stay]]:
    course = ground.course(mode, at.start, at.end) if links else None
    for chain, use, stay in links:
        start, end = (0, 0) if course is None else course.span(use.part)
        if start < end:
            yield chain, _moved(stay, start, end)


def _stretch(part: Part, mode: Mode, *, waits: bool) -> Window | None:
    """Offset and length of a part counted from the start; ``None`` where that depends on the wait."""
    if part == "head":
        return 0, mode.head
    if part == "whole":
        return 0, mode.duration
    return None if waits else (mode.duration - mode.tail, mode.tail)


def _moved(stay: Stay, start: int, end: int) -> Stay:
    return replace(stay, start=start, end=end)


def _fitted(chain: Chain, stay: Stay, offset: int, length: int) -> Callable[[int], int]:
    return lambda start: chain.next_fit(_moved(stay, start + offset, start + offset + length)) - offset


def _kept(chain: Chain, stay: Stay) -> Callable[[int, int], int]:
    return lambda start, end: chain.next_fit(_moved(stay, start, end))


def _kept_pausing(chain: Chain, stay: Stay) -> Callable[[int, int], int]:
    """How long it pauses depends on its start: another may do a tick later."""
    return lambda start, end: start if chain.next_fit(_moved(stay, start, end)) == start else start + 1
