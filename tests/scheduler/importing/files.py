"""Files as people bring them, made for tests, and what stands in every table."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import text
from sqlmodel import SQLModel

from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.importing import Outcome, Upload, import_file
from scheduler.importing.refused import REFUSED
from scheduler.loading import BadFiles
from tests.scheduler.small_centre import NOW

Row = Sequence[Any]

CLUSTERS = ("cluster", "name")
BOOKINGS = ("booking", "units", "start", "end", "project")
UNITS = (
    "unit",
    "laboratory",
    "name",
    "type",
    "lanes",
    "cleaning_family",
    "buffer_minutes",
    "usable_minutes",
    "hour_cost",
)


def as_csv(*rows: Row, separator: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()


def as_xlsx(*rows: Row) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(database: Database, kind: str, content: str | bytes, **more: Any) -> Outcome:
    """Imports a file at the moment of the small centre."""
    data = content.encode() if isinstance(content, str) else content
    upload = Upload(name=more.pop("name", f"{kind}.csv"), content=data)
    return import_file(
        database,
        actor=more.pop("actor", LOCAL_ADMINISTRATOR),
        now=more.pop("now", NOW),
        kind=kind,
        upload=upload,
        **more,
    )


def refused(database: Database, kind: str, content: str | bytes, **more: object) -> list[tuple[int | None, str, str]]:
    """Row, column and name of every mistake; nothing is stored."""
    before = dump(database)
    with pytest.raises(BadFiles) as refusal:
        bring(database, kind, content, **more)
    assert dump(database) == before
    return [(each.row, each.column, each.code) for each in refusal.value.mistakes]


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for the record of refused files."""

    with database.reading() as session:
        return {
            table.name: sorted(
                (tuple(row) for row in session.execute(text(f'SELECT * FROM "{table.name}"')) if REFUSED not in row),
                key=repr,
            )
            for table in SQLModel.metadata.sorted_tables
        }
