"""Policies about asking hold on people's commands, beside the rule book's blockers, and never on plans."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.database import Database
from models.tables import AuditEvent, Booking, Policy, Unit
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor, Grant
from scheduler.booking import book_units, cancel_booking, show_booking
from scheduler.errors import BookingRefused, NotPossibleNow, ReasonMissing
from scheduler.missing import mark_missed
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.publishing import publish_plan
from scheduler.views import BookingView
from scheduler.withdrawing import withdraw_request
from tests.scheduler.actors import engineer, manager
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store

DAY = 24 * 60


@pytest.fixture
def lab(sqlite_database: Database) -> Database:
    found(sqlite_database)
    return sqlite_database


def book(database: Database, start: str, end: str, *, actor: Actor | None = None, **more: Any) -> BookingView:
    wish: dict[str, Any] = {"units": ("OVEN-1",), "project": "A-1", "now": NOW} | more
    return book_units(database, actor=actor or engineer(1), start=at(start), end=at(end), **wish)


def colleague(account: int) -> Actor:
    return Actor(key=f"account:{account}", grants=(Grant(role="engineer", organisation_id=1),), account_id=account)


def refused(database: Database, start: str, end: str, **more: Any) -> BookingRefused:
    with pytest.raises(BookingRefused) as refusal:
        book(database, start, end, **more)
    return refusal.value


def codes(refusal: BookingRefused) -> list[str]:
    return [each.code for each in refusal.reasons if each.code != "option"]


def options(refusal: BookingRefused) -> list[datetime]:
    found = [dict(each.facts)["start"] for each in refusal.reasons if each.code == "option"]
    return [datetime.fromisoformat(str(start)) for start in found]


def test_what_a_policy_refuses_is_told_beside_the_rule_books_blockers(database: Database) -> None:
    found(database)
    store(database, Policy(unit_id=2, longest_minutes=60, notice_minutes=7 * DAY), Policy(centre_id=1, person_most=0))
    refusal = refused(database, "Mon 21:00", "Mon 23:00")
    assert codes(refusal) == ["closed", "policy.notice", "policy.longest", "policy.person_most"]
    assert options(refusal) == []
    with database.reading() as session:
        assert session.exec(select(Booking)).all() == []
        event = session.exec(select(AuditEvent).where(AuditEvent.verb == "refused booking")).one()
        assert len((event.after or {})["reasons"]) == 4


def test_the_nearest_starts_are_such_as_policies_let_through_too(lab: Database) -> None:
    store(lab, Policy(unit_id=2, notice_minutes=5 * DAY, horizon_days=7))
    refusal = refused(lab, "Mon 10:00", "Mon 12:00")
    assert codes(refusal) == ["policy.notice"]
    assert options(refusal) == [at("Wed 12:00"), at("Thu 08:00"), at("Fri 08:00")]
    for start in options(refusal):
        book_units(
            lab,
            actor=engineer(1),
            now=NOW,
            units=("OVEN-1",),
            start=start,
            end=start + timedelta(hours=2),
            project="A-1",
        )


def test_a_start_that_leaves_no_small_gap_is_offered(lab: Database) -> None:
    def usable(session: Any) -> None:
        session.get_one(Unit, 2).usable_minutes = 60

    lab.write(usable)
    store(lab, Policy(centre_id=1, whole_gaps=True))
    book(lab, "Mon 10:00", "Mon 12:00")
    refusal = refused(lab, "Mon 12:30", "Mon 14:00")
    assert codes(refusal) == ["policy.small_gap"]
    assert options(refusal)[0] in (at("Mon 12:00"), at("Mon 13:00"))


def test_the_policies_of_one_unit_are_not_anothers(lab: Database) -> None:
    store(lab, Policy(unit_id=2, longest_minutes=60))
    assert book(lab, "Mon 10:00", "Mon 12:00", units=("OVEN-2",)).state == "confirmed"
    refusal = refused(lab, "Mon 10:00", "Mon 12:00", units=("OVEN-1", "PRINTER"))
    assert [dict(each.facts)["unit"] for each in refusal.reasons] == ["OVEN-1"]


def test_what_is_ahead_counts_by_person_and_organisation_until_it_is_given_back(lab: Database) -> None:
    store(lab, Policy(unit_id=2, person_most=1, organisation_most=2))
    first = book(lab, "Mon 10:00", "Mon 11:00")
    assert codes(refused(lab, "Tue 10:00", "Tue 11:00")) == ["policy.person_most"]
    book(lab, "Tue 10:00", "Tue 11:00", actor=colleague(8))
    assert codes(refused(lab, "Wed 10:00", "Wed 11:00", actor=colleague(9))) == ["policy.organisation_most"]
    book(lab, "Wed 10:00", "Wed 11:00", actor=engineer(2), project="B-1")
    cancel_booking(lab, actor=engineer(1), now=NOW, booking_id=first.id)
    book(lab, "Thu 10:00", "Thu 11:00")


def test_a_lab_manager_overrides_with_a_reason_that_the_booking_keeps(lab: Database) -> None:
    store(lab, Policy(unit_id=2, longest_minutes=60))
    assert codes(refused(lab, "Mon 10:00", "Mon 12:00", actor=manager(1))) == ["policy.longest"]
    made = book(lab, "Mon 10:00", "Mon 12:00", actor=manager(1), override_reason="acceptance test")
    assert made.override is not None
    assert made.override.rules == ("OVEN-1 is booked for at most 1 h, not 2 h.",)
    with pytest.raises(Exception, match="lab manager"):
        book(lab, "Tue 10:00", "Tue 12:00", override_reason="I want to")


def test_plans_know_nothing_of_what_may_be_asked(lab: Database) -> None:
    request(lab, "R-1")
    everything: dict[str, Any] = {
        "notice_minutes": 90 * DAY,
        "longest_minutes": 1,
        "person_most": 0,
        "organisation_most": 0,
    }
    store(lab, Policy(centre_id=1, approval=True, **everything))
    plan_id = ask_for_plan(lab, actor=ME, now=NOW, week=WEEK, limit=None, work=2, workers=1)
    draft_plan(lab, actor=ME, now=lambda: NOW, plan_id=plan_id)
    assert publish_plan(lab, actor=ME, now=NOW, plan_id=plan_id).confirmed == 2
    with lab.reading() as session:
        assert {row.state for row in session.exec(select(Booking))} == {"confirmed"}


def test_cancelling_late_is_refused_and_a_lab_manager_says_why(lab: Database) -> None:
    store(lab, Policy(unit_id=2, cancel_minutes=DAY))
    made = book(lab, "Tue 10:00", "Tue 12:00")
    late = at("Mon 10:01")
    with pytest.raises(NotPossibleNow, match="too late") as refusal:
        cancel_booking(lab, actor=engineer(1), now=late, booking_id=made.id, reason="no boards")
    assert [each.code for each in refusal.value.reasons] == ["policy.late_cancel"]
    with pytest.raises(ReasonMissing, match="24 h before the start"):
        cancel_booking(lab, actor=manager(1), now=late, booking_id=made.id, reason=" ")
    assert show_booking(lab, actor=ME, now=late, booking_id=made.id).state == "confirmed"
    assert cancel_booking(lab, actor=manager(1), now=late, booking_id=made.id, reason="flood").state == "cancelled"
    with lab.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.verb == "overrode")).one()
    assert event.reason == "flood"
    assert (event.after or {})["override"]["rules"][0].startswith("OVEN-1 is given back at least 24 h before")
    other = book(lab, "Tue 10:00", "Tue 12:00")
    assert cancel_booking(lab, actor=engineer(1), now=at("Mon 10:00"), booking_id=other.id).state == "cancelled"


def test_withdrawing_a_request_is_no_way_round_it(lab: Database) -> None:
    request(lab, "R-1")
    plan_id = ask_for_plan(lab, actor=ME, now=NOW, week=WEEK, limit=None, work=2, workers=1)
    draft_plan(lab, actor=ME, now=lambda: NOW, plan_id=plan_id)
    publish_plan(lab, actor=ME, now=NOW, plan_id=plan_id)
    store(lab, Policy(centre_id=1, cancel_minutes=7 * DAY))
    with pytest.raises(NotPossibleNow, match="too late"):
        withdraw_request(lab, actor=engineer(1), now=NOW, key="R-1")
    with lab.reading() as session:
        assert {row.state for row in session.exec(select(Booking))} == {"confirmed"}


def test_nobody_is_missed_before_the_unit_says(lab: Database) -> None:
    store(lab, Policy(unit_id=2, missed_minutes=30))
    made = book(lab, "Tue 10:00", "Tue 12:00")
    with pytest.raises(NotPossibleNow, match="missed from Tue 1 Dec 2026 10:30"):
        mark_missed(lab, actor=manager(1), now=at("Tue 10:29"), booking_id=made.id)
    assert mark_missed(lab, actor=manager(1), now=at("Tue 10:30"), booking_id=made.id).state == "no_show"
