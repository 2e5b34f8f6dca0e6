"""The earliest places beside a plan: what a brute force finds for one operation, and real places for a routing."""

import random
from dataclasses import replace
from itertools import combinations, product

import pytest

from solver.construct import first_come
from solver.explain import Standing, earliest, nearest_starts
from solver.explain.answers import Placement
from solver.explain.asking import beside, together
from solver.plan import Assignment, Plan
from solver.problem import Booked, Expiry, Lag, Mode, Problem, Request, Unit, UnitUse
from solver.rules import judge
from solver.site import changed_over
from tests.sizes import count
from tests.solver.bare import UNPLANNED, bare, required, task, unit
from tests.solver.brute import placements
from tests.solver.by_tick import lags_hold
from tests.solver.small import small_problem
from tests.solver.varieties import completed
from tests.solver.week import week

Told = tuple[int, int, tuple[str, ...]]


def by_brute_force(problem: Problem, *, apart: int) -> list[Told]:
    """Start, end and units of every place of the one task that is there, by start, end and units."""
    (request,) = problem.requests
    (only,) = request.tasks
    possible = {
        (at.start, at.end, tuple(sorted({use.unit for use in only.modes[at.mode].units})))
        for at, _ in placements(problem, request, only)
        if lags_hold(request, {at.task: at}) and completed(problem, {at.task: at}) is not None
    }
    found: list[Told] = []
    last: dict[tuple[str, ...], int] = {}
    for start, end, units in sorted(possible):
        if units not in last or start >= last[units] + apart:
            last[units] = start
            found.append((start, end, units))
    return found


def told(places: tuple[Placement, ...]) -> list[Told]:
    return [(place.start, place.end, place.units) for place in places]


def test_for_one_operation_they_are_what_a_brute_force_finds() -> None:
    compared = 0
    for seed in range(count(short=400, full=3000)):
        problem = small_problem(seed)
        found = first_come(problem)
        for request in problem.requests if found is not None else ():
            assert found is not None
            left = beside(problem, found.plan, request)
            if [len(one.tasks) for one in left.requests] == [1] and not request.tasks[0].batch:
                apart, n = 1 + seed % 3, 5 if seed % 2 else 100
                answer = earliest(problem, found.plan, request.id, n=n, apart=apart)
                expected = by_brute_force(left, apart=apart)
                assert told(answer.placements) == expected[:n], f"small_problem({seed}), {request.id}"
                assert answer.complete
                compared += bool(expected)
    assert compared >= 100


def placed_well(problem: Problem, plan: Plan, request: Request, place: Placement) -> bool:
    out = replace(plan, assignments=tuple(at for at in plan.assignments if at.task not in ids(request)))
    new = together(problem, out, Plan(status="feasible", assignments=place.assignments))
    new = replace(new, assignments=changed_over(problem, new.assignments))
    return judge(problem, new) == () and set(ids(request)) == {at.task for at in place.assignments}


def ids(request: Request) -> tuple[str, ...]:
    return tuple(one.id for one in request.tasks)


def test_every_place_of_a_routing_keeps_the_rules_beside_the_plan() -> None:
    checked = 0
    for seed in range(count(short=150, full=1000)):
        problem = small_problem(seed)
        found = first_come(problem)
        for request in problem.requests if found is not None else ():
            assert found is not None
            answer = earliest(problem, found.plan, request.id)
            starts = [place.start for place in answer.placements]
            assert starts == sorted(starts)
            for place in answer.placements:
                assert placed_well(problem, found.plan, request, place), f"small_problem({seed}), {request.id}"
                checked += len(request.tasks) > 1
    assert checked >= 50


@pytest.mark.parametrize("seed", [789, 865, 872, 2771])
def test_places_that_were_overlooked_or_offered_wrongly_once(seed: int) -> None:
    problem = small_problem(seed)
    found = first_come(problem)
    assert found is not None
    compared = 0
    for request in problem.requests:
        left = beside(problem, found.plan, request)
        if [len(one.tasks) for one in left.requests] == [1]:
            answer = earliest(problem, found.plan, request.id, n=100)
            assert told(answer.placements) == by_brute_force(left, apart=1)
            assert answer.complete
            compared += len(answer.placements)
    assert compared


def test_asking_leaves_everything_where_it_stands() -> None:
    problem = week(3)
    found = first_come(problem)
    assert found is not None
    standing = Standing(problem, found.plan)
    chosen = random.Random(1).sample(problem.requests, 20)
    first = [standing.earliest(request.id) for request in chosen]
    assert [standing.earliest(request.id) for request in chosen] == first
    assert [earliest(problem, found.plan, request.id) for request in chosen[:3]] == first[:3]
    assert sorted(standing.site.placed.values(), key=lambda at: at.task) == list(found.plan.assignments)


TWO = Mode(duration=2, units=(UnitUse(unit="U"),))


def test_they_differ_in_start_or_unit_and_lie_apart() -> None:
    either = task("R/0", TWO, replace(TWO, units=(UnitUse(unit="V"),)))
    problem = replace(bare(replace(required(either), required=False), level=UNPLANNED), units=(unit("U"), unit("V")))
    empty = Plan(status="feasible")
    assert told(earliest(problem, empty, "R", n=3).placements) == [(0, 2, ("U",)), (0, 2, ("V",)), (1, 3, ("U",))]
    apart = earliest(problem, empty, "R", n=4, apart=10).placements
    assert told(apart) == [(0, 2, ("U",)), (0, 2, ("V",)), (10, 12, ("U",)), (10, 12, ("V",))]


def test_what_is_not_sure_to_be_complete_says_so() -> None:
    """Two operations of which either may come first: a place that begins with the other one could be missed."""
    loose = required(task("R/0", TWO), task("R/1", TWO))
    problem = replace(bare(loose), units=(unit("U"),))
    assert not earliest(problem, Plan(status="feasible"), "R").complete
    tied = replace(loose, lags=(Lag(before="R/0", after="R/1"),))
    answer = earliest(replace(problem, requests=(tied,)), Plan(status="feasible"), "R", n=2)
    assert answer.complete
    assert [place.start for place in answer.placements] == [0, 1]


def test_one_operation_that_finds_no_run_to_share_is_searched_to_the_end() -> None:
    rack = replace(TWO, units=(UnitUse(unit="U", room=3),))
    lone = required(replace(task("R/0", rack), batch="burn-in"))
    other = required(replace(task("S/0", rack), batch="burn-in"), id_="S")
    problem = replace(bare(lone), units=(unit("U"),))
    assert earliest(problem, Plan(status="feasible"), "R").complete
    both = replace(problem, requests=(lone, other))
    assert not earliest(both, Plan(status="feasible"), "R").complete


def test_where_it_stands_is_no_place_that_is_taken() -> None:
    booked = replace(task("R/0", TWO), booked=Booked(start=4, end=6, units=("U",)))
    problem = replace(bare(required(booked)), units=(unit("U"),))
    found = first_come(problem)
    assert found is not None
    assert [place.start for place in earliest(problem, found.plan, "R", n=5).placements] == [0, 1, 2, 3, 4]


def by_rule_book(problem: Problem) -> list[int]:
    """The starts from which the one task could be done on one lane, or on two: what is tried is everything."""
    ((only,),) = (one.tasks for one in problem.requests)
    ways = [at for number, mode in enumerate(only.modes) for at in everywhere(problem, only.id, number, mode)]
    return sorted({at.start for at in ways if judge(problem, Plan(status="feasible", assignments=(at,))) == ()})


def everywhere(problem: Problem, id_: str, number: int, mode: Mode) -> list[Assignment]:
    lanes = [combinations(range(problem.units[0].lanes), use.lanes) for use in mode.units]
    lengths = (mode.duration,) if mode.crossing == "solid" else range(1, 12)
    times = product(range(problem.horizon), lengths, product(*lanes))
    return [Assignment(task=id_, mode=number, start=at, end=at + length, lanes=on) for at, length, on in times]


def check_starts(mode: Mode, on: Unit) -> None:
    request = replace(required(task("R/0", mode)), required=False)
    problem = replace(bare(request, level=UNPLANNED, end=40), horizon=30, units=(on,))
    expected = by_rule_book(problem)
    answer = earliest(problem, Plan(status="feasible"), "R", n=100)
    assert [place.start for place in answer.placements] == expected
    assert expected
    assert answer.complete


UNATTENDED = Mode(duration=2, crossing="unattended", head=1, tail=1, units=(UnitUse(unit="U"),))
SERVICE = Expiry(kind="service", measure="use", left=3, renewed=100)
DATED = replace(SERVICE, measure="date", left=1, renewed=90, renewed_at=(3,))


@pytest.mark.parametrize(
    ("mode", "expiry"),
    [
        pytest.param(UNATTENDED, SERVICE, id="waits less to be unloaded from a later start"),
        pytest.param(replace(TWO, crossing="pausing"), SERVICE, id="pauses less"),
        pytest.param(replace(UNATTENDED, units=(UnitUse(unit="U", part="tail"),)), DATED, id="is unloaded after it"),
        pytest.param(UNATTENDED, replace(SERVICE, renewed_at=(12,)), id="shorter, or after a renewal"),
    ],
)
def test_what_uses_less_from_a_later_start_is_found_before_the_next_service(mode: Mode, expiry: Expiry) -> None:
    check_starts(mode, Unit(id="U", open=((0, 2), (4, 40)), expiries=(expiry,)))


def test_two_uses_of_one_unit_take_the_lanes_that_leave_room_for_each_other() -> None:
    uses = (UnitUse(unit="U", part="head"), UnitUse(unit="U"))
    taken = (((0, 5),), ((7, 20),))
    check_starts(Mode(duration=4, head=1, units=uses), Unit(id="U", lanes=2, open=((0, 40),), taken=taken))
    four = ((), ((7, 20),), ((1, 3), (5, 6)), ((0, 2),))
    more = (*uses, UnitUse(unit="U", part="tail"))
    check_starts(Mode(duration=4, head=1, tail=1, units=more), Unit(id="U", lanes=4, open=((0, 40),), taken=four))


@pytest.mark.parametrize("seed", range(12))
def test_no_lanes_are_overlooked_where_one_unit_is_used_three_times(seed: int) -> None:
    chance = random.Random(seed)
    uses = [UnitUse(unit="U", part=part) for part in ("head", "whole", "tail")]
    chance.shuffle(uses)
    ticks = [sorted(chance.sample(range(30), 6)) for _ in range(3)]
    taken = tuple(tuple(zip(lane[::2], lane[1::2], strict=True)) for lane in ticks)
    mode = Mode(duration=4, head=2, tail=2, units=tuple(uses))
    check_starts(mode, Unit(id="U", lanes=3, open=((0, 40),), taken=taken))


@pytest.mark.parametrize(("wished", "starts"), [(0, [0, 10, 25]), (24, [25, 18, 3]), (99, [98, 18, 3])])
def test_the_nearest_starts_lie_before_and_after_the_wish(wished: int, starts: list[int]) -> None:
    taken = ((5, 10), (20, 25))
    problem = replace(bare(required(task("R/0", TWO))), units=(unit("U", taken=(taken,)),))
    nearest = nearest_starts(problem, problem.requests[0], wished)
    assert [at.start for at in nearest] == starts
