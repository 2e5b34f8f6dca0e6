"""A file of one kind read into lines, with every mistake of form.

Knows nothing of what is stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scheduler.importing.kinds import Kind
from scheduler.importing.mistaken import Unreadable, in_file
from scheduler.importing.tables import Table, table_of
from scheduler.importing.upload import Upload
from scheduler.loading.files import Found, header_mistakes, line_of
from scheduler.loading.line import Line, cells_of
from scheduler.loading.mistakes import BadFiles, Mistake


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """``lines`` are the rows that could be read, ``mistakes`` what is wrong with the others."""

    lines: tuple[Line, ...]
    mistakes: tuple[Mistake, ...]


def read(upload: Upload, kind: Kind, *, encoding: str | None = None) -> Read:
    """Raises ``BadFiles`` where the file as a whole or its header cannot be read."""
    try:
        table = table_of(upload, tuple(cells_of(kind.line)), encoding=encoding)
    except Unreadable as unreadable:
        raise unreadable.of(upload.shown) from None
    wrong = [replace(each, row=table.header_row) for each in header_mistakes(kind.line, table.header)]
    if wrong:
        raise BadFiles(in_file(wrong, upload.shown))
    found = Found()
    lines = tuple(_lines(kind, table, found))
    found.mistakes += _repeated(kind, lines)
    return Read(lines=lines, mistakes=in_file(found.mistakes, upload.shown))


def _lines(kind: Kind, table: Table, found: Found) -> Iterator[Line]:
    for number, row in table.rows:
        line = line_of(kind.line, table.header, row, number, found)
        if line is not None:
            yield line


def _repeated(kind: Kind, lines: tuple[Line, ...]) -> Iterator[Mistake]:
    first: dict[tuple[str, ...], int] = {}
    for line in lines:
        row = first.setdefault(tuple(line.texts[column] for column in kind.line.identity), line.row)
        if row != line.row:
            what = ", ".join(kind.line.identity)
            yield line.wrong(kind.line.identity[0], "repeated_row", f"each {what} once; row {row} has it already")
