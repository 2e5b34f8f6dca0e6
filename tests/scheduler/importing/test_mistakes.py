"""Whatever is wrong with a file is told in one run, row by row: a mistake hides no other that can be seen beside it."""

import pytest

from models.database import Database
from scheduler.importing import UNJUDGED
from scheduler.loading import BadFiles
from tests.scheduler.importing.files import BOOKINGS, UNITS, as_csv, bring, dump
from tests.scheduler.importing.test_lists import ASKED, REQUESTS
from tests.scheduler.small_centre import NOW, request
from tests.sizes import count

STATED = (*BOOKINGS, "quantity", "state", "used_start", "used_end", "used_quantity")
TEN, NOON = "2026-12-01 10:00", "2026-12-01 12:00"
ALWAYS_BAD = ("0", "lost", NOON, TEN, "-1")


def refused(database: Database, kind: str, content: str) -> list[tuple[int | None, str, str]]:
    """What is told by the import, which stores nothing; the rehearsal tells the same rows."""
    before = dump(database)
    with pytest.raises(BadFiles) as refusal:
        bring(database, kind, content)
    rehearsed = bring(database, kind, content, rehearse=True)
    assert dump(database) == before
    assert {row.row for row in rehearsed.rows if row.what == "refused"} == {each.row for each in refusal.value.mistakes}
    assert len(rehearsed.rows) == len({row.row for row in rehearsed.rows})
    return [(each.row, each.column, each.code) for each in refusal.value.mistakes]


def test_every_sort_of_mistake_of_a_booking_is_told_at_once(centre: Database) -> None:
    rows = (
        ("good", "SEM", TEN, NOON, "A-1", "", "", "", "", ""),
        ("names", "MOON", NOON, TEN, "NOBODY", "x", "", NOON, TEN, ""),
        ("place", "OVEN-1", TEN, NOON, "A-1", "x", "", "", "", ""),
        ("again", "OVEN-1", TEN, NOON, "A-1", "", "", "", "", ""),
        ("good", "PRINTER", TEN, "noon", "A-1", "", "lost", "", "", ""),
        ("state", "PRINTER", TEN, NOON, "A-1", "", "lost", "", "", "5"),
        ("", "", TEN, TEN, "A-1", "", "", "", "", ""),
    )
    assert refused(centre, "bookings", as_csv(STATED, *rows)) == [
        (3, "quantity", "bad_number"),
        (3, "units", "unknown_reference"),
        (3, "project", "unknown_reference"),
        (3, "end", "ends_before_start"),
        (3, "used_end", "ends_before_start"),
        (4, "quantity", "bad_number"),
        (5, "start", "does_not_fit"),
        (6, "end", "bad_date"),
        (6, "booking", "repeated_row"),
        (7, "used_start", "blank_cell"),
        (7, "state", "bad_choice"),
        (8, "booking", "blank_cell"),
        (8, "end", "ends_before_start"),
    ]


def test_a_row_says_that_it_was_not_judged_beside_the_others(centre: Database) -> None:
    content = as_csv(
        STATED,
        ("hidden", "MOON", TEN, NOON, "A-1", "", "", "", "", ""),
        ("seen", "OVEN-1", TEN, NOON, "A-1", "x", "", "", "", ""),
    )
    with pytest.raises(BadFiles) as refusal:
        bring(centre, "bookings", content)
    hidden, seen = refusal.value.mistakes
    assert hidden.text.endswith(f"MOON are not. {UNJUDGED}")
    assert UNJUDGED not in seen.text


def test_refused_rows_are_told_with_their_keys(centre: Database) -> None:
    content = as_csv(
        STATED, ("good", "SEM", TEN, NOON, "A-1", "", "", "", "", ""), ("b\x1bd" * 40, *ALWAYS_BAD, *ALWAYS_BAD[1:])
    )
    told = bring(centre, "bookings", content, rehearse=True)
    assert [(row.row, row.key[:3], row.what) for row in told.rows] == [(2, "goo", "new"), (3, "b\ufffdd", "refused")]
    assert len(told.rows[1].key) == 81


def test_of_very_many_rows_the_refused_one_is_told_first(centre: Database) -> None:
    many = count(short=999, full=9_999)
    rows = [(f"C{number}", f"Cluster {number}" if number != many - 2 else "") for number in range(many)]
    told = bring(centre, "clusters", as_csv(("cluster", "name"), *rows), rehearse=True)
    first, second = told.differing[:2]
    assert (first.row, first.key, first.note) == (many, f"C{many - 2}", "name: expected a value here.")
    assert second.row == 2
    assert told.counts == {"new": many - 1, "changed": 0, "unchanged": 0, "refused": 1}


def test_every_sort_of_mistake_of_a_unit_is_told_at_once(centre: Database) -> None:
    rows = (
        ("A", "MOON", "First", "oven", 3, "", 5, "", ""),
        ("B", "SMT", "first", "oven", 3, "", 5, "x", ""),
        ("C", "SMT", "Third", "oven", 3, "", 5, "", "dear"),
        ("SEM", "SMT", "Oven-1", "microscope", 1, "", "", "", "dear"),
        ("A", "SMT", "First", "oven", "", "", "", "", ""),
    )
    assert refused(centre, "units", as_csv(UNITS, *rows)) == [
        (2, "laboratory", "unknown_reference"),
        (2, "lanes", "lanes_with_setups"),
        (3, "usable_minutes", "bad_number"),
        (4, "hour_cost", "bad_number"),
        (4, "lanes", "lanes_with_setups"),
        (5, "hour_cost", "bad_number"),
        (5, "name", "two_units_of_one_name"),
        (6, "unit", "repeated_row"),
        (6, "name", "repeated_name"),
    ]


def test_every_sort_of_mistake_of_a_request_is_told_at_once(centre: Database) -> None:
    released = ("2026-11-27 12:00", "2026-11-30 08:00")
    rows = (
        ("A", "EL", "NOBODY", "BOARDS", 12, "soak_hours=500", "", *released, "2026-11-30 07:00", "", "", ""),
        ("B", "EL", "A-1", "CAKES", 12, "", "odd", *released, "2026-11-30 07:00", "", "", ""),
        ("C", "MARS", "A-1", "BOARDS", 12, "", "", *released, "", "", "maybe", ""),
        ("D", *ASKED[1:]),
        ("D", *ASKED[1:]),
        ("E", "EL", "A-1", "", 12, "", "", *released, "", "", "", ""),
    )
    assert refused(centre, "requests", as_csv(REQUESTS, *rows)) == [
        (2, "project", "unknown_reference"),
        (2, "due", "due_before_release"),
        (2, "parameters", "parameter_out_of_range"),
        (3, "priority", "bad_choice"),
        (3, "recipe", "unknown_reference"),
        (3, "due", "due_before_release"),
        (4, "may_share", "bad_choice"),
        (4, "centre", "unknown_reference"),
        (6, "request", "repeated_row"),
        (7, "recipe", "blank_cell"),
    ]


def test_a_header_that_is_wrong_hides_no_row(centre: Database) -> None:
    content = as_csv(
        ("unit", "laboratory", "name", "colour", "lanes", "lanes", *UNITS[5:]),
        ("A", "MOON", "First", "red", "x", "y", "", "", "", ""),
        ("B", "SMT", "Second", "red", "1", "1", "", "-5", "", ""),
    )
    assert refused(centre, "units", content) == [
        (1, "colour", "unknown_column"),
        (1, "lanes", "repeated_column"),
        (1, "type", "missing_column"),
        (2, "laboratory", "unknown_reference"),
        (3, "buffer_minutes", "negative_duration"),
    ]


def test_a_header_in_the_middle_is_no_row(centre: Database) -> None:
    header = ("cluster", "name")
    content = as_csv(header, ("A", "Aa"), ("Cluster ", "NAME"), ("B", ""))
    assert refused(centre, "clusters", content) == [(3, "", "repeated_header"), (4, "name", "blank_cell")]


@pytest.mark.parametrize("header", ["Cluster,Name", " cluster , NAME ", "CLUSTER;name"])
def test_a_header_is_known_whatever_its_letters(centre: Database, header: str) -> None:
    separator = ";" if ";" in header else ","
    assert bring(centre, "clusters", f"{header}\r\nNT{separator}Nano\r\n").counts["new"] == 1


def test_words_of_a_header_may_stand_apart(centre: Database) -> None:
    header = (*BOOKINGS, "Used Start", "used  end")
    row = ("P", "SEM", "2026-11-20 10:00", "2026-11-20 12:00", "A-1", "2026-11-20 10:00", "2026-11-20 11:00")
    bring(centre, "bookings", as_csv(header, row))
    assert len(dump(centre)["used_time"]) == 1


def test_a_request_drawn_by_hand_is_changed_here_and_not_by_a_file(centre: Database) -> None:
    request(centre, "DRAWN", recipe_id=None, routing={"operations": []})
    told = {"submitted": NOW.isoformat(), "release": NOW.isoformat()}
    row = ("DRAWN", "EL", "A-1", "", 30, "", "", told["submitted"], told["release"], "", "", "", "")
    assert bring(centre, "requests", as_csv(REQUESTS, row)).counts["unchanged"] == 1
    changed = (*row[:4], 31, *row[5:])
    assert refused(centre, "requests", as_csv(REQUESTS, changed)) == [(2, "recipe", "drawn_by_hand")]


def test_a_use_without_its_begin_is_told_of_a_known_booking_too(centre: Database) -> None:
    row = ("P", "SEM", "2026-11-20 10:00", "2026-11-20 12:00", "A-1", "", "", "", "", "")
    bring(centre, "bookings", as_csv(STATED, row))
    ended = (*row[:8], "2026-11-20 11:00", "")
    assert refused(centre, "bookings", as_csv(STATED, ended)) == [(2, "used_start", "blank_cell")]


@pytest.mark.parametrize(("reference", "code"), [("#9", "blank_cell"), ("V1", "blank_cell"), ("#1", "booked_already")])
def test_only_a_visit_that_stands_here_holds_no_unit(centre: Database, reference: str, code: str) -> None:
    bring(centre, "bookings", as_csv(BOOKINGS, ("S", "SEM", TEN, NOON, "A-1")))
    assert refused(centre, "bookings", as_csv(BOOKINGS, (reference, "", TEN, NOON, "A-1"))) == [(2, "units", code)]
