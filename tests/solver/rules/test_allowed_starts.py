"""Grids, slots, and periods that are kept for others."""

import pytest

from solver.problem import Crossing, Mode, Part, Problem, Unit, UnitUse
from tests.solver.rules.broken import broken, codes, numbers
from tests.solver.sample import at, one_task, plan_of

RULE = "allowed_starts"
ALWAYS = ((0, 100),)


def on_grid(*starts: tuple[int, int, int], part: Part = "whole", head: int = 0, tail: int = 0) -> Problem:
    unit = Unit(id="SEM", open=ALWAYS, starts=starts)
    return one_task(Mode(duration=4, head=head, tail=tail, units=(UnitUse(unit="SEM", part=part),)), units=(unit,))


def kept(*windows: tuple[int, int], part: Part = "whole", crossing: Crossing = "solid") -> Problem:
    use = UnitUse(unit="SEM", part=part, barred=windows)
    return one_task(
        Mode(duration=6, crossing=crossing, head=1, tail=1, units=(use,)), units=(Unit(id="SEM", open=ALWAYS),)
    )


def test_work_starts_on_the_grid() -> None:
    grid = on_grid((10, 40, 6))
    for start in (10, 16, 34):
        assert codes(RULE, grid, plan_of(at(start, start + 4))) == []
    assert numbers(RULE, grid, plan_of(at(18, 22))) == {"start": 18, "before": 16, "after": 22}
    assert [one.code for one in broken(RULE, grid, plan_of(at(18, 22)))] == ["off_grid"]


def test_the_nearest_starts_are_named_on_the_side_where_there_are_any() -> None:
    grid = on_grid((10, 40, 6), (50, 51, 1))
    assert numbers(RULE, grid, plan_of(at(9, 13))) == {"start": 9, "after": 10}
    assert numbers(RULE, grid, plan_of(at(41, 45))) == {"start": 41, "before": 40 - 6, "after": 50}
    assert numbers(RULE, grid, plan_of(at(51, 55))) == {"start": 51, "before": 50}
    assert numbers(RULE, on_grid(), plan_of(at(51, 55))) == {"start": 51}
    assert codes(RULE, on_grid(), plan_of(at(51, 55))) == ["never_started"]


def test_slots_and_a_grid_may_overlap() -> None:
    both = on_grid((0, 60, 20), (5, 36, 15))
    for start in (0, 5, 20, 35, 40):
        assert codes(RULE, both, plan_of(at(start, start + 4))) == []
    assert numbers(RULE, both, plan_of(at(36, 40))) == {"start": 36, "before": 35, "after": 40}


def test_only_a_unit_that_is_used_from_the_start_on_has_a_say() -> None:
    assert codes(RULE, on_grid((0, 9, 5), part="head", head=1), plan_of(at(3, 7))) == ["off_grid"]
    assert codes(RULE, on_grid((0, 9, 5), part="head"), plan_of(at(3, 7))) == []
    assert codes(RULE, on_grid((0, 9, 5), part="tail", tail=1), plan_of(at(3, 7))) == []


def test_a_period_kept_for_others_is_not_touched() -> None:
    peak = kept((20, 30), (50, 60))
    for start in (14, 30, 44, 60):
        assert codes(RULE, peak, plan_of(at(start, start + 6))) == []
    assert numbers(RULE, peak, plan_of(at(15, 21))) == {"start": 15, "end": 21, "since": 20, "until": 30}
    assert codes(RULE, peak, plan_of(at(59, 65))) == ["kept_for_others"]


@pytest.mark.parametrize(("part", "clash"), [("head", (29, 35)), ("tail", (15, 21))])
def test_only_the_part_that_uses_the_unit_has_to_stay_out(part: Part, clash: tuple[int, int]) -> None:
    peak = kept((20, 30), part=part)
    assert codes(RULE, peak, plan_of(at(*clash))) == ["kept_for_others"]
    assert codes(RULE, peak, plan_of(at(24 if part == "tail" else 14, 30 if part == "tail" else 20))) == (
        ["kept_for_others"] if part == "tail" else []
    )


def test_waiting_to_be_unloaded_counts() -> None:
    assert codes(RULE, kept((20, 30), crossing="unattended"), plan_of(at(13, 21))) == ["kept_for_others"]


def test_who_looks_after_a_unit_comes_when_they_like() -> None:
    unit = Unit(id="SEM", open=ALWAYS, starts=((0, 60, 20),))
    looked = Mode(duration=4, units=(UnitUse(unit="SEM", lanes=0, barred=((0, 50),)),))
    assert codes(RULE, one_task(looked, units=(unit,)), plan_of(at(7, 11, lanes=((),)))) == []
