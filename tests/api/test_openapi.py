"""The interface's description: every answer that can come is declared, with its media type."""

from typing import Any

import pytest

from api.sheets import MEDIA
from scheduler.keys import FINDERS
from tests.api.declared import Declared, answer

COMMANDS = {
    ("post", "/api/v1/requests"),
    ("delete", "/api/v1/requests/{request}"),
    ("post", "/api/v1/requests/{request}/withdraw"),
    ("post", "/api/v1/requests/{request}/counts"),
    ("post", "/api/v1/bookings"),
    ("delete", "/api/v1/bookings/{booking_id}"),
    ("post", "/api/v1/bookings/{booking_id}/cancel"),
    ("post", "/api/v1/bookings/{booking_id}/check-in"),
    ("post", "/api/v1/bookings/{booking_id}/check-out"),
    ("post", "/api/v1/bookings/{booking_id}/missed"),
    ("post", "/api/v1/bookings/{booking_id}/restore"),
    ("put", "/api/v1/bookings/{booking_id}/pin"),
    ("put", "/api/v1/bookings/{booking_id}/used/{used_id}"),
    ("post", "/api/v1/bookings/{booking_id}/confirm"),
    ("post", "/api/v1/bookings/{booking_id}/return"),
    ("put", "/api/v1/units/{unit}/policy"),
    ("put", "/api/v1/centres/{centre}/policy"),
    ("post", "/api/v1/outages"),
    ("post", "/api/v1/outages/{outage_id}/end"),
    ("post", "/api/v1/maintenance/{maintenance}/done"),
    ("post", "/api/v1/plans"),
    ("post", "/api/v1/plans/{plan_id}/publish"),
    ("post", "/api/v1/plans/{plan_id}/discard"),
    ("post", "/api/v1/plans/{plan_id}/again"),
    ("post", "/api/v1/maintenance/{maintenance}/done"),
    ("post", "/api/v1/account/name"),
    ("post", "/api/v1/account/password"),
    ("delete", "/api/v1/account/sessions/{session_id}"),
    ("post", "/api/v1/account/tokens"),
    ("delete", "/api/v1/account/tokens/{token_id}"),
    ("post", "/api/v1/people"),
    ("post", "/api/v1/people/{account_id}/roles"),
    ("delete", "/api/v1/people/{account_id}/roles/{role_id}"),
    ("put", "/api/v1/people/{account_id}/person"),
    ("delete", "/api/v1/people/{account_id}/person"),
    ("post", "/api/v1/people/{account_id}/link"),
    ("put", "/api/v1/centres/{centre}/formalities"),
    ("post", "/api/v1/people/{account_id}/close"),
    ("post", "/api/v1/people/{account_id}/erase"),
    ("post", "/api/v1/staff/{person}/erase"),
}
READINGS = {
    ("get", f"/api/v1{path}")
    for path in (
        "/centres",
        "/laboratories",
        "/units",
        "/units/{unit}",
        "/clusters",
        "/organisations",
        "/projects",
        "/recipes",
        "/requests",
        "/requests/{request}",
        "/bookings",
        "/bookings/{booking_id}",
        "/busy",
        "/policies",
        "/units/{unit}/policy",
        "/approvals",
        "/day",
        "/maintenance",
        "/plans",
        "/plans/{plan_id}",
        "/plans/{plan_id}/document",
        "/plans/{plan_id}/left-out/{request}",
        "/requests/{request}/earliest",
        "/notices",
        "/outages",
        "/history/{kind}/{object_id}",
        "/units/{unit}/trace",
        "/units/{unit}/trace/file",
        "/audit",
        "/audit/verify",
        "/maintenance",
        "/export/{kind}",
        "/account",
        "/account/sessions",
        "/account/tokens",
        "/people",
        "/people/{account_id}",
    )
} | {("get", "/health")}
FILES = {("get", "/api/v1/export/{kind}"), ("get", "/api/v1/units/{unit}/trace/file")}
"""What answers with a file, in the format that is asked for."""


@pytest.fixture
def operations(here: Declared) -> dict[tuple[str, str], Any]:
    document = answer(here.get("/api/v1/openapi.json"))
    return {(method, path): each for path, item in document["paths"].items() for method, each in item.items()}


def test_the_interface_is_what_it_says(operations: dict[tuple[str, str], Any]) -> None:
    assert set(operations) == COMMANDS | READINGS


def test_every_operation_declares_the_problems_it_may_answer_with(operations: dict[tuple[str, str], Any]) -> None:
    for (method, path), operation in operations.items():
        statuses = set(operation["responses"])
        assert {"400", "413", "422", "500"} <= statuses, path
        assert ({"401", "403"} <= statuses) == (path != "/health"), path
        if (method, path) in COMMANDS:
            assert {"403", "404" if path != "/api/v1/health" else "403", "503"} <= statuses, path
        keyed = {each["name"] for each in operation.get("parameters", ())} & set(FINDERS)
        if "{" in path or keyed:
            assert "404" in statuses, path


@pytest.mark.parametrize("path", ["/bookings", "/plans", "/plans/{plan_id}/publish", "/outages"])
def test_commands_that_may_clash_declare_it(operations: dict[tuple[str, str], Any], path: str) -> None:
    assert "409" in operations["post", f"/api/v1{path}"]["responses"]


def test_problems_have_their_own_media_type(operations: dict[tuple[str, str], Any]) -> None:
    for place, operation in operations.items():
        for status, response in operation["responses"].items():
            media, found = set(response["content"]), set(MEDIA.values()) if place in FILES else {"application/json"}
            assert media == ({"application/problem+json"} if status >= "400" else found)


def test_every_operation_is_told_in_words(operations: dict[tuple[str, str], Any]) -> None:
    assert all(operation["summary"] for operation in operations.values())
    assert len({operation["operationId"] for operation in operations.values()}) == len(operations)
