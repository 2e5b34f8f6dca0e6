"""How far later levels may worsen an earlier one, said once for every way of solving.

Does not know how a level's value is found.
"""

from collections.abc import Sequence

from solver.problem import Level


def near(level: Level, least: int) -> int:
    """The bound ``least`` and the level's tolerance of it: what is no larger is good enough."""
    return least + least * level.tolerance // 1000


def cap(level: Level, value: int, least: int) -> int:
    """Up to what later levels may worsen ``value``: its tolerance, counted from ``least`` (a bound of the level, or the
    value itself where that is proven) where it is within it already."""
    enough = near(level, least)
    return enough if value <= enough else value + value * level.tolerance // 1000


def floored(cap: int, value: int, caps: Sequence[int], floor: Sequence[int]) -> int:
    """The cap of the level after those with ``caps``, so small that no plan under the caps is worse than ``floor``, a
    tuple of values that is itself not better than the values found."""
    at = len(caps)
    if any(below < bound for below, bound in zip(caps, floor, strict=False)):
        return cap
    return min(cap, max(value, floor[at] - (value < floor[at])))
