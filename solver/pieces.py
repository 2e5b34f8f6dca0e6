"""The starts of pausing work cut into pieces in which everything moves along with the start: where a share of the work
begins and ends, and the stretches between.

Knows nothing of variables. Within a piece the stretches in the middle stand still, the first begins and the last ends
so many ticks after the start.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from solver.advancing import Advance, Share
from solver.problem import Window
from solver.windows import Windows


@dataclass(frozen=True, slots=True)
class Piece:
    """Starts in ``starts``: the share begins ``begins`` and ends ``ends`` ticks after the start.

    ``first_until`` is where its first stretch ends and ``last_from`` where its last begins, ``middle`` the stretches
    between; where there is only one, ``first_until`` is ``None``.
    """

    starts: Window
    begins: int
    ends: int
    first_until: int | None
    middle: Windows
    last_from: int


def pieces_of(advance: Advance, starts: Windows, share: Share, within: Windows) -> Iterator[Piece]:
    """The pieces of ``starts`` (advancing ticks) from which the first and the last tick of the share lie in ``within``,
    windows of advancing ticks that are its stretches."""
    low, high = share[0], share[1] - 1
    edges = {advance.number(edge) for window in within for edge in window} | {*advance.counted}
    cuts = sorted({edge - offset for edge in edges for offset in (0, low, high)})
    firsts = [start for start, _ in within]
    for first, end in starts:
        numbers = advance.number(first), advance.number(end - 1) + 1
        inner = cuts[bisect_right(cuts, numbers[0]) : bisect_right(cuts, numbers[1] - 1)]
        for since, until in zip((numbers[0], *inner), (*inner, numbers[1]), strict=True):
            piece = _piece(advance, (since, until), (low, high), within, firsts)
            if piece is not None:
                yield piece


def _piece(
    advance: Advance, numbers: Window, offsets: tuple[int, int], within: Windows, firsts: list[int]
) -> Piece | None:
    start = advance.tick(numbers[0])
    begin, last = advance.tick(numbers[0] + offsets[0]), advance.tick(numbers[0] + offsets[1])
    one, other = bisect_right(firsts, begin) - 1, bisect_right(firsts, last) - 1
    if one < 0 or begin >= within[one][1] or last >= within[other][1]:
        return None
    return Piece(
        starts=(start, start + numbers[1] - numbers[0]),
        begins=begin - start,
        ends=last + 1 - start,
        first_until=None if one == other else within[one][1],
        middle=within[one + 1 : other],
        last_from=within[other][0],
    )
