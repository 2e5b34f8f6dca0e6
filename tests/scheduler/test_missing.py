"""The clock marks what nobody came for, once, and frees its time; where that is still free, the mark is undone."""

import threading
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.replay import differences
from models.tables import AuditEvent, Booking, Centre, Hold, Outage, Policy, Quota, Run
from scheduler import missing
from scheduler.actors import TIMETABLE, Actor
from scheduler.booking import book_units, show_booking
from scheduler.errors import Forbidden, NotPossibleNow, ReasonMissing, Unknown
from scheduler.missing import mark_by_the_clock, mark_missed, restore_missed
from scheduler.notices import list_notices
from scheduler.using import check_in, check_out
from scheduler.views import BookingView
from scheduler.withdrawing import withdraw_request
from scheduler.work import start_timetable
from tests.scheduler.actors import auditor, engineer, manager, technician
from tests.scheduler.small_centre import NOW, at, found, request, store

HANDS = technician(1)


def prepared(database: Database, minutes: int | None = 30) -> Database:
    found(database)
    store(database, Policy(unit_id=2, missed_minutes=minutes))
    return database


@pytest.fixture
def lab(sqlite_database: Database) -> Database:
    return prepared(sqlite_database)


def book(database: Database, start: str = "Tue 10:00", end: str = "Tue 14:00", **more: Any) -> int:
    wish: dict[str, Any] = {"units": ("OVEN-1",), "project": "A-1", "actor": engineer(1), "now": NOW} | more
    return book_units(database, start=at(start), end=at(end), **wish).id


def look(database: Database, moment: str) -> list[int]:
    return mark_by_the_clock(database, actor=TIMETABLE, now=at(moment))


def restore(database: Database, booking_id: int, moment: str, actor: Actor = HANDS, **more: Any) -> BookingView:
    return restore_missed(database, actor=actor, now=at(moment), booking_id=booking_id, **more)


def state(database: Database, booking_id: int) -> str:
    return show_booking(database, actor=auditor(), now=NOW, booking_id=booking_id).state


def in_force(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.exec(select(Hold.run_id).where(col(Hold.in_force))))


def events(database: Database, verb: str) -> list[AuditEvent]:
    with database.reading() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.verb == verb)))


def planned(database: Database) -> int:
    """The first run of a request, on the oven that waits for nobody for long."""
    request(database, "R-1")
    owner: dict[str, Any] = {"project_id": 1, "organisation_id": 1, "cluster_id": 1, "stage": "prototype"}
    start, end = at("Tue 10:00"), at("Tue 14:00")
    (run_id,) = store(database, Run(centre_id=1, start_at=start, end_at=end, request_id=1, operation=1, number=1))
    times: dict[str, Any] = {"booked_start": start, "booked_end": end, "made_at": NOW, "made_by": "account:9"}
    hold = Hold(run_id=run_id, resource_id=2, start_at=start, end_at=end)
    return store(database, hold, Booking(run_id=run_id, state="confirmed", **owner, **times))[1]


def test_the_clock_marks_it_when_the_unit_has_waited_and_frees_its_time(database: Database) -> None:
    prepared(database)
    made = book(database)
    assert (look(database, "Tue 10:29"), state(database, made)) == ([], "confirmed")
    assert (look(database, "Tue 10:30"), state(database, made), in_force(database)) == ([made], "no_show", [])
    assert look(database, "Tue 10:31") == []
    (event,) = events(database, "missed booking")
    assert (event.actor, event.reason) == ("timetable", "nobody was checked in within 30 min of the start")
    (notice,) = list_notices(database, actor=engineer(1), now=NOW)
    assert (notice.kind, notice.booking_id) == ("no_show", made)
    book(database, "Tue 11:00", "Tue 12:00", actor=engineer(2), project="B-1")
    with database.reading() as session:
        assert [row for row in differences(session) if row.table in ("booking", "hold", "run", "notice")] == []


def test_two_that_look_at_once_mark_it_once(database: Database) -> None:
    prepared(database)
    made = book(database)
    marked: list[int] = []
    threads = [threading.Thread(target=lambda: marked.extend(look(database, "Tue 10:30"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (marked, len(events(database, "missed booking"))) == ([made], 1)


def test_what_was_marked_between_the_look_and_the_lock_is_left_alone(
    lab: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, marks, overdue = book(lab), missing._mark_at, missing._overdue

    def after_another(*where: Any) -> list[int]:
        return [*marks(*where), *marks(*where)]

    monkeypatch.setattr(missing, "_mark_at", after_another)
    assert look(lab, "Tue 10:30") == [made]
    # Control: who goes by what was seen before the lock meets a booking that is missed already.
    other = book(lab, "Wed 10:00", "Wed 14:00")
    with lab.reading() as session:
        seen = list(overdue(session, 1, at("Wed 11:00")))
    assert [booking.id for booking, _ in seen] == [other]
    mark_missed(lab, actor=HANDS, now=at("Wed 11:00"), booking_id=other)
    monkeypatch.setattr(missing, "_overdue", lambda *_: [(_again(lab, other), timedelta(minutes=30))])
    with pytest.raises(NotPossibleNow, match="missed already"):
        look(lab, "Wed 11:00")


def _again(database: Database, booking_id: int) -> Booking:
    with database.reading() as session:
        return session.get_one(Booking, booking_id)


def test_who_came_is_not_missed(lab: Database) -> None:
    made = book(lab)
    check_in(lab, actor=HANDS, now=at("Tue 10:20"), booking_id=made)
    assert (look(lab, "Tue 11:00"), state(lab, made)) == ([], "running")


@pytest.mark.parametrize("minutes", [None, 0])
def test_where_no_patience_is_said_the_clock_marks_nobody(sqlite_database: Database, minutes: int | None) -> None:
    made = book(prepared(sqlite_database, minutes))
    assert (look(sqlite_database, "Tue 13:00"), state(sqlite_database, made)) == ([], "confirmed")


def test_a_unit_that_says_nothing_waits_as_its_centre_says(sqlite_database: Database) -> None:
    prepared(sqlite_database, None)
    store(sqlite_database, Policy(centre_id=1, missed_minutes=60))
    made = book(sqlite_database)
    assert [look(sqlite_database, f"Tue {clock}") for clock in ("10:59", "11:00")] == [[], [made]]


def test_the_clock_marks_no_planned_work(lab: Database) -> None:
    made = planned(lab)
    assert (look(lab, "Tue 13:00"), state(lab, made)) == ([], "confirmed")


def test_nobody_is_missed_while_the_unit_was_out_of_order(lab: Database) -> None:
    made = book(lab)
    times: dict[str, Any] = {"start_at": at("Tue 10:10"), "end_at": at("Tue 10:20"), "reported_at": NOW}
    (outage,) = store(lab, Outage(unit_id=2, reported_by="account:1", **times))
    assert look(lab, "Tue 11:00") == []
    lab.write(lambda session: setattr(session.get_one(Outage, outage), "withdrawn_at", NOW))
    assert look(lab, "Tue 11:00") == [made]


def test_what_ended_while_no_clock_ran_is_marked_for_a_day(lab: Database) -> None:
    made = book(lab)
    assert [look(lab, f"Wed {clock}") for clock in ("14:00", "13:59")] == [[], [made]]


def test_a_started_timetable_looks(lab: Database) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    start, end = now - timedelta(hours=1), now + timedelta(hours=1)
    made = book(lab)

    def begin(session: Session) -> None:
        run = session.get_one(Run, 1)
        hold = session.exec(select(Hold)).one()
        run.start_at, run.end_at, hold.start_at, hold.end_at = start, end, start, end

    lab.write(begin)
    timetable = start_timetable(lab)
    try:
        until = monotonic() + 60
        while state(lab, made) == "confirmed" and monotonic() < until:
            sleep(0.02)
    finally:
        timetable.stop()
    assert state(lab, made) == "no_show"


def test_a_mark_is_undone_where_the_time_is_free_and_the_clock_leaves_it_alone(database: Database) -> None:
    prepared(database)
    made = book(database)
    assert look(database, "Tue 10:30") == [made]
    restored = restore(database, made, "Tue 11:00", reason="they are on the train")
    assert (restored.state, len(in_force(database))) == ("confirmed", 1)
    assert look(database, "Tue 12:00") == []
    (event,) = events(database, "restored booking")
    assert (event.actor, event.reason) == (HANDS.key, "they are on the train")
    assert [each.kind for each in list_notices(database, actor=engineer(1), now=NOW)] == ["confirmed", "no_show"]
    check_in(database, actor=HANDS, now=at("Tue 12:05"), booking_id=made)
    assert check_out(database, actor=HANDS, now=at("Tue 13:00"), booking_id=made).state == "done"
    with pytest.raises(NotPossibleNow, match="is done: it cannot be restored"):
        restore(database, made, "Tue 13:10")
    with database.reading() as session:
        assert [row for row in differences(session) if row.table in ("booking", "hold", "run", "notice")] == []


def test_one_marked_by_hand_and_restored_the_clock_leaves_alone_too(lab: Database) -> None:
    made = book(lab)
    mark_missed(lab, actor=HANDS, now=at("Tue 10:40"), booking_id=made)
    restore(lab, made, "Tue 10:50")
    assert look(lab, "Tue 12:00") == []


def taken(database: Database) -> None:
    book(database, "Tue 13:00", "Tue 15:00", actor=engineer(2), project="B-1")


def used(database: Database) -> None:
    other = book(database, "Tue 11:00", "Tue 12:00", actor=engineer(2), project="B-1")
    check_in(database, actor=HANDS, now=at("Tue 11:00"), booking_id=other)
    check_out(database, actor=HANDS, now=at("Tue 11:30"), booking_id=other)


def broken(database: Database) -> None:
    times: dict[str, Any] = {"start_at": at("Tue 13:00"), "end_at": at("Tue 15:00"), "reported_at": NOW}
    store(database, Outage(unit_id=2, reported_by="account:1", **times))


def spent(database: Database) -> None:
    store(database, Quota(key="Q", per="organisation", centre_id=1, measure="count", most=1, period="week"))
    book(database, "Wed 10:00", "Wed 11:00", units=("OVEN-2",))


@pytest.mark.parametrize(
    ("happens", "code"), [(taken, "taken"), (used, "taken"), (broken, "out_of_order"), (spent, "quota.too_often")]
)
def test_what_stands_against_it_meanwhile_is_named(lab: Database, happens: Any, code: str) -> None:
    made = book(lab)
    look(lab, "Tue 10:30")
    happens(lab)
    before = in_force(lab)
    with pytest.raises(NotPossibleNow, match="cannot be restored") as refused:
        restore(lab, made, "Tue 12:30")
    assert [each.code for each in refused.value.reasons] == [code]
    assert "Beta" not in str([refused.value.text, *refused.value.reasons])
    assert (state(lab, made), in_force(lab)) == ("no_show", before)
    assert len(events(lab, "refused restoring")) == 1


def test_it_takes_another_lane_where_its_own_is_taken(sqlite_database: Database) -> None:
    found(sqlite_database)
    made = book(sqlite_database, units=("SEM",))
    mark_missed(sqlite_database, actor=HANDS, now=at("Tue 10:30"), booking_id=made)
    other = book(sqlite_database, units=("SEM",), actor=engineer(2), project="B-1")
    lanes = [restore(sqlite_database, made, "Tue 11:00").holds[0].lane]
    lanes.append(show_booking(sqlite_database, actor=auditor(), now=NOW, booking_id=other).holds[0].lane)
    assert sorted(lanes) == [0, 1]


def test_planned_work_is_restored_unless_it_is_planned_anew_or_withdrawn(lab: Database) -> None:
    made = planned(lab)
    mark_missed(lab, actor=HANDS, now=at("Tue 10:30"), booking_id=made)
    assert restore(lab, made, "Tue 10:40").state == "confirmed"
    mark_missed(lab, actor=HANDS, now=at("Tue 10:50"), booking_id=made)
    broken(lab)
    with pytest.raises(NotPossibleNow, match="OVEN-1 is out of order"):
        restore(lab, made, "Tue 11:00")
    again = _again(lab, made).model_dump(exclude={"id", "run_id"}) | {"state": "confirmed"}
    times: dict[str, Any] = {"start_at": at("Wed 10:00"), "end_at": at("Wed 14:00")}
    (run_id,) = store(lab, Run(centre_id=1, request_id=1, operation=1, number=1, **times))
    (anew,) = store(lab, Booking(run_id=run_id, **again))
    with pytest.raises(NotPossibleNow, match="planned anew"):
        restore(lab, made, "Tue 11:00")
    lab.write(lambda session: setattr(session.get_one(Booking, anew), "state", "cancelled"))
    withdraw_request(lab, actor=manager(1), now=at("Tue 11:00"), key="R-1")
    with pytest.raises(NotPossibleNow, match="R-1 is withdrawn"):
        restore(lab, made, "Tue 15:00")


def test_who_checks_in_restores(lab: Database) -> None:
    made = book(lab)
    look(lab, "Tue 10:30")
    for actor, refusal in (
        (engineer(1), Forbidden),
        (engineer(2), Unknown),
        (technician(2), Unknown),
        (auditor(), Forbidden),
    ):
        with pytest.raises(refusal):
            restore(lab, made, "Tue 11:00", actor)
    assert (state(lab, made), in_force(lab)) == ("no_show", [])


def test_it_needs_the_reason_that_the_centre_asks_for(lab: Database) -> None:
    made = book(lab)
    look(lab, "Tue 10:30")
    lab.write(lambda session: setattr(session.get_one(Centre, 1), "settings", {"reasons": True}))
    with pytest.raises(ReasonMissing):
        restore(lab, made, "Tue 11:00")
    assert restore(lab, made, "Tue 11:00", reason="they called").state == "confirmed"
