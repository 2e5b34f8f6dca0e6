"""A named, skilled person on shift for every attended part."""

from solver.problem import Mode, Person, StaffNeed
from tests.solver.rules.broken import codes, numbers
from tests.solver.sample import at, one_task, plan_of

RULE = "staffed"
ANNA = Person(id="anna", skills=("load", "measure"), on_shift=((10, 20), (30, 40)))
BORIS = Person(id="boris", skills=("load",), on_shift=((0, 100),))
MEASURE = Mode(duration=4, head=1, tail=1, staff=(StaffNeed(skill="measure"),))
PROBLEM = one_task(MEASURE, persons=(ANNA, BORIS))


def test_on_shift_for_its_length() -> None:
    for start in (10, 16, 30, 36):
        assert codes(RULE, PROBLEM, plan_of(at(start, start + 4, persons=("anna",)))) == []
    assert numbers(RULE, PROBLEM, plan_of(at(17, 21, persons=("anna",)))) == {"start": 17, "end": 21}
    for start in (9, 20, 37):
        assert codes(RULE, PROBLEM, plan_of(at(start, start + 4, persons=("anna",)))) == ["off_shift"]


def test_skilled_and_known() -> None:
    assert codes(RULE, PROBLEM, plan_of(at(10, 14, persons=("boris",)))) == ["unskilled"]
    assert codes(RULE, PROBLEM, plan_of(at(10, 14, persons=("carol",)))) == ["unknown_person"]


def test_one_person_per_need() -> None:
    assert numbers(RULE, PROBLEM, plan_of(at(10, 14))) == {"named": 0, "needs": 1}
    assert codes(RULE, PROBLEM, plan_of(at(10, 14, persons=("anna", "boris")))) == ["persons_missing"]


def test_only_the_part_that_needs_a_person_is_staffed() -> None:
    ends = tuple(StaffNeed(skill="load", part=part) for part in ("head", "tail"))
    problem = one_task(Mode(duration=12, head=1, tail=1, staff=ends), persons=(ANNA, BORIS))
    assert codes(RULE, problem, plan_of(at(19, 31, persons=("anna", "anna")))) == []
    assert codes(RULE, problem, plan_of(at(20, 32, persons=("anna", "anna")))) == ["off_shift"]
    assert codes(RULE, problem, plan_of(at(20, 32, persons=("boris", "anna")))) == []


def test_the_tail_is_staffed_where_it_is_after_the_wait() -> None:
    mode = Mode(duration=5, crossing="unattended", head=1, tail=1, staff=(StaffNeed(skill="load", part="tail"),))
    problem = one_task(mode, persons=(ANNA,))
    assert codes(RULE, problem, plan_of(at(17, 22, persons=("anna",)))) == ["off_shift"]
    assert codes(RULE, problem, plan_of(at(17, 31, persons=("anna",)))) == []


def test_a_need_without_length_names_a_skilled_person_who_may_be_off() -> None:
    problem = one_task(Mode(duration=5, staff=(StaffNeed(skill="measure", part="head"),)), persons=(ANNA, BORIS))
    assert codes(RULE, problem, plan_of(at(50, 55, persons=("anna",)))) == []
    assert codes(RULE, problem, plan_of(at(50, 55, persons=("boris",)))) == ["unskilled"]
