"""A problem solved as a whole, its levels in turn, with every worker on it: for small problems and for makespans.

Does not know neighbourhoods, nor processes.
"""

import threading
from collections.abc import Callable, Sequence
from time import monotonic

from solver.allowance import LEVEL_SHARE
from solver.construct import Start
from solver.costs import level_values, worst_value
from solver.improve import Improved
from solver.model import ModelAnswer, solve_model
from solver.plan import Plan
from solver.problem import Problem
from solver.rules import judge
from solver.tolerance import cap, floored

SMALL = 40
"""Tasks up to which a problem is solved as a whole before anything else."""

Better = Callable[[Plan, tuple[int, ...]], None]


def solve_whole(
    problem: Problem,
    start: Start,
    *,
    least: Sequence[int],
    deadline: float | None,
    work: float | None,
    workers: int,
    seed: int,
    on_better: Better,
    stop: threading.Event,
    floor: Sequence[int] | None = None,
) -> Improved:
    """Minimises every level in turn, the earlier held at the values found and their tolerance.

    ``deadline`` on the monotonic clock, or ``work`` (CP-SAT's deterministic time per level), then with one worker.
    ``floor``: values that the result may not be worse than (``None``: those of ``start``).
    """
    best = Best(problem, start, on_better, start.values if floor is None else floor)

    def solved(level: int) -> ModelAnswer:
        last = all(value <= bound for value, bound in zip(best.values[level + 1 :], least[level + 1 :], strict=True))
        return solve_model(
            problem,
            level=level,
            caps=tuple(best.caps),
            hint=best.plan,
            seconds=_seconds(deadline, last=last),
            work=work,
            workers=workers if work is None else 1,
            seed=seed,
            on_plan=best.offer if work is None else None,
            stop=stop,
        )

    return _in_turn(problem, best, least, solved, stop)


def _in_turn(
    problem: Problem,
    best: "Best",
    least: Sequence[int],
    solved: Callable[[int], ModelAnswer],
    stop: threading.Event,
) -> Improved:
    """Level by level, what is no better than its bound already left alone."""
    proven: list[bool] = []
    bounds: list[int | None] = list(least)
    for level in range(len(problem.levels)):
        if best.values[level] <= least[level] or stop.is_set():
            proven.append(best.values[level] <= least[level])
            best.close(least[level])
            continue
        answer = solved(level)
        if answer.plan is not None:
            best.offer(answer.plan)
        proven.append(answer.status == "optimal" and best.values[level] == answer.bound)
        if answer.bound is not None and _unrestricted(problem, best.caps):
            bounds[level] = max(least[level], answer.bound)
        best.close(best.values[level] if proven[level] else least[level])
    return Improved(plan=best.plan, values=best.values, proven=_sure(proven, best), bounds=tuple(bounds))


def _seconds(deadline: float | None, *, last: bool) -> float | None:
    """What a level may take of the time that is left."""
    if deadline is None:
        return None
    return max(0.0, deadline - monotonic()) * (1.0 if last else LEVEL_SHARE)


def _sure(proven: Sequence[bool], best: "Best") -> tuple[bool, ...]:
    """A level is proven, given the earlier ones, if they are and none was worsened for a later one."""
    done = [sure and value == end for sure, value, end in zip(proven, best.values, best.ends, strict=True)]
    return tuple(all(done[: level + 1]) for level in range(len(done)))


def _unrestricted(problem: Problem, caps: Sequence[int]) -> bool:
    """Whether caps on the first levels exclude no plan."""
    return all(worst_value(problem, level) <= cap for level, cap in zip(problem.levels, caps, strict=False))


class Best:
    """The best plan so far, of the first level that is not closed; ``offer`` may be called from the solver's thread.

    ``caps`` of the closed levels, and ``ends``: their values when they were closed.
    """

    def __init__(self, problem: Problem, start: Start, on_better: Better, floor: Sequence[int]) -> None:
        self.plan, self.values = start.plan, start.values
        self.caps: list[int] = []
        self.ends: list[int] = []
        self._problem, self._on_better, self._floor = problem, on_better, floor
        self._lock = threading.Lock()

    def offer(self, plan: Plan) -> None:
        """Take a plan over if it is better from the open level on, the caps hold and the rules do."""
        values = level_values(self._problem, plan)
        with self._lock:
            if self._is_better(values) and not judge(self._problem, plan):
                self.plan, self.values = plan, values
                self._on_better(plan, values)

    def close(self, least: int) -> None:
        """Go on to the next level; ``least`` is a bound of this one, its value where that is proven."""
        at = len(self.caps)
        level, value = self._problem.levels[at], self.values[at]
        self.caps.append(floored(cap(level, value, least), value, self.caps, self._floor))
        self.ends.append(value)

    def _is_better(self, values: tuple[int, ...]) -> bool:
        at = len(self.caps)
        within = all(value <= most for value, most in zip(values, self.caps, strict=False))
        return within and values[at:] < self.values[at:]
