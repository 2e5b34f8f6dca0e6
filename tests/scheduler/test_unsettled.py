"""What is confirmed and cannot stay by changed calendars: a repair keeps what it can, no draft is stuck on it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.locks import lock_centres, raise_revision
from models.queries.world import read_world
from models.tables import Booking, Hold, Leave, OpeningHours, Run
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units, show_booking
from scheduler.calendar_changes import CalendarChange
from scheduler.errors import NotPossibleNow, PlanClashes
from scheduler.pinning import pin_booking
from scheduler.planning import draft_plan
from scheduler.plans import show_plan
from scheduler.publishing import discard_plan
from scheduler.repairs import repair_again, repair_what_is_unsettled
from scheduler.translate.hits import unsettled
from scheduler.views import UnsettledView
from tests.scheduler.actors import engineer, manager
from tests.scheduler.small_centre import NOW, at, found, request
from tests.scheduler.test_planning import draft, publish

ANNA, BORIS = 5, 6
STEP = {"name": "print", "fixed_minutes": 120, "staff": [{"skill": "smt"}], "units": [{"unit": "PRINTER"}]}
PRINT = {"operations": [STEP]}


@pytest.fixture(autouse=True)
def _found(sqlite_database: Database) -> None:
    found(sqlite_database)


def planned(database: Database, key: str) -> int:
    """A request of two hours on the printer with somebody, planned and confirmed; its booking."""
    asked = request(database, key, recipe_id=None, routing=PRINT, quantity=1, release_at=at("Tue 08:00"))
    publish(database, draft(database))
    with database.reading() as session:
        wanted = select(Booking.id).join(Run, col(Run.id) == col(Booking.run_id)).where(Run.request_id == asked)
        return session.exec(wanted).one() or 0


def who(database: Database, booking: int) -> list[int]:
    with database.reading() as session:
        run = session.get_one(Booking, booking).run_id
        held = select(Hold.resource_id).where(Hold.run_id == run, col(Hold.resource_id) >= ANNA, col(Hold.in_force))
        return list(session.exec(held))


def span(database: Database, booking: int) -> tuple[datetime, datetime]:
    shown = show_booking(database, actor=ME, now=NOW, booking_id=booking)
    assert shown.state == "confirmed"
    return shown.start, shown.end


def changed(database: Database, command: Callable[[Session], CalendarChange]) -> tuple[UnsettledView, ...]:
    """What is told of a change, as whoever loads lists makes one."""

    def run(session: Session) -> tuple[UnsettledView, ...]:
        change = command(session)
        told = repair_what_is_unsettled(session, actor=ME, now=NOW, changes={1: change})
        (centre,) = lock_centres(session, [1])
        raise_revision(centre)
        return told

    return database.write(run)


def on_leave(*people: int, start: str = "Tue 08:00", end: str = "Tue 18:00") -> Callable[[Session], CalendarChange]:
    def command(session: Session) -> CalendarChange:
        leaves = [Leave(person_id=each, start_at=at(start), end_at=at(end)) for each in people]
        session.add_all(leaves)
        session.flush()
        return CalendarChange(come=[*leaves])

    return command


def closing(hour: int) -> Callable[[Session], CalendarChange]:
    """The laboratory closes then."""

    def command(session: Session) -> CalendarChange:
        rows = session.exec(select(OpeningHours)).all()
        new = [OpeningHours(laboratory_id=1, weekday=row.weekday, opens=row.opens, closes=60 * hour) for row in rows]
        for row in rows:
            session.delete(row)
        session.add_all(new)
        session.flush()
        return CalendarChange(gone=[*rows], come=[*new])

    return command


def lacking(database: Database) -> list[int | None]:
    with database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    return [booked.run.id for booked, _ in unsettled(world, now=NOW)]


def test_another_takes_over_in_the_same_place_though_it_was_pinned(sqlite_database: Database) -> None:
    booking = planned(sqlite_database, "R-1")
    before, (away,) = span(sqlite_database, booking), who(sqlite_database, booking)
    pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=booking, pin="both")
    (told,) = changed(sqlite_database, on_leave(away))
    name = "Anna Orlova" if away == ANNA else "Boris Lebedev"
    ((why,),) = [each.why for each in told.affected]
    assert why == f"{name}'s shift no longer covers Tue 1 Dec 08:00–10:00"
    draft_plan(sqlite_database, actor=ME, now=lambda: NOW, plan_id=told.repair_plan_id)
    view = show_plan(sqlite_database, actor=manager(), now=NOW, plan_id=told.repair_plan_id)
    assert [each.text for each in view.unsettled] == [f"R-1 print cannot stay as it is: {why}."]
    assert (view.changes, view.lifted_pins) == ((), ())
    publish(sqlite_database, told.repair_plan_id)
    assert (span(sqlite_database, booking), who(sqlite_database, booking)) == (before, [ANNA + BORIS - away])
    assert lacking(sqlite_database) == []
    (seen,) = show_plan(sqlite_database, actor=engineer(1), now=NOW, plan_id=told.repair_plan_id).unsettled
    assert seen.text == f"R-1 print cannot stay as it is: {why.replace(name, 'a technician')}."
    assert show_plan(sqlite_database, actor=engineer(2), now=NOW, plan_id=told.repair_plan_id).unsettled == ()


def test_where_nobody_is_there_it_moves_and_the_rest_stays(sqlite_database: Database) -> None:
    booking = planned(sqlite_database, "R-1")
    beside = book_units(
        sqlite_database, actor=ME, now=NOW, units=("OVEN-1",), start=at("Tue 08:00"), end=at("Tue 09:00"), project="B-1"
    )
    (told,) = changed(sqlite_database, on_leave(ANNA, BORIS))
    draft_plan(sqlite_database, actor=ME, now=lambda: NOW, plan_id=told.repair_plan_id)
    (change,) = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=told.repair_plan_id).changes
    assert (change.booking_id, change.why.split("'s shift ")[1]) == (booking, "no longer covers Tue 1 Dec 08:00–10:00.")
    publish(sqlite_database, told.repair_plan_id)
    assert span(sqlite_database, booking)[0] >= at("Tue 18:00")
    assert span(sqlite_database, beside.id) == (at("Tue 08:00"), at("Tue 09:00"))
    with pytest.raises(NotPossibleNow, match="can stay where it is"):
        repair_again(sqlite_database, actor=ME, now=NOW, centre="EL")


def test_what_is_booked_by_hand_is_moved_into_the_new_hours(sqlite_database: Database) -> None:
    late = book_units(
        sqlite_database, actor=ME, now=NOW, units=("OVEN-1",), start=at("Tue 17:00"), end=at("Tue 19:00"), project="B-1"
    )
    assert changed(sqlite_database, closing(19)) == ()
    (told,) = changed(sqlite_database, closing(18))
    draft_plan(sqlite_database, actor=ME, now=lambda: NOW, plan_id=told.repair_plan_id)
    (change,) = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=told.repair_plan_id).changes
    assert change.why == "OVEN-1 is no longer open Tue 1 Dec 18:00–19:00."
    publish(sqlite_database, told.repair_plan_id)
    assert lacking(sqlite_database) == []
    assert show_booking(sqlite_database, actor=ME, now=NOW, booking_id=late.id).end <= at("+Fri 18:00")


def test_a_draft_is_not_stuck_on_what_it_leaves_where_it_is(sqlite_database: Database) -> None:
    """Though that cannot stay by now. What the draft itself puts where nobody is there stands against it."""
    booking = planned(sqlite_database, "R-1")
    request(sqlite_database, "R-2", recipe_id=None, routing=PRINT, quantity=1, release_at=at("Thu 08:00"))
    plan_id, before = draft(sqlite_database), span(sqlite_database, booking)
    (told,) = changed(sqlite_database, on_leave(ANNA, BORIS))
    discard_plan(sqlite_database, actor=ME, now=NOW, plan_id=told.repair_plan_id)
    assert publish(sqlite_database, plan_id).unchanged == 1
    assert span(sqlite_database, booking) == before
    request(sqlite_database, "R-3", recipe_id=None, routing=PRINT, quantity=1, release_at=at("Fri 08:00"))
    plan_id = draft(sqlite_database)
    changed(sqlite_database, on_leave(ANNA, BORIS, start="Fri 08:00", end="Sat 00:00"))
    with pytest.raises(PlanClashes) as clash:
        publish(sqlite_database, plan_id)
    assert any("R-3" in each.text for each in clash.value.reasons)
