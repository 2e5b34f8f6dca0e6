"""A route names what it asks for, or the application does not start; what may not be seen is as if it were not."""

import re
import shutil
from collections.abc import Iterable, Iterator
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
from tests.api.rights_row import OPERATIONS, Row
from tests.api.rights_table import TABLE
from tests.api.two_firms import ACTORS, FOREIGN, MISSING, Doors
from tests.databases import opened
from tests.scheduler.actors import engineer, technician

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


def told(response: Any, names: Iterable[Any]) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers, with what was asked for left out."""
    text = response.text
    for name in sorted(map(str, names), key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z0-9-]){re.escape(name)}(?![A-Za-z0-9-])", "…", text)
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return response.status_code, text, headers


OPEN_TO_ALL = {"centre", "unit", "outage", "operation"}
"""What may be seen of others: that there is such a place, and that it is out of order."""


def without(row: Row) -> dict[str, Any]:
    """The names of what is foreign, with those in their place that nothing has: of what is hidden, or, where only what
    is open to all is named, of that. A plan that is published is open to whoever asks what it says of a request."""
    named = {name for name in FOREIGN if f"{{{name}}}" in f"{row.call} {row.body}"}
    hidden = named - OPEN_TO_ALL or named
    return {name: MISSING[name] for name in (hidden - {"published"} or hidden)}


HIDDEN = [
    (row, name)
    for row in TABLE
    if row.is_about_something
    for name, status in zip(ACTORS, row.foreign.split(), strict=True)
    if status == "404"
]
"""Each route of the table, and each actor to whom what is foreign is not there."""


@pytest.mark.parametrize(("row", "name"), HIDDEN, ids=lambda each: each if isinstance(each, str) else each.route)
def test_what_is_foreign_answers_exactly_like_what_is_missing(doors: Doors, row: Row, name: str) -> None:
    names = {**FOREIGN, "operation": OPERATIONS["ME"]}
    missing = without(row)
    answers = []
    for each in (names, names | missing):
        address, sent = row.sent(each)
        response = doors.come(ACTORS[name], row.method, address, **sent)
        assert response.status_code == 404
        answers.append(told(response, [names[asked] for asked in missing] + [*missing.values()]))
    assert answers[0] == answers[1]


def test_every_sort_of_thing_is_looked_for_so() -> None:
    assert len(HIDDEN) > 100
    assert {name for row, _ in HIDDEN for name in without(row)} == set(FOREIGN) - {"centre", "outage"}
    assert {name for _, name in HIDDEN} == {"engineer", "engineer of Beta", "technician", "manager"}


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
