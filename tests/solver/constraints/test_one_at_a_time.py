"""Lanes are shared exactly. Knows nothing of opening hours."""

from dataclasses import replace

from solver.problem import Mode, UnitUse
from tests.solver.bare import bare, best, placed, required, task, unit

USE = Mode(duration=4, units=(UnitUse(unit="U"),))


def test_two_tasks_follow_each_other_on_one_lane_and_run_together_on_two() -> None:
    problem = bare(required(task("a", USE), task("b", USE)))
    assert best(replace(problem, units=(unit(lanes=1),))).bound == 8
    assert best(replace(problem, units=(unit(lanes=2),))).bound == 4


def test_lanes_taken_at_different_times_are_not_added_up() -> None:
    """At every moment one lane is free, but no lane long enough before tick 9."""
    taken = (((0, 3), (6, 9)), ((3, 6),))
    problem = replace(bare(required(task("a", USE))), units=(unit(lanes=2, taken=taken),))
    assert placed(problem)["a"].start == 6


def test_a_unit_taken_whole_needs_every_lane_of_every_pool() -> None:
    whole = Mode(duration=4, units=(UnitUse(unit="U", lanes=3),))
    taken = ((), ((2, 3),), ())
    problem = replace(bare(required(task("a", whole))), units=(unit(lanes=3, taken=taken),))
    assert placed(problem)["a"].start == 3
    assert placed(problem)["a"].lanes == ((0, 1, 2),)


def test_two_of_three_unequal_lanes_are_named_apart() -> None:
    two = Mode(duration=4, units=(UnitUse(unit="U", lanes=2),))
    taken = ((), ((0, 8),), ())
    problem = replace(bare(required(task("a", two), task("b", USE))), units=(unit(lanes=3, taken=taken),))
    assert best(problem).bound == 8


def test_a_waiting_task_holds_its_lane_until_the_end() -> None:
    waiting = Mode(duration=4, crossing="unattended", head=1, tail=1, units=(UnitUse(unit="U"),))
    machine = replace(unit(), open=((0, 2), (9, 30)))
    found = placed(replace(bare(required(task("a", waiting), task("b", USE))), units=(machine,)))
    assert (found["a"].start, found["a"].end, found["b"].start) in {(0, 10, 10), (1, 10, 10), (13, 17, 9)}


def test_a_unit_is_looked_after_while_it_is_taken_for_good() -> None:
    looked = Mode(duration=2, units=(UnitUse(unit="U", lanes=0),))
    for lanes in (1, 2):
        machine = replace(unit(lanes=lanes, taken=(((0, 30),),) * lanes), open=((0, 30),))
        found = placed(replace(bare(required(task("a", looked), task("b", looked))), units=(machine,)))
        assert (found["a"].start, found["b"].start) == (0, 0)
