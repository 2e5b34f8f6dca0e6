"""A routing with its numbers: runs, their lengths, and lags run by run."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.routing import Operation, Parameter, Routing, RoutingChoice, RoutingLag
from scheduler.routing import (
    CountTooLarge,
    NotConditional,
    ParameterOutOfRange,
    QuantityTooSmall,
    RunLag,
    UnknownOperation,
    UnknownParameter,
    expand,
    least_minutes,
)


def operation(name: str, **fields: Any) -> Operation:
    return Operation(name=name, **({"fixed_minutes": 10} | fields))


BOARDS = Routing(
    parameters=(Parameter(name="soak_hours", default=48, low=12, high=96),),
    operations=(
        operation("print", per_piece_seconds=25, pieces_per_run=80),
        operation(
            "soak", fixed_minutes=0, head_minutes=30, tail_minutes=20, hours_parameter="soak_hours", pieces_per_run=80
        ),
        operation("test", pieces_per_run=50),
    ),
    lags=(
        RoutingLag(before="print", after="soak", most_minutes=240),
        RoutingLag(before="soak", after="test", least_minutes=60),
    ),
)


def test_a_lot_becomes_runs_that_hold_all_its_pieces() -> None:
    runs = expand(BOARDS, quantity=200, parameters={}).runs
    assert [(run.position, run.number, run.pieces) for run in runs] == [
        (1, 1, 80),
        (1, 2, 80),
        (1, 3, 40),
        (2, 1, 80),
        (2, 2, 80),
        (2, 3, 40),
        (3, 1, 50),
        (3, 2, 50),
        (3, 3, 50),
        (3, 4, 50),
    ]


def test_durations_are_rounded_up_to_whole_minutes() -> None:
    runs = expand(BOARDS, quantity=100, parameters={"soak_hours": 24}).runs
    printed, rest, soaked = runs[0], runs[1], runs[2]
    assert printed.total_minutes == 10 + 34, "80 pieces of 25 s are 33 min 20 s"
    assert rest.total_minutes == 10 + 9, "20 pieces of 25 s are 8 min 20 s"
    assert (soaked.head_minutes, soaked.total_minutes, soaked.tail_minutes) == (30, 30 + 24 * 60 + 20, 20)


def test_lags_bind_run_by_run_where_the_runs_are_as_many() -> None:
    lags = expand(BOARDS, quantity=160, parameters={}).lags
    of_print = [lag for lag in lags if lag.before[0] == 1]
    assert of_print == [
        RunLag(before=(1, n), after=(2, n), frm="end", to="start", least_minutes=0, most_minutes=240) for n in (1, 2)
    ]


def test_a_lag_binds_the_runs_that_have_pieces_in_common_whatever_their_sizes() -> None:
    lags = [lag for lag in expand(BOARDS, quantity=160, parameters={}).lags if lag.before[0] == 2]
    # Soaked: 0 to 79, 80 to 159. Tested: 0 to 49, 50 to 99, 100 to 149, 150 to 159.
    assert {(lag.before[1], lag.after[1]) for lag in lags} == {(1, 1), (1, 2), (2, 2), (2, 3), (2, 4)}
    assert all(lag.least_minutes == 60 and lag.most_minutes is None for lag in lags)


def test_a_longest_lag_binds_each_panel_between_runs_of_different_sizes() -> None:
    routing = BOARDS.model_copy(update={"lags": (RoutingLag(before="print", after="test", most_minutes=90),)})
    lags = expand(routing, quantity=200, parameters={}).lags
    assert {(lag.before[1], lag.after[1]) for lag in lags} == {(1, 1), (1, 2), (2, 2), (2, 3), (2, 4), (3, 4)}
    assert all((lag.least_minutes, lag.most_minutes) == (0, 90) for lag in lags)
    assert len(expand(routing, quantity=50, parameters={}).lags) == 1


def test_no_wait_binds_both_sides() -> None:
    at_once = RoutingLag(before="print", after="soak", least_minutes=0, most_minutes=0)
    lags = expand(BOARDS.model_copy(update={"lags": (at_once,)}), quantity=160, parameters={}).lags
    assert [(lag.least_minutes, lag.most_minutes) for lag in lags] == [(0, 0), (0, 0)]


REWORKED = Routing(
    operations=(
        operation("inspect", pieces_per_run=100),
        operation("rework", pieces_per_run=8, per_piece_seconds=600, expected_percent=10),
        operation("test", pieces_per_run=50),
    ),
    lags=(
        RoutingLag(before="inspect", after="rework", least_minutes=15, most_minutes=600),
        RoutingLag(before="rework", after="test", least_minutes=30),
    ),
)


def reworked(quantity: int, **counts: int) -> dict[str, list[int]]:
    runs = expand(REWORKED, quantity=quantity, parameters={}, counts=counts).runs
    return {name: [run.pieces for run in runs if run.operation.name == name] for name in ("inspect", "rework", "test")}


def test_a_conditional_step_is_reserved_for_what_is_expected_at_least_one_piece() -> None:
    assert reworked(200)["rework"] == [8, 8, 4]
    assert reworked(11)["rework"] == [2], "a tenth of 11, rounded up"
    assert reworked(1)["rework"] == [1]


def test_a_count_corrects_the_conditional_step_alone() -> None:
    assert reworked(200, rework=12) == {"inspect": [100, 100], "rework": [8, 4], "test": [50, 50, 50, 50]}
    positions = [run.key for run in expand(REWORKED, quantity=60, parameters={}, counts={"rework": 0}).runs]
    assert positions == [(1, 1), (3, 1), (3, 2)], "the later steps keep their numbers"


def test_any_piece_may_be_among_those_of_a_conditional_step() -> None:
    lags = expand(REWORKED, quantity=200, parameters={}, counts={"rework": 12}).lags
    assert {(lag.before, lag.after) for lag in lags} == {((1, a), (2, b)) for a in (1, 2) for b in (1, 2)} | {
        ((2, b), (3, c)) for b in (1, 2) for c in (1, 2, 3, 4)
    }


def test_a_step_that_falls_away_leaves_its_lags_to_those_around_it() -> None:
    lags = expand(REWORKED, quantity=150, parameters={}, counts={"rework": 0}).lags
    assert [(lag.before, lag.after) for lag in lags] == [((1, 1), (3, 1)), ((1, 1), (3, 2)), ((1, 2), (3, 3))]
    assert {(lag.least_minutes, lag.most_minutes) for lag in lags} == {(45, None)}


@pytest.mark.parametrize("differ", [False, True], ids=["the same", "another"])
@pytest.mark.parametrize("quantity", [60, 200], ids=["one run", "several runs"])
def test_a_step_that_falls_away_shares_nothing_and_binds_nobody(quantity: int, differ: bool) -> None:
    shared = REWORKED.model_copy(
        update={"choices": (RoutingChoice(operation="rework", other="inspect", what="unit", differ=differ),)}
    )
    assert expand(shared, quantity=quantity, parameters={}, counts={"rework": 3}).choices
    assert expand(shared, quantity=quantity, parameters={}, counts={"rework": 0}).choices == ()


def test_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(NotConditional, match="inspect"):
        reworked(200, inspect=3)
    with pytest.raises(CountTooLarge, match="201"):
        reworked(200, rework=201)
    with pytest.raises(UnknownOperation, match="paint"):
        reworked(200, paint=1)


def test_numbers_that_the_recipe_does_not_know_or_allow_are_refused() -> None:
    with pytest.raises(UnknownParameter, match="soak_hours"):
        expand(BOARDS, quantity=1, parameters={"panel": 10})
    with pytest.raises(ParameterOutOfRange, match="12 to 96"):
        expand(BOARDS, quantity=1, parameters={"soak_hours": 97})
    with pytest.raises(QuantityTooSmall):
        expand(BOARDS, quantity=0, parameters={})


def test_a_routing_that_names_what_it_does_not_have_is_refused() -> None:
    timed = Routing(operations=(operation("soak", hours_parameter="soak_hours"),))
    with pytest.raises(UnknownParameter, match="no parameter"):
        expand(timed, quantity=1, parameters={})
    astray = Routing(operations=(operation("print"),), lags=(RoutingLag(before="print", after="paint"),))
    with pytest.raises(UnknownOperation, match="paint"):
        expand(astray, quantity=1, parameters={})


@given(quantity=st.integers(1, 2000), most=st.none() | st.integers(1, 300), seconds=st.integers(0, 5000))
def test_no_piece_is_lost_and_no_run_is_too_large(quantity: int, most: int | None, seconds: int) -> None:
    routing = Routing(operations=(operation("work", pieces_per_run=most, per_piece_seconds=seconds),))
    runs = expand(routing, quantity=quantity, parameters={}).runs
    assert sum(run.pieces for run in runs) == quantity
    assert [run.number for run in runs] == list(range(1, len(runs) + 1))
    assert all(1 <= run.pieces <= (most or quantity) for run in runs)
    assert all(0 <= run.total_minutes * 60 - 600 - run.pieces * seconds < 60 for run in runs)


def test_the_least_time_of_a_lot_is_its_longest_path() -> None:
    bound = RoutingLag(before="a", after="b", least_minutes=30)
    far = RoutingLag(before="a", after="c", frm="start", to="end", least_minutes=500)
    upper = RoutingLag(before="a", after="b", least_minutes=None, most_minutes=9000)
    operations = tuple(Operation(name=name, fixed_minutes=each) for name, each in (("a", 60), ("b", 120), ("c", 10)))
    longest = Routing(operations=operations, lags=(bound, far, upper))
    assert least_minutes(expand(longest, quantity=1, parameters={})) == 500
    assert least_minutes(expand(Routing(operations=operations, lags=(bound,)), quantity=1, parameters={})) == 210
