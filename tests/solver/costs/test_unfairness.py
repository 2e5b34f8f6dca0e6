"""How far the cluster that is worst off stays behind: what counts, what does not, and that CP-SAT sees the same."""

from dataclasses import replace

import pytest

from solver.bounds import lower_bounds
from solver.costs import COSTS, WORST
from solver.decompose import reduce
from solver.loaded import load_plan
from solver.model import solve_model
from solver.plan import Absence
from solver.problem import Level, Mode, Problem, Request, Share, Task, UnitUse
from solver.rules import Reading
from solver.solving import told_bound
from tests.solver.bare import unit
from tests.solver.sample import at, plan_of, several

UNFAIR = Level(name="unfair", terms=(("unfairness", 1),))
SAW = Mode(duration=60, units=(UnitUse(unit="saw"),))


def asked(*, given: int = 0, target: int = 30) -> Problem:
    """Two requests of the cluster ``K`` and one of ``L``, of which one fits on the saw."""
    requests = (
        Request(id=id_, tasks=(Task(id=id_, modes=(SAW,)),), share=share, worth=worth)
        for id_, share, worth in (("A", "K", 10), ("B", "K", 13), ("C", "L", 20))
    )
    shares = (Share(id="K", target=target, given=given), Share(id="L", target=20))
    return several(*requests, levels=(UNFAIR,), shares=shares, units=(unit("saw"),))


def worth(problem: Problem, *planned: str) -> int:
    out: dict[str, Absence] = {id_: "unplanned" for id_ in ("A", "B", "C") if id_ not in planned}
    return COSTS["unfairness"](
        Reading(problem, plan_of(*(at(0, 60, task=id_, lanes=((0,),)) for id_ in planned), **out))
    )


def test_the_worst_off_counts_in_thousandths_rounded_up() -> None:
    assert worth(asked()) == 1000
    assert worth(asked(), "C") == 1000
    assert worth(asked(), "A", "C") == 667
    assert worth(asked(), "B", "C") == 567
    assert worth(asked(), "A", "B", "C") == 234


def test_what_was_given_before_counts_and_more_than_the_target_is_no_merit() -> None:
    assert worth(asked(given=7), "B", "C") == 334
    assert worth(asked(given=20), "B", "C") == 0


def test_who_should_get_nothing_lacks_nothing() -> None:
    assert worth(asked(target=0), "C") == 0
    assert WORST["unfairness"](replace(asked(), shares=())) == 0


def test_the_worst_is_that_nothing_is_planned() -> None:
    assert WORST["unfairness"](asked(given=15)) == 1000
    assert WORST["unfairness"](replace(asked(given=15), shares=asked(given=15).shares[:1])) == 500


def test_the_model_minimises_it_and_the_bound_is_what_could_be_given() -> None:
    problem = replace(asked(given=15), shares=(Share(id="K", target=30, given=15), Share(id="L", target=20, given=1)))
    answer = solve_model(problem, level=0)
    assert (answer.status, answer.bound) == ("optimal", 500)
    assert answer.plan is not None
    assert [assignment.task for assignment in answer.plan.assignments] == ["C"]
    assert lower_bounds(asked()) == (234,)


def test_what_can_never_be_planned_is_not_given_in_the_bound() -> None:
    hopeless = replace(asked(), units=(unit("saw", taken=(((30, 70),),)),))
    assert lower_bounds(hopeless) == (1000,)
    answer = solve_model(hopeless, level=0)
    assert (answer.status, answer.bound) == ("optimal", 1000)


def test_what_stays_planned_outside_a_neighbourhood_is_given() -> None:
    plan = plan_of(at(0, 60, task="B", lanes=((0,),)), A="unplanned", C="unplanned")
    small = reduce(asked(given=2), plan.assignments, ("A",))
    assert small.shares == (Share(id="K", target=30, given=15), Share(id="L", target=20))
    assert load_plan(asked(given=2), plan).shares == small.shares


def test_of_a_request_with_some_tasks_set_free_nothing_is_given_twice() -> None:
    request = replace(asked().requests[0], tasks=tuple(Task(id=id_, modes=(SAW,)) for id_ in ("A1", "A2")))
    problem = replace(asked(), requests=(request,))
    small = reduce(problem, (at(0, 60, task=id_, lanes=((0,),)) for id_ in ("A1", "A2")), ("A2",))
    assert small.shares == problem.shares
    assert [(one.worth, one.required) for one in small.requests] == [(10, True)]


@pytest.mark.parametrize("weight", [2**40, 2**45])
def test_shares_are_compared_exactly_however_large(weight: int) -> None:
    problem = asked()
    large = replace(
        problem,
        requests=tuple(replace(one, worth=one.worth * weight) for one in problem.requests[:2]),
        shares=(Share(id="K", target=1000 * 13 * weight // 1000 + 1),),
    )
    answer = solve_model(large, level=0)
    assert (answer.status, answer.bound) == ("optimal", 1)


def test_no_bound_is_told_that_the_search_did_not_find() -> None:
    assert told_bound(UNFAIR, 500, 0, 0) is None
    assert told_bound(UNFAIR, 500, 300, 0) == 300
    assert told_bound(UNFAIR, 0, 0, 0) == 0
    assert told_bound(Level(name="out", terms=(("unplanned", 1),)), 500, 0, 0) == 0
