"""Work waits for the service or calibration that it needs. Knows nothing of how the maintenance is asked for."""

from dataclasses import replace

from solver.model import solve_model
from solver.problem import Expiry, ExpiryMeasure, Mode, Problem, Request, Task, UnitUse, Used
from tests.solver.bare import UNPLANNED, bare, best, placed, required, task, unit

USE = Mode(duration=4, units=(UnitUse(unit="U"),))


def problem(
    measure: ExpiryMeasure, *tasks: Task, left: int, renewed: int = 50, visits: tuple[tuple[int, int], ...] = ()
) -> Problem:
    """Required tasks on one unit, and its maintenance of two ticks in one of ``visits``."""
    service = Request(
        id="M", tasks=(task("M/1", replace(USE, duration=2), windows=visits),), maintenance=True, required=True
    )
    expiry = Expiry(kind="service", measure=measure, left=left, renewed=renewed, renewed_by=("M/1",))
    work = required(*tasks)
    return replace(bare(work, service), units=(replace(unit(), expiries=(expiry,)),))


def test_what_does_not_end_by_the_date_waits_for_the_visitor() -> None:
    both = problem("date", task("a", USE), task("b", USE), left=7, visits=((20, 22), (40, 42)))
    at = placed(both)
    assert at["M/1"].end == 22
    assert sorted(at[id_].start >= 22 for id_ in "ab") == [False, True]
    assert best(both).bound == 26
    assert best(problem("date", task("a", USE), task("b", USE), left=8, visits=((20, 22),))).bound == 22


def test_run_ticks_are_shared_out_between_renewals() -> None:
    three = (task("a", USE), task("b", USE), task("c", USE))
    assert best(problem("use", *three, left=4, renewed=8, visits=((30, 32),))).bound == 40
    assert best(problem("use", *three, left=8, renewed=8, visits=((30, 32),))).bound == 36
    assert solve_model(problem("use", *three, left=3, renewed=8, visits=((30, 32),)), level=0).status == "infeasible"


def test_cycles_are_counted_one_by_one() -> None:
    three = (task("a", USE), task("b", USE), task("c", USE))
    assert best(problem("cycles", *three, left=1, renewed=2, visits=((30, 32),))).bound == 40
    assert solve_model(problem("cycles", *three, left=0, renewed=2, visits=((30, 32),)), level=0).status == "infeasible"


def test_a_fixed_use_that_is_judged_holds_the_maintenance_before_it() -> None:
    early = problem("date", task("a", USE), left=7, visits=((10, 12), (40, 42)))
    (only,) = early.units
    (expiry,) = only.expiries
    judged = replace(expiry, used=(Used(start=20, end=24, judged=True),))
    held = replace(early, requests=early.requests[1:], units=(replace(only, expiries=(judged,)),))
    assert placed(held)["M/1"].end == 12
    late = replace(held.requests[0], release=13)
    assert solve_model(replace(held, requests=(late,)), level=0).status == "infeasible"


def test_what_waives_does_not_wait() -> None:
    waiving = replace(USE, waives=("service",))
    optional = replace(problem("date", task("a", waiving), left=0, visits=((30, 32),)), levels=(UNPLANNED,))
    alone = replace(optional, requests=optional.requests[:1], units=(unit(),))
    assert placed(alone)["a"].start == 0
    assert best(optional).plan is not None


def test_two_renewals_share_the_uses_after_them_by_their_ends() -> None:
    service = Request(
        id="M",
        tasks=tuple(task(f"M/{n}", replace(USE, duration=2), windows=((10 * n, 10 * n + 2),)) for n in (1, 2)),
        maintenance=True,
        required=True,
    )
    expiry = Expiry(kind="service", measure="cycles", left=0, renewed=2, renewed_by=("M/1", "M/2"))
    late = tuple(task(id_, USE, windows=((22, 90),)) for id_ in "abc")
    full = replace(bare(required(*late), service), units=(replace(unit(), expiries=(expiry,)),))
    assert solve_model(full, level=0).status == "infeasible"
    early = (*late[:2], task("c", USE, windows=((12, 20),)))
    assert best(replace(full, requests=(required(*early), service))).bound == 30
