"""A directory of lists read into lines, with every mistake of form.

Knows nothing of what the lists mean together.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from scheduler.loading.cells import BadCell
from scheduler.loading.limit_lines import EVERY_LIST as LISTS
from scheduler.loading.line import REQUIRED, Cell, Line, cells_of
from scheduler.loading.mistakes import Mistake
from scheduler.loading.planning_settings import SETTINGS, CentrePlanning, read_settings
from scheduler.loading.texts import SAVE_AS, BadText, read_text

MOST_BYTES = 20_000_000

L = TypeVar("L", bound=Line)


@dataclass(frozen=True, kw_only=True)
class Lists:
    """What was read. ``broken`` are the cells, by column, of rows that could not be read: what refers to them is no
    mistake of its own."""

    settings: Mapping[str, CentrePlanning]
    lines: Mapping[type[Line], tuple[Line, ...]]
    broken: Mapping[str, tuple[Mapping[str, str], ...]]
    mistakes: tuple[Mistake, ...]

    def of(self, kind: type[L]) -> tuple[L, ...]:
        """The rows of one list that could be read."""
        return tuple(line for line in self.lines.get(kind, ()) if isinstance(line, kind))

    def whole(self, *kinds: type[Line]) -> bool:
        """Whether every row of these lists could be read."""
        return not any(self.broken.get(kind.file) for kind in kinds)


@dataclass(slots=True)
class Found:
    """Mistakes of form, and by list the cells of the rows that could not be read. ``partly``: those rows, as far as
    they could be."""

    mistakes: list[Mistake] = field(default_factory=list)
    partly: list[Line] = field(default_factory=list)
    broken: dict[str, list[Mapping[str, str]]] = field(default_factory=lambda: defaultdict(list))


def read_lists(directory: Path) -> Lists:
    """Every list in ``directory``, with all mistakes of form. Raises nothing for what the files hold."""
    found = Found()
    if not any((directory / kind.file).is_file() for kind in LISTS):
        expected = f"a folder with the lists {', '.join(kind.file for kind in LISTS)}, and {SETTINGS}"
        wanting = _of_file(str(directory), "missing_file", expected)
        return Lists(settings={}, lines={}, broken={kind.file: ({},) for kind in LISTS}, mistakes=(wanting,))
    lines = {kind: tuple(_read(directory, kind, found)) for kind in LISTS}
    known = {kind.file for kind in LISTS}
    for path in sorted(directory.glob("*.csv")):
        if path.name not in known:
            found.mistakes.append(_of_file(path.name, "unknown_file", f"one of {', '.join(sorted(known))}"))
    settings, mistakes = read_settings(directory / SETTINGS)
    return Lists(
        settings=settings,
        lines=lines,
        broken={file: tuple(rows) for file, rows in found.broken.items()},
        mistakes=(*mistakes, *found.mistakes),
    )


def _of_file(file: str, code: str, expected: str, *, row: int | None = None) -> Mistake:
    return Mistake(code=code, file=file, row=row, column="", found="", expected=expected)


def _read(directory: Path, kind: type[Line], found: Found) -> Iterator[Line]:
    if kind.optional and not (directory / kind.file).exists():
        return
    rows = _rows(directory / kind.file, kind, found)
    if not rows:
        found.broken[kind.file].append({})
        return
    header = [name.strip() for name in rows[0]]
    mistakes = list(header_mistakes(kind, header))
    found.mistakes.extend(mistakes)
    if mistakes:
        found.broken[kind.file].extend(dict(zip(header, row, strict=False)) for row in rows[1:])
        found.broken[kind.file].append({})
        return
    for number, row in enumerate(rows[1:], start=2):
        if any(text.strip() for text in row):
            line = line_of(kind, header, row, number, found)
            if line is not None:
                yield line


def _rows(path: Path, kind: type[Line], found: Found) -> list[list[str]]:
    """The file's rows; none if it cannot be read."""
    text = read_text(path, most_bytes=MOST_BYTES, absent="this file in the directory, if only with its header")
    if isinstance(text, BadText):
        found.mistakes.append(text.mistake(path.name))
        return []
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            rows.append(row)
    except csv.Error as error:
        expected = f"comma-separated values, each quote closed in its row ({error}); {SAVE_AS}"
        found.mistakes.append(_of_file(path.name, "bad_csv", expected, row=len(rows) + 1))
        return []
    if not rows:
        found.mistakes.append(_of_file(path.name, "empty_file", "a header in row 1"))
        return []
    separator = _other_separator(kind, rows[0])
    if separator:
        expected = f"commas between the cells; this looks like a {separator}-separated file: {SAVE_AS}"
        found.mistakes.append(_of_file(path.name, "not_comma_separated", expected))
        return []
    return rows


def _other_separator(kind: type[Line], header: list[str]) -> str | None:
    """What stands between the columns of the header instead of commas, by its name."""
    known = set(cells_of(kind))
    for sign, name in ((";", "semicolon"), ("\t", "tab")):
        if len({part.strip().strip('"') for part in ",".join(header).split(sign)} & known) > 1:
            return name
    return None


def header_mistakes(kind: type[Line], header: list[str]) -> Iterator[Mistake]:
    """Columns that are unknown, repeated or missing."""
    known = cells_of(kind)
    for name in dict.fromkeys(header):
        if name not in known:
            expected = f"only the columns {', '.join(known)}"
            yield Mistake(code="unknown_column", file=kind.file, row=1, column=name, found=name, expected=expected)
        elif header.count(name) > 1:
            yield Mistake(
                code="repeated_column", file=kind.file, row=1, column=name, found=name, expected="each column once"
            )
    for name, (_, cell) in known.items():
        if name not in header and not cell.optional:
            yield Mistake(
                code="missing_column", file=kind.file, row=1, column=name, found="", expected=f"a column {name}"
            )


def line_of(kind: type[L], header: list[str], row: list[str], number: int, found: Found) -> L | None:
    """One row by the columns of its header; ``None`` with what is wrong added to what was ``found``."""
    # Spreadsheets leave out trailing blank cells, and add some.
    texts = [text.strip() for text in row]
    while len(texts) > len(header) and not texts[-1]:
        texts.pop()
    texts += [""] * (len(header) - len(texts))
    if len(texts) > len(header):
        expected = f"{len(header)} cells, not {len(texts)}"
        found.mistakes.append(_of_file(kind.file, "wrong_cell_count", expected, row=number))
        found.broken[kind.file].append(dict(zip(header, texts, strict=False)))
        return None
    by_column = dict.fromkeys(cells_of(kind), "") | dict(zip(header, texts, strict=True))
    lacks = _lacking(tuple(cells_of(kind)), tuple(header))
    values, mistakes = _values(kind, by_column, number)
    if mistakes:
        found.mistakes.extend(mistakes)
        found.broken[kind.file].append(by_column)
        found.partly.append(replace(_partly(kind, by_column, number, values), lacks=lacks))
        return None
    return kind(row=number, texts=by_column, lacks=lacks, **values)


@lru_cache(maxsize=64)
def _lacking(columns: tuple[str, ...], header: tuple[str, ...]) -> frozenset[str]:
    """The ones of its columns that a file with this header does not have: one set for all its lines."""
    return frozenset(columns).difference(header)


def _partly(kind: type[L], texts: Mapping[str, str], number: int, values: Mapping[str, Any]) -> L:
    unread = {column: name for column, (name, _) in cells_of(kind).items() if name not in values}
    blanks: dict[str, Any] = dict.fromkeys(unread.values())
    return kind(row=number, texts=texts, unsound=frozenset(unread), **values, **blanks)


def _values(kind: type[Line], texts: Mapping[str, str], row: int) -> tuple[dict[str, Any], list[Mistake]]:
    values: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for column, (name, cell) in cells_of(kind).items():
        try:
            values[name] = _value(cell, texts.get(column, ""))
        except BadCell as bad:
            mistakes.append(
                Mistake(
                    code=bad.code, file=kind.file, row=row, column=column, found=texts[column], expected=bad.expected
                )
            )
    return values, mistakes


def _value(cell: Cell, text: str) -> Any:
    if text:
        return cell.parse(text)
    if cell.blank is REQUIRED:
        raise BadCell("blank_cell", "a value here")
    return cell.blank
