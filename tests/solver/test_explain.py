"""Every no names its blockers with their numbers. Knows nothing of how the plan was found."""

import time
from dataclasses import replace

from solver.blockers import CODES
from solver.construct import first_come
from solver.explain import explain, last_start, sentence
from solver.model import solve_model
from solver.plan import LeftOut, Plan
from solver.problem import (
    Booked,
    Capacity,
    Consumption,
    Demand,
    Expiry,
    ExpiryMeasure,
    Fact,
    HourLimit,
    Lag,
    Mode,
    Person,
    Problem,
    Quota,
    Request,
    SameChoice,
    StaffNeed,
    Stock,
    Unit,
    UnitUse,
)
from tests.sizes import count
from tests.solver.bare import UNPLANNED, bare, required, task, unit
from tests.solver.small import small_problem
from tests.solver.week import week


def absent(problem: Problem, **changes: int | None) -> LeftOut:
    """The explained absence of the request "R" from an otherwise best plan."""
    requests = tuple(replace(one, **changes) if one.id == "R" else one for one in problem.requests)  # type: ignore[arg-type]
    changed = replace(problem, requests=requests)
    plan = solve_model(changed, level=0).plan
    assert plan is not None
    (out,) = explain(changed, plan).left_out
    assert out.request == "R"
    return out


def optional(*modes: Mode, lags: tuple[Lag, ...] = ()) -> Request:
    """The request R with one task per mode, light enough to stay out."""
    tasks = (task(f"R/{number}", mode) for number, mode in enumerate(modes))
    return replace(required(*tasks, lags=lags), required=False)


def words(out: LeftOut) -> list[str]:
    """The blockers' sentences."""
    return [sentence(blocker, str, lambda ticks: f"{ticks} ticks") for blocker in out.blockers]


USE = Mode(duration=60, units=(UnitUse(unit="U"),))


def test_a_busy_unit_is_named_with_its_longest_gap() -> None:
    other = replace(required(replace(task("b", USE)), id_="B"), deadline=60)
    out = absent(replace(bare(optional(USE), other, level=UNPLANNED), units=(unit(),)))
    assert words(out) == [
        "R/0 has no room on U: it needs 60 ticks at a stretch, the longest gap is 40 ticks; "
        "of the 100 ticks that U is open in its window, 60 ticks are taken."
    ]


def test_a_quota_that_is_used_up_is_named_with_what_is_used() -> None:
    use = replace(USE, duration=2)
    quota = Quota(id="Q", units=("U",), measure="ticks", length=70, most=4, taken=((10, 13),))
    problem = replace(bare(optional(use), level=UNPLANNED), units=(unit(),), quotas=(quota,))
    assert words(absent(problem, deadline=30)) == [
        "R/0 is beyond Q: 3 ticks of 4 ticks in 70 ticks are used, and it takes 2 ticks."
    ]
    times = replace(quota, measure="count", most=1)
    assert words(absent(replace(problem, quotas=(times,)), deadline=30)) == [
        "R/0 is beyond Q: used 1 of 1 times in 70 ticks."
    ]


def test_a_budget_is_told_in_time() -> None:
    hours = Stock(id="hours", changes=((0, 4),), measure="ticks")
    takes = replace(USE, consumptions=(Consumption(stock="hours", amount=5),))
    problem = replace(bare(optional(takes), level=UNPLANNED), units=(unit(),), stocks=(hours,))
    assert words(absent(problem)) == ["R takes 5 ticks of hours in all, of which at most 4 ticks are left by tick 100."]


def test_what_was_done_elsewhere_is_named_with_whom_it_has_to_share() -> None:
    done = Fact(id="R/done", start=-4, end=0, units=("V",))
    request = replace(optional(USE), facts=(done,), choices=(SameChoice(tasks=("R/0", "R/done"), what="unit"),))
    out = absent(replace(bare(request, level=UNPLANNED), units=(unit(), unit("V"))))
    assert words(out) == ["R/0 finds nothing that goes with what R/done had, with which it has to share or must not."]


def test_units_that_are_never_open_in_the_window_are_said_to_be_so() -> None:
    units = tuple(Unit(id=name, open=((80, 90),)) for name in ("U", "V"))
    modes = tuple(replace(USE, duration=5, units=(UnitUse(unit=one.id),)) for one in units)
    request = replace(required(task("R/0", *modes)), required=False)
    problem = replace(bare(request, level=UNPLANNED), units=units, commit_until=20)
    out = absent(problem, release=30, due=80, deadline=80)
    assert (out.absence, out.last_start) == ("unplanned", None)
    assert words(out) == ["R/0 has a window that holds no opening hours of U, V."]


def test_what_is_held_through_closed_hours_is_told_by_the_whole_window() -> None:
    """Open for 30 of 100 ticks, taken for 50 of 100, and never free for the 60 that it needs."""
    soak = Mode(duration=60, crossing="unattended", head=2, tail=2, units=(UnitUse(unit="U"),))
    shut = Unit(id="U", open=((0, 10), (40, 50), (90, 100)), taken=(((30, 80),),))
    out = absent(replace(bare(optional(soak), level=UNPLANNED), units=(shut,)))
    assert words(out) == [
        "R/0 has no room on U: it holds it for 60 ticks at a stretch, the longest gap is 30 ticks; "
        "of the 100 ticks of its window, closed hours included, 50 ticks are taken. "
        "50 ticks of that by outages, upkeep or bookings that stay."
    ]


def test_work_that_pauses_is_told_by_the_ticks_in_which_it_advances() -> None:
    """Open for 60 of 100 ticks; taken so that at most 30 of them lie between two others."""
    days = Unit(id="U", open=((0, 30), (40, 70)), taken=(((34, 36),),))
    pausing = Mode(duration=40, crossing="pausing", units=(UnitUse(unit="U"),))
    problem = replace(bare(optional(pausing), level=UNPLANNED), units=(days,))
    assert words(absent(problem)) == [
        "R/0 has no room on U: it stays there until it has advanced for 40 ticks, and between others it could advance "
        "for 30 ticks at most; of the 60 ticks in which it could, 0 ticks are taken."
    ]
    longer = replace(problem, requests=optional_only(replace(pausing, duration=61)))
    assert words(absent(longer)) == [
        "R/0 has to advance for 61 ticks, but all that drives it is open together for only 60 ticks within its dates."
    ]


def test_work_that_pauses_misses_a_person_by_the_ticks_in_which_it_advances() -> None:
    """Two are there for a day each: together they drive it, but each can do 30 ticks of it at most."""
    people = [Person(id=name, skills=("sew",), on_shift=(day,)) for name, day in (("ann", (0, 30)), ("bob", (40, 70)))]
    pausing = Mode(duration=40, crossing="pausing", staff=(StaffNeed(skill="sew", drives=True),))
    problem = replace(bare(optional(pausing), level=UNPLANNED), persons=tuple(people))
    assert words(absent(problem)) == [
        "R/0 has nobody for sew: it needs somebody for 40 ticks at a stretch, and the longest time that one person is "
        "free is 30 ticks."
    ]


def test_a_start_that_is_not_allowed_is_told() -> None:
    slots = Unit(id="U", open=((0, 100),), starts=((0, 1, 1), (90, 91, 1)), taken=(((0, 5),),))
    problem = replace(bare(optional(replace(USE, duration=20)), level=UNPLANNED), units=(slots,))
    assert words(absent(problem)) == [
        "R/0 finds no time on U at which U may be started and is not kept for others, and at which all else that it "
        "needs is free."
    ]


def test_lanes_are_told_one_by_one() -> None:
    """Each lane is free for half of the time, and together they are free always."""
    halves = Unit(id="U", lanes=2, open=((0, 100),), taken=(((0, 50),), ((50, 100),)))
    (blocker,) = absent(replace(bare(optional(USE), level=UNPLANNED), units=(halves,))).blockers
    assert (blocker.code, dict(blocker.numbers)["longest_gap"]) == ("no_room_on_unit", 50)


def test_the_last_start_lies_in_opening_hours_and_shifts() -> None:
    """By dates alone 58 would do; the unit closes at 52, and the person of the head goes at 45."""
    open_ = (Unit(id="U", open=((0, 12), (40, 52), (60, 70))),)
    walk_in = replace(USE, duration=2)
    blocked = Mode(duration=2, units=(UnitUse(unit="U"),), staff=(StaffNeed(skill="sew"),))
    problem = replace(bare(optional(walk_in), level=UNPLANNED), units=open_, commit_until=20)
    assert _last(problem, due=60) == ("deferred", 50)
    people = (Person(id="ann", skills=("sew",), on_shift=((0, 45),)),)
    staffed = replace(problem, requests=optional_only(blocked), persons=people)
    assert _last(staffed, due=60) == ("deferred", 43)
    assert _last(staffed, due=40) == ("unplanned", None)
    assert _last(replace(staffed, horizon=30), due=60) == ("deferred", 43)


def optional_only(mode: Mode) -> tuple[Request, ...]:
    return (optional(mode),)


def _last(problem: Problem, *, due: int) -> tuple[str, int | None]:
    """Absence and last start by the calendars, of the request left out for no reason."""
    requests = tuple(replace(one, due=due) for one in problem.requests)
    plan = Plan(status="feasible", left_out=(LeftOut(request="R", absence="unplanned"),))
    (out,) = explain(replace(problem, requests=requests), plan).left_out
    return out.absence, out.last_start


def test_numbers_of_a_unit_agree_with_each_other() -> None:
    seen = 0
    for seed in range(count(short=150, full=500)):
        problem = small_problem(seed)
        plan = solve_model(problem, level=0).plan
        blockers = [b for out in explain(problem, plan).left_out for b in out.blockers] if plan else []
        for blocker in blockers:
            if blocker.code in ("no_room_on_unit", "no_stay_on_unit"):
                numbers = dict(blocker.numbers)
                whole = numbers.get("open", numbers.get("window", 0))
                assert 0 <= numbers["fixed"] <= numbers["taken"] <= whole
                assert numbers["longest_gap"] <= whole - numbers["taken"]
                assert whole <= numbers["until"] - numbers["from"]
                seen += 1
    assert seen >= 20


def test_an_operator_who_is_off_shift_or_has_no_hours_left_is_said_to_be_so() -> None:
    sewing = Mode(duration=5, staff=(StaffNeed(skill="sew"),))
    ann = Person(id="ann", skills=("sew",), on_shift=((20, 60),))
    problem = replace(bare(optional(sewing), level=UNPLANNED), persons=(ann,))
    assert words(absent(problem, deadline=20)) == [
        "R/0 has nobody for sew: no technician with sew is on shift from tick 0 to tick 20."
    ]
    tired = replace(ann, limits=(HourLimit(start=0, end=100, most=4),))
    assert words(absent(replace(problem, persons=(tired,)))) == [
        "R/0 has nobody for sew: it needs somebody for 5 ticks, and of the greatest hours of those who are free at "
        "most 4 ticks are left."
    ]


def test_a_need_that_may_be_handed_over_is_judged_by_all_in_turn() -> None:
    watching = Mode(duration=30, staff=(StaffNeed(skill="sew", handover=True),))
    people = tuple(Person(id=f"p{at}", skills=("sew",), on_shift=((at, at + 10),)) for at in (0, 10, 30))
    out = absent(replace(bare(optional(watching), level=UNPLANNED), persons=people))
    assert words(out) == [
        "R/0 has nobody for sew: it needs somebody for 30 ticks at a stretch, and from tick 0 to tick 100 those who "
        "have the skill are on shift for 20 ticks at most."
    ]


def test_a_visit_that_no_shift_covers_is_named_at_the_best_start() -> None:
    """The run may begin at 0 to 20, its visits fall 20 and 40 after that, give or take 2: never both into the shift."""
    run = Mode(duration=50, units=(UnitUse(unit="U"),))
    visit = Mode(duration=2, staff=(StaffNeed(skill="sew"),))
    lags = tuple(
        Lag(before="R/0", after=f"R/{number}", frm="start", to="start", least=20 * number - 2, most=20 * number + 2)
        for number in (1, 2)
    )
    request = optional(run, visit, visit, lags=lags)
    ann = Person(id="ann", skills=("sew",), on_shift=((40, 50),))
    out = absent(replace(bare(request, level=UNPLANNED), units=(unit(),), persons=(ann,)), deadline=70)
    assert words(out) == ["R/1 has nobody for sew: no technician with sew is on shift from tick 18 to tick 24."]


def test_a_missing_person_is_named_by_skill() -> None:
    sewing = Mode(duration=5, staff=(StaffNeed(skill="sew"),))
    people = (Person(id="ann", skills=("sew",), on_shift=((0, 9),), taken=((4, 6),)),)
    out = absent(replace(bare(optional(sewing), level=UNPLANNED), persons=people))
    assert words(out) == [
        "R/0 has nobody for sew: it needs somebody for 5 ticks at a stretch, "
        "and the longest time that one person is free is 4 ticks."
    ]


def test_short_capacity_and_stock_are_named() -> None:
    power = Mode(duration=5, demands=(Demand(capacity="P", amount=3),))
    problem = replace(bare(optional(power), level=UNPLANNED), capacities=(Capacity(id="P", steps=((0, 3), (4, 2))),))
    assert [(b.code, b.ids, dict(b.numbers)["longest_gap"]) for b in absent(problem).blockers] == [
        ("capacity_short", ("R/0", "P"), 4)
    ]
    paste = Mode(duration=5, consumptions=(Consumption(stock="S", amount=3),))
    problem = replace(bare(optional(paste), level=UNPLANNED), stocks=(Stock(id="S", changes=((0, 2),)),))
    assert words(absent(problem)) == ["R has too little of S: it takes 3 in all, and at most 2 are left by tick 100."]


def test_dates_that_are_too_close_are_named() -> None:
    out = absent(bare(optional(Mode(duration=7)), level=UNPLANNED), release=10, deadline=15)
    assert words(out) == ["R/0 does not fit its dates: it needs 7 ticks at a stretch, and there are 5 ticks."]


def test_lags_that_cannot_hold_are_told_from_missing_room() -> None:
    morning = Unit(id="U", open=((0, 10),))
    evening = Unit(id="V", open=((50, 60),))
    modes = (Mode(duration=5, units=(UnitUse(unit="U"),)), Mode(duration=5, units=(UnitUse(unit="V"),)))
    lags = (Lag(before="R/0", after="R/1", most=20),)
    out = absent(replace(bare(optional(*modes, lags=lags), level=UNPLANNED), units=(morning, evening)))
    assert [blocker.code for blocker in out.blockers] == ["lags_cannot_hold"]


def test_what_fits_piece_by_piece_but_not_together_is_not_told_to_be_in_place_of_others() -> None:
    out = absent(replace(bare(optional(USE, USE), level=UNPLANNED), units=(unit(),)))
    assert [blocker.code for blocker in out.blockers] == ["unit_held_too_long"]


def test_what_can_still_make_its_due_date_is_deferred() -> None:
    request = optional(Mode(duration=2), Mode(duration=3), lags=(Lag(before="R/0", after="R/1", least=4),))
    assert last_start(request) is None
    assert last_start(replace(request, due=50)) == 50 - 3 - 4 - 2
    assert last_start(replace(request, due=50, deadline=40)) == 31
    problem = replace(bare(optional(replace(USE, duration=101)), level=UNPLANNED), units=(unit(),), commit_until=20)
    assert (absent(problem, due=121).absence, absent(problem, due=121).last_start) == ("deferred", 20)
    assert (absent(problem, due=120).absence, absent(problem, due=120).last_start) == ("unplanned", None)
    assert (absent(problem).absence, absent(problem).last_start) == ("deferred", None)


def test_what_stood_confirmed_is_displaced() -> None:
    booked = replace(task("R/0", replace(USE, duration=101)), booked=Booked(start=0, end=101, units=("U",)))
    request = replace(required(booked), required=False)
    problem = replace(bare(request, level=UNPLANNED), units=(unit(),))
    (out,) = explain(problem, Plan(status="feasible", left_out=(LeftOut(request="R", absence="displaced"),))).left_out
    assert out.absence == "displaced"


def test_whatever_stays_out_of_a_random_problem_has_a_reason_in_words() -> None:
    for seed in range(count(short=100, full=500)):
        problem = small_problem(seed)
        plan = solve_model(problem, level=0).plan
        for out in explain(problem, plan).left_out if plan else ():
            assert out.blockers, f"small_problem({seed})"
            assert all(blocker.code in CODES for blocker in out.blockers)
            assert all(text.endswith(".") and "{" not in text for text in words(out))


def expiring(measure: ExpiryMeasure, *, left: int, visits: tuple[tuple[int, int], ...] = ()) -> Problem:
    """Work of 60 ticks, due at 90, on a unit whose calibration is planned in ``visits`` if ever."""
    upkeep = Request(
        id="M",
        tasks=(task("M/1", replace(USE, duration=2), windows=visits),),
        maintenance=True,
        required=bool(visits),
        release=0 if visits else 99,
    )
    expiry = Expiry(kind="calibration", measure=measure, left=left, renewed=80, renewed_by=("M/1",))
    work = replace(optional(USE), deadline=90)
    return replace(bare(work, upkeep, level=UNPLANNED), units=(replace(unit(), expiries=(expiry,)),))


def reasons(problem: Problem) -> list[str]:
    plan = solve_model(problem, level=0).plan
    assert plan is not None
    outs = explain(problem, plan).left_out
    return next(words(out) for out in outs if out.request == "R")


def test_an_expired_calibration_is_named_with_the_next_one() -> None:
    assert reasons(expiring("date", left=50, visits=((60, 62),))) == [
        "R/0 cannot use U: its calibration expires tick 50; the next is done tick 62."
    ]
    assert reasons(expiring("date", left=50)) == [
        "R/0 cannot use U: its calibration expires tick 50, and none is planned after that."
    ]


def test_what_is_left_before_a_service_is_named() -> None:
    assert reasons(expiring("use", left=59)) == [
        "R/0 cannot use U: it has 59 ticks of 80 ticks left before its calibration, and 60 ticks are needed."
    ]
    assert reasons(expiring("cycles", left=0)) == [
        "R/0 cannot use U: it has 0 of 80 uses left before its calibration, and 1 are needed."
    ]


def test_whatever_stays_out_of_a_week_of_1500_tasks_is_told_why() -> None:
    """How long it takes is in docs/benchmarks.md."""
    problem = week(2, requests=450, tasks=1500)
    start = first_come(problem)
    assert start is not None
    explained = explain(problem, start.plan)
    assert {out.request for out in explained.left_out} == {out.request for out in start.plan.left_out}
    assert explained.left_out
    assert all(out.blockers for out in explained.left_out)


def test_what_there_was_no_time_to_look_into_is_said_to_be_so() -> None:
    problem = week(1)
    start = first_come(problem)
    assert start is not None
    whole = explain(problem, start.plan)
    hasty = explain(problem, start.plan, until=time.monotonic())
    assert [out.request for out in hasty.left_out] == [out.request for out in whole.left_out]
    assert {out.absence for out in hasty.left_out} == {"deferred", "unplanned"}
    assert {blocker.code for out in hasty.left_out for blocker in out.blockers} == {"not_examined"}
    assert "not_examined" not in {blocker.code for out in whole.left_out for blocker in out.blockers}
    assert all("time was up" in text for out in hasty.left_out for text in words(out))
