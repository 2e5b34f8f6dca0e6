"""Minimum and maximum lags. Knows nothing of resources."""

from dataclasses import replace

from solver.problem import Fact, Lag, Mode, UnitUse
from tests.solver.bare import UNPLANNED, bare, best, placed, required, task, unit

SHORT, LONG = Mode(duration=2), Mode(duration=6)


def test_a_least_lag_keeps_the_distance() -> None:
    problem = bare(required(task("a", SHORT), task("b", LONG), lags=(Lag(before="a", after="b", least=3),)))
    assert best(problem).bound == 11


def test_a_greatest_lag_makes_the_first_wait() -> None:
    machine = unit(taken=(((0, 10),),))
    late = Mode(duration=2, units=(UnitUse(unit="U"),))
    lags = (Lag(before="a", after="b", most=1),)
    problem = replace(bare(required(task("a", SHORT), task("b", late), lags=lags)), units=(machine,))
    assert placed(problem)["a"].end >= 9


def test_lags_from_facts_bound_starts_and_a_broken_one_keeps_the_request_out() -> None:
    fact = Fact(id="f", start=-3, end=-1)
    request = replace(required(task("a", SHORT), lags=(Lag(before="f", after="a", least=5),)), facts=(fact,))
    assert placed(bare(request))["a"].start == 4
    broken = replace(request, required=False, weight=7, lags=(Lag(before="f", after="a", least=0, most=0),))
    assert best(bare(broken, level=UNPLANNED)).bound == 7
