"""First plans: the rules accept them, bookings stay where they can, and no order is worse than first come first served.

Knows nothing of improvement.
"""

from dataclasses import replace

import pytest

from solver.construct import construct, first_come
from solver.costs import level_values
from solver.model import solve_model
from solver.plan import Plan
from solver.problem import (
    Booked,
    Capacity,
    Consumption,
    Demand,
    Lag,
    Level,
    Mode,
    Problem,
    Request,
    Stock,
    Task,
    Unit,
    UnitUse,
)
from solver.rules import judge
from solver.settle import settle
from tests.sizes import count
from tests.solver.bare import UNPLANNED, bare
from tests.solver.small import small_problem
from tests.solver.week import DAY, booked, broken, week


def test_the_rules_accept_every_first_plan_of_random_small_problems() -> None:
    made = 0
    for seed in range(count(short=300, full=2000)):
        problem = small_problem(seed)
        first, best = construct(problem, tries=8, seed=seed)
        for start in (first, best):
            if start is not None:
                made += 1
                assert judge(problem, start.plan) == (), seed
                assert start.values == level_values(problem, start.plan)
        if first is not None:
            assert best is not None
            assert best.values <= first.values
    assert made > 0


def begun_against_booked() -> Problem:
    """A unit with room for one task, wanted by a request of four bookings and by a begun one of no weight."""
    job = Mode(duration=60, units=(UnitUse(unit="U"),))
    here = Booked(start=0, end=60, units=("U",))
    booked = tuple(Task(id=f"K/{at}", modes=(Mode(duration=1),), booked=here) for at in range(3))
    kept = Request(id="K", tasks=(*booked, Task(id="K/U", modes=(job,), booked=here)), weight=1000)
    begun = Request(id="B", tasks=(Task(id="B/U", modes=(job,)),), weight=0, begun=True)
    unit = Unit(id="U", open=((0, 100),))
    level = Level(name="displaced", terms=(("displaced", 1),))
    return Problem(
        horizon=100, calendar_end=100, commit_until=100, levels=(level,), requests=(kept, begun), units=(unit,)
    )


def test_what_has_begun_is_displaced_last_of_all() -> None:
    start = first_come(begun_against_booked())
    model = solve_model(begun_against_booked(), level=0).plan
    assert start is not None
    assert model is not None
    for plan in (start.plan, model):
        assert judge(begun_against_booked(), plan) == ()
        assert [out.request for out in plan.left_out] == ["K"]


def test_what_has_begun_and_finds_no_place_stops_nothing() -> None:
    problem = begun_against_booked()
    closed = replace(problem, units=(Unit(id="U", open=((0, 70),)),), requests=(problem.requests[1],))
    late = replace(closed, requests=(replace(closed.requests[0], release=20),))
    start = first_come(late)
    assert start is not None
    assert [out.absence for out in start.plan.left_out] == ["displaced"]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_week_is_planned_and_priority_rules_beat_first_come_first_served(seed: int) -> None:
    problem = week(seed)
    first, best = construct(problem, tries=10)
    assert first is not None
    assert best is not None
    assert judge(problem, first.plan) == ()
    assert judge(problem, best.plan) == ()
    assert best.values < first.values


def test_the_same_problem_gives_the_same_plan() -> None:
    problem = week(3)
    assert construct(problem, tries=9, seed=5) == construct(problem, tries=9, seed=5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_booked_stays_where_it_is(seed: int) -> None:
    free = week(seed)
    start = first_come(free)
    assert start is not None
    again = first_come(booked(free, start.plan))
    assert again is not None
    assert (again.values[0], again.values[1], again.values[4]) == (0, 0, 0)


def test_an_outage_moves_little() -> None:
    free = week(1)
    start = first_come(free)
    assert start is not None
    problem = booked(free, start.plan)
    unit, under = busiest(problem)
    repaired = first_come(broken(problem, unit, (0, 3 * DAY)))
    assert repaired is not None
    assert judge(broken(problem, unit, (0, 3 * DAY)), repaired.plan) == ()
    tasks = sum(len(request.tasks) for request in problem.requests)
    assert 0 < repaired.values[0] + repaired.values[4] <= min(12 * under, tasks // 4)


def test_settling_ends_nothing_later_and_moves_no_booking() -> None:
    for seed in range(count(short=100, full=600)):
        problem = small_problem(seed)
        first = first_come(problem)
        if first is None:
            continue
        settled = settle(problem, first.plan)
        assert judge(problem, settled) == (), seed
        ends = {at.task: at.end for at in settled.assignments}
        for request in problem.requests:
            before = [at.end for at in first.plan.assignments if at.task in {task.id for task in request.tasks}]
            after = [ends[task.id] for task in request.tasks if task.id in ends]
            assert len(after) == len(before)
            if not request.kept:
                assert max(after, default=0) <= max(before, default=0)


def test_a_maximum_lag_makes_the_first_task_wait_for_the_second() -> None:
    narrow = Capacity(id="oven", steps=((0, 0), (50, 1)))
    first, second = Task(id="a", modes=(Mode(duration=5),)), _baking("b", 5)
    request = Request(id="R", tasks=(first, second), lags=(Lag(before="a", after="b", most=2),), required=True)
    plan = _planned(_makespan(request, capacities=(narrow,)))
    starts = {at.task: at.start for at in plan.assignments}
    assert starts == {"a": 43, "b": 50}


def test_scarce_stock_is_shared_out_by_slower_modes() -> None:
    quick = Mode(duration=2, consumptions=(Consumption(stock="gas", amount=5),))
    slow = Mode(duration=9, consumptions=(Consumption(stock="gas", amount=1),))
    tasks = tuple(Task(id=f"t{at}", modes=(quick, slow)) for at in range(4))
    stock = Stock(id="gas", changes=((0, 12),))
    plan = _planned(_makespan(Request(id="R", tasks=tasks, required=True), stocks=(stock,)))
    assert sorted(at.mode for at in plan.assignments) == [0, 0, 1, 1]


def test_no_plan_where_a_required_request_has_no_room() -> None:
    request = Request(id="R", tasks=(_baking("a", 5),), required=True, deadline=4)
    assert first_come(_makespan(request, capacities=(Capacity(id="oven", steps=((0, 1),)),))) is None


def busiest(problem: Problem) -> tuple[str, int]:
    """The unit with most bookings that begin in the first three days, and their number."""
    counts: dict[str, int] = {}
    for request in problem.requests:
        for task in request.tasks:
            if task.booked is not None and task.booked.start < 3 * DAY:
                for unit in task.booked.units:
                    counts[unit] = counts.get(unit, 0) + 1
    return max(counts.items(), key=lambda item: (item[1], item[0]))


def _baking(id_: str, duration: int) -> Task:
    return Task(id=id_, modes=(Mode(duration=duration, demands=(Demand(capacity="oven", amount=1),)),))


def _makespan(request: Request, **resources: tuple[Capacity, ...] | tuple[Stock, ...]) -> Problem:
    level = Level(name="makespan", terms=(("makespan", 1),))
    empty = Problem(horizon=200, calendar_end=200, commit_until=200, levels=(level,), requests=(request,))
    return replace(empty, **resources)  # type: ignore[arg-type]


def _planned(problem: Problem) -> Plan:
    _, best = construct(problem, tries=6)
    assert best is not None
    assert judge(problem, best.plan) == ()
    return best.plan


@pytest.mark.parametrize(("lanes", "is_planned"), [(47, False), (48, True)])
def test_that_a_unit_has_too_few_lanes_in_all_is_counted_and_not_tried_out(lanes: int, is_planned: bool) -> None:
    """Three uses of sixteen lanes each could be tried in more ways than there is time for."""
    uses = tuple(UnitUse(unit="U", lanes=16, part="whole") for _ in range(3))
    mode = Mode(duration=5, head=2, tail=2, units=uses)
    asked = bare(Request(id="R", tasks=(Task(id="R/0", modes=(mode,)),), weight=3), level=UNPLANNED, end=20)
    made = first_come(replace(asked, units=(Unit(id="U", open=((0, 20),), lanes=lanes),)))
    assert made is not None
    assert bool(made.plan.assignments) == is_planned
