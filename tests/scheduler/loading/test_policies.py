"""The list of policies: read, judged, stored beside what was set by hand, and exported as it is read."""

from pathlib import Path

import pytest
from sqlmodel import select

from api.sheets import written
from models.database import Database
from models.tables import Centre, Policy, Unit
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.exporting import export
from scheduler.loading import Loaded, load_directory
from scheduler.policies import Terms
from scheduler.setting_policies import list_policies, policy_of_unit, set_policy
from tests.scheduler.loading.directory import WEEK
from tests.scheduler.loading.test_files import told
from tests.scheduler.small_centre import NOW

LIST = (
    "centre,unit,notice_minutes,horizon_days,longest_minutes,whole_gaps,approval,free_from,free_until,free_weekend\n"
    "works,,60,28,,,no,,,\n"
    ",PRINT-1,,,240,yes,yes,18:00,07:30,no\n"
)


def load(database: Database, directory: Path) -> Loaded:
    return load_directory(database, actor=ME, now=NOW, directory=directory, week=WEEK)


def test_a_list_comes_in_and_the_same_again_changes_nothing(database: Database, directory: Path) -> None:
    (directory / "policies.csv").write_text(LIST)
    assert "1 policy of a centre added" in load(database, directory).text
    assert load(database, directory).changes == 0
    with database.reading() as session:
        rows = session.exec(select(Policy).order_by("id")).all()
        unit = session.exec(select(Unit.id).where(Unit.key == "PRINT-1")).one()
        centre = session.exec(select(Centre.id).where(Centre.key == "works")).one()
    assert [(row.centre_id, row.unit_id, row.notice_minutes, row.longest_minutes) for row in rows] == [
        (centre, None, 60, None),
        (None, unit, None, 240),
    ]
    effective = policy_of_unit(database, actor=ME, now=NOW, unit="PRINT-1")
    assert (effective.notice_minutes, effective.horizon_days, effective.longest_minutes) == (60, 28, 240)
    assert (effective.approval, effective.whole_gaps, effective.free_weekend) == (True, True, False)
    assert (effective.free_from, effective.free_until) == (18 * 60, 450)
    (directory / "policies.csv").write_text(LIST.replace("240", "300"))
    assert load(database, directory).text == "1 policy changed"


def test_what_is_set_by_hand_stays_where_the_list_says_nothing(sqlite_database: Database, directory: Path) -> None:
    load(sqlite_database, directory)
    set_policy(sqlite_database, actor=ME, now=NOW, unit="OVEN-1", terms=Terms(approval=True))
    (directory / "policies.csv").write_text(LIST)
    load(sqlite_database, directory)
    found = {each.unit: each.approval for each in list_policies(sqlite_database, actor=ME, now=NOW)}
    assert found == {None: False, "OVEN-1": True, "PRINT-1": True}


def test_a_column_that_a_list_lacks_stays_as_it_was_set(sqlite_database: Database, directory: Path) -> None:
    (directory / "policies.csv").write_text(LIST)
    load(sqlite_database, directory)
    header = "centre,unit,notice_minutes,shortest_minutes\n"
    (directory / "policies.csv").write_text(f"{header},PRINT-1,30,\nworks,,,\n,OVEN-1,,\n")
    load(sqlite_database, directory)
    found = {each.unit: each for each in list_policies(sqlite_database, actor=ME, now=NOW)}
    assert found.keys() == {None, "PRINT-1"}
    unit = found["PRINT-1"]
    assert (unit.notice_minutes, unit.approval, unit.whole_gaps, unit.free_from) == (30, True, True, 18 * 60)
    assert (found[None].notice_minutes, found[None].horizon_days, found[None].approval) == (None, 28, False)
    # A shortest without a longest: of the two, a list with one says both.
    assert unit.longest_minutes is None


def test_an_export_is_such_a_list(sqlite_database: Database, directory: Path) -> None:
    (directory / "policies.csv").write_text(LIST)
    load(sqlite_database, directory)
    table = export(sqlite_database, actor=ME, now=NOW, kind="policies", form="csv")
    content = written(table, "csv")
    (directory / "policies.csv").write_bytes(content)
    assert len(table.rows) == 2
    assert load(sqlite_database, directory).changes == 0


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",,1,,,,,,,", "unit", "centre_or_unit"),
        ("works,PRINT-1,1,,,,,,,", "unit", "centre_or_unit"),
        ("moon,,1,,,,,,,", "centre", "unknown_reference"),
        (",LASER,1,,,,,,,", "unit", "unknown_reference"),
        (",PRINT-1,-1,,,,,,,", "notice_minutes", "bad_number"),
        (",PRINT-1,,367,,,,,,", "horizon_days", "bad_number"),
        (",PRINT-1,,,0,,,,,", "longest_minutes", "bad_number"),
        (",PRINT-1,,,,maybe,,,,", "whole_gaps", "bad_choice"),
        (",PRINT-1,,,,,,18:00,,", "free_until", "blank_cell"),
        (",PRINT-1,,,,,,18:00,18:00,", "free_until", "bad_time"),
        (",PRINT-1,,,,,,24:00,18:00,", "free_until", "bad_time"),
    ],
)
def test_a_row_that_cannot_be_is_named(directory: Path, row: str, column: str, code: str) -> None:
    (directory / "policies.csv").write_text(f"{LIST.splitlines()[0]}\n{row}\n")
    assert (2, column, code) in [(each.row, each.column, each.code) for each in told(directory)]


def test_a_unit_has_one_row_and_no_shortest_beyond_its_longest(directory: Path) -> None:
    header = "centre,unit,shortest_minutes,longest_minutes\n"
    (directory / "policies.csv").write_text(f"{header},PRINT-1,60,59\n,PRINT-1,60,60\n")
    found = [(each.row, each.column, each.code) for each in told(directory)]
    assert found == [(2, "longest_minutes", "bad_range"), (3, "centre", "repeated_row")]
