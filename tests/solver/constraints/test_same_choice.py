"""Tasks that share their units, persons or laboratories, or must not. Knows nothing of quotas."""

from dataclasses import replace

from solver.construct import first_come
from solver.model import solve_model
from solver.problem import Choice, Fact, Mode, Person, Problem, SameChoice, StaffNeed, UnitUse
from solver.rules import judge
from tests.solver.bare import bare, best, placed, required, task, unit

ANN, BOB = (Person(id=name, skills=("load",), on_shift=((0, 100),)) for name in ("ann", "bob"))


def on(*units: str, duration: int = 4) -> tuple[Mode, ...]:
    return tuple(Mode(duration=duration, units=(UnitUse(unit=id_),)) for id_ in units)


def pair(what: Choice, one: tuple[Mode, ...], other: tuple[Mode, ...], *, differ: bool = False) -> Problem:
    request = replace(
        required(task("a", *one), task("b", *other)), choices=(SameChoice(tasks=("a", "b"), what=what, differ=differ),)
    )
    units = tuple(replace(unit(id_), laboratory=room) for id_, room in (("U", "L1"), ("V", "L1"), ("W", "L2")))
    return replace(bare(request), units=units, persons=(ANN, BOB))


def end(problem: Problem) -> int | None:
    """The proven least makespan; the constructor finds a plan that obeys the rules too."""
    start = first_come(problem)
    assert start is not None
    assert judge(problem, start.plan) == ()
    return best(problem).bound


def test_the_same_unit_takes_turns_another_does_not() -> None:
    assert end(pair("unit", on("U", "V"), on("U", "V"))) == 8
    assert end(pair("unit", on("U", "V"), on("U", "V"), differ=True)) == 4


def test_what_only_the_other_could_use_is_not_begun_with() -> None:
    problem = pair("unit", (*on("U", duration=2), *on("V")), on("V", "W"))
    assert end(problem) == 8
    assert {at.lanes for at in placed(problem).values()} == {((0,),)}


def test_the_laboratory_counts_and_not_the_unit() -> None:
    assert end(pair("laboratory", on("U"), on("V", "W"))) == 4
    assert {at.task: at.mode for at in placed(pair("laboratory", on("W"), on("V", "W"))).values()}["b"] == 1
    assert placed(pair("laboratory", on("U"), on("V", "W"), differ=True))["b"].mode == 1


def test_persons_alike_are_told_apart() -> None:
    staffed = (Mode(duration=4, staff=(StaffNeed(skill="load"),)),)
    assert end(pair("person", staffed, staffed)) == 8
    apart = pair("person", staffed, staffed, differ=True)
    assert end(apart) == 4
    assert solve_model(replace(apart, persons=(ANN,)), level=0).status == "infeasible"
    assert first_come(replace(apart, persons=(ANN,))) is None


def test_what_is_done_decides_who_may() -> None:
    staffed = (Mode(duration=4, staff=(StaffNeed(skill="load"),)),)
    for differ, who in ((False, "ann"), (True, "bob")):
        rule = SameChoice(tasks=("done", "a"), what="person", differ=differ)
        fact = Fact(id="done", start=-4, end=0, persons=("ann",))
        request = replace(required(task("a", *staffed)), facts=(fact,), choices=(rule,))
        problem = replace(bare(request), persons=(ANN, BOB))
        assert end(problem) == 4
        assert placed(problem)["a"].persons == (who,)
