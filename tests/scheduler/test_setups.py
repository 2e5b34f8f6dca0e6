"""Setups, cleaning and buffers from the stored rows to the plan, the bookings, the board, and admission."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import Session, select

from models.database import Database
from models.queries.world import read_world
from models.tables import Booking, Hold, Run, Setup, Unit
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.board import board
from scheduler.booking import book_units, cancel_booking
from scheduler.errors import BookingRefused, PlanClashes
from scheduler.outages import report_outage
from scheduler.planning import draft_plan
from scheduler.plans import show_plan
from scheduler.scopes import scope_of
from scheduler.translate import translate
from solver.problem import FixedUse
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store
from tests.scheduler.test_planning import draft, publish

PRINTER, OVEN = 1, 2


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)

    def command(session: Session) -> None:
        unit = session.get_one(Unit, PRINTER)
        unit.cleaning_family, unit.buffer_minutes = "screens", 15
        session.add(unit)

    database.write(command)
    store(
        database,
        Setup(
            centre_id=1,
            cleaning_family="screens",
            frm="",
            to="",
            minutes=20,
            skill="smt",
            release_minutes=10,
            dirty_minutes=600,
        ),
    )


def printing(family: str) -> dict[str, Any]:
    units = [{"capability": "printing", "family": family}]
    return {"operations": [{"name": "print", "fixed_minutes": 60, "units": units}], "lags": []}


def prints(database: Database, key: str, family: str, **values: Any) -> int:
    return request(database, key, recipe_id=None, routing=printing(family), release_at=at("Mon 08:00"), **values)


def holds(database: Database) -> list[tuple[int, int, Hold]]:
    """Unit or person, run, and the hold; by start."""
    with database.reading() as session:
        rows = session.exec(select(Hold)).all()
        return sorted(((row.resource_id, row.run_id, row) for row in rows), key=lambda one: one[2].start_at)


def test_a_plan_cleans_between_two_families_and_publishing_holds_the_cleaner(database: Database) -> None:
    prints(database, "R-1", "lead")
    prints(database, "R-2", "tin", project=2)
    plan_id = draft(database)
    _, later = sorted(show_plan(database, actor=ME, now=NOW, plan_id=plan_id).assignments, key=lambda each: each.start)
    (said,) = later.changeovers
    assert (said.unit, said.technician in ("Anna Orlova", "Boris Lebedev")) == ("PRINTER", True)
    assert said.released - said.start == timedelta(minutes=30)
    assert said.worked_until - said.start == timedelta(minutes=20)
    assert publish(database, plan_id).confirmed == 2
    on_printer = [hold for resource, _, hold in holds(database) if resource == PRINTER]
    by_somebody = [hold for resource, _, hold in holds(database) if resource in (5, 6)]
    with database.reading() as session:
        first, second = sorted(session.exec(select(Run)).all(), key=lambda run: run.start_at)
    between = [hold for hold in on_printer if first.end_at <= hold.start_at and hold.end_at <= second.start_at]
    assert [hold.end_at - hold.start_at for hold in between] == [timedelta(minutes=30)]
    assert [(hold.start_at, hold.end_at - hold.start_at) for hold in by_somebody if hold.run_id == second.id] == [
        (between[0].start_at, timedelta(minutes=20))
    ]
    shown = board(database, actor=ME, now=NOW, centre="EL", week=WEEK)
    kinds = [bar.kind for lab in shown.laboratories for row in lab.rows for bar in row.bars]
    assert sorted(kinds).count("booking") == 2
    assert "changeover" in kinds


def test_what_is_booked_and_cleaned_stays_in_a_second_plan(database: Database) -> None:
    prints(database, "R-1", "lead")
    prints(database, "R-2", "tin", project=2)
    publish(database, draft(database))
    before = [(resource, hold.start_at, hold.end_at) for resource, _, hold in holds(database)]
    prints(database, "R-3", "lead")
    published = publish(database, draft(database))
    assert (published.confirmed, published.moved, published.displaced) == (1, 0, 0)
    after = [(resource, hold.start_at, hold.end_at) for resource, _, hold in holds(database)]
    assert {place for place in before if place[0] == PRINTER} <= set(after)


def test_a_booking_by_hand_in_the_time_of_a_cleaning_stands_against_a_draft(database: Database) -> None:
    prints(database, "R-1", "lead")
    prints(database, "R-2", "tin")
    plan_id = draft(database)
    first = min(each.start for each in show_plan(database, actor=ME, now=NOW, plan_id=plan_id).assignments)
    end = first + timedelta(minutes=60)
    book_units(
        database,
        actor=ME,
        now=NOW,
        units=("PRINTER",),
        start=end,
        end=end + timedelta(minutes=10),
        project="A-1",
        purpose="test",
    )
    with pytest.raises(PlanClashes) as refusal:
        publish(database, plan_id)
    assert {reason.code for reason in refusal.value.reasons} == {"one_at_a_time.changeover_clash"}
    assert "PRINTER is held when it is to be changed over" in refusal.value.reasons[0].text


def test_a_repair_cleans_anew_between_what_it_moves(database: Database) -> None:
    prints(database, "R-1", "lead")
    prints(database, "R-2", "tin")
    publish(database, draft(database))
    start = min(hold.start_at for resource, _, hold in holds(database) if resource == PRINTER)
    now = start - timedelta(minutes=50)
    later = start + timedelta(hours=4)
    outage = report_outage(database, actor=ME, now=now, unit="PRINTER", start=now, end=later, reason="broken")
    plan_id = outage.repair_plan_id
    assert plan_id is not None
    draft_plan(database, actor=ME, now=lambda: now, plan_id=plan_id)
    publish(database, plan_id, now)
    spans = [(hold.start_at, hold.end_at) for resource, _, hold in holds(database) if resource == PRINTER]
    assert len(spans) == 4  # nobody knows what the printer was left in, so that both are cleaned for
    assert min(spans)[0] >= later
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_the_last_run_says_how_a_unit_stands_when_the_horizon_begins(database: Database) -> None:
    number = prints(database, "R-1", "lead")
    started = NOW - timedelta(hours=5)
    store(
        database,
        Run(
            id=900,
            centre_id=1,
            request_id=number,
            operation=1,
            number=1,
            start_at=started,
            end_at=NOW - timedelta(hours=4),
        ),
        Hold(
            run_id=900, resource_id=PRINTER, lane=0, start_at=started, end_at=NOW - timedelta(hours=4), in_force=False
        ),
        Booking(
            run_id=900,
            project_id=1,
            organisation_id=1,
            cluster_id=1,
            stage="prototype",
            state="done",
            booked_start=started,
            booked_end=NOW - timedelta(hours=4),
            made_at=started,
            made_by="me",
        ),
    )
    with database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    problem = translate(world, scope_of(world.centres, week=WEEK, now=NOW)).problem
    (unit,) = (unit for unit in problem.units if unit.id == "U1")
    (use,) = unit.fixed
    assert isinstance(use, FixedUse)
    assert (use.family, use.lot, use.owner) == ("lead", f"R{number}", "O1")
    assert use.end < 0
    assert {(row.frm, row.to) for row in unit.setups} == {("", "lead")}
    assert unit.setups[0].skill == "1:smt"


def test_a_booking_by_hand_keeps_the_buffer_to_other_organisations(database: Database) -> None:
    def book(start: str, end: str, project: str) -> None:
        book_units(
            database,
            actor=ME,
            now=NOW,
            units=("PRINTER",),
            start=at(start),
            end=at(end),
            project=project,
            purpose="test",
        )

    book("Tue 10:00", "Tue 11:00", "A-1")
    book("Tue 11:00", "Tue 12:00", "A-1")
    with pytest.raises(BookingRefused) as refusal:
        book("Tue 12:10", "Tue 13:00", "B-1")
    blocker, nearest, *_ = refusal.value.reasons
    assert blocker.text == "PRINTER stays free for 15 min between bookings of different organisations."
    assert nearest.facts == (("start", at("Tue 12:15").isoformat()),)
    book("Tue 12:15", "Tue 13:05", "B-1")


def by_hand(database: Database, start: str, end: str, project: str, now: str) -> None:
    book_units(
        database, actor=ME, now=at(now), units=("PRINTER",), start=at(start), end=at(end), project=project, purpose=""
    )


@pytest.mark.parametrize("family", ["screens", ""])
def test_the_buffer_counts_from_what_has_just_ended(database: Database, family: str) -> None:
    def command(session: Session) -> None:
        session.get_one(Unit, PRINTER).cleaning_family = family

    database.write(command)
    by_hand(database, "Tue 09:00", "Tue 10:00", "A-1", "Tue 08:00")
    with pytest.raises(BookingRefused) as refusal:
        by_hand(database, "Tue 10:00", "Tue 11:00", "B-1", "Tue 10:00")
    assert refusal.value.reasons[0].code == "no_buffer"
    by_hand(database, "Tue 10:00", "Tue 10:10", "A-1", "Tue 10:00")
    by_hand(database, "Tue 10:25", "Tue 11:00", "B-1", "Tue 10:25")


def test_a_changeover_that_goes_on_after_its_run_keeps_the_unit(database: Database) -> None:
    by_hand(database, "Tue 09:00", "Tue 10:00", "A-1", "Tue 08:00")
    with database.reading() as session:
        (run,) = session.exec(select(Run)).all()
    store(
        database,
        Hold(run_id=run.id or 0, resource_id=PRINTER, lane=0, start_at=at("Tue 10:40"), end_at=at("Tue 11:00")),
    )
    with pytest.raises(BookingRefused) as refusal:
        by_hand(database, "Tue 10:30", "Tue 10:50", "A-1", "Tue 10:20")
    assert refusal.value.reasons[0].text == ("PRINTER is taken Tue 1 Dec 10:40 to Tue 1 Dec 11:00 by another booking.")
    assert next(dict(each.facts)["start"] for each in refusal.value.reasons[1:]) == at("Tue 10:20").isoformat()


def heating(database: Database, key: str, family: str, release: str) -> None:
    need = {
        "capability": "oven",
        "numbers": [{"quantity": "temp_c", "low": 20, "high": 145}],
        "family": family,
    }
    routing = {"operations": [{"name": "heat", "fixed_minutes": 180, "units": [need]}], "lags": []}
    request(database, key, recipe_id=None, routing=routing, release_at=at(release), due_at=at(release))


def heat(database: Database) -> list[tuple[datetime, datetime, int]]:
    """The first oven needs an hour, and nobody, from one family to the other; requests of both, four hours apart, are
    booked there. What holds the oven, and its run."""

    def command(session: Session) -> None:
        session.get_one(Unit, OVEN).cleaning_family = "heat"

    database.write(command)
    store(database, Setup(centre_id=1, cleaning_family="heat", frm="a", to="b", minutes=60))
    for number, family in enumerate(("a", "b")):
        heating(database, f"R-{family}", family, f"Mon {8 + 4 * number:02}:00")
    publish(database, draft(database))
    return heated(database)


def heated(database: Database) -> list[tuple[datetime, datetime, int]]:
    return [(row.start_at, row.end_at, run) for unit, run, row in holds(database) if unit == OVEN and row.in_force]


def test_a_setup_that_nobody_is_appointed_for_takes_its_time_from_bookings_by_hand(database: Database) -> None:
    first, setup, second = heat(database)
    assert first[:2] == (at("Mon 08:00"), at("Mon 11:00"))
    assert setup == (at("Mon 11:00"), at("Mon 12:00"), second[2])
    assert second[:2] == (at("Mon 12:00"), at("Mon 15:00"))
    with pytest.raises(BookingRefused) as refusal:
        book_oven(database, "Mon 11:00", "Mon 12:00")
    assert "OVEN-1 is taken" in refusal.value.reasons[0].text
    shown = board(database, actor=ME, now=NOW, centre="EL", week=WEEK)
    (row,) = (row for lab in shown.laboratories for row in lab.rows if row.unit == "OVEN-1")
    assert [bar.kind for bar in row.bars] == ["booking", "changeover", "booking"]


def test_it_stays_booked_and_is_no_use_of_the_unit(database: Database) -> None:
    before = heat(database)
    published = publish(database, draft(database))
    assert (published.unchanged, published.moved, heated(database)) == (2, 0, before)
    with database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    later = next(booked for booked in world.runs if booked.run.id == before[1][2])
    assert [(hold.start_at, hold.end_at) for hold in later.own_holds] == [before[2][:2]]
    scope = scope_of(world.centres, week=WEEK, now=at("Mon 07:00"))
    (oven,) = (unit for unit in translate(world, scope).problem.units if unit.id == f"U{OVEN}")
    assert [use.prepared for use in oven.fixed if use.family] == [False, True]


def test_it_goes_with_its_run_when_that_is_cancelled(database: Database) -> None:
    _, setup, _ = heat(database)
    with database.reading() as session:
        (booking,) = session.exec(select(Booking).where(Booking.run_id == setup[2])).all()
    cancel_booking(database, actor=ME, now=NOW, booking_id=booking.id or 0)
    assert [span[:2] for span in heated(database)] == [(at("Mon 08:00"), at("Mon 11:00"))]
    book_oven(database, "Mon 11:00", "Mon 12:00")


def test_it_goes_with_its_run_when_a_repair_moves_that(database: Database) -> None:
    heat(database)
    now = at("Mon 11:30")
    outage = report_outage(database, actor=ME, now=now, unit="OVEN-1", start=now, end=at("Mon 14:00"), reason="broken")
    assert outage.repair_plan_id is not None
    draft_plan(database, actor=ME, now=lambda: now, plan_id=outage.repair_plan_id)
    publish(database, outage.repair_plan_id, now)
    assert [span[:2] for span in heated(database)] == [
        (at("Mon 08:00"), at("Mon 11:00")),
        (at("Mon 14:00"), at("Mon 15:00")),
        (at("Mon 15:00"), at("Mon 18:00")),
    ]


def test_a_booking_made_by_hand_in_its_time_meanwhile_stands_against_the_draft(database: Database) -> None:
    _, setup, _ = heat(database)
    with database.reading() as session:
        (booking,) = session.exec(select(Booking).where(Booking.run_id == setup[2])).all()
    cancel_booking(database, actor=ME, now=NOW, booking_id=booking.id or 0)
    heating(database, "R-c", "b", "Mon 12:00")
    plan_id = draft(database)
    book_oven(database, "Mon 11:00", "Mon 12:00")
    with pytest.raises(PlanClashes) as refusal:
        publish(database, plan_id)
    assert {reason.code for reason in refusal.value.reasons} == {"one_at_a_time.no_time_for_setup"}


def book_oven(database: Database, start: str, end: str) -> None:
    book_units(
        database,
        actor=ME,
        now=NOW,
        units=("OVEN-1",),
        start=at(start),
        end=at(end),
        project="A-1",
        purpose="test",
    )
