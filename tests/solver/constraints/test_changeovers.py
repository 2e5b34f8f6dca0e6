"""CP-SAT orders the work on a unit so that setups, cleaning and buffers fit in, and says who cleans when."""

from dataclasses import replace

from solver.explain.asking import Clock, is_possible
from solver.model import solve_model
from solver.problem import FixedUse, Mode, Person, Problem, Setup, Task, Unit, UnitUse
from solver.rules import judge
from tests.solver.bare import ALWAYS, UNPLANNED, bare, best, placed, required

SWAP = (Setup(frm="a", to="b", length=4, cost=3), Setup(frm="b", to="a", length=1, cost=5))


def run(id_: str, family: str) -> Task:
    return Task(id=id_, modes=(Mode(duration=5, units=(UnitUse(unit="U", family=family),)),))


def tank(unit: Unit, *families: str) -> Problem:
    requests = (required(run(f"T{at}", family), id_=f"R{at}") for at, family in enumerate(families))
    return replace(bare(*requests), units=(unit,))


def value(problem: Problem) -> int | None:
    return best(problem).bound


def test_the_cheaper_order_is_found() -> None:
    assert value(tank(Unit(id="U", open=ALWAYS, setups=SWAP), "a", "b", "a")) == 16
    assert value(tank(Unit(id="U", open=ALWAYS, setups=SWAP, state="a"), "b", "a")) == 14


def test_fixed_work_comes_into_the_order() -> None:
    fixed = (FixedUse(start=6, end=9, family="b"),)
    unit = Unit(id="U", open=ALWAYS, setups=SWAP, fixed=fixed, taken=(((6, 9),),))
    assert placed(tank(unit, "a"))["T0"].start == 10


def test_a_cleaning_waits_for_somebody() -> None:
    by_hand = (Setup(frm="a", to="b", length=2, skill="clean", release=1, dirty=10, clean=3),)
    unit = Unit(id="U", open=ALWAYS, setups=by_hand, state="a")
    anna = Person(id="anna", skills=("clean",), on_shift=((7, 40),), taken=((8, 10),))
    problem = replace(tank(unit, "b"), persons=(anna,))
    at = placed(problem)["T0"]
    assert (at.start, at.changeovers[0].start, at.changeovers[0].person) == (13, 10, "anna")


def test_nobody_who_can_clean_is_infeasible() -> None:
    by_hand = (Setup(frm="a", to="b", length=2, skill="clean"),)
    problem = tank(Unit(id="U", open=ALWAYS, setups=by_hand, state="a"), "b")
    assert solve_model(problem, level=0).status == "infeasible"


def test_what_can_have_no_neighbour_is_not_there() -> None:
    """Too little time on either side of fixed work; a circuit says nothing of a node that no arc names."""
    apart = (Setup(frm="b", to="a", length=7), Setup(frm="a", to="b", length=9))
    fixed = (FixedUse(start=10, end=12, family="b"),)
    unit = Unit(id="U", open=ALWAYS, state="b", setups=apart, fixed=fixed, taken=(((10, 12),),))
    problem = tank(unit, "a")
    hurried = replace(problem, requests=(replace(problem.requests[0], deadline=11),))
    assert solve_model(hurried, level=0).status == "infeasible"
    assert is_possible(hurried, Clock(None)) is False
    optional = replace(hurried, requests=(replace(hurried.requests[0], required=False),), levels=(UNPLANNED,))
    assert placed(optional) == {}
    assert placed(problem)["T0"].start == 19


def test_owners_keep_apart() -> None:
    problem = tank(Unit(id="U", open=ALWAYS, buffer=3), "", "", "")
    owned = tuple(replace(one, owner=owner) for one, owner in zip(problem.requests, "xxy", strict=True))
    assert value(replace(problem, requests=owned)) == 18
    fixed = (FixedUse(start=7, end=9, owner="z"),)
    near = Unit(id="U", open=ALWAYS, buffer=3, fixed=fixed, taken=(((7, 9),),))
    assert value(replace(problem, requests=owned[:1], units=(near,))) == 17


def test_a_hinted_plan_with_changeovers_is_complete() -> None:
    problem = tank(Unit(id="U", open=ALWAYS, setups=SWAP), "a", "b", "a")
    plan = best(problem).plan
    assert plan is not None
    again = solve_model(problem, level=0, hint=plan)
    assert again.plan is not None
    assert judge(problem, again.plan) == ()
