"""Solid and unattended work against closing time."""

from dataclasses import replace

import pytest

from solver.problem import Mode, Part, Person, Problem, Request, StaffNeed, Task, Unit, UnitUse
from solver.rules import judge
from tests.solver.rules.broken import codes, numbers
from tests.solver.sample import at, one_task, plan_of, several

RULE = "open_hours"
OVEN = Unit(id="oven", open=((10, 20), (30, 40)))
SOLID = Mode(duration=4, head=1, tail=1, units=(UnitUse(unit="oven"),))
ALONE = Mode(duration=15, crossing="unattended", head=2, tail=3, max_wait=6, units=(UnitUse(unit="oven"),))


def oven(mode: Mode) -> Problem:
    return one_task(mode, units=(OVEN,))


def test_solid_work_fits_into_one_opening() -> None:
    for start in (10, 16, 30, 36):
        assert codes(RULE, oven(SOLID), plan_of(at(start, start + 4))) == []
    for start in (0, 9, 17, 20, 29, 37):
        assert codes(RULE, oven(SOLID), plan_of(at(start, start + 4))) == ["closed"]


def test_solid_work_takes_its_duration() -> None:
    assert numbers(RULE, oven(SOLID), plan_of(at(10, 15))) == {"taken": 5, "duration": 4}
    assert codes(RULE, oven(SOLID), plan_of(at(10, 13))) == ["wrong_length"]
    assert codes(RULE, oven(SOLID), plan_of(at(14, 10))) == ["wrong_length"]


def test_unattended_work_runs_while_closed() -> None:
    assert codes(RULE, oven(ALONE), plan_of(at(18, 33))) == []
    assert codes(RULE, oven(ALONE), plan_of(at(19, 34))) == ["closed"]


def test_unloading_waits_for_the_opening() -> None:
    assert codes(RULE, oven(ALONE), plan_of(at(15, 30))) == ["closed"]
    assert codes(RULE, oven(ALONE), plan_of(at(15, 32))) == ["closed"]
    assert codes(RULE, oven(ALONE), plan_of(at(15, 33))) == []


def test_what_nobody_has_to_unload_is_not_held_on() -> None:
    assert numbers(RULE, oven(ALONE), plan_of(at(15, 34))) == {"possible": 30, "unloaded": 31}
    assert numbers(RULE, oven(ALONE), plan_of(at(18, 34))) == {"possible": 30, "unloaded": 31}
    longer = Unit(id="oven", open=((10, 20), (30, 32), (40, 50)))
    endless = replace(ALONE, max_wait=None)
    assert codes(RULE, one_task(endless, units=(longer,)), plan_of(at(15, 43))) == []
    assert codes(RULE, one_task(endless, units=(longer,)), plan_of(at(15, 44))) == ["held_on"]


STAFFED = replace(ALONE, max_wait=None, staff=(StaffNeed(skill="load", part="tail"),))


def shifts(*windows: tuple[int, int]) -> Problem:
    """The oven, and somebody for each of these shifts."""
    persons = tuple(Person(id=f"P{at}", skills=("load",), on_shift=(shift,)) for at, shift in enumerate(windows))
    return one_task(STAFFED, units=(OVEN, Unit(id="other", open=((0, 100),))), persons=persons)


def test_whoever_unloads_may_be_busy_while_the_shift_lasts() -> None:
    for end in (33, 35, 40):
        assert codes(RULE, shifts((25, 60)), plan_of(at(15, end))) == []
    assert codes(RULE, shifts((25, 36)), plan_of(at(15, 36))) == []
    assert codes(RULE, shifts((25, 34), (31, 50)), plan_of(at(15, 34))) == []


def test_nothing_is_held_over_into_the_next_shift_or_opening() -> None:
    assert numbers(RULE, shifts((25, 36), (33, 50)), plan_of(at(15, 37))) == {"possible": 30, "unloaded": 34}
    assert codes(RULE, shifts((25, 32), (32, 50)), plan_of(at(15, 35))) == []
    assert codes(RULE, shifts((0, 50)), plan_of(at(10, 33))) == []
    assert codes(RULE, shifts((0, 20), (31, 40)), plan_of(at(10, 34))) == []
    tomorrow = replace(OVEN, open=((10, 20), (21, 25), (30, 40)))
    held = replace(shifts((0, 50)), units=(tomorrow,))
    assert numbers(RULE, held, plan_of(at(10, 33))) == {"possible": 22, "unloaded": 30}


def test_the_wait_is_bounded_where_a_bound_is_given() -> None:
    assert codes(RULE, oven(ALONE), plan_of(at(12, 33))) == []
    assert numbers(RULE, oven(ALONE), plan_of(at(11, 33))) == {"wait": 7, "max_wait": 6}
    assert codes(RULE, oven(replace(ALONE, max_wait=None)), plan_of(at(10, 33))) == []


def test_too_short_and_waiting_for_nothing() -> None:
    assert codes(RULE, oven(ALONE), plan_of(at(18, 32))) == ["too_short", "closed"]
    endless = replace(ALONE, tail=0, max_wait=None)
    assert codes(RULE, oven(endless), plan_of(at(10, 25))) == []
    assert codes(RULE, oven(endless), plan_of(at(10, 26))) == ["waits_for_nothing"]


@pytest.mark.parametrize(
    ("part", "crossing", "fine", "closed"),
    [
        ("head", "solid", (19, 23), (20, 24)),
        ("tail", "solid", (27, 31), (26, 30)),
        ("head", "unattended", (19, 23), (20, 24)),
        ("tail", "unattended", (27, 31), (26, 30)),
    ],
)
def test_a_unit_used_for_a_part_is_open_for_that_part(
    part: Part, crossing: str, fine: tuple[int, int], closed: tuple[int, int]
) -> None:
    uses = (UnitUse(unit="oven", part=part),)
    mode = Mode(duration=4, crossing="solid" if crossing == "solid" else "unattended", head=1, tail=1, units=uses)
    assert codes(RULE, oven(mode), plan_of(at(*fine))) == []
    assert codes(RULE, oven(mode), plan_of(at(*closed))) == ["closed"]


def test_a_part_without_length_needs_nobody_to_open() -> None:
    mode = Mode(duration=4, crossing="unattended", units=(UnitUse(unit="oven"), UnitUse(unit="oven", part="head")))
    assert codes(RULE, oven(mode), plan_of(at(22, 26))) == []


def test_what_is_only_looked_after_has_to_be_open_and_is_not_held() -> None:
    """Two visits at once, while the only lane is taken."""
    visit = Mode(duration=2, units=(UnitUse(unit="U", lanes=0),))
    tasks = tuple(Request(id=id_, tasks=(Task(id=id_, modes=(visit,)),)) for id_ in "AB")
    problem = several(*tasks, units=(Unit(id="U", open=((10, 20),), taken=(((0, 50),),)),))
    both = (at(18, 20, task="A", lanes=((),)), at(18, 20, task="B", lanes=((),)))
    assert judge(problem, plan_of(*both)) == ()
    late = plan_of(both[0], at(19, 21, task="B", lanes=((),)))
    assert [violation.code for violation in judge(problem, late)] == ["closed"]
