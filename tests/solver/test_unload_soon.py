"""Nothing waits to be unloaded by somebody who is free. Knows nothing of how a plan was found."""

from dataclasses import replace
from random import Random

from solver.costs import level_values
from solver.plan import Plan
from solver.problem import Booked, Lag, Mode, Person, Problem, Request, StaffNeed, Task, Unit, UnitUse
from solver.rules import judge
from solver.unload_soon import unload_soon
from tests.sizes import count
from tests.solver.brute import some_plans
from tests.solver.sample import at, plan_of, several
from tests.solver.small import small_problem

BAKE = Mode(
    duration=10,
    crossing="unattended",
    head=1,
    tail=2,
    units=(UnitUse(unit="U"),),
    staff=(StaffNeed(skill="load", part="tail"),),
)
SEW = Mode(duration=4, staff=(StaffNeed(skill="load"),))
HELD = at(1, 30, task="A", lanes=((0,),), persons=("ann",))
SEWN = at(20, 24, task="B", persons=("ann",))


def bakery(request: Request) -> Problem:
    """Open from 20, when Ann comes."""
    sewing = Request(id="S", tasks=(Task(id="B", modes=(SEW,)),))
    units = (Unit(id="U", open=((0, 5), (20, 40))),)
    persons = (Person(id="ann", skills=("load",), on_shift=((20, 40),)),)
    return several(request, sewing, units=units, persons=persons)


BREAD = Request(id="R", tasks=(Task(id="A", modes=(BAKE,)),))


def ends(problem: Problem, plan: Plan) -> dict[str, int]:
    assert judge(problem, plan) == ()
    soon = unload_soon(problem, plan)
    assert judge(problem, soon) == ()
    return {one.task: one.end for one in soon.assignments}


def test_whoever_is_free_unloads() -> None:
    assert ends(bakery(BREAD), plan_of(HELD, SEWN)) == {"A": 26, "B": 24}
    assert ends(bakery(BREAD), plan_of(HELD, S="unplanned")) == {"A": 22}


def test_what_stands_as_booked_or_is_tied_to_its_end_stays() -> None:
    stands = replace(BREAD, tasks=(replace(BREAD.tasks[0], booked=Booked(start=1, end=30, units=("U",))),))
    assert ends(bakery(stands), plan_of(HELD, SEWN))["A"] == 30
    pack = Task(id="P", modes=(Mode(duration=1),))
    tied = Request(id="R", tasks=(BREAD.tasks[0], pack), lags=(Lag(before="A", after="P", most=0),))
    packed = at(30, 31, task="P")
    assert ends(bakery(tied), plan_of(HELD, SEWN, packed))["A"] == 30
    free = replace(tied, lags=(Lag(before="A", after="P"),))
    assert ends(bakery(free), plan_of(HELD, SEWN, packed))["A"] == 26


def test_random_plans_stay_valid_and_are_worth_no_less() -> None:
    sooner = 0
    for seed in range(count(short=200, full=1000)):
        problem = small_problem(seed)
        for plan in some_plans(problem, Random(seed), 4):
            soon = unload_soon(problem, plan)
            assert judge(problem, soon) == (), seed
            assert all(a <= b for a, b in zip(level_values(problem, soon), level_values(problem, plan), strict=True))
            assert unload_soon(problem, soon) == soon
            sooner += soon != plan
    assert sooner >= 5
