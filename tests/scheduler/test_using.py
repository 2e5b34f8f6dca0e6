"""Work is checked in and out: holds end when it does, what was booked stays on the booking, what was used is told."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.tables import AuditEvent, Booking, Centre, Hold, Notice, Run
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.board import board
from scheduler.booking import book_units, show_booking
from scheduler.busy import busy_times
from scheduler.day import day_list
from scheduler.door.people import RoleAsked, invite
from scheduler.errors import BadValue, BookingRefused, Forbidden, NotPossibleNow, ReasonMissing, Unknown
from scheduler.missing import mark_missed
from scheduler.reports import week_summary
from scheduler.stretching import stretched
from scheduler.using import check_in, check_out, correct_use, doable
from scheduler.views import BookingView
from tests.scheduler.actors import engineer, manager, technician
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store

HANDS = technician(1)


def book(database: Database, start: str, end: str, unit: str = "SEM", project: str = "A-1") -> int:
    actor = engineer(1 if project == "A-1" else 2)
    return book_units(database, actor=actor, now=NOW, units=(unit,), start=at(start), end=at(end), project=project).id


def into(database: Database, booking_id: int, moment: str, **asked: Any) -> BookingView:
    return check_in(database, actor=HANDS, now=at(moment), booking_id=booking_id, **asked)


def out(database: Database, booking_id: int, moment: str, **asked: Any) -> BookingView:
    return check_out(database, actor=HANDS, now=at(moment), booking_id=booking_id, **asked)


def holds(database: Database, booking_id: int) -> list[tuple[datetime, datetime, bool]]:
    with database.reading() as session:
        wanted = select(Hold).join(Booking, col(Booking.run_id) == col(Hold.run_id)).where(Booking.id == booking_id)
        return [(hold.start_at, hold.end_at, hold.in_force) for hold in session.exec(wanted)]


def events(database: Database, booking_id: int) -> list[AuditEvent]:
    with database.reading() as session:
        wanted = select(AuditEvent).where(AuditEvent.object_kind == "booking", AuditEvent.object_id == str(booking_id))
        return list(session.exec(wanted.order_by(col(AuditEvent.id))))


@pytest.fixture
def here(sqlite_database: Database) -> Database:
    found(sqlite_database)
    return sqlite_database


def test_early_out_frees_the_unit_and_keeps_what_was_booked(database: Database) -> None:
    found(database)
    booking = book(database, "Tue 10:00", "Tue 14:00", "OVEN-1")
    begun = into(database, booking, "Tue 10:05")
    assert (begun.state, [(each.start, each.end) for each in begun.used]) == ("running", [(at("Tue 10:05"), None)])
    done = out(database, booking, "Tue 12:00", quantity=7)
    assert (done.state, done.start, done.end) == ("done", at("Tue 10:00"), at("Tue 14:00"))
    (used,) = done.used
    assert (used.start, used.end, used.quantity) == (at("Tue 10:05"), at("Tue 12:00"), 7)
    assert holds(database, booking) == [(at("Tue 10:00"), at("Tue 12:00"), False)]
    assert book_units(
        database,
        actor=engineer(2),
        now=at("Tue 12:00"),
        units=("OVEN-1",),
        start=at("Tue 12:00"),
        end=at("Tue 14:00"),
        project="B-1",
    )


def test_what_is_done_stays_on_the_board_and_in_the_hours(here: Database) -> None:
    booking = book(here, "Tue 10:00", "Tue 14:00", "OVEN-1")
    into(here, booking, "Tue 10:00")
    out(here, booking, "Tue 12:00")
    week = board(here, actor=manager(1), now=at("Wed 10:00"), centre="EL", week=WEEK)
    (row,) = [row for laboratory in week.laboratories for row in laboratory.rows if row.unit == "OVEN-1"]
    assert [(bar.start, bar.end) for bar in row.bars] == [(at("Tue 10:00"), at("Tue 12:00"))]
    summary = week_summary(here, actor=manager(1), now=at("Wed 10:00"), centre="EL", week=WEEK)
    assert summary.laboratories[0].booked_hours == 2


def test_work_that_takes_longer_is_held_for_longer_where_that_is_free(database: Database) -> None:
    found(database)
    booking = book(database, "Tue 10:00", "Tue 12:00", "OVEN-1")
    into(database, booking, "Tue 10:00")
    out(database, booking, "Tue 13:00")
    assert holds(database, booking) == [(at("Tue 10:00"), at("Tue 13:00"), False)]
    late = book(database, "Wed 10:00", "Wed 12:00", "OVEN-1")
    next_one = book(database, "Wed 12:00", "Wed 14:00", "OVEN-1")
    into(database, late, "Wed 10:00")
    with pytest.raises(NotPossibleNow, match=r"OVEN-1 is taken within Wed 2 Dec .* by another booking") as refused:
        out(database, late, "Wed 12:30")
    assert [each.code for each in refused.value.reasons] == ["taken"]
    assert holds(database, late) == [(at("Wed 10:00"), at("Wed 12:00"), True)]
    assert holds(database, next_one) == [(at("Wed 12:00"), at("Wed 14:00"), True)]
    done = out(database, late, "Wed 12:30", at=at("Wed 12:00"))
    (used,) = done.used
    corrected = correct_use(
        database,
        actor=HANDS,
        now=at("Wed 13:00"),
        booking_id=late,
        used_id=used.id,
        start=used.start,
        end=at("Wed 12:30"),
        quantity=3,
        reason="it ran over",
    )
    assert [(each.end, each.quantity) for each in corrected.used] == [(at("Wed 12:30"), 3)]
    assert holds(database, next_one) == [(at("Wed 12:00"), at("Wed 14:00"), True)]


def test_late_in_is_allowed_and_early_in_where_the_unit_is_free(here: Database) -> None:
    first, second = book(here, "Tue 10:00", "Tue 12:00", "OVEN-1"), book(here, "Tue 12:00", "Tue 14:00", "OVEN-1")
    with pytest.raises(NotPossibleNow, match="OVEN-1 is taken"):
        into(here, second, "Tue 11:30")
    with pytest.raises(NotPossibleNow, match="at most 2 h before"):
        into(here, first, "Tue 07:59")
    into(here, first, "Tue 08:00")
    assert holds(here, first) == [(at("Tue 08:00"), at("Tue 12:00"), True)]
    into(here, second, "Tue 13:55")
    with pytest.raises(BadValue, match="cannot begin after that"):
        into(here, book(here, "Wed 10:00", "Wed 12:00", "OVEN-1"), "Wed 12:00")


def test_what_may_be_told_of_a_booking_is_what_is_done_when_it_is_told(here: Database) -> None:
    """At each moment exactly that which is offered is not refused."""
    booking = book(here, "Tue 10:00", "Tue 12:00", "OVEN-1")

    def offered(moment: str) -> frozenset[str]:
        return doable(show_booking(here, actor=HANDS, now=at(moment), booking_id=booking), now=at(moment))

    assert offered("Tue 07:59") == frozenset()
    assert offered("Tue 08:00") == offered("Tue 09:59") == {"check in"}
    assert offered("Tue 10:00") == offered("Wed 10:00") == {"check in", "miss"}
    into(here, booking, "Tue 10:00")
    assert offered("Tue 10:30") == {"check out"}
    out(here, booking, "Tue 11:00")
    assert offered("Tue 11:00") == {"correct"}
    missed = book(here, "Wed 10:00", "Wed 12:00", "OVEN-1")
    mark_missed(here, actor=HANDS, now=at("Wed 10:00"), booking_id=missed)
    told = doable(show_booking(here, actor=HANDS, now=at("Wed 11:00"), booking_id=missed), now=at("Wed 11:00"))
    assert told == {"restore"}


def test_who_nobody_came_for_is_missed_and_its_time_is_free(here: Database) -> None:
    booking = book(here, "Tue 10:00", "Tue 14:00", "OVEN-1")
    with pytest.raises(NotPossibleNow, match="until then it can be cancelled"):
        mark_missed(here, actor=HANDS, now=at("Tue 09:00"), booking_id=booking)

    def ask_for_reasons(session: Session) -> None:
        centre = session.get_one(Centre, 1)
        centre.settings = {**centre.settings, "reasons": True}

    here.write(ask_for_reasons)
    with pytest.raises(ReasonMissing):
        mark_missed(here, actor=HANDS, now=at("Tue 10:30"), booking_id=booking)
    missed = mark_missed(here, actor=HANDS, now=at("Tue 10:30"), booking_id=booking, reason="waited half an hour")
    assert (missed.state, events(here, booking)[-1].reason) == ("no_show", "waited half an hour")
    assert holds(here, booking) == [(at("Tue 10:00"), at("Tue 14:00"), False)]
    with here.reading() as session:
        assert [each.kind for each in session.exec(select(Notice))] == ["no_show"]
    with pytest.raises(NotPossibleNow, match="is missed"):
        into(here, booking, "Tue 11:00")
    book(here, "Tue 11:00", "Tue 12:00", "OVEN-1", project="B-1")


def test_a_shared_run_ends_with_the_last_of_its_work(here: Database) -> None:
    booking = book(here, "Tue 10:00", "Tue 14:00", "OVEN-1")
    with here.reading() as session:
        first = session.get_one(Booking, booking)
        values = first.model_dump(exclude={"id"}) | {"project_id": 2, "organisation_id": 2, "cluster_id": 2}
    (second,) = store(here, Booking(**values))
    for each in (booking, second):
        into(here, each, "Tue 10:00")
    out(here, booking, "Tue 13:00")
    assert holds(here, booking) == [(at("Tue 10:00"), at("Tue 14:00"), True)]
    out(here, second, "Tue 13:30", at=at("Tue 12:00"))
    assert holds(here, second) == [(at("Tue 10:00"), at("Tue 13:00"), False)]


def test_what_cannot_be_is_refused_and_nothing_is_changed(here: Database) -> None:
    booking = book(here, "Tue 10:00", "Tue 14:00", "OVEN-1")
    with pytest.raises(NotPossibleNow, match="cannot be checked out"):
        out(here, booking, "Tue 11:00")
    with pytest.raises(BadValue, match="still to come"):
        into(here, booking, "Tue 10:00", at=at("Tue 10:01"))
    into(here, booking, "Tue 10:00")
    with pytest.raises(NotPossibleNow, match="running already"):
        into(here, booking, "Tue 10:30")
    with pytest.raises(BadValue, match="not after the check-in"):
        out(here, booking, "Tue 11:00", at=at("Tue 10:00"))
    values: dict[str, Any] = {
        "booking_id": booking,
        "start": at("Tue 10:00"),
        "end": at("Tue 10:30"),
        "reason": "typed wrong",
    }
    with pytest.raises(NotPossibleNow, match="check it out first"):
        correct_use(here, actor=HANDS, now=at("Tue 11:00"), used_id=1, **values)
    out(here, booking, "Tue 11:00")
    with pytest.raises(Unknown, match="used time 9"):
        correct_use(here, actor=HANDS, now=at("Tue 11:00"), used_id=9, **values)
    with pytest.raises(BadValue, match="Say why"):
        correct_use(here, actor=HANDS, now=at("Tue 11:00"), used_id=1, **{**values, "reason": " "})
    assert [each.verb for each in events(here, booking)] == [
        "confirmed booking",
        "checked in booking",
        "checked out booking",
    ]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (timedelta(days=-6_000), timedelta(hours=1), "longer than what was booked and 7 days more"),
        (timedelta(days=-6_000), timedelta(days=-5_999), "more than 1 day away"),
        (timedelta(days=1, hours=5), timedelta(days=1, hours=6), "more than 1 day away"),
    ],
)
def test_a_use_that_is_not_of_its_booking_is_refused(
    here: Database, start: timedelta, end: timedelta, said: str
) -> None:
    booking = book(here, "Tue 10:00", "Tue 14:00", "OVEN-1")
    into(here, booking, "Tue 10:00")
    out(here, booking, "Tue 11:00")
    began = at("Tue 10:00")
    values: dict[str, Any] = {"booking_id": booking, "used_id": 1, "reason": "a slip"}
    with pytest.raises(BadValue, match=said):
        correct_use(here, actor=HANDS, now=at("Sun 10:00"), start=began + start, end=began + end, **values)
    near: dict[str, Any] = {"start": began - timedelta(hours=20), "end": began + timedelta(hours=28)}
    assert correct_use(here, actor=HANDS, now=at("Sun 10:00"), **near, **values).used[0].end == near["end"]


def test_a_lot_makes_no_more_than_it_has_and_work_by_hand_may(here: Database) -> None:
    by_hand, of_lot = book(here, "Tue 10:00", "Tue 14:00"), book(here, "Wed 10:00", "Wed 14:00")
    request(here, "R-1")

    def command(session: Session) -> None:
        session.get_one(Booking, of_lot).request_id = 1

    here.write(command)
    into(here, by_hand, "Tue 10:00")
    assert out(here, by_hand, "Tue 11:00", quantity=31).used[0].quantity == 31
    into(here, of_lot, "Wed 10:00")
    with pytest.raises(BadValue, match="Lot R-1 has 30 pieces: 31 cannot have been made"):
        out(here, of_lot, "Wed 11:00", quantity=31)
    assert out(here, of_lot, "Wed 11:00", quantity=30).used[0].quantity == 30


def test_running_work_without_a_check_in_is_refused_by_name(here: Database) -> None:
    number = book(here, "Tue 10:00", "Tue 12:00")

    def command(session: Session) -> None:
        session.get_one(Booking, number).state = "running"

    here.write(command)
    with pytest.raises(NotPossibleNow, match="nothing is known of when it was checked in"):
        out(here, number, "Tue 11:00")


def test_every_change_is_in_the_record_with_its_times_before_and_after(here: Database) -> None:
    booking = book(here, "Tue 10:00", "Tue 14:00", "OVEN-1")
    into(here, booking, "Tue 10:00")
    out(here, booking, "Tue 12:00", quantity=2)
    correct_use(
        here,
        actor=manager(1),
        now=at("Tue 13:00"),
        booking_id=booking,
        used_id=1,
        start=at("Tue 10:00"),
        end=at("Tue 11:45"),
        quantity=3,
        reason="counted again",
    )
    event = events(here, booking)[-1]
    assert (event.verb, event.actor, event.reason) == ("corrected use", manager(1).key, "counted again")
    assert event.before is not None
    assert event.after is not None
    assert [event.before["used"][0]["quantity"], event.after["used"][0]["quantity"]] == [2, 3]


def test_only_whoever_runs_the_machines_there_says_what_was_done(here: Database) -> None:
    booking = book(here, "Tue 10:00", "Tue 14:00", "OVEN-1")
    with pytest.raises(Forbidden):
        check_in(here, actor=engineer(1), now=at("Tue 10:00"), booking_id=booking)
    for foreign in (engineer(2), technician(2)):
        with pytest.raises(Unknown, match=f"There is no booking {booking}"):
            check_in(here, actor=foreign, now=at("Tue 10:00"), booking_id=booking)
    with here.reading() as session:
        refused = [each.actor for each in session.exec(select(AuditEvent)) if each.verb == "refused check-in"]
    assert refused == [engineer(1).key]


def test_a_technicians_day_is_their_own_and_the_lab_managers_is_all_of_it(here: Database) -> None:
    mine, other = book(here, "Tue 10:00", "Tue 12:00", "OVEN-1"), book(here, "Tue 11:00", "Tue 12:00", "OVEN-2")
    anybodys = book(here, "Tue 13:00", "Tue 14:00", "OVEN-1")
    book(here, "Wed 10:00", "Wed 12:00", "OVEN-1")
    for run, person in ((1, 5), (2, 6)):
        store(here, Hold(run_id=run, resource_id=person, start_at=at("Tue 11:00"), end_at=at("Tue 11:30")))
    asked_role = RoleAsked(role="technician", centre="EL")
    invited = invite(here, actor=ME, now=NOW, email="t5@works.example", person="T5", roles=(asked_role,))
    hands = replace(HANDS, account_id=invited.account_id)
    day = at("Tue 12:00").date()
    asked: dict[str, Any] = {"now": at("Tue 08:00"), "centre": "EL", "day": day}

    def ids(actor: Any, **more: Any) -> list[int]:
        return [each.id for each in day_list(here, actor=actor, **asked, **more).bookings]

    assert ids(hands) == [mine, anybodys]
    assert ids(hands, everybody=True) == [mine, other, anybodys]
    assert ids(manager(1)) == [mine, other, anybodys]
    for stranger in (engineer(1), technician(2)):
        with pytest.raises(Forbidden):
            ids(stranger)


def test_holds_follow_the_work() -> None:
    start = NOW
    run = Run(id=1, centre_id=1, start_at=start, end_at=start + timedelta(hours=4))

    def hold(since: float, until: float) -> Hold:
        return Hold(
            run_id=1, resource_id=1, start_at=start + timedelta(hours=since), end_at=start + timedelta(hours=until)
        )

    def places(since: float, until: float) -> list[tuple[float, float]]:
        every = [hold(-1, 0), hold(0, 4), hold(0, 1), hold(3, 4), hold(4, 5)]
        found = stretched(run, every, start + timedelta(hours=since), start + timedelta(hours=until))
        return [((a - start) / timedelta(hours=1), (b - start) / timedelta(hours=1)) for _, _, a, b in found]

    assert places(0, 2) == [(-1, 0), (0, 2), (0, 1), (2, 3)]
    assert places(0, 5) == [(-1, 0), (0, 5), (0, 1), (3, 5), (5, 6)]
    assert places(-0.5, 4) == [(-1, -0.5), (-0.5, 4), (-0.5, 1), (3, 4), (4, 5)]
    assert places(-2, 4) == [(-2, 4), (-2, 1), (3, 4), (4, 5)]


def test_when_others_have_a_unit_is_told_and_not_whose_it_is(here: Database) -> None:
    book(here, "Tue 10:00", "Tue 12:00", "OVEN-1")
    book(here, "Tue 12:00", "Tue 13:00", "OVEN-1")
    told = busy_times(here, actor=engineer(2), now=NOW, start=at("Mon 00:00"), end=at("Tue 12:30"), unit="OVEN-1")
    assert [(each.lane, each.start, each.end) for each in told] == [(0, at("Tue 10:00"), at("Tue 12:30"))]
    with pytest.raises(BookingRefused) as refused:
        book(here, "Tue 11:00", "Tue 12:30", "OVEN-1", project="B-1")
    texts = [each.text for each in refused.value.reasons]
    assert texts[0].endswith("by another booking.")
    assert not any("Alfa" in text or "A-1" in text for text in texts)
