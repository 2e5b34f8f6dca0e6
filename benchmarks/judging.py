"""How long the rule book takes: ``python -m benchmarks.judging`` judges a week of two centres, and checks its problem.

Knows nothing of how plans are found.
"""

import sys
from collections.abc import Callable
from statistics import median
from time import process_time

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
ROUNDS = 5


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


def hopeless(problem: Problem) -> Plan:
    """Everything at the first tick, on top of everything else."""
    tasks = [task for request in problem.requests for task in request.tasks]
    return Plan(status="feasible", assignments=tuple(_placed(task, 0) for task in tasks))


def _milliseconds(work: Callable[[], object]) -> float:
    """The median of several rounds, of the processor's time."""
    taken = []
    for _ in range(ROUNDS):
        begun = process_time()
        work()
        taken.append(process_time() - begun)
    return 1000 * median(taken)


def main() -> int:
    """Prints each row. Exit status 1 where the rule book finds anything else than it must."""
    problem, plan = two_centres()
    heap = hopeless(problem)
    rows: dict[str, Callable[[], object]] = {
        "its problem checked": lambda: check_problem(problem),
        "a plan that holds, judged": lambda: judge(problem, plan),
        "its levels counted": lambda: level_values(problem, plan),
        "everything at once, judged": lambda: judge(problem, heap),
    }
    for name, work in rows.items():
        print(f"{name:28}{_milliseconds(work):9.0f} ms")
    return 0 if judge(problem, plan) == () and len(judge(problem, heap)) > TASKS else 1


if __name__ == "__main__":
    sys.exit(main())
