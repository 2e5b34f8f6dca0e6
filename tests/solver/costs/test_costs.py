"""What each cost counts, and what it does not."""

from dataclasses import replace
from pathlib import Path

import pytest

import solver.costs
from solver.costs import COSTS, WORST, level_values, worst_value
from solver.plan import Absence, Plan
from solver.problem import Booked, Fact, Level, Mode, Problem, Request, Task, UnitUse
from solver.rules import Reading
from tests.solver.sample import PLAN, PROBLEM, at, plan_of, several

SAW = Mode(duration=5, units=(UnitUse(unit="saw"),))
MILL = Mode(duration=5, units=(UnitUse(unit="mill"),))


def worth(name: str, problem: Problem, plan: Plan) -> int:
    value = COSTS[name](Reading(problem, plan))
    assert 0 <= value <= WORST[name](problem)
    return value


def booked(*, frozen: bool = False) -> Problem:
    """``K`` with a booked task ``A`` and another ``B``; ``N`` with a task ``C``, not booked."""
    first = Task(id="A", modes=(SAW, MILL), booked=Booked(start=10, end=15, units=("saw",), frozen=frozen))
    second, third = (Task(id=name, modes=(SAW,)) for name in ("B", "C"))
    return several(Request(id="K", tasks=(first, second), weight=7), Request(id="N", tasks=(third,), weight=4))


def placed(start: int, *, mode: int = 0, **left_out: Absence) -> Plan:
    return plan_of(at(start, start + 5, task="A", mode=mode), at(50, 55, task="B"), at(60, 65, task="C"), **left_out)


def test_displaced_counts_the_booked_tasks_of_what_is_left_out() -> None:
    assert worth("displaced", booked(), placed(30)) == 0
    assert worth("displaced", booked(), plan_of(at(60, 65, task="C"), K="displaced")) == 1
    assert worth("displaced", booked(), plan_of(N="unplanned", K="displaced")) == 1


def test_what_has_begun_counts_a_thousandfold_booked_or_not() -> None:
    kept, new = booked().requests
    begun = several(kept, replace(new, begun=True))
    assert worth("displaced", begun, plan_of(N="displaced", K="displaced")) == 1 + 1000
    assert worth("unplanned", begun, plan_of(N="displaced", K="displaced")) == 0


def test_unplanned_weighs_what_is_left_out_and_was_not_confirmed() -> None:
    assert worth("unplanned", booked(), placed(10)) == 0
    assert worth("unplanned", booked(), plan_of(N="unplanned", K="displaced")) == 4
    assert worth("unplanned", booked(), plan_of(N="deferred", K="displaced")) == 4


@pytest.mark.parametrize(("start", "mode", "moved"), [(10, 0, 0), (11, 0, 1), (10, 1, 1), (9, 1, 1)])
def test_moved_is_another_start_or_other_units(start: int, mode: int, moved: int) -> None:
    plan = placed(start, mode=mode)
    assert worth("moved", booked(), plan) == moved
    assert worth("moved", booked(frozen=True), plan) == moved
    assert worth("moved_in_freeze", booked(), plan) == 0
    assert worth("moved_in_freeze", booked(frozen=True), plan) == moved


@pytest.mark.parametrize(("start", "mode", "changes"), [(10, 0, 0), (13, 0, 0), (10, 1, 1), (8, 1, 1)])
def test_unit_changes_are_other_units_whenever_it_is(start: int, mode: int, changes: int) -> None:
    assert worth("unit_changes", booked(), placed(start, mode=mode)) == changes
    assert worth("unit_changes", booked(), plan_of(at(60, 65, task="C"), K="displaced")) == 0


@pytest.mark.parametrize(("start", "mode", "shifted"), [(10, 0, 0), (13, 0, 3), (10, 1, 0), (8, 1, 2)])
def test_shifted_is_how_far_the_start_moves_either_way(start: int, mode: int, shifted: int) -> None:
    assert worth("shifted", booked(), placed(start, mode=mode)) == shifted
    assert worth("shifted", booked(), plan_of(at(60, 65, task="C"), K="displaced")) == 0


def test_what_is_left_out_has_not_moved() -> None:
    plan = plan_of(at(60, 65, task="C"), K="displaced")
    assert worth("moved", booked(frozen=True), plan) == worth("moved_in_freeze", booked(frozen=True), plan) == 0


def one(*, due: int | None, facts: tuple[Fact, ...] = ()) -> Problem:
    tasks = tuple(Task(id=name, modes=(SAW,)) for name in ("A", "B"))
    return several(Request(id="R", tasks=tasks, due=due, facts=facts, weight=3, tardiness_weight=2))


ENDS_AT_25 = plan_of(at(20, 25, task="A"), at(0, 5, task="B"))


def test_tardiness_counts_from_the_due_date_to_the_last_end() -> None:
    assert [worth("tardiness", one(due=due), ENDS_AT_25) for due in (30, 25, 24, 0)] == [0, 0, 2, 50]
    assert worth("tardiness", one(due=None), ENDS_AT_25) == 0
    assert worth("tardiness", one(due=-5), ENDS_AT_25) == 60
    assert worth("tardiness", one(due=0), plan_of(R="unplanned")) == 0


def test_facts_count_for_the_last_end() -> None:
    running = (Fact(id="F", start=-5, end=40),)
    assert worth("tardiness", one(due=20, facts=running), ENDS_AT_25) == 40
    assert worth("completion", one(due=20, facts=running), ENDS_AT_25) == 120
    assert worth("makespan", one(due=20, facts=running), ENDS_AT_25) == 25


def test_completion_weighs_the_last_end_of_what_is_planned() -> None:
    assert worth("completion", one(due=None), ENDS_AT_25) == 75
    assert worth("completion", one(due=None), plan_of(R="unplanned")) == 0


def test_makespan_is_the_last_end_of_all() -> None:
    assert worth("makespan", one(due=None), ENDS_AT_25) == 25
    assert worth("makespan", one(due=None), plan_of(R="unplanned")) == 0


def test_levels_are_weighted_sums_in_order() -> None:
    levels = (
        Level(name="sum", terms=(("makespan", 2), ("completion", 10))),
        Level(name="none", terms=()),
        Level(name="free", terms=(("makespan", 0),)),
    )
    request = one(due=None).requests[0]
    problem = several(request, levels=levels)
    assert level_values(problem, ENDS_AT_25) == (800, 0, 0)
    assert [worst_value(problem, level) for level in levels] == [2 * 120 + 10 * 3 * 120, 0, 0]


def test_an_unknown_cost_is_an_error() -> None:
    problem = several(levels=(Level(name="beauty", terms=(("beauty", 1),)),))
    with pytest.raises(KeyError):
        level_values(problem, plan_of())


def test_the_sample_is_worth_what_a_hand_count_says() -> None:
    values = {name: worth(name, PROBLEM, PLAN) for name in COSTS}
    assert values == {
        "displaced": 1,
        "moved_in_freeze": 0,
        "unplanned": 3,
        "tardiness": 5 * (11 - 9),
        "moved": 1,
        "shifted": 6 - 5,
        "completion": 2 * 11 + 21 + 42,
        "makespan": 42,
        "unfairness": 0,
        "unit_changes": 0,
        "setup": 0,
        "running": 0,
        "gaps": 0,
    }


def test_a_module_per_cost() -> None:
    modules = {path.stem for path in Path(next(iter(solver.costs.__path__))).glob("*.py")}
    assert modules - {"__init__"} == set(COSTS) == set(WORST)


def test_a_request_planned_in_part_counts_nothing_for_its_end() -> None:
    half = plan_of(at(20, 25, task="A"))
    assert worth("completion", one(due=0), half) == worth("tardiness", one(due=0), half) == 0


def test_the_worst_is_no_larger_than_it_need_be() -> None:
    assert {name: worst(PROBLEM) for name, worst in WORST.items()} == {
        "displaced": 3,
        "moved_in_freeze": 1,
        "unplanned": 1 + 1 + 3,
        "tardiness": 5 * (80 - 9),
        "moved": 3,
        "shifted": 59 + 53 + 57,
        "completion": (2 + 1 + 1 + 3 + 7) * 80,
        "makespan": 80,
        "unfairness": 0,
        "unit_changes": 0,
        "setup": 0,
        "running": 0,
        "gaps": 0,
    }
    running = (Fact(id="F", start=-5, end=200),)
    assert WORST["tardiness"](one(due=20, facts=running)) == 2 * 180
    assert WORST["completion"](one(due=20, facts=running)) == 3 * 200
