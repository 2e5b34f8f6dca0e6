"""A failed calibration renews nothing, and what ran since the last that passed is traced to where it went."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.database import Database
from models.tables import Account, AccountDetail, AuditEvent, Maintenance, MaintenanceResult, UsedTime
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor, Grant
from scheduler.booking import book_units, cancel_booking
from scheduler.errors import BadValue, Unknown
from scheduler.maintaining import list_maintenance, mark_done
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.publishing import publish_plan
from scheduler.tracing import TraceView, export_trace, trace_unit
from scheduler.using import check_in, check_out
from tests.scheduler.actors import technician
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store
from tests.scheduler.upkept import calibration, upkeep_runs

LATER = at("+Mon 12:00")
WORKING = Actor(key="account:7", grants=(Grant(role="technician", centre_id=1),), account_id=7)
TOLD: dict[str, Any] = {"told_at": LATER, "told_by": "account:7"}


@pytest.fixture
def lab(sqlite_database: Database) -> Database:
    """The small centre with a calibration of OVEN-1 that passed on the Friday before and is due soon."""
    found(sqlite_database)
    calibration(sqlite_database, expires="+Mon 08:00", every_days=9, last_done_at=NOW)
    store(sqlite_database, Account(id=7, made_at=NOW), AccountDetail(account_id=7, name="Tanya T."))
    return sqlite_database


def plan(database: Database) -> None:
    plan_id = ask_for_plan(database, actor=ME, now=NOW, week=WEEK, limit=None, work=2, workers=1)
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=plan_id)
    publish_plan(database, actor=ME, now=NOW, plan_id=plan_id)


def book(database: Database, unit: str, start: str, end: str) -> int:
    made = book_units(database, actor=ME, now=NOW, units=(unit,), start=at(start), end=at(end), project="A-1")
    return made.id


def fail(database: Database, moment: datetime = LATER) -> None:
    mark_done(database, actor=ME, now=moment, key="CAL-1", result="failed", readings="2.4 K too warm at 85 °C")


def traced(database: Database, since: datetime | None = None) -> TraceView:
    return trace_unit(database, actor=ME, now=LATER, unit="OVEN-1", since=since)


def bookings(view: TraceView) -> list[int]:
    return [work.booking.id for run in view.runs for work in run.work]


def test_a_failed_calibration_renews_nothing(lab: Database) -> None:
    before = list_maintenance(lab, actor=ME, now=LATER)[0]
    fail(lab)
    after = list_maintenance(lab, actor=ME, now=LATER)[0]
    assert before.state == after.state == "expired"
    assert after.last_done == NOW
    with lab.reading() as session:
        result = session.exec(select(MaintenanceResult)).one()
        assert (result.result, result.readings, result.done_at) == ("failed", "2.4 K too warm at 85 °C", LATER)
        event = session.exec(select(AuditEvent).where(AuditEvent.verb == "failed maintenance")).one()
        assert event.reason == "2.4 K too warm at 85 °C"
    mark_done(lab, actor=ME, now=LATER, key="CAL-1")
    assert list_maintenance(lab, actor=ME, now=LATER)[0].state == "in order"


def test_what_is_planned_for_later_stays_planned_after_a_failure(lab: Database) -> None:
    plan(lab)
    (_, run), *later = upkeep_runs(lab)
    assert {state for state, _ in upkeep_runs(lab)} == {"planned"}
    fail(lab, run.start_at - timedelta(hours=1))
    assert {state for state, _ in upkeep_runs(lab)} == {"planned"}
    fail(lab, run.start_at + timedelta(hours=1))
    assert [state for state, _ in upkeep_runs(lab)] == ["done", *("planned" for _ in later)]


def test_every_run_since_the_last_pass_is_in_doubt(lab: Database) -> None:
    mark_done(lab, actor=ME, now=at("Tue 08:00"), key="CAL-1")
    before = book(lab, "OVEN-1", "Mon 10:00", "Mon 12:00")
    during = book(lab, "OVEN-1", "Tue 10:00", "Tue 12:00")
    elsewhere = book(lab, "OVEN-2", "Tue 10:00", "Tue 12:00")
    given_back = book(lab, "OVEN-1", "Wed 10:00", "Wed 12:00")
    cancel_booking(lab, actor=ME, now=NOW, booking_id=given_back)
    later = book(lab, "OVEN-1", "+Mon 14:00", "+Mon 16:00")
    fail(lab)
    view = traced(lab)
    assert (view.by, view.passed, view.since) == ("last pass", "CAL-1", at("Tue 08:00"))
    assert [failure.readings for failure in view.failures] == ["2.4 K too warm at 85 °C"]
    assert bookings(view) == [during]
    assert not {before, elsewhere, given_back, later} & set(bookings(view))
    assert bookings(traced(lab, since=at("Mon 08:00"))) == [before, during]


def test_a_pass_after_an_adjustment_does_not_forget_the_failure(lab: Database) -> None:
    during = book(lab, "OVEN-1", "Tue 10:00", "Tue 12:00")
    after = book(lab, "OVEN-1", "Fri 10:00", "Fri 12:00")
    fail(lab, at("Wed 08:00"))
    mark_done(lab, actor=ME, now=at("Wed 10:00"), key="CAL-1")
    view = traced(lab)
    assert (view.passed, view.since, view.until) == ("CAL-1", NOW, at("Wed 10:00"))
    assert [failure.done for failure in view.failures] == [at("Wed 08:00")]
    assert bookings(view) == [during]
    fail(lab, at("+Mon 09:00"))
    view = traced(lab)
    assert (view.since, view.until, bookings(view)) == (NOW, LATER, [during, after])
    assert [failure.done for failure in view.failures] == [at("Wed 08:00"), at("+Mon 09:00")]


def test_two_passes_without_a_failure_between_end_the_doubt(lab: Database) -> None:
    fail(lab, at("Tue 08:00"))
    for moment in ("Wed 08:00", "Thu 08:00"):
        mark_done(lab, actor=ME, now=at(moment), key="CAL-1")
    view = traced(lab)
    assert (view.since, view.failures) == (at("Thu 08:00"), ())


def test_what_failed_and_passed_at_one_moment_failed_first(lab: Database) -> None:
    during = book(lab, "OVEN-1", "Tue 10:00", "Tue 12:00")
    fail(lab, at("Wed 08:00"))
    mark_done(lab, actor=ME, now=at("Wed 08:00"), key="CAL-1")
    assert (bookings(traced(lab)), len(traced(lab).failures)) == ([during], 1)


def test_what_was_used_is_told_from_what_was_only_booked(lab: Database) -> None:
    """For whom it matters: when the unit was used in fact, how many pieces were made, and by whom."""
    used = book(lab, "OVEN-1", "Mon 10:00", "Mon 12:00")
    idle = book(lab, "OVEN-1", "Tue 10:00", "Tue 12:00")
    going_on = book(lab, "OVEN-1", "Fri 10:00", "Fri 12:00")
    check_in(lab, actor=WORKING, now=at("Mon 10:10"), booking_id=used)
    check_out(lab, actor=WORKING, now=at("Mon 11:40"), booking_id=used, quantity=7)
    check_in(lab, actor=WORKING, now=at("Fri 10:05"), booking_id=going_on)
    works = {work.booking.id: work for run in traced(lab).runs for work in run.work}
    told = {id_: (work.how, work.start, work.end, work.made, work.people) for id_, work in works.items()}
    assert told == {
        used: ("used", at("Mon 10:10"), at("Mon 11:40"), 7, ("Tanya T.",)),
        idle: ("booked, never checked in", at("Tue 10:00"), at("Tue 12:00"), None, ()),
        going_on: ("in use", at("Fri 10:05"), None, None, ("Tanya T.",)),
    }
    told_to_others = trace_unit(lab, actor=technician(), now=LATER, unit="OVEN-1").runs[0].work
    assert told_to_others[0].people == ("somebody",)


def test_use_that_was_told_otherwise_than_booked_is_in_doubt_by_its_own_times(lab: Database) -> None:
    early = book(lab, "OVEN-1", "Mon 10:00", "Mon 12:00")
    check_in(lab, actor=WORKING, now=at("Mon 10:00"), booking_id=early)
    check_out(lab, actor=WORKING, now=at("Mon 11:00"), booking_id=early)
    (use,) = store(lab, UsedTime(booking_id=early, start_at=at("Wed 10:00"), end_at=at("Wed 11:00"), **TOLD))
    assert use
    assert bookings(traced(lab, since=at("Tue 10:00"))) == [early]
    assert bookings(traced(lab, since=at("Thu 10:00"))) == []


def test_a_trace_is_taken_as_a_list_with_words_where_they_belong(lab: Database) -> None:
    made = book_units(
        lab,
        actor=ME,
        now=NOW,
        units=("OVEN-1",),
        start=at("Tue 10:00"),
        end=at("Tue 12:00"),
        project="A-1",
        purpose="soak",
    )
    table = export_trace(lab, actor=ME, now=LATER, unit="OVEN-1", form="csv")
    (row,) = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert (row["request"], row["purpose"], row["booking"], row["organisation"]) == (None, "soak", made.id, "ALFA")
    assert (row["how"], row["pieces_booked"], row["pieces_made"]) == ("booked, never checked in", 1, None)
    with lab.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.verb == "exported")).one()
    assert event.object_id == "trace"
    assert event.after == {"format": "csv", "rows": 1, "unit": "OVEN-1", "since": NOW.isoformat()}


def test_a_lot_is_followed_to_its_later_steps(lab: Database) -> None:
    request(lab, "R-1")
    store(lab, Maintenance(key="P", unit_id=1, kind="calibration", every_days=99, minutes=60, last_done_at=NOW))
    plan(lab)
    view = trace_unit(lab, actor=ME, now=LATER, unit="PRINTER")
    (run,) = view.runs
    (work,) = run.work
    assert (work.booking.request, work.booking.operation, work.booking.quantity) == ("R-1", "print", 30)
    assert work.people == ("Anna Orlova",)
    assert [each.operation for each in run.later] == ["soak"]
    oven = run.later[0].holds[0].key
    assert trace_unit(lab, actor=ME, now=LATER, unit=oven, since=NOW).runs[0].later == ()


def test_where_nothing_passed_a_moment_is_asked_for(lab: Database) -> None:
    with pytest.raises(BadValue, match="SEM has no calibration"):
        trace_unit(lab, actor=ME, now=LATER, unit="SEM")
    assert trace_unit(lab, actor=ME, now=LATER, unit="SEM", since=NOW).runs == ()
    with pytest.raises(BadValue, match="still to come"):
        traced(lab, since=at("+Mon 13:00"))


def test_a_unit_of_another_centre_is_unknown(lab: Database) -> None:
    for grant in (Grant(role="technician", centre_id=2), Grant(role="engineer", organisation_id=1)):
        with pytest.raises(Unknown, match="There is no unit 'OVEN-1'"):
            trace_unit(lab, actor=Actor(key="account:1", grants=(grant,)), now=LATER, unit="OVEN-1")
    assert trace_unit(lab, actor=technician(), now=LATER, unit="OVEN-1").runs == ()
