"""Work that pauses, as every rule that it touches sees it.

Knows nothing of how it is planned.
"""

from dataclasses import replace
from typing import Any

from solver.plan import Plan
from solver.problem import Capacity, Demand, Mode, Person, Problem, StaffNeed, Unit, UnitUse
from tests.solver.rules.broken import codes, numbers
from tests.solver.sample import at, one_task, plan_of

BENCH = Unit(id="bench", open=((10, 20), (30, 40), (50, 60)))
"""Open for ten ticks at a time."""
SOLDER = Mode(duration=14, crossing="pausing", head=2, tail=3, units=(UnitUse(unit="bench"),))


def bench(mode: Mode = SOLDER, **fields: Any) -> Problem:
    return one_task(mode, **{"units": (BENCH,), **fields})


def with_staff(need: StaffNeed, *shifts: tuple[int, int], taken: tuple[tuple[int, int], ...] = ()) -> Problem:
    ann = Person(id="ann", skills=("solder",), on_shift=shifts, taken=taken)
    return bench(replace(SOLDER, staff=(need,)), persons=(ann,))


def by_ann(start: int, end: int) -> Plan:
    return plan_of(at(start, end, lanes=((0,),), persons=("ann",)))


def test_work_advances_while_it_is_open_and_begins_and_ends_then() -> None:
    assert codes("open_hours", bench(), plan_of(at(10, 34))) == []
    assert codes("open_hours", bench(), plan_of(at(17, 51))) == []
    assert numbers("open_hours", bench(), plan_of(at(17, 50))) == {"advanced": 13, "duration": 14}
    assert numbers("open_hours", bench(), plan_of(at(16, 50))) == {"start": 16, "end": 50, "first": 16, "last": 40}
    assert codes("open_hours", bench(), plan_of(at(9, 34))) == ["paused_at_the_edge"]
    assert codes("open_hours", bench(), plan_of(at(20, 24))) == ["wrong_advance"]
    assert codes("open_hours", bench(), plan_of(at(34, 10))) == ["wrong_advance"]


def test_all_that_drives_has_to_be_open() -> None:
    both = replace(SOLDER, units=(UnitUse(unit="bench"), UnitUse(unit="hood")))
    hood = Unit(id="hood", open=((12, 35), (55, 60)))
    two = bench(both, units=(BENCH, hood))
    assert codes("open_hours", two, plan_of(at(12, 56))) == []
    assert codes("open_hours", two, plan_of(at(12, 36))) == ["wrong_advance"]


def test_a_unit_that_does_not_drive_is_open_when_its_part_begins_and_ends() -> None:
    uses = (UnitUse(unit="bench"), UnitUse(unit="scope", drives=False))
    scope = Unit(id="scope", open=((0, 12), (33, 60)))
    problem = bench(replace(SOLDER, units=uses), units=(BENCH, scope))
    assert codes("open_hours", problem, plan_of(at(10, 34))) == []
    assert numbers("open_hours", problem, plan_of(at(12, 36))) == {"start": 12, "end": 13}
    late = replace(scope, open=((0, 33),))
    assert numbers("open_hours", replace(problem, units=(BENCH, late)), plan_of(at(10, 34))) == {"start": 33, "end": 34}


def test_the_unit_stays_occupied_over_night() -> None:
    assert codes("one_at_a_time", bench(units=(replace(BENCH, taken=(((34, 36),),)),)), by_lane(10, 34)) == []
    night = replace(BENCH, taken=(((22, 24),),))
    assert codes("one_at_a_time", bench(units=(night,)), by_lane(10, 34)) == ["lane_taken"]


def by_lane(start: int, end: int) -> Plan:
    return plan_of(at(start, end, lanes=((0,),)))


def test_a_person_is_held_only_while_the_work_advances() -> None:
    need = StaffNeed(skill="solder", drives=True)
    assert codes("one_at_a_time", with_staff(need, (0, 60), taken=((20, 30),)), by_ann(10, 34)) == []
    assert codes("one_at_a_time", with_staff(need, (0, 60), taken=((30, 31),)), by_ann(10, 34)) == ["person_taken"]
    assert codes("staffed", with_staff(need, (0, 20), (30, 40)), by_ann(10, 34)) == []


def test_work_that_a_person_drives_waits_for_somebody_with_the_skill() -> None:
    need = StaffNeed(skill="solder", drives=True)
    lunch = with_staff(need, (0, 14), (16, 60))
    assert codes("open_hours", lunch, by_ann(10, 36)) == []
    assert numbers("open_hours", lunch, by_ann(10, 34)) == {"advanced": 12, "duration": 14}
    bob = Person(id="bob", skills=("solder",), on_shift=((13, 17),))
    relieved = replace(lunch, persons=(*lunch.persons, bob))
    assert codes("open_hours", relieved, by_ann(10, 34)) == []
    assert codes("staffed", relieved, by_ann(10, 34)) == ["off_shift"]


def test_lunch_does_not_stop_what_a_person_does_not_drive() -> None:
    need = StaffNeed(skill="solder")
    lunch = with_staff(need, (0, 14), (16, 60), taken=((14, 16),))
    assert codes("open_hours", lunch, by_ann(10, 34)) == []
    assert codes("staffed", lunch, by_ann(10, 34)) == []
    assert codes("one_at_a_time", lunch, by_ann(10, 34)) == []
    assert codes("one_at_a_time", with_staff(need, (0, 60), taken=((14, 16),)), by_ann(10, 34)) == ["person_taken"]
    assert codes("staffed", with_staff(need, (11, 60)), by_ann(10, 34)) == ["off_shift"]
    assert codes("staffed", with_staff(need, (0, 33)), by_ann(10, 34)) == ["off_shift"]


def test_head_and_tail_are_the_first_and_last_advancing_ticks() -> None:
    """From 19 on: the head is 19 and 30, the tail the last three of 14, which are 50, 51 and 52."""
    for part, inside, outside in (("head", (19, 30), (31, 20, 29)), ("tail", (50, 51, 52), (39, 45, 53))):
        need = StaffNeed(skill="solder", part="head" if part == "head" else "tail")
        for tick in (*inside, *outside):
            found = codes("one_at_a_time", with_staff(need, (0, 99), taken=((tick, tick + 1),)), by_ann(19, 53))
            assert found == (["person_taken"] if tick in inside else []), (part, tick)


def test_a_unit_is_held_from_the_first_to_the_last_tick_of_its_part() -> None:
    mode = replace(SOLDER, units=(UnitUse(unit="bench", part="head"),))
    for tick, held in ((18, False), (19, True), (25, True), (30, True), (31, False)):
        problem = bench(mode, units=(replace(BENCH, taken=(((tick, tick + 1),),)),))
        assert codes("one_at_a_time", problem, by_lane(19, 53)) == (["lane_taken"] if held else []), tick


def test_power_is_drawn_only_while_the_work_advances() -> None:
    mode = replace(SOLDER, demands=(Demand(capacity="power", amount=2),))
    night = Capacity(id="power", steps=((0, 2), (20, 0), (30, 2)))
    assert codes("capacity", bench(mode, capacities=(night,)), plan_of(at(10, 34))) == []
    short = Capacity(id="power", steps=((0, 2), (19, 0), (30, 2)))
    assert numbers("capacity", bench(mode, capacities=(short,)), plan_of(at(10, 34))) == {
        "start": 19,
        "end": 20,
        "used": 2,
        "level": 0,
    }
