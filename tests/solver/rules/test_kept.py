"""What stands confirmed leaves only as displaced."""

from dataclasses import replace

from solver.problem import Booked, Mode
from tests.solver.rules.broken import codes, numbers
from tests.solver.sample import at, one_task, plan_of

RULE = "kept"
FREE = one_task(Mode(duration=1))
CONFIRMED = one_task(Mode(duration=1), booked=Booked(start=4, end=5))


def test_planned_anywhere_is_kept() -> None:
    assert codes(RULE, CONFIRMED, plan_of(at(4, 5))) == []
    assert codes(RULE, CONFIRMED, plan_of(at(50, 51))) == []


def test_confirmed_and_left_out_is_displaced_and_nothing_else() -> None:
    assert codes(RULE, CONFIRMED, plan_of(R="displaced")) == []
    assert numbers(RULE, CONFIRMED, plan_of(R="deferred")) == {"booked": 1}
    assert codes(RULE, CONFIRMED, plan_of(R="unplanned")) == ["kept_not_displaced"]


def test_what_has_begun_leaves_only_as_displaced_though_nothing_is_booked() -> None:
    begun = replace(FREE, requests=(replace(FREE.requests[0], begun=True),))
    assert codes(RULE, begun, plan_of(R="displaced")) == []
    assert codes(RULE, begun, plan_of(R="unplanned")) == ["begun_not_displaced"]


def test_unconfirmed_is_not_displaced() -> None:
    assert codes(RULE, FREE, plan_of(R="unplanned")) == []
    assert codes(RULE, FREE, plan_of(R="displaced")) == ["displaced_not_kept"]


def test_a_request_of_which_one_task_is_booked_is_kept() -> None:
    assert CONFIRMED.requests[0].kept
    assert not FREE.requests[0].kept
