"""What a lab manager pins: plans leave its time, its unit or both as they are."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models.chains import verify
from models.database import Database
from models.tables import AuditEvent, Plan
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import cancel_booking, show_booking
from scheduler.documents import read_document
from scheduler.errors import Forbidden, NotPossibleNow, Unknown
from scheduler.outages import report_outage
from scheduler.pinning import Pinned, pin_booking
from scheduler.plans import show_plan
from scheduler.requesting import request_bookings
from scheduler.views import BookingView
from tests.scheduler.actors import engineer, manager, technician
from tests.scheduler.small_centre import NOW, found, request
from tests.scheduler.test_booking import book
from tests.scheduler.test_planning import draft, publish


def booked(database: Database) -> BookingView:
    """The first of a request's bookings."""
    found(database)
    request(database, "R-1")
    publish(database, draft(database))
    return min(request_bookings(database, actor=ME, now=NOW, key="R-1"), key=lambda each: each.start)


def pins(database: Database, plan_id: int) -> dict[str, tuple[bool, bool]]:
    """Of each task of the plan's problem that may move: whether its start and whether its units are pinned."""
    with database.reading() as session:
        document = read_document(str(session.get_one(Plan, plan_id).document))
    tasks = [task for asked in document.problem.requests for task in asked.tasks if task.booked is not None]
    return {
        task.id: (task.pin is not None and task.pin.start is not None, task.pin is not None and bool(task.pin.units))
        for task in tasks
    }


@pytest.mark.parametrize(
    ("pin", "start", "units"), [("time", True, False), ("unit", False, True), ("none", False, False)]
)
def test_plans_leave_what_is_pinned(sqlite_database: Database, pin: Pinned, start: bool, units: bool) -> None:
    first = booked(sqlite_database)
    assert pin_booking(sqlite_database, actor=manager(), now=NOW, booking_id=first.id, pin=pin).pin == pin
    assert pins(sqlite_database, draft(sqlite_database))[str(first.run)] == (start, units)


def test_what_is_pinned_whole_does_not_move_at_all(database: Database) -> None:
    first = booked(database)
    assert str(first.run) in pins(database, draft(database))
    pin_booking(database, actor=ME, now=NOW, booking_id=first.id, pin="both")
    plan_id = draft(database)
    assert str(first.run) not in pins(database, plan_id)
    assert show_plan(database, actor=ME, now=NOW, plan_id=plan_id).lifted_pins == ()


def test_a_pin_that_cannot_hold_is_lifted_by_name(sqlite_database: Database) -> None:
    first = booked(sqlite_database)
    pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=first.id, pin="both")
    unit = next(hold.key for hold in first.holds if hold.kind == "unit")
    report_outage(sqlite_database, actor=ME, now=NOW, unit=unit, start=first.start, end=first.end + timedelta(hours=8))
    (lifted,) = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=draft(sqlite_database)).lifted_pins
    assert lifted.text == f"R-1 {first.operation} is pinned, but its unit is out of order: the pin was lifted."


def test_each_change_is_an_event_and_no_change_is_none(sqlite_database: Database) -> None:
    first = booked(sqlite_database)
    for pin in ("time", "time", "none"):
        pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=first.id, pin=pin, reason="a visitor comes")
    with sqlite_database.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.reason == "a visitor comes")).all()
        assert [event.verb for event in events] == ["pinned booking", "let booking go"]
        assert verify(session, "centre:1") == []


def test_only_who_plans_there_pins(sqlite_database: Database) -> None:
    first = booked(sqlite_database)
    for actor, error in ((engineer(1), Forbidden), (technician(), Forbidden), (manager(2), Unknown)):
        with pytest.raises(error):
            pin_booking(sqlite_database, actor=actor, now=NOW, booking_id=first.id, pin="both")
    assert show_booking(sqlite_database, actor=ME, now=NOW, booking_id=first.id).pin == "none"


def test_what_no_plan_would_move_is_not_pinned(sqlite_database: Database) -> None:
    first = booked(sqlite_database)
    by_hand = book(sqlite_database, "Tue 10:00", "Tue 11:00", "SEM")
    with pytest.raises(NotPossibleNow, match="booked by hand"):
        pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=by_hand.id, pin="both")
    with pytest.raises(NotPossibleNow, match="still to begin"):
        pin_booking(sqlite_database, actor=ME, now=first.start, booking_id=first.id, pin="both")
    cancel_booking(sqlite_database, actor=ME, now=NOW, booking_id=first.id)
    with pytest.raises(NotPossibleNow, match="confirmed"):
        pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=first.id, pin="both")
