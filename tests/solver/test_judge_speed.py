"""The rule book is quick enough to look at every plan that anybody is about to see."""

from time import perf_counter

from solver.costs import level_values
from solver.defects import check_problem
from solver.plan import Assignment, Plan
from solver.problem import (
    Capacity,
    Demand,
    Lag,
    Level,
    Mode,
    Person,
    Problem,
    Request,
    StaffNeed,
    Stock,
    Task,
    Unit,
    UnitUse,
    Window,
)
from solver.rules import judge

DAY = 288
WEEKS = 3
UNITS = 80
TASKS = 500
LIMIT_SECONDS = 0.5


def daily(opens: int, closes: int) -> tuple[Window, ...]:
    return tuple((day * DAY + opens, day * DAY + closes) for day in range(7 * WEEKS))


def two_centres() -> tuple[Problem, Plan]:
    """500 tasks on 80 units over three weeks of 5-minute ticks, each an hour long, in a valid plan."""
    lunch = tuple((start + 36, start + 42) for start, _ in daily(96, 216))
    requests, assignments = [], []
    for number in range(TASKS // 4):
        tasks = tuple(_task(f"R{number}/{step}", (number * 4 + step) % UNITS) for step in range(4))
        lags = tuple(Lag(before=tasks[at].id, after=tasks[at + 1].id, most=DAY) for at in range(3))
        requests.append(Request(id=f"R{number}", tasks=tasks, lags=lags))
        day = number // (UNITS // 4) * 2
        start = day * DAY + 100
        assignments += [_placed(task, start + 12 * at) for at, task in enumerate(tasks)]
    problem = Problem(
        horizon=7 * WEEKS * DAY,
        calendar_end=7 * WEEKS * DAY,
        commit_until=7 * DAY,
        levels=(Level(name="weight", terms=(("unplanned", 1),)), Level(name="end", terms=(("completion", 1),))),
        requests=tuple(requests),
        units=tuple(Unit(id=f"U{number}", lanes=2, open=daily(96, 216), taken=(lunch, ())) for number in range(UNITS)),
        persons=tuple(Person(id=f"P{number}", skills=("load",), on_shift=daily(96, 216)) for number in range(UNITS)),
        capacities=(Capacity(id="power", steps=tuple((tick, 90) for tick in range(0, 7 * WEEKS * DAY, 12))),),
        stocks=(Stock(id="gas", changes=((0, TASKS),)),),
    )
    return problem, Plan(status="feasible", assignments=tuple(assignments))


def _task(id_: str, unit: int) -> Task:
    need = StaffNeed(skill="load", part="head")
    uses = (UnitUse(unit=f"U{unit}"),)
    modes = tuple(
        Mode(duration=12, head=2, units=uses, staff=(need,), demands=(Demand(capacity="power", amount=amount),))
        for amount in (1, 2)
    )
    return Task(id=id_, modes=modes)


def _placed(task: Task, start: int) -> Assignment:
    person = task.modes[0].units[0].unit.replace("U", "P")
    return Assignment(task=task.id, mode=0, start=start, end=start + 12, lanes=((1,),), persons=(person,))


def seconds(problem: Problem, plan: Plan, *, violations: int) -> float:
    begun = perf_counter()
    assert len(judge(problem, plan)) == violations
    level_values(problem, plan)
    return perf_counter() - begun


def test_a_week_of_two_centres_is_judged_at_once() -> None:
    problem, plan = two_centres()
    assert len(plan.assignments) == TASKS
    assert min(seconds(problem, plan, violations=0) for _ in range(3)) < LIMIT_SECONDS


def test_a_hopeless_plan_is_judged_at_once() -> None:
    problem, _ = two_centres()
    tasks = [task for request in problem.requests for task in request.tasks]
    heap = Plan(status="feasible", assignments=tuple(_placed(task, 0) for task in tasks))
    found = len(judge(problem, heap))
    assert found > TASKS
    assert min(seconds(problem, heap, violations=found) for _ in range(3)) < LIMIT_SECONDS


def test_its_problem_is_checked_at_once() -> None:
    problem, _ = two_centres()
    begun = perf_counter()
    check_problem(problem)
    assert perf_counter() - begun < 2 * LIMIT_SECONDS
