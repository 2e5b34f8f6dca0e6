"""Lists that change calendars over what is confirmed: what cannot stay for that is named, and a repair asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from models.database import Database
from models.tables import Booking, Hold, Override, Person, Plan, Request, Run
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units
from scheduler.publishing import discard_plan
from tests.scheduler.loading.directory import append, put, replace
from tests.scheduler.loading.test_load_directory import NOW, by_key, load, rows
from tests.scheduler.small_centre import at, store


@pytest.fixture
def booked(directory: Path, sqlite_database: Database) -> int:
    """By hand on the printer, Tuesday from nine to ten."""
    load(sqlite_database, directory)
    return book(sqlite_database, "Tue 09:00", "Tue 10:00")


def book(database: Database, start: str, end: str) -> int:
    made = book_units(database, actor=ME, now=NOW, units=("PRINT-1",), start=at(start), end=at(end), project="sensor")
    return made.id


def told(database: Database, directory: Path) -> list[tuple[int, tuple[str, ...]]]:
    """What loading tells: the bookings, and why."""
    unsettled = load(database, directory).unsettled
    return [(each.booking.id, each.why) for centre in unsettled for each in centre.affected]


def repairs(database: Database) -> list[str]:
    return [plan.state for plan in rows(database, Plan)]


def opens(directory: Path, time: str) -> None:
    """The laboratory of the printer opens then."""
    put(directory, "opening_hours.csv", 2, "opens", time)


def test_weekly_hours_that_no_longer_hold_a_booking(directory: Path, sqlite_database: Database, booked: int) -> None:
    opens(directory, "09:00")
    assert (told(sqlite_database, directory), repairs(sqlite_database)) == ([], [])
    opens(directory, "09:30")
    (view,) = load(sqlite_database, directory).unsettled
    assert (view.centre, view.zone, view.later, view.upkeep) == ("works", "Europe/Moscow", 0, ())
    why = ("PRINT-1 is no longer open Tue 1 Dec 09:00–09:30",)
    assert [(each.booking.id, each.why) for each in view.affected] == [(booked, why)]
    assert [(plan.id, plan.state) for plan in rows(sqlite_database, Plan)] == [(view.repair_plan_id, "queued")]


def test_a_public_holiday_and_who_stays_open_on_it(directory: Path, sqlite_database: Database, booked: int) -> None:
    settings = directory / "settings.yaml"
    plain = settings.read_text("utf-8")
    settings.write_text(plain + "    holidays: RO\n    open_on_holidays: [smt]\n", "utf-8")
    assert told(sqlite_database, directory) == []
    settings.write_text(plain + "    holidays: RO\n", "utf-8")
    ((id_, (why,)),) = told(sqlite_database, directory)
    assert (id_, why.startswith("PRINT-1 is no longer open Tue 1 Dec 09:00–10:00 (public holiday: ")) == (booked, True)


def test_another_zone_and_another_laboratory_are_other_hours(
    directory: Path, sqlite_database: Database, booked: int
) -> None:
    later = book(sqlite_database, "Tue 14:00", "Tue 15:00")
    put(directory, "units.csv", 2, "laboratory", "climate")
    assert [id_ for id_, _ in told(sqlite_database, directory)] == [later], "that is open from nine to one"
    replace(directory, "settings.yaml", "Europe/Moscow", "Europe/Berlin")
    assert [id_ for id_, _ in told(sqlite_database, directory)] == [booked], "which is two hours later in Moscow"


def test_what_was_let_break_rules_stays(directory: Path, sqlite_database: Database, booked: int) -> None:
    store(sqlite_database, Override(booking_id=booked, reason="they know", rules=[], made_at=NOW, made_by=ME.key))
    opens(directory, "09:30")
    assert (told(sqlite_database, directory), repairs(sqlite_database)) == ([], [])


def test_what_stood_outside_before_is_not_told_of_another_change(
    directory: Path, sqlite_database: Database, booked: int
) -> None:
    opens(directory, "09:30")
    load(sqlite_database, directory)
    assert repairs(sqlite_database) == ["queued"]
    (plan,) = rows(sqlite_database, Plan)
    discard_plan(sqlite_database, actor=ME, now=NOW, plan_id=plan.id or 0)
    replace(directory, "opening_hours.csv", ",OVEN-2,Sun,10:00", ",OVEN-2,Sun,11:00")
    assert (told(sqlite_database, directory), repairs(sqlite_database)) == ([], ["discarded"])
    opens(directory, "09:45")
    assert [id_ for id_, _ in told(sqlite_database, directory)] == [booked], "it lacks more by now"


def run_of_a_technician(database: Database, start: str, end: str) -> int:
    """The first step of a request, for which T1 is held all along."""
    person, asked = by_key(database, Person)["T1"], by_key(database, Request)["R-1"]
    (run_id,) = store(
        database,
        Run(centre_id=1, request_id=asked.id, operation=1, number=1, start_at=at(start), end_at=at(end)),
    )
    owner: dict[str, Any] = {"project_id": 1, "organisation_id": 1, "cluster_id": 1, "stage": "pilot lot"}
    booking, _ = store(
        database,
        Booking(
            run_id=run_id,
            state="confirmed",
            booked_start=at(start),
            booked_end=at(end),
            quantity=1,
            made_at=NOW,
            made_by=ME.key,
            **owner,
        ),
        Hold(run_id=run_id, resource_id=person.id, lane=0, start_at=at(start), end_at=at(end), in_force=True),
    )
    return booking


LEAVES = "person,starts,ends\n"


def test_shifts_leave_breaks_and_skills_of_whoever_is_held(directory: Path, sqlite_database: Database) -> None:
    load(sqlite_database, directory)
    booking = run_of_a_technician(sqlite_database, "Tue 10:00", "Tue 12:00")
    put(directory, "shifts.csv", 2, "starts", "10:00")
    assert told(sqlite_database, directory) == []
    put(directory, "shifts.csv", 2, "starts", "11:00")
    why = ("Anna Sokolova's shift no longer covers Tue 1 Dec 10:00–11:00",)
    assert told(sqlite_database, directory) == [(booking, why)]
    put(directory, "shifts.csv", 2, "starts", "08:00")
    assert (told(sqlite_database, directory), repairs(sqlite_database)) == ([], ["discarded"])
    (directory / "leaves.csv").write_text(LEAVES + "T1,W+0 Tue 12:00,W+0 Wed 00:00\n", "utf-8")
    assert told(sqlite_database, directory) == []
    (directory / "leaves.csv").write_text(LEAVES + "T1,W+0 Tue 11:30,W+0 Wed 00:00\n", "utf-8")
    why = ("Anna Sokolova's shift no longer covers Tue 1 Dec 11:30–12:00",)
    assert told(sqlite_database, directory) == [(booking, why)]
    append(directory, "people.csv", "T3,Pavel Belov,works")
    append(directory, "shifts.csv", "T3,Mon-Fri,08:00,16:30")
    replace(directory, "skills.csv", "T1,mounting", "T3,mounting")
    why = ("Anna Sokolova may no longer do what is to be done Tue 1 Dec 10:00–12:00",)
    assert told(sqlite_database, directory) == [(booking, why)]


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of any database meanwhile."""
    found: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


def test_a_load_that_changes_no_calendar_of_what_is_booked_reads_nothing_of_it(
    directory: Path, sqlite_database: Database
) -> None:
    def reads() -> bool:
        with statements() as asked:
            load(sqlite_database, directory)
        return any("FROM override" in " ".join(each.replace('"', "").split()) for each in asked)

    assert not reads(), "nothing is booked yet"
    book(sqlite_database, "Tue 09:00", "Tue 10:00")
    put(directory, "units.csv", 2, "name", "The printer")
    assert not reads()
    opens(directory, "08:30")
    assert reads()


def test_a_load_reads_the_centre_once_to_tell_what_cannot_stay_and_to_ask_for_a_repair(
    directory: Path, sqlite_database: Database, booked: int
) -> None:
    opens(directory, "09:30")
    with statements() as asked:
        assert told(sqlite_database, directory) != []
    overrides = [each for each in asked if each.replace('"', "").startswith("SELECT override.")]
    assert len(overrides) == 2, "of all that is booked at the centre, and of the bookings that are told"
    assert repairs(sqlite_database) == ["queued"]
