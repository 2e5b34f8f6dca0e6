"""A lab manager's week: the technopark is loaded, planned, published; a busy unit breaks; the repair is published.

Everything but the loading goes through the doors that people use.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.calls import as_local_administrator
from models.chains import verify
from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.documents import check_document
from scheduler.loading import load_directory
from scheduler.local_time import iso_week, later_week, week_start
from scheduler.work import Worker, utc_now
from tests.sizes import FULL

TECHNOPARK = Path(__file__).parents[2] / "examples" / "technopark"
ZONE = "Europe/Moscow"


@pytest.fixture
def week() -> str:
    return later_week(iso_week(utc_now(), ZONE), 1)


@pytest.fixture
def client(database: Database, week: str) -> TestClient:
    load_directory(database, actor=ME, now=utc_now(), directory=TECHNOPARK, week=week)
    return TestClient(
        create_app(database, timetable=False, identify=as_local_administrator), base_url="http://127.0.0.1"
    )


def answer(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json()


def bookings(client: TestClient, **asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = answer(client.get("/api/v1/bookings", params={**asked, "after": str(found[-1]["id"] if found else 0)}))
        found += page
        if not page or len(found) < 200:
            return found


@pytest.mark.parametrize("database_url", ("sqlite", "postgresql") if FULL else ("postgresql",), indirect=True)
def test_from_an_empty_store_to_a_repaired_week(client: TestClient, database: Database, week: str) -> None:
    asked = answer(client.post("/api/v1/plans", json={"week": week, "work": 2, "workers": 2}), 202)
    worker = Worker(database)
    assert worker.run_due()
    plan = answer(client.get(asked["address"]))
    assert plan["state"] == "draft"
    assert len(plan["assignments"]) > 400
    assert plan["left_out"]
    assert all(left["reasons"] for left in plan["left_out"] if left["absence"] == "unplanned")
    assert check_document(client.get(f"{asked['address']}/document").text).holds

    published = answer(client.post(f"{asked['address']}/publish", headers={"Origin": "http://127.0.0.1"}))
    assert published["confirmed"] > 300

    busy = _busiest(plan)
    held = [each for each in plan["assignments"] if busy in each["units"] and not each["tentative"]]
    first = min(datetime.fromisoformat(each["start"]) for each in held)
    outage = answer(
        client.post(
            "/api/v1/outages",
            json={
                "unit": busy,
                "start": first.isoformat(),
                "end": (first + timedelta(hours=30)).isoformat(),
                "reason": "spindle",
            },
        ),
        201,
    )
    assert outage["affected"]
    before, services = _standing(client, week), _services(client)

    assert worker.run_due()
    repair = answer(client.get(f"/api/v1/plans/{outage['repair_plan_id']}"))
    assert repair["kind"] == "repair"
    bookings_moved = [change for change in repair["changes"] if change["booking_id"] is not None]
    services_moved = [change for change in repair["changes"] if change["booking_id"] is None]
    assert all(change["request"] in services for change in services_moved)
    moved = {change["booking_id"] for change in bookings_moved}
    assert {each["id"] for each in outage["affected"]} <= moved
    assert all(change["why"] for change in repair["changes"])
    assert _standing(client, week) == before

    page = client.get(f"/plans/{outage['repair_plan_id']}").text
    assert busy in page
    assert "out of order" in page

    done = answer(client.post(f"/api/v1/plans/{outage['repair_plan_id']}/publish"))
    assert done["moved"] + done["displaced"] == len(bookings_moved) + len(services_moved)
    after, services_after = _standing(client, week), _services(client)
    assert {key for key in before if before[key] != after.get(key)} == moved
    assert {key for key in services if services[key] != services_after[key]} == {
        change["request"] for change in services_moved
    }

    centre = repair["centres"][0]
    board = client.get("/board", params={"centre": centre, "week": week}).text
    assert "ut of order" in board
    notices = answer(client.get("/api/v1/notices", params={"centre": centre}))
    assert {notice["booking_id"] for notice in notices if notice["kind"] in ("moved", "displaced")} & moved
    with database.reading() as session:
        assert [verify(session, f"centre:{number}") for number in (1, 2)] == [[], []]


def _busiest(plan: dict[str, Any]) -> str:
    """The unit with the most confirmed runs, so that a day without it hurts."""
    counts: dict[str, int] = {}
    for each in plan["assignments"]:
        for unit in each["units"] if not each["tentative"] else ():
            counts[unit] = counts.get(unit, 0) + 1
    return max(counts, key=lambda unit: (counts[unit], unit))


def _standing(client: TestClient, week: str) -> dict[int, tuple[str, str, tuple[str, ...]]]:
    """Start, end and units of every confirmed booking of the four weeks; what lies between them is nobody's move."""
    start, end = week_start(week, ZONE), week_start(later_week(week, 4), ZONE)
    found = bookings(client, start=start.isoformat(), end=end.isoformat())
    return {
        each["id"]: (
            each["start"],
            each["end"],
            tuple(sorted({hold["key"] for hold in each["holds"] if hold["kind"] == "unit"})),
        )
        for each in found
        if each["state"] == "confirmed"
    }


def _services(client: TestClient) -> dict[str, str | None]:
    """When each service and calibration is planned to start, by what the changes of a plan call it."""
    found = answer(client.get("/api/v1/maintenance"))
    return {f"{each['kind']} of {each['unit']}": each["planned_start"] for each in found}
