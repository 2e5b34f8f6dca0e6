"""The costs as CP-SAT sees them, by the names of ``solver.costs``, and the levels made of them.

Knows nothing of the plain costs, which have the last word. Every cost is bounded from below only: factors are never
negative, so a minimised or capped level pulls each down to its true value.
"""

from collections.abc import Callable
from functools import cached_property

from ortools.sat.python.cp_model import IntVar, LinearExpr, LinearExprT

from solver.bounds import makespan_bound
from solver.costs import unfairness
from solver.hints import Outcome
from solver.idle import lost_time
from solver.problem import Booked, Lag, Level, Request
from solver.variables import TaskVariables, Variables
from solver.workload import add_workload


class Objective:
    """Expressions for costs and levels; each variable is made when a level first asks for it."""

    def __init__(self, variables: Variables) -> None:
        self.variables = variables
        self._costs: dict[str, LinearExprT] = {}

    def level(self, level: Level) -> LinearExprT:
        """The level's value."""
        return LinearExpr.sum([factor * self.cost(name) for name, factor in level.terms if factor])

    def cost(self, name: str) -> LinearExprT:
        """One cost, made once."""
        if name not in self._costs:
            self._costs[name] = COSTS[name](self)
        return self._costs[name]

    def absent(self, request: Request) -> LinearExprT:
        """1 where the request is left out."""
        return 1 - self.variables.requests[request.id]

    @cached_property
    def moved(self) -> dict[str, IntVar]:
        """A literal per booked task that may be planned: it is planned elsewhere."""
        tasks = self.variables.tasks.values()
        return {task.task.id: self._moved(task) for task in tasks if task.task.booked is not None}

    def _moved(self, task: TaskVariables) -> IntVar:
        variables, booked = self.variables, task.task.booked
        assert booked is not None
        stays = [
            number
            for number, place in task.places.items()
            if {use.unit for use in place.mode.units} == set(booked.units)
        ]
        staying = [task.modes[n] for n in stays if any(a <= booked.start < b for a, b in task.places[n].starts)]
        if not staying:
            return task.present
        id_ = task.task.id
        moved = variables.new_literal(lambda outcome: _differs(outcome, id_, booked, stays))
        literals = [moved.negated()] if task.present is variables.yes else [moved.negated(), task.present]
        variables.model.add(task.start == booked.start).only_enforce_if(*literals)
        variables.model.add(task.end == booked.end).only_enforce_if(*literals)
        if len(staying) < len(task.modes):
            variables.model.add_bool_or(*staying, *(literal.negated() for literal in literals))
        return moved

    def shift(self, task: TaskVariables) -> list[IntVar]:
        """At least ``|start - booked start|`` while the task is planned; empty where it was not booked."""
        booked = task.task.booked
        if booked is None:
            return []
        variables, id_, stood = self.variables, task.task.id, booked.start
        starts = [bound for place in task.places.values() for first, end in place.starts for bound in (first, end - 1)]
        most = max(abs(start - stood) for start in starts)

        def held(outcome: Outcome) -> int:
            return 0 if outcome.mode(id_) is None else abs(outcome.start(id_, stood) - stood)

        number = variables.new_number(((0, most + 1),), held)
        for distance in (task.start - stood, stood - task.start):
            variables.when(variables.model.add(number >= distance), task.present)
        return [number]

    def last_end(self, request: Request, least: int) -> IntVar | None:
        """At least ``last end - least`` while the request is planned and >= 0; ``None`` where it is never more."""
        variables = self.variables
        ends = last_tasks(variables, request)
        facts = max((fact.end for fact in request.facts), default=least)
        most = max(facts, *(task.last_end for task in ends)) - least
        if most <= 0:
            return None

        def held(outcome: Outcome) -> int:
            end = outcome.last_end(request)
            return 0 if end is None else max(0, end - least)

        number = variables.new_number(((0, most + 1),), held)
        present = variables.requests[request.id]
        for task in ends:
            variables.when(variables.model.add(number >= task.end - least), present)
        if facts > least:
            variables.when(variables.model.add(number >= facts - least), present)
        return number


def last_tasks(variables: Variables, request: Request) -> list[TaskVariables]:
    """The tasks of a request that may be planned without those that are sure to end before another does."""
    tasks = {task.id: variables.tasks[task.id] for task in request.tasks}
    inner = (lag for lag in request.lags if lag.frm == "end" and lag.before in tasks and lag.after in tasks)
    earlier = {lag.before for lag in inner if _ends_later(lag, tasks[lag.after])}
    return [task for id_, task in tasks.items() if id_ not in earlier]


def _ends_later(lag: Lag, after: TaskVariables) -> bool:
    """Whether ``after`` is sure to end later; strictly, so that not every task of a circle is dropped."""
    return lag.least is not None and lag.least + (after.least_length if lag.to == "start" else 0) > 0


def _differs(outcome: Outcome, task: str, booked: Booked, stays: list[int]) -> bool:
    mode = outcome.mode(task)
    if mode is None:
        return False
    at = outcome.start(task, booked.start), outcome.end(task, booked.end)
    return at != (booked.start, booked.end) or mode not in stays


def _displaced(objective: Objective) -> LinearExprT:
    requests = (request for request in objective.variables.calendars.problem.requests if request.kept)
    return LinearExpr.sum([request.displacement * objective.absent(request) for request in requests])


def _moved(objective: Objective) -> LinearExprT:
    return LinearExpr.sum(list(objective.moved.values()))


def _moved_in_freeze(objective: Objective) -> LinearExprT:
    tasks = objective.variables.tasks
    frozen = [id_ for id_ in objective.moved if (booked := tasks[id_].task.booked) and booked.frozen]
    return LinearExpr.sum([objective.moved[id_] for id_ in frozen])


def _shifted(objective: Objective) -> LinearExprT:
    return LinearExpr.sum([shift for task in objective.variables.tasks.values() for shift in objective.shift(task)])


def _unplanned(objective: Objective) -> LinearExprT:
    requests = objective.variables.calendars.problem.requests
    return LinearExpr.sum(
        [request.weight * objective.absent(request) for request in requests if request.weight and not request.kept]
    )


def _tardiness(objective: Objective) -> LinearExprT:
    terms = []
    for request in objective.variables.planable:
        if request.due is not None and request.tardiness_weight:
            late = objective.last_end(request, request.due)
            terms += [] if late is None else [request.tardiness_weight * late]
    return LinearExpr.sum(terms)


def _completion(objective: Objective) -> LinearExprT:
    ends = ((request, objective.last_end(request, 0)) for request in objective.variables.planable if request.weight)
    return LinearExpr.sum([request.weight * end for request, end in ends if end is not None])


def _makespan(objective: Objective) -> LinearExprT:
    variables = objective.variables
    most = max((task.last_end for task in variables.tasks.values()), default=0)
    least = min(most, makespan_bound(variables.calendars.problem, variables.reach, variables.calendars))
    makespan = variables.new_number(((least, most + 1),), lambda outcome: outcome.makespan())
    add_workload(variables, makespan)
    for request in variables.planable:
        for task in last_tasks(variables, request):
            variables.when(variables.model.add(makespan >= task.end), variables.requests[request.id])
    return makespan


def _unit_changes(objective: Objective) -> LinearExprT:
    """The modes on other units than the booked ones, as far as they are chosen."""
    terms: list[LinearExprT] = []
    for task in objective.variables.tasks.values():
        booked = task.task.booked
        if booked is not None:
            others = (
                chosen
                for number, chosen in task.modes.items()
                if {use.unit for use in task.places[number].mode.units} != set(booked.units)
            )
            terms += others
    return LinearExpr.sum(terms)


def _unfairness(objective: Objective) -> LinearExprT:
    """At least every share's shortfall: ``target * unfairness >= 1000 * (target - given)``."""
    variables = objective.variables
    problem = variables.calendars.problem
    most = unfairness.worst(problem)
    least = unfairness.worst_shortfall(problem.shares, unfairness.gifts(variables.planable))

    def held(outcome: Outcome) -> int:
        planned = (request for request in problem.requests if outcome.is_planned(request))
        return unfairness.worst_shortfall(problem.shares, unfairness.gifts(planned))

    worst = variables.new_number(((least, most + 1),), held)
    for share in problem.shares:
        if unfairness.shortfall(share, 0) > least:
            mine = [request for request in variables.planable if request.share == share.id and request.worth]
            given = LinearExpr.sum([unfairness.WHOLE * one.worth * variables.requests[one.id] for one in mine])
            lacking = unfairness.WHOLE * (share.target - share.given)
            variables.model.add(share.target * worst + given >= lacking)
    return worst


def _setup(objective: Objective) -> LinearExprT:
    return LinearExpr.sum([cost * literal for literal, cost in objective.variables.setup_costs])


def _running(objective: Objective) -> LinearExprT:
    variables = objective.variables
    return LinearExpr.sum(
        [
            place.mode.cost * variables.joining.holder_in(task, number)
            for task in variables.tasks.values()
            for number, place in task.places.items()
            if place.mode.cost
        ]
    )


def _gaps(objective: Objective) -> LinearExprT:
    return LinearExpr.sum(lost_time(objective.variables))


COSTS: dict[str, Callable[[Objective], LinearExprT]] = {
    "displaced": _displaced,
    "moved_in_freeze": _moved_in_freeze,
    "unplanned": _unplanned,
    "tardiness": _tardiness,
    "moved": _moved,
    "shifted": _shifted,
    "completion": _completion,
    "makespan": _makespan,
    "unfairness": _unfairness,
    "unit_changes": _unit_changes,
    "setup": _setup,
    "running": _running,
    "gaps": _gaps,
}
