"""What is confirmed and cannot stay by changed calendars: a repair keeps what it can, no draft is stuck on it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.locks import lock_centres, raise_revision
from models.queries.world import read_world
from models.tables import Booking, Hold, Leave, Run
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units, show_booking
from scheduler.calendar_changes import CalendarChange
from scheduler.errors import NotPossibleNow, PlanClashes
from scheduler.pinning import pin_booking
from scheduler.planning import draft_plan
from scheduler.plans import show_plan
from scheduler.repairs import repair_again, repair_what_is_unsettled
from scheduler.translate.hits import unsettled
from scheduler.views import UnsettledView
from tests.scheduler.actors import engineer, manager
from tests.scheduler.small_centre import NOW, at, found, request, store
from tests.scheduler.test_planning import draft, publish

ANNA, BORIS = 5, 6
STEP = {"name": "print", "fixed_minutes": 120, "staff": [{"skill": "smt"}], "units": [{"unit": "PRINTER"}]}
PRINT = {"operations": [STEP]}
TWICE = {"operations": [STEP, {**STEP, "name": "print again"}]}


@pytest.fixture(autouse=True)
def _found(sqlite_database: Database) -> None:
    found(sqlite_database)


def booked(database: Database, *starts: str) -> list[int]:
    """The runs of a request, each two hours on the printer with Anna, as a plan has booked them; the bookings."""
    asked = request(database, "R-1", recipe_id=None, routing=TWICE if starts[1:] else PRINT, quantity=1)
    return [_booked(database, asked, number, at(start)) for number, start in enumerate(starts, start=1)]


def _booked(database: Database, asked: int, operation: int, start: datetime) -> int:
    end = start + timedelta(hours=2)
    run = Run(centre_id=1, request_id=asked, operation=operation, number=1, start_at=start, end_at=end)
    (run_id,) = store(database, run)
    booking = Booking(
        run_id=run_id,
        project_id=1,
        organisation_id=1,
        cluster_id=1,
        stage="prototype",
        state="confirmed",
        booked_start=start,
        booked_end=end,
        quantity=1,
        made_at=NOW,
        made_by=ME.key,
    )
    holds = [Hold(run_id=run_id, resource_id=id_, lane=0, start_at=start, end_at=end) for id_ in (1, ANNA)]
    return store(database, booking, *holds)[0]


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


def back_from_leave(start: str) -> Callable[[Session], CalendarChange]:
    def command(session: Session) -> CalendarChange:
        leaves = session.exec(select(Leave).where(col(Leave.start_at) == at(start))).all()
        for each in leaves:
            session.delete(each)
        session.flush()
        return CalendarChange(gone=[*leaves])

    return command


def lacking(database: Database) -> list[int | None]:
    with database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    return [booked.run.id for booked, _ in unsettled(world, now=NOW)]


def test_another_takes_over_in_the_same_place_though_it_was_pinned(sqlite_database: Database) -> None:
    (booking,) = booked(sqlite_database, "Tue 08:00")
    pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=booking, pin="both")
    (told,) = changed(sqlite_database, on_leave(ANNA))
    ((why,),) = [each.why for each in told.affected]
    assert why == "Anna Orlova's shift no longer covers Tue 1 Dec 08:00–10:00"
    repair = told.repair_plan_id
    draft_plan(sqlite_database, actor=ME, now=lambda: NOW, plan_id=repair)
    view = show_plan(sqlite_database, actor=manager(), now=NOW, plan_id=repair)
    assert [each.text for each in view.unsettled] == [f"R-1 print cannot stay as it is: {why}."]
    assert (view.changes, view.lifted_pins) == ((), ())
    publish(sqlite_database, repair)
    assert span(sqlite_database, booking) == (at("Tue 08:00"), at("Tue 10:00"))
    assert (who(sqlite_database, booking), lacking(sqlite_database)) == ([BORIS], [])
    (seen,) = show_plan(sqlite_database, actor=engineer(1), now=NOW, plan_id=repair).unsettled
    assert seen.text == f"R-1 print cannot stay as it is: {why.replace('Anna Orlova', 'a technician')}."
    assert show_plan(sqlite_database, actor=engineer(2), now=NOW, plan_id=repair).unsettled == ()


def test_where_nobody_is_there_it_moves_and_the_rest_stays(sqlite_database: Database) -> None:
    (booking,) = booked(sqlite_database, "Tue 08:00")
    start, end = at("Tue 08:00"), at("Tue 09:00")
    beside = book_units(sqlite_database, actor=ME, now=NOW, units=("OVEN-1",), start=start, end=end, project="B-1")
    (told,) = changed(sqlite_database, on_leave(ANNA, BORIS))
    draft_plan(sqlite_database, actor=ME, now=lambda: NOW, plan_id=told.repair_plan_id)
    (change,) = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=told.repair_plan_id).changes
    assert change.why == "Anna Orlova's shift no longer covers Tue 1 Dec 08:00–10:00."
    publish(sqlite_database, told.repair_plan_id)
    assert span(sqlite_database, booking)[0] >= at("Tue 18:00")
    assert span(sqlite_database, beside.id) == (start, end)
    with pytest.raises(NotPossibleNow, match="can stay where it is"):
        repair_again(sqlite_database, actor=ME, now=NOW, centre="EL")


def test_a_draft_is_not_stuck_on_what_it_leaves_where_it_is(sqlite_database: Database) -> None:
    """Though that cannot stay by now. What the draft itself puts where nobody is there stands against it."""
    first, second = booked(sqlite_database, "Mon 08:00", "Mon 12:00")
    pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=first, pin="both")
    request(sqlite_database, "R-2", recipe_id=None, routing=PRINT, quantity=1, release_at=at("Thu 08:00"))
    plan_id = draft(sqlite_database, work=1)
    changed(sqlite_database, on_leave(ANNA, BORIS, start="Mon 00:00", end="Mon 18:00"))
    changed(sqlite_database, on_leave(ANNA, BORIS, start="Thu 00:00", end="Fri 18:00"))
    with pytest.raises(PlanClashes) as clash:
        publish(sqlite_database, plan_id)
    assert {each.text.split()[0] for each in clash.value.reasons} == {"R-2"}
    changed(sqlite_database, back_from_leave("Thu 00:00"))
    publish(sqlite_database, plan_id)
    starts = [span(sqlite_database, each)[0] for each in (first, second)]
    assert starts == [at("Mon 08:00"), at("Mon 12:00")]
    assert len(lacking(sqlite_database)) == 2
