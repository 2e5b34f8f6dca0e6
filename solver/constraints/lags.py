"""Minimum and maximum lags between the tasks and facts of a request.

Knows nothing of a lag between two facts: what reality has broken, no plan can mend.
"""

from typing import TYPE_CHECKING

from solver.problem import Edge, Fact, Lag, Request

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import LinearExpr

    from solver.variables import Variables


def add(variables: "Variables") -> None:
    """Every lag between two tasks of a request that may be planned; those to facts are in the possible starts."""
    for request in variables.planable:
        facts = {fact.id for fact in request.facts}
        for lag in request.lags:
            if lag.before not in facts and lag.after not in facts:
                _add_lag(variables, request, lag)


def _add_lag(variables: "Variables", request: Request, lag: Lag) -> None:
    present = variables.requests[request.id]
    gap = _edge(variables, lag.after, lag.to) - _edge(variables, lag.before, lag.frm)
    if lag.least is not None and lag.least == lag.most:
        variables.when(variables.model.add(gap == lag.least), present)
        return
    if lag.least is not None:
        variables.when(variables.model.add(gap >= lag.least), present)
    if lag.most is not None:
        variables.when(variables.model.add(gap <= lag.most), present)


def _edge(variables: "Variables", task: str, edge: Edge) -> "LinearExpr":
    found = variables.tasks[task]
    return found.start if edge == "start" else found.end


def fact_edge(fact: Fact, edge: Edge) -> int:
    """The tick of a fact that a lag refers to."""
    return fact.start if edge == "start" else fact.end
