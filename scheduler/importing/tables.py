"""A file of rows, CSV or XLSX, as a header and numbered rows of text.

Knows nothing of what the columns mean, but which names a header may have: by them the separator is found.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from scheduler.importing import workbooks
from scheduler.importing.encodings import text_of
from scheduler.importing.mistaken import Unreadable
from scheduler.importing.upload import Upload
from scheduler.neutral import restored

MOST_BYTES = 20_000_000
COMMENT = "# "
"""Before the header such rows say what the columns mean, and are passed over."""

_SEPARATORS = (",", ";", "\t", "|")
_SEP = re.compile(r'"?sep=([,;\t|])"?\s')
"""A first line by which some spreadsheets tell the separator."""
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"

Row = tuple[int, list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """``rows`` are numbered as a spreadsheet numbers them: the header, row 1 as a rule, is not among them."""

    header: list[str]
    header_row: int
    rows: list[Row]


def table_of(upload: Upload, columns: Collection[str], *, encoding: str | None = None) -> Table:
    """The rows that are not blank. Raises ``Unreadable``."""
    if len(upload.content) > MOST_BYTES:
        raise Unreadable("file_too_large", f"at most {MOST_BYTES} bytes, not {len(upload.content)}")
    if not upload.content.strip():
        raise Unreadable("empty_file", "a header in row 1")
    if upload.content.startswith(_OLD_WORKBOOK):
        raise Unreadable("old_workbook", "CSV or XLSX; this is a workbook of the old kind, or one with a password")
    packed = upload.content.startswith(b"PK") or upload.ends_with(".xlsx")
    rows = list(workbooks.rows_of(upload.content) if packed else _csv_rows(text_of(upload.content, encoding), columns))
    while rows and rows[0][1][0].startswith(COMMENT):
        del rows[0]
    if not rows:
        raise Unreadable("empty_file", "a header in row 1")
    (header_row, header), *others = rows
    return Table(
        header=header_of(header), header_row=header_row, rows=[(number, _cells(row)) for number, row in others]
    )


def header_of(row: list[str]) -> list[str]:
    """The names of columns, whatever their letters' size, with blanks or underscores between their words."""
    names = [_name(name) for name in row]
    while names and not names[-1]:
        names.pop()
    return names


def _name(written: str) -> str:
    return "_".join(written.casefold().split())


def _cells(row: list[str]) -> list[str]:
    return [restored(cell.strip()) for cell in row]


def _csv_rows(text: str, columns: Collection[str]) -> Iterator[Row]:
    number, told = 0, _SEP.match(text)
    separator = told[1] if told else _separator(text, columns)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    try:
        for number, row in enumerate(reader, start=1):
            if any(cell.strip() for cell in row) and not (number == 1 and told):
                workbooks.check_size(number, row)
                yield number, row
    except csv.Error as error:
        expected = f"cells in which each quote is closed in its row ({error})"
        raise Unreadable("bad_csv", expected, row=number + 1) from None


def _separator(text: str, columns: Collection[str]) -> str:
    """The one by which the header has most of the columns that are known."""
    told = (line for line in text.splitlines() if line.strip() and not line.lstrip('"').startswith(COMMENT))
    first = next(told, "")
    return max(
        _SEPARATORS, key=lambda sign: len({_name(part.strip().strip('"')) for part in first.split(sign)} & {*columns})
    )
