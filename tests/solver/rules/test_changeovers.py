"""Between two holds of a unit lie setup or cleaning, with release and hold times, and a buffer between owners."""

from dataclasses import replace
from typing import Any

from solver.plan import Assignment, Changeover
from solver.problem import FixedUse, Mode, Person, Problem, Request, Setup, Task, Unit, UnitUse
from tests.solver.rules.broken import broken, codes, numbers
from tests.solver.sample import at, plan_of, several

RULE = "one_at_a_time"
ALWAYS = ((0, 100),)
PLAIN = (Setup(frm="a", to="b", length=3, release=1), Setup(frm="", to="a", length=2))
CLEANED = (Setup(frm="a", to="b", length=2, skill="clean", release=1, dirty=4, clean=5),)
MIRA = Person(id="mira", skills=("clean",), on_shift=((0, 50),))
OLE = Person(id="ole", skills=("load",), on_shift=ALWAYS)


def tank(**fields: Any) -> Unit:
    return Unit(id="tank", open=ALWAYS, **{"setups": PLAIN, "state": "a", **fields})


def of(family: str) -> Mode:
    return Mode(duration=5, units=(UnitUse(unit="tank", family=family),))


def runs(unit: Unit, *owners_and_families: tuple[str, str, str]) -> Problem:
    """A request of one task for each request id, owner and family; the task is named after the request."""
    requests = tuple(
        Request(id=id_, owner=owner, tasks=(Task(id=f"{id_}1", modes=(of(family),)),))
        for id_, owner, family in owners_and_families
    )
    return several(*requests, units=(unit,), persons=(MIRA, OLE))


def run(task: str, start: int, *turns: Changeover) -> Assignment:
    return replace(at(start, start + 5, task=task, lanes=((0,),)), changeovers=turns)


def turn(start: int, end: int, person: str | None = "mira") -> Changeover:
    return Changeover(unit="tank", start=start, end=end, person=person)


TWO = runs(tank(), ("A", "x", "a"), ("B", "y", "b"))
CLEAN_TWO = runs(tank(setups=CLEANED), ("A", "x", "a"), ("B", "y", "b"))


def cleaned(start: int, *turns: Changeover) -> list[str]:
    return codes(RULE, CLEAN_TWO, plan_of(run("A1", 0), run("B1", start, *turns)))


def test_a_setup_needs_its_time_and_its_release() -> None:
    assert codes(RULE, TWO, plan_of(run("A1", 0), run("B1", 9))) == []
    assert numbers(RULE, TWO, plan_of(run("A1", 0), run("B1", 8))) == {
        "length": 4,
        "longest": 3,
        "start": 5,
        "end": 8,
    }


def test_the_way_back_may_need_nothing() -> None:
    assert codes(RULE, TWO, plan_of(run("B1", 20), run("A1", 25))) == []


def test_the_state_at_the_beginning_counts() -> None:
    assert codes(RULE, TWO, plan_of(run("B1", 3))) == ["no_time_for_setup"]
    assert codes(RULE, TWO, plan_of(run("B1", 4))) == []
    unknown = runs(tank(state=""), ("A", "x", "a"))
    assert codes(RULE, unknown, plan_of(run("A1", 1))) == ["no_time_for_setup"]
    assert codes(RULE, unknown, plan_of(run("A1", 2))) == []


def test_a_use_that_needs_no_family_changes_nothing_but_takes_the_time() -> None:
    problem = runs(tank(), ("A", "x", "a"), ("N", "x", ""), ("B", "y", "b"))
    assert codes(RULE, problem, plan_of(run("A1", 0), run("N1", 5), run("B1", 14))) == []
    assert codes(RULE, problem, plan_of(run("A1", 0), run("N1", 6), run("B1", 14))) == ["no_time_for_setup"]


def test_consecutive_runs_of_one_lot_are_cleaned_between_only_once() -> None:
    unit = tank(setups=(Setup(frm="a", to="a", length=6),), state="")
    lot = Request(id="A", tasks=(Task(id="A1", modes=(of("a"),)), Task(id="A2", modes=(of("a"),))))
    other = Request(id="B", tasks=(Task(id="B1", modes=(of("a"),)),))
    problem = several(lot, other, units=(unit,))
    assert codes(RULE, problem, plan_of(run("A1", 0), run("A2", 5), run("B1", 16))) == []
    assert codes(RULE, problem, plan_of(run("A1", 0), run("A2", 5), run("B1", 15))) == ["no_time_for_setup"]


def test_a_cleaning_by_somebody_is_appointed() -> None:
    assert cleaned(8, turn(5, 7)) == []
    assert cleaned(8) == ["changeover_missing"]
    assert cleaned(8, turn(5, 7, "ole")) == ["changeover_unskilled"]
    assert cleaned(8, turn(5, 7, None)) == ["changeover_staff"]
    assert cleaned(9, turn(5, 8)) == ["changeover_length"]
    assert cleaned(8, turn(4, 6)) == ["changeover_too_soon", "changeover_clash"]


def test_release_and_hold_times() -> None:
    assert cleaned(7, turn(5, 7)) == ["not_released", "changeover_clash"]
    assert cleaned(12, turn(9, 11)) == []
    assert cleaned(13, turn(10, 12)) == ["dirty_too_long"]
    assert cleaned(13, turn(5, 7)) == []
    assert cleaned(14, turn(5, 7)) == ["clean_too_long"]


def test_who_cleans_is_there_and_free() -> None:
    late = runs(tank(setups=CLEANED), ("A", "x", "a"), ("B", "y", "b"))
    plan = plan_of(run("A1", 44), run("B1", 52, turn(49, 51)))
    assert [violation.code for violation in broken("staffed", late, plan)] == ["off_shift"]
    busy = replace(late, persons=(replace(MIRA, taken=((6, 7),)), OLE))
    assert codes(RULE, busy, plan_of(run("A1", 0), run("B1", 8, turn(5, 7)))) == ["person_taken"]


def test_a_changeover_for_nothing() -> None:
    assert codes(RULE, CLEAN_TWO, plan_of(run("A1", 0, turn(20, 22)))) == ["changeover_unneeded"]
    assert cleaned(13, turn(5, 7), turn(8, 10)) == ["changeover_unneeded"]


def test_fixed_work_has_edges_too() -> None:
    fixed = (FixedUse(start=-2, end=0, family="b"), FixedUse(start=20, end=30, family="b", lot="B"))
    unit = tank(setups=CLEANED, fixed=fixed, taken=(((20, 30),),))
    problem = runs(unit, ("A", "x", "a"), ("B", "y", "b"))
    assert codes(RULE, problem, plan_of(run("A1", 12, turn(17, 19)))) == []
    assert codes(RULE, problem, plan_of(run("A1", 12))) == ["changeover_missing"]
    assert codes(RULE, problem, plan_of(run("A1", 15))) == ["changeover_missing"]
    assert codes(RULE, problem, plan_of(run("B1", 15))) == []


def test_two_fixed_neighbours_are_not_judged() -> None:
    fixed = (FixedUse(start=0, end=5, family="a", owner="x"), FixedUse(start=5, end=9, family="b", owner="y"))
    problem = runs(tank(fixed=fixed, taken=(((0, 9),),), buffer=3), ("B", "y", "b"))
    assert codes(RULE, problem, plan_of(run("B1", 9))) == []


def test_the_buffer_lies_between_different_owners_only() -> None:
    problem = runs(tank(setups=(), buffer=2), ("A", "x", ""), ("B", "x", ""), ("C", "y", ""), ("D", "", ""))
    assert codes(RULE, problem, plan_of(run("A1", 0), run("B1", 5), run("C1", 12), run("D1", 17))) == []
    assert numbers(RULE, problem, plan_of(run("B1", 5), run("C1", 11))) == {"gap": 1, "buffer": 2, "start": 11}


def test_the_gap_is_the_larger_of_setup_and_buffer() -> None:
    problem = runs(tank(buffer=2), ("A", "x", "a"), ("B", "y", "b"))
    assert codes(RULE, problem, plan_of(run("A1", 0), run("B1", 9))) == []
