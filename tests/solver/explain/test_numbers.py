"""The numbers of a blocker bear out its sentence: what is told to be short is short."""

from dataclasses import replace

from solver.blockers import sentence
from solver.construct import first_come
from solver.explain import explain
from solver.plan import Blocker, LeftOut, Plan
from solver.problem import Consumption, Mode, Person, Problem, Quota, Request, StaffNeed, Stock, UnitUse
from tests.sizes import count
from tests.solver.bare import UNPLANNED, bare, task, unit
from tests.solver.small import small_problem

ON_U = Mode(duration=20, units=(UnitUse(unit="U"),))
TAKING = replace(ON_U, consumptions=(Consumption(stock="S", amount=5),))
LENGTHS = ("longest_gap", "needed", "used", "left", "window", "taken", "between")


def test_nothing_is_told_to_be_short_of_which_there_is_enough() -> None:
    told = set()
    for seed in range(count(short=120, full=5000)):
        problem = small_problem(seed)
        start = first_come(problem)
        for out in explain(problem, start.plan).left_out if start is not None else ():
            for blocker in out.blockers:
                assert _is_borne_out(blocker), (seed, blocker)
                told.add(blocker.code)
    assert told >= {"stock_short", "quota_hours", "quota_times", "no_shift", "no_staff"}


def _is_borne_out(blocker: Blocker) -> bool:
    numbers = dict(blocker.numbers)
    if any(numbers.get(name, 0) < 0 for name in LENGTHS):
        return False
    if "never when all else" in sentence(blocker, str, str):
        return True
    match blocker.code:
        case "stock_short":
            return numbers["amount"] > numbers["available"]
        case "budget_short":
            return numbers["needed"] > numbers["left"]
        case "quota_hours":
            return numbers["used"] + numbers["needed"] > numbers["most"]
        case "quota_times":
            return numbers["used_times"] + numbers["times"] > numbers["most_times"]
    return True


def week(*modes: Mode, release: int = 0) -> Problem:
    """One operation that could be done in each of these ways."""
    request = Request(id="R", tasks=(task("R/0/1", *modes),), release=release)
    return replace(bare(request, level=UNPLANNED), units=(unit("U"),))


def told(problem: Problem) -> list[str]:
    """What blocks it in the empty week."""
    out = Plan(status="feasible", left_out=(LeftOut(request="R", absence="unplanned"),))
    return [sentence(blocker, str, str, str) for blocker in explain(problem, out).left_out[0].blockers]


def test_a_stock_is_not_counted_by_what_another_way_would_take() -> None:
    """On V it would take nothing of it, but V is closed."""
    on_v = Mode(duration=20, units=(UnitUse(unit="V"),))
    closed = (unit("U"), replace(unit("V"), open=()))
    problem = replace(week(TAKING, on_v), units=closed, stocks=(Stock(id="S", changes=((0, 4),)),))
    assert "R/0/1 has too little of S: it takes 5 in all, and at most 4 are left by 100." in told(problem)


def test_what_comes_when_all_else_is_over_is_not_told_to_be_too_little() -> None:
    early = replace(week(TAKING), units=(replace(unit("U"), open=((0, 40),)),))
    never = "R/0/1 takes 5 of S, of which up to 9 are left by 100, but never when all else that it needs is free too."
    stock = Stock(id="S", changes=((60, 9),))
    for one in (stock, replace(stock, measure="ticks")):
        assert told(replace(early, stocks=(one,))) == [never]


def test_a_quota_is_told_by_the_times_that_all_else_leaves() -> None:
    """Of the first forty ticks, when alone the unit is open, thirty are used; later there is room for it."""
    quota = Quota(id="Q", units=("U",), measure="ticks", buckets=((0, 40, 40), (40, 100, 40)), taken=((0, 30),))
    problem = replace(week(ON_U), units=(replace(unit("U"), open=((0, 40),)),), quotas=(quota,))
    assert told(problem) == ["R/0/1 is beyond Q: 30 of 40 in 40 are used, and it takes 20."]


def test_work_that_waits_for_its_end_counts_with_it() -> None:
    """Its end is attended, and the unit opens again at 60 only: until then it is held."""
    soak = Mode(duration=20, crossing="unattended", head=5, tail=5, units=(UnitUse(unit="U"),))
    quota = Quota(id="Q", units=("U",), measure="ticks", buckets=((0, 40, 40), (40, 100, 10)))
    problem = replace(week(soak), units=(replace(unit("U"), open=((0, 10), (60, 70))),), quotas=(quota,))
    assert told(problem) == ["R/0/1 is beyond Q: 0 of 10 in 60 are used, and it takes 65."]


def test_who_hands_over_before_the_window_is_not_there_in_it() -> None:
    night = Person(id="ann", skills=("sew",), on_shift=((0, 10),))
    sewn = replace(ON_U, staff=(StaffNeed(skill="sew", handover=True),))
    (nobody,) = told(replace(week(sewn, release=30), persons=(night,)))
    assert nobody == "R/0/1 has nobody for sew: no technician with sew is on shift from 30 to 100."


def test_what_is_fixed_is_told_of_what_is_taken_only() -> None:
    """Between its two windows the unit is free for long enough: nothing is said of what is taken."""
    request = Request(id="R", tasks=(task("R/0/1", ON_U, windows=((0, 30), (60, 90))),))
    problem = replace(bare(request, level=UNPLANNED), units=(replace(unit("U"), taken=(((0, 30), (60, 90)),)),))
    assert told(problem) == [
        "R/0/1 finds U free for up to 30, which is enough for the 20 that it needs, but never when all else that it "
        "needs is free too."
    ]
    full = replace(unit("U"), taken=(((10, 90),),))
    assert told(replace(week(ON_U), units=(full,)))[0].endswith(" 80 of that by outages, upkeep or bookings that stay.")
