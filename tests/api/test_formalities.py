"""A centre that asks for reasons and signatures gets them, through REST and pages, and they stand on record."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.database import Database
from models.tables import AuditEvent, Centre
from scheduler import centres
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.centres import change_formalities
from scheduler.door.attempts import MOST_OF_ACCOUNT
from scheduler.errors import ReasonMissing, SignatureMissing
from scheduler.formalities import NOTHING, Given
from scheduler.publishing import check_publishable, publish_plan
from tests.api.declared import Declared, answer
from tests.api.formal import REASON, asking_for
from tests.quick_passwords import ANNA, PASSWORD, person
from tests.scheduler.small_centre import NOW, WEEK, at, request
from tests.scheduler.upkept import calibration


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


DAY = {"start": "2026-12-01T10:00", "end": "2026-12-01T12:00"}
REFUSED: list[tuple[str, dict[str, str], str]] = [
    ("/requests/R-1/withdraw", {}, "reason"),
    ("/outages", {"unit": "SEM", **DAY}, "reason"),
    ("/outages/1/end", {}, "reason-1"),
    ("/bookings/1/cancel", {}, "reason"),
    ("/bookings/2/missed", {}, "reason-2"),
    ("/maintenance/CAL-1/done", {}, "readings-1"),
    ("/plans/1/publish", {}, "reason"),
    ("/plans/1/discard", {}, "reason"),
    ("/settings/EL/formalities", {}, "reason"),
]
FORMS = ("/requests/R-1", "/outages/new?unit=SEM", "/outages", "/bookings/1", "/day?date=2026-11-27&everybody=true")


def test_every_page_marks_the_reason_as_needed_and_says_where_it_is_missing(here: Declared) -> None:
    database = here.database
    drafted(here)
    calibration(database, expires="Thu 12:00")
    booked(here, at("Tue 10:00"), "SEM")
    begun = booked(here, NOW, "SEM")
    reported = {"unit": "OVEN-2", "start": at("Thu 10:00").isoformat(), "end": at("Thu 12:00").isoformat()}
    answer(here.post("/api/v1/outages", json=reported), 201)
    pages = (*FORMS, "/maintenance", "/plans/1", "/settings")
    needed = re.compile(r'<input[^>]*name="(?:reason|readings)"[^>]* required')
    assert begun == 2
    assert not [page for page in pages if needed.search(here.get(page).text)]
    asking_for(database, reasons=True)
    assert [page for page in pages if not needed.search(here.get(page).text)] == []
    for path, filled, field in REFUSED:
        sent = here.post(path, data=filled)
        assert (sent.status_code, "asks for a reason" in sent.text) == (422, True), path
        assert f'href="#field-{field}"' in sent.text, path
        assert re.search(f'id="field-{field}"[^>]*aria-invalid="true"', sent.text), path


def booked(client: Declared, start: datetime, unit: str) -> int:
    told = {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}
    return int(answer(client.post("/api/v1/bookings", json={"units": [unit], "project": "A-1", **told}), 201)["id"])


def test_what_was_typed_wrong_on_the_day_page_is_named_with_its_field(here: Declared) -> None:
    booked(here, NOW, "SEM")
    assert here.post("/bookings/1/check-in").status_code == 303
    sent = here.post("/bookings/1/check-out", data={"quantity": "many"})
    assert (sent.status_code, 'href="#field-quantity-1"' in sent.text, 'value="many"' in sent.text) == (422, True, True)
    assert here.post("/bookings/1/check-in").status_code == 409


def test_a_centre_is_told_what_to_ask_for_and_asks_for_it_at_once(here: Declared) -> None:
    told = "/api/v1/centres/EL/formalities"
    (before,) = answer(here.get("/api/v1/centres"))
    assert (before["reasons"], before["signatures"]) == (False, False)
    after = answer(here.put(told, json={"reasons": True}))
    assert (after["reasons"], after["signatures"]) == (True, False)
    assert answer(here.put("/api/v1/centres/XX/formalities", json={}), 404)
    for given in ({}, {"reason": " "}):
        refused = answer(here.put(told, json={"reasons": False} | given), 422)
        assert refused["mistakes"][0]["place"] == "reason"
    assert answer(here.put(told, json={"reasons": False, "reason": REASON}))["reasons"] is False
    for nothing in ({}, {"reasons": False, "signatures": False}):
        answer(here.put(told, json=nothing))
    with here.database.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.object_kind == "centre")).all()
        changed = [each for each in events if each.verb == "changed formalities"]
        assert [(each.reason, each.actor) for each in changed] == [("", ME.key), (REASON, ME.key)]
        rows = [row for each in changed for row in each.changes or ()]
        assert [(row["table"], row["after"]["settings"]["reasons"]) for row in rows] == [
            ("centre", True),
            ("centre", False),
        ]
        assert session.get_one(Centre, 1).settings["freeze_hours"] == 24


def test_signatures_are_turned_off_with_a_signature_alone(door: Declared, monkeypatch: pytest.MonkeyPatch) -> None:
    person(door.database, NOW)
    door.post("/sign-in", data={"email": ANNA, "password": PASSWORD})
    asking_for(door.database, signatures=True)
    page, off = "/settings/EL/formalities", {"meaning": "as agreed with quality", "password": PASSWORD}
    assert "Sign and save" in door.get("/settings?centre=EL").text
    for given, status in (({}, 422), (off | {"password": ""}, 422), (off | {"password": "no"}, 403)):
        assert door.post(page, data=given).status_code == status
        assert answer(door.get("/api/v1/centres"))[0]["signatures"] is True
    with pytest.raises(SignatureMissing):
        change_formalities(door.database, actor=ME, now=NOW, centre="EL", signatures=False)
    assert door.post(page, data=off).status_code == 303
    assert answer(door.get("/api/v1/centres"))[0]["signatures"] is False

    def take_before(*_: object, **__: object) -> Given:
        asking_for(door.database, signatures=True)
        return NOTHING

    # Control: without the look under the lock it is turned off by whoever came before it was on.
    monkeypatch.setattr(centres, "take_given", take_before)
    with pytest.raises(SignatureMissing):
        change_formalities(door.database, actor=ME, now=NOW, centre="EL", signatures=False)
    monkeypatch.setattr(centres, "check_given", lambda *_, **__: None)
    assert not change_formalities(door.database, actor=ME, now=NOW, centre="EL", signatures=False).signatures


@pytest.mark.parametrize(("asked", "refusal"), [("signatures", SignatureMissing), ("reasons", ReasonMissing)])
def test_what_could_not_be_published_is_not_planned_for_it(
    manager: Declared, asked: str, refusal: type[Exception]
) -> None:
    check_publishable(manager.database, actor=ME, now=NOW, centres=())
    asking_for(manager.database, **{asked: True})
    with pytest.raises(refusal):
        check_publishable(manager.database, actor=ME, now=NOW, centres=("EL",))
    check_publishable(manager.database, actor=ME, now=NOW, centres=("EL",), reason=REASON, signed=True)
