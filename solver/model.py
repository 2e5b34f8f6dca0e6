"""One level of a whole problem, minimised by CP-SAT: builds the model, solves it, reads the plan.

Knows nothing of neighbourhoods, processes and the order of levels: the caller chooses the level and caps the others.
"""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ortools.sat.python import cp_model

from solver.calendars import Calendars
from solver.constraints import CONSTRAINTS
from solver.hints import Outcome
from solver.objective import Objective
from solver.plan import Plan, Status
from solver.problem import Problem
from solver.progress import InvalidModel
from solver.reach import find_reach
from solver.readout import read_plan
from solver.rules import judge
from solver.variables import Variables

_POLL = 0.05
_STATUS: dict[cp_model.CpSolverStatus, Status] = {
    cp_model.OPTIMAL: "optimal",
    cp_model.FEASIBLE: "feasible",
    cp_model.INFEASIBLE: "infeasible",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelAnswer:
    """What CP-SAT found.

    ``plan``: assignments and requests left out, without levels and blockers; ``None`` unless ``optimal`` or
    ``feasible``. ``bound``: no plan under the caps has a smaller value of the level; ``None`` where nothing is known.
    ``work``: deterministic time used.
    """

    status: Status
    plan: Plan | None
    bound: int | None
    work: float


def solve_model(
    problem: Problem,
    *,
    level: int,
    caps: tuple[int | None, ...] = (),
    hint: Plan | None = None,
    seconds: float | None = None,
    work: float | None = None,
    workers: int = 1,
    seed: int = 0,
    on_plan: Callable[[Plan], None] | None = None,
    stop: threading.Event | None = None,
) -> ModelAnswer:
    """Minimises level number ``level`` (from 0) while level ``i`` is at most ``caps[i]`` (``None``: free).

    ``hint``: a plan to begin with; one that keeps every rule also bounds the horizon where the level is the makespan
    alone. ``seconds`` of wall time from now, building included; ``work`` in CP-SAT's deterministic time. ``on_plan``
    gets each better plan, from the solver's thread. ``stop`` ends the search with the best so far. Raises
    ``InvalidModel`` where CP-SAT does not accept what was built.
    """
    clock = _Clock(seconds, stop)
    try:
        variables = _prepare(problem, level, caps, hint, clock)
    except _GivenUp:
        return ModelAnswer(status="unknown", plan=None, bound=None, work=0.0)
    if any(request.required and variables.requests[request.id] is variables.no for request in problem.requests):
        return ModelAnswer(status="infeasible", plan=None, bound=None, work=0.0)
    solver = cp_model.CpSolver()
    _set(solver.parameters, seconds=clock.left, work=work, workers=workers, seed=seed)
    listener = _Listener(variables, on_plan) if on_plan else None
    with _stopping(solver, stop):
        status = solver.solve(variables.model, listener)
        if status == cp_model.INFEASIBLE and solver.num_conflicts == 0:
            # CP-SAT 9.15 calls some models infeasible while it loads their linear relaxation; so ask it without one.
            solver.parameters.linearization_level = 0
            if seconds is not None:
                solver.parameters.max_time_in_seconds = clock.left or 0.0
            status = solver.solve(variables.model, listener)
    if status == cp_model.MODEL_INVALID:
        raise InvalidModel(variables.model.validate())
    return _answer(variables, solver, _STATUS.get(status, "unknown"))


class _GivenUp(Exception):
    """Stopped, or out of time, before the search began."""


class _Clock:
    """The time left, and whether to go on; counted from when it is made."""

    def __init__(self, seconds: float | None, stop: threading.Event | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds
        self._stop = stop

    @property
    def left(self) -> float | None:
        """Seconds, at least 0; ``None`` where there is no limit."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def heed(self) -> None:
        """Raises ``_GivenUp`` when stopped or out of time."""
        if self.left == 0.0 or (self._stop is not None and self._stop.is_set()):
            raise _GivenUp


def _prepare(problem: Problem, level: int, caps: tuple[int | None, ...], hint: Plan | None, clock: _Clock) -> Variables:
    calendars = Calendars(problem)
    latest_end = _latest_end(problem, level, caps, hint)
    reach = find_reach(calendars, latest_end=latest_end, heed=clock.heed)
    variables = Variables(calendars, reach, heed=clock.heed)
    build(variables, level, caps)
    if hint is not None:
        _hint(variables, hint)
    clock.heed()
    return variables


def build(variables: Variables, level: int, caps: tuple[int | None, ...]) -> None:
    """Adds every constraint, the caps on earlier levels and the objective; ``variables.heed`` may raise to give up."""
    for constraint in CONSTRAINTS.values():
        variables.heed()
        if constraint.add is not None:
            constraint.add(variables)
    levels, objective = variables.calendars.problem.levels, Objective(variables)
    for number, cap in enumerate(caps[:level]):
        if cap is not None:
            variables.model.add(objective.level(levels[number]) <= cap)
    variables.minimize(objective.level(levels[level]))


def _latest_end(problem: Problem, level: int, caps: tuple[int | None, ...], hint: Plan | None) -> int | None:
    """By when every task has ended, from caps on the makespan and the makespan to be beaten."""
    ends = []
    for one, cap in zip(problem.levels[:level], caps, strict=False):
        factor = _makespan_only(one.terms)
        ends += [] if cap is None or not factor else [cap // factor]
    if hint is not None and _makespan_only(problem.levels[level].terms) and not judge(problem, hint):
        ends.append(max((at.end for at in hint.assignments), default=problem.calendar_end))
    return min(ends, default=None)


def _makespan_only(terms: tuple[tuple[str, int], ...]) -> int:
    """The makespan's factor in a level of nothing else, 0 in any other."""
    return terms[0][1] if len(terms) == 1 and terms[0][0] == "makespan" else 0


def _hint(variables: Variables, hint: Plan) -> None:
    outcome = Outcome(variables.calendars.problem, hint)
    for variable, held in variables.hinted:
        variables.model.add_hint(variable, int(held(outcome)))


def _set(
    parameters: cp_model.SatParameters, *, seconds: float | None, work: float | None, workers: int, seed: int
) -> None:
    parameters.num_workers = workers
    parameters.random_seed = seed
    parameters.cp_model_probing_level = 0  # on a week it took 18 s of 20 and found little
    parameters.max_presolve_iterations = 1
    parameters.symmetry_level = 0
    if seconds is not None:
        parameters.max_time_in_seconds = seconds
    if work is not None:
        parameters.max_deterministic_time = work


@contextmanager
def _stopping(solver: cp_model.CpSolver, stop: threading.Event | None) -> Iterator[None]:
    """Passes ``stop`` on to the solver while it runs."""
    if stop is None:
        yield
        return
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(solver, stop, done), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _watch(solver: cp_model.CpSolver, stop: threading.Event, done: threading.Event) -> None:
    while not done.wait(_POLL):
        if stop.is_set():
            solver.stop_search()


class _Listener(cp_model.CpSolverSolutionCallback):
    """Reads a plan out of every solution."""

    def __init__(self, variables: Variables, on_plan: Callable[[Plan], None]) -> None:
        super().__init__()
        self._variables = variables
        self._on_plan = on_plan

    def on_solution_callback(self) -> None:
        """Called by CP-SAT."""
        self._on_plan(read_plan(self._variables, self.value))


def _answer(variables: Variables, solver: cp_model.CpSolver, status: Status) -> ModelAnswer:
    """The status is looked at first: without a solution every variable would read 0."""
    work = solver.deterministic_time
    if status == "infeasible":
        return ModelAnswer(status=status, plan=None, bound=None, work=work)
    bound = _bound(variables, solver)
    if status == "unknown":
        return ModelAnswer(status=status, plan=None, bound=bound, work=work)
    return ModelAnswer(status=status, plan=read_plan(variables, solver.value), bound=bound, work=work)


def _bound(variables: Variables, solver: cp_model.CpSolver) -> int | None:
    """The integer that CP-SAT counts with, and what is constant in the objective, which it leaves out; its sum of both
    is a double, exact to 2^53 only. ``None`` where the two do not belong together: nothing is known then."""
    told = solver.best_objective_bound
    if not math.isfinite(told) or abs(told) >= 2**62:
        return None
    bound = solver.response_proto.inner_objective_lower_bound + variables.constant
    return bound if math.isclose(bound, told, rel_tol=1e-9, abs_tol=1.0) else None
