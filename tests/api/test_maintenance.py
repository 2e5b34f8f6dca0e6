"""Maintenance over REST, on the command line and on its page."""

from datetime import timedelta
from pathlib import Path

import pytest

from models.database import Database
from tests import databases
from tests.api.cli_world import OnDatabase, furnish
from tests.api.commanded import Commanded
from tests.api.declared import Declared, answer
from tests.scheduler.small_centre import NOW, at
from tests.scheduler.upkept import calibration


def test_it_is_listed_and_marked_as_done(here: Declared, sqlite_database: Database) -> None:
    calibration(sqlite_database, expires="Thu 12:00", waivable_by=["prototype"])
    (listed,) = answer(here.get("/api/v1/maintenance?centre=EL"))
    assert (listed["key"], listed["unit"], listed["expires"], listed["waivable_by"]) == (
        "CAL-1",
        "OVEN-1",
        True,
        ["prototype"],
    )
    marked = answer(here.post("/api/v1/maintenance/CAL-1/done", json={}))
    assert marked["state"] == "in order"
    assert here.post("/api/v1/maintenance/CAL-1/done", json={"at": "2099-01-01T00:00:00Z"}).status_code == 422
    assert here.post("/api/v1/maintenance/CAL-9/done", json={}).status_code == 404


def test_its_page_says_what_is_due_and_marks_it(here: Declared, sqlite_database: Database) -> None:
    calibration(sqlite_database, expires="Thu 12:00")
    page = here.get("/maintenance?centre=EL")
    assert page.status_code == 200
    assert "OVEN-1" in page.text
    assert "calibration CAL-1" in page.text
    assert "3 Dec 2026 12:00" in page.text
    done = here.post("/maintenance/CAL-1/done", follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/maintenance?centre=EL")


@pytest.fixture
def pilotline(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> OnDatabase:
    furnish(sqlite_url, requests=0)
    with databases.opened(sqlite_url) as database:
        calibration(database, expires="Thu 12:00", every_run_minutes=2400)
    return OnDatabase(sqlite_url, Commanded(capsys), monkeypatch, tmp_path)


def test_the_command_line_lists_and_marks_it(pilotline: OnDatabase) -> None:
    listed = pilotline("maintenance")
    assert "calibration CAL-1" in listed.out
    assert "0 of 40 h" in listed.out
    assert pilotline("maintenance", "--json").json[0]["key"] == "CAL-1"
    marked = pilotline("maintenance", "--done", "CAL-1", "--at", "2026-11-27T10:00")
    assert marked.out == "Calibration CAL-1 of OVEN-1 was done Fri 27 Nov 2026 10:00 (Europe/Moscow).\n"
    assert pilotline("maintenance", "--done", "CAL-9").status == 1


def test_one_that_failed_is_told_and_traced(here: Declared, sqlite_database: Database) -> None:
    calibration(sqlite_database, expires="Fri 12:00", last_done_at=NOW - timedelta(days=9))
    booking = {"units": ["OVEN-1"], "start": at("Mon 10:00").isoformat(), "end": at("Mon 12:00").isoformat()}
    answer(here.post("/api/v1/bookings", json=booking | {"project": "A-1", "quantity": 7}), 201)
    here.moment = at("Tue 08:00")
    told = {"result": "failed", "readings": "2 K too warm"}
    assert answer(here.post("/api/v1/maintenance/CAL-1/done", json=told))["last_done"] == "2026-11-18T09:00:00Z"
    traced = answer(here.get("/api/v1/units/OVEN-1/trace"))
    (run,) = traced["runs"]
    assert (traced["by"], traced["failures"][0]["readings"]) == ("last pass", "2 K too warm")
    assert [(each["booking"]["quantity"], each["made"], each["how"]) for each in run["work"]] == [
        (7, None, "booked, never checked in")
    ]
    since = {"since": at("Mon 20:00").isoformat()}
    assert answer(here.get("/api/v1/units/OVEN-1/trace", params=since))["runs"] == []
    assert here.get("/api/v1/units/OVEN-9/trace").status_code == 404
    assert here.get("/api/v1/units/SEM/trace").status_code == 422
    assert here.post("/api/v1/maintenance/CAL-1/done", json={"result": "perhaps"}).status_code == 422


def test_its_page_takes_readings_and_failures(here: Declared, sqlite_database: Database) -> None:
    calibration(sqlite_database, expires="Thu 12:00")
    form = {"result": "failed", "readings": "2 K too warm"}
    assert "2 K too warm" not in here.get("/maintenance?centre=EL").text
    assert here.post("/maintenance/CAL-1/done", data=form).status_code == 303
    history = answer(here.get("/api/v1/history/maintenance/CAL-1"))
    assert [(event["verb"], event["reason"]) for event in history["events"]] == [("failed maintenance", "2 K too warm")]
    (told,) = answer(here.get("/api/v1/maintenance?centre=EL"))
    assert (told["state"], told["readings"]) == ("failed", "2 K too warm")
    assert "2 K too warm" in here.get("/maintenance?centre=EL").text
    assert here.post("/maintenance/CAL-1/done", data={"result": "perhaps"}).status_code == 422


def test_the_command_line_traces_a_unit(pilotline: OnDatabase, tmp_path: Path) -> None:
    failed = pilotline("maintenance", "--done", "CAL-1", "--failed", "--readings", "2 K too warm")
    assert failed.out == "Calibration CAL-1 of OVEN-1 failed: `pilotline trace OVEN-1`.\n"
    traced = pilotline("trace", "OVEN-1", "--since", "last-pass")
    assert "failed Fri 27 Nov 2026 12:00 (Europe/Moscow): 2 K too warm." in traced.out
    assert "0 runs on OVEN-1 since" in traced.out
    assert pilotline("trace", "OVEN-1", "--json").json["runs"] == []
    assert pilotline("trace", "OVEN-1", "--since", "2026-11-27T08:00", "--output", "doubt.csv").status == 0
    assert Path("doubt.csv").read_text("utf-8-sig").startswith("unit,how,start,end,booked_start,booked_end,booking")
    assert pilotline("trace", "OVEN-9").status == 1
    assert pilotline("history", "maintenance", "CAL-1").out.count("failed maintenance") == 1
