"""A bound above its value never leaves the solver. Knows nothing of how bounds are found."""

import pytest

from solver import solving
from solver.improve import Improved
from solver.progress import FalseBound
from solver.solving import solve_here
from solver.whole import solve_whole
from tests.solver.small import plain_problem


def test_a_bound_above_its_value_is_a_defect_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def claiming(*arguments: object, **more: object) -> Improved:
        found = solve_whole(*arguments, **more)  # type: ignore[arg-type]
        bounds = (found.values[0] + 1, *found.bounds[1:])
        return Improved(plan=found.plan, values=found.values, proven=found.proven, bounds=bounds)

    problem = plain_problem(1)
    assert solve_here(problem, limit=None, work=2, workers=1).levels[0].bound is not None
    monkeypatch.setattr(solving, "solve_whole", claiming)
    with pytest.raises(FalseBound, match="no plan should be below"):
        solve_here(problem, limit=None, work=2, workers=1)
