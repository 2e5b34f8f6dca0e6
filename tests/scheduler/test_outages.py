"""Outages: a unit is out of order once, and one repair draft waits that knows all of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.chains import verify
from models.database import Database
from models.tables import AuditEvent, Outage, Plan
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.again import plan_again
from scheduler.booking import book_units, show_booking
from scheduler.documents import read_document
from scheduler.drafts import Draft
from scheduler.errors import BadValue, BookingRefused, NotPossibleNow, PlanClashes
from scheduler.outages import end_outage, list_outages, report_outage
from scheduler.planning import draft_plan
from scheduler.plans import show_plan
from scheduler.publishing import publish_plan
from scheduler.repairs import repair_again
from scheduler.views import BookingView, OutageView
from tests.scheduler.small_centre import NOW, at, found


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)


def book(database: Database, start: str, end: str, unit: str = "OVEN-1") -> BookingView:
    return book_units(database, actor=ME, now=NOW, units=(unit,), start=at(start), end=at(end), project="B-1")


def out(database: Database, start: str, end: str, unit: str = "OVEN-1", reason: str = "") -> OutageView:
    return report_outage(database, actor=ME, now=NOW, unit=unit, start=at(start), end=at(end), reason=reason)


def repairs(database: Database) -> dict[int, str]:
    with database.reading() as session:
        plans = session.exec(select(Plan).where(Plan.kind == "repair").order_by(col(Plan.id)))
        return {plan.id: plan.state for plan in plans if plan.id is not None}


def outages(database: Database) -> list[tuple[int | None, str, bool]]:
    with database.reading() as session:
        assert verify(session, "centre:1") == []
        rows = session.exec(select(Outage).order_by(col(Outage.id)))
        return [(row.id, row.reason, row.withdrawn_at is None) for row in rows]


def verbs(database: Database) -> list[str]:
    with database.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.object_kind == "outage").order_by(col(AuditEvent.id)))
        return [event.verb for event in events]


def drafted(database: Database, plan_id: int | None) -> int:
    assert plan_id is not None
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=plan_id)
    return plan_id


def read_plan(document: str | None) -> list[list[str]]:
    """The units that each assignment of a plan document uses, by key: the small centre's rows are numbered alike."""
    draft = Draft(read_document(document or ""))
    names = draft.document.names
    return [[names[unit] for unit in draft.units(at)] for at in draft.assignments.values()]


def test_an_outage_over_nothing_asks_for_no_repair(database: Database) -> None:
    outage = report_outage(database, actor=ME, now=NOW, unit="SEM", start=at("Mon 00:00"), end=at("Tue 00:00"))
    assert (outage.affected, outage.repair_plan_id) == ((), None)


def test_a_unit_that_works_again_can_be_booked(database: Database) -> None:
    outage = report_outage(database, actor=ME, now=NOW, unit="OVEN-1", start=at("Mon 08:00"), end=at("Wed 08:00"))
    with pytest.raises(BookingRefused):
        book_units(
            database, actor=ME, now=NOW, units=("OVEN-1",), start=at("Tue 10:00"), end=at("Tue 11:00"), project="B-1"
        )
    assert end_outage(database, actor=ME, now=at("Mon 12:00"), outage_id=outage.id).end == at("Mon 12:00")
    made = book_units(
        database, actor=ME, now=NOW, units=("OVEN-1",), start=at("Tue 10:00"), end=at("Tue 11:00"), project="B-1"
    )
    assert made.state == "confirmed"
    with pytest.raises(NotPossibleNow):
        end_outage(database, actor=ME, now=at("Mon 13:00"), outage_id=outage.id)


def test_an_outage_that_has_not_begun_is_withdrawn(database: Database) -> None:
    outage = report_outage(database, actor=ME, now=NOW, unit="OVEN-1", start=at("Mon 08:00"), end=at("Wed 08:00"))
    end_outage(database, actor=ME, now=NOW, outage_id=outage.id)
    made = book_units(
        database, actor=ME, now=NOW, units=("OVEN-1",), start=at("Mon 10:00"), end=at("Mon 11:00"), project="B-1"
    )
    assert made.state == "confirmed"
    with database.reading() as session:
        assert verify(session, "centre:1") == []


def test_an_outage_that_lasts_longer_is_the_same_outage_with_one_repair(database: Database) -> None:
    early, late = book(database, "Tue 10:00", "Tue 12:00"), book(database, "Thu 10:00", "Thu 12:00")
    first = out(database, "Tue 08:00", "Wed 08:00", reason="heater")
    longer = out(database, "Tue 18:00", "Fri 08:00", reason="no spare part")
    assert (longer.id, longer.start, longer.end) == (first.id, at("Tue 08:00"), at("Fri 08:00"))
    assert longer.reason == "heater; no spare part"
    assert [each.id for each in longer.affected] == [early.id, late.id]
    assert list(repairs(database).values()) == ["discarded", "queued"]
    assert longer.repair_plan_id == max(repairs(database))
    view = show_plan(database, actor=ME, now=NOW, plan_id=drafted(database, longer.repair_plan_id))
    assert {change.booking_id for change in view.changes} == {early.id, late.id}
    assert verbs(database) == ["reported outage", "widened outage"]


def test_one_that_follows_on_another_continues_it(database: Database) -> None:
    first = out(database, "Tue 08:00", "Wed 08:00")
    assert out(database, "Wed 08:00", "Thu 08:00").id == first.id


def test_one_between_two_makes_them_one(database: Database) -> None:
    first, second = out(database, "Mon 08:00", "Tue 08:00"), out(database, "Thu 08:00", "Fri 08:00")
    between = out(database, "Tue 06:00", "Thu 09:00")
    assert (between.id, between.start, between.end) == (first.id, at("Mon 08:00"), at("Fri 08:00"))
    assert [(id_, stands) for id_, _, stands in outages(database)] == [(first.id, True), (second.id, False)]
    assert verbs(database)[2:] == ["widened outage", "merged outage"]


def test_until_further_notice_the_unit_stays_closed_and_the_end_is_told_later(database: Database) -> None:
    far = book(database, "+Fri 10:00", "+Fri 12:00")
    out(database, "Tue 10:00", "Tue 12:00")
    view = report_outage(database, actor=ME, now=NOW, unit="OVEN-1", start=at("Tue 11:00"))
    assert (view.id, view.start, view.end) == (1, at("Tue 10:00"), None)
    assert [booking.id for booking in view.affected] == [far.id]
    assert [each.end for each in list_outages(database, actor=ME, now=NOW)] == [None]
    with pytest.raises(BookingRefused) as refusal:
        book(database, "Thu 10:00", "Thu 12:00")
    (told,) = [reason for reason in refusal.value.reasons if reason.code == "out_of_order"]
    assert told.text == "OVEN-1 is out of order from Tue 1 Dec 10:00 until further notice."
    assert dict(told.facts)["end"] is None
    drafted(database, view.repair_plan_id)
    assert (
        "until further notice"
        in show_plan(database, actor=ME, now=NOW, plan_id=view.repair_plan_id or 0).changes[0].why
    )
    with pytest.raises(BadValue) as early:
        end_outage(database, actor=ME, now=NOW, outage_id=1, at=at("Mon 10:00"))
    assert early.value.text == (
        "OVEN-1 is out of order from Tue 1 Dec 2026 10:00 (Europe/Moscow) until further notice: "
        "it can work again only at a moment after that."
    )
    friday = at("Fri 10:00")
    assert end_outage(database, actor=ME, now=friday, outage_id=1).end == friday
    assert outages(database) == [(1, "", True)]


def test_other_units_and_other_times_are_other_outages(database: Database) -> None:
    ids = {
        out(database, "Mon 08:00", "Tue 08:00").id,
        out(database, "Mon 08:00", "Tue 08:00", unit="OVEN-2").id,
        out(database, "Wed 08:00", "Thu 08:00").id,
    }
    assert len(ids) == 3


@pytest.mark.parametrize("said", ["", "new valve"])
def test_an_end_has_the_reason_that_was_given_with_it(database: Database, said: str) -> None:
    start, end = at("Mon 10:00"), at("Mon 14:00")
    outage = report_outage(database, actor=ME, now=NOW, unit="SEM", start=start, end=end, reason="compressor")
    end_outage(database, actor=ME, now=at("Mon 12:00"), outage_id=outage.id, reason=said)
    with database.reading() as session:
        reasons = {event.verb: event.reason for event in session.exec(select(AuditEvent))}
    assert (reasons["reported outage"], reasons["ended outage"]) == ("compressor", said)


def test_what_was_ended_is_not_opened_again(database: Database) -> None:
    first = out(database, "Mon 08:00", "Wed 08:00")
    end_outage(database, actor=ME, now=at("Mon 12:00"), outage_id=first.id)
    again = report_outage(
        database, actor=ME, now=at("Mon 12:00"), unit="OVEN-1", start=at("Mon 12:00"), end=at("Tue 08:00")
    )
    assert again.id != first.id


def test_it_may_end_sooner_than_was_thought(database: Database) -> None:
    """Two bookings under it, of which one lies outside after all."""
    book(database, "Tue 10:00", "Tue 12:00")
    book(database, "Tue 14:00", "Tue 16:00")
    first = out(database, "Tue 08:00", "Wed 08:00")
    assert len(first.affected) == 2
    for never in ("Tue 08:00", "Wed 08:00"):
        with pytest.raises(BadValue, match=r"from Tue 1 Dec 08:00 to .* only at a moment between"):
            end_outage(database, actor=ME, now=NOW, outage_id=first.id, at=at(never))
    ended = end_outage(database, actor=ME, now=NOW, outage_id=first.id, at=at("Tue 13:00"))
    assert (ended.start, ended.end) == (at("Tue 08:00"), at("Tue 13:00"))
    assert repairs(database) == {first.repair_plan_id: "discarded", ended.repair_plan_id: "queued"}
    (still,) = list_outages(database, actor=ME, now=NOW)
    assert [each.start for each in still.affected] == [at("Tue 10:00")]


def test_reported_twice_it_is_one_outage_and_the_draft_stays(database: Database) -> None:
    book(database, "Tue 10:00", "Tue 12:00")
    first = out(database, "Tue 08:00", "Wed 08:00", reason="heater")
    drafted(database, first.repair_plan_id)
    assert out(database, "Tue 09:00", "Tue 18:00", reason="heater") == first
    assert repairs(database) == {first.repair_plan_id: "draft"}
    assert verbs(database) == ["reported outage"]


def test_a_repair_that_knows_less_is_put_aside_and_cannot_be_published(database: Database) -> None:
    book(database, "Tue 10:00", "Tue 12:00")
    book(database, "Wed 10:00", "Wed 12:00", unit="SEM")
    stale = drafted(database, out(database, "Tue 08:00", "Wed 08:00").repair_plan_id)
    repair = drafted(database, out(database, "Wed 08:00", "Thu 08:00", unit="SEM").repair_plan_id)
    assert repairs(database) == {stale: "discarded", repair: "draft"}
    with pytest.raises(NotPossibleNow):
        publish_plan(database, actor=ME, now=NOW, plan_id=stale)
    published = publish_plan(database, actor=ME, now=NOW, plan_id=repair)
    assert (published.moved, published.displaced) == (2, 0)


def test_an_outage_over_nothing_leaves_another_repair_alone(database: Database) -> None:
    book(database, "Tue 10:00", "Tue 12:00")
    waiting = out(database, "Tue 08:00", "Wed 08:00").repair_plan_id
    assert out(database, "Tue 08:00", "Wed 08:00", unit="SEM").repair_plan_id is None
    assert repairs(database) == {waiting: "queued"}


def test_an_outage_where_a_repair_would_put_work_asks_for_it_afresh(database: Database) -> None:
    book(database, "Tue 10:00", "Tue 12:00")
    stale = drafted(database, out(database, "Tue 08:00", "Wed 08:00").repair_plan_id)
    with database.reading() as session:
        document = session.get_one(Plan, stale).document
    (place,) = (place for at in read_plan(document) for place in at)
    assert out(database, "Tue 08:00", "Wed 08:00", unit="SEM").repair_plan_id is None, "a place that it does not use"
    afresh = out(database, "Tue 08:00", "Wed 08:00", unit=place).repair_plan_id
    assert repairs(database) == {stale: "discarded", afresh: "queued"}
    assert afresh is not None
    drafted(database, afresh)
    publish_plan(database, actor=ME, now=NOW, plan_id=afresh)


def test_a_repair_that_clashes_is_asked_for_again_and_published(database: Database) -> None:
    moved = book(database, "Tue 10:00", "Tue 12:00")
    stale = drafted(database, out(database, "Tue 08:00", "Wed 08:00").repair_plan_id)
    with database.reading() as session:
        (place,) = (place for at in read_plan(session.get_one(Plan, stale).document) for place in at)
    to = show_plan(database, actor=ME, now=NOW, plan_id=stale).assignments[0].start
    book_units(database, actor=ME, now=NOW, units=(place,), start=to, end=to + timedelta(hours=1), project="B-1")
    with pytest.raises(PlanClashes):
        publish_plan(database, actor=ME, now=NOW, plan_id=stale)
    again = plan_again(database, actor=ME, now=NOW, plan_id=stale)
    assert repairs(database) == {stale: "discarded", again: "queued"}
    drafted(database, again)
    publish_plan(database, actor=ME, now=NOW, plan_id=again)
    assert show_booking(database, actor=ME, now=NOW, booking_id=moved.id).start != at("Tue 10:00")
    with pytest.raises(NotPossibleNow, match="nothing to repair"):
        plan_again(database, actor=ME, now=NOW, plan_id=again)


def test_with_its_outage_the_repair_is_gone_and_asked_for_again_for_the_others(database: Database) -> None:
    book(database, "Tue 10:00", "Tue 12:00")
    book(database, "Wed 10:00", "Wed 12:00", unit="SEM")
    first, second = out(database, "Tue 08:00", "Wed 08:00"), out(database, "Wed 08:00", "Thu 08:00", unit="SEM")
    drafted(database, second.repair_plan_id)
    ended = end_outage(database, actor=ME, now=NOW + timedelta(hours=1), outage_id=second.id)
    assert list(repairs(database).values()) == ["discarded", "discarded", "queued"]
    assert ended.repair_plan_id == max(repairs(database))
    with database.reading() as session:
        assert session.get_one(Plan, ended.repair_plan_id).outage_id == first.id
    last = end_outage(database, actor=ME, now=NOW + timedelta(hours=2), outage_id=first.id)
    assert (last.repair_plan_id, set(repairs(database).values())) == (None, {"discarded"})


def test_an_outage_that_ends_without_a_repair_asks_for_none(database: Database) -> None:
    book(database, "Tue 10:00", "Tue 12:00")
    first = out(database, "Tue 08:00", "Wed 08:00")
    assert first.repair_plan_id is not None
    second = out(database, "Thu 08:00", "Fri 08:00", unit="SEM")
    publish_plan(database, actor=ME, now=NOW, plan_id=drafted(database, first.repair_plan_id))
    assert end_outage(database, actor=ME, now=NOW, outage_id=second.id).repair_plan_id is None
    assert list(repairs(database).values()) == ["published"]


def test_a_repair_is_not_asked_for_before_its_week_can_be_planned(database: Database) -> None:
    """It could only fail; when that week is planned the booking may move."""
    lately = NOW + timedelta(days=300)
    far: dict[str, Any] = {"start": at("Tue 10:00") + timedelta(days=420), "end": at("Tue 12:00") + timedelta(days=420)}
    book_units(database, actor=ME, now=lately, units=("OVEN-1",), project="B-1", **far)
    told = report_outage(database, actor=ME, now=NOW, unit="OVEN-1", start=NOW)
    assert (len(told.affected), told.repair_plan_id) == (1, None)
    with pytest.raises(NotPossibleNow, match="can be planned can stay"):
        repair_again(database, actor=ME, now=NOW, centre="EL")
    assert repairs(database) == {}
    assert repair_again(database, actor=ME, now=lately, centre="EL") in repairs(database)
