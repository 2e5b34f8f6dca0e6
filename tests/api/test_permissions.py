"""A route names what it asks for, or the application does not start; what may not be seen is as if it were not."""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import col, select
from starlette.applications import Starlette

from api import pages
from api.app import create_app
from api.permission import OPEN, NoPermissionNamed, needs
from models.database import Database
from models.tables import AuditEvent
from scheduler.actors import NOBODY, Actor
from tests.api.two_firms import ACTORS, FOREIGN, MISSING, Doors
from tests.databases import opened
from tests.scheduler.actors import engineer, manager, technician

ALFA = ACTORS["engineer"]


@pytest.fixture(scope="module")
def both(both_firms: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    file = shutil.copy(both_firms, tmp_path_factory.mktemp("permissions") / "both.sqlite")
    with opened(f"sqlite:///{file}") as database:
        yield database


@pytest.fixture(scope="module")
def doors(both: Database) -> Doors:
    return Doors(both)


# -- at the start


def with_one_more(monkeypatch: pytest.MonkeyPatch, add: Any) -> None:
    """The application's pages have one more route."""
    install = pages.install

    def installed(app: FastAPI) -> None:
        install(app)
        add(app)

    monkeypatch.setattr(pages, "install", installed)


@pytest.mark.parametrize(
    ("add", "named"),
    [
        (lambda app: app.add_api_route("/hidden", lambda: None), "GET /hidden"),
        (lambda app: app.mount("/elsewhere", Starlette()), "/elsewhere"),
        (lambda app: app.add_route("/bare", lambda _: None), "/bare"),
    ],
)
def test_a_route_that_names_no_permission_stops_the_start(
    both: Database, monkeypatch: pytest.MonkeyPatch, add: Any, named: str
) -> None:
    with_one_more(monkeypatch, add)
    with pytest.raises(NoPermissionNamed, match=named):
        create_app(both, timetable=False)


@pytest.mark.parametrize("permission", [OPEN, needs("see audit")])
def test_the_same_route_with_one_starts(both: Database, monkeypatch: pytest.MonkeyPatch, permission: Any) -> None:
    with_one_more(monkeypatch, lambda app: app.add_api_route("/hidden", lambda: None, dependencies=[permission]))
    create_app(both, timetable=False)


# -- what is foreign

CALLS = [
    ("GET", "/api/v1/bookings/{booking}"),
    ("DELETE", "/api/v1/bookings/{booking}"),
    ("GET", "/api/v1/requests/{request}"),
    ("GET", "/api/v1/requests/{request}/earliest"),
    ("DELETE", "/api/v1/requests/{request}"),
    ("GET", "/api/v1/projects?organisation={organisation}"),
    ("GET", "/api/v1/requests?organisation={organisation}"),
    ("GET", "/api/v1/notices?organisation={organisation}"),
    ("GET", "/api/v1/bookings?start=2026-11-30T00:00Z&end=2026-12-07T00:00Z&organisation={organisation}"),
    ("GET", "/api/v1/plans/{draft}"),
    ("GET", "/api/v1/plans/{published}/left-out/{request}"),
    ("GET", "/bookings/{booking}"),
    ("POST", "/bookings/{booking}/cancel"),
    ("GET", "/requests/{request}"),
    ("POST", "/requests/{request}/withdraw"),
    ("GET", "/plans/{draft}"),
]
COMMANDS = [
    ("/api/v1/requests/{request}/counts", {"operation": "mill", "count": 1}),
    (
        "/api/v1/bookings",
        {"units": ["SEM"], "project": "{project}", "start": "2026-12-02T10:00Z", "end": "2026-12-02T11:00Z"},
    ),
    ("/api/v1/requests", {"centre": "EL", "project": "{project}", "recipe": "BOARDS"}),
]


def told(response: Any, names: Mapping[str, Any]) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers, with what was asked for left out."""
    text = response.text
    for name in sorted(map(str, names.values()), key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z0-9-]){re.escape(name)}(?![A-Za-z0-9-])", "…", text)
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return response.status_code, text, headers


OF_OWNERS = {address for _, address in CALLS if "organisation=" in address}
"""What is open to lab managers, whom any organisation may come to."""
ASKED = [
    *((ALFA, method, address) for method, address in CALLS),
    *((technician(1), method, address) for method, address in CALLS),
    *((manager(1), method, address) for method, address in CALLS if address not in OF_OWNERS),
]


@pytest.mark.parametrize(("actor", "method", "address"), ASKED)
def test_what_is_foreign_answers_exactly_like_what_is_missing(
    doors: Doors, actor: Actor, method: str, address: str
) -> None:
    published = dict.fromkeys(("published",), FOREIGN["published"])
    foreign = doors.come(actor, method, address.format(**FOREIGN))
    missing = doors.come(actor, method, address.format(**{**MISSING, **published}))
    assert told(foreign, FOREIGN) == told(missing, {**MISSING, **published})
    assert foreign.status_code in (403, 404)


@pytest.mark.parametrize(("address", "body"), COMMANDS)
def test_commands_about_what_is_foreign_too(doors: Doors, address: str, body: dict[str, Any]) -> None:
    def answer(names: dict[str, Any]) -> Any:
        filled = {key: value.format(**names) if isinstance(value, str) else value for key, value in body.items()}
        return doors.come(ALFA, "POST", address.format(**names), body=filled)

    foreign, missing = answer(dict(FOREIGN)), answer(dict(MISSING))
    assert foreign.status_code == 404
    assert told(foreign, dict(FOREIGN)) == told(missing, dict(MISSING))


# -- at the door


def test_nobody_is_told_to_sign_in_as_a_problem_and_is_sent_there_from_a_page(doors: Doors) -> None:
    problem = doors.come(NOBODY, "GET", "/api/v1/bookings/1")
    assert problem.status_code == 401
    assert problem.json()["type"] == "urn:pilotline:problem:not_signed_in"
    page = doors.come(NOBODY, "GET", "/bookings/1")
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/bookings/1")


def test_who_has_an_account_and_no_role_is_refused_and_not_sent_to_sign_in(doors: Doors) -> None:
    bare = Actor(key="account:9", account_id=9)
    assert doors.come(bare, "GET", "/api/v1/centres").status_code == 403
    assert doors.come(bare, "GET", "/board").status_code == 403


def events(database: Database, verb: str) -> list[AuditEvent]:
    with database.reading() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.verb == verb).order_by(col(AuditEvent.id))))


def test_commands_that_are_refused_are_recorded_and_readings_at_the_door_are_not(doors: Doors, both: Database) -> None:
    before = len(events(both, "refused command"))
    assert doors.come(ALFA, "POST", "/api/v1/plans/1/publish").status_code == 403
    assert doors.come(ALFA, "GET", "/api/v1/plans/2/document").status_code == 403
    recorded = events(both, "refused command")[before:]
    assert [(each.chain, each.actor, each.object_id) for each in recorded] == [
        ("people", ALFA.key, "POST /api/v1/plans/1/publish")
    ]
    assert doors.come(technician(1), "DELETE", "/api/v1/bookings/1").status_code == 403
    both_roles = Actor(key="account:8", grants=(*technician(1).grants, *engineer(2).grants), account_id=8)
    assert doors.come(both_roles, "DELETE", "/api/v1/bookings/1").status_code == 403
    (attempt,) = [each for each in events(both, "refused cancellation") if each.actor == "account:8"]
    assert (attempt.chain, attempt.object_id) == ("centre:1", "booking 1")
    assert attempt.reason == "None of your roles lets you cancel bookings here."


@pytest.mark.parametrize(
    ("address", "about"),
    [
        ("a%00b", "{request}"),
        ("a%1bb", "{request}"),
        ("Anna%20Orlova", "{request}"),
        ("a/b", "{request}"),
        ("x" * 500, "{request}"),
        ("R-1.2_b", "R-1.2_b"),
        ("7", "7"),
    ],
)
def test_a_refused_command_is_recorded_by_its_route_whatever_stands_in_the_address(
    database: Database, address: str, about: str
) -> None:
    doors = Doors(database)
    assert doors.come(technician(1), "DELETE", f"/api/v1/requests/{address}").status_code == 403
    (recorded,) = events(database, "refused command")
    assert recorded.object_id == f"DELETE /api/v1/requests/{about}"


def test_a_role_counts_from_the_next_call_on_and_no_longer_once_it_is_taken_away(doors: Doors) -> None:
    address = "/api/v1/bookings/1"
    with_it, without = engineer(1), Actor(key="account:1", account_id=1)
    statuses = [doors.come(actor, "GET", address).status_code for actor in (without, with_it, without, with_it)]
    assert statuses == [403, 200, 403, 200]


def test_who_asks_is_found_out_once_for_each_call(both: Database) -> None:
    asked = []

    def identify(*_: Any) -> Actor:
        asked.append(1)
        return engineer(1)

    doors = Doors(both)
    doors.application.state.identify = identify
    assert doors.get("/api/v1/bookings/1").status_code == 200
    assert len(asked) == 1
