"""Levels, hand-over, visits, own operators and greatest hours in the lists. Knows nothing of plans."""

from pathlib import Path

import pytest
from sqlmodel import select

from models.database import Database
from models.routing import StaffNeed, Visits
from models.tables import Membership, Person, PersonSkill, Qualification
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.loading import load_directory
from scheduler.loading.checks import check
from scheduler.loading.files import read_lists
from tests.scheduler.loading.directory import WEEK, append, put
from tests.scheduler.loading.test_files import mistakes
from tests.scheduler.small_centre import NOW

PEOPLE = (
    "person,name,centre,organisation,hours_per_day,hours_per_week\n"
    "T1,Anna Sokolova,works,,7.5,36\nT2,Oleg Maltsev,works,,,\nK1,Olga Zimina,works,kvarc,,\n"
)
STAFF = (
    "recipe,operation,skill,part,level,handover,own_operator\n"
    "boards,print,mounting,head,2,,yes\nboards,soak,climate,head,,yes,\nboards,check,mounting,,,yes,\n"
)
VISITS = (
    "recipe,operation,visit,skill,level,minutes,every_minutes,slack_minutes\nboards,soak,reading,climate,,15,240,30\n"
)


@pytest.fixture
def staffed(directory: Path) -> Path:
    """The small directory with everything of it."""
    (directory / "people.csv").write_text(PEOPLE)
    (directory / "skills.csv").write_text("person,skill,level\nT1,mounting,3\nT2,climate,\n")
    (directory / "recipe_staff.csv").write_text(STAFF)
    (directory / "recipe_visits.csv").write_text(VISITS)
    (directory / "qualifications.csv").write_text("person,unit\nK1,PRINT-1\n")
    return directory


def test_it_becomes_routings(staffed: Path) -> None:
    routing = check(read_lists(staffed), week=WEEK).routings["boards"]
    assert routing.operations[0].staff == (StaffNeed(skill="mounting", part="head", level=2, own_operator=True),)
    assert routing.operations[2].staff == (StaffNeed(skill="mounting", handover=True),)
    assert routing.operations[1].visits == Visits(
        name="reading", skill="climate", minutes=15, every_minutes=240, slack_minutes=30
    )


def test_it_is_stored_once_and_kept_and_changed(sqlite_database: Database, staffed: Path) -> None:
    load_directory(sqlite_database, actor=ME, now=NOW, directory=staffed, week=WEEK)
    with sqlite_database.reading() as session:
        people = {row.key: row for row in session.exec(select(Person))}
        assert (people["T1"].most_minutes_day, people["T1"].most_minutes_week) == (450, 2160)
        assert people["T2"].most_minutes_day is None
        assert [row.person_id for row in session.exec(select(Membership))] == [people["K1"].id]
        assert [row.person_id for row in session.exec(select(Qualification))] == [people["K1"].id]
        levels = {row.skill: row.level for row in session.exec(select(PersonSkill))}
        assert levels == {"mounting": 3, "climate": 1}
    again = load_directory(sqlite_database, actor=ME, now=NOW, directory=staffed, week=WEEK)
    assert again.text == "nothing changed"
    put(staffed, "people.csv", 2, "hours_per_day", "6")
    put(staffed, "qualifications.csv", 2, "unit", "OVEN-1")
    assert load_directory(sqlite_database, actor=ME, now=NOW, directory=staffed, week=WEEK).text == (
        "1 technician changed, 1 set of qualifications changed"
    )


@pytest.mark.parametrize(
    ("file", "row", "column", "text", "code"),
    [
        ("people.csv", 2, "hours_per_day", "25", "bad_number"),
        ("people.csv", 2, "hours_per_week", "-1", "bad_number"),
        ("people.csv", 4, "organisation", "nobody", "unknown_reference"),
        ("skills.csv", 2, "level", "10", "bad_number"),
        ("skills.csv", 3, "skill", "cli#2", "bad_name"),
        ("skills.csv", 3, "person", "K1", "own_operator_with_skill"),
        ("recipe_staff.csv", 2, "level", "4", "level_too_high"),
        ("recipe_staff.csv", 3, "part", "whole", "handover_while_waiting"),
        ("recipe_visits.csv", 2, "skill", "glueing", "unknown_skill"),
        ("recipe_visits.csv", 2, "level", "2", "level_too_high"),
        ("recipe_visits.csv", 2, "operation", "bake", "unknown_reference"),
        ("recipe_visits.csv", 2, "every_minutes", "60", "visits_too_close"),
        ("qualifications.csv", 2, "person", "T1", "technician_with_qualification"),
        ("qualifications.csv", 2, "unit", "PRINT-9", "unknown_reference"),
    ],
)
def test_each_mistake_is_told_where_it_stands(
    staffed: Path, file: str, row: int, column: str, text: str, code: str
) -> None:
    put(staffed, file, row, column, text)
    place = "handover" if code == "handover_while_waiting" else column
    assert (code, file, row, place) in mistakes(staffed)


def test_an_operation_is_visited_in_one_way(staffed: Path) -> None:
    row = append(staffed, "recipe_visits.csv", "boards,soak,look,climate,,5,60,")
    assert ("repeated_row", "recipe_visits.csv", row, "recipe") in mistakes(staffed)


def test_lists_without_the_columns_still_load(sqlite_database: Database, directory: Path) -> None:
    load_directory(sqlite_database, actor=ME, now=NOW, directory=directory, week=WEEK)
    with sqlite_database.reading() as session:
        assert {row.level for row in session.exec(select(PersonSkill))} == {1}
