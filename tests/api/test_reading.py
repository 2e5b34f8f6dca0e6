"""What there is can be read, filtered and paged through."""

from datetime import UTC, datetime
from typing import Any

import pytest

from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units
from tests.api.declared import Declared, answer
from tests.scheduler.small_centre import NOW, at, request


def keys(found: list[dict[str, Any]]) -> list[str]:
    return [each["key"] for each in found]


def test_centres_tell_their_zone(client: Declared) -> None:
    (centre,) = answer(client.get("/api/v1/centres"))
    assert (centre["key"], centre["zone"]) == ("EL", "Europe/Moscow")


def test_laboratories_name_their_centre(here: Declared) -> None:
    assert [(each["key"], each["centre"]) for each in answer(here.get("/api/v1/laboratories?centre=EL"))] == [
        ("SMT", "EL")
    ]


def test_units_carry_capabilities_with_numbers(client: Declared) -> None:
    found = answer(client.get("/api/v1/units", params={"centre": "EL"}))
    assert keys(found) == ["PRINTER", "OVEN-1", "OVEN-2", "SEM"]
    by_key = {each["key"]: each for each in found}
    assert {"capability": "oven", "quantity": "temp_c", "low": 20.0, "high": 150.0} in by_key["OVEN-1"]["capabilities"]
    assert by_key["PRINTER"]["capabilities"] == [
        {"capability": "printing", "quantity": None, "low": None, "high": None}
    ]
    assert by_key["SEM"]["lanes"] == 2


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"capability": "oven"}, ["OVEN-1", "OVEN-2"]),
        ({"laboratory": "SMT", "limit": "1"}, ["PRINTER"]),
        ({"after": "3"}, ["SEM"]),
        ({"capability": "levitation"}, []),
    ],
)
def test_units_are_filtered_and_paged(here: Declared, asked: dict[str, str], expected: list[str]) -> None:
    assert keys(answer(here.get("/api/v1/units", params=asked))) == expected


def test_a_filter_given_twice_is_refused_as_one_would_be_passed_over(here: Declared) -> None:
    told = answer(here.get("/api/v1/units?centre=EL&capability=oven&capability=printing"), 422)
    assert told["detail"] == "'capability' stands in the address more than once: give it once."


def test_one_unit_by_its_key(client: Declared) -> None:
    assert answer(client.get("/api/v1/units/SEM"))["name"] == "Sem"


def test_clusters_tell_entitlements_in_percent(client: Declared) -> None:
    found = answer(client.get("/api/v1/clusters"))
    assert [(each["key"], each["entitlements"]) for each in found] == [
        ("IT", [{"centre": "EL", "percent": 70.0}]),
        ("PH", [{"centre": "EL", "percent": 30.0}]),
    ]


def test_organisations_and_projects(client: Declared) -> None:
    assert keys(answer(client.get("/api/v1/organisations", params={"cluster": "PH"}))) == ["BETA"]
    assert keys(answer(client.get("/api/v1/organisations", params={"limit": 1}))) == ["ALFA"]
    (project,) = answer(client.get("/api/v1/projects", params={"organisation": "BETA"}))
    assert (project["key"], project["stage"], project["cluster"]) == ("B-1", "pilot lot", "PH")
    assert keys(answer(client.get("/api/v1/projects", params={"after": 1}))) == ["B-1"]


def test_recipes_carry_their_routing(client: Declared) -> None:
    (recipe,) = answer(client.get("/api/v1/recipes", params={"centre": "EL", "laboratory": "SMT"}))
    assert (recipe["key"], recipe["version"], recipe["centre"]) == ("BOARDS", 1, "EL")
    assert [each["name"] for each in recipe["routing"]["operations"]] == ["print", "soak"]


def test_requests_by_centre(client: Declared) -> None:
    for key in ("R-1", "R-2", "R-3"):
        request(client.database, key)
    assert keys(answer(client.get("/api/v1/requests", params={"centre": "EL", "limit": 2}))) == ["R-1", "R-2"]
    assert keys(answer(client.get("/api/v1/requests", params={"after": 2}))) == ["R-3"]
    assert keys(answer(client.get("/api/v1/requests", params={"organisation": "BETA"}))) == []
    assert answer(client.get("/api/v1/requests/R-2"))["state"] == "open"


def test_bookings_by_window_unit_and_organisation(client: Declared) -> None:
    def book(unit: str, start: str, end: str, project: str) -> int:
        made = book_units(
            client.database, actor=ME, now=NOW, units=(unit,), start=at(start), end=at(end), project=project
        )
        return made.id

    one = book("SEM", "Tue 09:00", "Tue 10:00", "A-1")
    two = book("SEM", "Tue 10:00", "Tue 11:00", "B-1")
    three = book("OVEN-1", "Wed 09:00", "Wed 12:00", "A-1")

    def found(start: str, end: str, **asked: str) -> list[int]:
        window = {"start": at(start).isoformat(), "end": at(end).isoformat(), **asked}
        return [each["id"] for each in answer(client.get("/api/v1/bookings", params=window))]

    assert found("Mon 00:00", "Sun 00:00") == [one, two, three]
    assert found("Tue 10:00", "Wed 09:00") == [two]
    assert found("Tue 09:59", "Tue 10:01") == [one, two]
    assert found("Mon 00:00", "Sun 00:00", unit="SEM") == [one, two]
    assert found("Mon 00:00", "Sun 00:00", organisation="ALFA") == [one, three]
    assert found("Mon 00:00", "Sun 00:00", centre="EL", limit="2") == [one, two]
    assert found("Mon 00:00", "Sun 00:00", after=str(two)) == [three]


def test_moments_are_answered_with_their_offset(here: Declared) -> None:
    request(here.database, "R-1", due_at=at("Fri 18:00"))
    told = answer(here.get("/api/v1/requests/R-1"))["due"]
    assert datetime.fromisoformat(told).astimezone(UTC) == at("Fri 18:00")
    assert datetime.fromisoformat(told).tzinfo is not None


@pytest.mark.parametrize(
    "address",
    [
        "/laboratories?centre=NO",
        "/units?centre=NO",
        "/units?laboratory=NO",
        "/units/NO",
        "/organisations?cluster=NO",
        "/projects?organisation=NO",
        "/recipes?centre=NO",
        "/requests/NO",
        "/requests?centre=NO",
        "/requests?organisation=NO",
        "/plans?centre=NO",
        "/notices?centre=NO",
        "/notices?organisation=NO",
        "/bookings/77",
        "/bookings?start=2026-12-01T00:00Z&end=2026-12-02T00:00Z&unit=NO",
        "/bookings?start=2026-12-01T00:00Z&end=2026-12-02T00:00Z&organisation=NO",
        "/plans/77",
        "/plans/77/document",
    ],
)
def test_what_is_not_there_is_404_and_named(here: Declared, address: str) -> None:
    problem = answer(here.get(f"/api/v1{address}"), 404)
    assert problem["type"] == "urn:pilotline:problem:unknown"
    assert "NO" in problem["detail"] or "77" in problem["detail"]


def test_health(client: Declared) -> None:
    assert answer(client.get("/health")) == {"status": "ok"}
