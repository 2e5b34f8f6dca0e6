"""The first sheet of an XLSX workbook as rows of text, with its archive looked at before anything is unpacked.

Knows nothing of what the columns mean. Nothing is computed: a formula is refused by name.
"""

import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from operator import is_
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.utils.datetime import MAC_EPOCH

from scheduler.importing.mistaken import Unreadable

MOST_UNPACKED = 100_000_000
"""Bytes of all parts together."""
MOST_TIMES = 250
"""How many times larger than it lies in the archive a part may be; what people type grows ten times or so."""
MOST_KEPT = 20_000_000
"""Bytes of the parts that are read whole before the first row: they take twenty times as much memory."""
MOST_TEXTS = 500_000
"""Texts that cells share."""
MOST_PARTS = 500
MOST_ROWS = 100_000
MOST_COLUMNS = 100
MOST_CELLS = 20_000
"""Of one row, blank ones among them: more than any spreadsheet has."""
_SMALL = 1_000_000
_CHUNK = 1 << 20
_KEPT = ("sharedstrings.xml", "styles.xml")
_LONGEST_NAME = 64
"""Bytes of a tag's name with its prefix, and more."""
_LONGEST_PREFIX = 40
_LONG_PREFIX = re.compile(rb"<[^\s<>/:!?][^\s<>/:]{%d,}(?::|\Z)" % _LONGEST_PREFIX)
_ROW, _CELL, _TEXT = (re.compile(rb"<(?:[^\s<>/:]{1,40}:)?" + name + rb"[\s>/]") for name in (b"row", b"c", b"si"))
_MARKUP = (".xml", ".rels", ".vml")
_MARKS = b"\xef\xbb\xbf\xfe\xff"
"""Of the order of bytes; a part that begins with markup behind them may be read as a sheet, whatever it is called."""
_DOCTYPES = (b"<!DOCTYPE", b"<!ENTITY")
_COMMENTS = (b"<!--", b"<![CDATA[")
_AS_VALUES = "values: copy the sheet and paste it as values"


def rows_of(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with its number. Raises ``Unreadable``."""
    _check_archive(content)
    if not DEFUSEDXML:
        raise Unreadable("unsafe_reader", "a reader that refuses XML entities; it was switched off on this machine")
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        if book.epoch == MAC_EPOCH:
            raise Unreadable("dates_since_1904", "a workbook whose dates count from 1900, not 1904")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        blank: tuple[Any, ...] = ()
        for number, cells in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1), start=1):
            # Of rows that are not in the file the reader makes the same blank one again and again.
            if len(cells) == len(blank) and all(map(is_, cells, blank)):
                continue
            texts = [_text(cell, number) for cell in cells]
            if any(texts):
                check_size(number, texts)
                yield number, texts
            else:
                blank = cells
    except (DefusedXmlException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        raise _broken(error) from None
    except (IndexError, SyntaxError, EOFError, NotImplementedError, zlib.error) as error:
        raise _broken(error) from None


def _broken(error: Exception) -> Unreadable:
    if isinstance(error, DefusedXmlException) or isinstance(error.__cause__, DefusedXmlException):
        return Unreadable("xml_entities", "a workbook without XML entities")
    return Unreadable("bad_workbook", "a whole XLSX workbook; this one cannot be read: save it again")


def check_size(number: int, texts: list[str]) -> None:
    """Blank cells at the end do not count."""
    if number > MOST_ROWS:
        raise Unreadable("too_many_rows", f"at most {MOST_ROWS} rows", row=number)
    if any(texts[MOST_COLUMNS:]):
        raise Unreadable("too_many_columns", f"at most {MOST_COLUMNS} columns", row=number)


def _check_archive(content: bytes) -> None:
    """Sizes as the archive tells them: what is longer in fact than it says is not unpacked further than that."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            for part in parts:
                with archive.open(part) as stream:
                    _check_markup(stream, named=part.filename.lower().endswith(_MARKUP))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise Unreadable("bad_workbook", "a whole XLSX workbook; this archive cannot be read") from None
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise Unreadable("bad_workbook", "an XLSX workbook; this archive holds none")


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise Unreadable("zip_bomb", f"a workbook of at most {MOST_PARTS} parts, not {len(parts)}")
    total = sum(part.file_size for part in parts)
    if total > MOST_UNPACKED:
        raise Unreadable("zip_bomb", f"a workbook of at most {MOST_UNPACKED} bytes unpacked, not {total}")
    for part in parts:
        if part.filename.lower().endswith(_KEPT) and part.file_size > MOST_KEPT:
            expected = f"a {part.filename} of at most {MOST_KEPT} bytes unpacked, not {part.file_size}"
            raise Unreadable("zip_bomb", expected)
        if part.file_size > _SMALL and part.file_size > MOST_TIMES * max(1, part.compress_size):
            grows = part.file_size // max(1, part.compress_size)
            raise Unreadable("zip_bomb", f"parts that grow at most {MOST_TIMES} times, not {grows}, when unpacked")


def _check_markup(stream: IO[bytes], *, named: bool) -> None:
    """Wherever a part lies, the relations may call it a sheet. ``named``: by its name it is markup; else it may be a
    picture, and a drawing may have a document type."""
    found, may_be_a_sheet = _Found(), named
    for seen in _tags(stream):
        # A sheet may begin with any number of blanks.
        if not may_be_a_sheet and (begins := seen.lstrip(_MARKS).lstrip()):
            if not begins.startswith(b"<"):
                return
            may_be_a_sheet = True
        if named and any(mark in seen for mark in _DOCTYPES):
            raise Unreadable("xml_entities", "a workbook without document types and XML entities")
        found.add(seen)


@dataclass(slots=True)
class _Found:
    """What the reader would build in memory before we could look at it; ``cells`` are those of the last row so far,
    which is read whole, or those before the first."""

    texts: int = 0
    cells: int = 0
    in_row: bool = False
    has_cells: bool = False
    instructions: int = 0
    comments: bool = False

    def add(self, seen: bytes) -> None:
        if _LONG_PREFIX.search(seen):
            raise Unreadable("long_prefix", f"XML whose prefixes have at most {_LONGEST_PREFIX} letters: save it again")
        self.texts += len(_TEXT.findall(seen))
        if self.texts > MOST_TEXTS:
            raise Unreadable("zip_bomb", f"a workbook whose cells share at most {MOST_TEXTS} texts")
        # In these, tags could stand that are none.
        self.instructions += seen.count(b"<?")
        self.comments = self.comments or self.instructions > 1 or any(mark in seen for mark in _COMMENTS)
        before, *rows = (len(_CELL.findall(part)) for part in _ROW.split(seen))
        self._add_cells(self.cells + before)
        for cells in rows:
            self.in_row = True
            self._add_cells(cells)
        if self.has_cells and self.comments:
            raise Unreadable("xml_comments", "a sheet without comments of XML in its markup: save it again")

    def _add_cells(self, cells: int) -> None:
        self.cells, self.has_cells = cells, self.has_cells or cells > 0
        if self.in_row and cells > MOST_CELLS:
            raise Unreadable("too_many_columns", f"rows of at most {MOST_CELLS} cells")
        # The order in which formulas are computed is kept as cells without rows.
        if cells > MOST_TEXTS:
            raise Unreadable("zip_bomb", f"a workbook with at most {MOST_TEXTS} cells outside rows")


def _tags(stream: IO[bytes]) -> Iterator[bytes]:
    """The markup piece by piece, no tag's name cut in two; UTF-16 as if it were UTF-8."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        piece = rest + chunk.replace(b"\0", b"")
        cut = piece.rfind(b"<", -_LONGEST_NAME)
        rest = b"" if cut < 0 else piece[cut:]
        yield piece[: len(piece) - len(rest)]
    yield rest


def _text(cell: Any, number: int) -> str:
    """A cell as it would stand in a CSV file."""
    if cell.data_type == "f":
        computes = f"column {cell.column_letter} computes {_short(cell.value)}"
        raise Unreadable("formula", f"{_AS_VALUES}; {computes}", row=number)
    if cell.data_type == "e":
        raise Unreadable("cell_error", f"{_AS_VALUES}; column {cell.column_letter} shows {cell.value}", row=number)
    return _plain(cell.value)


def _short(value: object) -> str:
    return repr(str(getattr(value, "text", value))[:40])


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(value)
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return f"{value.isoformat()} 00:00"
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    return str(value)
