"""What is exported comes in again and changes nothing; every export is an event; nobody sees more than they may."""

import csv
import io
import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import Session

from api.sheets import LONGEST_CELL, written
from models.audit import PEOPLE, record
from models.database import Database
from models.queries.recorded import Search, next_events
from models.tables import Account, AccountDetail, Booking, Cluster, Hold, Recipe, Run, UsedTime
from scheduler.actors import LOCAL_ADMINISTRATOR, NOBODY, Actor
from scheduler.booking import book_units, cancel_booking
from scheduler.catalogue import list_bookings
from scheduler.door.people import RoleAsked, invite
from scheduler.erasing import erase
from scheduler.errors import Forbidden, NotSignedIn, Unknown
from scheduler.exporting import ALWAYS, EXPORTS, Table, export, kinds_for
from scheduler.importing import KINDS
from scheduler.outages import report_outage
from scheduler.planning import ask_for_plan
from tests.scheduler.actors import administrator, auditor, engineer, manager, technician
from tests.scheduler.importing.files import BOOKINGS, as_csv, bring, dump
from tests.scheduler.rehashed import rehashed
from tests.scheduler.small_centre import BOARD_ROUTING, NOW, WEEK, at, found, request, store
from tests.scheduler.upkept import calibration

USED = (*BOOKINGS, "used_start", "used_end", "used_quantity")


def taken(database: Database, kind: str, form: str = "csv") -> Table:
    return export(database, actor=LOCAL_ADMINISTRATOR, now=NOW, kind=kind, form=form)


@pytest.fixture
def full(sqlite_database: Database) -> Database:
    """With a booking of every way in which it may have come, and text that looks like a formula."""
    found(sqlite_database)
    request(sqlite_database, "REQ-1", due_at=at("Fri 18:00"))
    bring(sqlite_database, "clusters", as_csv(("cluster", "name"), ("F", "'=1+1"), ("G", "'-1"), ("H", "+7")))
    past = ("P1", "OVEN-1", "2026-11-20 10:00", "2026-11-20 12:00", "A-1", "2026-11-20 10:05", "2026-11-20 11:30", 3)
    bring(sqlite_database, "bookings", as_csv(USED, past))
    for day in ("Tue", "Wed"):
        book_units(
            sqlite_database,
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
            units=("SEM", "OVEN-2"),
            start=at(f"{day} 10:00"),
            end=at(f"{day} 11:00"),
            project="B-1",
            purpose="+48 h" if day == "Tue" else "",
        )
    cancel_booking(sqlite_database, actor=LOCAL_ADMINISTRATOR, now=NOW, booking_id=3)
    planned(sqlite_database)
    together(sqlite_database)
    asked_otherwise(sqlite_database)
    return sqlite_database


def planned(database: Database) -> None:
    """A run of a request, done twice in a day, and one that lost its place."""
    spans = ((NOW - timedelta(hours=9), "done"), (at("Thu 10:00"), "displaced"))
    for number, (start, state) in enumerate(spans, start=1):
        span: dict[str, Any] = {"start_at": start, "end_at": start + timedelta(hours=1)}
        (run,) = store(database, Run(centre_id=1, request_id=1, operation=1, number=number, **span))
        store(database, *(Hold(run_id=run, resource_id=each, in_force=False, **span) for each in (1, 5)))
        owner: dict[str, Any] = {
            "project_id": 1,
            "organisation_id": 1,
            "cluster_id": 1,
            "stage": "prototype",
            "made_by": "x",
        }
        booked: dict[str, Any] = {
            "booked_start": start,
            "booked_end": span["end_at"],
            "purpose": "print",
            "quantity": 30,
        }
        (booking,) = store(database, Booking(run_id=run, state=state, made_at=NOW, **owner, **booked))
        for minutes in (0, 30) if state == "done" else ():
            begun = start + timedelta(minutes=minutes)
            told: dict[str, Any] = {"told_at": NOW, "told_by": "x", "quantity": 15}
            store(
                database,
                UsedTime(booking_id=booking, start_at=begun, end_at=begun + timedelta(minutes=20), **told),
            )


OWNERS: tuple[dict[str, Any], ...] = (
    {"project_id": 1, "organisation_id": 1, "cluster_id": 1},
    {"project_id": 2, "organisation_id": 2, "cluster_id": 2},
)


def together(database: Database) -> None:
    """A run that two owners share, with a visit of a technician inside it."""
    start, end = at("Fri 09:00"), at("Fri 15:00")
    made: dict[str, Any] = {"stage": "prototype", "state": "confirmed", "made_at": NOW, "made_by": "x"}
    for visit, (begun, ended, resource, purpose) in enumerate(
        ((start, end, 2, "soak "), (at("Fri 11:00"), at("Fri 11:30"), 5, "look\u00a0in"))
    ):
        span: dict[str, Any] = {"start_at": begun, "end_at": ended}
        (run,) = store(database, Run(centre_id=1, request_id=1, operation=2, number=1, visit=visit, **span))
        store(database, Hold(run_id=run, resource_id=resource, in_force=True, **span))
        for owner in OWNERS:
            booked: dict[str, Any] = {
                "booked_start": begun,
                "booked_end": ended,
                "purpose": purpose,
                "quantity": 200_000,
            }
            store(database, Booking(run_id=run, **made, **owner, **booked))


def asked_otherwise(database: Database) -> None:
    """Requests drawn by hand, with a long name, for fewer pieces, and by a recipe that has changed since."""
    request(database, "DRAWN", recipe_id=None, routing=BOARD_ROUTING, parameters={"soak_hours": 70})
    request(database, "X" * 80, quantity=200_000, least_quantity=5, may_share=True, priority="urgent")
    request(database, "OLDER", parameters={"soak_hours": 70}, due_at=NOW + timedelta(seconds=90))
    narrower = {**BOARD_ROUTING, "parameters": [{"name": "soak_hours", "default": 10, "low": 1, "high": 12}]}
    store(database, Recipe(laboratory_id=1, key="BOARDS", version=2, name="Boards", routing=narrower))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_import_of_an_export_changes_nothing(full: Database, kind: str, form: str) -> None:
    table = taken(full, kind)
    before = dump(full)
    told = bring(full, kind, written(table, form))
    assert told.counts == {"new": 0, "changed": 0, "unchanged": len(table.rows), "refused": 0}
    assert dump(full) == before
    assert table.rows


def test_text_like_a_formula_is_harmless_in_sheets_and_plain_in_json(full: Database) -> None:
    table = taken(full, "clusters")
    names = [row["name"] for row in csv.DictReader(io.StringIO(written(table, "csv").decode("utf-8-sig"), newline=""))]
    assert names[2:] == ["'=1+1", "'-1", "'+7"]
    sheet = load_workbook(io.BytesIO(written(table, "xlsx"))).worksheets[0]
    assert [cell.data_type for cell in list(sheet.columns)[1]] == ["s"] * 6
    assert [row["name"] for row in json.loads(written(table, "json"))][2:] == ["=1+1", "-1", "+7"]


def test_without_the_apostrophe_a_sheet_would_compute(full: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.sheets.neutral", lambda text: text)
    sheet = load_workbook(io.BytesIO(written(taken(full, "clusters"), "xlsx"))).worksheets[0]
    assert "f" in [cell.data_type for cell in list(sheet.columns)[1]]


def test_numbers_stay_numbers(full: Database) -> None:
    sheet = load_workbook(io.BytesIO(written(taken(full, "bookings"), "xlsx"))).worksheets[0]
    quantities = [row[6].value for row in sheet.iter_rows(min_row=2)]
    assert quantities == [1, 1, 1, 30, 30, 200_000, 200_000, 200_000, 200_000]


def test_moments_are_text_that_names_its_offset(full: Database) -> None:
    """A date of a spreadsheet has no zone: whoever opens it elsewhere would read another hour."""
    table = taken(full, "bookings")
    sheet = load_workbook(io.BytesIO(written(table, "xlsx"))).worksheets[0]
    starts = [row[2] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in starts} == {"s"}
    assert all(str(cell.value).endswith("+00:00") for cell in starts)
    assert [str(cell.value) for cell in starts] == [row["start"] for row in csv.DictReader(lines(table))]


def lines(table: Table) -> io.StringIO:
    return io.StringIO(written(table, "csv").decode("utf-8-sig"), newline="")


def test_what_no_sheet_can_hold_does_not_stop_an_export(sqlite_database: Database) -> None:
    def command(session: Session) -> None:
        session.add(Cluster(key="X", name="a\x07b"))

    sqlite_database.write(command)
    assert written(taken(sqlite_database, "clusters"), "xlsx")


def test_every_export_is_an_event(full: Database) -> None:
    for kind in EXPORTS:
        taken(full, kind, "json")
    with full.reading() as session:
        events = [each for each in next_events(session, Search(), after_id=0, limit=1000) if each.verb == "exported"]
    assert [event.object_id for event in events] == list(EXPORTS)
    assert events[0].after == {"format": "json", "rows": 1, "centre": None}


def test_the_record_is_verified_from_its_export_alone(full: Database) -> None:
    events: list[dict[str, Any]] = json.loads(written(taken(full, "audit", "json"), "json"))
    assert {event["chain"] for event in events} == {"centre:1", "people"}
    assert any(event["changes"] for event in events)
    assert rehashed(events) == []
    edited = next(at for at, event in enumerate(events) if event["changes"])
    for name, other in (("reason", "because"), ("changes", None), ("actor", "x"), ("at", events[-1]["at"][:-6] + "Z")):
        tampered = [dict(event) for event in events]
        tampered[edited][name] = other
        assert rehashed(tampered) == [f"{events[edited]['chain']} {events[edited]['number']}"]
    assert rehashed(events[:edited] + events[edited + 1 :])


def test_the_exported_record_names_accounts_until_they_are_erased(full: Database) -> None:
    store(full, Account(id=17, made_at=NOW), AccountDetail(account_id=17, email="anna@works.example", name="Anna O."))
    act = partial(record, chain=PEOPLE, at=NOW, actor="account:17", verb="x", object_kind="y", object_id="z")
    full.write(act)

    def name() -> object:
        table = taken(full, "audit")
        rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
        return next(row["actor_name"] for row in rows if row["actor"] == "account:17")

    assert name() == "Anna O."
    erase(full, actor=LOCAL_ADMINISTRATOR, now=NOW, who="anna@works.example")
    assert name() is None


def test_a_lab_manager_exports_their_centres_chain(full: Database) -> None:
    rows = export(full, actor=manager(1), now=NOW, kind="audit", form="csv").rows
    assert {row[1] for row in rows} == {"centre:1"}
    assert export(full, actor=manager(2), now=NOW, kind="audit", form="csv").rows == ()
    with pytest.raises(Forbidden):
        export(full, actor=manager(2), now=NOW, kind="audit", form="csv", centre="EL")


def test_a_cell_that_no_sheet_can_hold_is_not_cut_in_silence(sqlite_database: Database) -> None:
    store(sqlite_database, Cluster(key="X", name="a" * (LONGEST_CELL + 1)))
    sheet = load_workbook(io.BytesIO(written(taken(sqlite_database, "clusters"), "xlsx"))).worksheets[0]
    assert str(sheet["B2"].value).startswith("32,768 characters, more than a sheet can hold")


def test_everybody_is_offered_what_they_may_take() -> None:
    assert kinds_for(auditor()) == tuple(EXPORTS)
    assert set(EXPORTS) - set(kinds_for(manager())) == {"people", "accounts"}
    assert set(EXPORTS) - set(kinds_for(engineer(1))) == {"people", "accounts", "audit"}
    assert kinds_for(NOBODY) == ()


ALL = {1, 2, 3, 4, 5, 6, 7, 8, 9}
OF_ALFA = {1, 4, 5, 6, 8}


@pytest.mark.parametrize(
    ("actor", "bookings"),
    [
        (engineer(1), OF_ALFA),
        (engineer(2), ALL - OF_ALFA),
        (technician(), ALL),
        (technician(2), set()),
        (manager(), ALL),
        (manager(2), set()),
        (administrator(), ALL),
        (auditor(), ALL),
    ],
    ids=lambda each: each.key if isinstance(each, Actor) else "",
)
def test_each_gets_everything_that_they_may_see_and_no_more(
    full: Database, actor: Actor, bookings: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, of which none is short for what is others'."""
    monkeypatch.setattr("scheduler.exporting.PAGE", 1)

    def rows(kind: str) -> list[dict[str, str]]:
        return list(csv.DictReader(lines(export(full, actor=actor, now=NOW, kind=kind, form="csv"))))

    found = rows("bookings")
    assert {int(row["id"]) for row in found} == bookings
    assert {row["booking"] for row in rows("used")} <= {row["booking"] for row in found}
    seen = list_bookings(full, actor=actor, now=NOW, start=ALWAYS[0], end=ALWAYS[1])
    assert {view.id for view in seen} == bookings


@pytest.mark.parametrize("kind", ["people", "accounts", "audit"])
def test_nobody_gets_what_they_may_not_see(full: Database, kind: str) -> None:
    with pytest.raises(NotSignedIn):
        export(full, actor=NOBODY, now=NOW, kind=kind, form="csv")
    with pytest.raises(Forbidden):
        export(full, actor=engineer(1), now=NOW, kind=kind, form="csv")
    store(full, Account(id=17, made_at=NOW))
    assert taken(full, kind).rows


def test_what_no_list_brings_in_is_taken_too_as_far_as_somebody_sees_it(sqlite_database: Database) -> None:
    found(sqlite_database)
    calibration(sqlite_database, expires="Fri 12:00")
    of: dict[str, Any] = {"actor": LOCAL_ADMINISTRATOR, "now": NOW}
    report_outage(sqlite_database, unit="SEM", start=at("Tue 08:00"), reason="the door", **of)
    plan_id = ask_for_plan(sqlite_database, week=WEEK, limit=None, work=1, **of)
    roles = (RoleAsked(role="manager", centre="EL"), RoleAsked(role="auditor"))
    invite(sqlite_database, email="eva@works.example", name="Eva", roles=roles, **of)

    def rows(kind: str, actor: Actor, *columns: str) -> list[tuple[object, ...]]:
        table = export(sqlite_database, actor=actor, now=NOW, kind=kind, form="json")
        told = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
        return [tuple(each[column] for column in columns) for each in told]

    outage = ("unit", "start", "end", "reason")
    assert rows("outages", manager(), *outage) == [("SEM", at("Tue 08:00"), None, "the door")]
    assert rows("outages", engineer(1), *outage) == [("SEM", at("Tue 08:00"), None, "")]
    assert rows("maintenance", technician(), "maintenance", "unit", "state") == [("CAL-1", "OVEN-1", "due")]
    assert rows("maintenance", engineer(1), "maintenance") == []
    assert rows("plans", manager(), "id", "state", "centres") == [(plan_id, "queued", "EL")]
    assert rows("plans", manager(2), "id") == rows("plans", engineer(1), "id") == []
    assert rows("recipes", engineer(1), "recipe", "version", "centre") == [("BOARDS", 1, "EL")]
    told = ("email", "name", "state", "roles")
    assert rows("accounts", auditor(), *told) == [("eva@works.example", "Eva", "invited", "manager EL; auditor")]


def test_an_unknown_kind_or_centre_is_refused(full: Database) -> None:
    with pytest.raises(Unknown):
        taken(full, "passwords")
    with pytest.raises(Unknown):
        export(full, actor=LOCAL_ADMINISTRATOR, now=NOW, kind="units", form="csv", centre="MOON")
