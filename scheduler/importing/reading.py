"""A file of one kind read into lines, with every mistake of form.

Knows nothing of what is stored.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scheduler.importing.kinds import Kind
from scheduler.importing.mistaken import Unreadable, in_file
from scheduler.importing.tables import Table, header_of, table_of
from scheduler.importing.upload import Upload
from scheduler.loading.files import Found, header_mistakes, line_of
from scheduler.loading.line import Line, cells_of
from scheduler.loading.mistakes import Mistake

MOST_SHOWN = 80
"""Characters of a key that may be anything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """``lines`` are the rows that could be read, ``partly`` those of which some cells could not, ``mistakes`` what is
    wrong with them. ``keys``: what each row calls its thing, as far as it can be told."""

    lines: tuple[Line, ...]
    partly: tuple[Line, ...]
    mistakes: tuple[Mistake, ...]
    keys: Mapping[int | None, str]

    @property
    def every(self) -> tuple[Line, ...]:
        """The rows of both sorts, in their order."""
        return tuple(sorted((*self.lines, *self.partly), key=lambda line: line.row))


def read(upload: Upload, kind: Kind, *, encoding: str | None = None) -> Read:
    """Raises ``BadFiles`` where the file as a whole cannot be read. With a mistake in its header the rows are read as
    far as their columns are known."""
    try:
        table = table_of(upload, tuple(cells_of(kind.line)), encoding=encoding)
    except Unreadable as unreadable:
        raise unreadable.of(upload.shown) from None
    wrong = [replace(each, row=table.header_row) for each in header_mistakes(kind.line, table.header)]
    found, unsound = Found(), frozenset(mistake.column for mistake in wrong)
    lines = tuple(_lines(kind, table, found))
    partly = tuple(found.partly)
    again = {mistake.row: mistake for mistake in _repeated(kind, (*lines, *partly))}
    found.mistakes = [*wrong, *_of_cells(found, wrong), *again.values()]
    identity = kind.line.identity
    every = [line.marked((*unsound, *(identity if line.row in again else ()))) for line in (*lines, *partly)]
    return Read(
        lines=tuple(line for line in every if not line.unsound),
        partly=tuple(line for line in every if line.unsound),
        mistakes=in_file(found.mistakes, upload.shown),
        keys=dict(_keys(kind, table)),
    )


def _lines(kind: Kind, table: Table, found: Found) -> Iterator[Line]:
    for number, row in table.rows:
        if _is_header(table, row):
            expected = "a row of the list; this is the header once more"
            found.mistakes.append(
                Mistake(code="repeated_header", file=kind.line.file, row=number, column="", found="", expected=expected)
            )
            continue
        line = line_of(kind.line, table.header, row, number, found)
        if line is not None:
            yield line


def _is_header(table: Table, row: list[str]) -> bool:
    return len(table.header) > 1 and header_of(row) == table.header


def _of_cells(found: Found, header: list[Mistake]) -> Iterator[Mistake]:
    """What is wrong in the rows, but for what a column that is wrong makes of each."""
    columns = {mistake.column for mistake in header}
    return (mistake for mistake in found.mistakes if not mistake.column or mistake.column not in columns)


def _keys(kind: Kind, table: Table) -> Iterator[tuple[int, str]]:
    column = kind.line.identity[0]
    if column in table.header:
        place = table.header.index(column)
        yield from ((number, shown(row[place])) for number, row in table.rows if place < len(row))


def shown(key: str) -> str:
    """A key that may be anything, short and without signs that a terminal obeys."""
    clean = "".join(sign if sign.isprintable() else "\ufffd" for sign in key)
    return clean if len(clean) <= MOST_SHOWN else f"{clean[:MOST_SHOWN]}…"


def _repeated(kind: Kind, lines: tuple[Line, ...]) -> Iterator[Mistake]:
    first: dict[tuple[str, ...], int] = {}
    for line in sorted((each for each in lines if each.has(*kind.line.identity)), key=lambda each: each.row):
        row = first.setdefault(tuple(line.texts[column] for column in kind.line.identity), line.row)
        if row != line.row:
            what = ", ".join(kind.line.identity)
            yield line.wrong(kind.line.identity[0], "repeated_row", f"each {what} once; row {row} has it already")
