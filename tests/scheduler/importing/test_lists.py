"""Lists of places, organisations, people and requests come in by file, again and again, whole or not at all."""

import pytest
from sqlmodel import select

from models.audit import PEOPLE
from models.chains import verify
from models.database import Database
from models.queries.recorded import Search, next_events
from models.tables import Plan
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.booking import book_units
from scheduler.importing import KINDS
from scheduler.importing.moments import file_moment
from scheduler.importing.templates import template_of
from scheduler.loading import BadFiles
from scheduler.loading.cells import BadCell
from tests.scheduler.importing.files import UNITS, as_csv, as_xlsx, bring, dump
from tests.scheduler.small_centre import NOW, at, found, request

REQUESTS = tuple(template_of("requests").columns)
ASKED = ("NEW", "EL", "A-1", "BOARDS", 12, "soak_hours=4", "", "2026-11-27 12:00", "2026-11-30 08:00", "", "", "", "")

LISTS: dict[str, tuple[tuple[object, ...], tuple[object, ...]]] = {
    "centres": (("EL", "Electronics", "Europe/Moscow"), ("OP", "Optics", "Europe/Berlin")),
    "clusters": (("IT", "Information technologies"), ("NT", "Nanotechnologies")),
    "laboratories": (("SMT", "EL", "Assembly"), ("XRAY", "EL", "X-ray")),
    "units": (
        ("SEM", "SMT", "Sem", "microscope", 2, "", "", ""),
        ("SEM-9", "SMT", "Ninth", "microscope", "", "screens", 10, ""),
    ),
    "organisations": (("ALFA", "IT", "Alfa"), ("GAMMA", "PH", "Gamma")),
    "projects": (("A-1", "ALFA", "IT", "Sensor", "prototype"), ("A-2", "ALFA", "PH", "Probe", "idea")),
    "people": (("T5", "Anna Orlova", "EL", "", "", ""), ("T7", "Example Person", "EL", "ALFA", 7.5, "")),
    "requests": (
        ("OLD", "EL", "A-1", "BOARDS", 30, "", "", "2026-11-27T09:00+00:00", "2026-11-27T09:00+00:00", "", "", "", ""),
        ASKED,
    ),
}


@pytest.fixture
def centre(sqlite_database: Database) -> Database:
    found(sqlite_database)
    request(sqlite_database, "OLD", asked_by=None)
    return sqlite_database


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("packed", [False, True], ids=["csv", "xlsx"])
def test_what_is_there_stays_and_what_is_new_comes_in_once(centre: Database, kind: str, packed: bool) -> None:
    rows = (template_of(kind).columns, *LISTS[kind])
    content = as_xlsx(*rows) if packed else as_csv(*rows)
    before = dump(centre)
    rehearsed = bring(centre, kind, content, rehearse=True)
    assert dump(centre) == before
    assert [row.what for row in rehearsed.rows] == ["unchanged", "new"]
    assert bring(centre, kind, content).counts == rehearsed.counts
    once = dump(centre)
    assert once != before
    assert bring(centre, kind, content).counts == {"new": 0, "changed": 0, "unchanged": 2, "refused": 0}
    assert dump(centre) == once


def test_a_unit_that_is_imported_keeps_what_hangs_on_it(centre: Database) -> None:
    before = dump(centre)
    told = bring(centre, "units", as_csv(UNITS, ("OVEN-1", "SMT", "The oven", "oven", 1, "", 15, "")))
    changes = {change.field: (change.before, change.after) for change in told.rows[0].changes}
    assert changes == {"name": ("Oven-1", "The oven"), "buffer_minutes": (0, 15)}
    after = dump(centre)
    assert {name for name in after if after[name] != before[name]} == {"unit", "centre", "audit_event"}


def test_one_event_tells_of_the_file_and_the_chains_hold(centre: Database) -> None:
    told = bring(centre, "clusters", as_csv(("cluster", "name"), ("X", "Ex"), ("Y", "Why")), name="../../a\nb.csv")
    with centre.reading() as session:
        events = next_events(session, Search(), after_id=0, limit=100)
        assert verify(session, PEOPLE) == []
    assert [event.verb for event in events] == ["added cluster", "added cluster", "imported"]
    assert events[-1].object_id == "a_b.csv"
    assert events[-1].after == {
        "kind": "clusters",
        "file": "a_b.csv",
        "sha256": told.sha256,
        "rows": {"new": 2, "changed": 0, "unchanged": 0, "refused": 0},
    }


def test_every_bad_row_is_told_and_nothing_is_stored(centre: Database) -> None:
    rows = [
        ("A", "SMT", "First", "oven", 1, "", "", ""),
        ("B", "MOON", "Second", "oven", 1, "", "", ""),
        ("C", "SMT", "Third", "oven", "1,5", "", "", ""),
        ("A", "SMT", "Fourth", "oven", 1, "", "", ""),
        ("E", "SMT", "first ", "oven", 1, "", "", ""),
        ("F", "SMT", "Printer", "oven", 3, "", 5, ""),
        ("SEM", "SMT", "Sem", "microscope", 1, "", "", ""),
    ]
    before = dump(centre)
    with pytest.raises(BadFiles) as refusal:
        bring(centre, "units", as_csv(UNITS, *rows))
    told = [(each.row, each.column, each.code) for each in refusal.value.mistakes]
    assert told == [
        (3, "laboratory", "unknown_reference"),
        (4, "lanes", "bad_number"),
        (5, "unit", "repeated_row"),
        (6, "name", "repeated_name"),
        (7, "lanes", "lanes_with_setups"),
        (7, "name", "two_units_of_one_name"),
    ]
    assert dump(centre) == before


def test_a_refused_file_is_recorded_without_its_cells(centre: Database) -> None:
    rows = (("IT", "IT and more"), ("", "Nameless secret"), ("", "Another secret"))
    for rehearse in (True, False):
        try:
            bring(centre, "clusters", as_csv(("cluster", "name"), *rows), name="../a\nb.csv", rehearse=rehearse)
        except BadFiles:
            assert not rehearse
    with pytest.raises(BadFiles):
        bring(centre, "clusters", b"")
    with centre.reading() as session:
        bad, empty = next_events(session, Search(), after_id=0, limit=9)
        assert verify(session, PEOPLE) == []
    assert (bad.verb, bad.chain, bad.actor, bad.object_id) == (
        "refused import",
        PEOPLE,
        LOCAL_ADMINISTRATOR.key,
        "a_b.csv",
    )
    assert bad.after is not None
    assert bad.after["mistakes"] == {"blank_cell": 2}
    assert len(bad.after["sha256"]) == 64
    assert "secret" not in str(bad)
    assert empty.after is not None
    assert empty.after["mistakes"] == {"empty_file": 1}


def test_a_rehearsal_tells_good_and_bad_rows_in_order(centre: Database) -> None:
    content = as_csv(("cluster", "name"), ("IT", "IT and more"), ("", "Nameless"), ("X", "Ex"))
    told = bring(centre, "clusters", content, rehearse=True)
    assert [(row.row, row.what) for row in told.rows] == [(2, "changed"), (3, "refused"), (4, "new")]
    assert "expected a value here" in told.rows[1].note


def test_a_request_is_judged_by_its_recipe(centre: Database) -> None:
    too_long = (*ASKED[:5], "soak_hours=500", *ASKED[6:])
    twice = ("B", *ASKED[1:7], "2026-11-27 12:00", "2026-11-30 08:00", "2026-11-30 07:00", "", "", "")
    with pytest.raises(BadFiles) as refusal:
        bring(centre, "requests", as_csv(REQUESTS, too_long, twice))
    assert [(each.row, each.code) for each in refusal.value.mistakes] == [
        (2, "parameter_out_of_range"),
        (3, "due_before_release"),
    ]


def test_templates_come_in_as_they_are_where_their_names_exist() -> None:
    for kind in KINDS:
        template = template_of(kind)
        assert len(template.columns) == len(template.told) == len(template.examples)
        assert all(template.told)


def test_a_centre_comes_in_with_its_clock_or_is_refused(sqlite_database: Database) -> None:
    header = ("centre", "name", "zone")
    with pytest.raises(BadFiles, match="1 mistake"):
        bring(sqlite_database, "centres", as_csv(header, ("A", "Aa", "Moon/Crater")))
    assert bring(sqlite_database, "centres", as_csv(header, ("A", "Aa", "Asia/Omsk"))).counts["new"] == 1


def test_a_clock_that_leaves_a_booking_outside_its_hours_is_told_and_asks_for_a_repair(centre: Database) -> None:
    start, end = at("Tue 08:00"), at("Tue 09:00")
    book_units(centre, actor=LOCAL_ADMINISTRATOR, now=NOW, units=("SEM",), start=start, end=end, project="A-1")
    content = as_csv(("centre", "name", "zone"), ("EL", "Electronics", "Europe/Berlin"))
    rehearsed = bring(centre, "centres", content, rehearse=True)
    assert repairs(centre) == []
    told = bring(centre, "centres", content)
    notes = [[row.note for row in each.rows] for each in (rehearsed, told)]
    assert notes == [["to be replanned, as they cannot stay by it: 1 of the bookings"]] * 2
    assert repairs(centre) == ["queued"]
    renamed = as_csv(("centre", "name", "zone"), ("EL", "Electronics and more", "Europe/Berlin"))
    assert [row.note for row in bring(centre, "centres", renamed).rows] == [""]


def repairs(database: Database) -> list[str]:
    with database.reading() as session:
        return [plan.state for plan in session.exec(select(Plan).where(Plan.kind == "repair"))]


def test_a_column_that_is_left_out_sets_nothing_of_a_unit_back(centre: Database) -> None:
    content = as_csv(("unit", "laboratory", "name", "type"), ("SEM", "SMT", "Sem", "microscope"))
    with pytest.raises(BadFiles) as refusal:
        bring(centre, "units", content)
    assert {each.code for each in refusal.value.mistakes} == {"missing_column"}


@pytest.mark.parametrize(
    ("written", "read"),
    [("02.11.2026 10:00", "2026-11-02 07:00"), ("2.1.2027 9:05:30", "2027-01-02 06:05")],
)
def test_a_moment_with_dots_is_day_month_and_year(written: str, read: str) -> None:
    assert f"{file_moment(written).at('', 'Europe/Moscow'):%Y-%m-%d %H:%M}" == read


@pytest.mark.parametrize("written", ["11/02/2026 10:00", "02.13.2026 10:00", "02.11.26 10:00", "2026.11.02 10:00"])
def test_what_may_be_another_day_is_no_moment(written: str) -> None:
    with pytest.raises(BadCell, match=r"day\.month\.year"):
        file_moment(written)


def test_a_list_of_people_without_hours_and_owners_leaves_them(centre: Database) -> None:
    bring(centre, "people", as_csv(template_of("people").columns, LISTS["people"][1]))
    columns = ("person", "name", "centre")
    assert bring(centre, "people", as_csv(columns, ("T7", "Example Person", "EL"))).changes_nothing
    told = bring(centre, "people", as_csv((*columns, "organisation"), ("T7", "Example Person", "EL", "")))
    assert [row.what for row in told.rows] == ["changed"]
