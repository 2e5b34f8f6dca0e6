"""When units are open and people there, less holidays, closures, leave and breaks; and what people are told of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.queries.world import World, read_world
from models.tables import (
    Centre,
    Closure,
    Hold,
    Leave,
    OpeningHours,
    Person,
    ReservedPeriod,
    Shift,
    ShiftBreak,
    StartRule,
)
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.board import board
from scheduler.booking import book_units
from scheduler.errors import BookingRefused
from scheduler.hours import Hours
from scheduler.plans import show_plan
from scheduler.scopes import scope_of
from scheduler.translate import translate
from scheduler.translate.clock import Clock
from scheduler.translate.resources import Calendars
from solver.advancing import Advances
from solver.problem import Mode, UnitUse
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store
from tests.scheduler.test_planning import draft, publish, runs

DAY = timedelta(days=1)
PRINTER, OVEN, SEM, ANNA = 1, 2, 4, 5


@pytest.fixture(autouse=True)
def _found(sqlite_database: Database) -> None:
    found(sqlite_database)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


def world_of(database: Database) -> World:
    with database.reading() as session:
        return read_world(session, centre_ids=[1], since=NOW)


def settings(database: Database, zone: str = "Europe/Moscow", **values: Any) -> None:
    def command(session: Session) -> None:
        centre = session.get_one(Centre, 1)
        centre.settings, centre.zone = {**centre.settings, **values}, zone
        session.add(centre)

    database.write(command)


def hours_of(database: Database, start: datetime, days: int = 7) -> Hours:
    return Hours(world=world_of(database), start=start, end=start + days * DAY)


def opened(hours: Hours, unit: int) -> list[tuple[datetime, datetime]]:
    return hours.opened(hours.world.units[unit])


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+03:00")


def test_a_public_holiday_closes_what_does_not_stay_open_on_it(database: Database) -> None:
    settings(database, holidays="RU", open_on_holidays=["OVEN-1", "T5"])
    hours = hours_of(database, moscow("2027-02-22T00:00"))
    assert [start.day for start, _ in opened(hours, PRINTER)] == [24, 25, 26]
    assert [start.day for start, _ in opened(hours, OVEN)] == [22, 23, 24, 25, 26]
    assert [start.day for start, _ in hours.on_shift(6)] == [24, 25, 26]
    assert [start.day for start, _ in hours.on_shift(ANNA)] == [22, 23, 24, 25, 26]
    (one, other) = hours.closings(hours.world.units[PRINTER])
    assert {one.code, other.code} == {"holiday"}
    assert "Defender of the Fatherland" in other.text


def test_a_closure_of_the_centre_a_laboratory_or_a_unit_takes_its_time_away(database: Database) -> None:
    store(
        database,
        Closure(centre_id=1, start_at=at("Mon 10:00"), end_at=at("Mon 11:00"), reason="fire drill"),
        Closure(laboratory_id=1, start_at=at("Tue 00:00"), end_at=at("Wed 00:00"), reason="floor coating"),
        Closure(unit_id=OVEN, start_at=at("Wed 15:00"), end_at=at("+Mon 09:00"), reason="new door"),
    )
    hours = hours_of(database, at("Mon 00:00"), days=5)
    monday = [(at("Mon 08:00"), at("Mon 10:00")), (at("Mon 11:00"), at("Mon 20:00"))]
    assert opened(hours, OVEN) == [*monday, (at("Wed 08:00"), at("Wed 15:00"))]
    assert opened(hours, PRINTER)[2] == (at("Wed 08:00"), at("Wed 20:00"))
    assert hours.on_shift(ANNA)[:2] == monday


def test_leave_and_breaks_are_cut_out_of_shifts(database: Database) -> None:
    store(
        database,
        Leave(person_id=ANNA, start_at=at("Tue 00:00"), end_at=at("Thu 14:00")),
        *(ShiftBreak(person_id=ANNA, weekday=day, starts=720, ends=765, name="lunch") for day in range(5)),
    )
    hours = hours_of(database, at("Mon 00:00"), days=4)
    assert hours.on_shift(ANNA) == [
        (at("Mon 08:00"), at("Mon 12:00")),
        (at("Mon 12:45"), at("Mon 20:00")),
        (at("Thu 14:00"), at("Thu 20:00")),
    ]
    assert len(hours.on_shift(6)) == 4


def test_what_blocks_a_unit_is_taken_and_what_only_closes_it_is_not(database: Database) -> None:
    store(
        database,
        Closure(unit_id=OVEN, start_at=at("Mon 10:00"), end_at=at("Mon 11:00"), blocks=True, reason="power off"),
        Closure(unit_id=3, start_at=at("Mon 10:00"), end_at=at("Mon 11:00"), reason="cleaning"),
        ReservedPeriod(unit_id=SEM, weekday=0, starts=480, ends=540, reason="warm-up"),
        ReservedPeriod(unit_id=SEM, weekday=1, starts=480, ends=540, stages="production", reason="peak"),
    )
    clock = Clock(origin=at("Mon 00:00"), tick_minutes=60)
    calendars = Calendars(world=world_of(database), clock=clock, start=at("Mon 00:00"), end=at("Wed 00:00"))
    units = {unit.id: unit for unit in calendars.units(())}
    assert units["U2"].taken == (((10, 11),),)
    assert units["U3"].taken == ()
    assert units["U4"].taken == (((8, 9),), ((8, 9),))


def test_starts_follow_the_unit_or_else_its_laboratory(database: Database) -> None:
    store(
        database,
        StartRule(laboratory_id=1, weekday=0, first=480, until=1200, every=30),
        StartRule(unit_id=SEM, weekday=0, first=480, until=481, every=1),
        StartRule(unit_id=SEM, weekday=0, first=780, until=781, every=1),
    )
    clock = Clock(origin=at("Mon 00:00"), tick_minutes=5)
    calendars = Calendars(world=world_of(database), clock=clock, start=at("Mon 00:00"), end=at("Wed 00:00"))
    starts = {unit.id: unit.starts for unit in calendars.units(())}
    assert starts["U4"] == ((96, 97, 1), (156, 157, 1))
    assert starts["U1"] == ((96, 235, 6),)
    finer = replace(calendars, clock=Clock(origin=at("Mon 00:10"), tick_minutes=20))
    assert {unit.id: unit.starts for unit in finer.units(())}["U1"] == ((25, 59, 3),)


def test_a_grid_keeps_its_wall_clock_over_a_clock_change(database: Database) -> None:
    """In Berlin 28 March 2027 has 23 hours: 02:30 is skipped and read as 03:30."""
    settings(database, zone="Europe/Berlin")
    store(database, StartRule(unit_id=SEM, weekday=6, first=90, until=300, every=60))
    (moments,) = hours_of(database, datetime.fromisoformat("2027-03-28T00:00+01:00"), 1).starts(
        world_of(database).units[SEM]
    ) or [[]]
    local = [moment.isoformat() for moment in moments]
    assert [text[11:16] for text in local] == ["00:30", "01:30", "01:30", "02:30"]


BENCH: dict[str, Any] = {
    "operations": [
        {
            "name": "hand soldering",
            "crossing": "pausing",
            "fixed_minutes": 15 * 60,
            "units": [{"capability": "printing"}],
            "staff": [{"skill": "smt", "drives": True}],
        }
    ]
}


def test_pausing_work_is_planned_published_and_shown_over_lunch_and_night(database: Database) -> None:
    request(database, "R-1", recipe_id=None, routing=BENCH, quantity=1, release_at=at("Mon 00:00"))
    for person in (ANNA, 6):
        store(
            database, *(ShiftBreak(person_id=person, weekday=d, starts=720, ends=780, name="lunch") for d in range(5))
        )
    publish(database, draft(database))
    assert runs(database) == {"R-1/1/1": ("confirmed", at("Mon 08:00"), at("Tue 12:00"))}
    with database.reading() as session:
        holds = session.exec(select(Hold).order_by(col(Hold.resource_id), col(Hold.start_at))).all()
        persons = {person.id for person in session.exec(select(Person))}
        spans = [(hold.resource_id in persons, hold.start_at, hold.end_at) for hold in holds]
    assert spans == [
        (False, at("Mon 08:00"), at("Tue 12:00")),
        (True, at("Mon 08:00"), at("Mon 12:00")),
        (True, at("Mon 13:00"), at("Mon 20:00")),
        (True, at("Tue 08:00"), at("Tue 12:00")),
    ]
    shown = board(database, actor=ME, now=NOW, centre="EL", week=WEEK)
    (bar,) = [bar for row in shown.laboratories[0].rows for bar in row.bars]
    assert (bar.start, bar.end) == (at("Mon 08:00"), at("Tue 12:00"))
    again = translate(world_of(database), scope_of(world_of(database).centres, week=WEEK, now=NOW)).problem
    (planned,) = again.requests
    assert planned.tasks[0].booked is not None
    assert draft(database) > 0


def test_the_board_names_why_a_unit_is_closed(database: Database) -> None:
    store(
        database,
        Closure(laboratory_id=1, start_at=at("Tue 00:00"), end_at=at("Wed 00:00"), reason="floor coating"),
        ReservedPeriod(unit_id=SEM, weekday=2, starts=480, ends=540, reason="warm-up"),
    )
    shown = board(database, actor=ME, now=NOW, centre="EL", week=WEEK)
    rows = {row.unit: row for row in shown.laboratories[0].rows}
    assert [(bar.kind, bar.label) for bar in rows["SEM"].bars] == [
        ("closure", "Closed: floor coating"),
        ("closure", "Closed for use: warm-up"),
    ]
    assert (at("Tue 08:00"), at("Tue 20:00")) not in rows["PRINTER"].open


def refused(database: Database, start: str, end: str, unit: str = "SEM", project: str = "A-1") -> list[tuple[str, str]]:
    with pytest.raises(BookingRefused) as refusal:
        book_units(
            database, actor=ME, now=NOW, units=(unit,), start=at(start), end=at(end), project=project, purpose="look"
        )
    return [(reason.code, reason.text) for reason in refusal.value.reasons]


def test_a_booking_by_hand_obeys_the_grid_and_is_told_the_nearest_starts(database: Database) -> None:
    store(database, *(StartRule(unit_id=SEM, weekday=day, first=480, until=1200, every=30) for day in range(5)))
    (reason, *options) = refused(database, "Tue 09:10", "Tue 10:00")
    assert reason == (
        "off_grid",
        "SEM starts every 30 min from 08:00 until 20:00; nearest Tue 1 Dec 09:00 or Tue 1 Dec 09:30.",
    )
    assert len(options) == 3
    assert "Tue 1 Dec 09:00" in options[0][1]
    book_units(database, actor=ME, now=NOW, units=("SEM",), start=at("Tue 09:30"), end=at("Tue 10:10"), project="A-1")


def test_a_booking_by_hand_is_told_of_holidays_closures_and_blocked_periods(database: Database) -> None:
    settings(database, holidays="RU")
    store(
        database,
        Closure(unit_id=SEM, start_at=at("Tue 08:00"), end_at=at("Tue 12:00"), reason="floor coating"),
        Closure(unit_id=SEM, start_at=at("Wed 08:00"), end_at=at("Wed 12:00"), blocks=True, reason="power off"),
        ReservedPeriod(unit_id=SEM, weekday=3, starts=480, ends=540, reason="warm-up"),
    )
    assert refused(database, "Tue 11:00", "Tue 13:00")[0] == (
        "closure",
        "SEM is not open Tue 1 Dec 08:00 to Tue 1 Dec 12:00 (closed: floor coating).",
    )
    codes = dict(refused(database, "Wed 11:00", "Wed 13:00"))
    assert codes["blocked"] == "SEM is closed: power off Wed 2 Dec 08:00 to Wed 2 Dec 12:00."
    assert dict(refused(database, "Thu 08:30", "Thu 09:30"))["blocked"] == (
        "SEM is closed for use: warm-up Thu 3 Dec 08:00 to Thu 3 Dec 09:00."
    )


def test_a_peak_period_is_for_those_who_are_named(database: Database) -> None:
    store(
        database,
        ReservedPeriod(unit_id=SEM, weekday=1, starts=480, ends=720, stages="pilot lot", reason="peak"),
        ReservedPeriod(unit_id=SEM, weekday=2, starts=480, ends=720, clusters="IT; XX", reason="peak"),
    )
    assert refused(database, "Tue 11:00", "Tue 13:00")[0] == (
        "reserved",
        "SEM is kept for pilot lot: peak Tue 1 Dec 08:00 to Tue 1 Dec 12:00.",
    )
    assert refused(database, "Wed 11:00", "Wed 13:00", project="B-1")[0][0] == "reserved"
    for day, project in (("Tue", "B-1"), ("Wed", "A-1")):
        book_units(
            database,
            actor=ME,
            now=NOW,
            units=("SEM",),
            start=at(f"{day} 11:00"),
            end=at(f"{day} 13:00"),
            project=project,
        )


def test_plans_keep_peak_periods_and_grids(database: Database) -> None:
    look = {"operations": [{"name": "look", "fixed_minutes": 60, "units": [{"capability": "imaging"}]}]}
    store(
        database,
        *(StartRule(unit_id=SEM, weekday=day, first=490, until=1200, every=40) for day in range(5)),
        ReservedPeriod(unit_id=SEM, weekday=0, starts=0, ends=720, stages="pilot lot", reason="peak"),
    )
    for number, project in ((1, 1), (2, 2)):
        request(
            database,
            f"R-{number}",
            project=project,
            recipe_id=None,
            routing=look,
            quantity=1,
            release_at=at("Mon 00:00"),
        )
    publish(database, draft(database))
    found_runs = runs(database)
    assert found_runs["R-2/1/1"][1] == at("Mon 08:10")
    assert found_runs["R-1/1/1"][1] == at("Mon 12:10")


def test_what_stays_out_is_told_which_closure_or_start_stood_in_its_way(database: Database) -> None:
    store(
        database,
        Closure(unit_id=SEM, start_at=at("Mon 00:00"), end_at=at("Fri 00:00"), reason="leak search"),
        StartRule(unit_id=PRINTER, weekday=0, first=480, until=481, every=1),
        Leave(person_id=ANNA, start_at=at("Mon 00:00"), end_at=at("+Mon 00:00")),
        Leave(person_id=6, start_at=at("Mon 00:00"), end_at=at("+Mon 00:00")),
    )
    window: dict[str, Any] = {
        "release_at": at("Mon 08:30"),
        "due_at": at("Thu 20:00"),
        "deadline_at": at("Thu 20:00"),
        "quantity": 1,
    }
    for key, capability, staff in (("R-1", "imaging", ()), ("R-2", "printing", ()), ("R-3", "oven", ("smt",))):
        needs = {"units": [{"capability": capability}], "staff": [{"skill": skill} for skill in staff]}
        routing = {"operations": [{"name": "look", "fixed_minutes": 60, **needs}]}
        request(database, key, recipe_id=None, routing=routing, **window)
    shown = show_plan(database, actor=ME, now=NOW, plan_id=draft(database))
    told = {left.request: " ".join(reason.text for reason in left.reasons) for left in shown.left_out}
    assert "SEM closed: leak search (Mon 30 Nov 00:00 to Fri 4 Dec 00:00)." in told["R-1"]
    assert "PRINTER is started at 08:00." in told["R-2"]
    assert "2 of the 2 who have the skill are on leave." in told["R-3"]


@pytest.mark.parametrize(
    ("zone", "saturday", "hours"),
    [
        ("Europe/Berlin", "2027-03-27T00:00+01:00", 9),
        ("Europe/Berlin", "2026-10-24T00:00+02:00", 11),
        ("America/New_York", "2027-03-13T00:00-05:00", 9),
        ("America/New_York", "2026-10-31T00:00-04:00", 11),
        ("Europe/Moscow", "2027-03-27T00:00+03:00", 10),
    ],
)
def test_a_night_in_which_the_clock_is_changed_is_as_long_as_it_really_is(
    database: Database, zone: str, saturday: str, hours: int
) -> None:
    """Open from Saturday 20:00 to Sunday 06:00; somebody is there for as long, and pausing work advances by as much."""
    settings(database, zone=zone)
    nights = ((5, 1200, 1440), (6, 0, 360))
    store(
        database,
        *(OpeningHours(unit_id=SEM, weekday=day, opens=opens, closes=closes) for day, opens, closes in nights),
        *(Shift(person_id=ANNA, weekday=day, starts=starts, ends=ends) for day, starts, ends in nights),
    )
    start = datetime.fromisoformat(saturday)
    calendars = Calendars(
        world=world_of(database), clock=Clock(origin=start, tick_minutes=60), start=start, end=start + 2 * DAY
    )
    unit = next(unit for unit in calendars.units(()) if unit.id == "U4")
    assert unit.open == ((20, 20 + hours),)
    assert next(one for one in calendars.persons(()) if one.id == "P5").on_shift == ((20, 20 + hours),)
    problem = translate(world_of(database), scope_of(world_of(database).centres, week=WEEK, now=NOW)).problem
    mode = Mode(duration=hours, crossing="pausing", units=(UnitUse(unit="U4"),))
    advance = Advances(replace(problem, units=(unit,), calendar_end=48)).of(mode)
    assert advance is not None
    assert (advance.total, advance.end(20, hours)) == (hours, 20 + hours)
