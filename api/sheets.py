"""Rows written as CSV, XLSX or JSON. Text that a spreadsheet would compute is made harmless; numbers stay numbers.

Knows nothing of what the rows say.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from pydantic_core import to_json

from scheduler.exporting import Table
from scheduler.importing.tables import COMMENT
from scheduler.importing.templates import Template
from scheduler.neutral import neutral

FORMATS = ("csv", "xlsx", "json")
MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
LONGEST_CELL = 32_767
"""Characters that a cell of a workbook holds."""


def written(table: Table, form: str) -> bytes:
    """The table in one of ``FORMATS``; JSON has the texts as they are."""
    if form == "json":
        return to_json([dict(zip(table.columns, row, strict=True)) for row in table.rows], indent=2) + b"\n"
    if form == "xlsx":
        return _workbook({table.kind: (table.columns, *table.rows)})
    return _csv((table.columns, *table.rows))


def template(told: Template, form: str) -> bytes:
    """The header; what each column means, with an example, stands on a second sheet of a workbook, and in CSV in
    comments before the header."""
    meanings = list(zip(told.columns, told.told, told.examples, strict=True))
    if form != "xlsx":
        return _csv((*((_comment(*meaning),) for meaning in meanings), told.columns))
    return _workbook({told.kind: (told.columns,), "columns": (("column", "what stands there", "example"), *meanings)})


def _comment(column: str, told: str, example: str) -> str:
    return f"{COMMENT}{column}: {told}" + (f" (such as {example})" if example else "")


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    # The line end of RFC 4180; with "\n" alone the writer would leave a carriage return within a text unquoted.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    # Spreadsheets take a file without the mark for the machine's own encoding.
    return out.getvalue().encode("utf-8-sig")


def _workbook(sheets: dict[str, Iterable[Sequence[object]]]) -> bytes:
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_fit(_safe(cell)) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fit(cell: object) -> object:
    """XML cannot hold most of the signs that are no text, and a sheet no cell that is too long: it would be cut."""
    if not isinstance(cell, str):
        return cell
    if len(cell) > LONGEST_CELL:
        return f"{len(cell):,} characters, more than a sheet can hold: they are in the CSV and the JSON"
    return ILLEGAL_CHARACTERS_RE.sub("\ufffd", cell)


def _safe(cell: Any) -> object:
    if cell is None or isinstance(cell, bool | int | float):
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, Mapping | list):
        return neutral(json.dumps(cell, ensure_ascii=False, sort_keys=True))
    return neutral(str(cell))
