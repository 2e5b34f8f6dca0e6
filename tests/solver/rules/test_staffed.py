"""A named, skilled person on shift for every attended part."""

from dataclasses import replace

from solver.plan import Relief
from solver.problem import HourLimit, Mode, Person, Request, StaffNeed, Task
from tests.solver.rules.broken import codes, numbers
from tests.solver.sample import at, one_task, plan_of, several

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


EARLY = Person(id="early", skills=("watch",), on_shift=((0, 10), (24, 34)))
LATE = Person(id="late", skills=("watch",), on_shift=((9, 20),))
OTHER = Person(id="other", skills=("load",), on_shift=((0, 50),))
WATCH = Mode(duration=8, staff=(StaffNeed(skill="watch", handover=True),))


def handed_over(*reliefs: tuple[int, str], start: int = 4, mode: Mode = WATCH, need: int = 0) -> list[str]:
    problem = one_task(mode, persons=(EARLY, LATE, OTHER))
    taken_over = tuple(Relief(need=need, tick=tick, person=person) for tick, person in reliefs)
    return codes(RULE, problem, plan_of(at(start, start + 8, persons=("early",), reliefs=taken_over)))


def test_a_watch_is_handed_over_exactly_at_the_end_of_a_shift() -> None:
    assert handed_over((10, "late")) == []
    assert handed_over() == ["off_shift"]
    assert handed_over((9, "late")) == ["relieved_early"]
    assert handed_over((11, "late")) == ["off_shift", "relieved_early"]
    assert handed_over((10, "other")) == ["unskilled"]
    assert handed_over((10, "nobody")) == ["unknown_person"]
    assert handed_over((10, "early")) == ["off_shift"]


def test_reliefs_are_inside_the_part_in_order_and_only_where_allowed() -> None:
    alone = Mode(duration=8, staff=(StaffNeed(skill="watch"),))
    assert handed_over((10, "late"), mode=alone) == ["no_handover"]
    assert handed_over((10, "late"), start=2) == ["relief_outside"]
    assert handed_over((10, "late"), (10, "late")) == ["reliefs_out_of_order", "relieved_early"]
    assert handed_over((10, "late"), need=1) == ["relief_of_nothing", "off_shift"]


def test_everybody_in_turn_holds_only_the_own_part() -> None:
    """The one who goes is free from then on."""
    problem = several(
        Request(id="A", tasks=(Task(id="A", modes=(WATCH,)),)),
        Request(id="B", tasks=(Task(id="B", modes=(replace(WATCH, duration=2),)),)),
        persons=(replace(EARLY, on_shift=((0, 10),)), replace(LATE, on_shift=((0, 30),))),
    )
    over = at(4, 12, task="A", persons=("early",), reliefs=(Relief(need=0, tick=10, person="late"),))
    assert codes("one_at_a_time", problem, plan_of(over, at(8, 10, task="B", persons=("late",)))) == []
    assert codes("one_at_a_time", problem, plan_of(over, at(9, 11, task="B", persons=("late",)))) == ["person_clash"]


def test_nobody_works_more_than_the_greatest_hours() -> None:
    """Of a day that ends at 24, the part of a run that lies in it counts."""
    limits = (HourLimit(start=0, end=24, most=5), HourLimit(start=0, end=48, most=9))
    person = replace(BORIS, limits=limits)
    problem = one_task(Mode(duration=8, staff=(StaffNeed(skill="load"),)), persons=(person,))
    assert codes(RULE, problem, plan_of(at(19, 27, persons=("boris",)))) == []
    assert codes(RULE, problem, plan_of(at(18, 26, persons=("boris",)))) == ["too_many_hours"]
    assert numbers(RULE, problem, plan_of(at(18, 26, persons=("boris",)))) == {
        "worked": 6,
        "most": 5,
        "start": 0,
        "end": 24,
    }
