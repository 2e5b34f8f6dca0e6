"""One plan of two centres in two time zones: what is at each is told by its own clock."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from models.database import Database
from models.tables import Centre, Laboratory, OpeningHours, Resource, Unit, UnitCapability
from tests.api.declared import Declared, answer
from tests.scheduler.small_centre import WEEK, found, request, store

FAR = "Asia/Yekaterinburg"
DRYING = {
    "operations": [{"name": "dry", "fixed_minutes": 60, "units": [{"capability": "drying"}]}],
    "lags": [],
}


def two_centres(database: Database) -> Declared:
    found(database)
    store(
        database,
        Centre(id=2, key="PH", name="Pharmacy", zone=FAR, settings={}),
        Laboratory(id=2, centre_id=2, key="DRY", name="Drying"),
        *(OpeningHours(laboratory_id=2, weekday=day, opens=8 * 60, closes=20 * 60) for day in range(5)),
        Resource(id=7, centre_id=2, kind="unit"),
        Unit(id=7, laboratory_id=2, key="DRYER", name="Dryer", type="dryer"),
        UnitCapability(unit_id=7, capability="drying"),
    )
    request(database, "R-1")
    request(database, "R-2", centre_id=2, recipe_id=None, routing=DRYING)
    return Declared(database)


def test_the_page_and_rest_tell_each_by_its_own_clock(sqlite_database: Database) -> None:
    client = two_centres(sqlite_database)
    asked = answer(client.post("/api/v1/plans", json={"week": WEEK, "work": 1, "workers": 1}), 202)
    assert client.work()
    changes: list[dict[str, Any]] = answer(client.get(asked["address"]))["changes"]
    assert {change["request"]: change["zone"] for change in changes} == {"R-1": "Europe/Moscow", "R-2": FAR}
    (dry,) = (change for change in changes if change["request"] == "R-2")
    local = datetime.fromisoformat(dry["to_start"]).astimezone(ZoneInfo(FAR))
    assert 8 <= local.hour < 20, "it is open then"
    page = client.get(f"/plans/{asked['id']}").text
    row = next(part for part in page.split("<tr>") if ">R-2<" in part)
    assert FAR in row
    assert f"{local:%H:%M}" in row


def test_an_outage_is_ended_by_the_clock_of_its_own_centre(sqlite_database: Database) -> None:
    """Whatever centre the form names."""
    client = two_centres(sqlite_database)
    broken = {"unit": "DRYER", "start": "2026-12-01T08:00", "end": "2026-12-02T08:00", "reason": "fan"}
    assert client.post("/outages", data=broken).status_code == 303
    ended = client.post("/outages/1/end", data={"centre": "EL", "at": "2026-12-01T12:00"})
    assert ended.headers["location"] == "/outages?said=ended&centre=PH"
    (outage,) = answer(client.get("/api/v1/outages"))
    assert outage["end"] == "2026-12-01T07:00:00Z"
    assert client.post("/outages/2/end", data={"centre": "EL"}).status_code == 404
