"""What a laboratory may allow so that a request gets in: as much as its place takes, judged by the rule book."""

from dataclasses import replace
from typing import Any

from solver.construct import first_come
from solver.explain.answers import Relaxation, Why
from solver.explain.conflict import conflict_among
from solver.explain.why import why
from solver.plan import Assignment, LeftOut, Plan
from solver.problem import (
    Booked,
    Capacity,
    Consumption,
    Demand,
    Expiry,
    ExpiryMeasure,
    HourLimit,
    Mode,
    Person,
    Problem,
    Quota,
    Request,
    SameChoice,
    Setup,
    StaffNeed,
    Stock,
    Task,
    Unit,
    UnitUse,
)
from tests.solver.bare import UNPLANNED, bare, task, unit
from tests.solver.explain.test_conflict import FOREVER, check_irreducible
from tests.solver.explain.test_why import check_relaxations

USE = Mode(duration=20, units=(UnitUse(unit="U"),))
NOTHING = Plan(status="feasible", left_out=(LeftOut(request="R", absence="unplanned"),))


def week(*tasks: Task, **values: Any) -> Problem:
    """One request of these tasks over 100 ticks, with one unit."""
    request = Request(id="R", tasks=tasks)
    return replace(bare(request, level=UNPLANNED), **{"units": (unit(),)} | values)


def asked(problem: Problem, plan: Plan = NOTHING) -> Why:
    answer = why(problem, plan, "R")
    check_relaxations(problem, plan, answer)
    return answer


def only(problem: Problem, code: str) -> Relaxation:
    """The one relaxation of this code, of a request that is impossible by one named rule."""
    answer = asked(problem)
    assert (answer.verdict, answer.proven, answer.searched) == ("conflict", True, True)
    (found,) = (one for one in answer.relaxations if one.code == code)
    return found


def conflict(problem: Problem) -> list[tuple[str, tuple[str, ...]]]:
    required = replace(problem, requests=tuple(replace(one, required=True) for one in problem.requests))
    return [(rule.code, rule.ids) for rule in check_irreducible(required)]


def test_a_larger_quota_by_what_is_missing() -> None:
    quota = Quota(id="Q", units=("U",), measure="ticks", length=70, most=25, taken=((-30, -20), (98, 103)))
    problem = week(task("R/0", USE), quotas=(replace(quota, most=12),))
    assert conflict(problem) == [("quota", ("Q",))]
    assert dict(only(problem, "larger_quota").numbers) == {"by": 18}
    buckets = replace(quota, length=None, buckets=((0, 50, 8), (50, 100, 5)), most=0, taken=())
    assert dict(only(replace(problem, quotas=(buckets,)), "larger_quota").numbers) == {"by": 12}
    counted = replace(quota, measure="count", length=200, most=1)
    answer = only(replace(problem, quotas=(counted,)), "larger_quota")
    assert (dict(answer.numbers), answer.cost) == ({"times": 2}, 20)


def test_who_has_used_up_a_quota_would_have_to_yield() -> None:
    quota = Quota(id="Q", units=("U", "V"), measure="ticks", length=500, most=30, owner="O")
    other = Request(id="A", tasks=(task("A/0", replace(USE, units=(UnitUse(unit="V"),))),), owner="O")
    stranger = Request(id="B", tasks=(task("B/0", replace(USE, units=(UnitUse(unit="V"),))),), owner="P")
    mine = Request(id="R", tasks=(task("R/0", USE),), owner="O")
    problem = replace(bare(mine, other, stranger, level=UNPLANNED), units=(unit("U"), unit("V")), quotas=(quota,))
    places = (
        Assignment(task=f"{id_}/0", mode=0, start=at, end=at + 20, lanes=((0,),)) for id_, at in (("A", 0), ("B", 30))
    )
    answer = asked(problem, replace(NOTHING, assignments=tuple(places)))
    assert [(one.request, one.resource) for one in answer.yields] == [("A", "Q")]
    assert [(one.code, dict(one.numbers)) for one in answer.relaxations] == [("larger_quota", {"by": 10})]


def test_more_of_a_stock_a_budget_or_a_capacity() -> None:
    taking = replace(USE, consumptions=(Consumption(stock="S", amount=5),))
    stock = Stock(id="S", changes=((-1, -3), (0, 4), (40, 2)))
    problem = week(task("R/0", taking), stocks=(stock,))
    assert conflict(problem) == [("stock", ("S",))]
    answer = only(problem, "more_stock")
    assert (dict(answer.numbers), answer.cost) == ({"amount": 4, "from": 0}, 20)
    budget = only(replace(problem, stocks=(replace(stock, measure="ticks"),)), "more_stock")
    assert (dict(budget.numbers), budget.cost) == ({"by": 4, "from": 0}, 4)
    late = replace(problem, requests=(replace(problem.requests[0], release=45),))
    assert dict(only(late, "more_stock").numbers) == {"amount": 2, "from": 45}
    power = replace(USE, demands=(Demand(capacity="P", amount=3),))
    drawing = week(task("R/0", power), capacities=(Capacity(id="P", steps=((10, 2), (25, 4), (40, 1))),))
    assert conflict(drawing) == [("capacity", ("P",))]
    assert dict(only(drawing, "more_capacity").numbers) == {"amount": 3}


def test_what_would_do_is_offered_between_runs_that_need_a_changeover() -> None:
    """The run that stands after it has to be set up for anew, and says so itself then."""
    ann = Person(id="ann", skills=("set up",), on_shift=((0, 100),))
    rows = tuple(Setup(frm=one, to=other, length=8, skill="set up") for one, other in ("ab", "ba"))
    line = replace(unit(), setups=rows, state="a")
    first, last = (on_line(id_, "a") for id_ in "AB")
    taking = replace(on_line("R", "b").tasks[0].modes[0], consumptions=(Consumption(stock="S", amount=5),))
    problem = replace(
        bare(first, last, Request(id="R", tasks=(task("R/0", taking),)), level=UNPLANNED),
        units=(line,),
        persons=(ann,),
        stocks=(Stock(id="S", changes=((0, 4),)),),
    )
    places = (
        Assignment(task=f"{id_}/0", mode=0, start=at, end=at + 20, lanes=((0,),)) for id_, at in (("A", 0), ("B", 70))
    )
    answer = asked(problem, replace(NOTHING, assignments=tuple(places)))
    assert [(one.code, one.start) for one in answer.relaxations] == [("more_stock", 28)]


def on_line(id_: str, family: str) -> Request:
    return Request(id=id_, tasks=(task(f"{id_}/0", replace(USE, units=(UnitUse(unit="U", family=family),))),))


def test_other_starts_and_hours_kept_for_others() -> None:
    slots = replace(unit(), starts=((90, 91, 1),))
    problem = replace(week(task("R/0", USE)), units=(slots,))
    assert conflict(problem) == [("allowed_starts", ("U",))]
    answer = only(problem, "other_starts")
    assert (answer.start, dict(answer.numbers), answer.cost) == (0, {"times": 1}, 90)
    kept = replace(USE, units=(UnitUse(unit="U", barred=((5, 50), (60, 85), (95, 99))),))
    problem = week(task("R/0", kept))
    assert conflict(problem) == [("kept_for_others", ("U",))]
    answer = only(problem, "kept_hours")
    assert (answer.start, answer.end, dict(answer.numbers)) == (0, 20, {"work": 15})


def test_a_later_service_by_date_hours_and_uses() -> None:
    def expiring(measure: ExpiryMeasure, *, left: int) -> Problem:
        expiry = Expiry(kind="calibration", measure=measure, renewed=90, left=left)
        return replace(week(task("R/0", USE)), units=(replace(unit(), expiries=(expiry,)),))

    by_date = expiring("date", left=12)
    assert conflict(by_date) == [("expiry", ("U", "calibration"))]
    assert dict(only(by_date, "later_service").numbers) == {"by": 8}
    assert dict(only(expiring("use", left=15), "later_service").numbers) == {"by": 5}
    assert dict(only(expiring("cycles", left=-2), "later_service").numbers) == {"times": 1}


def test_maintenance_that_could_be_planned_is_no_obstacle() -> None:
    """Alone it is renewed in time where its service has room, and not where that is too late."""
    service = Request(id="M", tasks=(task("M/0", replace(USE, duration=5), windows=((0, 30),)),), maintenance=True)
    expiry = Expiry(kind="service", measure="date", left=2, renewed=90, renewed_by=("M/0",))
    units = (replace(unit(), expiries=(expiry,)),)
    work = Request(id="R", tasks=(task("R/0", USE),), deadline=60)
    problem = replace(bare(work, service, level=UNPLANNED), units=units)
    both = replace(NOTHING, left_out=(LeftOut(request="M", absence="unplanned"), *NOTHING.left_out))
    assert why(problem, both, "R").verdict == "outweighed"
    late = replace(service, tasks=(task("M/0", replace(USE, duration=5), windows=((40, 46),)),))
    problem = replace(problem, requests=(work, late))
    answer = why(problem, both, "R")
    assert answer.verdict == "conflict"
    assert [rule.code for rule in answer.conflict] == ["deadline", "task_window", "expiry"]


def test_overtime_beyond_a_day_and_a_week() -> None:
    sewing = replace(USE, staff=(StaffNeed(skill="sew"),))
    limits = (
        HourLimit(start=0, end=50, most=12),
        HourLimit(start=50, end=100, most=0),
        HourLimit(start=0, end=100, most=17),
    )
    ann = Person(id="ann", skills=("sew",), on_shift=((0, 100),), limits=limits)
    problem = week(task("R/0", sewing), persons=(ann,))
    assert conflict(problem) == [("skill", ("sew",)), ("hours", ("sew",))]
    assert dict(only(problem, "overtime").numbers) == {"work": 8}


def test_tasks_that_need_not_share_a_unit_or_a_person() -> None:
    other = replace(USE, units=(UnitUse(unit="V"),))
    same = SameChoice(tasks=("R/0", "R/1"), what="unit")
    problem = week(task("R/0", USE), task("R/1", other), units=(unit("U"), unit("V")))
    problem = replace(problem, requests=(replace(problem.requests[0], choices=(same,)),))
    assert conflict(problem) == [("same_choice", ("R", "unit", "R/0", "R/1"))]
    answer = only(problem, "share_less")
    assert (answer.ids, dict(answer.numbers), answer.cost) == (("R", "unit", "R/0", "R/1"), {"differ": 0}, 40)
    sewing = replace(USE, units=(), staff=(StaffNeed(skill="sew"),))
    apart = replace(same, what="person", differ=True)
    ann = Person(id="ann", skills=("sew",), on_shift=((0, 100),))
    inspected = week(task("R/0", sewing), task("R/1", sewing), persons=(ann,))
    inspected = replace(inspected, requests=(replace(inspected.requests[0], choices=(apart,)),))
    assert conflict(inspected) == [("skill", ("sew",)), ("same_choice", ("R", "person", "R/0", "R/1"))]
    assert {one.code for one in asked(inspected).relaxations} == {"one_more_person", "share_less"}


def test_more_than_there_is_room_for_in_one_run() -> None:
    rack = Mode(duration=60, units=(UnitUse(unit="U", room=3),))
    tasks = tuple(replace(task(f"R/{at}", rack), batch="burn-in", size=2) for at in range(2))
    assert conflict(week(*tasks)) == [("one_at_a_time", ("U",)), ("room", ("U",))]
    assert conflict_among(week(*(replace(one, size=1) for one in tasks)), FOREVER) is None


def test_an_addition_that_needs_what_it_adds_to() -> None:
    """Of the second part of a lot there is nothing without the first, which does not fit."""
    lot = Request(id="L", tasks=(task("L/0", replace(USE, duration=101)),))
    more = Request(id="R", tasks=(task("R/0", USE),), after="L")
    problem = replace(bare(lot, more, level=UNPLANNED), units=(unit(),))
    out = replace(NOTHING, left_out=(LeftOut(request="L", absence="unplanned"), *NOTHING.left_out))
    answer = why(problem, out, "R")
    assert (answer.verdict, [(rule.code, rule.ids) for rule in answer.conflict]) == (
        "conflict",
        [("addition", ("R", "L"))],
    )
    fits = replace(problem, requests=(replace(lot, tasks=(task("L/0", USE),)), more))
    assert why(fits, out, "R").verdict == "fits"


def test_a_run_that_has_room_is_joined_where_it_stands() -> None:
    """The rack is full for the whole time; there is room in the one run, and nobody has to go for it."""
    rack = Mode(duration=100, units=(UnitUse(unit="U", room=3),), staff=(StaffNeed(skill="load", part="head"),), head=1)
    batched = replace(task("R/0", rack), batch="burn-in", size=1)
    there = Request(id="A", tasks=(replace(batched, id="A/0"),))
    ann = Person(id="ann", skills=("load",), on_shift=((0, 100),))
    problem = replace(bare(Request(id="R", tasks=(batched,)), there, level=UNPLANNED), units=(unit(),), persons=(ann,))
    stands = Assignment(task="A/0", mode=0, start=0, end=100, lanes=((0,),), persons=("ann",))
    plan = replace(NOTHING, assignments=(stands,))
    assert asked(problem, plan).verdict == "fits"
    full = replace(there, tasks=(replace(batched, id="A/0", size=3),))
    answer = asked(replace(problem, requests=(problem.requests[0], full)), plan)
    assert (answer.verdict, {one.request for one in answer.yields}) == ("outweighed", {"A"})


def test_longer_hours_for_work_that_pauses_are_those_in_which_it_advances() -> None:
    pausing = Mode(
        duration=30, crossing="pausing", units=(UnitUse(unit="U"),), staff=(StaffNeed(skill="sew", drives=True),)
    )
    ann = Person(id="ann", skills=("sew",), on_shift=((0, 20), (40, 60)))
    problem = week(task("R/0", pausing), units=(Unit(id="U", open=((0, 20),)),), persons=(ann,))
    answer = only(problem, "longer_hours")
    assert (answer.start, answer.end, dict(answer.numbers)) == (0, 50, {"work": 10, "from": 40, "until": 50})


def test_those_who_hand_over_stay_together_when_others_yield() -> None:
    watching = Mode(duration=30, units=(UnitUse(unit="U"),), staff=(StaffNeed(skill="watch", handover=True),))
    people = tuple(Person(id=f"p{at}", skills=("watch",), on_shift=((at, at + 15),)) for at in (0, 15))
    other = Request(id="A", tasks=(replace(task("A/0", watching), booked=Booked(start=0, end=30, units=("U",))),))
    problem = replace(
        bare(Request(id="R", tasks=(task("R/0", watching),)), other, level=UNPLANNED), units=(unit(),), persons=people
    )
    found = first_come(replace(problem, requests=(other,)))
    assert found is not None
    assert found.plan.assignments[0].reliefs
    stands = replace(NOTHING, assignments=found.plan.assignments)
    assert [(one.request, one.displacement) for one in asked(problem, stands).yields if one.resource == "U"] == [
        ("A", 1)
    ]
