"""Work starts when it may, and stays out of what is kept for others. Knows nothing of hours."""

from dataclasses import replace

from solver.model import solve_model
from solver.problem import Mode, Person, StaffNeed, Unit, UnitUse
from tests.solver.bare import ALWAYS, bare, placed, required, task, unit


def test_work_waits_for_the_next_start_that_is_allowed() -> None:
    slots = replace(unit(), starts=((7, 8, 1), (20, 30, 4)), taken=(((9, 10),),))
    problem = replace(bare(required(task("a", Mode(duration=3, units=(UnitUse(unit="U"),))))), units=(slots,))
    assert placed(problem)["a"].start == 20
    never = replace(problem, units=(replace(slots, starts=()),))
    assert solve_model(never, level=0).status == "infeasible"


def test_two_on_a_grid_leave_a_gap() -> None:
    mode = Mode(duration=3, units=(UnitUse(unit="U"),))
    problem = bare(required(task("a", mode), task("b", mode)))
    found = placed(replace(problem, units=(replace(unit(), starts=((0, 100, 4),)),)))
    assert sorted(at.start for at in found.values()) == [0, 4]


def test_work_goes_round_a_period_that_is_kept_for_others() -> None:
    use = UnitUse(unit="U", barred=((2, 10),))
    problem = replace(bare(required(task("a", Mode(duration=3, units=(use,))))), units=(unit(),))
    assert placed(problem)["a"].start == 10


def test_where_every_tick_will_do_no_tick_is_weighed_by_itself() -> None:
    slots = replace(unit(), open=((0, 2**30),), starts=((5, 2**30, 1),))
    problem = bare(required(task("a", Mode(duration=3, units=(UnitUse(unit="U"),)))), end=2**30)
    assert placed(replace(problem, units=(slots,)))["a"].start == 5


def test_waiting_does_not_reach_into_a_period_that_is_kept_for_others() -> None:
    """Unloaded from 12 on, when somebody is there: begun before 10, it would stand there in the peak."""
    use = UnitUse(unit="U", barred=((9, 10),))
    needs = (StaffNeed(skill="load", part="tail"),)
    mode = Mode(duration=4, crossing="unattended", head=1, tail=1, units=(use,), staff=needs)
    person = Person(id="P", skills=("load",), on_shift=((12, 30),))
    problem = replace(bare(required(task("a", mode))), units=(Unit(id="U", open=ALWAYS),), persons=(person,))
    found = placed(problem)["a"]
    assert (found.start, found.end) == (10, 14)
