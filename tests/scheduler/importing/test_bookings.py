"""Bookings come in with their use: history as it was, what is to come through admission, the same file once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from models.audit import snapshot
from models.chains import verify
from models.database import Database
from models.queries.recorded import Search, next_events
from models.tables import Booking, Centre, Hold, Override, Policy, Quota, Run, UsedTime
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.booking import book_units
from scheduler.loading import BadFiles
from scheduler.using import check_in, check_out
from tests.scheduler.importing.files import BOOKINGS, as_csv, bring, dump
from tests.scheduler.small_centre import NOW, at, found, store
from tests.sizes import count

USED = (*BOOKINGS, "purpose", "quantity", "used_start", "used_end", "used_quantity")
STATED = (*BOOKINGS, "state", "used_start", "used_end")
IN_FACT = ("2026-12-01 10:00", "2026-12-01 11:40", 2)
PAST = ("P1", "OVEN-1", "2026-11-20 10:00", "2026-11-20 12:00", "A-1")
SOON = ("F1", "OVEN-1; PRINTER", "2026-12-01 10:00", "2026-12-01 12:00", "A-1")


@pytest.fixture
def centre(database: Database) -> Database:
    found(database)
    return database


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.exec(select(Booking.state).order_by(col(Booking.id))))


def test_past_and_coming_bookings_come_in_once_with_their_use(centre: Database) -> None:
    rows = (
        USED,
        (*PAST, "soak", 4, "2026-11-20 10:05", "2026-11-20 11:30", 3),
        (*SOON, "print", 1, "", "", ""),
    )
    assert bring(centre, "bookings", as_csv(*rows)).counts["new"] == 2
    once = dump(centre)
    assert bring(centre, "bookings", as_csv(*rows)).counts == {"new": 0, "changed": 0, "unchanged": 2, "refused": 0}
    assert dump(centre) == once
    with centre.reading() as session:
        done, confirmed = session.exec(select(Booking).order_by(col(Booking.id))).all()
        holds = session.exec(select(Hold).order_by(col(Hold.id))).all()
        used = session.exec(select(UsedTime)).one()
        assert verify(session, "centre:1") == []
    assert (done.state, done.booked_start) == ("done", datetime(2026, 11, 20, 7, 0, tzinfo=UTC))
    assert confirmed.state == "confirmed"
    assert [hold.in_force for hold in holds] == [False, True, True]
    assert (used.booking_id, used.quantity, used.end_at) == (done.id, 3, datetime(2026, 11, 20, 8, 30, tzinfo=UTC))


def test_the_record_keeps_the_rows_as_they_are_stored(centre: Database) -> None:
    sunday = ("S", "OVEN-1", "2026-11-22 10:00", "2026-11-22 12:00", "A-1", "", "", "2026-11-22 10:00", "", "")
    bring(centre, "bookings", as_csv(USED, sunday))
    with centre.reading() as session:
        event = next(
            each for each in next_events(session, Search(), after_id=0, limit=9) if each.verb == "imported booking"
        )
        booking, run = session.exec(select(Booking)).one(), session.exec(select(Run)).one()
        hold = session.exec(select(Hold)).one()
        used, override = session.exec(select(UsedTime)).one(), session.exec(select(Override)).one()
    assert event.after == {
        **snapshot(booking),
        "run": snapshot(run),
        "holds": [snapshot(hold)],
        "used": [snapshot(used)],
        "override": snapshot(override),
        "imported": {
            "source": "list",
            "kind": "booking of centre 1",
            "reference": "S",
            "object_kind": "booking",
            "object_id": booking.id,
        },
    }
    assert event.reason == "imported"


def test_history_that_breaks_the_rules_comes_in_as_an_override(centre: Database) -> None:
    clashing = ("P2", "OVEN-1", "2026-11-20 11:00", "2026-11-20 13:00", "B-1")
    night = ("P3", "OVEN-1", "2026-11-20 22:00", "2026-11-20 23:00", "A-1")
    told = bring(centre, "bookings", as_csv(BOOKINGS, PAST, clashing, night))
    assert states(centre) == ["done"] * 3
    assert told.rows[0].note == ""
    with centre.reading() as session:
        overrides = session.exec(select(Override).order_by(col(Override.booking_id))).all()
    assert [row.reason for row in overrides] == ["imported", "imported"]
    assert overrides[0].rules == ["OVEN-1 is taken by row 2."]
    assert overrides[1].rules == ["OVEN-1 is not open throughout Fri 20 Nov 22:00 to Fri 20 Nov 23:00."]


def test_what_is_to_come_and_does_not_fit_is_a_bad_row_beside_all_others(centre: Database) -> None:
    book_units(
        centre,
        actor=LOCAL_ADMINISTRATOR,
        now=NOW,
        units=("PRINTER",),
        start=at("Tue 10:00"),
        end=at("Tue 11:00"),
        project="B-1",
    )
    before = dump(centre)
    rows = (
        ("good", "SEM", "2026-12-01 10:00", "2026-12-01 12:00", "A-1"),
        SOON,
        ("night", "SEM", "2026-12-01 22:00", "2026-12-01 23:00", "A-1"),
        ("moon", "MOON", "2026-12-01 10:00", "2026-12-01 12:00", "NOBODY"),
    )
    with pytest.raises(BadFiles) as refusal:
        bring(centre, "bookings", as_csv(BOOKINGS, *rows))
    told = [(each.row, each.code) for each in refusal.value.mistakes]
    assert told == [(3, "does_not_fit"), (4, "does_not_fit"), (5, "unknown_reference"), (5, "unknown_reference")]
    assert "PRINTER is taken Tue 1 Dec 10:00" in refusal.value.mistakes[0].text
    assert dump(centre) == before


def test_rows_of_one_file_do_not_take_each_others_place(centre: Database) -> None:
    three = [(f"S{n}", "SEM", "2026-12-01 10:00", "2026-12-01 12:00", "A-1") for n in range(3)]
    assert bring(centre, "bookings", as_csv(BOOKINGS, *three[:2]), rehearse=True).counts["new"] == 2
    with pytest.raises(BadFiles) as refusal:
        bring(centre, "bookings", as_csv(BOOKINGS, *three))
    assert [each.row for each in refusal.value.mistakes] == [4]
    assert "SEM is taken by row" in refusal.value.mistakes[0].text


def test_a_booking_that_was_done_is_checked_out_by_the_next_file(centre: Database) -> None:
    bring(centre, "bookings", as_csv(BOOKINGS, SOON))
    later = at("Tue 18:00")
    row = (*SOON, "print", 2, "2026-12-01 10:00", "2026-12-01 11:40", 2)
    told = bring(centre, "bookings", as_csv(USED, row), now=later)
    assert [change.field for change in told.rows[0].changes] == ["purpose", "quantity", "state", "used"]
    assert states(centre) == ["done"]
    with centre.reading() as session:
        assert not any(hold.in_force for hold in session.exec(select(Hold)))
        assert verify(session, "centre:1") == []
    assert bring(centre, "bookings", as_csv(USED, row), now=later).counts["unchanged"] == 1


@pytest.mark.parametrize("ends", [1, 2])
def test_a_shared_run_keeps_its_place_until_its_last_booking_is_done(sqlite_database: Database, ends: int) -> None:
    bring_two_in_one_run(sqlite_database)
    rows = [(f"#{n}", *SOON[1:4], owner, "", 1, *IN_FACT) for n, owner in ((1, "A-1"), (2, "B-1"))]
    assert bring(sqlite_database, "bookings", as_csv(USED, *rows[:ends]), now=at("Tue 18:00")).counts["changed"] == ends
    with sqlite_database.reading() as session:
        assert {hold.in_force for hold in session.exec(select(Hold))} == {ends == 1}


def bring_two_in_one_run(database: Database) -> None:
    found(database)
    bring(database, "bookings", as_csv(BOOKINGS, SOON))
    with database.reading() as session:
        values = session.get_one(Booking, 1).model_dump(exclude={"id"})
    other = values | {"project_id": 2, "organisation_id": 2, "cluster_id": 2}
    store(database, Booking(**other))


@pytest.mark.parametrize(
    ("moment", "state", "used", "code", "here"),
    [
        ("Mon 10:00", "cancelled", ("", ""), "booked_already", "cancel it here"),
        ("Mon 10:00", "done", ("", ""), "not_begun", ""),
        ("Mon 10:00", "no_show", ("", ""), "not_begun", ""),
        ("Mon 10:00", "running", ("", ""), "not_begun", ""),
        ("Tue 11:00", "running", ("2026-12-01 10:00", ""), "booked_already", "check it in here"),
        ("Tue 11:00", "", ("2026-12-01 10:00", ""), "booked_already", "it has not been checked in"),
        ("Tue 11:00", "done", ("2026-12-01 10:00", "2026-12-01 10:30"), "booked_already", "once its end"),
        ("Tue 18:00", "done", ("", ""), "booked_already", "once its end"),
        ("Tue 18:00", "done", ("2026-12-01 10:00", ""), "booked_already", "once its end"),
        ("Tue 18:00", "no_show", ("", ""), "booked_already", "mark it as missed here"),
        ("Tue 18:00", "lost", ("", ""), "bad_choice", ""),
    ],
)
def test_what_stands_is_begun_and_given_up_here_and_not_by_a_file(
    sqlite_database: Database, moment: str, state: str, used: tuple[str, str], code: str, here: str
) -> None:
    found(sqlite_database)
    bring(sqlite_database, "bookings", as_csv(BOOKINGS, SOON))
    before = dump(sqlite_database)
    with pytest.raises(BadFiles) as refusal:
        bring(sqlite_database, "bookings", as_csv(STATED, (*SOON, state, *used)), now=at(moment))
    assert code in [each.code for each in refusal.value.mistakes]
    assert any(here in each.expected for each in refusal.value.mistakes)
    assert dump(sqlite_database) == before


def test_the_open_use_of_what_runs_stays_for_the_check_out(sqlite_database: Database) -> None:
    found(sqlite_database)
    bring(sqlite_database, "bookings", as_csv(BOOKINGS, SOON))
    eleven = at("Tue 11:00")
    check_in(sqlite_database, actor=LOCAL_ADMINISTRATOR, now=eleven, booking_id=1, at=at("Tue 10:00"))
    told = bring(sqlite_database, "bookings", as_csv(USED, (*SOON, "print", 1, "", "", "")), now=eleven)
    assert [change.field for change in told.rows[0].changes] == ["purpose"]
    row = (*SOON, "print", 1, "2026-12-01 10:00", "2026-12-01 10:30", "")
    with pytest.raises(BadFiles) as refusal:
        bring(sqlite_database, "bookings", as_csv(USED, row), now=eleven)
    assert [each.column for each in refusal.value.mistakes] == ["used_end"]
    check_out(sqlite_database, actor=LOCAL_ADMINISTRATOR, now=eleven, booking_id=1)
    assert states(sqlite_database) == ["done"]


def test_the_use_of_what_is_over_is_told_again_and_not_forgotten(sqlite_database: Database) -> None:
    found(sqlite_database)
    rows = [(*PAST, "soak", 4, "2026-11-20 10:05", ended, 3) for ended in ("2026-11-20 11:30", "2026-11-20 11:40")]
    for row, what in ((rows[0], "new"), (rows[1], "changed"), ((*PAST, "soak", 4, "", "", ""), "unchanged")):
        assert bring(sqlite_database, "bookings", as_csv(USED, row)).counts[what] == 1
    with sqlite_database.reading() as session:
        assert session.exec(select(UsedTime)).one().end_at == datetime(2026, 11, 20, 8, 40, tzinfo=UTC)


def test_a_file_says_nothing_of_what_it_has_no_column_for(sqlite_database: Database) -> None:
    found(sqlite_database)
    row = ("F1", "OVEN-1", "2026-12-01 10:00", "2026-12-01 12:00", "A-1")
    bring(sqlite_database, "bookings", as_csv((*BOOKINGS, "quantity", "purpose"), (*row, 20, "soak")))
    assert bring(sqlite_database, "bookings", as_csv(BOOKINGS, row)).changes_nothing


def test_a_file_confirms_nothing_where_approval_is_signed(sqlite_database: Database) -> None:
    found(sqlite_database)
    store(sqlite_database, Policy(unit_id=2, approval=True))
    row = ("F1", "OVEN-1", "2026-12-01 10:00", "2026-12-01 12:00", "A-1")
    free = ("F2", "SEM", "2026-12-01 10:00", "2026-12-01 12:00", "A-1")
    sqlite_database.write(lambda session: setattr(session.get_one(Centre, 1), "settings", {"signatures": True}))
    with pytest.raises(BadFiles) as refusal:
        bring(sqlite_database, "bookings", as_csv(BOOKINGS, row, free))
    (wrong,) = refusal.value.mistakes
    assert (wrong.row, wrong.column, wrong.code) == (2, "units", "approval_unsigned")
    assert "Electronics asks for a signature" in wrong.expected
    assert states(sqlite_database) == []
    told = bring(sqlite_database, "bookings", as_csv(BOOKINGS, row, free), rehearse=True).rows
    assert [(each.key, each.what) for each in told] == [("F1", "refused"), ("F2", "new")]
    bring(sqlite_database, "bookings", as_csv(BOOKINGS, PAST, free))
    # Whoever may bring bookings may approve: without the signature nobody is asked.
    sqlite_database.write(lambda session: setattr(session.get_one(Centre, 1), "settings", {}))
    bring(sqlite_database, "bookings", as_csv(BOOKINGS, row))
    assert states(sqlite_database) == ["done", "confirmed", "confirmed"]


def test_a_file_moves_nothing_that_is_booked(centre: Database) -> None:
    bring(centre, "bookings", as_csv(BOOKINGS, SOON))
    moved = ("F1", "OVEN-2", "2026-12-01 11:00", "2026-12-01 12:00", "B-1")
    with pytest.raises(BadFiles) as refusal:
        bring(centre, "bookings", as_csv(BOOKINGS, moved))
    assert [each.column for each in refusal.value.mistakes] == ["start", "units", "project"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("X", "SEM", "2026-12-01 12:00", "2026-12-01 10:00", "A-1", "", "", ""), "ends_before_start"),
        (("X", "SEM", "2026-12-01 10:00:30", "2026-12-01 12:00", "A-1", "", "", ""), "not_a_minute"),
        (("X", "SEM", "2028-12-01 10:00", "2028-12-01 12:00", "A-1", "", "", ""), "too_far"),
        (("X", "SEM", "2026-11-20 10:00", "2026-11-20 12:00", "A-1", "confirmed", "", ""), "is_over"),
        (("X", "SEM", "2026-12-01 10:00", "2026-12-01 12:00", "A-1", "done", "", ""), "not_begun"),
        (("X", "SEM", "2026-12-01 10:00", "2026-12-01 12:00", "A-1", "lost", "", ""), "bad_choice"),
        (("X", "SEM", "2026-11-20 10:00", "2026-11-20 12:00", "A-1", "", "", "2026-11-20 11:00"), "blank_cell"),
        (("X", "SEM", "2026-11-20 10:00", "2026-11-20 12:00", "A-1", "", "2026-12-20 10:00", ""), "not_yet"),
        (("X", "SEM; SEM", "2026-11-20 10:00", "2026-11-20 12:00", "A-1", "", "", ""), "bad_choice"),
    ],
)
def test_a_booking_that_cannot_be_is_refused_by_name(
    sqlite_database: Database, row: tuple[str, ...], code: str
) -> None:
    found(sqlite_database)
    header = (*BOOKINGS, "state", "used_start", "used_end")
    with pytest.raises(BadFiles) as refusal:
        bring(sqlite_database, "bookings", as_csv(header, row))
    assert [each.code for each in refusal.value.mistakes] == [code]
    assert states(sqlite_database) == []


def test_a_quota_counts_all_rows_of_a_file_together(sqlite_database: Database) -> None:
    found(sqlite_database)
    _limit(sqlite_database, most=3)
    rows = [(f"Q{n}", "OVEN-1", f"2026-12-0{n} 10:00", f"2026-12-0{n} 12:00", "A-1") for n in (1, 2)]
    with pytest.raises(BadFiles) as refusal:
        bring(sqlite_database, "bookings", as_csv(BOOKINGS, *rows))
    assert {each.code for each in refusal.value.mistakes} == {"does_not_fit"}
    assert "3 h" in refusal.value.mistakes[0].text
    bring(sqlite_database, "bookings", as_csv(BOOKINGS, rows[0]))


def test_drafts_that_wait_are_judged_anew_after_an_import(sqlite_database: Database) -> None:
    found(sqlite_database)
    bring(sqlite_database, "bookings", as_csv(BOOKINGS, SOON))
    with sqlite_database.reading() as session:
        assert session.get_one(Centre, 1).revision == 1


def _limit(database: Database, *, most: int) -> None:
    def command(session: Session) -> None:
        session.add(Quota(key="q", per="organisation", centre_id=1, measure="minutes", most=most * 60, period="week"))

    database.write(command)


def test_many_come_in_at_once_and_once_only(sqlite_database: Database) -> None:
    """Every hour of many days on one oven of one lane, half of them past."""
    found(sqlite_database)
    rows: list[tuple[str, ...]] = []
    day = datetime(2026, 6, 1, tzinfo=UTC)
    while len(rows) < count(short=300, full=20_000) and day < datetime(2027, 11, 20, tzinfo=UTC):
        for hour in range(8, 20) if day.weekday() < 5 else ():
            for unit in ("OVEN-1", "OVEN-2", "PRINTER", "SEM"):
                name, when = f"{unit} {day:%y%m%d} {hour}", f"{day:%Y-%m-%d} {hour:02}"
                rows.append((name, unit, f"{when}:00", f"{when}:59", "A-1"))
        day += timedelta(days=1)
    content = as_csv(BOOKINGS, *rows)
    assert bring(sqlite_database, "bookings", content).counts["new"] == len(rows)
    assert bring(sqlite_database, "bookings", content).counts["unchanged"] == len(rows)
    with sqlite_database.reading() as session:
        assert verify(session, "centre:1") == []
        assert session.exec(select(Override)).all() == []
