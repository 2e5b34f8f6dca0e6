"""A lab manager lets a booking break rules: it is kept on the booking, exempt in plans, and never a double booking."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.database import Database
from models.tables import AuditEvent, Booking, Override, Quota
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor, Grant
from scheduler.booking import book_units, show_booking
from scheduler.errors import BookingRefused, NotPossibleNow
from scheduler.outages import report_outage
from scheduler.overriding import OverrideRefused
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.plans import show_plan
from scheduler.publishing import publish_plan
from scheduler.repairs import repair_again
from scheduler.views import BookingView
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store
from tests.scheduler.upkept import calibration

MANAGER = Actor(key="account:3", grants=(Grant(role="manager", centre_id=1),))


@pytest.fixture
def lab(sqlite_database: Database) -> Database:
    found(sqlite_database)
    return sqlite_database


def book(database: Database, *, actor: Actor = ME, unit: str = "OVEN-1", **more: Any) -> BookingView:
    wish: dict[str, Any] = {
        "start": at("Mon 21:00"),
        "end": at("Mon 23:00"),
        "project": "A-1",
        "override_reason": "visit",
    } | more
    return book_units(database, actor=actor, now=NOW, units=(unit,), **wish)


def plan(database: Database, *, kind: str = "week") -> int:
    plan_id = ask_for_plan(database, actor=ME, now=NOW, week=WEEK, kind=kind, limit=None, work=2, workers=1)
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=plan_id)
    return plan_id


def test_it_is_booked_in_spite_of_its_blockers_which_it_keeps(database: Database) -> None:
    found(database)
    with pytest.raises(BookingRefused) as refusal:
        book(database, override_reason=" ")
    broken = tuple(reason.text for reason in refusal.value.reasons if reason.code != "option")
    made = book(database, actor=MANAGER)
    assert broken
    assert made.state == "confirmed"
    assert made.override is not None
    assert (made.override.rules, made.override.reason, made.override.made_by) == (broken, "visit", "account:3")
    with database.reading() as session:
        assert session.exec(select(Override)).one().rules == list(broken)
        event = session.exec(select(AuditEvent).where(AuditEvent.verb == "overrode")).one()
        assert (event.actor, event.reason, event.object_id) == ("account:3", "visit", str(made.id))
        assert (event.after or {})["override"]["rules"] == list(broken)


def test_what_breaks_nothing_is_an_ordinary_booking(lab: Database) -> None:
    made = book(lab, start=at("Mon 10:00"), end=at("Mon 12:00"))
    assert made.override is None


@pytest.mark.parametrize(
    "grant",
    [
        Grant(role="engineer", organisation_id=1),
        Grant(role="technician", centre_id=1),
        Grant(role="manager", centre_id=2),
        Grant(role="administrator"),
    ],
)
def test_only_the_centres_manager_may(lab: Database, grant: Grant) -> None:
    with pytest.raises(Exception, match=r"manager|roles|There is no") as refusal:
        book(lab, actor=Actor(key="account:9", grants=(grant,)))
    assert refusal.type.__name__ in (OverrideRefused.__name__, "Forbidden", "Unknown")
    with lab.reading() as session:
        assert session.exec(select(Booking)).all() == []


def test_no_override_books_twice(database: Database) -> None:
    found(database)
    book(database)
    with pytest.raises(BookingRefused, match="no override") as refusal:
        book(database, start=at("Mon 22:00"), end=at("Tue 02:00"))
    assert [reason.code for reason in refusal.value.reasons] == ["taken"]
    with database.reading() as session:
        assert len(session.exec(select(Booking)).all()) == 1
        assert session.exec(select(AuditEvent).where(AuditEvent.verb == "refused booking")).one().reason


def test_it_takes_a_lane_that_is_free(lab: Database) -> None:
    lanes = [book(lab, unit="SEM").holds[0].lane for _ in range(2)]
    assert sorted(lanes) == [0, 1]
    with pytest.raises(BookingRefused, match="no override"):
        book(lab, unit="SEM")


def test_plans_leave_it_where_it_is(lab: Database) -> None:
    request(lab, "R-1")
    quota: dict[str, Any] = {
        "key": "Q",
        "per": "organisation",
        "centre_id": 1,
        "measure": "minutes",
        "most": 60,
        "period": "week",
    }
    store(lab, Quota(**quota, unit_id=3))
    made = [book(lab), book(lab, unit="OVEN-2", start=at("Tue 10:00"), end=at("Tue 13:00"))]
    assert all(each.override is not None for each in made)
    published = publish_plan(lab, actor=ME, now=NOW, plan_id=plan(lab))
    assert (published.confirmed, published.moved, published.displaced) == (2, 0, 0)
    assert [show_booking(lab, actor=ME, now=NOW, booking_id=each.id).start for each in made] == [
        each.start for each in made
    ]


def test_past_an_expiry_plans_leave_it_too(lab: Database) -> None:
    calibration(lab, expires="Tue 12:00", every_days=1, early_days=0, last_done_at=at("Mon 12:00") - timedelta(days=7))
    made = book(lab, start=at("Wed 10:00"), end=at("Wed 12:00"))
    assert made.override is not None
    publish_plan(lab, actor=ME, now=NOW, plan_id=plan(lab))
    assert show_booking(lab, actor=ME, now=NOW, booking_id=made.id).start == made.start


def test_what_was_meant_under_an_outage_asks_for_no_repair_and_draws_none_to_its_week(lab: Database) -> None:
    out: dict[str, Any] = {"unit": "OVEN-1", "start": at("Mon 09:00"), "end": at("Mon 13:00")}
    report_outage(lab, actor=ME, now=NOW, **out)
    made = book(lab, start=at("Mon 10:00"), end=at("Mon 12:00"))
    with pytest.raises(NotPossibleNow, match="nothing to repair"):
        repair_again(lab, actor=ME, now=NOW, centre="EL")
    far: dict[str, Any] = {"start": made.start + timedelta(weeks=6), "end": made.end + timedelta(weeks=6)}
    other = book(lab, unit="OVEN-2", override_reason="", **far)
    told = report_outage(lab, actor=ME, now=NOW, unit="OVEN-2", **far)
    assert told.repair_plan_id is not None
    draft_plan(lab, actor=ME, now=lambda: NOW, plan_id=told.repair_plan_id)
    changes = show_plan(lab, actor=ME, now=NOW, plan_id=told.repair_plan_id).changes
    assert [change.booking_id for change in changes] == [other.id]


def test_an_outage_that_was_known_moves_it_not_and_a_later_one_does(lab: Database) -> None:
    out: dict[str, Any] = {"unit": "OVEN-1", "start": at("Mon 09:00"), "end": at("Mon 13:00")}
    report_outage(lab, actor=ME, now=NOW, **out)
    made = book(lab, start=at("Mon 10:00"), end=at("Mon 12:00"))
    assert made.override is not None
    assert any("out of order" in rule for rule in made.override.rules)
    assert show_plan(lab, actor=ME, now=NOW, plan_id=plan(lab, kind="repair")).changes == ()
    other = book(lab, unit="OVEN-2")
    later = report_outage(lab, actor=ME, now=NOW + timedelta(hours=1), unit="OVEN-2", start=other.start, end=other.end)
    assert [booking.id for booking in later.affected] == [other.id]
    assert show_plan(lab, actor=ME, now=NOW, plan_id=plan(lab, kind="repair")).changes
