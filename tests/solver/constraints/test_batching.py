"""Work of a class joins runs where that is better. Knows nothing of how runs are shared by hand."""

from dataclasses import replace

from solver.batches import carriers
from solver.model import solve_model
from solver.problem import Lag, Level, Problem, Task
from tests.solver.bare import MAKESPAN, best, placed
from tests.solver.shared import burn_in, chamber, soak

LATE = Level(name="late", terms=(("tardiness", 1),))


def level(problem: Problem, of: Level = MAKESPAN) -> Problem:
    return replace(problem, levels=(of,))


def test_what_fits_together_runs_together() -> None:
    problem = level(chamber(*(burn_in(name, 4, required=True) for name in "ABCDE")))
    assert best(problem).bound == 30, "three runs of two, two and one"
    answer = best(problem)
    assert answer.plan is not None
    assert len(carriers(problem, answer.plan.assignments)) == 2


def test_what_may_not_share_runs_alone() -> None:
    problem = level(chamber(burn_in("A", 4, required=True), burn_in("B", 4, batch="bake", required=True)))
    assert best(problem).bound == 20


def test_one_waits_for_the_other_where_that_saves_a_run() -> None:
    early = burn_in("A", 4, required=True, due=10, tardiness_weight=1)
    late = burn_in("B", 4, required=True, release=3, due=13, tardiness_weight=1)
    found = placed(level(chamber(early, late), LATE))
    assert (found["A/burn"].start, found["B/burn"].start) == (3, 3)
    assert best(level(chamber(early, late), LATE)).bound == 3


def test_equal_modes_are_found_whatever_their_numbers() -> None:
    slow = soak(duration=40)
    problem = level(chamber(burn_in("A", 4, slow, soak(), required=True), burn_in("B", 4, soak(gas=0), required=True)))
    found = placed(problem)
    assert (found["A/burn"].mode, found["B/burn"].mode) == (1, 0)
    assert best(problem).bound == 10


def test_two_runs_of_one_lot_may_share_as_well() -> None:
    tasks = tuple(Task(id=f"R/{number}", modes=(soak(),), batch="burn", size=4) for number in (1, 2))
    lot = replace(burn_in("R", 1, required=True), tasks=tasks, lags=(Lag(before="R/1", after="R/2", frm="start"),))
    assert best(level(chamber(lot))).bound == 10, "the lag counts from start to start"


def test_a_hint_with_a_shared_run_is_complete() -> None:
    problem = level(chamber(*(burn_in(name, 4, required=True) for name in "ABC"), lanes=2))
    first = best(problem).plan
    again = solve_model(problem, level=0, hint=first)
    assert again.status == "optimal"
    assert again.bound == best(problem).bound
