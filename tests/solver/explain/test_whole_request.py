"""What can be counted out of a request as a whole is named with its numbers, and never of one that has a place."""

from dataclasses import replace
from typing import Any, Literal

import pytest

from solver.blockers import sentence
from solver.construct import first_come
from solver.explain import explain
from solver.explain.asking import Clock, beside, is_possible
from solver.explain.whole_request import NOT_SHARED
from solver.plan import Blocker, LeftOut, Plan
from solver.problem import Consumption, Lag, Mode, Person, Problem, Request, SameChoice, StaffNeed, Stock, UnitUse
from tests.sizes import count
from tests.solver.bare import UNPLANNED, bare, task, unit
from tests.solver.small import small_problem

USE = Mode(duration=20, units=(UnitUse(unit="U"),))
OTHER = replace(USE, units=(UnitUse(unit="V"),))
NOTHING = Plan(status="feasible", left_out=(LeftOut(request="R", absence="unplanned"),))


def blockers(*modes: Mode, problem: dict[str, Any] | None = None, **values: Any) -> list[Blocker]:
    """Of a lot of these operations in an empty week of 100 ticks."""
    request = Request(id="R", tasks=tuple(task(f"R/{at}/1", mode) for at, mode in enumerate(modes)), **values)
    week = replace(bare(request, level=UNPLANNED), **{"units": (unit("U"), unit("V"))} | (problem or {}))
    return list(explain(week, NOTHING).left_out[0].blockers)


def follow(*gaps: int | None) -> tuple[Lag, ...]:
    """Each after the one before it, so long after at most."""
    return tuple(Lag(before=f"R/{at}/1", after=f"R/{at + 1}/1", least=0, most=most) for at, most in enumerate(gaps))


def test_a_stock_is_counted_over_all_runs() -> None:
    taking = replace(USE, consumptions=(Consumption(stock="S", amount=5),))
    (blocker,) = blockers(taking, taking, problem={"stocks": (Stock(id="S", changes=((0, 4), (30, 5))),)})
    assert (blocker.code, blocker.ids) == ("stock_short", ("R", "S"))
    assert dict(blocker.numbers) == {"amount": 10, "available": 9, "from": 0, "until": 100}
    told = sentence(blocker, str, str, str, amount=lambda _, number: f"{number} g")
    assert told == "R has too little of S: it takes 10 g in all, and at most 9 g are left by 100."
    (blocker,) = blockers(taking, taking, problem={"stocks": (Stock(id="S", changes=((0, 4),), measure="ticks"),)})
    assert (blocker.code, dict(blocker.numbers)["needed"], dict(blocker.numbers)["left"]) == ("budget_short", 10, 4)
    (blocker,) = blockers(taking, problem={"stocks": (Stock(id="S", changes=((0, 4),)),)})
    assert (blocker.code, dict(blocker.numbers)["available"]) == ("stock_short", 4)


def test_a_routing_that_is_longer_than_its_dates() -> None:
    (blocker,) = blockers(USE, OTHER, USE, release=10, deadline=60, lags=follow(None, 30))
    assert (blocker.code, blocker.ids) == ("routing_too_long", ("R",))
    assert dict(blocker.numbers) == {"needed": 60, "between": 50, "from": 10, "until": 60}


def test_operations_that_hold_one_unit_for_longer_than_there_is() -> None:
    (blocker,) = blockers(USE, USE, OTHER, USE, release=10, deadline=60)
    assert (blocker.code, blocker.ids) == ("unit_held_too_long", ("R", "U"))
    assert dict(blocker.numbers) == {"needed": 60, "between": 50, "from": 10, "until": 60}


def test_a_routing_that_opening_hours_make_too_long() -> None:
    hours = (replace(unit("U"), open=((50, 100),)), replace(unit("V"), open=((0, 60), (70, 100))))
    (blocker,) = blockers(USE, OTHER, deadline=80, lags=follow(None), problem={"units": hours})
    assert (blocker.code, dict(blocker.numbers)) == ("ends_too_late", {"soonest": 90, "until": 80})


def test_two_runs_that_have_to_follow_one_another_sooner_than_they_can() -> None:
    """Both panels of a print go into the one oven within 5 ticks."""
    lags = tuple(Lag(before="R/0/1", after=f"R/{at}/1", least=0, most=5) for at in (1, 2))
    (blocker,) = blockers(OTHER, USE, USE, lags=lags)
    assert (blocker.code, blocker.ids) == ("not_in_turn", ("R/1/1", "R/2/1", "U"))
    assert dict(blocker.numbers) == {"needed": 20, "most_apart": 5}
    (wide,) = blockers(OTHER, USE, USE, lags=tuple(replace(lag, most=20) for lag in lags))
    assert wide.code == "has_room"


@pytest.mark.parametrize("what", ["unit", "laboratory", "person"])
@pytest.mark.parametrize("differ", [False, True])
def test_operations_that_nothing_suits_all_of(what: Literal["unit", "laboratory", "person"], *, differ: bool) -> None:
    load, sew = (replace(USE, staff=(StaffNeed(skill=skill),)) for skill in ("load", "sew"))
    ann, bea = (Person(id=skill, skills=(skill,), on_shift=((0, 100),)) for skill in ("load", "sew"))
    units = tuple(replace(unit(id_), laboratory=f"lab {id_}") for id_ in "UV")
    modes = ((load, load) if differ else (load, sew)) if what == "person" else ((USE, USE) if differ else (USE, OTHER))
    choice = SameChoice(tasks=("R/0/1", "R/1/1"), what=what, differ=differ)
    given: dict[str, Any] = {"problem": {"units": units, "persons": (ann, bea)}, "choices": (choice,)}
    (blocker,) = blockers(*modes, **given)
    assert (blocker.code, blocker.ids) == (NOT_SHARED[what, differ], ("R", "R/0/1", "R/1/1"))
    assert sentence(blocker, str, str).startswith("R/0/1, R/1/1 have to be done ")
    (fits,) = blockers(*modes, **given | {"choices": (replace(choice, differ=not differ),)})
    assert fits.code == "has_room"


def test_what_is_counted_out_of_small_weeks_is_so() -> None:
    counted = {
        "stock_short",
        "budget_short",
        "ends_too_late",
        "routing_too_long",
        "unit_held_too_long",
        "not_in_turn",
        *NOT_SHARED.values(),
    }
    told = set()
    for seed in range(count(short=150, full=3000)):
        problem = small_problem(seed)
        start = first_come(problem)
        for out in explain(problem, start.plan).left_out if start is not None else ():
            found = {blocker.code for blocker in out.blockers} & counted
            if found and start is not None:
                told |= found
                assert _has_no_place(problem, start.plan, out.request), (seed, out)
    assert told >= {"stock_short", "ends_too_late"}


def _has_no_place(problem: Problem, plan: Plan, request: str) -> bool:
    asked = next(one for one in problem.requests if one.id == request)
    return is_possible(beside(problem, plan, asked), Clock(None)) is False
