"""Whatever is brought is read right, or refused by name with nothing stored."""

from collections.abc import Callable
from datetime import datetime

import pytest

from models.database import Database
from scheduler.importing import Upload, workbooks
from scheduler.loading import BadFiles
from tests.scheduler.importing.files import BOOKINGS, CLUSTERS, UNITS, as_csv, as_xlsx, bring, dump, refused
from tests.sizes import count

GOOD = as_csv(CLUSTERS, ("РЭ", "Радиоэлектроника"), ("B", "Zwei, drei"))


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


def test_a_long_cell_is_told_in_short(centre: Database) -> None:
    with pytest.raises(BadFiles) as refusal:
        bring(centre, "bookings", as_csv(BOOKINGS, ("X", ";".join(f"U{n}" for n in range(9_000)), "", "", "A-1")))
    assert all(len(mistake.text) < 400 for mistake in refusal.value.mistakes)


def test_a_new_booking_is_not_called_as_those_are_that_have_numbers(centre: Database) -> None:
    rows = ((name, "SEM", "2026-12-01 10:00", "2026-12-01 12:00", "A-1") for name in ("#7", "#", f"#{2**63}"))
    expected = [(row, "booking", "unknown_reference") for row in (2, 3, 4)]
    assert refused(centre, "bookings", as_csv(BOOKINGS, *rows)) == expected


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
