"""Pinning a booking and letting it go: who may, of what, and what the record says of it."""

import pytest
from sqlmodel import select

from models.chains import verify
from models.database import Database
from models.tables import AuditEvent
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import cancel_booking, show_booking
from scheduler.errors import Forbidden, NotPossibleNow, Unknown
from scheduler.pinning import pin_booking
from tests.scheduler.actors import engineer, manager, technician
from tests.scheduler.small_centre import NOW, at, found
from tests.scheduler.test_booking import book
from tests.scheduler.test_pinning import ask, run


@pytest.fixture
def standing(sqlite_database: Database) -> int:
    """The booking of the first step of a request."""
    found(sqlite_database)
    return run(sqlite_database, ask(sqlite_database), at("Thu 10:00"))[1]


def test_each_change_is_an_event_and_no_change_is_none(sqlite_database: Database, standing: int) -> None:
    for pin in ("time", "time", "none"):
        pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=standing, pin=pin, reason="a visitor comes")
    with sqlite_database.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.reason == "a visitor comes")).all()
        assert [event.verb for event in events] == ["pinned booking", "let booking go"]
        assert verify(session, "centre:1") == []


def test_only_who_plans_there_pins(sqlite_database: Database, standing: int) -> None:
    for actor, error in ((engineer(1), Forbidden), (technician(), Forbidden), (manager(2), Unknown)):
        with pytest.raises(error):
            pin_booking(sqlite_database, actor=actor, now=NOW, booking_id=standing, pin="both")
    assert show_booking(sqlite_database, actor=ME, now=NOW, booking_id=standing).pin == "none"


def test_what_no_plan_would_move_is_not_pinned(sqlite_database: Database, standing: int) -> None:
    by_hand = book(sqlite_database, "Tue 10:00", "Tue 11:00", "SEM")
    with pytest.raises(NotPossibleNow, match="booked by hand"):
        pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=by_hand.id, pin="both")
    with pytest.raises(NotPossibleNow, match="still to begin"):
        pin_booking(sqlite_database, actor=ME, now=at("Thu 10:00"), booking_id=standing, pin="both")
    cancel_booking(sqlite_database, actor=ME, now=NOW, booking_id=standing)
    with pytest.raises(NotPossibleNow, match="confirmed"):
        pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=standing, pin="both")
