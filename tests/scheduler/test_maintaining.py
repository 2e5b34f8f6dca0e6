"""Listing what is due, and marking it as done."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.chains import verify
from models.database import Database
from models.tables import AuditEvent, Centre, Hold
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units
from scheduler.errors import BadValue, Unknown
from scheduler.maintaining import list_maintenance, mark_done
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.publishing import publish_plan
from scheduler.views import MaintenanceView
from tests.scheduler.small_centre import NOW, WEEK, at, found
from tests.scheduler.upkept import calibration, upkeep_runs


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)


def publish(database: Database) -> None:
    plan_id = ask_for_plan(database, actor=ME, now=NOW, week=WEEK, limit=None, work=2, workers=1)
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=plan_id)
    publish_plan(database, actor=ME, now=NOW, plan_id=plan_id)


def only(database: Database, **options: Any) -> MaintenanceView:
    (view,) = list_maintenance(database, actor=ME, now=options.get("now", NOW))
    return view


def test_what_is_due_is_listed_with_its_window_and_its_use(database: Database) -> None:
    calibration(database, expires="Thu 12:00", every_run_minutes=600, early_days=2)
    view = only(database)
    assert (view.unit, view.state, view.until, view.run_minutes) == ("OVEN-1", "in order", at("Thu 12:00"), 0)
    assert only(database, now=at("Wed 08:00")).state == "due"
    assert only(database, now=at("Fri 08:00")).state == "expired"
    start, end = at("Mon 08:00"), at("Mon 18:00")
    book_units(database, actor=ME, now=NOW, units=("OVEN-1",), start=start, end=end, project="A-1")
    worn = only(database, now=at("Mon 20:00"))
    assert (worn.run_minutes, worn.state) == (600, "expired")


def test_done_maintenance_is_due_again_later_and_frees_its_unit(database: Database) -> None:
    calibration(database, expires="Thu 12:00")
    publish(database)
    ((_, run),) = upkeep_runs(database)
    now = run.start_at + timedelta(hours=1)
    marked = mark_done(database, actor=ME, now=now, key="CAL-1")
    assert (marked.last_done, marked.state, marked.planned_start) == (now, "in order", None)
    assert marked.until == now + timedelta(days=100)
    assert [state for state, _ in upkeep_runs(database)] == ["done"]
    with database.reading() as session:
        assert [hold.in_force for hold in session.exec(select(Hold))] == [False]
        verbs = list(session.exec(select(AuditEvent.verb).order_by(col(AuditEvent.id))))
        assert verbs[-2:] == ["did planned maintenance", "did maintenance"]
        assert verify(session, "centre:1") == []
        assert session.get_one(Centre, 1).revision == 2


def test_what_was_done_before_its_run_needs_no_run(database: Database) -> None:
    calibration(database, expires="Thu 12:00")
    publish(database)
    mark_done(database, actor=ME, now=NOW, key="CAL-1")
    assert [state for state, _ in upkeep_runs(database)] == ["cancelled"]
    with database.reading() as session:
        assert not any(hold.in_force for hold in session.exec(select(Hold)))


def test_it_is_done_neither_in_the_future_nor_before_it_was_done_last(database: Database) -> None:
    calibration(database, expires="Thu 12:00")
    for moment in (NOW + timedelta(minutes=1), NOW - timedelta(days=300)):
        with pytest.raises(BadValue):
            mark_done(database, actor=ME, now=NOW, key="CAL-1", done_at=moment)
    assert only(database).last_done == at("Thu 12:00") - timedelta(days=100)
    with pytest.raises(Unknown):
        mark_done(database, actor=ME, now=NOW, key="CAL-2")
    with pytest.raises(Unknown):
        list_maintenance(database, actor=ME, now=NOW, centre="XX")
