"""Asking for jobs over REST."""

from typing import Any

import pytest

from tests.api.declared import Declared, answer
from tests.scheduler.small_centre import BOARD_ROUTING, at

JOB = {"centre": "EL", "project": "A-1", "recipe": "BOARDS", "quantity": 40}


def test_a_recipe_with_its_numbers(client: Declared) -> None:
    asked = JOB | {
        "key": "Q 1/2",
        "parameters": {"soak_hours": 48},
        "due": at("Fri 18:00").isoformat(),
        "priority": "high",
    }
    response = client.post("/api/v1/requests", json=asked)
    made = answer(response, 201)
    assert (made["key"], made["parameters"], made["state"]) == ("Q 1/2", {"soak_hours": 48}, "open")
    assert response.headers["Location"] == "/api/v1/requests/Q%201%2F2"


def test_a_request_gets_a_key_of_its_own(here: Declared) -> None:
    response = here.post("/api/v1/requests", json=JOB)
    assert answer(here.get(response.headers["Location"])) == answer(response, 201)


def test_a_routing_drawn_by_hand(client: Declared) -> None:
    asked = {name: value for name, value in JOB.items() if name != "recipe"} | {"routing": BOARD_ROUTING}
    assert answer(client.post("/api/v1/requests", json=asked), 201)["recipe"] is None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"recipe": None}, "body"),
        ({"routing": BOARD_ROUTING}, "body"),
        ({"quantity": 0}, "body.quantity"),
        ({"quantity": 10**400}, "body.quantity"),
        ({"quantity": "1_000"}, "body.quantity"),
        ({"quantity": 2.5}, "body.quantity"),
        ({"priority": "asap"}, "body.priority"),
        ({"parameters": {"soak_hours": 1.5}}, "body.parameters.soak_hours"),
        ({"parameters": {"soak_hours": 99}}, "soak_hours"),
        ({"due": "2026-12-04T18:00"}, "body.due"),
        ({"due": 1796000000}, "body.due"),
        ({"due": "0001-01-01T00:00+14:00"}, "body.due"),
        ({"due": "2100-06-01T00:00Z"}, "body.due"),
        ({"due": "2020-12-04T18:00Z"}, "due"),
        ({"key": " R"}, "body.key"),
        ({"key": "a\u0000b"}, "body.key"),
        ({"wish": "soon"}, "body.wish"),
    ],
)
def test_mistakes_are_named_by_field(here: Declared, change: dict[str, Any], place: str) -> None:
    problem = answer(here.post("/api/v1/requests", json=JOB | change), 422)
    assert place in [each["place"] for each in problem["mistakes"]]
    assert answer(here.get("/api/v1/requests")) == []


def _drawn(**change: Any) -> dict[str, Any]:
    operation = BOARD_ROUTING["operations"][0] | change
    return {"centre": "EL", "project": "A-1", "routing": {"operations": [operation]}}


@pytest.mark.parametrize(
    "asked",
    [
        _drawn(fixed_minutes=-1),
        _drawn(fixed_minutes=10**12),
        _drawn(fixed_minutes="30"),
        _drawn(name="x" * 5_000),
        _drawn(name="a\u0000"),
        _drawn(speed="fast"),
        _drawn(units=[{"capability": "printing"}] * 500),
        _drawn(units=[{"capability": "levitation"}]),
        {"centre": "EL", "project": "A-1", "routing": {"operations": []}},
        {"centre": "EL", "project": "A-1", "routing": "print, then soak"},
    ],
)
def test_a_drawn_routing_is_bounded_and_checked(here: Declared, asked: dict[str, Any]) -> None:
    problem = answer(here.post("/api/v1/requests", json=asked), 422)
    assert problem["mistakes"]


def test_a_key_that_is_taken(here: Declared) -> None:
    answer(here.post("/api/v1/requests", json=JOB | {"key": "R-1"}), 201)
    problem = answer(here.post("/api/v1/requests", json=JOB | {"key": "R-1"}), 409)
    assert problem["mistakes"][0]["place"] == "key"


def test_a_request_is_withdrawn_by_its_key(client: Declared) -> None:
    answer(client.post("/api/v1/requests", json=JOB | {"key": "Q 1/2"}), 201)
    address = "/api/v1/requests/Q%201%2F2"
    assert answer(client.get(address))["state"] == "open"
    assert answer(client.delete(address, params={"reason": "no parts"}))["state"] == "withdrawn"
    problem = answer(client.delete(address), 409)
    assert problem["detail"] == "Request Q 1/2 is withdrawn already."
    answer(client.delete("/api/v1/requests/nothing"), 404)
    answer(client.delete(address, params={"why": "x"}), 422)


def test_a_count_corrects_a_conditional_step(client: Declared) -> None:
    routing = BOARD_ROUTING | {"operations": [dict(each) for each in BOARD_ROUTING["operations"]]}
    routing["operations"][0]["expected_percent"] = 10
    asked = {name: value for name, value in JOB.items() if name != "recipe"} | {"routing": routing, "key": "A/1"}
    made = answer(client.post("/api/v1/requests", json=asked), 201)
    assert made["counts"] == [{"operation": "print", "pieces": 4, "counted": False}]
    path = "/api/v1/requests/A%2F1/counts"
    counted = answer(client.post(path, json={"operation": "print", "count": 12}))
    assert counted["counts"] == [{"operation": "print", "pieces": 12, "counted": True}]
    assert "not conditional" in answer(client.post(path, json={"operation": "soak", "count": 1}), 422)["detail"]
    assert "the lot has 40" in answer(client.post(path, json={"operation": "print", "count": 41}), 422)["detail"]
    assert answer(client.post(path, json={"operation": "print", "count": -1}), 422)
    assert answer(client.post("/api/v1/requests/NO/counts", json={"operation": "print", "count": 1}), 404)
    client.delete("/api/v1/requests/A%2F1")
    assert answer(client.post(path, json={"operation": "print", "count": 1}), 409)


def test_a_lot_that_accepts_fewer_and_may_share(client: Declared) -> None:
    made = answer(client.post("/api/v1/requests", json=JOB | {"least_quantity": 30, "may_share": True}), 201)
    assert (made["least_quantity"], made["planned_quantity"], made["may_share"]) == (30, 0, True)
    assert answer(client.post("/api/v1/requests", json=JOB | {"least_quantity": 41}), 422)
    assert answer(client.post("/api/v1/requests", json=JOB | {"least_quantity": 0}), 422)


def test_a_window_of_one_operation(client: Declared) -> None:
    window = {"operation": "soak", "start": "2026-12-02T09:00:00+03:00", "end": None}
    made = answer(client.post("/api/v1/requests", json=JOB | {"windows": [window]}), 201)
    assert made["windows"] == [{"operation": "soak", "start": "2026-12-02T06:00:00Z", "end": None}]
    told = answer(client.post("/api/v1/requests", json=JOB | {"windows": [window | {"operation": "bake"}]}), 422)
    assert told["detail"] == "There is no operation 'bake', but print, soak."
    assert answer(client.post("/api/v1/requests", json=JOB | {"windows": [window | {"start": "soon"}]}), 422)
