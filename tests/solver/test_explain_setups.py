"""What stays out because of setups, cleaning or a buffer is told so. Knows nothing of other reasons."""

from dataclasses import replace

from solver.explain import explain
from solver.plan import Assignment, Blocker, LeftOut, Plan
from solver.problem import FixedUse, Mode, Problem, Request, Setup, Task, Unit, UnitUse
from tests.solver.bare import UNPLANNED, bare

ALWAYS = ((0, 30),)
ROWS = (Setup(frm="a", to="b", length=8), Setup(frm="b", to="a", length=6))


def asked(id_: str, family: str, owner: str = "") -> Request:
    modes = (Mode(duration=5, units=(UnitUse(unit="U", family=family),)),)
    return Request(id=id_, tasks=(Task(id=f"{id_}1", modes=modes),), owner=owner)


def blockers(problem: Problem, *placed: Assignment) -> tuple[Blocker, ...]:
    plan = Plan(
        status="feasible", assignments=placed, left_out=(LeftOut(request=problem.requests[-1].id, absence="unplanned"),)
    )
    return explain(problem, plan).left_out[0].blockers


def test_a_setup_that_does_not_fit_in_is_the_reason() -> None:
    problem = bare(asked("A", "a"), asked("C", "a"), asked("B", "b"), level=UNPLANNED, end=30)
    problem = replace(problem, units=(Unit(id="U", open=ALWAYS, setups=ROWS, state="a"),))
    runs = [
        Assignment(task=f"{id_}1", mode=0, start=at, end=at + 5, lanes=((0,),)) for id_, at in (("A", 0), ("C", 20))
    ]
    (blocker,) = blockers(problem, *runs)
    assert (blocker.code, blocker.ids) == ("no_room_with_setup", ("B1", "U"))
    assert dict(blocker.numbers)["setup"] == 8
    (fits,) = blockers(problem, runs[0])
    assert (fits.code, dict(fits.numbers)["begins"]) == ("has_room", 13)


def test_the_buffer_to_others_shortens_the_gap() -> None:
    taken = (((0, 10), (18, 30)),)
    fixed = (FixedUse(start=0, end=10, owner="x"), FixedUse(start=18, end=30, owner="x"))
    unit = Unit(id="U", open=ALWAYS, buffer=2, fixed=fixed, taken=taken)
    problem = replace(bare(asked("B", "", "y"), level=UNPLANNED, end=30), units=(unit,))
    (blocker,) = blockers(problem)
    assert blocker.code == "no_room_on_unit"
    assert dict(blocker.numbers)["longest_gap"] == 4
