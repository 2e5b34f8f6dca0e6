"""Bookings by hand: admitted by the rule book, never double, every blocker named."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from models.chains import verify
from models.database import Database
from models.errors import HoldTaken
from models.tables import AuditEvent, Booking, Centre, Hold, Notice, Outage
from scheduler import judging
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.admission import Admission
from scheduler.booking import book_units, cancel_booking
from scheduler.errors import BadValue, BookingRefused, NotPossibleNow, Unknown
from scheduler.views import BookingView
from tests.scheduler.holds import drop_guard
from tests.scheduler.small_centre import NOW, at, found, store


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)


def book(database: Database, start: str, end: str, *units: str) -> BookingView:
    return book_units(
        database,
        actor=ME,
        now=NOW,
        units=units or ("OVEN-1",),
        start=at(start),
        end=at(end),
        project="A-1",
        purpose="test",
    )


def refused(database: Database, start: str, end: str, *units: str) -> list[str]:
    with pytest.raises(BookingRefused) as refusal:
        book(database, start, end, *units)
    return [reason.code for reason in refusal.value.reasons if reason.code != "option"]


def test_a_booking_holds_its_units_and_remembers_its_owners(database: Database) -> None:
    made = book(database, "Tue 10:00", "Tue 12:30", "OVEN-1", "PRINTER")
    assert (made.state, made.organisation, made.cluster, made.stage) == ("confirmed", "ALFA", "IT", "prototype")
    assert sorted(hold.key for hold in made.holds) == ["OVEN-1", "PRINTER"]
    with database.reading() as session:
        assert session.exec(select(Centre)).one().revision == 1
        assert verify(session, "centre:1") == []
        assert [event.verb for event in session.exec(select(AuditEvent))] == ["confirmed booking"]


def test_touching_bookings_are_neighbours_and_not_clashes(database: Database) -> None:
    book(database, "Tue 10:07", "Tue 12:00")
    book(database, "Tue 12:00", "Tue 13:03")
    assert refused(database, "Tue 12:59", "Tue 14:00") == ["taken"]


def test_every_blocker_is_named_at_once(database: Database) -> None:
    book(database, "Tue 18:00", "Tue 19:00")
    store(
        database, Outage(unit_id=1, start_at=at("Tue 17:00"), end_at=at("Tue 18:30"), reported_by="x", reported_at=NOW)
    )
    assert sorted(refused(database, "Tue 18:00", "Tue 21:00", "OVEN-1", "PRINTER")) == [
        "closed",
        "closed",
        "out_of_order",
        "taken",
    ]


def test_a_refusal_offers_the_nearest_starts_that_pass(database: Database) -> None:
    book(database, "Tue 10:00", "Tue 12:00")
    with pytest.raises(BookingRefused) as refusal:
        book(database, "Tue 11:00", "Tue 12:00")
    options = [reason for reason in refusal.value.reasons if reason.code == "option"]
    assert options
    for option in options:
        start = dict(option.facts)["start"]
        assert isinstance(start, str)
    nearest = dict(options[0].facts)["start"]
    assert nearest == at("Tue 12:00").isoformat()


def test_the_past_is_refused(database: Database) -> None:
    with pytest.raises(BookingRefused) as refusal:
        book_units(
            database,
            actor=ME,
            now=at("Tue 12:00"),
            units=("OVEN-1",),
            start=at("Tue 11:00"),
            end=at("Tue 13:00"),
            project="A-1",
        )
    assert [reason.code for reason in refusal.value.reasons if reason.code != "option"] == ["past"]
    options = [dict(reason.facts)["start"] for reason in refusal.value.reasons if reason.code == "option"]
    assert options[0] == at("Tue 12:00").isoformat()


def test_the_past_is_refused_with_everything_else_that_stands_against_it(database: Database) -> None:
    book(database, "Tue 12:00", "Tue 13:00")
    with pytest.raises(BookingRefused) as refusal:
        book_units(
            database,
            actor=ME,
            now=at("Tue 11:30"),
            units=("OVEN-1",),
            start=at("Tue 11:00"),
            end=at("Tue 23:00"),
            project="A-1",
        )
    codes = [reason.code for reason in refusal.value.reasons if reason.code != "option"]
    assert codes[0] == "past"
    assert set(codes) == {"past", "taken", "closed"}


def test_a_refused_attempt_is_recorded_as_demand(database: Database) -> None:
    book(database, "Tue 10:00", "Tue 12:00")
    refused(database, "Tue 11:00", "Tue 12:00")
    with database.reading() as session:
        events = session.exec(select(AuditEvent).order_by("number")).all()
        assert [event.verb for event in events] == ["confirmed booking", "refused booking"]
        assert verify(session, "centre:1") == []


def test_a_unit_of_two_lanes_takes_two(database: Database) -> None:
    lanes = {book(database, "Tue 10:00", "Tue 12:00", "SEM").holds[0].lane for _ in range(2)}
    assert lanes == {0, 1}
    assert refused(database, "Tue 11:00", "Tue 11:30", "SEM") == ["taken"]


def test_nonsense_is_refused_by_name(database: Database) -> None:
    with pytest.raises(Unknown):
        book(database, "Tue 10:00", "Tue 12:00", "OVEN-9")
    with pytest.raises(BadValue):
        book(database, "Tue 12:00", "Tue 10:00")
    with pytest.raises(BadValue):
        book(database, "Tue 10:00", "Tue 12:00", "OVEN-1", "OVEN-1")
    with pytest.raises(BadValue):
        book_units(
            database,
            actor=ME,
            now=NOW,
            units=("OVEN-1",),
            start=at("Tue 10:00") + timedelta(seconds=1),
            end=at("Tue 12:00"),
            project="A-1",
        )


def test_cancelling_frees_the_place_and_leaves_a_notice(database: Database) -> None:
    made = book(database, "Tue 10:00", "Tue 12:00")
    gone = cancel_booking(database, actor=ME, now=NOW, booking_id=made.id, reason="not needed")
    assert gone.state == "cancelled"
    assert book(database, "Tue 10:00", "Tue 12:00").state == "confirmed"
    with pytest.raises(NotPossibleNow):
        cancel_booking(database, actor=ME, now=NOW, booking_id=made.id)
    with database.reading() as session:
        assert [notice.kind for notice in session.exec(select(Notice))] == ["cancelled"]


def _race(database: Database, count: int = 10) -> list[str]:
    outcomes: list[str] = []
    barrier = threading.Barrier(count)

    def attempt() -> None:
        barrier.wait()
        try:
            book(database, "Wed 10:00", "Wed 12:00", "OVEN-1", "PRINTER")
            outcomes.append("booked")
        except BookingRefused:
            outcomes.append("refused")

    threads = [threading.Thread(target=attempt) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_of_ten_at_once_one_gets_the_slot(database: Database) -> None:
    assert _race(database) == ["booked"] + ["refused"] * 9


def _admit_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Admission off: only the database's guard is left."""
    monkeypatch.setattr(
        judging, "admit", lambda _world, *, units, **_: Admission(lanes=(0,) * len(units), blockers=(), options=())
    )


def test_the_guard_alone_holds_when_admission_is_off(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _admit_all(monkeypatch)
    assert _race(database) == ["booked"] + ["refused"] * 9


def test_with_admission_and_guard_off_it_double_books(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _admit_all(monkeypatch)
    drop_guard(database)
    assert _race(database).count("booked") > 1


def test_the_guard_refuses_a_hold_that_no_use_case_checked(database: Database) -> None:
    made = book(database, "Tue 10:00", "Tue 12:00")
    with database.reading() as session:
        run_id = session.exec(select(Booking).where(Booking.id == made.id)).one().run_id
    with pytest.raises(HoldTaken):
        store(database, Hold(run_id=run_id, resource_id=2, lane=0, start_at=at("Tue 11:00"), end_at=at("Tue 13:00")))


def test_every_unknown_unit_is_named(database: Database) -> None:
    with pytest.raises(Unknown, match=r"There are no units 'NO-1', 'NO-2'\."):
        book(database, "Tue 10:00", "Tue 11:00", "NO-1", "OVEN-1", "NO-2")


def test_refusals_tell_the_clock_of_the_centre(database: Database) -> None:
    with pytest.raises(BadValue) as caught:
        book(database, "Tue 11:00", "Tue 10:00")
    assert caught.value.text == "The start Tue 1 Dec 11:00 is not before the end Tue 1 Dec 2026 10:00 (Europe/Moscow)."
