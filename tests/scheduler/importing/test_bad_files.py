"""Whatever is brought is read right, or refused by name with nothing stored."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from openpyxl import Workbook

from models.database import Database
from scheduler.importing import Upload, workbooks
from scheduler.importing.mistaken import Unreadable
from scheduler.loading import BadFiles
from tests.scheduler.importing.files import BOOKINGS, UNITS, as_csv, as_xlsx, bring, dump
from tests.scheduler.small_centre import found
from tests.sizes import count

CLUSTERS = ("cluster", "name")
GOOD = as_csv(CLUSTERS, ("РЭ", "Радиоэлектроника"), ("B", "Zwei, drei"))


@pytest.fixture
def centre(sqlite_database: Database) -> Database:
    found(sqlite_database)
    return sqlite_database


def refused(database: Database, kind: str, content: str | bytes, **more: object) -> list[tuple[int | None, str, str]]:
    """Row, column and name of every mistake; nothing is stored."""
    before = dump(database)
    with pytest.raises(BadFiles) as refusal:
        bring(database, kind, content, **more)
    assert dump(database) == before
    return [(each.row, each.column, each.code) for each in refusal.value.mistakes]


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        b"\xfe\xff" + GOOD.encode("utf-16-be"),
        GOOD.replace("\r\n", "\n").encode(),
        as_csv(CLUSTERS, ("РЭ", "Радиоэлектроника"), ("B", "Zwei, drei"), separator=";").encode(),
        as_csv(CLUSTERS, ("РЭ", "Радиоэлектроника"), ("B", "Zwei, drei"), separator="\t").encode(),
        as_csv((), CLUSTERS, (), ("РЭ", "Радиоэлектроника"), ("", ""), ("B", "Zwei, drei")).encode(),
        ('# cluster: its name; with, signs\r\n"# name: ""full"""\r\n' + GOOD.replace(",", ";", 1))
        .replace("РЭ,", "РЭ;")
        .replace('B,"Zwei, drei"', "B;Zwei, drei")
        .encode(),
        b"sep=;\r\n" + as_csv(CLUSTERS, ("РЭ", "Радиоэлектроника"), ("B", "Zwei, drei"), separator=";").encode(),
        as_xlsx(CLUSTERS, ("РЭ", "Радиоэлектроника"), ("B", "Zwei, drei")),
        as_xlsx(("# a", "b"), (), CLUSTERS, ("", ""), ("РЭ", "Радиоэлектроника"), (), ("B", "Zwei, drei")),
    ],
    ids=[
        "utf-8",
        "mark",
        "utf-16",
        "utf-16-be",
        "unix",
        "semicolons",
        "tabs",
        "blank rows",
        "comments",
        "separator",
        "xlsx",
        "blank rows of xlsx",
    ],
)
def test_what_can_be_read_is_read_right(sqlite_database: Database, content: bytes) -> None:
    told = bring(sqlite_database, "clusters", content)
    assert [(row.key, row.what) for row in told.rows] == [("РЭ", "new"), ("B", "new")]
    assert {row[2] for row in dump(sqlite_database)["cluster"]} >= {"Радиоэлектроника", "Zwei, drei"}


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_another_encoding_is_read_when_it_is_named(sqlite_database: Database, encoding: str) -> None:
    content = GOOD.encode(encoding)
    assert refused(sqlite_database, "clusters", content) == [(None, "", "not_utf8")]
    assert bring(sqlite_database, "clusters", content, encoding=encoding).rows[0].key == "РЭ"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b" \r\n\r\n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (GOOD.encode("utf-32"), "not_utf8"),
        (GOOD.encode("utf-16-le"), "not_utf8"),
        ("cluster,name\nä,ö\n".encode("latin-1"), "not_utf8"),
        (b"cluster,name\na,b\0c\n", "nul"),
        (b'cluster,name\na,"open\nb,c\n', "bad_csv"),
        (b"cluster,name,colour\na,b,red\n", "unknown_column"),
        (b"cluster\na\n", "missing_column"),
        (b"cluster,name,name\na,b,c\n", "repeated_column"),
        (b"cluster,name\na,b,c\n", "wrong_cell_count"),
        (b"cluster,name\na,b\x07c\n", "unprintable"),
        ("cluster,name\na,b\u2028c\n".encode(), "unprintable"),
        (b"\xff\xfec\0l\0u\0\x00\xd8", "bad_encoding"),
        (b"cluster,name\na,b\xed\xa0\x80\n", "not_utf8"),
        (b"cluster,name\n" + b"a" * 61 + b",b\n", "too_long"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_workbook"),
        (b"PK\x03\x04 and nothing more", "bad_workbook"),
        (b'cluster,name\na,"' + b"x" * 140_000 + b'"\n', "bad_csv"),
        (b"cluster,name\na,b" + b",x" * 200 + b"\n", "too_many_columns"),
        (b"cluster,name\n" + b"\n" * workbooks.MOST_ROWS + b"a,b\n", "too_many_rows"),
        ("cluster,name\na,b\u202ec\n".encode(), "unprintable"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(sqlite_database: Database, content: bytes, code: str) -> None:
    assert [each[2] for each in refused(sqlite_database, "clusters", content)] == [code]


@pytest.mark.parametrize("form", [as_csv, as_xlsx])
def test_rows_are_counted_as_a_spreadsheet_counts_them(
    sqlite_database: Database, form: Callable[..., str | bytes]
) -> None:
    content = form(("# told", ""), (), CLUSTERS, ("A", "Aa"), (), ("B", ""))
    assert refused(sqlite_database, "clusters", content) == [(6, "name", "blank_cell")]


def test_a_header_alone_brings_nothing(sqlite_database: Database) -> None:
    assert bring(sqlite_database, "clusters", as_csv(CLUSTERS)).rows == ()


@pytest.mark.parametrize("lanes", ["1,5", "1.5", "1 000", "1e3", str(2**63), "−1", "NaN", "٣"])
def test_numbers_are_written_plainly_or_refused(centre: Database, lanes: str) -> None:
    row = ("A", "SMT", "First", "oven", lanes, "", "", "")
    assert refused(centre, "units", as_csv(UNITS, row)) == [(2, "lanes", "bad_number")]


def test_a_mistake_far_down_is_told_and_nothing_is_stored(sqlite_database: Database) -> None:
    rows = count(short=10_000, full=10_000)
    lines = [("cluster", "name"), *((f"C{n}", f"Cluster {n}") for n in range(rows))]
    lines[9_998] = ("C-bad", "")
    assert refused(sqlite_database, "clusters", as_csv(*lines)) == [(9_999, "name", "blank_cell")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("..\\..\\evil.csv", "evil.csv"),
        ("a\r\nb.csv", "a__b.csv"),
        ("\x1b[31mred.csv", "_[31mred.csv"),
        ("\ud800.csv", "_.csv"),
        ("../..", "file"),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_file_is_shown_by_a_clean_name(sqlite_database: Database, name: str, shown: str) -> None:
    assert Upload(name=name, content=b"").shown == shown
    with pytest.raises(BadFiles) as refusal:
        bring(sqlite_database, "clusters", b"cluster,name\n,b\n", name=name)
    assert refusal.value.mistakes[0].file == shown


# -- workbooks


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


def test_a_long_cell_is_told_in_short(centre: Database) -> None:
    with pytest.raises(BadFiles) as refusal:
        bring(centre, "bookings", as_csv(BOOKINGS, ("X", ";".join(f"U{n}" for n in range(9_000)), "", "", "A-1")))
    assert all(len(mistake.text) < 400 for mistake in refusal.value.mistakes)


def test_a_new_booking_is_not_called_as_those_are_that_have_numbers(centre: Database) -> None:
    rows = ((name, "SEM", "2026-12-01 10:00", "2026-12-01 12:00", "A-1") for name in ("#7", "#", f"#{2**63}"))
    expected = [(row, "booking", "unknown_reference") for row in (2, 3, 4)]
    assert refused(centre, "bookings", as_csv(BOOKINGS, *rows)) == expected


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


# -- moments


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-12-01 10:00", "2026-12-01T12:00"),
        ("2026-12-01T10:00+03:00", "2026-12-01T09:00Z"),
        (datetime(2026, 12, 1, 10), datetime(2026, 12, 1, 12)),  # noqa: DTZ001 - a spreadsheet knows no zones
        (46357 + 10 / 24, 46357.5),
    ],
    ids=["local", "offset", "dates", "serials"],
)
def test_moments_are_read_in_every_way_in_which_they_are_written(centre: Database, start: object, end: object) -> None:
    bring(centre, "bookings", as_xlsx(BOOKINGS, ("X", "SEM", start, end, "A-1")))
    (row,) = dump(centre)["booking"]
    assert row[10:12] == ("2026-12-01 07:00:00.000000", "2026-12-01 09:00:00.000000")


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("2026-03-29 02:30", "bad_local_time"),
        ("2026-10-25 02:30", "bad_local_time"),
        ("2026-10-25 02:30+01:00", ""),
        ("12/01/2026 10:00", "bad_date"),
        ("2026-12-01", "bad_date"),
        ("2026-02-30 10:00", "bad_date"),
        ("0001-01-01T00:00+14:00", "bad_date"),
        ("9999-12-31T23:59-14:00", "bad_date"),
        ("W+0 Thu 16:00", "bad_date"),
        ("99999999", "bad_date"),
    ],
)
def test_times_that_the_clock_skips_or_shows_twice_are_named(sqlite_database: Database, start: str, code: str) -> None:
    bring(sqlite_database, "centres", as_csv(("centre", "name", "zone"), ("B", "Be", "Europe/Berlin")))
    bring(sqlite_database, "laboratories", as_csv(("laboratory", "centre", "name"), ("L", "B", "Lab")))
    bring(sqlite_database, "units", as_csv(UNITS, ("U", "L", "Unit", "oven", "", "", "", "")))
    bring(sqlite_database, "clusters", as_csv(CLUSTERS, ("C", "Cluster")))
    bring(sqlite_database, "organisations", as_csv(("organisation", "cluster", "name"), ("O", "C", "Org")))
    bring(
        sqlite_database,
        "projects",
        as_csv(("project", "organisation", "cluster", "name", "stage"), ("P", "O", "C", "Pro", "idea")),
    )
    content = as_csv(BOOKINGS, ("X", "U", start, "2026-10-25 12:00", "P"))
    if not code:
        assert bring(sqlite_database, "bookings", content).counts["new"] == 1
        return
    assert refused(sqlite_database, "bookings", content) == [(2, "start", code)]
