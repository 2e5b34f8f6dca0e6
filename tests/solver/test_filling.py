"""What has room beside a plan is put in, unless somebody else would pay for it."""

from dataclasses import replace
from random import Random

import pytest

from solver import solving
from solver.construct import first_come
from solver.costs import level_values
from solver.filling import WORKED, fill
from solver.plan import Assignment, LeftOut, Plan
from solver.problem import Level, Mode, Problem, Request, Task, Unit, UnitUse
from solver.rules import judge
from solver.site import drafted
from solver.solving import solve_here
from tests.sizes import count
from tests.solver.small import small_problem

LEFT_OUT = Level(name="left out", terms=(("unplanned", 1),), tolerance=200)
LATE = Level(name="late", terms=(("tardiness", 1),))
DONE = Level(name="done", terms=(("completion", 1),))
HOUR = Mode(duration=10, units=(UnitUse(unit="U"),))


def two(*, room: int, due: int) -> Problem:
    """Two requests for a unit that is open for ``room``; the second, of less weight, should end by ``due``."""
    tasks = {id_: Task(id=f"{id_}/1", modes=(HOUR,)) for id_ in ("A", "B")}
    return Problem(
        horizon=100,
        calendar_end=100,
        commit_until=100,
        requests=(
            Request(id="A", tasks=(tasks["A"],), weight=10, due=10),
            Request(id="B", tasks=(tasks["B"],), weight=1, due=due, tardiness_weight=1),
        ),
        units=(Unit(id="U", open=((0, room),)),),
        levels=(LEFT_OUT, LATE, DONE),
    )


ONLY_A = Plan(
    status="feasible",
    assignments=(Assignment(task="A/1", mode=0, start=0, end=10, lanes=((0,),), persons=()),),
    left_out=(LeftOut(request="B", absence="unplanned"),),
)


@pytest.mark.parametrize(("room", "due", "planned"), [(20, 20, 2), (19, 20, 1), (20, 19, 1)])
def test_it_goes_in_where_it_fits_and_is_not_late(room: int, due: int, planned: int) -> None:
    problem = two(room=room, due=due)
    filled = fill(problem, ONLY_A)
    assert len(filled.assignments) == planned
    assert judge(problem, filled) == ()
    assert (filled == ONLY_A) == (planned == 1)


def test_no_answer_leaves_out_what_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the tolerance of what C, which fits nowhere, weighs, leaving out B would be gained by ending earlier.
    First come first served would be worse: D takes the place of A and B."""
    problem = two(room=20, due=20)
    never = Request(id="C", tasks=(Task(id="C/1", modes=(replace(HOUR, duration=30),)),), weight=10)
    early = Request(id="D", tasks=(Task(id="D/1", modes=(replace(HOUR, duration=20),)),), weight=1)
    problem = replace(problem, requests=(early, *problem.requests, never))
    assert planned(problem) == {"A/1", "B/1"}
    monkeypatch.setattr(solving, "fill", lambda _, plan, **__: plan)
    assert planned(problem) == {"A/1"}, "the control leaves B out"


def planned(problem: Problem) -> set[str]:
    return {at.task for at in solve_here(problem, limit=None, work=2, workers=1).assignments}


def test_nobody_pays_for_what_is_put_in() -> None:
    put_in = 0
    for seed in range(count(short=300, full=3000)):
        problem = small_problem(seed)
        start = first_come(problem)
        if start is None:
            continue
        random = Random(seed)
        out = {task.id for request in problem.requests if random.randrange(2) for task in request.tasks}
        plan = drafted(problem, (at for at in start.plan.assignments if at.task not in out))
        if judge(problem, plan):
            continue
        filled = fill(problem, plan)
        assert judge(problem, filled) == (), seed
        before, after = level_values(problem, plan), level_values(problem, filled)
        assert after <= before
        for level, old, new in zip(problem.levels, before, after, strict=True):
            if not WORKED.issuperset(cost for cost, _ in level.terms):
                assert new <= old, seed
        put_in += after < before
    assert put_in >= 20
