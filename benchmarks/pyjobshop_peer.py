"""PyJobShop on the same Problem, its schedule turned into a Plan of ours.

Knows nothing of families and files; judges nothing.
"""

import math
from time import monotonic

from pyjobshop import Machine, Model, Result, SolveStatus
from pyjobshop import Mode as PeerMode

from solver.plan import Assignment, LevelValue, Plan, Status
from solver.problem import Mode, Problem, Task, Unit

STATUSES: dict[SolveStatus, Status] = {
    SolveStatus.OPTIMAL: "optimal",
    SolveStatus.FEASIBLE: "feasible",
    SolveStatus.INFEASIBLE: "infeasible",
}


class NotForThePeer(ValueError):
    """The problem has something that the comparison with PyJobShop does not cover."""


def solve_with_pyjobshop(problem: Problem, *, limit: float, workers: int, seed: int) -> Plan:
    """PyJobShop's schedule after at most ``limit`` seconds from the call, model building included.

    Covers required requests, precedences with a least lag, single-lane machines that never close (with setups between
    families of one task each), constant capacities and stocks without deliveries. Raises ``NotForThePeer`` for anything
    else.
    """
    began = monotonic()
    _check_covered(problem)
    model = _model(problem)
    left = max(0.1, limit - (monotonic() - began))
    result = model.solve(time_limit=left, display=False, num_workers=workers, random_seed=seed)
    return _plan(problem, model, result)


def _check_covered(problem: Problem) -> None:
    constant = all(len(capacity.steps) == 1 and capacity.steps[0][0] == 0 for capacity in problem.capacities)
    undelivered = all(len(stock.changes) == 1 and stock.changes[0][0] == 0 for stock in problem.stocks)
    always = all(
        unit.lanes == 1 and not unit.taken and unit.open == ((0, problem.calendar_end),) for unit in problem.units
    ) and all(not unit.state and not unit.buffer and _plain_setups(unit) for unit in problem.units)
    plain = all(request.required and not request.facts and request.release == 0 for request in problem.requests)
    after = all(
        (lag.frm, lag.to, lag.most) == ("end", "start", None) and lag.least is not None
        for request in problem.requests
        for lag in request.lags
    )
    plain = plain and after and not problem.persons and _families_are_tasks(problem)
    if not (constant and undelivered and always and plain):
        raise NotForThePeer("the problem has more than precedences, machines, constant capacities and stocks")


def _plain_setups(unit: Unit) -> bool:
    return all(row.frm and not row.appointed and not row.release for row in unit.setups)


def _families_are_tasks(problem: Problem) -> bool:
    """Whether each use of a unit with setups needs it in a family named after the task."""
    ordered = {unit.id for unit in problem.units if unit.setups}
    return all(
        use.family == task.id
        for request in problem.requests
        for task in request.tasks
        for mode in task.modes
        for use in mode.units
        if use.unit in ordered
    )


def _model(problem: Problem) -> Model:
    model = Model()
    resources = {
        **{unit.id: model.add_machine(name=unit.id) for unit in problem.units},
        **{capacity.id: model.add_renewable(capacity.steps[0][1]) for capacity in problem.capacities},
        **{stock.id: model.add_consumable(stock.changes[0][1]) for stock in problem.stocks},
    }
    for request in problem.requests:
        tasks = {task.id: model.add_task(name=task.id) for task in request.tasks}
        for task in request.tasks:
            for mode in task.modes:
                _add_mode(model, tasks[task.id], resources, mode)
        for lag in request.lags:
            model.add_end_before_start(tasks[lag.before], tasks[lag.after], lag.least)
    _add_setups(model, problem, resources)
    model.set_objective(weight_makespan=1)
    return model


def _add_setups(model: Model, problem: Problem, resources: dict[str, Machine]) -> None:
    """Setup times between tasks, each of which is a family of its own."""
    names = [task.id for request in problem.requests for task in request.tasks]
    tasks = dict(zip(names, model.tasks, strict=True))
    for unit in problem.units:
        for row in unit.setups:
            model.add_setup_time(resources[unit.id], tasks[row.frm], tasks[row.to], row.length)


def _add_mode(model: Model, task: object, resources: dict[str, Machine], mode: Mode) -> None:
    needs = [
        *((use.unit, 0) for use in mode.units),
        *((demand.capacity, demand.amount) for demand in mode.demands),
        *((taken.stock, taken.amount) for taken in mode.consumptions),
    ]
    model.add_mode(task, [resources[name] for name, _ in needs], mode.duration, [amount for _, amount in needs])


def _plan(problem: Problem, model: Model, result: Result) -> Plan:
    status = STATUSES.get(result.status, "unknown")
    if status not in ("optimal", "feasible"):
        return Plan(status=status)
    tasks = [task for request in problem.requests for task in request.tasks]
    firsts = _first_modes(model.modes)
    assignments = tuple(
        _assignment(task, placed.mode - firsts[number], start=placed.start, end=placed.end)
        for number, (task, placed) in enumerate(zip(tasks, result.best.tasks, strict=True))
    )
    level = LevelValue(
        name=problem.levels[0].name, value=round(result.objective), bound=math.ceil(result.lower_bound - 1e-6)
    )
    return Plan(status=status, assignments=tuple(sorted(assignments, key=lambda each: each.task)), levels=(level,))


def _first_modes(modes: list[PeerMode]) -> dict[int, int]:
    """The peer numbers modes through all tasks; ours start at 0 in each."""
    firsts: dict[int, int] = {}
    for number, mode in enumerate(modes):
        firsts.setdefault(mode.task, number)
    return firsts


def _assignment(task: Task, mode: int, *, start: int, end: int) -> Assignment:
    lanes = tuple((0,) for _ in task.modes[mode].units)
    return Assignment(task=task.id, mode=mode, start=start, end=end, lanes=lanes)
