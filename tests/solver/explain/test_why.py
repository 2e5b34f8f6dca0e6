"""Why a request is out: it fits, is outweighed by name and number, or its rules collide; and what would let it in."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from time import monotonic

import pytest

from solver.construct import first_come
from solver.explain.answers import Relaxation, Why, Yielding
from solver.explain.asking import together
from solver.explain.why import why
from solver.plan import Assignment, LeftOut, Plan
from solver.problem import Booked, Lag, Mode, Person, Problem, Request, StaffNeed, Task, Unit, UnitUse
from solver.rules import judge
from tests.sizes import count
from tests.solver.bare import UNPLANNED, bare, task, unit
from tests.solver.brute import whole_placements
from tests.solver.small import small_problem
from tests.solver.varieties import completed
from tests.solver.week import week

ALWAYS_FOUND = (
    "later_deadline",
    "others_move",
    "one_more_person",
    "longer_hours",
    "larger_quota",
    "more_stock",
    "more_capacity",
    "later_service",
    "share_less",
)
USE = Mode(duration=60, units=(UnitUse(unit="U"),))


def optional(id_: str, *tasks: Task, **values: int | None) -> Request:
    return replace(Request(id=id_, tasks=tasks), **values)  # type: ignore[arg-type]


def planned(problem: Problem, out: str) -> Plan:
    """Everything but ``out``, put down first come first served."""
    others = replace(problem, requests=tuple(one for one in problem.requests if one.id != out))
    found = first_come(others)
    assert found is not None
    assert not found.plan.left_out
    return replace(found.plan, left_out=(LeftOut(request=out, absence="unplanned"),))


def asked(problem: Problem, out: str = "R", *, in_time: bool = False) -> Why:
    return why(problem, planned(problem, out), out, in_time=in_time)


MENDS = {
    "kept_hours": {"allowed_starts"},
    "larger_quota": {"quota"},
    "later_deadline": {"within_window"},
    "later_due": {"within_window"},
    "later_service": {"maintenance"},
    "longer_hours": {"open_hours"},
    "more_capacity": {"capacity"},
    "more_stock": {"stock"},
    "one_more_person": {"staffed"},
    "other_starts": {"allowed_starts"},
    "others_move": set[str](),
    "overtime": {"staffed"},
    "second_shift": {"staffed", "open_hours"},
    "share_less": {"same_choice"},
}
"""What the week as it is may have against a plan that needs the change; pausing work stands still without the person of
a second shift."""
OF_UNITS_OR_AMOUNTS = MENDS.keys() - {"later_deadline", "later_due", "one_more_person", "overtime", "second_shift"}


def check_relaxations(problem: Problem, plan: Plan, answer: Why) -> None:
    """The week as it is stands in the way of each by the rule alone that the change is about, and where the rule is of
    something, by what the change names; the cheapest come first."""
    request = next(one for one in problem.requests if one.id == answer.request)
    costs = [one.cost for one in answer.relaxations]
    assert costs == sorted(costs)
    for one in answer.relaxations:
        broken = judge(problem, together(problem, plan, Plan(status="feasible", assignments=one.assignments)))
        rules = {violation.rule for violation in broken}
        assert rules <= MENDS[one.code], f"{answer.request}: {one.code}"
        assert bool(broken) == (one.code != "others_move"), f"{answer.request}: {one.code}"
        assert one.cost > 0
        if one.code in OF_UNITS_OR_AMOUNTS and rules != {"open_hours"}:
            assert all(set(one.ids) & set(violation.ids) for violation in broken), f"{answer.request}: {one.code}"
        if one.code == "later_deadline":
            assert request.deadline is not None
            assert one.end == request.deadline + dict(one.numbers)["by"]


def test_relaxations_of_random_problems_hold_and_are_needed() -> None:
    codes: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    for seed in range(count(short=160, full=800)):
        problem = small_problem(seed)
        found = first_come(problem)
        for out in found.plan.left_out if found is not None else ():
            assert found is not None
            answer = why(problem, found.plan, out.request)
            check_relaxations(problem, found.plan, answer)
            codes.update(one.code for one in answer.relaxations)
            verdicts[answer.verdict] += 1
            assert answer.searched
            assert answer.verdict in ("fits", "conflict", "outweighed")
            check_yields(problem, found.plan, answer)
    assert verdicts["conflict"] > 20
    assert verdicts["outweighed"] > 3
    assert codes >= Counter(ALWAYS_FOUND)


def check_yields(problem: Problem, plan: Plan, answer: Why) -> None:
    """Whoever has to go makes room, and nobody cheaper would; where nobody's going does, a conflict says why, or others
    have to move. What somebody adds to who stays does not go."""
    if answer.verdict != "outweighed":
        return
    gone = {one.request for one in answer.yields}
    assert answer.proven
    others = [one.id for one in problem.requests if not one.required and one.id != answer.request]
    for names in (set(some) for size in range(len(others) + 1) for some in combinations(others, size)):
        if any(one.after in names and one.id not in names for one in problem.requests):
            continue
        if gone and names == gone:
            assert has_room(problem, plan, answer.request, names), f"{answer.request}: {names}"
        elif not gone or price(problem, names) < price(problem, gone):
            assert not has_room(problem, plan, answer.request, names), f"{answer.request}: {names}"


def has_room(problem: Problem, plan: Plan, id_: str, gone: set[str]) -> bool:
    """Whether the rule book accepts a request anywhere in a plan that some others have left."""
    request = next(one for one in problem.requests if one.id == id_)
    away = {task.id for one in problem.requests if one.id in gone | {id_} for task in one.tasks}
    standing = {at.task: at for at in plan.assignments if at.task not in away}
    for way in whole_placements(problem, request):
        placed = completed(problem, {**standing, **{at.task: at for at, _ in way}})
        if placed is not None and judge(problem, planned_as(problem, placed)) == ():
            return True
    return False


def planned_as(problem: Problem, placed: Mapping[str, Assignment]) -> Plan:
    out = [one for one in problem.requests if any(task.id not in placed for task in one.tasks)]
    return Plan(
        status="feasible",
        assignments=tuple(placed[id_] for id_ in sorted(placed)),
        left_out=tuple(LeftOut(request=one.id, absence="displaced" if one.kept else "unplanned") for one in out),
    )


def price(problem: Problem, names: set[str]) -> tuple[int, int]:
    gone = [one for one in problem.requests if one.id in names]
    return sum(one.displacement for one in gone), sum(one.weight for one in gone)


def test_what_is_outweighed_names_units_hours_and_weights() -> None:
    """Two small ones of weight 3 and 4 stand at different ends; the cheaper one would have to go."""
    left = optional("A", replace(task("A/0", replace(USE, duration=10)), windows=((0, 10),)), weight=3)
    right = optional("B", replace(task("B/0", replace(USE, duration=10)), windows=((50, 60),)), weight=4)
    problem = replace(bare(optional("R", task("R/0", USE), weight=2), left, right, level=UNPLANNED), units=(unit(),))
    problem = replace(problem, horizon=60, calendar_end=100, units=(Unit(id="U", open=((0, 65),)),))
    answer = asked(problem)
    assert (answer.verdict, answer.weight, answer.proven) == ("outweighed", 2, True)
    assert [(one.request, one.resource, one.weight) for one in answer.yields] == [("A", "U", 3), ("B", "U", 4)]
    assert [blocker.code for blocker in answer.blockers] == ["no_room_on_unit"]
    roomy = replace(problem, units=(Unit(id="U", open=((0, 75),)),))
    assert asked(roomy).yields == (Yielding(request="B", resource="U", start=50, end=60, weight=4),)


def test_confirmed_bookings_yield_last() -> None:
    """Either would do; the lighter one stands confirmed."""
    first = replace(task("A/0", USE), windows=((0, 60),), booked=Booked(start=0, end=60, units=("U",)))
    second = replace(task("B/0", replace(USE, units=(UnitUse(unit="V"),))), windows=((0, 60),))
    either = task("R/0", USE, replace(USE, units=(UnitUse(unit="V"),)))
    requests = (optional("R", either), optional("A", first, weight=1), optional("B", second, weight=9))
    problem = replace(bare(*requests, level=UNPLANNED), units=(unit("U"), unit("V")))
    (yielding,) = asked(problem).yields
    assert (yielding.request, yielding.displacement) == ("B", 0)


def test_what_fits_is_said_to_fit() -> None:
    problem = replace(bare(optional("R", task("R/0", USE)), level=UNPLANNED), units=(unit(),))
    answer = asked(problem)
    assert (answer.verdict, answer.start, answer.end) == ("fits", 0, 60)


def only(answer: Why, code: str) -> Relaxation:
    return next(one for one in answer.relaxations if one.code == code)


def test_a_later_deadline_another_that_moves_and_longer_hours_are_offered() -> None:
    other = optional("A", task("A/0", USE), weight=9)
    request = optional("R", replace(task("R/0", USE)), deadline=70)
    problem = replace(
        bare(request, other, level=UNPLANNED, end=200), units=(Unit(id="U", open=((0, 125), (130, 200))),)
    )
    answer = asked(problem)
    later = only(answer, "later_deadline")
    assert (dict(later.numbers), later.start, later.end) == ({"by": 50}, 60, 120)
    moving = only(answer, "others_move")
    assert [(move.task, move.from_start, move.to_start) for move in moving.moves] == [("A/0", 0, 60)]
    assert (dict(moving.numbers), moving.cost) == ({"moved": 1, "by": 60}, 60)
    check_relaxations(problem, planned(problem, "R"), answer)
    shut = replace(problem, requests=(optional("R", task("R/0", USE)),), units=(Unit(id="U", open=((0, 50),)),))
    longer = only(asked(shut), "longer_hours")
    assert (longer.ids, dict(longer.numbers)) == (("U",), {"work": 10, "from": 50, "until": 60})


def test_nobody_moves_beyond_its_own_due_date() -> None:
    other = optional("A", task("A/0", USE), due=60)
    problem = replace(bare(optional("R", task("R/0", USE), deadline=70), other, level=UNPLANNED), units=(unit(),))
    assert "others_move" not in {one.code for one in asked(problem).relaxations}


def test_one_more_person_and_a_second_shift_are_offered() -> None:
    sewing = Mode(duration=10, staff=(StaffNeed(skill="sew"),))
    people = (Person(id="ann", skills=("sew",), on_shift=((0, 10), (40, 50))),)
    requests = (optional("R", task("R/0", sewing), deadline=30), optional("A", task("A/0", sewing), deadline=10))
    problem = replace(bare(*requests, level=UNPLANNED), persons=people)
    answer = asked(problem)
    assert (only(answer, "one_more_person").ids, only(answer, "one_more_person").start) == (("sew",), 0)
    assert only(answer, "second_shift").start == 10
    assert dict(only(answer, "second_shift").numbers) == {"work": 10}
    check_relaxations(problem, planned(problem, "R"), answer)


def test_the_due_date_counts_where_it_is_asked_for() -> None:
    request = optional("R", task("R/0", USE), due=50)
    problem = replace(bare(request, level=UNPLANNED), units=(unit(),))
    assert asked(problem).verdict == "fits"
    answer = asked(problem, in_time=True)
    assert (answer.verdict, [rule.code for rule in answer.conflict]) == ("conflict", ["due"])
    assert dict(only(answer, "later_due").numbers) == {"by": 10}


def test_what_is_required_is_told_as_a_conflict_with_it() -> None:
    other = replace(optional("A", task("A/0", USE)), required=True)
    problem = replace(bare(optional("R", task("R/0", USE)), other, level=UNPLANNED), units=(unit(),))
    answer = asked(problem)
    assert (answer.verdict, answer.yields) == ("outweighed", ())
    assert [rule.ids for rule in answer.conflict] == [("R",), ("A",), ("U",)]


def test_lags_that_cannot_hold_alone_are_a_conflict() -> None:
    modes = (Mode(duration=5, units=(UnitUse(unit="U"),)), Mode(duration=5, units=(UnitUse(unit="V"),)))
    tasks = tuple(task(f"R/{at}", mode) for at, mode in enumerate(modes))
    request = replace(optional("R", *tasks), lags=(Lag(before="R/0", after="R/1", most=20),))
    units = (Unit(id="U", open=((0, 10),)), Unit(id="V", open=((50, 60),)))
    answer = asked(replace(bare(request, level=UNPLANNED), units=units))
    assert answer.verdict == "conflict"
    assert [rule.code for rule in answer.conflict] == ["opening_hours", "opening_hours", "lag"]
    assert {one.code for one in answer.relaxations} == {"longer_hours"}


def test_what_stays_out_of_a_week_of_1500_tasks_is_told_within_a_deadline() -> None:
    problem = week(2, requests=450, tasks=1500)
    found = first_come(problem)
    assert found is not None
    for out in found.plan.left_out[:3]:
        answer = why(problem, found.plan, out.request, until=monotonic() + 10)
        assert answer.verdict in ("conflict", "outweighed", "fits")
        check_relaxations(problem, found.plan, answer)


def test_without_time_it_says_that_it_does_not_know() -> None:
    problem = replace(bare(optional("R", task("R/0", USE), deadline=50), level=UNPLANNED), units=(unit(),))
    answer = why(problem, planned(problem, "R"), "R", until=monotonic())
    assert (answer.verdict, answer.proven, answer.searched) == ("unknown", False, False)
    assert answer.blockers


def test_an_unknown_request_is_refused() -> None:
    with pytest.raises(KeyError):
        why(small_problem(1), Plan(status="feasible"), "nobody")
