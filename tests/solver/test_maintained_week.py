"""A week whose units need services and calibrations: what is built and improved keeps them in time.

Knows nothing of small problems.
"""

from dataclasses import replace
from random import Random

from solver.construct import construct
from solver.costs import level_values
from solver.problem import Expiry, Mode, Problem, Request, Task, Unit, UnitUse
from solver.reinsert import reinsert
from solver.rules import judge
from solver.solving import solve_here
from tests.solver.inline import Inline
from tests.solver.week import DAY, week

UNPLANNED = 2


def maintained(seed: int) -> Problem:
    """Every third unit has a calibration by date, a service by run ticks or one by cycles, in one of its next days."""
    problem, random = week(seed, requests=40, tasks=120, units=20, persons=16), Random(seed)
    units, services = list(problem.units), []
    for at in range(0, len(units), 3):
        service = _service(units[at], random)
        services.append(service)
        units[at] = replace(units[at], expiries=(_expiry(at, service, random),))
    return replace(problem, requests=(*problem.requests, *services), units=tuple(units))


def _service(unit: Unit, random: Random) -> Request:
    mode = Mode(duration=12, units=(UnitUse(unit=unit.id, lanes=unit.lanes),))
    day = random.randrange(2, 9)
    task = Task(id=f"M{unit.id}/1", modes=(mode,), windows=((day * DAY, (day + 3) * DAY),))
    return Request(id=f"M{unit.id}", tasks=(task,), weight=500, maintenance=True)


def _expiry(at: int, service: Request, random: Random) -> Expiry:
    by = (service.tasks[0].id,)
    if at % 9 == 0:
        return Expiry(kind="calibration", measure="date", left=random.randrange(7) * DAY, renewed=9000, renewed_by=by)
    if at % 9 == 3:
        return Expiry(kind="service", measure="use", left=random.randrange(300), renewed=400, renewed_by=by)
    return Expiry(kind="service", measure="cycles", left=random.randrange(5), renewed=6, renewed_by=by)


def test_what_is_built_and_reinserted_keeps_every_expiry() -> None:
    problem = maintained(4)
    first, best = construct(problem, tries=4)
    assert first is not None
    assert best is not None
    assert judge(problem, first.plan) == judge(problem, best.plan) == ()
    better = reinsert(problem, best.plan, level=UNPLANNED, caps=best.values[:UNPLANNED], seed=5, tries=200)
    assert judge(problem, better) == ()
    assert level_values(problem, better)[UNPLANNED] <= best.values[UNPLANNED]


def test_neighbourhoods_come_back_to_a_plan_that_keeps_every_expiry() -> None:
    problem = maintained(4)
    plan = solve_here(problem, work=8, executor=Inline())
    assert judge(problem, plan) == ()
    planned = {at.task for at in plan.assignments}
    assert any(task.id in planned for request in problem.requests if request.maintenance for task in request.tasks)
    explained = [blocker.code for out in plan.left_out for blocker in out.blockers]
    assert {"expired", "expired_until", "used_up", "cycles_used_up"} & set(explained)
