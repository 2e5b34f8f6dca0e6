"""Plans over REST: asked for, made, read, published or refused with every clash, discarded."""

import json
from typing import Any

from tests.api.declared import Declared, answer
from tests.scheduler.small_centre import WEEK, at, request


def ask(client: Declared, **values: Any) -> str:
    """Asks for a draft and has it made; its address."""
    response = client.post("/api/v1/plans", json={"week": WEEK, "work": 2, "workers": 1, **values})
    asked = answer(response, 202)
    assert response.headers["Location"] == asked["address"] == f"/api/v1/plans/{asked['id']}"
    assert client.work()
    return str(asked["address"])


def test_a_plan_waits_until_it_is_worked_on(client: Declared) -> None:
    request(client.database, "R-1")
    asked = answer(client.post("/api/v1/plans", json={"week": WEEK, "limit": 5.5}), 202)
    plan = answer(client.get(asked["address"]))
    assert (plan["id"], plan["state"], plan["assignments"]) == (asked["id"], "queued", [])
    assert (plan["centres"], plan["week"], plan["kind"], plan["effect"]) == (["EL"], WEEK, "week", None)


def test_a_draft_tells_everything(client: Declared) -> None:
    request(client.database, "R-1")
    request(client.database, "LATE", deadline_at=at("Mon 09:00"))
    plan = answer(client.get(ask(client)))
    assert plan["state"] == "draft"
    assert {each["request"] for each in plan["assignments"]} == {"R-1"}
    assert [each["name"] for each in plan["levels"]][:3] == ["displaced", "moved_in_freeze", "unplanned"]
    assert {each["change"] for each in plan["changes"]} == {"new"}
    (out,) = plan["left_out"]
    assert (out["request"], out["absence"]) == ("LATE", "unplanned")
    assert out["reasons"][0]["text"]
    assert isinstance(out["reasons"][0]["facts"], dict)


def test_publishing_makes_bookings_and_notices(client: Declared) -> None:
    request(client.database, "R-1")
    address = ask(client)
    published = answer(client.post(f"{address}/publish"))
    assert published["confirmed"] == 2
    assert answer(client.get(address))["state"] == "published"
    assert answer(client.get("/api/v1/requests/R-1"))["state"] == "planned"
    (notice,) = answer(client.get("/api/v1/notices", params={"centre": "EL"}))
    assert notice["kind"] == "confirmed"
    assert answer(client.post(f"{address}/publish"), 409)["type"].endswith("not_possible_now")


def test_what_was_booked_meanwhile_clashes_and_nothing_is_written(client: Declared) -> None:
    request(client.database, "R-1")
    address = ask(client)
    (printing,) = (each for each in answer(client.get(address))["assignments"] if each["operation"] == "print")
    taken = {"units": ["PRINTER"], "start": printing["start"], "end": printing["end"], "project": "B-1"}
    answer(client.post("/api/v1/bookings", json=taken), 201)
    problem = answer(client.post(f"{address}/publish"), 409)
    assert problem["clashes"]
    assert not problem["blockers"]
    assert "PRINTER" in " ".join(each["text"] for each in problem["clashes"])
    assert answer(client.get(address))["state"] == "draft"
    assert answer(client.get("/api/v1/requests/R-1"))["state"] == "open"

    assert answer(client.post(f"{ask(client)}/publish"))["confirmed"] == 2


def test_the_document_is_served_as_it_is_stored(client: Declared) -> None:
    request(client.database, "R-1")
    asked = answer(client.post("/api/v1/plans", json={"week": WEEK, "work": 1}), 202)
    assert answer(client.get(f"{asked['address']}/document"), 409)
    client.work()
    document = json.loads(client.get(f"{asked['address']}/document").text)
    assert document["format"] >= 1


def test_a_discarded_draft_cannot_be_published(here: Declared) -> None:
    request(here.database, "R-1")
    address = ask(here)
    assert answer(here.post(f"{address}/discard"))["state"] == "discarded"
    assert answer(here.post(f"{address}/publish"), 409)
    assert answer(here.post(f"{address}/discard"), 409)


def test_plans_are_listed_the_newest_first(here: Declared) -> None:
    for _ in range(3):
        answer(here.post("/api/v1/plans", json={"week": WEEK, "work": 1}), 202)
    found = answer(here.get("/api/v1/plans", params={"centre": "EL", "week": WEEK, "limit": 2}))
    assert [each["id"] for each in found] == [3, 2]
    assert [each["id"] for each in answer(here.get("/api/v1/plans", params={"after": 2}))] == [1]
    assert answer(here.get("/api/v1/plans", params={"week": "2026-W01"})) == []


def test_unknown_centres_and_bygone_weeks_are_refused(here: Declared) -> None:
    assert answer(here.post("/api/v1/plans", json={"week": WEEK, "centres": ["NO"]}), 404)["detail"]
    assert answer(here.post("/api/v1/plans", json={"week": "2026-W10"}), 409)["detail"]
    assert answer(here.post("/api/v1/plans", json={"week": "2026-W60"}), 422)["mistakes"]


def test_an_outage_asks_for_a_repair_that_moves_what_lies_under_it(client: Declared) -> None:
    request(client.database, "R-1")
    answer(client.post(f"{ask(client)}/publish"))
    window = {"start": at("Mon 00:00").isoformat(), "end": at("+Mon 00:00").isoformat()}
    booked = answer(client.get("/api/v1/bookings", params=window))
    soak = next(each for each in booked if each["operation"] == "soak")
    (oven,) = (hold["key"] for hold in soak["holds"] if hold["kind"] == "unit")
    told = {"unit": oven, "start": soak["start"], "end": soak["end"], "reason": "heater"}
    outage = answer(client.post("/api/v1/outages", json=told), 201)
    assert [each["id"] for each in outage["affected"]] == [soak["id"]]
    assert answer(client.get("/api/v1/bookings", params=window)) == booked

    assert client.work()
    repair = answer(client.get(f"/api/v1/plans/{outage['repair_plan_id']}"))
    (change,) = (each for each in repair["changes"] if each["booking_id"] == soak["id"])
    assert change["change"] in ("moved", "unit")
    assert change["owner"] == "Alfa"
    assert repair["effect"]["moves"] == len(repair["changes"])
    assert repair["effect"]["text"] in client.get(f"/plans/{outage['repair_plan_id']}").text
    assert oven in change["from_units"]
    assert oven in change["why"]


def test_an_outage_under_which_nothing_lies_asks_for_nothing(here: Declared) -> None:
    told = {"unit": "SEM", "start": at("Tue 08:00").isoformat(), "end": at("Tue 12:00").isoformat()}
    outage = answer(here.post("/api/v1/outages", json=told), 201)
    assert (outage["affected"], outage["repair_plan_id"]) == ([], None)
    assert answer(here.post("/api/v1/outages", json=told | {"unit": "NO"}), 404)
