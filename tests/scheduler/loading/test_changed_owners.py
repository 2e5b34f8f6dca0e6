"""Whose work it is, changed by loading: drafts that wait at any centre with such work have to be judged again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.tables import Centre, Request
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.loading import load_directory
from tests.scheduler.loading.directory import WEEK, append, put

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def load(database: Database, directory: Path) -> None:
    load_directory(database, actor=LOCAL_ADMINISTRATOR, now=NOW, directory=directory, week=WEEK)


def revisions(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {row.key: row.revision for row in session.exec(select(Centre).order_by(col(Centre.id)))}


def another_centre_with_work(session: Session) -> None:
    """Of the listed project; a third centre has none."""
    session.add_all(Centre(id=id_, key=key, name=key, zone="Europe/Moscow") for id_, key in ((8, "else"), (9, "idle")))
    session.flush()
    row = session.exec(select(Request).where(Request.key == "R-1")).one()
    session.add(Request(**{**row.model_dump(exclude={"id"}), "key": "R-9", "centre_id": 8}))


@pytest.mark.parametrize(
    ("file", "column", "text"),
    [
        ("projects.csv", "stage", "prototype"),
        ("projects.csv", "cluster", "guests"),
        ("projects.csv", "organisation", "other"),
        ("organisations.csv", "cluster", "guests"),
    ],
)
def test_drafts_of_every_centre_with_such_work_are_judged_again(
    database: Database, directory: Path, file: str, column: str, text: str
) -> None:
    append(directory, "organisations.csv", "other,radio,Other")
    load(database, directory)
    database.write(another_centre_with_work)
    before = revisions(database)
    put(directory, file, 2, column, text)
    load(database, directory)
    raised = {key: revision - before[key] for key, revision in revisions(database).items()}
    assert raised == {"works": 1, "else": 1, "idle": 0}
    load(database, directory)
    assert revisions(database)["works"] == before["works"] + 1


def test_a_new_name_of_a_project_leaves_drafts_alone(database: Database, directory: Path) -> None:
    load(database, directory)
    before = revisions(database)
    put(directory, "projects.csv", 2, "name", "Sensors")
    load(database, directory)
    assert revisions(database) == before
