"""Changeovers meet work that shares runs, pauses, is handed over, looks after a unit, or is maintenance.

Each is a small problem on one unit; the rule book, CP-SAT and the constructor say the same of it.
"""

from dataclasses import replace

from solver.construct import first_come
from solver.decompose import merge, reduce
from solver.placing import Bounds
from solver.plan import Assignment, Changeover, Plan
from solver.problem import (
    Expiry,
    HourLimit,
    Mode,
    Person,
    Problem,
    Request,
    Setup,
    StaffNeed,
    Task,
    Unit,
    UnitUse,
)
from solver.rules import judge
from solver.site import Site
from tests.solver.bare import ALWAYS, bare, placed, required
from tests.solver.sample import plan_of

CLEANED = (
    Setup(frm="a", to="a", length=2, skill="clean", cost=7),
    Setup(frm="a", to="b", length=4),
    Setup(frm="b", to="a", length=9),
)
ANNA = Person(id="anna", skills=("clean", "load"), on_shift=ALWAYS)


def oven(**fields: object) -> Unit:
    return replace(Unit(id="U", open=ALWAYS, setups=CLEANED), **fields)  # type: ignore[arg-type]


def mode(family: str = "a", **fields: object) -> Mode:
    use = UnitUse(unit="U", family=family, room=2)
    return replace(Mode(duration=5, units=(use,)), **fields)  # type: ignore[arg-type]


def shared(id_: str, owner: str, batch: str = "class", family: str = "a") -> Request:
    work = Task(id=f"{id_}1", modes=(mode(family),), batch=batch, size=1)
    return replace(required(work, id_=id_), owner=owner)


def of(*requests: Request, unit: Unit | None = None, persons: tuple[Person, ...] = (ANNA,)) -> Problem:
    return replace(bare(*requests), units=(unit or oven(),), persons=persons)


def run(task: str, start: int, *turns: Changeover, length: int = 5) -> Assignment:
    return Assignment(task=task, mode=0, start=start, end=start + length, lanes=((0,),), changeovers=turns)


def codes(problem: Problem, *assignments: Assignment) -> list[str]:
    return [violation.code for violation in judge(problem, plan_of(*assignments))]


def makespan(problem: Problem) -> int:
    """Of CP-SAT's optimum; the constructor's plan keeps the rules too."""
    start = first_come(problem)
    assert start is not None
    assert judge(problem, start.plan) == ()
    return max(at.end for at in placed(problem).values())


TURN = Changeover(unit="U", start=5, end=7, person="anna")


def test_a_shared_run_is_changed_over_for_once() -> None:
    problem = of(shared("A", "x", "one"), shared("B", "y"), shared("C", "z"))
    plan = (run("A1", 0), run("B1", 7, TURN), run("C1", 7))
    assert codes(problem, *plan) == []
    assert codes(problem, *plan[:2], run("C1", 7, TURN)) == ["person_clash", "changeover_unneeded"]
    assert makespan(problem) == 12


def test_work_that_may_share_runs_is_one_lot() -> None:
    problem = of(shared("A", "x"), shared("B", "y"), shared("C", "z"))
    assert codes(problem, run("A1", 0), run("B1", 0), run("C1", 5)) == []
    assert makespan(problem) == 10


def test_a_buffer_lies_round_all_who_share_a_run() -> None:
    unit = oven(setups=(), buffer=3)
    problem = of(shared("A", "x"), shared("B", "y"), shared("C", "x", batch=""), unit=unit)
    assert codes(problem, run("A1", 0), run("B1", 0), run("C1", 8)) == []
    assert codes(problem, run("A1", 0), run("B1", 0), run("C1", 7)) == ["no_buffer"]
    assert codes(problem, run("A1", 0), run("C1", 5), run("B1", 13)) == []
    assert makespan(problem) == 13
    site = Site(problem)
    site.load((run("A1", 0), run("C1", 5)))
    (fit,) = site.fits(problem.requests[1].tasks[0])
    found = fit.first(Bounds(start=0, last_start=99, end=0, last_end=100))
    assert found is not None
    assert found.start == 13


def test_pieces_added_to_a_lot_are_of_the_lot() -> None:
    portions = (replace(required(alone("A1"), id_="A"), lot="lot"), replace(required(alone("B1"), id_="B"), lot="lot"))
    assert makespan(of(*portions)) == 10
    assert makespan(of(portions[0], replace(portions[1], lot=""))) == 12


def alone(id_: str, family: str = "a", **fields: object) -> Task:
    return Task(id=id_, modes=(replace(mode(family, **fields), units=(UnitUse(unit="U", family=family),)),))


def test_a_changeover_lies_before_the_first_stretch_of_pausing_work() -> None:
    unit = oven(open=((0, 8), (12, 100)))
    first, second = required(alone("A1"), id_="A"), required(alone("B1", crossing="pausing"), id_="B")
    problem = of(first, second, unit=unit)
    assert codes(problem, run("A1", 0), run("B1", 7, TURN, length=9)) == []
    assert "not_released" in codes(problem, run("A1", 0), run("B1", 6, TURN, length=8))
    assert codes(problem, run("B1", 3, length=5), run("A1", 12, replace(TURN, start=8, end=10))) == []
    assert makespan(problem) == 16


def test_pauses_are_no_time_for_a_changeover() -> None:
    unit = oven(open=((0, 2), (12, 100)), state="")
    paused, later = required(alone("A1", crossing="pausing"), id_="A"), required(alone("B1", "b"), id_="B")
    problem = of(paused, later, unit=unit)
    assert codes(problem, run("A1", 0, length=15), run("B1", 18)) == ["no_time_for_setup"]
    assert codes(problem, run("A1", 0, length=15), run("B1", 19)) == []
    assert makespan(problem) == 24


def test_who_changes_over_is_free_of_work_that_is_handed_over() -> None:
    early = Person(id="anna", skills=("clean", "load"), on_shift=((0, 8),))
    late = Person(id="ole", skills=("clean", "load"), on_shift=((8, 100),))
    need = StaffNeed(skill="load", handover=True)
    first, second = required(alone("A1"), id_="A"), required(alone("B1", staff=(need,)), id_="B")
    problem = of(first, replace(second, release=6), persons=(early, late))
    assert makespan(problem) == 12
    plan = placed(problem)["B1"]
    assert (plan.persons, [relief.person for relief in plan.reliefs]) == (("anna",), ["ole"])
    assert plan.changeovers == (TURN,)


def test_greatest_hours_count_changeovers() -> None:
    first, second = required(alone("A1"), id_="A"), required(alone("B1"), id_="B")
    limited = replace(ANNA, limits=(HourLimit(start=0, end=20, most=1),))
    problem = of(first, second, persons=(limited,))
    assert codes(problem, run("A1", 0), run("B1", 7, TURN)) == ["too_many_hours"]
    assert makespan(problem) == 26
    enough = replace(ANNA, limits=(HourLimit(start=0, end=20, most=2),))
    assert makespan(of(first, second, persons=(enough,))) == 12


def test_who_only_looks_after_a_unit_needs_no_setup_and_no_room() -> None:
    looks = Task(id="L1", modes=(Mode(duration=5, units=(UnitUse(unit="U", lanes=0, family="b"),)),))
    problem = of(required(alone("A1"), id_="A"), required(looks, id_="L"), unit=oven(taken=(((5, 9),),)))
    assert codes(problem, run("A1", 0), replace(run("L1", 4), lanes=((),))) == []
    assert makespan(problem) == 5


def test_maintenance_without_a_family_changes_nothing_and_takes_the_time() -> None:
    due = Expiry(kind="service", measure="cycles", left=1, renewed=5, renewed_by=("M1",))
    service = Task(id="M1", modes=(Mode(duration=3, units=(UnitUse(unit="U"),)),))
    upkeep = replace(required(service, id_="M"), maintenance=True)
    first, second = required(alone("A1"), id_="A"), required(alone("B1", "b"), id_="B")
    problem = of(first, second, upkeep, unit=oven(expiries=(due,)))
    assert codes(problem, run("A1", 0), run("M1", 5, length=3), run("B1", 12)) == []
    assert codes(problem, run("A1", 0), run("M1", 6, length=3), run("B1", 12)) == ["no_time_for_setup"]
    assert makespan(problem) == 17


def test_new_neighbours_are_changed_over_for_when_a_plan_is_put_back() -> None:
    """What stood between two that stay is put elsewhere: the changeover that they need now is found."""
    rows = (Setup(frm="a", to="b", length=1), Setup(frm="b", to="a", length=1), *CLEANED[:1])
    between = replace(required(alone("N1", "b"), id_="N"), required=False)
    problem = of(required(alone("A1"), id_="A"), between, required(alone("B1"), id_="B"), unit=oven(setups=rows))
    plan = plan_of(run("A1", 0), run("N1", 6), run("B1", 12))
    assert judge(problem, plan) == ()
    small = reduce(problem, plan.assignments, ("N1",))
    assert judge(small, Plan(status="feasible", assignments=(run("N1", 18),))) == ()
    merged = merge(problem, plan.assignments, ("N1",), Plan(status="feasible", assignments=(run("N1", 18),)))
    assert judge(problem, merged) == ()
    assert merged.assignments[1].changeovers == (TURN,)
