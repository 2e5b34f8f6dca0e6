"""What waits for approval is shown as what it is: on the board, among what is booked by hand; it makes nothing busy."""

from typing import Any

import pytest

from models.database import Database
from models.tables import Policy
from scheduler.actors import Actor
from scheduler.approving import confirm_booking, return_booking
from scheduler.board import board
from scheduler.booking import book_units, cancel_booking
from scheduler.busy import busy_times
from scheduler.by_hand import list_by_hand
from scheduler.week_views import BarView
from tests.scheduler.actors import auditor, engineer, manager
from tests.scheduler.small_centre import NOW, WEEK, at, found, store

ALFA, BETA, CHIEF = engineer(1), engineer(2), manager(1)


@pytest.fixture
def lab(sqlite_database: Database) -> Database:
    found(sqlite_database)
    store(sqlite_database, Policy(unit_id=2, approval=True))
    return sqlite_database


def ask(database: Database, actor: Actor = ALFA, **more: Any) -> int:
    wish: dict[str, Any] = {"start": at("Tue 10:00"), "end": at("Tue 12:00")} | more
    wish |= {"project": "A-1", "purpose": "alfa's trial"} if actor is ALFA else {"project": "B-1", "purpose": "beta's"}
    return book_units(database, actor=actor, now=NOW, units=("OVEN-1",), **wish).id


def bars(database: Database, actor: Actor, moment: str = "Mon 08:00") -> list[BarView]:
    week = board(database, actor=actor, now=at(moment), centre="EL", week=WEEK)
    rows = (row for laboratory in week.laboratories for row in laboratory.rows)
    return [bar for row in rows if row.unit == "OVEN-1" for bar in row.bars]


def kinds(database: Database, actor: Actor, moment: str = "Mon 08:00") -> list[tuple[str, str, int | None]]:
    return [(bar.kind, bar.label, bar.booking_id) for bar in bars(database, actor, moment)]


def test_the_board_shows_what_waits_to_its_owner_and_its_managers_and_to_others_perhaps_busy(
    database: Database,
) -> None:
    found(database)
    store(database, Policy(unit_id=2, approval=True))
    made = ask(database)
    (bar,) = bars(database, ALFA)
    assert (bar.kind, bar.label, bar.booking_id) == ("asked", "waits · Alfa: alfa's trial", made)
    assert "Waits for approval, holds nothing yet" in bar.detail
    assert (bar.start, bar.end) == (at("Tue 10:00"), at("Tue 12:00"))
    assert kinds(database, CHIEF) == kinds(database, auditor()) == kinds(database, ALFA)
    (others,) = bars(database, BETA)
    assert (others.kind, others.label, others.detail) == ("busy", "perhaps busy", "Perhaps busy")
    assert (others.booking_id, others.cluster) == (None, None)


def test_it_makes_nothing_busy_until_it_is_confirmed(lab: Database) -> None:
    made, start, end = ask(lab), at("Mon 00:00"), at("+Mon 00:00")
    assert busy_times(lab, actor=ALFA, now=NOW, unit="OVEN-1", start=start, end=end) == []
    confirm_booking(lab, actor=CHIEF, now=NOW, booking_id=made)
    (busy,) = busy_times(lab, actor=BETA, now=NOW, unit="OVEN-1", start=start, end=end)
    assert (busy.start, busy.end) == (at("Tue 10:00"), at("Tue 12:00"))
    assert [kind for kind, *_ in kinds(lab, ALFA)] == ["booking"]
    assert [kind for kind, *_ in kinds(lab, BETA)] == ["busy"]


def test_of_two_for_one_place_each_firm_sees_its_own_and_that_the_place_is_sought(lab: Database) -> None:
    mine, theirs = ask(lab), ask(lab, BETA)
    assert sorted(kind for kind, *_ in kinds(lab, CHIEF)) == ["asked", "asked"]
    told = [("asked", "waits · Alfa: alfa's trial", mine), ("busy", "perhaps busy", None)]
    assert sorted(kinds(lab, ALFA)) == told
    confirm_booking(lab, actor=CHIEF, now=NOW, booking_id=mine)
    # What others still ask for there is no news to the one who has it.
    assert kinds(lab, ALFA) == [("booking", "Alfa: alfa's trial", mine)]
    assert sorted(kinds(lab, BETA)) == [("asked", "waits · Beta: beta's", theirs), ("busy", "busy", None)]


def test_whose_time_has_come_is_perhaps_busy_for_nobody(lab: Database) -> None:
    made = ask(lab)
    assert kinds(lab, BETA, "Tue 10:00") == []
    assert kinds(lab, ALFA, "Tue 10:00") == [("asked", "waits · Alfa: alfa's trial", made)]


def test_what_was_answered_or_taken_back_is_on_no_board(lab: Database) -> None:
    returned, cancelled = ask(lab), ask(lab, start=at("Wed 10:00"), end=at("Wed 11:00"))
    return_booking(lab, actor=CHIEF, now=NOW, booking_id=returned, reason="serviced then")
    cancel_booking(lab, actor=ALFA, now=NOW, booking_id=cancelled)
    assert [kinds(lab, each) for each in (ALFA, BETA, CHIEF)] == [[], [], []]


def test_owners_have_a_list_of_what_they_booked_by_hand_with_its_state(lab: Database) -> None:
    waits, returned, gone = (
        ask(lab, start=at(f"{day} 10:00"), end=at(f"{day} 11:00")) for day in ("Tue", "Wed", "Thu")
    )
    theirs = ask(lab, BETA, start=at("Fri 10:00"), end=at("Fri 11:00"))
    return_booking(lab, actor=CHIEF, now=NOW, booking_id=returned, reason="serviced then")
    cancel_booking(lab, actor=ALFA, now=NOW, booking_id=gone)

    def listed(actor: Actor, moment: str) -> list[tuple[int, str]]:
        return [(each.id, each.state) for each in list_by_hand(lab, actor=actor, now=at(moment), centre="EL")]

    assert listed(ALFA, "Mon 08:00") == [(waits, "asked"), (returned, "returned")]
    assert listed(BETA, "Mon 08:00") == [(theirs, "asked")]
    assert listed(CHIEF, "Mon 08:00") == [(waits, "asked"), (returned, "returned"), (theirs, "asked")]
    assert listed(manager(2), "Mon 08:00") == []
    # What waits is listed until somebody answers; what was answered until its time has passed.
    assert listed(ALFA, "Sun 08:00") == [(waits, "asked")]
