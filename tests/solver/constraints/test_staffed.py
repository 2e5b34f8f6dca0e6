"""Persons have one pair of hands and shifts. Knows nothing of units."""

from dataclasses import replace

from solver.problem import Mode, Person, StaffNeed
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
