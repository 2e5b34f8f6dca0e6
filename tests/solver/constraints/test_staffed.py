"""Persons have one pair of hands and shifts. Knows nothing of units."""

from dataclasses import replace

from solver.model import solve_model
from solver.plan import Relief
from solver.problem import HourLimit, Mode, Person, StaffNeed
from tests.solver.bare import bare, best, placed, required, task

SEWING = Mode(duration=4, staff=(StaffNeed(skill="sew"),))


def person(id_: str, *shifts: tuple[int, int], skills: tuple[str, ...] = ("sew",)) -> Person:
    """Somebody with shifts."""
    return Person(id=id_, skills=skills, on_shift=shifts)


def test_persons_alike_share_the_work_and_are_named() -> None:
    problem = replace(
        bare(required(task("a", SEWING), task("b", SEWING))), persons=(person("ann", (0, 9)), person("bob", (0, 9)))
    )
    assert best(problem).bound == 4
    assert {found.persons for found in placed(problem).values()} == {("ann",), ("bob",)}


def test_nobody_works_across_the_end_of_a_shift() -> None:
    problem = replace(bare(required(task("a", SEWING))), persons=(person("ann", (0, 3), (5, 9)),))
    assert placed(problem)["a"].start == 5


def test_one_with_two_skills_does_one_thing_at_a_time() -> None:
    both = Mode(duration=4, staff=(StaffNeed(skill="sew"), StaffNeed(skill="cut")))
    people = (person("ann", (0, 50), skills=("cut", "sew")), person("bob", (6, 50), skills=("cut",)))
    problem = replace(bare(required(task("a", both))), persons=people)
    assert placed(problem)["a"].persons == ("ann", "bob")
    assert placed(problem)["a"].start == 6


def test_a_watch_goes_from_shift_to_shift() -> None:
    watch = Mode(duration=20, staff=(StaffNeed(skill="sew", handover=True),))
    people = (person("ann", (0, 8)), person("bob", (7, 16)), person("cid", (15, 30)), person("dan", (17, 40)))
    problem = replace(bare(required(task("a", watch))), persons=people)
    assert placed(problem)["a"].persons == ("ann",)
    assert placed(problem)["a"].reliefs == (Relief(need=0, tick=8, person="bob"), Relief(need=0, tick=16, person="cid"))
    gap = replace(problem, persons=(people[0], person("bob", (9, 16)), *people[2:]))
    assert placed(gap)["a"].start == 9


def test_a_watch_that_nobody_can_take_over_is_impossible() -> None:
    watch = Mode(duration=20, staff=(StaffNeed(skill="sew", handover=True),))
    problem = replace(bare(required(task("a", watch))), persons=(person("ann", (0, 10)), person("bob", (11, 30))))
    assert solve_model(problem, level=0).status == "infeasible"


def test_greatest_hours_spread_the_work_over_days() -> None:
    limits = tuple(HourLimit(start=day, end=day + 10, most=5) for day in range(0, 100, 10))
    problem = replace(
        bare(required(task("a", SEWING), task("b", SEWING))),
        persons=(replace(person("ann", (0, 100)), limits=limits),),
    )
    assert best(problem).bound == 13
    problem = replace(problem, persons=(replace(person("ann", (0, 100)), limits=limits[:1]),))
    assert best(problem).bound == 13
