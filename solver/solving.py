"""The course of one solve, in this process: a first plan, then better ones until time is up, then the reasons.

Does not know who asked, nor how the answer travels.
"""

import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import replace
from functools import cached_property
from time import monotonic

from solver.allowance import Allowance
from solver.bounds import lower_bounds
from solver.construct import Start, construct, makes_span
from solver.costs import level_values
from solver.defects import check_problem
from solver.explain import explain
from solver.filling import fill
from solver.improve import JOB_WORK, Improved, Search
from solver.model import solve_model
from solver.plan import LevelValue, Plan, Status
from solver.pool import process_pool
from solver.problem import Level, Problem
from solver.progress import FalseBound, Progress, RejectedPlan
from solver.rules import judge
from solver.whole import SMALL, solve_whole

CONSTRUCT_SHARE = 0.08
"""What the constructor may use of the time limit, first come first served aside."""
CONSTRUCT_TRIES = 24
WORKER_MB = 1024
"""What a worker needs at least: the solver library alone takes a quarter of it."""
REASONS_SHARE = 0.1
"""What is kept back of the time limit for the reasons of what stays out, at most ``REASONS_SECONDS``."""
REASONS_SECONDS = 1.5
FILLING_SHARE = 0.4
"""What of that time putting in what has room may take."""

Listener = Callable[[Plan, Progress], None]


def solve_here(
    problem: Problem,
    *,
    limit: float | None = 30.0,
    work: int | None = None,
    workers: int = 2,
    seed: int = 0,
    memory_mb: int = 4096,
    on_plan: Listener | None = None,
    stop: threading.Event | None = None,
    executor: Executor | None = None,
) -> Plan:
    """Solves a problem in this process; neighbourhoods go to ``executor``, or to a pool of ``workers`` processes.

    ``limit`` in seconds from now; with ``work`` it is not looked at: that many neighbourhoods are solved, and the same
    problem and seed give the same plan. ``on_plan`` gets every better plan, from any thread. ``stop`` ends the search
    with the best plan so far. Raises ``BadProblem``, and ``RejectedPlan`` where the solver is at fault.
    """
    begun = monotonic()
    check_problem(problem)
    solving = Solving(
        problem,
        limit=None if work is not None else limit,
        work=work,
        workers=workers,
        seed=seed,
        memory_mb=memory_mb,
        on_plan=on_plan or (lambda *_: None),
        stop=stop or threading.Event(),
        begun=begun,
    )
    return solving.run(executor)


def told_bound(level: Level, value: int, bound: int | None, least: int) -> int | None:
    """The bound of a level that is worth telling; ``least`` is what calendars alone say. They say nothing of
    unfairness: that whatever could be planned by itself is planned is no bound to go by, the search has to find one."""
    counts = any(cost == "unfairness" for cost, _ in level.terms)
    return None if counts and bound == least and bound < value else bound


class Solving:
    """One solve: what was asked, and when it began."""

    def __init__(
        self,
        problem: Problem,
        *,
        limit: float | None,
        work: int | None,
        workers: int,
        seed: int,
        memory_mb: int,
        on_plan: Listener,
        stop: threading.Event,
        begun: float,
    ) -> None:
        self.problem, self.limit, self.work = problem, limit, work
        self.workers, self.seed, self.memory_mb = workers, seed, memory_mb
        self.stop = stop
        self._on_plan, self._begun = on_plan, begun
        self._bounds: tuple[int, ...] = ()

    def run(self, executor: Executor | None = None) -> Plan:
        """The answer, judged and valued, with the reasons of what stays out."""
        whole = makes_span(self.problem) or sum(len(request.tasks) for request in self.problem.requests) <= SMALL
        own = None if whole or executor else self._pool()
        try:
            return self._run(executor or own)
        finally:
            if own is not None:
                own.shutdown(wait=False, cancel_futures=True)

    def _run(self, executor: Executor | None) -> Plan:
        floor, start = self._construct()
        if start is None:
            found = self._any_plan()
            if isinstance(found, Plan):
                return found
            floor = start = found
            self._found(found)
        floor = floor or start
        improved = self._whole(start, floor) if executor is None else self._search(start, floor, executor)
        return self._answer(improved)

    def _construct(self) -> tuple[Start | None, Start | None]:
        share = None if self.limit is None else self._begun + CONSTRUCT_SHARE * self.limit
        return construct(
            self.problem,
            tries=CONSTRUCT_TRIES,
            seed=self.seed,
            go_on=lambda: not self.stop.is_set() and (share is None or monotonic() < share),
            on_better=self._found,
        )

    def _any_plan(self) -> Start | Plan:
        """Where the constructor found no place for a required request: CP-SAT on the whole, until one plan is there."""
        answer = solve_model(
            self.problem,
            level=0,
            seconds=self._left(),
            work=None if self.work is None else self.work * JOB_WORK,
            workers=self.workers if self.work is None else 1,
            seed=self.seed,
            stop=self.stop,
        )
        if answer.plan is None:
            return Plan(status="infeasible" if answer.status == "infeasible" else "unknown")
        return Start(plan=answer.plan, values=level_values(self.problem, answer.plan))

    def _whole(self, start: Start, floor: Start) -> Improved:
        return solve_whole(
            self.problem,
            start,
            least=self._least,
            deadline=self._deadline(),
            work=None if self.work is None else self.work * JOB_WORK,
            workers=self.workers,
            seed=self.seed,
            on_better=self._tell,
            stop=self.stop,
            floor=floor.values,
        )

    def _search(self, start: Start, floor: Start, executor: Executor) -> Improved:
        search = Search(
            problem=self.problem,
            start=start,
            floor=floor.values,
            least=self._least,
            allowance=Allowance(
                deadline=self._deadline(),
                jobs=self.work,
                job_seconds=2.0 if self.limit is None else min(3.0, max(0.5, self.limit / 30)),
            ),
            workers=self.workers,
            seed=self.seed,
            on_better=self._tell,
            stop=self.stop.is_set,
        )
        try:
            return search.go(executor)
        except BrokenExecutor:
            return self._once_more(search)

    def _once_more(self, search: Search) -> Improved:
        """A worker was killed: go on with new ones, once; then the best so far has to do."""
        pool = self._pool()
        try:
            return search.go(pool)
        except BrokenExecutor:
            return search.so_far()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _pool(self) -> Executor:
        """As many processes as were asked for and the memory allows."""
        workers = max(1, min(self.workers, self.memory_mb // WORKER_MB))
        return process_pool(workers, memory_mb=max(WORKER_MB, self.memory_mb // workers))

    def _answer(self, improved: Improved) -> Plan:
        improved = self._filled(improved)
        self._check(improved.plan)
        for level, value, bound in zip(self.problem.levels, improved.values, improved.bounds, strict=True):
            if bound is not None and bound > value:
                raise FalseBound(level.name, value, bound)
        levels = tuple(
            LevelValue(name=level.name, value=value, bound=told_bound(level, value, bound, least))
            for level, value, bound, least in zip(
                self.problem.levels, improved.values, improved.bounds, self._least, strict=True
            )
        )
        status: Status = "optimal" if all(improved.proven) else "feasible"
        until = None if self.limit is None else self._begun + self.limit
        return explain(self.problem, replace(improved.plan, status=status, levels=levels), until=until)

    def _filled(self, improved: Improved) -> Improved:
        """What has room beside the plan is in it; from the first level with another value on nothing is proven."""
        plan = fill(self.problem, improved.plan, until=self._filling_deadline())
        values = level_values(self.problem, plan)
        same = [value == before for value, before in zip(values, improved.values, strict=True)]
        proven = tuple(sure and all(same[: at + 1]) for at, sure in enumerate(improved.proven))
        return replace(improved, plan=plan, values=values, proven=proven)

    def _found(self, start: Start) -> None:
        self._check(start.plan)
        self._tell(start.plan, start.values)
        self._bounds = self._least

    @cached_property
    def _least(self) -> tuple[int, ...]:
        """What no plan can be below, per level; a first plan need not wait for it."""
        return lower_bounds(self.problem)

    def _check(self, plan: Plan) -> None:
        violations = judge(self.problem, plan)
        if violations:
            raise RejectedPlan(plan, violations)

    def _tell(self, plan: Plan, values: tuple[int, ...]) -> None:
        planned = len(self.problem.requests) - len(plan.left_out)
        progress = Progress(
            seconds=monotonic() - self._begun,
            planned=planned,
            levels=values,
            bound=self._bounds[0] if self._bounds else None,
            bounds=self._bounds,
        )
        levels = tuple(
            LevelValue(name=level.name, value=value) for level, value in zip(self.problem.levels, values, strict=True)
        )
        self._on_plan(replace(plan, levels=levels), progress)

    def _deadline(self) -> float | None:
        if self.limit is None:
            return None
        return self._begun + self.limit - min(REASONS_SECONDS, REASONS_SHARE * self.limit)

    def _filling_deadline(self) -> float | None:
        deadline = self._deadline()
        if deadline is None or self.limit is None:
            return None
        return deadline + FILLING_SHARE * (self._begun + self.limit - deadline)

    def _left(self) -> float | None:
        deadline = self._deadline()
        return None if deadline is None else max(0.0, deadline - monotonic())
