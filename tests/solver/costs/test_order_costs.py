"""Setup, running cost and lost gaps, as the costs count them and as CP-SAT minimises them."""

from dataclasses import replace

from solver.costs import level_values, worst_value
from solver.model import solve_model
from solver.problem import Level, Mode, Problem, Setup, Task, Unit, UnitUse
from tests.solver.bare import ALWAYS, bare, required
from tests.solver.sample import at, plan_of

ROWS = (Setup(frm="a", to="b", length=1, cost=7), Setup(frm="b", to="a", length=0, cost=2))


def level(name: str) -> Level:
    return Level(name=name, terms=((name, 1),), tolerance=0)


def week(name: str, unit: Unit, *families: str) -> Problem:
    tasks = (
        Task(id=f"T{number}", modes=(Mode(duration=5, cost=3, units=(UnitUse(unit="U", family=family),)),))
        for number, family in enumerate(families)
    )
    requests = (required(task, id_=f"R{number}") for number, task in enumerate(tasks))
    return replace(bare(*requests, level=level(name)), units=(unit,))


def values(problem: Problem, *starts: int) -> tuple[int, ...]:
    runs = (at(start, start + 5, task=f"T{number}", lanes=((0,),)) for number, start in enumerate(starts))
    return level_values(problem, plan_of(*runs))


def test_setups_cost_by_the_order() -> None:
    problem = week("setup", Unit(id="U", open=ALWAYS, setups=ROWS, state="a"), "a", "b", "a")
    assert values(problem, 0, 10, 20) == (9,)
    assert values(problem, 0, 20, 10) == (7,)
    assert worst_value(problem, problem.levels[0]) == 42
    answer = solve_model(problem, level=0)
    assert (answer.status, answer.bound) == ("optimal", 7)


def test_running_costs_by_the_mode() -> None:
    problem = week("running", Unit(id="U", open=ALWAYS), "a", "b")
    assert values(problem, 0, 10) == (6,)
    answer = solve_model(problem, level=0)
    assert (answer.status, answer.bound) == ("optimal", 6)


def test_short_gaps_are_lost_in_open_time() -> None:
    unit = Unit(id="U", open=((0, 8), (12, 100)), usable=4, taken=(((20, 30),),))
    problem = week("gaps", unit, "", "")
    assert values(problem, 0, 13) == (2,)
    assert values(problem, 1, 14) == (1,)
    assert values(problem, 0, 5) == (0,)
    assert values(problem, 40, 50) == (0,)
    assert values(problem, 33, 41) == (6,)
    answer = solve_model(problem, level=0)
    assert (answer.status, answer.bound) == ("optimal", 0)
