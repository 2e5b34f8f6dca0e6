"""Lists of maintenance and of who comes for it: what is wrong in them, and what will just do."""

from pathlib import Path

import pytest

from models.database import Database
from tests.scheduler.loading.directory import append, put
from tests.scheduler.loading.test_files import mistakes
from tests.scheduler.loading.test_load_directory import load


@pytest.mark.parametrize(
    ("file", "column", "text", "code"),
    [
        ("maintenance.csv", "every_days", "", "never_due"),
        ("maintenance.csv", "every_days", "0", "bad_number"),
        ("maintenance.csv", "skill", "juggling", "nobody_has_skill"),
        ("maintenance.csv", "waivable_by", "prototype; toy", "bad_choice"),
        ("maintenance.csv", "expires", "perhaps", "bad_choice"),
        ("maintenance.csv", "early_days", "180", "early_before_done"),
        ("maintenance.csv", "last_done", "W+1 Mon 00:00", "done_in_future"),
        ("maintenance_visits.csv", "ends", "W+0 Wed 08:59", "ends_before_start"),
        ("maintenance_visits.csv", "ends", "W+0 Wed 10:59", "visit_too_short"),
    ],
)
def test_what_is_wrong_with_maintenance_is_named(directory: Path, file: str, column: str, text: str, code: str) -> None:
    put(directory, file, 2, column, text)
    assert mistakes(directory) == [(code, file, 2, column)]


def test_maintenance_longer_than_its_unit_is_open_is_named(directory: Path) -> None:
    put(directory, "maintenance.csv", 3, "minutes", "1000")
    assert mistakes(directory) == [("longer_than_open", "maintenance.csv", 3, "minutes")]


def test_a_unit_has_each_kind_of_maintenance_once(directory: Path) -> None:
    row = append(directory, "maintenance.csv", "CAL-2,OVEN-1,calibration,90,,,60,,,,no,,W-1 Mon 09:00")
    assert mistakes(directory) == [("repeated_row", "maintenance.csv", row, "kind")]


@pytest.mark.parametrize(
    ("file", "column", "text"),
    [
        ("maintenance.csv", "early_days", "179"),
        ("maintenance.csv", "last_done", "W+0 Sun 23:59"),
        ("maintenance_visits.csv", "ends", "W+0 Wed 11:00"),
    ],
)
def test_maintenance_that_can_just_be_will_do(
    sqlite_database: Database, directory: Path, file: str, column: str, text: str
) -> None:
    put(directory, file, 2, column, text)
    assert load(sqlite_database, directory).changes
