"""Whatever an engineer reads, of others' work they learn that a unit is busy, and nothing else.

Alfa and Beta work side by side at one centre, in one plan, on the same units, once in the same run.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from models.database import Database
from models.replay import domain_tables
from models.tables import Booking, Hold, Policy, Run
from scheduler.actors import LOCAL_ADMINISTRATOR, Actor
from scheduler.board import board
from scheduler.booking import book_units, cancel_booking
from scheduler.errors import Unknown
from scheduler.exporting import EXPORTS
from scheduler.history import OF_THE_WORK, history
from scheduler.outages import report_outage
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.publishing import publish_plan
from tests.api.declared import answer
from tests.api.rights_table import TABLE
from tests.api.two_firms import Doors
from tests.databases import opened
from tests.scheduler.actors import auditor, engineer, manager, technician
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store
from tests.scheduler.upkept import calibration
from tests.solved_here import solved_here

ALFA, BETA = engineer(1), engineer(2)
OF_BETA = ("Beta", "BETA", "B-1", "Pump", "R-BETA", "beta's", "R2/", '"R2"')
OF_THE_CENTRE = ("Orlova", "Lebedev", "oven door", "CAL-1")
"""People, what was written of an outage, and upkeep."""
ZONE = ZoneInfo("Europe/Moscow")
NAMES = {
    "centre": "EL",
    "unit": "OVEN-1",
    "organisation": "ALFA",
    "project": "A-1",
    "request": "R-ALFA",
    "booking": "1",
    "asked": "1",
    "outage": "1",
    "draft": "2",
    "published": "1",
    "maintenance": "CAL-1",
}
WHOLE_LISTS = {
    f"/api/v1/{name}"
    for name in ("requests", "projects", "notices", "bookings?start=2026-11-30T00:00Z&end=2026-12-14T00:00Z")
}
WHOLE_LISTS |= {f"/api/v1/export/{kind}?format=json" for kind in EXPORTS}
READINGS = sorted({row.call.format(**NAMES) for row in TABLE if row.route.startswith("GET")} | WHOLE_LISTS)
PLANNED: dict[str, Any] = {"quantity": 20, "due_at": at("Wed 12:00"), "parameters": {"soak_hours": 5}}


@pytest.fixture(scope="module")
def shared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("shared") / "shared.sqlite")
    with opened(f"sqlite:///{file}") as database, solved_here():
        found(database)
        _work_of_both(database)
        yield database


def _work_of_both(database: Database) -> None:
    store(database, Run(id=1, centre_id=1, start_at=at("Thu 10:00"), end_at=at("Thu 12:00")))
    store(database, Hold(run_id=1, resource_id=2, start_at=at("Thu 10:00"), end_at=at("Thu 12:00")))
    _booked(database, 1, 1)
    _booked(database, 1, 2)
    store(database, Run(id=2, centre_id=1, start_at=at("Fri 10:00"), end_at=at("Fri 12:00")))
    store(database, Hold(run_id=2, resource_id=2, start_at=at("Fri 10:00"), end_at=at("Fri 12:00")))
    _booked(database, 2, 2)
    _booked(database, 2, 2)
    request(database, "R-ALFA", **PLANNED)
    request(database, "R-BETA", project=2, **PLANNED)
    calibration(database, expires="+Fri 12:00")
    for publishing in (True, False):
        plan_id = ask_for_plan(database, actor=LOCAL_ADMINISTRATOR, now=NOW, week=WEEK, limit=None, work=2, workers=1)
        draft_plan(database, actor=LOCAL_ADMINISTRATOR, now=lambda: NOW, plan_id=plan_id)
        if publishing:
            publish_plan(database, actor=LOCAL_ADMINISTRATOR, now=NOW, plan_id=plan_id)
    cancel_booking(database, actor=BETA, now=NOW, booking_id=4, reason="beta's own reason")
    report_outage(
        database,
        actor=technician(1),
        now=NOW,
        unit="OVEN-1",
        start=at("Fri 09:00"),
        end=at("Fri 13:00"),
        reason="oven door, of beta's work",
    )
    wish: dict[str, Any] = {"units": ("SEM",), "start": at("Thu 14:00"), "end": at("Thu 15:00"), "project": "B-1"}
    store(database, Policy(unit_id=4, approval=True))
    assert book_units(database, actor=BETA, now=NOW, purpose="beta's wish", **wish).state == "asked"


def _booked(database: Database, run: int, owner: int, **more: Any) -> None:
    moments = {1: (at("Thu 10:00"), at("Thu 12:00")), 2: (at("Fri 10:00"), at("Fri 12:00"))}
    start, end = moments[run]
    values: dict[str, Any] = {"run_id": run, "project_id": owner, "organisation_id": owner, "cluster_id": owner}
    made: dict[str, Any] = {"stage": "prototype", "state": "confirmed", "made_at": NOW, "made_by": "account:1"}
    purpose = "beta's secret" if owner == 2 else "alfa's own"
    store(database, Booking(**values, **made, **more, purpose=purpose, booked_start=start, booked_end=end))


@pytest.fixture(scope="module")
def doors(shared: Database) -> Doors:
    return Doors(shared)


@pytest.mark.parametrize("address", READINGS)
def test_no_answer_to_an_engineer_names_what_is_others(doors: Doors, address: str) -> None:
    text = doors.come(ALFA, "GET", address).text
    told = [word for word in (*OF_BETA, *OF_THE_CENTRE) if word in text]
    # What is asked for by its key is named by it when there is no such thing.
    assert told == ([] if "CAL-1" not in address else ["CAL-1"])


TAKEN = [
    ("OVEN-1", "Thu 11:00", "Thu 13:00"),
    ("OVEN-1", "Fri 10:00", "Fri 12:00"),
    ("PRINTER", "Mon 08:00", "Wed 12:00"),
]
"""By both firms, by Beta under an outage, and by what was planned."""


@pytest.mark.parametrize(("unit", "start", "end"), TAKEN)
def test_no_refusal_of_a_booking_names_what_is_others(doors: Doors, unit: str, start: str, end: str) -> None:
    moments = {name: at(word).astimezone(ZONE).isoformat() for name, word in (("start", start), ("end", end))}
    local = {name: moment[:16] for name, moment in moments.items()}
    sent = doors.come(ALFA, "POST", "/api/v1/bookings", body={"project": "A-1", "units": [unit], **moments})
    drawn = doors.come(ALFA, "POST", "/bookings", body={"project": "A-1", "unit": unit, **local})
    assert (sent.status_code, drawn.status_code) == (409, 409)
    assert unit in sent.json()["blockers"][0]["text"]
    assert [word for word in (*OF_BETA, *OF_THE_CENTRE) if word in sent.text + drawn.text] == []


KINDS = sorted(str(table.__tablename__) for table in domain_tables())
IDS = ("1", "2", "3", "4", "5", "6", "OVEN-1", "EL", "SMT", "CAL-1", "R-ALFA", "R-BETA", "T5")


def told_histories(doors: Doors, actor: Actor) -> dict[str, str]:
    """What the actor is told of the history of every kind of object, by id and by key."""
    database, found = doors.application.state.database, {}
    for kind in KINDS:
        for id in IDS:
            with suppress(Unknown):
                told = history(database, actor=actor, now=NOW, kind=kind, id=id)
                found[f"{kind} {id}"] = repr(told.events)
    return found


def test_no_history_tells_what_is_others(doors: Doors) -> None:
    words = (*OF_BETA, *OF_THE_CENTRE, "account:17", "account:1'", "Anna", "T5", "T6")
    of_alfa, elsewhere = told_histories(doors, ALFA), told_histories(doors, technician(2))
    with doors.application.state.database.reading() as session:
        own = session.exec(select(Booking.id).where(Booking.organisation_id == 1)).all()
    assert set(of_alfa) == {"request R-ALFA", *(f"booking {id}" for id in own if id and id <= 6)}
    assert elsewhere == {}
    assert [(name, word) for name, text in of_alfa.items() for word in words if word in text] == []
    at_the_centre = told_histories(doors, technician(1))
    assert {name.split()[0] for name in at_the_centre} <= OF_THE_WORK
    assert [name for name, text in at_the_centre.items() if "Orlova" in text or "Lebedev" in text] == []


def test_auditors_do_find_what_is_others_in_these_histories(doors: Doors) -> None:
    """Else the sweep above would find nothing whatever was told."""
    texts, of_alfa = told_histories(doors, auditor()), told_histories(doors, ALFA)
    assert set(texts) > set(of_alfa)
    assert [word for word in ("beta's", "oven door") if word not in "".join(texts.values())] == []
    own = [text for name, text in texts.items() if name in of_alfa]
    assert any("T5 " in text or "T6 " in text for text in own)
    assert any("a technician lane 1" in text for text in of_alfa.values())


def test_others_do_find_these_words(doors: Doors) -> None:
    """Else the sweep above would find nothing whatever was told."""
    texts = "".join(doors.come(auditor(), "GET", address).text for address in READINGS if "static" not in address)
    assert [word for word in (*OF_BETA, *OF_THE_CENTRE) if word not in texts] == []


def bars(doors: Doors, actor: Actor, unit: str) -> list[tuple[str, str, datetime]]:
    week = board(doors.application.state.database, actor=actor, now=NOW, centre="EL", week=WEEK)
    rows = (row for laboratory in week.laboratories for row in laboratory.rows)
    return [(bar.kind, bar.label, bar.start) for row in rows if row.unit == unit for bar in row.bars]


def test_the_board_shows_when_a_unit_is_busy_and_ones_own_part_of_a_shared_run(doors: Doors) -> None:
    told = bars(doors, ALFA, "OVEN-1")
    assert ("booking", "Alfa: alfa's own", at("Thu 10:00")) in told
    assert ("busy", "busy", at("Fri 10:00")) in told
    assert ("outage", "out of order", at("Fri 09:00")) in told
    assert ("booking", "Beta: beta's secret", at("Fri 10:00")) in bars(doors, manager(1), "OVEN-1")
    assert ("booking", "Beta: beta's secret", at("Thu 10:00")) in bars(doors, BETA, "OVEN-1")


def test_of_a_run_that_two_requests_share_each_firm_is_told_its_own(sqlite_database: Database) -> None:
    found(sqlite_database)
    theirs, mine = request(sqlite_database, "R-BETA", project=2), request(sqlite_database, "R-ALFA")
    start, end = at("Thu 10:00"), at("Thu 12:00")
    run = Run(id=1, centre_id=1, start_at=start, end_at=end, request_id=theirs, operation=1, number=1)
    store(sqlite_database, run, Hold(run_id=1, resource_id=1, start_at=start, end_at=end))
    _booked(sqlite_database, 1, 2)
    _booked(sqlite_database, 1, 1, request_id=mine, operation=1, number=1)
    for actor, own, others in ((ALFA, "R-ALFA", OF_BETA), (BETA, "R-BETA", ("Alfa", "R-ALFA", "alfa"))):
        week = board(sqlite_database, actor=actor, now=NOW, centre="EL", week=WEEK)
        (bar,) = (bar for laboratory in week.laboratories for row in laboratory.rows for bar in row.bars)
        assert own in bar.detail
        assert "shared with 1 other booking" in bar.detail
        assert not any(word in str(bar) for word in others)


def test_a_published_plan_tells_each_firm_of_its_own_work_and_a_draft_nothing(doors: Doors) -> None:
    for actor, request_key in ((ALFA, "R-ALFA"), (BETA, "R-BETA")):
        plan = answer(doors.come(actor, "GET", "/api/v1/plans/1"))
        assert {each["request"] for each in plan["assignments"]} == {request_key}
        assert {each["request"] for each in plan["changes"]} == {request_key}
        assert {name for each in plan["assignments"] for name in each["technicians"]} == {"a technician"}
        assert (plan["levels"], plan["effect"], plan["given"], plan["asked_by"]) == ([], None, [], "")
        assert doors.come(actor, "GET", "/api/v1/plans/2").status_code == 404
        assert {each["id"] for each in answer(doors.come(actor, "GET", "/api/v1/plans"))} == {1}
    whole = answer(doors.come(manager(1), "GET", "/api/v1/plans/1"))
    assert {each["request"] for each in whole["assignments"]} >= {"R-ALFA", "R-BETA"}
    assert whole["levels"]
    assert whole["effect"]


def test_lists_hold_what_is_ones_own(doors: Doors) -> None:
    window = "start=2026-11-30T00:00Z&end=2026-12-07T00:00Z"

    def listed(actor: Actor, name: str, key: str) -> set[Any]:
        return {each[key] for each in answer(doors.come(actor, "GET", f"/api/v1/{name}"))}

    assert listed(ALFA, f"bookings?{window}", "organisation") == {"ALFA"}
    assert listed(technician(1), f"bookings?{window}", "organisation") == {"ALFA", "BETA"}
    assert listed(technician(2), f"bookings?{window}", "organisation") == set()
    for name, key in (("requests", "organisation"), ("organisations", "key"), ("notices", "organisation")):
        assert listed(ALFA, name, key) == {"ALFA"}
        assert listed(BETA, name, key) == {"BETA"}
        assert listed(technician(1), name, key) == {"ALFA", "BETA"}
        assert listed(technician(2), name, key) == set()
    assert listed(manager(2), "organisations", "key") == {"ALFA", "BETA"}
    assert listed(manager(2), "requests", "key") == set()
    assert listed(ALFA, "projects", "key") == {"A-1"}
    assert listed(ALFA, "maintenance", "key") == set()
    assert listed(technician(1), "maintenance", "key") == {"CAL-1"}


def test_shares_of_other_clusters_and_the_use_of_laboratories_are_for_those_who_see_capacity(doors: Doors) -> None:
    def entitled(actor: Actor) -> set[str]:
        return {each["key"] for each in answer(doors.come(actor, "GET", "/api/v1/clusters")) if each["entitlements"]}

    assert (entitled(ALFA), entitled(BETA), entitled(technician(1))) == ({"IT"}, {"PH"}, set())
    assert entitled(manager(1)) == entitled(auditor()) == {"IT", "PH"}
    assert entitled(manager(2)) == set()
    page = doors.come(ALFA, "GET", "/board?centre=EL&week=2026-W49").text
    assert "of open hours booked" not in page
    assert "agreed 70 %" in page
    assert "agreed 30 %" not in page
    assert "agreed 30 %" in doors.come(manager(1), "GET", "/board?centre=EL&week=2026-W49").text


def test_an_outage_is_seen_by_all_and_what_lies_under_it_by_whose_it_is(doors: Doors) -> None:
    def told(actor: Actor) -> tuple[str, list[int], bool]:
        (outage,) = answer(doors.come(actor, "GET", "/api/v1/outages?centre=EL"))
        return outage["reason"], [each["id"] for each in outage["affected"]], outage["repair_plan_id"] is not None

    assert told(ALFA) == ("", [], False)
    assert told(BETA) == ("", [3], False)
    assert told(technician(1)) == ("oven door, of beta's work", [3], False)
    assert told(manager(1)) == ("oven door, of beta's work", [3], True)


def test_technicians_are_named_to_those_of_the_centre(doors: Doors) -> None:
    def people(actor: Actor) -> set[str]:
        found = answer(doors.come(actor, "GET", "/api/v1/bookings?start=2026-11-30T00:00Z&end=2026-12-03T00:00Z"))
        return {hold["name"] for each in found for hold in each["holds"] if hold["kind"] == "person"}

    assert people(ALFA) == {"a technician"}
    assert people(technician(1)) <= {"Anna Orlova", "Boris Lebedev"}


def test_when_it_is_busy_is_told_to_all(doors: Doors) -> None:
    address = "/api/v1/busy?unit=OVEN-1&start=2026-12-04T00:00%2B03:00&end=2026-12-05T00:00%2B03:00"
    told = answer(doors.come(technician(2), "GET", address))
    assert [(each["unit"], each["lane"], each["start"]) for each in told] == [
        ("OVEN-1", None, "2026-12-04T06:00:00Z"),
        ("OVEN-1", 0, "2026-12-04T07:00:00Z"),
    ]
