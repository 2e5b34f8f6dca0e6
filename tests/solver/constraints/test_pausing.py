"""Work that pauses, in the model and on the constructor's ground. Knows nothing of the rule book's words."""

from dataclasses import replace

from solver.construct import first_come
from solver.model import solve_model
from solver.plan import Assignment
from solver.problem import Capacity, Demand, Lag, Mode, Person, Pin, Problem, StaffNeed, Unit, UnitUse
from solver.rules import judge
from tests.solver.bare import bare, placed, required, task

BENCH = Unit(id="U", open=((10, 20), (30, 40), (50, 60)))
USES = (UnitUse(unit="U"),)
SOLDER = Mode(duration=14, crossing="pausing", units=USES)
ANN = Person(id="ann", skills=("solder",), on_shift=((10, 20), (30, 40), (50, 60)))


def one(mode: Mode, **fields: object) -> Problem:
    return replace(bare(required(task("a", mode))), **{"units": (BENCH,), **fields})  # type: ignore[arg-type]


def both_ways(problem: Problem) -> tuple[Assignment, Assignment]:
    """Task ``a`` as the model and as the constructor place it."""
    start = first_come(problem)
    assert start is not None
    assert judge(problem, start.plan) == ()
    (built,) = (at for at in start.plan.assignments if at.task == "a")
    return placed(problem)["a"], built


def test_the_end_follows_from_the_start() -> None:
    for found in both_ways(one(SOLDER)):
        assert (found.start, found.end) == (10, 34)
    pinned = replace(bare(required(replace(task("a", SOLDER), pin=Pin(start=18)))), units=(BENCH,))
    for found in both_ways(pinned):
        assert (found.start, found.end) == (18, 52)


def test_there_may_be_too_little_time_left() -> None:
    assert solve_model(one(replace(SOLDER, duration=30)), level=0).status == "optimal"
    assert solve_model(one(replace(SOLDER, duration=31)), level=0).status == "infeasible"
    assert first_come(one(replace(SOLDER, duration=31))) is None


def test_nobody_else_gets_the_bench_over_night() -> None:
    """``b`` could use it at night, were it free."""
    short = Mode(duration=3, crossing="unattended", units=USES)
    first = replace(task("a", SOLDER), pin=Pin(start=15))
    problem = replace(bare(required(first, task("b", short))), units=(BENCH,))
    found = placed(problem)
    assert found["b"].end <= 15 or found["b"].start >= found["a"].end


def test_a_person_does_other_work_in_the_pauses() -> None:
    """``b`` is on no unit and takes the person from 22 to 26, between two stretches of ``a``."""
    ann = replace(ANN, on_shift=((0, 60),))
    solder = replace(SOLDER, staff=(StaffNeed(skill="solder", drives=True),))
    other = replace(task("b", Mode(duration=4, staff=(StaffNeed(skill="solder"),))), windows=((20, 30),))
    problem = replace(bare(required(task("a", solder), other)), units=(BENCH,), persons=(ann,))
    found, built = both_ways(problem)
    assert (found.start, found.end) == (built.start, built.end) == (10, 34)


def test_lunch_stops_only_what_it_drives() -> None:
    lunch = replace(ANN, on_shift=((10, 14), (16, 20), (30, 40), (50, 60)))
    for drives, end in ((True, 36), (False, 34)):
        mode = replace(SOLDER, staff=(StaffNeed(skill="solder", drives=drives),))
        for found in both_ways(one(mode, persons=(lunch,))):
            assert (found.start, found.end) == (10, end)


def test_the_same_person_stays_through_all_stretches() -> None:
    """Each of two is there for one day; together they drive the work, but neither can do all of it."""
    days = [replace(ANN, id=name, on_shift=(day,)) for name, day in (("ann", (10, 20)), ("bob", (30, 40)))]
    mode = replace(SOLDER, staff=(StaffNeed(skill="solder", drives=True),))
    problem = one(mode, persons=tuple(days))
    assert solve_model(problem, level=0).status == "infeasible"
    assert first_come(problem) is None


def test_power_is_free_for_others_in_the_pauses() -> None:
    demands = (Demand(capacity="power", amount=1),)
    night = Mode(duration=10, crossing="unattended", demands=demands)
    fixed = replace(task("b", night), pin=Pin(start=20))
    problem = replace(
        bare(required(task("a", replace(SOLDER, demands=demands)), fixed)),
        units=(BENCH,),
        capacities=(Capacity(id="power", steps=((0, 1),)),),
    )
    found, built = both_ways(problem)
    assert (found.start, built.start) == (10, 10)


def test_lags_count_from_the_real_end() -> None:
    after = task("b", Mode(duration=1))
    problem = replace(
        bare(required(task("a", SOLDER), after, lags=(Lag(before="a", after="b", most=0),))), units=(BENCH,)
    )
    found = placed(problem)
    assert found["b"].start == found["a"].end == 34
