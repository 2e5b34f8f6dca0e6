"""Better plans in rounds: neighbourhoods solved side by side through an executor, merged in order, level by level.

Does not know processes, nor where the first plan came from.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field
from random import Random
from time import monotonic

from solver.construct import Start
from solver.costs import level_values, worst_value
from solver.decompose import merge, reduce, restricted
from solver.job import Answer, Job, run
from solver.losses import losses
from solver.neighbourhoods import SMALLEST, Chooser, Neighbourhood
from solver.plan import Plan
from solver.problem import Problem
from solver.rules import judge
from solver.settle import settle

PART_SHARE = 0.65
"""What whole parts may use, before neighbourhoods, of the first open level's time."""
PART_PACE = 30
"""Tasks per second that a whole part needs at least, if it is to be tried."""
POLL = 0.1
"""Seconds between looks at whether to stop."""
JOB_WORK = 0.5
"""Deterministic time of a neighbourhood where the work, not the time, is limited."""
WORK_ROUND = 4
"""Neighbourhoods per round where the work is limited, whatever the number of workers."""
GROWTH, SHRINKING = 1.25, 0.8
"""How the size of neighbourhoods changes after one that was solved to its end, and after one that was not."""
LEVEL_SHARE = 0.5
"""What an unproven level may use of what is left; the last one may use all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """Until when (``deadline``, on the monotonic clock) or how many neighbourhoods (``jobs``); one of them is ``None``.

    ``job_seconds`` is the longest that one neighbourhood may take, where time is limited.
    """

    deadline: float | None = None
    jobs: int | None = None
    job_seconds: float = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Improved:
    """``proven[i]``: no plan has a smaller value of level ``i``, given the earlier ones. ``bounds``: valid for every
    plan, ``None`` where none is known."""

    plan: Plan
    values: tuple[int, ...]
    proven: tuple[bool, ...]
    bounds: tuple[int | None, ...]


@dataclass(slots=True)
class Search:
    """The state of an improvement, which outlives a broken executor: call ``go`` again with another.

    ``floor``: values that the result may not be worse than. ``least``: lower bounds per level, valid for every plan.
    ``on_better`` gets every better plan, ``stop`` says whether to end.
    """

    problem: Problem
    start: Start
    floor: tuple[int, ...]
    least: tuple[int, ...]
    allowance: Allowance
    workers: int = 2
    seed: int = 0
    on_better: Callable[[Plan, tuple[int, ...]], None] = lambda *_: None
    stop: Callable[[], bool] = lambda: False
    plan: Plan = field(init=False)
    values: tuple[int, ...] = field(init=False)
    proven: list[bool] = field(init=False)
    bounds: list[int | None] = field(init=False)
    caps: list[int] = field(init=False, default_factory=list)
    clashes: int = field(init=False, default=0)
    rounds: int = field(init=False, default=0)
    _ends: list[int] = field(init=False, default_factory=list)
    _jobs: int = field(init=False, default=0)
    _size: float = field(init=False, default=4.0 * SMALLEST)
    _chooser: Chooser = field(init=False)

    def __post_init__(self) -> None:
        self.plan, self.values = self.start.plan, self.start.values
        self.proven = [value <= least for value, least in zip(self.values, self.least, strict=True)]
        self.bounds = list(self.least)
        self._chooser = Chooser(self.problem)

    def go(self, executor: Executor) -> Improved:
        """Improve until the allowance is used up or every level is proven. Raises ``BrokenExecutor``."""
        for level in range(len(self.caps), len(self.problem.levels)):
            self._level(executor, level)
            self.caps.append(self._cap(level))
            self._ends.append(self.values[level])
        return self.so_far()

    def so_far(self) -> Improved:
        """The best so far; what was not finished is not proven."""
        return Improved(plan=self.plan, values=self.values, proven=self._proven(), bounds=tuple(self.bounds))

    def _proven(self) -> tuple[bool, ...]:
        """A level is proven, given the earlier ones, if they are and none was worsened for a later one."""
        sure, found = True, []
        for level, (done, value) in enumerate(zip(self.proven, self.values, strict=True)):
            sure = sure and done and level < len(self._ends) and value == self._ends[level]
            found.append(sure)
        return tuple(found)

    def _level(self, executor: Executor, level: int) -> None:
        """Rounds of one level until its share is used up or it is proven."""
        share = _Share(self.allowance, self._jobs, last=not self._more_after(level))
        closed: dict[int, int | None] = {}
        self._size = 4.0 * SMALLEST
        if level == self._first_open():
            self._parts_first(executor, level, share, closed)
        while not self._finished(level, closed) and share.open(self._jobs) and not self.stop():
            hoods = self._draw(level, set(closed), share)
            if not self._round(executor, level, hoods, share, closed):
                break
        if self.values[level] <= self.least[level]:
            self.proven[level] = True
        self._settle(level)

    def _first_open(self) -> int:
        """The first level that could be better."""
        pairs = enumerate(zip(self.values, self.least, strict=True))
        return next((at for at, (value, least) in pairs if value > least), len(self.values))

    def _parts_first(self, executor: Executor, level: int, share: "_Share", closed: dict[int, int | None]) -> None:
        """Where there is time enough: whole parts before any neighbourhood."""
        count = len(self._chooser.parts)
        seconds = share.seconds(PART_SHARE * min(1.0, self.workers / count))
        if seconds is None:
            return
        fitting = [at for at in range(count) if self._chooser.tasks(at) <= PART_PACE * seconds]
        for first in range(0, len(fitting), self.workers):
            hoods = [self._chooser.whole(part) for part in fitting[first : first + self.workers]]
            if not self._round(executor, level, hoods, share, closed, seconds=seconds) or self.stop():
                break

    def _settle(self, level: int) -> None:
        """Draw the plan together, as far as that does not harm this level or an earlier one, and if there is time."""
        late = self.allowance.deadline is not None and monotonic() > self.allowance.deadline
        if late or self.stop():
            return
        plan = settle(self.problem, self.plan)
        values = level_values(self.problem, plan)
        if self._is_better(level, values) and not judge(self.problem, plan):
            self.plan, self.values = plan, values
            self.on_better(plan, values)

    def _is_better(self, level: int, values: tuple[int, ...]) -> bool:
        within = all(value <= cap for value, cap in zip(values[:level], self.caps, strict=False))
        return within and values[level:] < self.values[level:]

    def _more_after(self, level: int) -> bool:
        return any(self.values[at] > self.least[at] for at in range(level + 1, len(self.values)))

    def _finished(self, level: int, closed: dict[int, int | None]) -> bool:
        if self.values[level] <= self.least[level]:
            return True
        if len(closed) == len(self._chooser.parts):
            self.proven[level] = True
            self._bound(level, closed)
            return True
        return False

    def _bound(self, level: int, closed: dict[int, int | None]) -> None:
        """The parts' proven values make a bound, valid for all plans if no earlier level can restrict any."""
        found = [bound for bound in closed.values() if bound is not None]
        free = all(
            worst_value(self.problem, self.problem.levels[at]) <= cap for at, cap in enumerate(self.caps[:level])
        )
        if free and len(found) == len(closed):
            self.bounds[level] = max(sum(found), self.least[level])

    def _draw(self, level: int, closed: set[int], share: "_Share") -> list[Neighbourhood]:
        count = share.round(self.workers, self._jobs)
        hoods: list[Neighbourhood] = []
        loss = losses(self.problem, self.plan, self.problem.levels[level])
        for at in range(count):
            random = Random(f"{self.seed}/{self._jobs + at}")
            drawn = self._chooser.draw(random, self.plan, loss, int(self._size), closed)
            if all(drawn.free != other.free for other in hoods):
                hoods.append(drawn)
        self._jobs += count
        return hoods

    def _round(
        self,
        executor: Executor,
        level: int,
        hoods: Sequence[Neighbourhood],
        share: "_Share",
        closed: dict[int, int | None],
        *,
        seconds: float | None = None,
    ) -> bool:
        """Solve neighbourhoods side by side and merge them in order; whether all came back in time."""
        self.rounds += 1
        jobs = [self._job(level, hood, len(hoods), seconds or share.seconds(), at) for at, hood in enumerate(hoods)]
        futures = [executor.submit(run, job) for job in jobs]
        if not self._await(futures, share):
            return False
        for hood, future in zip(hoods, futures, strict=True):
            answer = future.result()
            self._adapt(answer)
            self._take(level, hood, answer)
            if hood.part is not None and answer.first_proven:
                closed[hood.part] = answer.bound
        return True

    def _job(self, level: int, hood: Neighbourhood, together: int, seconds: float | None, at: int) -> Job:
        problem = reduce(self.problem, self.plan.assignments, hood.free)
        hint = restricted(problem, self.plan.assignments, hood.free)
        inside = level_values(problem, hint)
        caps = tuple(
            inside[i] + (self.caps[i] - self.values[i]) // (1 if hood.part is None or together == 1 else together)
            for i in range(level)
        )
        return Job(
            problem=problem,
            hint=hint,
            levels=tuple(range(level, len(self.problem.levels))),
            caps=caps,
            seed=self.seed + self._jobs + at,
            seconds=seconds,
            work=JOB_WORK if seconds is None else None,
        )

    def _await(self, futures: Sequence[Future[Answer]], share: "_Share") -> bool:
        waiting = set(futures)
        while waiting:
            _, waiting = wait(waiting, timeout=POLL)
            if waiting and (self.stop() or share.late()):
                for future in waiting:
                    future.cancel()
                return False
        return True

    def _adapt(self, answer: Answer) -> None:
        most = max(self._chooser.tasks(part) for part in range(len(self._chooser.parts)))
        self._size = min(most, self._size * GROWTH) if answer.first_proven else max(SMALLEST, self._size * SHRINKING)

    def _take(self, level: int, hood: Neighbourhood, answer: Answer) -> None:
        """Take a neighbourhood's plan over if, with what was merged before it, the rules hold and it is better."""
        merged = merge(self.problem, self.plan.assignments, hood.free, answer.plan)
        values = level_values(self.problem, merged)
        if not self._is_better(level, values):
            return
        if judge(self.problem, merged):
            self.clashes += 1
            return
        self.plan, self.values = merged, values
        self.on_better(merged, values)

    def _cap(self, level: int) -> int:
        """How far later levels may worsen this one: its tolerance, and never beyond the floor as a tuple."""
        value = self.values[level]
        cap = value + value * self.problem.levels[level].tolerance // 1000
        if any(at < floor for at, floor in zip(self.caps, self.floor, strict=False)):
            return cap
        return min(cap, max(value, self.floor[level] - (value < self.floor[level])))


class _Share:
    """How long, or how many neighbourhoods, a level may take of what is left."""

    def __init__(self, allowance: Allowance, jobs: int, *, last: bool) -> None:
        self._allowance = allowance
        part = 1.0 if last else LEVEL_SHARE
        self._until: float | None = None
        self._jobs: int | None = None
        if allowance.deadline is not None:
            now = monotonic()
            self._until = now + part * (allowance.deadline - now)
        if allowance.jobs is not None:
            self._jobs = jobs + max(1, int(part * (allowance.jobs - jobs))) if jobs < allowance.jobs else jobs

    def open(self, jobs: int) -> bool:
        """Whether another round may begin."""
        if self._jobs is not None and jobs >= self._jobs:
            return False
        return self._until is None or monotonic() < self._until - 0.05

    def round(self, workers: int, jobs: int) -> int:
        """How many neighbourhoods the next round has."""
        return workers if self._jobs is None else min(WORK_ROUND, self._jobs - jobs)

    def seconds(self, part: float | None = None) -> float | None:
        """How long a neighbourhood of the next round may take, or ``part`` of what is left of the share; ``None`` where
        the work is limited."""
        if self._until is None:
            return None
        left = self._until - monotonic()
        return max(0.05, left * part if part is not None else min(self._allowance.job_seconds, left))

    def late(self) -> bool:
        """Whether the whole allowance is used up."""
        return self._allowance.deadline is not None and monotonic() > self._allowance.deadline
