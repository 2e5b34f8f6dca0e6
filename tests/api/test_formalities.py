"""A centre that asks for reasons and signatures gets them, through REST and pages, and they stand on record."""

from typing import Any

import pytest
from sqlmodel import select

from models.database import Database
from models.tables import AuditEvent, Centre
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.door.attempts import MOST_OF_ACCOUNT
from scheduler.errors import ReasonMissing, SignatureMissing
from scheduler.publishing import check_publishable, publish_plan
from tests.api.declared import Declared, answer
from tests.quick_passwords import ANNA, PASSWORD, person
from tests.scheduler.small_centre import NOW, WEEK, at, request

REASON = "the plan for the week, agreed on Thursday"


def asking_for(database: Database, **settings: Any) -> None:
    def command(session: Any) -> None:
        centre = session.get_one(Centre, 1)
        centre.settings = {**centre.settings, **settings}

    database.write(command)


@pytest.fixture
def manager(door: Declared) -> Declared:
    person(door.database, NOW, role="manager", centre="EL")
    door.post("/sign-in", data={"email": ANNA, "password": PASSWORD})
    return door


def drafted(client: Declared) -> int:
    request(client.database, "R-1")
    plan_id = answer(client.post("/api/v1/plans", json={"week": WEEK, "work": 1, "workers": 1}), 202)["id"]
    assert client.work()
    return int(plan_id)


def published_event(database: Database) -> AuditEvent:
    with database.reading() as session:
        return session.exec(select(AuditEvent).where(AuditEvent.verb == "published plan")).one()


def test_a_signature_is_asked_for_and_stands_in_the_event(manager: Declared) -> None:
    plan = f"/api/v1/plans/{drafted(manager)}/publish"
    asking_for(manager.database, signatures=True)
    right = {"password": PASSWORD, "meaning": "approved"}
    for body, status, code in (
        (None, 422, "signature_missing"),
        ({"password": PASSWORD}, 422, "signature_missing"),
        ({"meaning": "approved"}, 422, "signature_missing"),
        (right | {"password": "not the password"}, 403, "wrong_password"),
    ):
        refused = manager.post(plan, json=body) if body is not None else manager.post(plan)
        assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (status, code)
    assert answer(manager.post(plan, json=right))["confirmed"] > 0
    event = published_event(manager.database)
    assert event.after is not None
    assert event.after["signature"] == {"account_id": 1, "meaning": "approved", "at": NOW.isoformat()}
    assert PASSWORD not in event.model_dump_json()


def test_without_the_setting_nothing_is_asked_for(manager: Declared) -> None:
    plan = f"/api/v1/plans/{drafted(manager)}/publish"
    assert answer(manager.post(plan))["confirmed"] > 0
    event = published_event(manager.database)
    assert event.after is not None
    assert "signature" not in event.after
    assert event.reason == ""


def test_whoever_has_no_account_cannot_sign(manager: Declared) -> None:
    plan_id = drafted(manager)
    asking_for(manager.database, signatures=True)
    with pytest.raises(SignatureMissing, match="say who signs"):
        publish_plan(manager.database, actor=ME, now=NOW, plan_id=plan_id, password=PASSWORD, meaning="approved")
    assert answer(manager.get(f"/api/v1/plans/{plan_id}"))["state"] == "draft"


def test_signing_is_throttled_as_signing_in_is(manager: Declared) -> None:
    plan = f"/api/v1/plans/{drafted(manager)}/publish"
    asking_for(manager.database, signatures=True)
    body = {"password": "not the password", "meaning": "approved"}
    ended = [manager.post(plan, json=body).status_code for _ in range(MOST_OF_ACCOUNT)]
    assert ended == [403] * (MOST_OF_ACCOUNT - 1) + [429]
    assert manager.post(plan, json=body | {"password": PASSWORD}).status_code == 429


def test_the_page_of_a_plan_takes_both(manager: Declared) -> None:
    plan = f"/plans/{drafted(manager)}"
    asking_for(manager.database, signatures=True, reasons=True)
    page = manager.get(plan).text
    assert "Electronics asks for a reason and for a signature" in page
    for filled, status, said in (
        ({}, 422, "asks for a reason"),
        ({"reason": REASON}, 422, "what the signature means"),
        ({"reason": REASON, "meaning": "approved", "password": "no"}, 403, "The password is wrong"),
    ):
        sent = manager.post(f"{plan}/publish", data=filled)
        assert (sent.status_code, said in sent.text) == (status, True), said
        assert "again around them" not in sent.text
        assert filled.get("reason", "") in sent.text
    assert manager.post(f"{plan}/discard", data={}).status_code == 422
    done = manager.post(f"{plan}/publish", data={"reason": REASON, "meaning": "approved", "password": PASSWORD})
    assert done.status_code == 303
    event = published_event(manager.database)
    assert (event.reason, event.actor) == (REASON, "account:1")


def test_changes_need_their_reason(manager: Declared) -> None:
    plan_id = drafted(manager)
    span = {"start": at("Tue 10:00").isoformat(), "end": at("Tue 12:00").isoformat()}
    booked, missed = (
        answer(manager.post("/api/v1/bookings", json={"units": [unit], "project": "A-1", **span}), 201)["id"]
        for unit in ("SEM", "OVEN-1")
    )
    ended = {"unit": "OVEN-2", "start": at("Thu 10:00").isoformat(), "end": at("Thu 12:00").isoformat()}
    ended_id = answer(manager.post("/api/v1/outages", json=ended), 201)["id"]
    asking_for(manager.database, reasons=True)
    outage = {"unit": "OVEN-2", **span}
    commands: dict[str, Any] = {
        "outage": lambda **more: manager.post("/api/v1/outages", json=outage | more),
        "cancel": lambda **more: manager.delete(f"/api/v1/bookings/{booked}", params=more),
        "withdraw": lambda **more: manager.delete("/api/v1/requests/R-1", params=more),
        "end": lambda **more: manager.post(f"/api/v1/outages/{ended_id}/end", json=more),
        "missed": lambda **more: manager.post(f"/api/v1/bookings/{missed}/missed", json=more),
        "publish": lambda **more: manager.post(f"/api/v1/plans/{plan_id}/publish", json=more),
        "discard": lambda **more: manager.post(f"/api/v1/plans/{plan_id}/discard", json=more),
    }
    for name, command in commands.items():
        for given in ({}, {"reason": "  "}):
            refused = command(**given)
            assert (refused.status_code, refused.json()["type"]) == (422, "urn:pilotline:problem:reason_missing"), name
            assert refused.json()["mistakes"][0]["place"] == "reason"
    assert manager.post(f"/api/v1/outages/{ended_id}/end").status_code == 422
    for name in ("outage", "cancel", "withdraw", "discard", "end"):
        assert commands[name](reason=REASON).status_code in (200, 201), name
    with manager.database.reading() as session:
        told = {event.verb for event in session.exec(select(AuditEvent).where(AuditEvent.reason == REASON))}
    assert {"reported outage", "cancelled booking", "withdrew request", "discarded plan", "ended outage"} <= told


def test_pages_say_that_a_reason_is_missing(manager: Declared) -> None:
    request(manager.database, "R-1")
    asking_for(manager.database, reasons=True)
    for path, filled in (
        ("/requests/R-1/withdraw", {}),
        ("/outages", {"unit": "SEM", "start": "2026-12-01T10:00", "end": "2026-12-01T12:00"}),
    ):
        sent = manager.post(path, data=filled)
        assert (sent.status_code, "asks for a reason" in sent.text) == (422, True)


@pytest.mark.parametrize(("asked", "refusal"), [("signatures", SignatureMissing), ("reasons", ReasonMissing)])
def test_what_could_not_be_published_is_not_planned_for_it(
    manager: Declared, asked: str, refusal: type[Exception]
) -> None:
    check_publishable(manager.database, actor=ME, now=NOW, centres=())
    asking_for(manager.database, **{asked: True})
    with pytest.raises(refusal):
        check_publishable(manager.database, actor=ME, now=NOW, centres=("EL",))
    check_publishable(manager.database, actor=ME, now=NOW, centres=("EL",), reason=REASON, signed=True)
