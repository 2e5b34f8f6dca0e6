"""Closures, leave, breaks, allowed starts and kept periods: loaded, loaded again, and every mistake named."""

from pathlib import Path

import pytest

from models.database import Database
from models.tables import Closure, Leave, Plan, Recipe, ReservedPeriod, ShiftBreak, StartRule
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units
from scheduler.loading.checks import check
from scheduler.loading.files import read_lists
from tests.scheduler.loading.directory import WEEK, put, replace
from tests.scheduler.loading.test_files import mistakes
from tests.scheduler.loading.test_load_directory import NOW, load, rows
from tests.scheduler.small_centre import at

CALENDARS = {
    "closures.csv": (
        "centre,laboratory,unit,starts,ends,blocks,reason\n"
        "works,,,W+1 Mon 00:00,W+1 Tue 00:00,,moving\n"
        ",smt,,W+0 Tue 08:00,W+0 Tue 12:00,no,floor coating\n"
        ",,OVEN-1,W+0 Wed 08:00,W+0 Wed 12:00,yes,new door\n"
    ),
    "leaves.csv": "person,starts,ends\nT1,W+0 Mon 00:00,W+0 Wed 00:00\n",
    "breaks.csv": "person,days,starts,ends,name\nT1,Mon-Fri,12:00,12:30,lunch\n",
    "allowed_starts.csv": (
        "laboratory,unit,days,first,until,every_minutes\nclimate,,Mon-Sat,09:00,13:00,30\n,OVEN-2,Sun,10:00,,\n"
    ),
    "reserved_periods.csv": (
        "laboratory,unit,days,starts,ends,stages,clusters,reason\n"
        "smt,,Mon,08:00,10:00,pilot lot; production,radio,peak\n,OVEN-1,Sat,09:00,10:00,,,warm-up\n"
    ),
}


@pytest.fixture
def calendars(directory: Path) -> Path:
    for name, text in CALENDARS.items():
        (directory / name).write_text(text, "utf-8")
    return directory


def test_they_are_stored_and_loading_again_changes_nothing(calendars: Path, sqlite_database: Database) -> None:
    load(sqlite_database, calendars)
    assert {row.reason: row.blocks for row in rows(sqlite_database, Closure)} == {
        "moving": False,
        "floor coating": False,
        "new door": True,
    }
    assert len(rows(sqlite_database, Leave)) == 1
    assert {(row.weekday, row.starts, row.ends) for row in rows(sqlite_database, ShiftBreak)} == {
        (day, 720, 750) for day in range(5)
    }
    assert {(row.weekday, row.first, row.until, row.every) for row in rows(sqlite_database, StartRule)} == {
        *((day, 540, 780, 30) for day in range(6)),
        (6, 600, 601, 1),
    }
    assert {(row.stages, row.clusters) for row in rows(sqlite_database, ReservedPeriod)} == {
        ("pilot lot; production", "radio"),
        ("", ""),
    }
    assert load(sqlite_database, calendars).changes == 0
    (calendars / "closures.csv").write_text(CALENDARS["closures.csv"].splitlines()[0] + "\n", "utf-8")
    assert load(sqlite_database, calendars).changes == 3
    assert rows(sqlite_database, Closure) == []


def test_a_directory_without_them_is_read_as_before(directory: Path, sqlite_database: Database) -> None:
    load(sqlite_database, directory)
    assert rows(sqlite_database, Closure) == []


MISTAKES = [
    ("closures.csv", 2, "laboratory", "smt", "one_place", "unit"),
    ("closures.csv", 3, "laboratory", "nobody", "unknown_reference", "laboratory"),
    ("closures.csv", 2, "ends", "W+1 Mon 00:00", "ends_before_start", "ends"),
    ("closures.csv", 2, "reason", "", "blank_cell", "reason"),
    ("closures.csv", 2, "blocks", "maybe", "bad_choice", "blocks"),
    ("leaves.csv", 2, "person", "T9", "unknown_reference", "person"),
    ("leaves.csv", 2, "ends", "W-1 Mon 00:00", "ends_before_start", "ends"),
    ("breaks.csv", 2, "ends", "11:00", "ends_before_start", "ends"),
    ("allowed_starts.csv", 2, "unit", "OVEN-1", "laboratory_or_unit", "unit"),
    ("allowed_starts.csv", 2, "until", "", "until_and_every", "until"),
    ("allowed_starts.csv", 2, "until", "08:00", "ends_before_start", "until"),
    ("allowed_starts.csv", 2, "first", "09:02", "off_the_grid", "first"),
    ("allowed_starts.csv", 2, "every_minutes", "7", "off_the_grid", "every_minutes"),
    ("allowed_starts.csv", 2, "every_minutes", "0", "bad_number", "every_minutes"),
    ("reserved_periods.csv", 2, "ends", "08:00", "ends_before_start", "ends"),
    ("reserved_periods.csv", 2, "stages", "pilot lots", "bad_choice", "stages"),
    ("reserved_periods.csv", 2, "clusters", "radio; nobody", "unknown_reference", "clusters"),
    ("reserved_periods.csv", 2, "clusters", "radio; radio", "bad_choice", "clusters"),
]


@pytest.mark.parametrize(("file", "row", "column", "text", "code", "where"), MISTAKES)
def test_every_mistake_is_named_where_it_stands(
    calendars: Path, file: str, row: int, column: str, text: str, code: str, where: str
) -> None:
    put(calendars, file, row, column, text)
    assert mistakes(calendars) == [(code, file, row, where)]


def test_holidays_are_those_of_a_known_country_and_names_that_stay_open_are_known(directory: Path) -> None:
    settings = directory / "settings.yaml"
    plain = settings.read_text("utf-8")
    settings.write_text(plain + "    holidays: RU\n    open_on_holidays: [smt, OVEN-1, T2]\n", "utf-8")
    assert check(read_lists(directory), week=WEEK).lists.settings["works"].settings.holidays == "RU"
    settings.write_text(plain + "    holidays: Atlantis\n", "utf-8")
    assert mistakes(directory) == [("bad_settings", "settings.yaml", None, "centres.works.holidays")]
    settings.write_text(plain + "    holidays: DE-BE\n    open_on_holidays: [T9]\n", "utf-8")
    assert mistakes(directory) == [("unknown_reference", "settings.yaml", None, "centres.works.open_on_holidays")]


def test_pausing_work_says_what_drives_it(directory: Path, sqlite_database: Database) -> None:
    replace(directory, "recipe_operations.csv", "boards,check,solid,0,60", "boards,check,pausing,0,6000")
    replace(directory, "recipe_staff.csv", "skill,part\n", "skill,part,drives\n")
    with (directory / "recipe_staff.csv").open("a", encoding="utf-8") as out:
        out.write("boards,check,mounting,,yes\n")
    load(sqlite_database, directory)
    (recipe,) = rows(sqlite_database, Recipe)
    check_ = recipe.routing["operations"][2]
    assert check_["crossing"] == "pausing"
    assert [need["drives"] for need in check_["staff"]] == [True]
    assert [need["drives"] for need in check_["units"]] == [True]
    assert recipe.routing["operations"][0]["staff"][0]["drives"] is False


def test_what_a_closure_is_put_over_is_named_and_a_repair_asked_for(calendars: Path, sqlite_database: Database) -> None:
    closures = calendars / "closures.csv"
    text = closures.read_text("utf-8")
    closures.unlink()
    load(sqlite_database, calendars)
    start, end = at("Tue 09:00"), at("Tue 10:00")
    booked = book_units(sqlite_database, actor=ME, now=NOW, units=("PRINT-1",), start=start, end=end, project="sensor")
    closures.write_text(text, "utf-8")
    (closed,) = load(sqlite_database, calendars).unsettled
    assert [each.booking.id for each in closed.affected] == [booked.id]
    assert closed.affected[0].why == ("PRINT-1 is no longer open Tue 1 Dec 09:00–10:00 (closed: floor coating)",)
    (repair,) = rows(sqlite_database, Plan)
    assert (repair.id, repair.kind, repair.state) == (closed.repair_plan_id, "repair", "queued")
    assert load(sqlite_database, calendars).unsettled == ()
    assert len(rows(sqlite_database, Plan)) == 1
    closures.write_text(text.splitlines()[0] + "\n", "utf-8")
    assert load(sqlite_database, calendars).unsettled == ()
    assert [plan.state for plan in rows(sqlite_database, Plan)] == ["discarded"], "what was closed is open again"
