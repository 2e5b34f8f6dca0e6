"""What is wrong with a problem by itself, before anybody tries to plan it, one module per kind of mistake.

Knows nothing of plans. That a request cannot be planned is an answer with its reason, not a defect.
"""

from solver.defects import amounts, calendars, choices, lags, maintenance, names, quotas, setups, shares, work
from solver.defects.defect import BadProblem, Defect
from solver.problem import Problem, Request

KINDS = (names, calendars, work, lags, amounts, quotas, choices, shares, maintenance, setups)


def find_defects(problem: Problem) -> tuple[Defect, ...]:
    """All defects of a problem, the empty tuple for a sound one."""
    return tuple(found for kind in KINDS for found in kind.defects(problem))


def find_own_defects(request: Request) -> tuple[Defect, ...]:
    """Those of one request that it has by itself, whatever stands beside it."""
    return tuple(found for kind in (work, lags, choices) for found in kind.of_request(request))


def check_problem(problem: Problem) -> None:
    """Raises ``BadProblem`` with all defects, if there are any."""
    found = find_defects(problem)
    if found:
        raise BadProblem(found)


__all__ = ["BadProblem", "Defect", "check_problem", "find_defects", "find_own_defects"]
