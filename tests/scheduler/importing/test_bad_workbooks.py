"""Workbooks that cannot be what they say: bombs, entities, broken parts, odd cells."""

import io
import zipfile
from datetime import timedelta

import pytest
from openpyxl import Workbook

from models.database import Database
from scheduler.importing import workbooks
from scheduler.importing.mistaken import Unreadable
from scheduler.loading import BadFiles
from tests.scheduler.importing.files import CLUSTERS, UNITS, as_xlsx, bring, refused
from tests.sizes import count


def packed(**parts: bytes) -> bytes:
    """A workbook with some of its parts replaced: ``xl__workbook`` for ``xl/workbook.xml``."""
    replaced = {name.replace("__", "/"): content for name, content in parts.items()}
    replaced = {name if "." in name else f"{name}.xml": content for name, content in replaced.items()}
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_xlsx(CLUSTERS, ("a", "b")))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            new.writestr(item.filename, replaced.pop(item.filename, old.read(item)))
        for name, content in replaced.items():
            new.writestr(name, content)
    return out.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked(sqlite_database: Database) -> None:
    bomb = packed(xl__worksheets__sheet1=b"<worksheet>" + b" " * 30_000_000)
    assert len(bomb) < 100_000
    assert refused(sqlite_database, "clusters", bomb) == [(None, "", "zip_bomb")]
    many = packed(**{f"x__part{n}": b"" for n in range(workbooks.MOST_PARTS)})
    assert refused(sqlite_database, "clusters", many) == [(None, "", "zip_bomb")]


def test_without_the_limit_the_bomb_would_be_unpacked(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_TIMES", 10**9)
    bomb = packed(xl__worksheets__sheet1=b"<worksheet>" + b" " * 30_000_000)
    assert refused(sqlite_database, "clusters", bomb) == [(None, "", "bad_workbook")]


def test_all_parts_together_are_limited(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1_000)
    assert refused(sqlite_database, "clusters", as_xlsx(CLUSTERS, ("a", "b"))) == [(None, "", "zip_bomb")]


def answer(book: bytes) -> str:
    """Why the workbook is not read, or nothing."""
    try:
        list(workbooks.rows_of(book))
    except Unreadable as unreadable:
        return unreadable.code
    return ""


@pytest.mark.parametrize("part", ["xl__sharedStrings", "xl__styles"])
def test_what_is_read_whole_before_the_first_row_is_limited(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(workbooks, "MOST_TIMES", 10**9)
    book = packed(**{part: b"<sst>" + b" " * workbooks.MOST_KEPT + b"</sst>"})
    assert answer(book) == "zip_bomb"
    monkeypatch.setattr(workbooks, "MOST_KEPT", 10**9)
    workbooks._check_archive(book)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_texts_that_cells_share_are_counted(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.setattr(workbooks, "MOST_TEXTS", 1_000)
    monkeypatch.setattr(workbooks, "_CHUNK", 64)
    for texts, code in ((1_000, ""), (1_001, "zip_bomb")):
        assert answer(packed(xl__worksheets__other=("<sst>" + "<si/>" * texts + "</sst>").encode(encoding))) == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(sqlite_database: Database, encoding: str) -> None:
    evil = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    part = packed(xl__worksheets__sheet1=evil.encode(encoding))
    assert refused(sqlite_database, "clusters", part) == [(None, "", "xml_entities")]


def test_without_our_own_look_the_reader_refuses_entities_too(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "_check_markup", lambda _stream, **_more: None)
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert refused(sqlite_database, "clusters", packed(xl__worksheets__sheet1=evil)) == [(None, "", "xml_entities")]


@pytest.mark.parametrize("part", ["xl__workbook", "xl__worksheets__sheet1", "xl__styles"])
def test_broken_workbooks_are_refused(sqlite_database: Database, part: str) -> None:
    assert refused(sqlite_database, "clusters", packed(**{part: b"<nothing"})) == [(None, "", "bad_workbook")]


def test_a_workbook_with_a_changed_byte_anywhere_is_read_right_or_refused(sqlite_database: Database) -> None:
    content = as_xlsx(CLUSTERS, ("a", "b"))
    for place in range(0, len(content), count(short=97, full=3)):
        changed = bytearray(content)
        changed[place] ^= 0x55
        try:
            told = bring(sqlite_database, "clusters", bytes(changed), rehearse=True)
        except BadFiles:
            continue
        assert [row.key for row in told.rows] == ["a"]


def test_a_zip_that_is_no_workbook_is_refused(sqlite_database: Database) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("notes.txt", "hello")
    assert refused(sqlite_database, "clusters", out.getvalue()) == [(None, "", "bad_workbook")]


def sheet(markup: bytes) -> bytes:
    """A workbook whose only sheet has these rows."""
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return packed(
        xl__worksheets__sheet1=b"<worksheet " + space + b"><sheetData>" + markup + b"</sheetData></worksheet>"
    )


def moved(markup: bytes, place: str) -> bytes:
    """A workbook whose relations say that this is its only sheet, in that place."""
    rels, types = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
    with zipfile.ZipFile(io.BytesIO(as_xlsx(CLUSTERS))) as book:
        parts = {name: book.read(name).replace(b"worksheets/sheet1.xml", place[3:].encode()) for name in (rels, types)}
    return packed(**parts, **{place: markup})


CELLS = b"".join(b'<c r="A1"><v>%d</v></c>' % number for number in range(60))


@pytest.mark.parametrize("hidden", [b"", b"<!--<row >-->", b"<![CDATA[<row >]]>", b"<?x <row ?><?x <row ?>"])
def test_a_row_of_very_many_cells_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch, hidden: bytes) -> None:
    monkeypatch.setattr(workbooks, "MOST_CELLS", 100)
    monkeypatch.setattr(workbooks, "_CHUNK", 128)
    two = b"<row>" + CELLS + hidden + b"</row><row>" + CELLS + b"</row>"
    one = b"<row>" + CELLS + hidden + CELLS + b"</row>"
    code = "xml_comments" if hidden else ""
    assert [answer(sheet(rows)) for rows in (two, one)] == [code, code or "too_many_columns"]


def test_cells_count_whatever_their_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_CELLS", 50)
    markup = b"<x:row>" + CELLS.replace(b"<c ", b"<x:c ").replace(b"</c>", b"</x:c>") + b"</x:row>"
    assert answer(packed(xl__worksheets__sheet1=markup)) == "too_many_columns"


@pytest.mark.parametrize("place", ["xl/s1.xml", "xl/calcChain.xml", "xl/media/s1.png"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b" \n" * 200])
def test_cells_count_wherever_the_sheet_stands(monkeypatch: pytest.MonkeyPatch, place: str, mark: bytes) -> None:
    monkeypatch.setattr(workbooks, "MOST_CELLS", 100)
    monkeypatch.setattr(workbooks, "_CHUNK", 128)
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    for cells, code in ((CELLS, ""), (CELLS * 2, "too_many_columns")):
        markup = mark + b"<worksheet " + space + b"><sheetData><row>" + cells + b"</row></sheetData></worksheet>"
        assert answer(moved(markup, place)) == code


def test_cells_outside_rows_are_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_TEXTS", 100)
    for cells, code in ((CELLS, ""), (CELLS * 2, "zip_bomb")):
        assert answer(packed(xl__calcChain=b"<calcChain>" + cells + b"</calcChain>")) == code


@pytest.mark.parametrize("length", [41, 100, 1_000])
def test_a_prefix_that_is_too_long_to_look_at_is_refused(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    monkeypatch.setattr(workbooks, "_CHUNK", 256)
    prefix = b"p" * length
    space = b"xmlns:" + prefix + b'="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    assert answer(packed(xl__worksheets__sheet1=b"<%b:worksheet %b/>" % (prefix, space))) == "long_prefix"


def test_comments_where_no_cells_are_do_no_harm() -> None:
    picture = b'<!DOCTYPE svg [<!ENTITY a "a">]><svg><!-- drawn by hand --></svg>'
    book = packed(customXml__item1=b"<item><!-- of a form --></item>", **{"xl__media__image1.svg": picture})
    assert answer(book) == ""


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b'<row r="1"><c r="A1"><f>1+1</f></c></row>', "formula"),
        (b'<row r="1"><c r="A1"><v>1e400</v></c></row>', "bad_workbook"),
        (b'<row r="1"><c r="A1" t="s"><v>999</v></c></row>', "bad_workbook"),
        (b'<row r="1"><c r="A1" t="d"><v>99999-99-99</v></c></row>', "bad_workbook"),
        (b'<row r="99999999999999999999"><c r="A9"><v>1</v></c></row>', ""),
    ],
)
def test_odd_cells_are_refused_by_name(row: bytes, code: str) -> None:
    assert answer(sheet(row)) == code


def test_a_percentage_and_a_length_of_time_are_no_whole_numbers_and_moments(centre: Database) -> None:
    row = ("A", "SMT", "First", "oven", 0.15, "", timedelta(hours=5), "", "")
    assert refused(centre, "units", as_xlsx(UNITS, row)) == [
        (2, "lanes", "bad_number"),
        (2, "buffer_minutes", "bad_number"),
    ]


def test_formulas_are_refused_and_not_computed(sqlite_database: Database) -> None:
    assert refused(sqlite_database, "clusters", as_xlsx(CLUSTERS, ("a", "b"), ("c", "=A1&B1"))) == [(3, "", "formula")]


def test_a_cell_far_away_does_not_fill_the_memory(sqlite_database: Database) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(CLUSTERS))
    sheet["XFD1048576"] = "far"
    out = io.BytesIO()
    book.save(out)
    bring(sqlite_database, "clusters", out.getvalue())
