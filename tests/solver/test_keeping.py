"""Bookings that moved for nothing go back where they stand; those that had to move do not."""

from dataclasses import replace

from solver.costs import level_values
from solver.keeping import send_back
from solver.plan import Assignment, Plan
from solver.problem import Booked, Lag, Level, Mode, Person, Problem, Request, StaffNeed, Task, Unit, UnitUse
from solver.rules import judge

OPEN = ((0, 100),)


def task(id_: str, stands: int, *units: str, staff: bool = False) -> Task:
    """Two ticks on any of the units, booked on the first."""
    needs = (StaffNeed(skill="s"),) if staff else ()
    return Task(
        id=id_,
        modes=tuple(Mode(duration=2, units=(UnitUse(unit=unit),), staff=needs) for unit in units),
        booked=Booked(start=stands, end=stands + 2, units=(units[0],)),
    )


def at(id_: str, start: int, mode: int = 0, *persons: str) -> Assignment:
    return Assignment(task=id_, mode=mode, start=start, end=start + 2, lanes=((0,),), persons=persons)


def problem(*requests: Request) -> Problem:
    return Problem(
        horizon=100,
        calendar_end=100,
        commit_until=100,
        levels=(Level(name="moved", terms=(("moved", 1),)),),
        requests=requests,
        units=(Unit(id="a", open=OPEN), Unit(id="b", open=OPEN)),
        persons=(Person(id="p", skills=("s",), on_shift=OPEN), Person(id="q", skills=("s",), on_shift=OPEN)),
    )


def moved(asked: Problem, *assignments: Assignment) -> int:
    """How many bookings are moved after it: the plan before and after breaks no rule."""
    plan = Plan(status="feasible", assignments=assignments)
    assert judge(asked, plan) == ()
    back = send_back(asked, plan)
    assert judge(asked, back) == ()
    return level_values(asked, back)[0]


def test_two_that_stand_in_each_others_place_go_back_together() -> None:
    asked = problem(
        Request(id="X", tasks=(task("x", 10, "a", "b"),)), Request(id="Y", tasks=(task("y", 11, "b", "a"),))
    )
    assert moved(asked, at("x", 10, 1), at("y", 11, 1)) == 0


def test_two_of_one_request_go_back_together() -> None:
    lag = Lag(before="x1", after="x2", least=0, most=0)
    asked = problem(Request(id="X", tasks=(task("x1", 10, "a"), task("x2", 12, "b")), lags=(lag,)))
    assert moved(asked, at("x1", 20), at("x2", 22)) == 0


def test_a_person_who_changed_hands_does_not_keep_a_booking_away() -> None:
    asked = problem(
        Request(id="X", tasks=(task("x", 10, "a", staff=True),)),
        Request(id="Y", tasks=(task("y", 10, "b", staff=True),)),
    )
    busy = tuple(replace(each, on_shift=((10, 20),)) if each.id == "q" else each for each in asked.persons)
    only_p_before = replace(asked, persons=busy)
    assert moved(only_p_before, at("x", 30, 0, "p"), at("y", 10, 0, "p")) == 0


def test_what_has_lost_its_place_stays_where_it_went() -> None:
    asked = problem(
        Request(id="X", tasks=(task("x", 10, "a", "b"),)), Request(id="Y", tasks=(task("y", 10, "b", "a"),))
    )
    broken = replace(asked, units=(replace(asked.units[0], taken=(((5, 20),),)), asked.units[1]))
    assert moved(broken, at("x", 10, 1), at("y", 30)) == 2


def test_what_was_asked_for_and_is_new_is_left_alone() -> None:
    new = replace(task("y", 10, "a"), booked=None)
    asked = problem(Request(id="X", tasks=(task("x", 10, "a"),)), Request(id="Y", tasks=(new,)))
    assert moved(asked, at("x", 30), at("y", 10)) == 1
