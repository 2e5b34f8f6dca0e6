"""Units booked by hand lose their place to an outage and are never silently gone: the next plan takes them up again."""

from datetime import datetime
from typing import Any

import pytest
from sqlmodel import col, select

from models.chains import verify
from models.database import Database
from models.tables import AuditEvent
from scheduler.documents import read_document
from tests.api.declared import Declared, answer
from tests.scheduler.small_centre import WEEK, at, found, request

TOO_LONG = datetime.fromisoformat("2027-02-01T00:00:00+03:00")
"""Beyond every plan's horizon."""


@pytest.fixture
def client(database: Database) -> Declared:
    found(database)
    return Declared(database)


def displaced(client: Declared, *units: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A booking by hand whose first unit breaks for long, its repair published: the booking as made, and the outage."""
    asked = {"units": units, "start": at("Tue 10:00").isoformat(), "end": at("Tue 12:00").isoformat()}
    made = answer(client.post("/api/v1/bookings", json=asked | {"project": "B-1", "purpose": "grain size"}), 201)
    told = {"unit": units[0], "start": at("Mon 00:00").isoformat(), "end": TOO_LONG.isoformat()}
    outage = answer(client.post("/api/v1/outages", json=told), 201)
    assert client.work()
    repair = f"/api/v1/plans/{outage['repair_plan_id']}"
    assert [each["booking_id"] for each in answer(client.get(repair))["changes"]] == [made["id"]]
    assert answer(client.post(f"{repair}/publish"))["displaced"] == 1
    (gone,) = answer(client.get(repair))["changes"]
    assert (gone["booking_id"], gone["owner"], gone["request"]) == (made["id"], "Beta", "booking 1 (grain size)")
    assert f"{units[0]} is out of order" in gone["why"]
    return made, outage


def planned(client: Declared) -> tuple[str, dict[str, Any]]:
    asked = answer(client.post("/api/v1/plans", json={"week": WEEK, "work": 2, "workers": 1}), 202)
    assert client.work()
    return asked["address"], answer(client.get(asked["address"]))


def test_a_displaced_hand_booking_stands_first_until_a_plan_places_it(client: Declared) -> None:
    made, outage = displaced(client, "SEM", "PRINTER")
    (notice,) = answer(client.get("/api/v1/notices"))
    assert notice["kind"] == "displaced"
    assert "grain size" in notice["text"]
    _, waiting = planned(client)
    assert [(left["request"], left["organisation"]) for left in waiting["left_out"]] == [(notice["request"], "BETA")]

    answer(client.post(f"/api/v1/outages/{outage['id']}/end"))
    address, plan = planned(client)
    (placed,) = plan["assignments"]
    assert (placed["request"], placed["units"]) == (notice["request"], ["PRINTER", "SEM"])
    published = answer(client.post(f"{address}/publish"))
    assert (published["confirmed"], published["tentative"]) == (1, 0)

    window = {"start": at("Mon 00:00").isoformat(), "end": at("+Mon 00:00").isoformat()}
    old, new = sorted(answer(client.get("/api/v1/bookings", params=window)), key=lambda each: int(each["id"]))
    assert (old["id"], old["state"], old["start"]) == (made["id"], "displaced", made["start"])
    assert (new["state"], new["project"], new["purpose"]) == ("confirmed", "B-1", "grain size")
    assert old["request"] == new["request"] == notice["request"]
    assert {hold["key"] for hold in new["holds"]} == {"SEM", "PRINTER"}
    assert _length(new) == _length(made)
    assert answer(client.get(f"/api/v1/requests/{notice['request']}"))["state"] == "planned"
    assert planned(client)[1]["changes"] == []
    assert client.delete(f"/api/v1/bookings/{made['id']}").status_code == 409


def test_it_stands_before_what_was_asked_for_later(client: Declared) -> None:
    request(client.database, "R-1")
    displaced(client, "SEM")
    address, plan = planned(client)
    assert {each["absence"] for each in plan["left_out"]} == {"unplanned"}
    document = read_document(client.get(f"{address}/document").text)
    first, other = document.problem.requests
    assert len(first.tasks) == 1
    assert first.weight > other.weight


def test_its_owner_may_let_it_go(client: Declared) -> None:
    made, _ = displaced(client, "SEM")
    assert answer(client.delete(f"/api/v1/bookings/{made['id']}"))["state"] == "cancelled"
    _, plan = planned(client)
    assert (plan["assignments"], plan["left_out"]) == ([], [])
    assert client.delete(f"/api/v1/bookings/{made['id']}").status_code == 409


def test_the_record_tells_the_whole_way(client: Declared) -> None:
    displaced(client, "SEM")
    with client.database.reading() as session:
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
        assert verify(session, "centre:1") == []
    verbs = [event.verb for event in events if event.object_kind in ("booking", "request")]
    assert verbs == ["confirmed booking", "queued displaced booking", "displaced booking"]


def _length(booking: dict[str, Any]) -> Any:
    return datetime.fromisoformat(booking["end"]) - datetime.fromisoformat(booking["start"])
