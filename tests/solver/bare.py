"""Bare problems with one thing in them, and what the model makes of them.

Knows nothing of any rule.
"""

from solver.model import ModelAnswer, solve_model
from solver.plan import Assignment
from solver.problem import Lag, Level, Mode, Problem, Request, Task, Unit
from solver.rules import judge

MAKESPAN = Level(name="makespan", terms=(("makespan", 1),))
UNPLANNED = Level(name="unplanned", terms=(("unplanned", 1),))
ALWAYS = ((0, 100),)


def task(id_: str, *modes: Mode, windows: tuple[tuple[int, int], ...] = ()) -> Task:
    """A task with these modes."""
    return Task(id=id_, modes=modes, windows=windows)


def required(*tasks: Task, lags: tuple[Lag, ...] = (), id_: str = "R") -> Request:
    """A request that has to be planned."""
    return Request(id=id_, tasks=tasks, lags=lags, required=True)


def bare(*requests: Request, level: Level = MAKESPAN, end: int = 100) -> Problem:
    """A problem of these requests and nothing else, over ``end`` ticks."""
    return Problem(horizon=end, calendar_end=end, commit_until=end, levels=(level,), requests=requests)


def unit(id_: str = "U", *, lanes: int = 1, taken: tuple[tuple[tuple[int, int], ...], ...] = ()) -> Unit:
    """A unit that is always open."""
    return Unit(id=id_, lanes=lanes, open=ALWAYS, taken=taken)


def best(problem: Problem) -> ModelAnswer:
    """The proven optimum of the first level, accepted by the rule book."""
    answer = solve_model(problem, level=0)
    assert answer.status == "optimal"
    assert answer.plan is not None
    assert judge(problem, answer.plan) == ()
    return answer


def placed(problem: Problem) -> dict[str, Assignment]:
    """The assignments of an optimal plan, by task."""
    plan = best(problem).plan
    assert plan is not None
    return {assignment.task: assignment for assignment in plan.assignments}
