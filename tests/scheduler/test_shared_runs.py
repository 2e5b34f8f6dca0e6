"""Two organisations in one oven: one run with two bookings, from the plan through moves and cancellations."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.chains import verify
from models.database import Database
from models.queries.world import read_world
from models.tables import Booking, Hold, Recipe, Request
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.board import board
from scheduler.booking import cancel_booking
from scheduler.notices import list_notices
from scheduler.outages import report_outage
from scheduler.planning import draft_plan
from scheduler.plans import show_plan
from scheduler.reports import week_summary
from scheduler.requesting import request_bookings, show_request
from scheduler.views import BookingView
from scheduler.withdrawing import withdraw_request
from tests.scheduler.small_centre import NOW, WEEK, found, request, store
from tests.scheduler.test_planning import draft, publish

BURN_IN: dict[str, Any] = {
    "parameters": [{"name": "hours", "default": 6, "low": 1, "high": 40}],
    "operations": [
        {
            "name": "burn in",
            "head_minutes": 30,
            "hours_parameter": "hours",
            "tail_minutes": 30,
            "units": [{"capability": "oven", "numbers": [{"quantity": "temp_c", "low": 20, "high": 140}]}],
            "staff": [{"skill": "smt", "part": "head"}],
            "capacities": [{"capacity": "POWER", "amount": 5}],
            "room": 40,
        }
    ],
}
"""Only OVEN-1 is hot enough; two runs at once would take too much power besides."""


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)
    store(database, Recipe(id=2, laboratory_id=1, key="BURN", name="Burn-in", routing=BURN_IN))


def ask(database: Database, key: str, project: int, quantity: int, **values: Any) -> int:
    return request(database, key, recipe_id=2, project=project, quantity=quantity, **({"may_share": True} | values))


def bookings(database: Database, key: str) -> list[BookingView]:
    return request_bookings(database, actor=ME, now=NOW, key=key)


def held(database: Database) -> list[Hold]:
    with database.reading() as session:
        return list(session.exec(select(Hold).where(col(Hold.in_force))))


def runs_of(database: Database, state: str = "confirmed") -> list[int]:
    with database.reading() as session:
        return list(session.exec(select(Booking.run_id).where(Booking.state == state).order_by(col(Booking.id))))


def published(database: Database) -> None:
    publish(database, draft(database))


def test_with_leave_of_both_two_share_one_run(database: Database) -> None:
    ask(database, "A-1", 1, 25)
    ask(database, "B-1", 2, 15)
    published(database)
    first, second = runs_of(database)
    assert first == second
    assert len(held(database)) == 2, "one oven and one technician"
    (alfa,), (beta,) = bookings(database, "A-1"), bookings(database, "B-1")
    assert (alfa.organisation, alfa.quantity, alfa.shared_with) == ("ALFA", 25, 1)
    assert (beta.organisation, beta.quantity, beta.shared_with) == ("BETA", 15, 1)
    assert (alfa.run, beta.run) == ("R1/1/1", "R2/1/1")
    assert (alfa.start, alfa.end, alfa.holds) == (beta.start, beta.end, beta.holds)
    told = {notice.organisation: notice.text for notice in list_notices(database, actor=ME, now=NOW)}
    assert "A-1" not in told["BETA"]
    assert "B-1" not in told["ALFA"]


@pytest.mark.parametrize(
    ("quantity", "values"),
    [(15, {"may_share": False}), (16, {}), (15, {"parameters": {"hours": 5}})],
    ids=["without leave", "without room", "of other hours"],
)
def test_otherwise_each_has_a_run(database: Database, quantity: int, values: dict[str, Any]) -> None:
    ask(database, "A-1", 1, 25)
    ask(database, "B-1", 2, quantity, **values)
    published(database)
    assert len(set(runs_of(database))) == 2
    assert [each.shared_with for each in bookings(database, "A-1")] == [0]


def test_one_owner_shares_with_themselves_without_asking_anybody(database: Database) -> None:
    for key in ("A-1", "A-2"):
        ask(database, key, 1, 20, may_share=False)
    published(database)
    assert len(set(runs_of(database))) == 1


def test_cancelling_one_of_two_leaves_the_other_where_it_is(database: Database) -> None:
    ask(database, "A-1", 1, 25)
    ask(database, "B-1", 2, 15)
    published(database)
    (alfa,), (before,) = bookings(database, "A-1"), bookings(database, "B-1")
    cancel_booking(database, actor=ME, now=NOW, booking_id=alfa.id)
    (after,) = bookings(database, "B-1")
    assert (after.state, after.start, after.holds, after.shared_with) == ("confirmed", before.start, before.holds, 0)
    assert show_request(database, actor=ME, now=NOW, key="A-1").state == "withdrawn"
    assert show_request(database, actor=ME, now=NOW, key="B-1").state == "planned"
    assert len(held(database)) == 2
    withdraw_request(database, actor=ME, now=NOW, key="B-1")
    assert held(database) == []


def test_withdrawing_the_second_leaves_the_first(database: Database) -> None:
    ask(database, "A-1", 1, 25)
    ask(database, "B-1", 2, 15)
    published(database)
    withdraw_request(database, actor=ME, now=NOW, key="B-1")
    assert [each.state for each in bookings(database, "A-1")] == ["confirmed"]
    assert [each.state for each in bookings(database, "B-1")] == ["cancelled"]
    assert len(held(database)) == 2


def test_a_new_request_joins_a_run_that_may_still_move(database: Database) -> None:
    ask(database, "A-1", 1, 25)
    published(database)
    (before,) = bookings(database, "A-1")
    assert before.start > NOW + timedelta(hours=24), "not in the freeze"
    ask(database, "B-1", 2, 15)
    published(database)
    assert len(set(runs_of(database))) == 1
    assert [each.shared_with for each in bookings(database, "A-1")] == [1]


def test_a_repair_moves_both_and_tells_both(database: Database) -> None:
    ask(database, "A-1", 1, 25)
    ask(database, "B-1", 2, 15)
    published(database)
    (before,) = bookings(database, "A-1")
    outage = report_outage(
        database, actor=ME, now=NOW, unit="OVEN-1", start=before.start, end=before.start + timedelta(hours=3), reason=""
    )
    assert outage.repair_plan_id is not None
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=outage.repair_plan_id)
    publish(database, outage.repair_plan_id)
    (alfa,), (beta,) = bookings(database, "A-1"), bookings(database, "B-1")
    assert alfa.start == beta.start >= before.start + timedelta(hours=3)
    assert len(set(runs_of(database))) == 1
    assert len(held(database)) == 2
    moved = [notice.organisation for notice in list_notices(database, actor=ME, now=NOW) if notice.kind == "moved"]
    assert sorted(moved) == ["ALFA", "BETA"]
    with database.reading() as session:
        assert verify(session, "centre:1") == []


def test_a_run_in_the_freeze_is_one_thing_for_the_next_plan(database: Database) -> None:
    ask(database, "A-1", 1, 25)
    ask(database, "B-1", 2, 15)
    published(database)
    (before,) = bookings(database, "A-1")
    later = before.start - timedelta(hours=1)
    publish(database, draft(database, now=later), now=later)
    (alfa,), (beta,) = bookings(database, "A-1"), bookings(database, "B-1")
    assert alfa.start == beta.start == before.start

    def world(session: Session) -> list[tuple[int | None, int]]:
        runs = read_world(session, centre_ids=[1], since=NOW).runs
        return [(each.request_id, each.shared_by) for each in runs]

    assert sorted(database.write(world)) == [(1, 2), (2, 2)]


def test_who_shares_a_run_with_what_cannot_be_planned_anew_stays_with_it(database: Database) -> None:
    """Until the run is hit: then whoever can go goes alone."""
    ask(database, "A-1", 1, 25)
    ask(database, "B-1", 2, 15)
    published(database)
    (before,) = bookings(database, "A-1")

    def narrow(session: Session) -> None:
        row = session.exec(select(Request).where(Request.key == "A-1")).one()
        row.windows = [
            {"operation": "burn in", "start": "2026-12-01T06:02:00+00:00", "end": "2026-12-01T12:02:00+00:00"}
        ]
        session.add(row)

    database.write(narrow)
    plan_id = draft(database)
    view = show_plan(database, actor=ME, now=NOW, plan_id=plan_id)
    assert view.changes == ()
    (left,) = view.left_out
    assert (left.request, left.absence) == ("A-1", "booked")
    assert view.tally is not None
    assert view.tally.left_out == 0
    assert left.reasons[0].text.endswith(" What is booked of it stays where it is.")
    publish(database, plan_id)
    assert len(set(runs_of(database))) == 1
    over = before.start + timedelta(hours=3)
    outage = report_outage(database, actor=ME, now=NOW, unit="OVEN-1", start=before.start, end=over, reason="")
    assert outage.repair_plan_id is not None
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=outage.repair_plan_id)
    publish(database, outage.repair_plan_id)
    (alfa,), (beta,) = bookings(database, "A-1"), bookings(database, "B-1")
    assert (alfa.start, alfa.shared_with, beta.shared_with) == (before.start, 0, 0)
    assert beta.start >= alfa.end


def test_a_run_is_parted_when_it_has_no_room_for_both_any_more(database: Database) -> None:
    ask(database, "A-1", 1, 25)
    ask(database, "B-1", 2, 15)
    published(database)
    (before,) = bookings(database, "A-1")

    def shrink(session: Session) -> None:
        recipe = session.exec(select(Recipe).where(Recipe.key == "BURN")).one()
        recipe.routing = BURN_IN | {"operations": [BURN_IN["operations"][0] | {"room": 30}]}

    database.write(shrink)
    published(database)
    assert len(set(runs_of(database))) == 2
    (alfa,), (beta,) = bookings(database, "A-1"), bookings(database, "B-1")
    assert (alfa.run, beta.run, alfa.shared_with, beta.shared_with) == ("R1/1/1", "R2/1/1", 0, 0)
    assert before.start in (alfa.start, beta.start), "one of them stays"
    assert alfa.end <= beta.start or beta.end <= alfa.start
    assert len(held(database)) == 4
    withdraw_request(database, actor=ME, now=NOW, key="A-1")
    assert [each.state for each in bookings(database, "B-1")] == ["confirmed"]
    assert len(held(database)) == 2


def test_who_was_left_in_a_run_may_be_joined_by_another(database: Database) -> None:
    ask(database, "A-1", 1, 25)
    ask(database, "B-1", 2, 15)
    published(database)
    withdraw_request(database, actor=ME, now=NOW, key="A-1")
    ask(database, "C-1", 1, 20)
    published(database)
    assert len(set(runs_of(database))) == 1
    assert [each.run for key in ("B-1", "C-1") for each in bookings(database, key)] == ["R2/1/1", "R3/1/1"]
    assert [each.shared_with for each in bookings(database, "B-1")] == [1]
    published(database)
    assert len(held(database)) == 2


def test_one_displaced_leaves_the_other_in_the_run(database: Database) -> None:
    ask(database, "A-1", 1, 25)
    ask(database, "B-1", 2, 15)
    published(database)

    def hurry(session: Session) -> None:
        row = session.exec(select(Request).where(Request.key == "A-1")).one()
        row.deadline_at = NOW + timedelta(hours=1)

    database.write(hurry)
    published(database)
    assert [each.state for each in bookings(database, "A-1")] == ["displaced"]
    (beta,) = bookings(database, "B-1")
    assert (beta.state, beta.shared_with) == ("confirmed", 0)
    assert len(held(database)) == 2


def test_the_board_shows_a_shared_run_once(database: Database) -> None:
    ask(database, "A-1", 1, 25)
    ask(database, "B-1", 2, 15)
    published(database)
    week = board(database, actor=ME, now=NOW, centre="EL", week=WEEK)
    (bar,) = [bar for lab in week.laboratories for row in lab.rows for bar in row.bars]
    assert bar.label == "Alfa: burn in +1"
    assert "shared with 1 other booking" in bar.detail
    assert "Beta" not in bar.detail
    hours = {
        row.name: row.booked_hours for row in week_summary(database, actor=ME, now=NOW, centre="EL", week=WEEK).clusters
    }
    assert hours == {"Information technologies": 4.4, "Pharmaceutics": 2.6}, "7 hours of the oven, by pieces"
