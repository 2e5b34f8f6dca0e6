"""A closure put over what is confirmed: what lies where nothing can be done then may move; a repair is asked for."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.queries.world import read_world
from models.tables import Booking, Closure, Hold, Plan, Run, UnitCapability
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units, show_booking
from scheduler.calendar_changes import CalendarChange
from scheduler.outages import end_outage, report_outage
from scheduler.planning import draft_plan
from scheduler.plans import show_plan
from scheduler.publishing import publish_plan
from scheduler.repairs import repair_what_is_unsettled
from scheduler.translate.hits import unsettled
from scheduler.views import UnsettledView
from tests.scheduler.small_centre import NOW, at, found, request, store

OVEN = {"unit_id": 2}


@pytest.fixture(autouse=True)
def _found(sqlite_database: Database) -> None:
    found(sqlite_database)


def book(database: Database, start: str, end: str, unit: str = "OVEN-1") -> int:
    made = book_units(database, actor=ME, now=NOW, units=(unit,), start=at(start), end=at(end), project="B-1")
    return made.id


def close(database: Database, start: str, end: str, place: dict[str, int], *, blocks: bool = False) -> None:
    store(database, Closure(**place, start_at=at(start), end_at=at(end), blocks=blocks, reason="floor coating"))


def repaired(database: Database) -> tuple[UnsettledView, ...]:
    """What is told where every closure came just now."""

    def command(session: Session) -> tuple[UnsettledView, ...]:
        change = CalendarChange(come=list(session.exec(select(Closure))))
        return repair_what_is_unsettled(session, actor=ME, now=NOW, changes={1: change})

    return database.write(command)


def under(database: Database) -> list[int | None]:
    """The runs under closures, by their numbers."""
    with database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    return [booked.run.id for booked, _ in unsettled(world, now=NOW)]


def soak(database: Database, start: str, end: str, *, asked: int | None = None, operation: int = 2) -> int:
    """A step of a request, booked on the first oven: the second of a new one, unattended but for half an hour at each
    end, or that of one that was ``asked`` for."""
    asked = asked or request(database, f"S-{start}")
    run = Run(centre_id=1, request_id=asked, operation=operation, number=1, start_at=at(start), end_at=at(end))
    (run_id,) = store(database, run)
    booking = Booking(
        run_id=run_id,
        project_id=1,
        organisation_id=1,
        cluster_id=1,
        stage="prototype",
        state="confirmed",
        booked_start=at(start),
        booked_end=at(end),
        quantity=30,
        made_at=NOW,
        made_by=ME.key,
    )
    store(
        database, booking, Hold(run_id=run_id, resource_id=2, lane=0, start_at=at(start), end_at=at(end), in_force=True)
    )
    return run_id


@pytest.mark.parametrize(
    ("place", "is_under"),
    [({"centre_id": 1}, True), ({"laboratory_id": 1}, True), ({"unit_id": 2}, True), ({"unit_id": 3}, False)],
)
def test_a_closure_lies_on_what_is_booked_in_its_place(
    sqlite_database: Database, place: dict[str, int], is_under: bool
) -> None:
    book(sqlite_database, "Tue 10:00", "Tue 12:00")
    close(sqlite_database, "Tue 11:00", "Tue 14:00", place)
    assert bool(under(sqlite_database)) == is_under


@pytest.mark.parametrize(
    ("span", "blocks", "is_under"),
    [
        (("Tue 20:00", "Tue 23:00"), False, False),
        (("Tue 20:00", "Tue 23:00"), True, True),
        (("Tue 19:15", "Tue 23:00"), False, True),
        (("Wed 07:00", "Wed 08:15"), False, True),
        (("Wed 08:30", "Wed 09:00"), False, False),
    ],
)
def test_what_runs_by_itself_runs_on_unless_the_closure_blocks(
    sqlite_database: Database, span: tuple[str, str], blocks: bool, is_under: bool
) -> None:
    soak(sqlite_database, "Tue 19:00", "Wed 08:30")
    close(sqlite_database, *span, OVEN, blocks=blocks)
    assert bool(under(sqlite_database)) == is_under


AGEING: dict[str, Any] = {
    "operations": [
        {
            "name": "ageing",
            "crossing": "pausing",
            "fixed_minutes": 15 * 60,
            "units": [{"capability": "oven"}, {"capability": "imaging", "drives": False}],
        }
    ]
}


def test_what_pauses_with_nobody_there_is_hit_where_it_would_not_be_done_by_its_end(sqlite_database: Database) -> None:
    """Until the closure was put over it, it had the oven's hours from Tuesday 12:00 to Wednesday 15:00."""
    asked = request(sqlite_database, "AGE", recipe_id=None, routing=AGEING, quantity=1)
    run_id = soak(sqlite_database, "Tue 12:00", "Wed 15:00", asked=asked, operation=1)
    start, end = at("Tue 12:00"), at("Wed 15:00")
    store(sqlite_database, Hold(run_id=run_id, resource_id=4, lane=0, start_at=start, end_at=end, in_force=True))
    close(sqlite_database, "Wed 09:00", "Wed 10:00", {"unit_id": 4})
    assert under(sqlite_database) == [], "that drives nothing"
    close(sqlite_database, "Tue 21:00", "Wed 07:00", OVEN)
    assert under(sqlite_database) == [], "it pauses anyway"
    close(sqlite_database, "Wed 09:00", "Wed 10:00", OVEN)
    assert under(sqlite_database) == [run_id]


def test_a_unit_that_could_drive_and_does_not_is_open_at_the_ends_only(sqlite_database: Database) -> None:
    """The microscope is there for imaging, though it could age, too; the oven alone is there for ageing."""
    store(sqlite_database, UnitCapability(unit_id=4, capability="oven"))
    asked = request(sqlite_database, "AGE", recipe_id=None, routing=AGEING, quantity=1)
    run_id = soak(sqlite_database, "Tue 12:00", "Wed 15:00", asked=asked, operation=1)
    start, end = at("Tue 12:00"), at("Wed 15:00")
    store(sqlite_database, Hold(run_id=run_id, resource_id=4, lane=0, start_at=start, end_at=end))
    close(sqlite_database, "Wed 09:00", "Wed 10:00", {"unit_id": 4})
    assert under(sqlite_database) == []
    close(sqlite_database, "Wed 14:00", "Wed 15:00", {"unit_id": 4})
    assert under(sqlite_database) == [run_id]


def test_what_was_planned_around_a_closure_may_pause_in_it(sqlite_database: Database) -> None:
    asked = request(sqlite_database, "AGE", recipe_id=None, routing=AGEING, quantity=1)
    soak(sqlite_database, "Tue 12:00", "Wed 16:00", asked=asked, operation=1)
    close(sqlite_database, "Wed 09:00", "Wed 10:00", OVEN)
    assert under(sqlite_database) == []


def test_a_unit_that_is_held_for_a_part_has_to_be_open_for_that(sqlite_database: Database) -> None:
    run_id = soak(sqlite_database, "Tue 19:00", "Wed 08:30")
    start, end = at("Tue 19:00"), at("Tue 19:30")
    store(sqlite_database, Hold(run_id=run_id, resource_id=1, lane=0, start_at=start, end_at=end, in_force=True))
    close(sqlite_database, "Wed 08:00", "Wed 09:00", {"unit_id": 1})
    assert under(sqlite_database) == []
    close(sqlite_database, "Tue 19:15", "Tue 19:20", {"unit_id": 1})
    assert under(sqlite_database) == [run_id]


def test_the_repair_moves_what_was_pinned_by_hand_and_the_answer_names_it(sqlite_database: Database) -> None:
    booked = book(sqlite_database, "Tue 10:00", "Tue 12:00")
    beside = book(sqlite_database, "Tue 10:00", "Tue 12:00", "OVEN-2")
    close(sqlite_database, "Tue 08:00", "Tue 13:00", OVEN)
    (told,) = repaired(sqlite_database)
    assert ([each.booking.id for each in told.affected], told.centre) == ([booked], "EL")
    assert told.affected[0].why == ("OVEN-1 is no longer open Tue 1 Dec 10:00–12:00 (closed: floor coating)",)
    draft_plan(sqlite_database, actor=ME, now=lambda: NOW, plan_id=told.repair_plan_id)
    (change,) = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=told.repair_plan_id).changes
    assert change.why == "OVEN-1 is no longer open Tue 1 Dec 10:00–12:00 (closed: floor coating)."
    publish_plan(sqlite_database, actor=ME, now=NOW, plan_id=told.repair_plan_id)
    moved = show_booking(sqlite_database, actor=ME, now=NOW, booking_id=booked)
    assert moved.state == "confirmed"
    assert moved.start >= at("Tue 13:00") or [hold.key for hold in moved.holds] == ["OVEN-2"]
    assert show_booking(sqlite_database, actor=ME, now=NOW, booking_id=beside).start == at("Tue 10:00")
    assert under(sqlite_database) == []
    assert repaired(sqlite_database) == ()


def test_nothing_is_asked_for_where_nothing_lies_under_a_closure(sqlite_database: Database) -> None:
    book(sqlite_database, "Tue 10:00", "Tue 12:00")
    close(sqlite_database, "Wed 08:00", "Wed 13:00", {"centre_id": 1})
    assert repaired(sqlite_database) == ()
    with sqlite_database.reading() as session:
        assert session.exec(select(Plan)).all() == []


def test_the_end_of_an_outage_leaves_the_closures_to_be_repaired(sqlite_database: Database) -> None:
    book(sqlite_database, "Tue 10:00", "Tue 12:00")
    close(sqlite_database, "Tue 08:00", "Tue 13:00", OVEN)
    repaired(sqlite_database)
    outage = report_outage(sqlite_database, actor=ME, now=NOW, unit="OVEN-1", start=NOW, end=at("Mon 12:00"))
    ended = end_outage(sqlite_database, actor=ME, now=NOW, outage_id=outage.id)
    assert ended.repair_plan_id is not None
    assert waiting(sqlite_database) == [ended.repair_plan_id]


def waiting(database: Database) -> Sequence[int | None]:
    with database.reading() as session:
        return session.exec(select(Plan.id).where(col(Plan.state).in_(("queued", "draft")))).all()


def test_there_is_one_repair_of_a_centre(sqlite_database: Database) -> None:
    book(sqlite_database, "Tue 10:00", "Tue 12:00")
    close(sqlite_database, "Tue 08:00", "Tue 13:00", {"laboratory_id": 1})
    (before,) = repaired(sqlite_database)
    (told,) = repaired(sqlite_database)
    assert waiting(sqlite_database) == [told.repair_plan_id]
    assert before.repair_plan_id != told.repair_plan_id
    with sqlite_database.reading() as session:
        assert session.get_one(Plan, before.repair_plan_id).state == "discarded"


def test_what_lies_beyond_the_horizon_of_a_repair_is_left_to_the_next(sqlite_database: Database) -> None:
    near, far = book(sqlite_database, "Tue 10:00", "Tue 12:00"), book_later(sqlite_database)
    for days in (timedelta(), FAR):
        row = Closure(unit_id=2, start_at=at("Tue 08:00") + days, end_at=at("Tue 13:00") + days, reason="coating")
        store(sqlite_database, row)
    (told,) = repaired(sqlite_database)
    assert ([each.booking.id for each in told.affected], told.later) == ([near], 1)
    draft_plan(sqlite_database, actor=ME, now=lambda: NOW, plan_id=told.repair_plan_id)
    publish_plan(sqlite_database, actor=ME, now=NOW, plan_id=told.repair_plan_id)
    (rest,) = waiting(sqlite_database)
    assert rest is not None
    draft_plan(sqlite_database, actor=ME, now=lambda: NOW, plan_id=rest)
    (change,) = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=rest).changes
    assert change.booking_id == far
    publish_plan(sqlite_database, actor=ME, now=NOW, plan_id=rest)
    assert (under(sqlite_database), waiting(sqlite_database)) == ([], [])


FAR = timedelta(days=70)


def book_later(database: Database) -> int:
    start, end = at("Tue 10:00") + FAR, at("Tue 12:00") + FAR
    return book_units(database, actor=ME, now=NOW, units=("OVEN-1",), start=start, end=end, project="B-1").id
