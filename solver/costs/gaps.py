"""Free time between two holds of a unit that is too short to be of use to anybody.

Knows nothing of changeovers, which may fill it, nor of gaps between two fixed holds.
"""

from collections.abc import Iterable
from itertools import pairwise

from solver.problem import Problem, Unit, Window
from solver.rules.reading import Reading
from solver.windows import clip, total, unite


def cost(reading: Reading) -> int:
    """The open ticks of all gaps of fewer than ``Unit.usable`` open ticks between two neighbours on a unit, one of them
    planned at least."""
    holds: dict[str, list[Window]] = {unit.id: [] for unit in reading.problem.units if unit.usable}
    if not holds:
        return 0
    for hold in reading.lane_holds():
        if hold.resource in holds:
            holds[hold.resource].append((hold.start, hold.end))
    return sum(_lost(unit, holds[unit.id]) for unit in reading.problem.units if unit.usable)


def worst(problem: Problem) -> int:
    """At most a gap that is almost of use before and after every run."""
    usable = {unit.id: max(0, unit.usable - 1) for unit in problem.units}
    return sum(
        max((sum(2 * usable.get(use.unit, 0) for use in mode.units) for mode in task.modes), default=0)
        for request in problem.requests
        for task in request.tasks
    )


def _lost(unit: Unit, planned: Iterable[Window]) -> int:
    fixed = unite(window for lane in unit.taken for window in lane)
    busy = sorted([(window, True) for window in fixed] + [(window, False) for window in planned])
    lost = 0
    for (before, was_fixed), (after, is_fixed) in pairwise(busy):
        free = 0 if was_fixed and is_fixed else total(clip(unit.open, before[1], after[0]))
        lost += free if free < unit.usable else 0
    return lost
