"""Rework counted after inspection: its runs follow the count, and what is not needed is given back."""

from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.chains import verify
from models.database import Database
from models.tables import AuditEvent, Booking, Centre, Hold, Policy, Recipe, Request, Run
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor
from scheduler.counting import count_pieces
from scheduler.errors import NotPossibleNow, PlanClashes, ReasonMissing, Unknown
from scheduler.missing import mark_missed, restore_missed
from scheduler.notices import list_notices
from scheduler.requesting import show_request
from scheduler.routing import NotConditional
from tests.scheduler.actors import engineer, technician
from tests.scheduler.small_centre import NOW, at, found, request, store
from tests.scheduler.test_planning import draft, publish

REWORKED: dict[str, Any] = {
    "operations": [
        {"name": "inspect", "fixed_minutes": 30, "units": [{"capability": "imaging"}]},
        {
            "name": "rework",
            "fixed_minutes": 20,
            "per_piece_seconds": 600,
            "pieces_per_run": 4,
            "expected_percent": 10,
            "units": [{"capability": "printing"}],
        },
        {"name": "test", "fixed_minutes": 60, "units": [{"capability": "imaging"}]},
    ],
    "lags": [{"before": "inspect", "after": "rework"}, {"before": "rework", "after": "test"}],
}


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)
    store(database, Recipe(id=2, laboratory_id=1, key="CHECKED", name="Checked", routing=REWORKED))
    request(database, "R-1", recipe_id=2, quantity=60)


def runs(database: Database) -> list[tuple[int | None, int | None, int, str]]:
    """Operation, number, pieces and state of every booking that is not over."""
    with database.reading() as session:
        rows = session.exec(
            select(Run, Booking)
            .join(Booking, col(Booking.run_id) == col(Run.id))
            .where(col(Booking.state) == "confirmed")
            .order_by(col(Run.operation), col(Run.number))
        )
        return [(run.operation, run.number, booking.quantity, booking.state) for run, booking in rows]


def count(
    database: Database,
    pieces: int,
    *,
    key: str = "R-1",
    operation: str = "rework",
    now: datetime = NOW,
    reason: str = "",
    actor: Actor = ME,
) -> None:
    count_pieces(database, actor=actor, now=now, key=key, operation=operation, count=pieces, reason=reason)


def ask_for_reasons(database: Database) -> None:
    def command(session: Session) -> None:
        centre = session.get_one(Centre, 1)
        centre.settings = {**centre.settings, "reasons": True}

    database.write(command)


def held(database: Database) -> int:
    with database.reading() as session:
        return len(session.exec(select(Hold).where(col(Hold.in_force))).all())


def test_the_expected_share_is_planned_and_booked(database: Database) -> None:
    assert publish(database, draft(database)).confirmed == 4
    assert [row[:3] for row in runs(database)] == [(1, 1, 60), (2, 1, 4), (2, 2, 2), (3, 1, 60)]
    (shown,) = show_request(database, actor=ME, now=NOW, key="R-1").counts
    assert (shown.operation, shown.pieces, shown.counted) == ("rework", 6, False)


def test_fewer_pieces_give_back_what_is_not_needed(database: Database) -> None:
    publish(database, draft(database))
    count(database, 3)
    assert [row[:3] for row in runs(database)] == [(1, 1, 60), (2, 1, 3), (3, 1, 60)]
    assert held(database) == 3
    texts = [(notice.kind, notice.text) for notice in list_notices(database, actor=ME, now=NOW)][:2]
    assert texts[0] == ("counted", "R-1 rework: 3 of 60 pieces go through it.")
    assert texts[1][0] == "cancelled"
    assert texts[1][1].endswith("is cancelled: 3 of 60 pieces go through rework.")
    assert publish(database, draft(database)).confirmed == 0


def test_without_any_piece_the_step_falls_away_and_the_test_follows_the_inspection(database: Database) -> None:
    publish(database, draft(database))
    ask_for_reasons(database)
    with pytest.raises(ReasonMissing):
        count(database, 0)
    assert len(runs(database)) == 4
    count(database, 0, reason="all are good")
    assert [row[:2] for row in runs(database)] == [(1, 1), (3, 1)]
    with database.reading() as session:
        assert verify(session, "centre:1") == []
        told = [(event.verb, event.reason) for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.id)))]
    reason = "0 of 60 pieces go through rework: all are good"
    assert told[-3:] == [(verb, reason) for verb in ("cancelled booking", "cancelled booking", "counted pieces")]


def test_more_pieces_are_planned_next_even_when_the_rest_is_booked_and_over(database: Database) -> None:
    publish(database, draft(database))
    count(database, 11)
    assert [row[:3] for row in runs(database)] == [(1, 1, 60), (2, 1, 4), (3, 1, 60)], "the run of 2 holds 4 now"
    with database.reading() as session:
        assert session.exec(select(Request)).one().displaced_at == NOW
    publish(database, draft(database))
    assert [row[:3] for row in runs(database)] == [(1, 1, 60), (2, 1, 4), (2, 2, 4), (2, 3, 3), (3, 1, 60)]
    with database.reading() as session:
        spans = {(run.operation, run.number): run for run in session.exec(select(Run)).all()}
    assert max(spans[2, number].end_at for number in (2, 3)) <= spans[3, 1].start_at, "the test has moved behind it"


def test_a_count_is_no_way_around_it_being_too_late_to_cancel(database: Database) -> None:
    publish(database, draft(database))
    store(database, Policy(centre_id=1, cancel_minutes=43_200))
    booked = runs(database)
    for pieces in (0, 60):
        with pytest.raises(NotPossibleNow, match="too late to cancel") as refused:
            count(database, pieces, actor=engineer(1))
        assert [each.code for each in refused.value.reasons] == ["policy.late_cancel"]
    assert runs(database) == booked
    # What frees no place is told at any time, and so is what those found who did the inspection.
    count(database, 6, actor=engineer(1))
    assert runs(database) == booked
    count(database, 0, actor=technician(1))
    assert [row[:2] for row in runs(database)] == [(1, 1), (3, 1)]


@pytest.mark.parametrize("fewer", [0, 4], ids=["the step falls away", "what stands booked is enough"])
def test_a_later_count_that_leaves_nothing_to_plan_takes_the_request_from_the_head_of_the_queue(
    database: Database, fewer: int
) -> None:
    def displaced_at() -> datetime | None:
        with database.reading() as session:
            return session.exec(select(Request)).one().displaced_at

    publish(database, draft(database))
    count(database, 11)
    count(database, 10)
    assert displaced_at() == NOW, "two runs are to be planned still"
    count(database, fewer)
    assert displaced_at() is None


def test_a_draft_that_knew_another_count_clashes(database: Database) -> None:
    plan_id = draft(database)
    count(database, 0)
    with pytest.raises(PlanClashes, match="nothing was published"):
        publish(database, plan_id)


def test_what_has_begun_or_is_not_conditional_is_not_counted(database: Database) -> None:
    publish(database, draft(database))
    with pytest.raises(NotPossibleNow, match="rework of request R-1 has begun"):
        count(database, 2, now=at("Fri 19:00"))
    with pytest.raises(NotConditional):
        count(database, 2, operation="inspect")
    with pytest.raises(Unknown):
        count(database, 2, key="R-9")
    assert [row[:2] for row in runs(database)] == [(1, 1), (2, 1), (2, 2), (3, 1)]


def test_the_same_count_again_changes_nothing(database: Database) -> None:
    count(database, 2)

    def events(session: Session) -> int:
        return len(session.exec(select(AuditEvent)).all())

    before = database.write(events)
    count(database, 2)
    assert database.write(events) == before


def test_visits_go_with_the_runs_that_they_look_after(database: Database) -> None:
    rework = {**REWORKED["operations"][1], "fixed_minutes": 125, "per_piece_seconds": 60}
    rework["visits"] = {"name": "look", "skill": "smt", "minutes": 5, "every_minutes": 60}
    routing = {**REWORKED, "operations": [REWORKED["operations"][0], rework, REWORKED["operations"][2]]}
    store(database, Recipe(id=3, laboratory_id=1, key="LOOKED", name="Looked after", routing=routing))
    request(database, "R-2", recipe_id=3, quantity=60)

    def looked(database: Database) -> list[tuple[int | None, int]]:
        """Number and visit of every booked run of the step."""
        with database.reading() as session:
            rows = session.exec(
                select(Run)
                .join(Booking, col(Booking.run_id) == col(Run.id))
                .where(col(Booking.state) == "confirmed", Run.request_id == 2, Run.operation == 2)
                .order_by(col(Run.number), col(Run.visit))
            )
            return [(run.number, run.visit) for run in rows]

    publish(database, draft(database))
    assert looked(database) == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)]
    count(database, 3, key="R-2")
    assert looked(database) == [(1, 0), (1, 1), (1, 2)]
    count(database, 11, key="R-2")
    assert looked(database) == [], "a run that lasts longer loses its place, and who looks after it then"
    publish(database, draft(database))
    count(database, 0, key="R-2")
    assert looked(database) == []


@pytest.mark.parametrize("pieces", [0, 3], ids=["the step falls away", "fewer"])
def test_a_missed_run_that_the_count_has_made_another_is_not_restored(database: Database, pieces: int) -> None:
    publish(database, draft(database))
    with database.reading() as session:
        rework = session.exec(select(Booking).join(Run).where(Run.operation == 2, Run.number == 1)).one()
    begun = rework.booked_start
    mark_missed(database, actor=technician(1), now=begun, booking_id=rework.id or 0)
    count(database, pieces, now=begun)
    with pytest.raises(NotPossibleNow, match="is counted anew"):
        restore_missed(database, actor=technician(1), now=begun, booking_id=rework.id or 0)
    count(database, 4, now=begun)
    assert restore_missed(database, actor=technician(1), now=begun, booking_id=rework.id or 0).state == "confirmed"
