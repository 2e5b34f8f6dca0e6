"""Lanes and persons hold one thing at a time; back to back is fine."""

from solver.plan import Assignment
from solver.problem import Mode, Person, Problem, Request, StaffNeed, Task, Unit, UnitUse
from tests.solver.rules.broken import broken, codes, numbers
from tests.solver.sample import at, one_task, plan_of, several

RULE = "one_at_a_time"
ALWAYS = ((0, 100),)
FURNACE = Unit(id="furnace", lanes=3, open=ALWAYS, taken=(((10, 20), (30, 40)), (), ()))
ANNA = Person(id="anna", skills=("load",), on_shift=ALWAYS, taken=((50, 60),))


def on_lanes(lanes: int) -> Mode:
    return Mode(duration=5, units=(UnitUse(unit="furnace", lanes=lanes),))


def two(mode: Mode) -> Problem:
    tasks = tuple(Task(id=name, modes=(mode,)) for name in ("A", "B"))
    return several(Request(id="R", tasks=tasks), units=(FURNACE,), persons=(ANNA,))


def held(start: int, *lanes: int, task: str = "T") -> Assignment:
    return at(start, start + 5, task=task, lanes=(lanes,))


def test_back_to_back_and_side_by_side_are_fine() -> None:
    problem = two(on_lanes(1))
    assert codes(RULE, problem, plan_of(held(0, 1, task="A"), held(5, 1, task="B"))) == []
    assert codes(RULE, problem, plan_of(held(0, 1, task="A"), held(0, 2, task="B"))) == []


def test_two_on_one_lane() -> None:
    (violation,) = broken(RULE, two(on_lanes(1)), plan_of(held(4, 1, task="B"), held(0, 1, task="A")))
    assert violation.ids == ("A", "B", "furnace")
    assert dict(violation.numbers) == {"start": 4, "end": 5, "lane": 1}
    assert violation.sentence == "A and B both hold lane 1 of furnace at 4..5."


def test_two_that_share_one_of_their_lanes() -> None:
    problem = two(on_lanes(2))
    assert codes(RULE, problem, plan_of(held(0, 0, 1, task="A"), held(2, 1, 2, task="B"))) == ["lane_clash"]


def test_a_long_hold_clashes_with_every_one_inside_it() -> None:
    long = Mode(duration=30, units=(UnitUse(unit="furnace"),))
    tasks = (Task(id="L", modes=(long,)), *(Task(id=name, modes=(on_lanes(1),)) for name in ("A", "B")))
    problem = several(Request(id="R", tasks=tasks), units=(FURNACE,))
    plan = plan_of(at(0, 30, task="L", lanes=((1,),)), held(2, 1, task="A"), held(20, 1, task="B"))
    assert [violation.ids[:2] for violation in broken(RULE, problem, plan)] == [("L", "A"), ("L", "B")]


def test_taken_lanes() -> None:
    problem = one_task(on_lanes(1), units=(FURNACE,))
    for start in (5, 20, 25, 40):
        assert codes(RULE, problem, plan_of(held(start, 0))) == []
    for start in (6, 12, 19, 26, 39):
        assert codes(RULE, problem, plan_of(held(start, 0))) == ["lane_taken"]
        assert codes(RULE, problem, plan_of(held(start, 1))) == []


def test_a_hold_around_a_taken_window() -> None:
    problem = one_task(Mode(duration=15, units=(UnitUse(unit="furnace"),)), units=(FURNACE,))
    assert numbers(RULE, problem, plan_of(at(8, 23, lanes=((0,),)))) == {"start": 8, "end": 23, "lane": 0}


def test_lanes_are_named_right() -> None:
    problem = one_task(on_lanes(2), units=(FURNACE,))
    assert codes(RULE, problem, plan_of(held(0, 0, 2))) == []
    assert codes(RULE, problem, plan_of(held(0, 1))) == ["lanes_miscounted"]
    assert codes(RULE, problem, plan_of(held(0, 0, 1, 2))) == ["lanes_miscounted"]
    assert codes(RULE, problem, plan_of(held(0, 1, 1))) == ["lanes_not_ascending"]
    assert codes(RULE, problem, plan_of(held(0, 2, 1))) == ["lanes_not_ascending"]
    assert codes(RULE, problem, plan_of(held(0, 2, 3))) == ["unknown_lane"]
    assert codes(RULE, problem, plan_of(held(0, -1, 0))) == ["unknown_lane"]
    assert codes(RULE, problem, plan_of(at(0, 5))) == ["lanes_missing"]
    assert codes(RULE, problem, plan_of(at(0, 5, lanes=((0, 1), (2,))))) == ["lanes_missing"]


def test_a_unit_stays_held_until_it_is_unloaded() -> None:
    soak = Mode(duration=5, crossing="unattended", head=1, tail=1, units=(UnitUse(unit="furnace"),))
    first = at(0, 9, task="A", lanes=((1,),))
    assert codes(RULE, two(soak), plan_of(first, held(9, 1, task="B"))) == []
    assert codes(RULE, two(soak), plan_of(first, held(8, 1, task="B"))) == ["lane_clash"]


def test_a_unit_used_for_a_part_is_free_for_the_rest() -> None:
    crane = Mode(duration=5, head=1, tail=1, units=(UnitUse(unit="furnace", part="head"),))
    problem = two(crane)
    assert codes(RULE, problem, plan_of(held(0, 1, task="A"), held(1, 1, task="B"))) == []
    assert codes(RULE, problem, plan_of(held(0, 1, task="A"), held(0, 1, task="B"))) == ["lane_clash"]


def test_a_task_clashes_with_itself() -> None:
    uses = (UnitUse(unit="furnace", part="head"), UnitUse(unit="furnace"))
    problem = one_task(Mode(duration=5, head=1, tail=1, units=uses), units=(FURNACE,))
    assert codes(RULE, problem, plan_of(at(0, 5, lanes=((1,), (2,))))) == []
    assert codes(RULE, problem, plan_of(at(0, 5, lanes=((1,), (1,))))) == ["lane_clash"]


def test_one_pair_of_hands() -> None:
    load = Mode(duration=5, head=2, tail=2, staff=(StaffNeed(skill="load", part="head"),))
    problem = two(load)
    first = at(0, 5, task="A", persons=("anna",))
    assert codes(RULE, problem, plan_of(first, at(2, 7, task="B", persons=("anna",)))) == []
    (violation,) = broken(RULE, problem, plan_of(first, at(1, 6, task="B", persons=("anna",))))
    assert (violation.code, violation.ids) == ("person_clash", ("A", "B", "anna"))
    assert dict(violation.numbers) == {"start": 1, "end": 2}


def test_one_person_for_head_and_tail_but_not_for_two_needs_at_once() -> None:
    ends = Mode(duration=5, head=2, tail=2, staff=tuple(StaffNeed(skill="load", part=p) for p in ("head", "tail")))
    assert codes(RULE, one_task(ends, persons=(ANNA,)), plan_of(at(0, 5, persons=("anna", "anna")))) == []
    both = Mode(duration=5, staff=(StaffNeed(skill="load"), StaffNeed(skill="load")))
    found = codes(RULE, one_task(both, persons=(ANNA,)), plan_of(at(0, 5, persons=("anna", "anna"))))
    assert found == ["person_clash"]


def test_persons_occupied_elsewhere() -> None:
    problem = one_task(Mode(duration=5, staff=(StaffNeed(skill="load"),)), persons=(ANNA,))
    for start in (45, 60):
        assert codes(RULE, problem, plan_of(at(start, start + 5, persons=("anna",)))) == []
    for start in (46, 52, 59):
        assert codes(RULE, problem, plan_of(at(start, start + 5, persons=("anna",)))) == ["person_taken"]


def test_a_part_without_length_holds_nothing() -> None:
    mode = Mode(duration=5, units=(UnitUse(unit="furnace", part="head"),))
    problem = two(mode)
    assert codes(RULE, problem, plan_of(held(12, 0, task="A"), held(12, 0, task="B"))) == []


def test_a_need_without_length_occupies_nobody() -> None:
    staff = (StaffNeed(skill="load"), StaffNeed(skill="load", part="head"))
    problem = one_task(Mode(duration=5, staff=staff), persons=(ANNA,))
    assert codes(RULE, problem, plan_of(at(0, 5, persons=("anna", "anna")))) == []
    apart = two(Mode(duration=5, staff=(StaffNeed(skill="load", part="head"),)))
    both = (at(55, 60, task="A", persons=("anna",)), at(55, 60, task="B", persons=("anna",)))
    assert codes(RULE, apart, plan_of(*both)) == []
