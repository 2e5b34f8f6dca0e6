"""One neighbourhood solved: a reduced problem, by CP-SAT level by level or by reinsertion, in whatever process it is.

Does not know the whole problem, nor how the neighbourhood was chosen.
"""

from dataclasses import dataclass

from solver.bounds import lower_bounds
from solver.costs import level_values
from solver.model import solve_model
from solver.plan import Plan
from solver.problem import Problem
from solver.reinsert import reinsert

FIRST_SHARE = 0.8
LATER_SHARE = 0.15
"""What the first level, and each later one, may use of a job's time."""
TRIES = 400
"""Tries of a reinsertion per unit of CP-SAT's deterministic time, where the work is limited."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """``hint`` is a valid plan of ``problem``. ``levels`` are numbers, minimised in turn; the first is what the
    neighbourhood is for. ``caps`` bound the levels before it, ``None`` leaves free. Exactly one of ``seconds`` and
    ``work`` (CP-SAT's deterministic time) is given. ``reinserts``: by reinsertion, which proves nothing, not by CP-SAT;
    every request of ``problem`` is then whole."""

    problem: Problem
    hint: Plan
    levels: tuple[int, ...]
    caps: tuple[int | None, ...]
    seed: int
    seconds: float | None = None
    work: float | None = None
    reinserts: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """``plan``: the best found, never worse than the hint. ``bound`` of the first level under the caps (``None``: none
    is known). ``first_proven``: the first level was solved to its end."""

    plan: Plan
    bound: int | None
    first_proven: bool


def run(job: Job) -> Answer:
    """Solves a job: its first level, and where that has changed the plan's values also those after it."""
    return _by_reinsertion(job) if job.reinserts else _by_model(job)


def _by_reinsertion(job: Job) -> Answer:
    tries = None if job.work is None else max(1, int(job.work * TRIES))
    level = job.levels[0]
    plan = reinsert(job.problem, job.hint, level=level, caps=job.caps, seed=job.seed, seconds=job.seconds, tries=tries)
    return Answer(plan=plan, bound=None, first_proven=False)


def _by_model(job: Job) -> Answer:
    plan = job.hint
    before = values = level_values(job.problem, job.hint)
    least = lower_bounds(job.problem)
    caps: list[int | None] = [*job.caps[: job.levels[0]]]
    bounds: list[int | None] = []
    done: list[bool] = []
    for level in job.levels:
        caps += [None] * (level - len(caps))
        solved = _Solved(None, least[level], True)
        if level > job.levels[0] and values == before:
            break
        if values[level] > least[level]:
            solved = _solve(job, plan, level, caps)
        if solved.plan is not None:
            plan, values = solved.plan, level_values(job.problem, solved.plan)
        bounds.append(values[level] if solved.done else solved.bound)
        done.append(solved.done)
        caps.append(values[level])
    return Answer(plan=plan, bound=bounds[0], first_proven=done[0])


@dataclass(frozen=True, slots=True)
class _Solved:
    plan: Plan | None
    bound: int | None
    done: bool


def _solve(job: Job, plan: Plan, level: int, caps: list[int | None]) -> _Solved:
    share = LATER_SHARE if level > job.levels[0] else FIRST_SHARE if len(job.levels) > 1 else 1.0
    answer = solve_model(
        job.problem,
        level=level,
        caps=tuple(caps),
        hint=plan,
        seconds=None if job.seconds is None else job.seconds * share,
        work=None if job.work is None else job.work * share,
        workers=1,
        seed=job.seed,
    )
    done = answer.status == "optimal"
    better = answer.plan
    if better is not None and level_values(job.problem, better)[level] > level_values(job.problem, plan)[level]:
        better = None
    return _Solved(better, answer.bound, done)
