"""Nobody uses more of some units than allowed. Knows nothing of other rules."""

from dataclasses import replace

from solver.construct import first_come
from solver.model import solve_model
from solver.problem import Level, Mode, Problem, Quota, Unit, UnitUse, Window
from solver.rules import judge
from tests.solver.bare import bare, best, placed, required, task, unit

TWO = Mode(duration=2, units=(UnitUse(unit="U"),))
ROLLING = Quota(id="Q", units=("U",), measure="ticks", length=10, most=4)


def lot(tasks: int, quota: Quota, mode: Mode = TWO) -> Problem:
    """Required tasks of 2 ticks each under one quota, on a unit that has room for all at once."""
    request = required(*(task(f"T{number}", mode) for number in range(tasks)))
    return replace(bare(request), units=(unit(lanes=9),), quotas=(quota,))


def end(problem: Problem) -> int | None:
    """The proven least makespan; the constructor finds a plan that obeys the rules too."""
    start = first_come(problem)
    assert start is not None
    assert judge(problem, start.plan) == ()
    return best(problem).bound


def test_what_is_beyond_the_quota_waits_until_a_window_has_room() -> None:
    """Two at once at 0, two more as soon as ten ticks see four at the most."""
    assert end(lot(2, ROLLING)) == 2
    assert end(lot(3, ROLLING)) == 12
    assert end(lot(5, replace(ROLLING, taken=((-3, -1),)))) == 22


def test_what_is_longer_than_the_most_can_never_be() -> None:
    long = lot(1, ROLLING, replace(TWO, duration=5))
    assert solve_model(long, level=0).status == "infeasible"
    assert first_come(long) is None


def test_buckets_are_filled_one_by_one() -> None:
    assert end(lot(3, replace(ROLLING, length=None, buckets=((0, 24, 4), (24, 48, 1))))) == 49
    assert (
        end(lot(4, replace(ROLLING, measure="count", length=None, buckets=((0, 24, 2), (24, 48, 1), (48, 72, 1)))))
        == 50
    )


def test_by_number_starts_keep_apart() -> None:
    assert end(lot(5, replace(ROLLING, measure="count", most=2))) == 22


def test_one_unit_or_the_other_counts_once() -> None:
    either = (TWO, replace(TWO, units=(UnitUse(unit="V"),)))
    request = required(task("a", *either), task("b", *either))
    quota = replace(ROLLING, units=("U", "V"), most=2)
    problem = replace(bare(request), units=(unit(), unit("V")), quotas=(quota,))
    assert end(problem) == 12
    assert {at.start for at in placed(problem).values()} == {0, 10}


def test_only_the_unit_that_counts_is_avoided() -> None:
    either = (TWO, replace(TWO, duration=3, units=(UnitUse(unit="V"),)))
    taken: tuple[Window, ...] = ((-4, 0),)
    problem = replace(
        bare(required(task("a", *either))), units=(unit(), unit("V")), quotas=(replace(ROLLING, taken=taken),)
    )
    assert end(problem) == 3


def test_work_that_may_pause_counts_with_its_pauses_beside_a_way_as_long_that_may_not() -> None:
    """Solid from 4 on or pausing over 0..5: two of the latter would use 10 of 8 in any 8 ticks."""
    modes = (TWO, replace(TWO, crossing="pausing"))
    other = tuple(replace(mode, units=(UnitUse(unit="V"),)) for mode in modes)
    halting = ((0, 1), (4, 8))
    quota = replace(ROLLING, units=("U", "V"), length=8, most=8)
    for order in (1, -1):
        first, second = required(task("a", *modes[::order])), required(task("b", *other[::order]), id_="S")
        problem = replace(
            bare(first, second, level=Level(name="completion", terms=(("completion", 1),)), end=8),
            units=(Unit(id="U", open=halting), Unit(id="V", open=halting)),
            quotas=(quota,),
        )
        assert end(problem) == 11
