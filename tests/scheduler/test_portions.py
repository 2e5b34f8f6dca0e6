"""Lots that accept fewer pieces: cut where runs of every step end together, planned to as many as fit."""

from itertools import pairwise
from typing import Any

import pytest

from models.database import Database
from models.routing import Operation, Routing, RoutingChoice, RoutingLag
from models.tables import Recipe
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.board import board
from scheduler.plans import show_plan
from scheduler.portions import (
    LeastOfConditional,
    LeastOutOfRange,
    check_least,
    cut,
    planned_pieces,
    portion_ends,
)
from scheduler.requesting import request_bookings, show_request, submit_request
from scheduler.routing import expand
from scheduler.views import RequestView
from scheduler.withdrawing import withdraw_request
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store
from tests.scheduler.test_planning import draft, publish


def routing(*sizes: int | None, **last: Any) -> Routing:
    names = [f"step {number}" for number in range(1, len(sizes) + 1)]
    operations = [
        Operation(name=name, fixed_minutes=60, pieces_per_run=size) for name, size in zip(names, sizes, strict=True)
    ]
    if last:
        operations[-1] = operations[-1].model_copy(update=last)
    lags = tuple(RoutingLag(before=one, after=other) for one, other in pairwise(names))
    return Routing(operations=tuple(operations), lags=lags)


def test_each_portion_keeps_what_its_own_runs_share() -> None:
    bound = routing(10, 10).model_copy(
        update={"choices": (RoutingChoice(operation="step 1", other="step 2", what="unit"),)}
    )
    whole = expand(bound, quantity=20, parameters={})
    assert [choice.runs for choice in whole.choices] == [((1, 1), (2, 1)), ((1, 2), (2, 2))]
    assert cut(whole, (20,)) == (whole,)
    assert [[choice.runs for choice in portion.choices] for portion in cut(whole, (10, 20))] == [
        [((1, 1), (2, 1))],
        [((1, 2), (2, 2))],
    ]


def test_a_lot_is_cut_where_the_runs_of_every_step_end_together() -> None:
    assert portion_ends(routing(40, 20), quantity=200, least=120) == (120, 160, 200)
    assert portion_ends(routing(40, 20), quantity=190, least=121) == (160, 190)
    assert portion_ends(routing(100, 50), quantity=200, least=120) == (200,)
    assert portion_ends(routing(40, 30), quantity=200, least=100) == (120, 200)
    assert portion_ends(routing(None, 50), quantity=200, least=1) == (200,), "one step is one run"
    assert portion_ends(routing(40, 20), quantity=200, least=None) == (200,)


def test_no_lag_leads_from_portion_to_portion_and_no_run_is_lost() -> None:
    whole = expand(routing(40, 20), quantity=190, parameters={})
    portions = cut(whole, (120, 160, 190))
    assert [sum(run.pieces for run in each.runs if run.position == 1) for each in portions] == [120, 40, 30]
    assert sorted(run.key for each in portions for run in each.runs) == sorted(run.key for run in whole.runs)
    assert sum(len(each.lags) for each in portions) == len(whole.lags)
    for each in portions:
        keys = {run.key for run in each.runs}
        assert all(lag.before in keys and lag.after in keys for lag in each.lags)


def test_what_runs_share_stays_in_their_portion() -> None:
    def sharing(*sizes: int) -> Routing:
        choice = RoutingChoice(operation="step 1", other="step 2", what="person", differ=True)
        return routing(*sizes).model_copy(update={"choices": (choice,)})

    whole = expand(sharing(40, 40), quantity=190, parameters={})
    portions = cut(whole, portion_ends(sharing(40, 40), quantity=190, least=120))
    assert [len(each.choices) for each in portions] == [3, 1, 1]
    for each in portions:
        keys = {run.key for run in each.runs}
        assert all(keys.issuperset(choice.runs) for choice in each.choices)
    assert portion_ends(sharing(40, 20), quantity=200, least=120) == (200,), "all of one with all of the other"


def test_a_least_that_cannot_be_is_refused() -> None:
    for least in (0, 201):
        with pytest.raises(LeastOutOfRange, match="1 to 200"):
            check_least(routing(40), quantity=200, least=least)
    with pytest.raises(LeastOfConditional, match="step 2"):
        check_least(routing(40, 20, expected_percent=10), quantity=200, least=120)
    check_least(routing(40, 20), quantity=200, least=200)


def test_planned_are_the_pieces_that_every_step_has() -> None:
    assert planned_pieces(routing(40, 20), [(1, 40), (1, 40), (2, 20), (2, 20), (2, 20)], 200) == 60
    assert planned_pieces(routing(40, 20), [(1, 40)], 200) == 0


PRINTED = {
    "operations": [{"name": "print", "fixed_minutes": 240, "pieces_per_run": 40, "units": [{"capability": "printing"}]}]
}


@pytest.fixture
def centre(database: Database) -> Database:
    found(database)
    store(database, Recipe(id=2, laboratory_id=1, key="PRINT", name="Printing", routing=PRINTED))
    return database


def ask(database: Database, **values: Any) -> None:
    """Three printer runs of 4 h a day; until Tuesday noon there is time for four of five."""
    request(database, "LOT", recipe_id=2, quantity=200, deadline_at=at("Tue 12:00"), **values)


def pieces(database: Database) -> list[int]:
    return [
        each.quantity for each in request_bookings(database, actor=ME, now=NOW, key="LOT") if each.state == "confirmed"
    ]


def test_as_many_pieces_are_planned_as_fit(centre: Database) -> None:
    ask(centre, least_quantity=120)
    plan_id = draft(centre)
    (left,) = show_plan(centre, actor=ME, now=NOW, plan_id=plan_id).left_out
    assert left.request == "LOT (pieces 161 to 200)"
    publish(centre, plan_id)
    assert pieces(centre) == [40, 40, 40, 40]
    shown = show_request(centre, actor=ME, now=NOW, key="LOT")
    assert (shown.state, shown.least_quantity, shown.planned_quantity) == ("planned", 120, 160)
    assert shown.passed_over == ()


def test_a_lot_that_is_booked_is_not_tentative_beside(centre: Database) -> None:
    ask(centre, least_quantity=120)
    publish(centre, draft(centre))
    shown = board(centre, actor=ME, now=NOW, centre="EL", week=WEEK)
    kinds = [bar.kind for laboratory in shown.laboratories for row in laboratory.rows for bar in row.bars]
    assert kinds.count("booking") == 4
    assert "tentative" not in kinds


def test_without_leave_or_below_the_least_nothing_is_planned(centre: Database) -> None:
    ask(centre)
    publish(centre, draft(centre))
    assert pieces(centre) == []
    request(centre, "MUCH", recipe_id=2, quantity=400, least_quantity=200, deadline_at=at("Tue 12:00"))
    publish(centre, draft(centre))
    much = show_request(centre, actor=ME, now=NOW, key="MUCH")
    assert (much.planned_quantity, much.passed_over) == (0, (WEEK,))


def test_what_is_missing_may_be_added_by_a_later_plan(centre: Database) -> None:
    request(centre, "OTHER", recipe_id=2, quantity=40, deadline_at=at("Mon 16:00"), priority="urgent")
    ask(centre, least_quantity=80)
    publish(centre, draft(centre))
    assert pieces(centre) == [40, 40, 40]
    withdraw_request(centre, actor=ME, now=NOW, key="OTHER")
    assert publish(centre, draft(centre)).confirmed == 1
    assert pieces(centre) == [40, 40, 40, 40]


def test_asking_for_at_least(centre: Database) -> None:
    def asked(least: int) -> RequestView:
        return submit_request(
            centre,
            actor=ME,
            now=NOW,
            centre="EL",
            project="A-1",
            recipe="PRINT",
            quantity=200,
            least_quantity=least,
        )

    made = asked(120)
    assert (made.least_quantity, made.planned_quantity) == (120, 0)
    with pytest.raises(LeastOutOfRange):
        asked(300)
