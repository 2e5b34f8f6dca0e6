"""The list of windows of requests: what is wrong in it, and what becomes of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.database import Database
from models.tables import Request
from scheduler.loading.checks import check
from scheduler.loading.files import read_lists
from scheduler.operation_windows import windows_of
from tests.scheduler.loading.directory import WEEK, WINDOWS, put
from tests.scheduler.loading.test_files import mistakes
from tests.scheduler.loading.test_load_directory import by_key, load


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("request", "R-3", "unknown_reference"),
        ("operation", "polish", "window_of_no_operation"),
        ("starts", "W+0 Thu 17:00", "window_out_of_order"),
        ("starts", "W+0 Thu 16:01", "window_too_short"),
        ("starts", "W+2 Sun 08:00", "window_out_of_order"),
    ],
)
def test_what_is_wrong_with_a_window_is_named(directory: Path, column: str, text: str, code: str) -> None:
    (directory / "request_windows.csv").write_text(WINDOWS, "utf-8")
    put(directory, "request_windows.csv", 2, column, text)
    assert mistakes(directory) == [(code, "request_windows.csv", 2, column)]


def test_a_window_out_of_reach_is_named(directory: Path) -> None:
    (directory / "request_windows.csv").write_text(WINDOWS, "utf-8")
    put(directory, "request_windows.csv", 3, "starts", "W+1 Fri 18:00")
    assert mistakes(directory) == [("window_out_of_reach", "request_windows.csv", 3, "starts")]


def test_a_window_that_no_plan_reaches_is_named(directory: Path) -> None:
    (directory / "request_windows.csv").write_text(WINDOWS, "utf-8")
    put(directory, "requests.csv", 2, "deadline", "")
    put(directory, "request_windows.csv", 3, "starts", "W+52 Mon 08:00")
    assert check(read_lists(directory), week=WEEK)
    put(directory, "request_windows.csv", 3, "starts", "W+53 Mon 08:00")
    assert mistakes(directory) == [("window_out_of_reach", "request_windows.csv", 3, "starts")]


def test_a_window_off_the_grid_is_named(directory: Path) -> None:
    """It is as long as the check takes, and no plan begins one at that minute."""
    (directory / "request_windows.csv").write_text(WINDOWS, "utf-8")
    put(directory, "request_windows.csv", 2, "ends", "W+0 Thu 09:00")
    assert check(read_lists(directory), week=WEEK)
    put(directory, "request_windows.csv", 2, "starts", "W+0 Thu 08:02")
    put(directory, "request_windows.csv", 2, "ends", "W+0 Thu 09:02")
    assert mistakes(directory) == [("window_too_short", "request_windows.csv", 2, "starts")]


def test_windows_are_stored_as_listed_and_taken_away_with_their_list(
    sqlite_database: Database, directory: Path
) -> None:
    (directory / "request_windows.csv").write_text(WINDOWS, "utf-8")
    load(sqlite_database, directory)
    check, printing = windows_of(by_key(sqlite_database, Request)["R-1"].windows)
    assert (check.operation, check.start, check.end) == (
        "check",
        datetime(2026, 12, 3, 5, tzinfo=UTC),
        datetime(2026, 12, 3, 14, tzinfo=UTC),
    )
    assert (printing.operation, printing.end) == ("print", None)
    (directory / "request_windows.csv").unlink()
    load(sqlite_database, directory)
    assert by_key(sqlite_database, Request)["R-1"].windows == []


@pytest.mark.parametrize(("column", "text"), [("starts", ""), ("starts", "W+0 Thu 16:00"), ("ends", "W+2 Sun 08:00")])
def test_a_window_that_just_holds_its_operation_will_do(
    sqlite_database: Database, directory: Path, column: str, text: str
) -> None:
    (directory / "request_windows.csv").write_text(WINDOWS, "utf-8")
    put(directory, "request_windows.csv", 2, column, text)
    assert load(sqlite_database, directory).changes
