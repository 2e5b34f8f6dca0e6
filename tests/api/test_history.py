"""Each object has its history: when, who, what, why, and which fields changed; over REST, on its page, in the shell."""

from functools import partial
from typing import Any

import pytest
from sqlmodel import Session

from models.audit import record
from models.database import Database
from models.tables import Account, AccountDetail, RoleGrant
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor, Grant
from scheduler.errors import Unknown
from scheduler.history import history
from scheduler.requesting import submit_request
from scheduler.withdrawing import withdraw_request
from tests.api.commanded import Commanded
from tests.api.declared import Declared
from tests.scheduler.actors import administrator, auditor, engineer, manager, technician
from tests.scheduler.small_centre import NOW, at, found, store

BOOKING = {
    "units": ["OVEN-1"],
    "start": at("Mon 10:00").isoformat(),
    "end": at("Mon 12:00").isoformat(),
    "project": "A-1",
}


@pytest.fixture
def cancelled(here: Declared) -> Declared:
    assert here.post("/api/v1/bookings", json=BOOKING).status_code == 201
    assert here.delete("/api/v1/bookings/1?reason=no%20parts").status_code == 200
    return here


def test_a_booking_tells_its_history(cancelled: Declared) -> None:
    told = cancelled.get("/api/v1/history/booking/1").json()
    assert [event["verb"] for event in told["events"]] == ["confirmed booking", "cancelled booking"]
    made, given_back = told["events"]
    assert (made["who"], given_back["reason"]) == ("local administrator", "no parts")
    fields = {each["field"]: (each["before"], each["after"]) for each in given_back["fields"]}
    assert fields["state"] == ("confirmed", "cancelled")
    assert set(fields) == {"state", "holds"}
    assert fields["holds"][0].startswith("OVEN-1 lane 1 2026-11-30T07:00:00+00:00 to")
    assert fields["holds"][1].endswith("(given back)")
    assert {"field": "project", "before": None, "after": "A-1"} in made["fields"]


def test_it_is_read_page_by_page(cancelled: Declared) -> None:
    first = cancelled.get("/api/v1/history/booking/1?limit=1").json()
    assert (len(first["events"]), first["more"]) == (1, True)
    rest = cancelled.get(f"/api/v1/history/booking/1?after={first['events'][0]['id']}").json()
    assert ([event["verb"] for event in rest["events"]], rest["more"]) == (["cancelled booking"], False)


def test_the_page_shows_it(cancelled: Declared) -> None:
    page = cancelled.get("/bookings/1").text
    assert "History" in page
    assert "Cancelled booking" in page
    assert "confirmed → cancelled" in page
    assert "30 Nov 2026 10:00" in page


def test_an_end_that_nobody_knows_is_no_date(
    here: Declared, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"unit": "SEM", "start": "2026-12-01T08:00", "end": "", "reason": "tube"}
    assert here.post("/outages", data=told).status_code == 303
    ended = {"at": at("Tue 12:00").isoformat()}
    assert here.post("/api/v1/outages/1/end", json=ended).status_code == 200
    events = here.get("/api/v1/history/outage/1").json()["events"]
    assert [_end(event) for event in events] == [
        (None, "further notice"),
        ("further notice", "2026-12-01T09:00:00+00:00"),
    ]
    page = here.get("/record/of/outage/1").text
    assert "<dt>Until</dt><dd>further notice</dd>" in page
    assert "further notice → 1 Dec 2026 12:00" in page
    monkeypatch.setenv("PILOTLINE_DATABASE", str(here.database.url))
    shell = Commanded(capsys)("history", "outage", 1).out
    assert "until: further notice\n" in shell
    assert "9999" not in page + shell + here.get("/record").text + here.get("/outages").text


def _end(event: dict[str, Any]) -> tuple[str | None, str | None]:
    (found,) = (each for each in event["fields"] if each["field"] == "end_at")
    return found["before"], found["after"]


@pytest.mark.parametrize("path", ["booking/99", "booking/x", "nothing/1", "audit_event/1", "sign_in_session/1"])
def test_what_is_not_there_has_none(here: Declared, path: str) -> None:
    assert here.get(f"/api/v1/history/{path}").status_code == 404


def test_a_foreign_object_answers_like_a_missing_one(cancelled: Declared) -> None:
    def asked(role: str, **of: int) -> list[str]:
        actor = Actor(key="account:1", grants=(Grant(role=role, **of),))  # type: ignore[arg-type]
        found = history(cancelled.database, actor=actor, now=NOW, kind="booking", id="1")
        return [event.verb for event in found.events]

    assert asked("engineer", organisation_id=1) == asked("technician", centre_id=1) == asked("auditor")
    for role, of in (("engineer", {"organisation_id": 2}), ("technician", {"centre_id": 2})):
        with pytest.raises(Unknown, match="There is no booking '1'"):
            asked(role, **of)
    assert history(cancelled.database, actor=ME, now=NOW, kind="unit", id="OVEN-1").events == ()


def test_a_plans_history_is_for_those_who_manage_all_its_centres(here: Declared) -> None:
    assert here.post("/api/v1/plans", json={"week": "2026-W49", "work": 1}).status_code == 202

    def asked(centre_id: int) -> list[str]:
        actor = Actor(key="account:1", grants=(Grant(role="manager", centre_id=centre_id),))
        return [event.verb for event in history(here.database, actor=actor, now=NOW, kind="plan", id="1").events]

    assert asked(1) == ["asked for plan"]
    with pytest.raises(Unknown):
        asked(2)
    assert "Asked for plan" in here.get("/plans/1").text


def ask(database: Database, key: str, owner: int) -> None:
    project = {1: "A-1", 2: "B-1"}[owner]
    submit_request(
        database, actor=engineer(owner), now=NOW, key=key, centre="EL", project=project, recipe="BOARDS", quantity=5
    )


def told(database: Database, kind: str, id: str, *, actor: Actor = ME) -> list[tuple[str, str]]:
    found = history(database, actor=actor, now=NOW, kind=kind, id=id)
    return [(event.verb, event.reason) for event in found.events]


def listed(database: Database, key: str) -> None:
    """As a list of requests is recorded: by key."""

    def command(session: Session) -> None:
        of: dict[str, Any] = {
            "object_kind": "request",
            "object_id": key,
            "verb": "added request",
            "reason": f"the list says {key}",
        }
        record(session, chain="centre:1", at=NOW, actor=ME.key, **of)

    database.write(command)


def test_a_request_whose_key_is_the_id_of_another_tells_its_own_history_and_no_others(
    sqlite_database: Database,
) -> None:
    found(sqlite_database)
    ask(sqlite_database, "2", 1)
    ask(sqlite_database, "1", 2)
    withdraw_request(sqlite_database, actor=engineer(2), now=NOW, key="1", reason="Beta ran out of money")
    for key in ("1", "2"):
        listed(sqlite_database, key)
    alfas = told(sqlite_database, "request", "2", actor=engineer(1))
    assert alfas == [("submitted request", ""), ("added request", "the list says 2")]
    betas = told(sqlite_database, "request", "1", actor=engineer(2))
    assert [verb for verb, _ in betas] == ["submitted request", "withdrew request", "added request"]
    assert betas[1:] == [("withdrew request", "Beta ran out of money"), ("added request", "the list says 1")]


def test_a_request_is_found_by_its_key_alone(sqlite_database: Database) -> None:
    found(sqlite_database)
    ask(sqlite_database, "R-ALFA", 1)
    assert told(sqlite_database, "request", "R-ALFA", actor=engineer(1)) == [("submitted request", "")]
    with pytest.raises(Unknown):
        told(sqlite_database, "request", "1", actor=engineer(1))


STAFF: list[tuple[Actor, str]] = [
    (engineer(1), "somebody"),
    (technician(1), "somebody"),
    (manager(1), "Anna O."),
    (auditor(), "Anna O."),
    (Actor(key="account:17", grants=engineer(1).grants), "Anna O."),
]


@pytest.mark.parametrize(("reader", "who"), STAFF)
def test_names_of_staff_are_for_those_who_run_a_centre(cancelled: Declared, reader: Actor, who: str) -> None:
    def act(session: Session, **of: Any) -> None:
        record(session, chain="centre:1", at=NOW, object_kind="booking", object_id="1", verb="x", **of)

    details = [AccountDetail(account_id=17, email="a@works.example", name="Anna O.")]
    details += [AccountDetail(account_id=18, email="b@works.example")]
    store(cancelled.database, *(Account(id=each.account_id, made_at=NOW) for each in details), *details)
    for number in (17, 18):
        cancelled.database.write(partial(act, actor=f"account:{number}"))
    events = history(cancelled.database, actor=reader, now=NOW, kind="booking", id="1").events
    nameless = "account:18" if reader.grants[0].role in ("manager", "auditor") else "somebody"
    assert [event.who for event in events] == ["local administrator", "local administrator", who, nameless]
    assert "@" not in str(events)


@pytest.mark.parametrize("kind", ["role_grant", "account", "used_time", "project", "hold", "person"])
def test_what_is_no_work_has_a_history_for_those_who_read_the_audit(cancelled: Declared, kind: str) -> None:
    """Even where somebody may see the row: a technician's role names their centre."""
    rows = {
        "account": (Account(id=1, made_at=NOW),),
        "role_grant": (
            Account(id=1, made_at=NOW),
            RoleGrant(id=1, account_id=1, role="technician", centre_id=1, granted_at=NOW),
        ),
    }
    store(cancelled.database, *rows.get(kind, ()))

    def act(session: Session) -> None:
        record(session, chain="centre:1", at=NOW, actor=ME.key, verb="x", object_kind=kind, object_id="1")

    cancelled.database.write(act)
    for reader in (engineer(1), technician(1), manager(1)):
        with pytest.raises(Unknown):
            history(cancelled.database, actor=reader, now=NOW, kind=kind, id="1")
    for reader in (administrator(), auditor()):
        assert told(cancelled.database, kind, "1", actor=reader) == [("x", "")]


def test_a_centres_history_tells_all_shares_and_is_for_those_who_see_its_capacity(sqlite_database: Database) -> None:
    found(sqlite_database)

    def share(session: Session) -> None:
        of: dict[str, Any] = {"object_kind": "set of entitlements", "object_id": "EL", "reason": "agreed"}
        record(session, chain="centre:1", at=NOW, actor=ME.key, verb="changed set of entitlements", **of)

    sqlite_database.write(share)
    for reader in (manager(1), auditor()):
        assert told(sqlite_database, "centre", "EL", actor=reader) == [("changed set of entitlements", "agreed")]
    for reader in (technician(1), engineer(1), manager(2)):
        with pytest.raises(Unknown):
            told(sqlite_database, "centre", "EL", actor=reader)
