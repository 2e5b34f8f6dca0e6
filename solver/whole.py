"""A problem solved as a whole, its levels in turn, with every worker on it: for small problems and for makespans.

Does not know neighbourhoods, nor processes.
"""

import threading
from collections.abc import Callable, Sequence
from time import monotonic

from solver.construct import Start
from solver.costs import level_values, worst_value
from solver.improve import Improved
from solver.model import solve_model
from solver.plan import Plan
from solver.problem import Problem
from solver.rules import judge

SMALL = 40
"""Tasks up to which a problem is solved as a whole before anything else."""
LEVEL_SHARE = 0.6
"""What one level may use of the time that is left; the last one may use all."""

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
) -> Improved:
    """Minimises every level in turn, the earlier held at the values found.

    ``deadline`` on the monotonic clock, or ``work`` (CP-SAT's deterministic time per level), then with one worker.
    """
    best = Best(problem, start, on_better)
    proven: list[bool] = []
    bounds: list[int | None] = list(least)
    for level in range(len(problem.levels)):
        if best.values[level] <= least[level] or stop.is_set():
            proven.append(best.values[level] <= least[level])
            continue
        last = all(value <= bound for value, bound in zip(best.values[level + 1 :], least[level + 1 :], strict=True))
        answer = solve_model(
            problem,
            level=level,
            caps=best.values[:level],
            hint=best.plan,
            seconds=_seconds(deadline, last=last),
            work=work,
            workers=workers if work is None else 1,
            seed=seed,
            on_plan=best.offer if work is None else None,
            stop=stop,
        )
        if answer.plan is not None:
            best.offer(answer.plan)
        proven.append(answer.status == "optimal" and best.values[level] == answer.bound)
        if answer.bound is not None and _unrestricted(problem, best.values[:level]):
            bounds[level] = max(least[level], answer.bound)
    sure = tuple(all(proven[: level + 1]) for level in range(len(proven)))
    return Improved(plan=best.plan, values=best.values, proven=sure, bounds=tuple(bounds))


def _seconds(deadline: float | None, *, last: bool) -> float | None:
    """What a level may take of the time that is left."""
    if deadline is None:
        return None
    return max(0.0, deadline - monotonic()) * (1.0 if last else LEVEL_SHARE)


def _unrestricted(problem: Problem, caps: Sequence[int]) -> bool:
    """Whether caps on the first levels exclude no plan."""
    return all(worst_value(problem, level) <= cap for level, cap in zip(problem.levels, caps, strict=False))


class Best:
    """The best plan so far; ``offer`` may be called from the solver's thread."""

    def __init__(self, problem: Problem, start: Start, on_better: Better) -> None:
        self.plan, self.values = start.plan, start.values
        self._problem, self._on_better = problem, on_better
        self._lock = threading.Lock()

    def offer(self, plan: Plan) -> None:
        """Take a plan over if it is better and the rules hold."""
        values = level_values(self._problem, plan)
        with self._lock:
            if values < self.values and not judge(self._problem, plan):
                self.plan, self.values = plan, values
                self._on_better(plan, values)
