"""All of a request or nothing, in one mode each. Knows nothing of lags."""

from dataclasses import replace

from solver.model import solve_model
from solver.problem import Booked, Level, Mode, UnitUse
from tests.solver.bare import UNPLANNED, bare, best, required, task, unit

USE = Mode(duration=60, units=(UnitUse(unit="U"),))


def test_a_request_of_which_a_part_has_no_room_stays_out_whole() -> None:
    request = replace(required(task("a", USE), task("b", USE)), required=False, weight=3)
    problem = replace(bare(request, level=UNPLANNED), units=(unit(),))
    plan = best(problem).plan
    assert plan is not None
    assert plan.assignments == ()
    assert [(out.request, out.absence) for out in plan.left_out] == [("R", "unplanned")]


def test_a_required_request_without_room_is_infeasible() -> None:
    problem = replace(bare(required(task("a", USE), task("b", USE))), units=(unit(),))
    answer = solve_model(problem, level=0)
    assert (answer.status, answer.plan, answer.bound) == ("infeasible", None, None)


def test_what_stood_confirmed_leaves_as_displaced() -> None:
    booked = replace(task("a", replace(USE, duration=101)), booked=Booked(start=0, end=101, units=("U",)))
    level = Level(name="displaced", terms=(("displaced", 1),))
    answer = best(replace(bare(replace(required(booked), required=False), level=level), units=(unit(),)))
    assert answer.bound == 1
    assert answer.plan is not None
    assert answer.plan.left_out[0].absence == "displaced"


def test_each_mode_keeps_its_own_starts() -> None:
    modes = (Mode(duration=2, units=(UnitUse(unit="U"),)), Mode(duration=2, units=(UnitUse(unit="V"),)))
    units = (unit("U", taken=(((1, 50),),)), unit("V", taken=(((0, 5), (8, 50)),)))
    problem = replace(bare(required(task("a", *modes))), units=units)
    plan = best(problem).plan
    assert plan is not None
    assert (plan.assignments[0].mode, plan.assignments[0].start) == (1, 5)


def test_an_addition_brings_what_it_adds_to() -> None:
    """The addition weighs much, but there is room for two tasks at most: so the least is planned for its sake."""
    short = replace(USE, duration=40)
    least = replace(required(task("a", short), id_="least"), required=False, weight=1)
    more = replace(required(task("b", short), id_="more"), required=False, weight=9, after="least")
    other = replace(required(task("c", short), id_="other"), required=False, weight=5)
    problem = replace(bare(other, least, more, level=UNPLANNED), units=(unit(),))
    plan = best(problem).plan
    assert plan is not None
    assert {one.task for one in plan.assignments} == {"a", "b"}


def test_an_addition_to_what_has_no_room_stays_out() -> None:
    least = replace(required(task("a", replace(USE, duration=101)), id_="least"), required=False)
    more = replace(required(task("b", USE), id_="more"), required=False, weight=9, after="least")
    plan = best(replace(bare(least, more, level=UNPLANNED), units=(unit(),))).plan
    assert plan is not None
    assert plan.assignments == ()
