"""A request taken back: out of the queue, its bookings cancelled; never one that has begun."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from models.chains import verify
from models.database import Database
from models.tables import AuditEvent, Booking, Centre, Hold, Notice
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import cancel_booking
from scheduler.errors import NotPossibleNow, PlanClashes, Unknown
from scheduler.notices import list_notices
from scheduler.requesting import request_bookings
from scheduler.withdrawing import withdraw_request
from tests.scheduler.small_centre import NOW, found, request
from tests.scheduler.test_planning import draft, publish


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)


def verbs(database: Database) -> list[str]:
    with database.reading() as session:
        assert verify(session, "centre:1") == []
        return [event.verb for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.id)))]


def test_an_open_request_leaves_the_queue(database: Database) -> None:
    request(database, "R-1")
    assert withdraw_request(database, actor=ME, now=NOW, key="R-1", reason="no parts").state == "withdrawn"
    assert publish(database, draft(database)).confirmed == 0
    assert "withdrew request" in verbs(database)
    (notice,) = list_notices(database, actor=ME, now=NOW)
    assert (notice.kind, notice.organisation, notice.text) == ("withdrawn", "ALFA", "R-1 is withdrawn: no parts.")


def test_what_is_booked_for_it_is_cancelled_and_free(database: Database) -> None:
    request(database, "R-1")
    request(database, "R-2", project=2)
    publish(database, draft(database))
    with database.reading() as session:
        before = session.exec(select(Centre)).one().revision
    withdraw_request(database, actor=ME, now=NOW, key="R-1")
    states = {
        key: {each.state for each in request_bookings(database, actor=ME, now=NOW, key=key)} for key in ("R-1", "R-2")
    }
    assert states == {"R-1": {"cancelled"}, "R-2": {"confirmed"}}
    with database.reading() as session:
        of_second = session.exec(select(Booking.run_id).where(Booking.state == "confirmed")).all()
        assert {hold.run_id for hold in session.exec(select(Hold).where(col(Hold.in_force)))} == set(of_second)
        assert session.exec(select(Centre)).one().revision == before + 1
        kinds = [notice.kind for notice in session.exec(select(Notice))]
    assert kinds.count("cancelled") == 2
    assert verbs(database)[-3:] == ["cancelled booking", "cancelled booking", "withdrew request"]


def test_once_it_has_begun_no_door_takes_it_back(database: Database) -> None:
    request(database, "R-1")
    publish(database, draft(database))
    first, second = sorted(request_bookings(database, actor=ME, now=NOW, key="R-1"), key=lambda each: each.start)
    begun = first.start + timedelta(minutes=20)
    assert begun < second.start
    for refused in (
        lambda: withdraw_request(database, actor=ME, now=begun, key="R-1"),
        lambda: cancel_booking(database, actor=ME, now=begun, booking_id=second.id),
    ):
        with pytest.raises(NotPossibleNow, match="R-1 has begun"):
            refused()
    states = {each.state for each in request_bookings(database, actor=ME, now=begun, key="R-1")}
    assert states == {"confirmed"}


def test_a_draft_that_has_it_clashes(database: Database) -> None:
    request(database, "R-1")
    plan_id = draft(database)
    withdraw_request(database, actor=ME, now=NOW, key="R-1")
    with pytest.raises(PlanClashes) as caught:
        publish(database, plan_id)
    assert [reason.code for reason in caught.value.reasons] == ["request_changed"]


def test_what_has_begun_is_named_and_nothing_changes(database: Database) -> None:
    request(database, "R-1")
    publish(database, draft(database))
    first = request_bookings(database, actor=ME, now=NOW, key="R-1")[0]
    with pytest.raises(NotPossibleNow, match="R-1 has begun") as caught:
        withdraw_request(database, actor=ME, now=first.start, key="R-1")
    (reason,) = caught.value.reasons
    assert reason.text.startswith(f"print (booking {first.id}) began on ")
    assert reason.text.endswith("(Europe/Moscow).")
    assert {each.state for each in request_bookings(database, actor=ME, now=NOW, key="R-1")} == {"confirmed"}
    assert verbs(database)[-1] == "refused withdrawal"


def test_it_is_withdrawn_once(database: Database) -> None:
    request(database, "R-1")
    withdraw_request(database, actor=ME, now=NOW, key="R-1")
    with pytest.raises(NotPossibleNow, match=r"R-1 is withdrawn already\."):
        withdraw_request(database, actor=ME, now=NOW, key="R-1")


def test_one_that_nobody_asked_for_is_unknown(database: Database) -> None:
    with pytest.raises(Unknown, match="no request 'R-9'"):
        withdraw_request(database, actor=ME, now=NOW, key="R-9")


def test_it_waits_for_the_lock_of_its_centre(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    request(database, "R-1")
    locked: list[list[int]] = []

    def lock(session: Session, ids: list[int]) -> list[Centre]:
        locked.append(list(ids))
        return [session.get_one(Centre, each) for each in ids]

    monkeypatch.setattr("scheduler.withdrawing.lock_centres", lock)
    withdraw_request(database, actor=ME, now=NOW, key="R-1")
    assert locked == [[1]]
