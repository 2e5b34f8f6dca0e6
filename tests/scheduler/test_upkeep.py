"""Maintenance from the store to the plan and back: planned with the work, no work past an expiry, on every path."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from models.chains import verify
from models.database import Database
from models.queries.world import read_world
from models.tables import AuditEvent, Centre, Hold, Maintenance, MaintenanceRun, Project, Run
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.board import board
from scheduler.booking import book_units
from scheduler.errors import BookingRefused, PlanClashes
from scheduler.outages import list_outages, report_outage
from scheduler.plan_views import Published
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.plans import show_plan
from scheduler.publishing import publish_plan
from scheduler.scopes import scope_of
from scheduler.translate import translate
from solver.problem import Problem
from tests.scheduler.holds import overlaps
from tests.scheduler.small_centre import BOARD_ROUTING, NOW, WEEK, at, found, request, store
from tests.scheduler.upkept import OVEN, calibration, upkeep_runs, visit


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)


def draft(database: Database, now: datetime = NOW, kind: str = "week") -> int:
    plan_id = ask_for_plan(database, actor=ME, now=now, week=WEEK, kind=kind, limit=None, work=4, workers=1)
    draft_plan(database, actor=ME, now=lambda: now, plan_id=plan_id)
    return plan_id


def publish(database: Database, plan_id: int, now: datetime = NOW) -> Published:
    return publish_plan(database, actor=ME, now=now, plan_id=plan_id)


def book(database: Database, start: str, end: str, unit: str = "OVEN-1") -> None:
    book_units(database, actor=ME, now=NOW, units=(unit,), start=at(start), end=at(end), project="A-1")


def refusal(database: Database, start: str, end: str) -> BookingRefused:
    with pytest.raises(BookingRefused) as refused:
        book(database, start, end)
    return refused.value


def problem(database: Database, now: datetime = NOW) -> Problem:
    with database.reading() as session:
        centre = session.get_one(Centre, 1)
        scope = scope_of([centre], week=WEEK, now=now)
        return translate(read_world(session, centre_ids=[1], since=scope.start), scope).problem


def test_the_maintenance_that_is_due_is_planned_on_the_visitors_date_and_published(database: Database) -> None:
    id_ = calibration(database, expires="Thu 12:00")
    visit(database, id_, "Wed 09:00", "Wed 13:00")
    visit(database, id_, "+Wed 09:00", "+Wed 13:00")
    published = publish(database, draft(database))
    assert published.confirmed == 1
    ((state, run),) = upkeep_runs(database)
    assert (state, run.kind) == ("planned", "maintenance")
    assert at("Wed 09:00") <= run.start_at < run.end_at <= at("Wed 13:00")
    assert run.end_at - run.start_at == timedelta(hours=2)
    with database.reading() as session:
        (hold,) = session.exec(select(Hold).where(Hold.run_id == run.id))
        assert (hold.resource_id, hold.in_force) == (OVEN, True)
        verbs = [event.verb for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.id)))]
        assert "planned maintenance" in verbs
        assert verify(session, "centre:1") == []
    shown = board(database, actor=ME, now=NOW, centre="EL", week=WEEK)
    bars = [bar for laboratory in shown.laboratories for row in laboratory.rows for bar in row.bars]
    assert [(bar.kind, bar.label) for bar in bars] == [("booking", "calibration")]


def test_what_is_not_due_within_the_horizon_is_not_planned(database: Database) -> None:
    calibration(database, expires="Thu 12:00", every_days=170)
    assert problem(database).requests == ()
    (expiry,) = next(unit for unit in problem(database).units if unit.id == "U2").expiries
    assert expiry.left > problem(database).horizon


def test_a_booking_by_hand_past_an_expiry_is_refused_by_name_and_before_it_is_not(database: Database) -> None:
    calibration(database, expires="Tue 12:00")
    book(database, "Tue 09:00", "Tue 12:00")
    refused = refusal(database, "Tue 11:30", "Tue 12:01")
    assert "maintenance.expired" in [reason.code for reason in refused.reasons]
    late = refusal(database, "Wed 09:00", "Wed 10:00")
    assert [reason.text for reason in late.reasons if reason.code != "option"] == [
        "the booking by hand uses OVEN-1 at Wed 2 Dec 09:00..Wed 2 Dec 10:00, but its calibration expires at "
        "Tue 1 Dec 12:00."
    ]
    options = [dict(reason.facts)["start"] for reason in late.reasons if reason.code == "option"]
    assert options
    assert all(datetime.fromisoformat(str(start)) < at("Tue 12:00") for start in options)


def test_run_hours_and_cycles_of_what_stands_booked_count(database: Database) -> None:
    hours: dict[str, Any] = {"every_days": None, "last_done_at": at("Mon 00:00")}
    calibration(database, expires="Thu 12:00", key="SRV", kind="service", every_run_minutes=300, **hours)
    book(database, "Tue 08:00", "Tue 12:00")
    book(database, "Wed 08:00", "Wed 09:00")
    (reason, *_) = refusal(database, "Thu 08:00", "Thu 08:01").reasons
    assert reason.code == "maintenance.used_up"
    assert reason.text.startswith("OVEN-1 is used for 5 h 1 min, but its service allows 5 h before the next")


def test_what_was_used_before_the_plans_week_counts(database: Database) -> None:
    later = at("+Mon 07:00")
    calibration(database, expires="Thu 12:00", every_days=None, every_cycles=2, last_done_at=at("Mon 00:00"))
    book(database, "Tue 08:00", "Tue 12:00")
    book(database, "Wed 08:00", "Wed 09:00")
    with database.reading() as session:
        world = read_world(session, centre_ids=[1], since=later)
    assert len(world.worn[1]) == 2
    with pytest.raises(BookingRefused) as refused:
        book_units(
            database,
            actor=ME,
            now=later,
            units=("OVEN-1",),
            start=at("+Mon 09:00"),
            end=at("+Mon 10:00"),
            project="A-1",
        )
    assert "maintenance.cycles_used_up" in [reason.code for reason in refused.value.reasons]


def test_work_waits_for_the_calibration_or_goes_elsewhere_and_waits_for_nothing_where_it_is_waived(
    database: Database,
) -> None:
    for unit in (2, 3):
        store(
            database,
            Maintenance(
                key=f"CAL-{unit}",
                unit_id=unit,
                kind="calibration",
                every_days=100,
                minutes=120,
                early_days=30,
                late_days=0,
                expires=True,
                waivable_by=["prototype"],
                last_done_at=at("Mon 00:00") - timedelta(days=120),
            ),
        )
    waiving = {**BOARD_ROUTING, "operations": [dict(each) for each in BOARD_ROUTING["operations"]]}
    waiving["operations"][1]["waives"] = ["calibration"]
    request(database, "R-1", project=1, recipe_id=None, routing=waiving)
    request(database, "R-2", project=2, recipe_id=None, routing=waiving)
    assert problem(database).requests
    waives = {
        one.id: {mode.waives for task in one.tasks for mode in task.modes}
        for one in problem(database).requests
        if not one.maintenance
    }
    with database.reading() as session:
        assert [row.stage for row in session.exec(select(Project).order_by(col(Project.id)))] == [
            "prototype",
            "pilot lot",
        ]
    assert waives == {"R1": {(), ("calibration",)}, "R2": {()}}
    plan_id = draft(database)
    publish(database, plan_id)
    soaks = {
        view.request: view.start
        for view in show_plan(database, actor=ME, now=NOW, plan_id=plan_id).assignments
        if view.operation == "soak"
    }
    ends = sorted(run.end_at for _, run in upkeep_runs(database))
    assert len(ends) == 2
    assert soaks["R-2"] >= ends[0]


def test_a_draft_that_would_pass_an_expiry_by_now_is_not_published(database: Database) -> None:
    request(database, "R-1")
    plan_id = draft(database)
    for unit in (2, 3):
        last_done_at = at("Mon 00:00") - timedelta(days=100)
        calibration(database, expires="Mon 00:00", key=f"C{unit}", unit_id=unit, last_done_at=last_done_at)

    def changed(session: Any) -> None:
        session.get_one(Centre, 1).revision += 1

    database.write(changed)
    with pytest.raises(PlanClashes) as clashes:
        publish(database, plan_id)
    assert [reason.code for reason in clashes.value.reasons] == ["maintenance.expired"]
    with database.reading() as session:
        assert session.exec(select(Hold)).all() == []


def test_an_outage_moves_maintenance_within_its_window(database: Database) -> None:
    id_ = calibration(database, expires="Thu 18:00")
    visit(database, id_, "Wed 09:00", "Wed 11:00")
    visit(database, id_, "Thu 09:00", "Thu 11:00")
    publish(database, draft(database))
    ((_, run),) = upkeep_runs(database)
    stood = run.start_at
    day = "Wed" if stood == at("Wed 09:00") else "Thu"
    outage = report_outage(
        database, actor=ME, now=NOW, unit="OVEN-1", start=at(f"{day} 08:00"), end=at(f"{day} 12:00"), reason="leak"
    )
    assert (outage.affected, outage.repair_plan_id is None) == ((), False)
    assert [each.repair_plan_id for each in list_outages(database, actor=ME, now=NOW)] == [outage.repair_plan_id]
    plan_id = outage.repair_plan_id or 0
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=plan_id)
    effect = show_plan(database, actor=ME, now=NOW, plan_id=plan_id).effect
    assert effect is not None
    assert (effect.moves, effect.services, effect.text) == (0, 1, "1 service or calibration moves.")
    published = publish(database, plan_id)
    assert published.moved == 1
    ((state, moved),) = upkeep_runs(database)
    assert state == "planned"
    assert moved.start_at == at("Thu 09:00" if day == "Wed" else "Wed 09:00")
    assert overlaps(database) == []


def test_maintenance_that_a_booking_relies_on_does_not_move_behind_it(database: Database) -> None:
    cycles: dict[str, Any] = {"every_days": None, "every_cycles": 2, "last_done_at": at("Mon 00:00")}
    id_ = calibration(database, expires="Mon 00:00", **cycles)
    visit(database, id_, "Tue 09:00", "Tue 11:00")
    book(database, "Mon 08:00", "Mon 09:00")
    book(database, "Mon 10:00", "Mon 11:00")
    assert "maintenance.cycles_used_up" in [each.code for each in refusal(database, "Wed 09:00", "Wed 10:00").reasons]
    publish(database, draft(database))
    visit(database, id_, "Thu 15:00", "Thu 18:00")
    assert windows(database) == [("Tue 09:00", "Tue 11:00"), ("Thu 15:00", "Thu 18:00")]
    book(database, "Wed 09:00", "Wed 10:00")
    assert windows(database) == [("Tue 09:00", "Tue 11:00")]


def test_a_service_by_run_hours_waits_until_what_is_asked_for_comes_near_them(database: Database) -> None:
    hours: dict[str, Any] = {"every_days": None, "last_done_at": at("Mon 00:00")}
    calibration(database, expires="Mon 00:00", kind="service", every_run_minutes=660, **hours)
    assert problem(database).requests == ()
    request(database, "R-1")
    assert not any(one.maintenance for one in problem(database).requests)
    request(database, "R-2")
    ((start, end),) = windows(database)
    assert end == "Mon 00:00"
    assert start[:3] in ("Sat", "Sun")
    plan_id = draft(database)
    view = show_plan(database, actor=ME, now=NOW, plan_id=plan_id)
    assert {each.operation for each in view.assignments} >= {"print", "soak"}
    publish(database, plan_id)


def test_a_service_that_later_work_calls_for_is_published_though_something_was_booked_meanwhile(
    database: Database,
) -> None:
    hours: dict[str, Any] = {"every_days": None, "last_done_at": at("Mon 00:00")}
    calibration(database, expires="Mon 00:00", kind="service", every_run_minutes=660, **hours)
    request(database, "R-1")
    request(database, "R-2", release_at=at("+Tue 08:00"))
    plan_id = draft(database)
    book(database, "Mon 08:00", "Mon 09:00", unit="SEM")
    publish(database, plan_id)
    assert [state for state, _ in upkeep_runs(database)] == ["planned"]


def test_a_unit_booked_meanwhile_keeps_the_booking_and_nothing_is_published(database: Database) -> None:
    id_ = calibration(database, expires="Thu 12:00")
    visit(database, id_, "Wed 09:00", "Wed 11:00")
    plan_id = draft(database)
    book(database, "Wed 10:00", "Wed 10:30")
    with pytest.raises(PlanClashes) as clashes:
        publish(database, plan_id)
    assert "one_at_a_time.lane_taken" in [reason.code for reason in clashes.value.reasons]
    assert upkeep_runs(database) == []
    assert overlaps(database) == []


def test_a_publication_meets_the_guard_where_nobody_judged(database: Database) -> None:
    id_ = calibration(database, expires="Thu 12:00")
    visit(database, id_, "Wed 09:00", "Wed 11:00")
    plan_id = draft(database)
    run = Run(centre_id=1, start_at=at("Wed 10:00"), end_at=at("Wed 10:30"))
    store(database, run)
    store(database, Hold(run_id=1, resource_id=OVEN, start_at=at("Wed 10:00"), end_at=at("Wed 10:30")))
    with pytest.raises(PlanClashes) as clashes:
        publish(database, plan_id)
    assert [reason.code for reason in clashes.value.reasons] == ["taken"]
    assert upkeep_runs(database) == []


def windows(database: Database) -> list[tuple[str, str]]:
    """When the only maintenance may be done, in local words."""
    planned = problem(database)
    (only,) = [one for one in planned.requests if one.maintenance]
    tick = timedelta(minutes=5)
    start = at("Mon 00:00")
    told = [(start + a * tick, start + b * tick) for a, b in only.tasks[0].windows]
    zone = ZoneInfo("Europe/Moscow")
    return [(f"{a.astimezone(zone):%a %H:%M}", f"{b.astimezone(zone):%a %H:%M}") for a, b in told]


FAR = timedelta(weeks=4)


@pytest.mark.parametrize("limit", [{"every_run_minutes": 600}, {"every_cycles": 1}])
def test_what_stands_booked_far_ahead_counts(database: Database, limit: dict[str, int]) -> None:
    calibration(database, expires="Thu 12:00", every_days=None, last_done_at=at("Mon 00:00"), **limit)
    start, end = at("Tue 08:00") + FAR, at("Tue 17:00") + FAR
    book_units(database, actor=ME, now=NOW, units=("OVEN-1",), start=start, end=end, project="A-1")
    (reason, *_) = refusal(database, "Tue 08:00", "Tue 17:00").reasons
    assert reason.code in ("maintenance.used_up", "maintenance.cycles_used_up")
    shown = board(database, actor=ME, now=NOW, centre="EL", week=WEEK)
    assert [bar for laboratory in shown.laboratories for row in laboratory.rows for bar in row.bars] == []


def test_after_maintenance_that_is_planned_far_ahead_work_counts_anew(database: Database) -> None:
    hours: dict[str, Any] = {"every_days": None, "last_done_at": at("Mon 00:00"), "every_run_minutes": 600}
    id_ = calibration(database, expires="Thu 12:00", **hours)
    begin, over = at("Mon 08:00") + FAR, at("Mon 10:00") + FAR
    (run_id,) = store(database, Run(centre_id=1, kind="maintenance", start_at=begin, end_at=over))
    store(
        database,
        Hold(run_id=run_id, resource_id=OVEN, lane=0, start_at=begin, end_at=over),
        MaintenanceRun(run_id=run_id, maintenance_id=id_, made_at=NOW, made_by="me"),
    )
    start, end = at("Tue 08:00") + FAR, at("Tue 17:00") + FAR
    book_units(database, actor=ME, now=NOW, units=("OVEN-1",), start=start, end=end, project="A-1")
    book(database, "Tue 08:00", "Tue 17:00")
