"""Whatever goes wrong is told as a problem document to programs, as a page to people, and never by an echo."""

import json
from typing import Any

import pytest

from api.doorway import LARGEST_BODY
from models.errors import StoreBusy
from scheduler import booking, catalogue
from tests.api.declared import Declared, answer

PROBLEM = "application/problem+json"
JSON = {"Content-Type": "application/json"}


def is_problem(response: Any, status: int) -> dict[str, Any]:
    assert response.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer(response, status)
    assert {"type", "title", "status", "detail", "instance"} <= set(problem)
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


def test_unknown_addresses_and_methods(here: Declared) -> None:
    assert is_problem(here.get("/api/v1/nothing"), 404)["instance"] == "/api/v1/nothing"
    response = here.put("/api/v1/bookings", json={})
    is_problem(response, 405)
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "",
        '{"unit": "SEM", "unit": "SEM"}',
        "[" * 100_000,
        '{"a": ' + "9" * 5_000 + "}",
    ],
)
def test_what_cannot_be_read_is_refused(here: Declared, text: str) -> None:
    response = here.post("/api/v1/outages", content=text.encode(), headers=JSON)
    is_problem(response, 422 if not text else 400)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", "NaN"),
        ("limit", "Infinity"),
        ("limit", "-Infinity"),
        ("limit", "1e999"),
        ("seed", str(2**63)),
        ("seed", str(-(2**63))),
        ("work", str(2**63)),
        ("workers", "1e18"),
        ("centres", '["\\u0000"]'),
        ("centres", '["\\ud800"]'),
        ("week", '"2026-W49\\u0000"'),
        ("role", '"administrator"'),
        ("organisation_id", "2"),
        ("actor", '"local-administrator"'),
        ("__proto__", "{}"),
    ],
)
def test_values_that_cannot_be_are_422_and_nothing_is_asked_for(here: Declared, field: str, value: str) -> None:
    week = "" if field == "week" else '"week": "2026-W49", '
    response = here.post("/api/v1/plans", content=f'{{{week}"{field}": {value}}}'.encode(), headers=JSON)
    assert is_problem(response, 422)["type"] == "urn:pilotline:problem:bad_input"
    assert answer(here.get("/api/v1/plans")) == []


@pytest.mark.parametrize("name", ["role", "organisation_id", "actor", "sight"])
def test_unknown_fields_are_refused_wherever_they_are_sent(here: Declared, name: str) -> None:
    booking = {"units": ["SEM"], "project": "A-1", "start": "2026-12-01T08:00Z", "end": "2026-12-01T09:00Z"}
    wish = {"centre": "EL", "project": "A-1", "recipe": "BOARDS"}
    outage = {"unit": "SEM", "start": "2026-12-01T08:00Z", "end": "2026-12-01T09:00Z"}
    bodies: dict[str, dict[str, Any]] = {
        "bookings": booking,
        "requests": wish,
        "outages": outage,
        "bookings/1/check-in": {},
    }
    for path, body in bodies.items():
        (mistake,) = is_problem(here.post(f"/api/v1/{path}", json={**body, name: 1}), 422)["mistakes"]
        assert mistake["place"] == f"body.{name}"
    window = "start=2026-12-01T08:00Z&end=2026-12-01T09:00Z"
    for path in ("units?", "plans?", "requests?", "notices?", f"bookings?{window}&", f"busy?unit=SEM&{window}&"):
        (mistake,) = is_problem(here.get(f"/api/v1/{path}{name}=1"), 422)["mistakes"]
        assert mistake["place"] == f"query.{name}"


def test_bytes_that_are_no_utf8_are_refused(here: Declared) -> None:
    is_problem(here.post("/api/v1/outages", content=b'{"unit": "\xff\xfe"}', headers=JSON), 400)


def test_a_body_without_its_media_type_is_refused(here: Declared) -> None:
    body = json.dumps({"week": "2026-W49"}).encode()
    is_problem(here.post("/api/v1/plans", content=body, headers={"Content-Type": "text/plain"}), 415)


def test_lone_surrogates_are_refused_and_not_echoed(here: Declared) -> None:
    for body in (
        b'{"unit": "\\ud800", "start": "2026-12-01T08:00Z", "end": "2026-12-01T09:00Z"}',
        b'{"unit": "SEM", "start": "2026-12-01T08:00Z", "end": "2026-12-01T09:00Z", "\\udfff": 1}',
    ):
        assert is_problem(here.post("/api/v1/outages", content=body, headers=JSON), 422)["mistakes"]


@pytest.mark.parametrize(
    "address",
    [
        "/units?limit=0",
        "/units?limit=1_0",
        "/units?limit=1e3",
        "/units?limit=٣",
        "/units?after=-1",
        "/units?after=99999999999999999999",
        "/units?centre=%00",
        "/units?colour=red",
        "/units/%00",
        "/plans/0",
        "/plans/1_0",
        "/plans/99999999999",
        "/plans?week=soon",
        "/bookings",
        "/bookings?start=2026-12-01T00:00&end=2026-12-02T00:00Z",
        "/bookings?start=2026-12-01T00:00%2B03:00&end=9999-12-31T23:59Z",
        "/bookings?start=2026-12-01T00:00+03:00&end=2026-12-02T00:00Z",
        "/bookings?start=2026-12-02T00:00Z&end=2026-12-01T00:00Z",
        "/centres?centre=EL",
    ],
)
def test_bad_questions_are_422_with_their_mistakes(here: Declared, address: str) -> None:
    assert is_problem(here.get(f"/api/v1{address}"), 422)["mistakes"]


def test_long_bodies_are_refused_however_they_come(here: Declared) -> None:
    long = b"[" + b" " * LARGEST_BODY + b"]"
    is_problem(here.post("/api/v1/outages", content=long, headers=JSON), 413)
    is_problem(here.post("/api/v1/outages", content=iter([long[:1000], long[1000:]]), headers=JSON), 413)
    assert here.post("/outages", content=long).status_code == 413


def test_a_defect_is_500_without_its_insides(here: Declared, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(catalogue, "list_centres", broken)
    response = here.get("/api/v1/centres")
    is_problem(response, 500)
    assert "secret" not in response.text
    page = here.get("/board")
    assert page.status_code == 500
    assert "secret" not in page.text
    assert page.headers["content-type"].startswith("text/html")


def test_a_busy_store_says_when_to_come_again(here: Declared, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise StoreBusy("the store was busy for too long")

    monkeypatch.setattr(booking, "cancel_booking", busy)
    response = here.delete("/api/v1/bookings/1")
    is_problem(response, 503)
    assert response.headers["Retry-After"] == "1"


def test_only_names_of_this_machine_are_served(here: Declared) -> None:
    for host in ("pilotline.example", "127.0.0.1.example", "", "localhost.example:8000"):
        is_problem(here.get("/api/v1/centres", headers={"Host": host}), 400)
    for host in ("localhost", "127.0.0.1:8000", "LOCALHOST:1", "[::1]:8000"):
        answer(here.get("/api/v1/centres", headers={"Host": host}))


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1"},
    ],
)
def test_commands_from_other_sites_are_refused(here: Declared, headers: dict[str, str]) -> None:
    is_problem(here.post("/api/v1/plans/1/publish", headers=headers), 403)
    is_problem(here.delete("/api/v1/bookings/1", headers=headers), 403)
    page = here.post("/outages", data={"unit": "SEM"}, headers=headers)
    assert page.status_code == 403
    assert page.headers["content-type"].startswith("text/html")


def test_own_pages_and_programs_may_command(here: Declared) -> None:
    for headers in ({"Origin": "http://127.0.0.1"}, {"Sec-Fetch-Site": "same-origin"}, {}):
        is_problem(here.post("/api/v1/plans/1/publish", headers=headers), 404)


def test_every_answer_is_sealed(here: Declared) -> None:
    for address in ("/api/v1/centres", "/board", "/nothing", "/static/pilotline.css"):
        headers = here.get(address).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors" in here.get("/board", headers={"Host": "elsewhere"}).headers["Content-Security-Policy"]


def test_an_address_names_every_method_that_it_takes(here: Declared) -> None:
    for path, methods in (
        ("/api/v1/requests", "GET, POST"),
        ("/api/v1/requests/R-1", "DELETE, GET"),
        ("/api/v1/people/1", "GET"),
        ("/api/v1/account/tokens", "GET, POST"),
    ):
        refused = here.put(path)
        assert (refused.status_code, refused.headers["allow"]) == (405, methods)


def test_a_parameter_that_stands_twice_in_the_address_is_refused(client: Declared) -> None:
    assert client.get("/api/v1/units?centre=EL").status_code == 200
    told = answer(client.get("/api/v1/units?centre=EL&centre=ME"), 400)
    assert told["detail"] == "A parameter stands twice in the address."
