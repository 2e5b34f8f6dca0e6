"""Policies and approvals over REST and on pages: read, written, refused with what is wrong, and answered."""

from collections.abc import Callable
from typing import Any

import pytest

from models.database import Database
from models.tables import Centre, Policy
from scheduler.booking import book_units, show_booking
from tests.api.declared import answer
from tests.api.test_pages import page
from tests.api.two_firms import Doors
from tests.quick_passwords import ANNA, PASSWORD, person
from tests.scheduler.actors import engineer, manager
from tests.scheduler.small_centre import NOW, at, found, store

REST = "/api/v1"
WISH = {"start": "2026-12-01T10:00:00+03:00", "end": "2026-12-01T12:00:00+03:00", "project": "A-1"}
LOCAL = {"unit": "OVEN-1", "start": "2026-12-01T10:00", "end": "2026-12-01T12:00", "project": "A-1"}
Come = Callable[..., Any]


@pytest.fixture
def doors(sqlite_database: Database) -> Doors:
    found(sqlite_database)
    return Doors(sqlite_database)


def asked(doors: Doors, database: Database, **more: Any) -> int:
    store(database, Policy(unit_id=2, approval=True))
    made = doors.come(engineer(1), "POST", f"{REST}/bookings", body={"units": ["OVEN-1"], **WISH, **more})
    told = answer(made, 201)
    assert told["state"] == "asked"
    return int(told["id"])


def test_a_policy_is_written_read_and_held(doors: Doors) -> None:
    terms = {"longest_minutes": 60, "approval": True, "free_from": 1080, "free_until": 420}
    told = answer(doors.come(manager(1), "PUT", f"{REST}/units/OVEN-1/policy", body=terms))
    assert {name: told[name] for name in terms} == terms
    answer(doors.come(manager(1), "PUT", f"{REST}/centres/EL/policy", body={"horizon_days": 3}))
    told = answer(doors.come(engineer(1), "GET", f"{REST}/units/OVEN-1/policy"))
    assert (told["longest_minutes"], told["horizon_days"], told["centre"]) == (60, 3, "EL")
    assert len(answer(doors.come(engineer(1), "GET", f"{REST}/policies?centre=EL"))) == 2
    refused = doors.come(engineer(1), "POST", f"{REST}/bookings", body={"units": ["OVEN-1"], **WISH})
    assert refused.status_code == 409
    assert [each["code"] for each in refused.json()["blockers"]] == ["policy.horizon", "policy.longest"]


@pytest.mark.parametrize(
    "terms",
    [
        {"longest_minutes": 0},
        {"longest_minutes": "60"},
        {"shortest_minutes": 2**63},
        {"approval": "yes"},
        {"free_from": 60},
        {"unit_id": 3},
        {"notice_minutes": -1},
        {"shortest_minutes": 9, "longest_minutes": 8},
    ],
)
def test_what_cannot_be_is_422_and_nothing_is_stored(doors: Doors, terms: dict[str, Any]) -> None:
    refused = doors.come(manager(1), "PUT", f"{REST}/units/OVEN-1/policy", body=terms)
    assert refused.status_code == 422
    assert answer(doors.come(manager(1), "GET", f"{REST}/policies")) == []


def test_what_is_asked_for_is_answered_over_rest(doors: Doors, sqlite_database: Database) -> None:
    first = asked(doors, sqlite_database)
    second = answer(doors.come(engineer(1), "POST", f"{REST}/bookings", body={"units": ["OVEN-1"], **WISH}), 201)["id"]
    waiting = answer(doors.come(manager(1), "GET", f"{REST}/approvals?centre=EL"))
    assert [each["id"] for each in waiting] == [first, second]
    told = answer(doors.come(manager(1), "POST", f"{REST}/bookings/{first}/confirm"))
    assert told["state"] == "confirmed"
    clash = doors.come(manager(1), "POST", f"{REST}/bookings/{second}/confirm")
    assert (clash.status_code, clash.json()["blockers"][0]["code"]) == (409, "taken")
    missing = doors.come(manager(1), "POST", f"{REST}/bookings/{second}/return", body={"reason": " "})
    assert (missing.status_code, missing.json()["type"].rpartition(":")[2]) == (422, "reason_missing")
    told = answer(doors.come(manager(1), "POST", f"{REST}/bookings/{second}/return", body={"reason": "full"}))
    assert told["state"] == "returned"
    again = doors.come(manager(1), "POST", f"{REST}/bookings/{first}/confirm")
    assert again.status_code == 409
    assert answer(doors.come(manager(1), "GET", f"{REST}/approvals")) == []


def test_the_pages_of_policies(doors: Doors) -> None:
    text = page(doors.come(manager(1), "GET", "/policies?centre=EL"))
    assert "No limit." in text
    assert "OVEN-1" in text
    place = {"centre": "EL", "unit": "OVEN-1"}
    form = {**place, "longest_minutes": "60", "approval": "yes", "free_from": "18:00", "free_until": "07:30"}
    wrong = doors.come(manager(1), "POST", "/policies", body=form | {"longest_minutes": "an hour"})
    assert 'value="an hour"' in wrong.text
    assert "Expected" in page(wrong, 422)
    wrong = doors.come(manager(1), "POST", "/policies", body=form | {"free_until": ""})
    assert "beginning and an end" in page(wrong, 422)
    done = doors.come(manager(1), "POST", "/policies", body=form)
    assert (done.status_code, done.headers["location"]) == (303, "/policies?centre=EL&said=saved")
    assert "Saved: it holds" in page(doors.come(manager(1), "GET", done.headers["location"]))
    text = page(doors.come(engineer(1), "GET", "/policies?centre=EL"))
    assert "Longest booking, in minutes: 60 A lab manager confirms each booking" in text
    assert "No limits of length and number from: 18:00" in text
    assert "Change" not in text
    edit = doors.come(manager(1), "GET", "/policies/edit?centre=EL&unit=OVEN-1").text
    assert 'name="longest_minutes" inputmode="numeric" maxlength="7" autocomplete="off" value="60"' in edit
    assert doors.come(manager(1), "POST", "/policies", body={"centre": ""}).status_code == 422


def test_a_free_time_until_midnight_is_kept_by_its_form(doors: Doors) -> None:
    terms = {"free_from": 0, "free_until": 1440}
    answer(doors.come(manager(1), "PUT", f"{REST}/centres/EL/policy", body=terms))
    form = {"centre": "EL", "unit": "", "free_from": "00:00", "free_until": "00:00"}
    assert doors.come(manager(1), "POST", "/policies", body=form).status_code == 303
    (told,) = answer(doors.come(manager(1), "GET", f"{REST}/policies?centre=EL"))
    assert {name: told[name] for name in terms} == terms


def test_the_pages_of_approval(doors: Doors, sqlite_database: Database) -> None:
    store(sqlite_database, Policy(unit_id=2, approval=True))
    made = doors.come(engineer(1), "POST", "/bookings", body=LOCAL | {"purpose": "burn-in"})
    assert made.headers["location"] == "/bookings/1"
    assert "asked for and holds nothing yet" in page(doors.come(engineer(1), "GET", "/bookings/1"))
    text = page(doors.come(manager(1), "GET", "/approvals?centre=EL"))
    assert "1 booking waits for an answer" in text
    assert "burn-in" in text
    board = doors.come(manager(1), "GET", "/board?centre=EL&week=2026-W49")
    assert "1 waits" in page(board)
    assert ('class="bar asked' in board.text, "key-asked" in board.text) == (True, True)
    assert 'href="/approvals?centre=EL"' not in doors.come(engineer(1), "GET", "/board?week=2026-W49").text
    assert "burn-in Alfa waiting for approval OVEN-1" in page(doors.come(engineer(1), "GET", "/requests?centre=EL"))
    assert "burn-in" not in page(doors.come(engineer(2), "GET", "/requests?centre=EL"))
    no_reason = doors.come(manager(1), "POST", "/bookings/1/return", body={"centre": "EL", "reason": ""})
    assert 'href="#field-reason-1"' in no_reason.text
    assert 'id="field-reason-1"' in no_reason.text
    assert "Say why the booking is returned" in page(no_reason, 422)
    done = doors.come(manager(1), "POST", "/bookings/1/confirm", body={"centre": "EL", "reason": ""})
    assert (done.status_code, done.headers["location"]) == (303, "/approvals?centre=EL&said=confirmed")
    assert "The booking is confirmed" in page(doors.come(manager(1), "GET", done.headers["location"]))
    late = doors.come(manager(1), "POST", "/bookings/1/confirm", body={"centre": "EL"})
    assert "does not wait for approval" in page(late, 409)
    assert "No bookings wait for an answer" in page(doors.come(manager(1), "GET", "/approvals?centre=EL"))


def test_a_signed_yes_stands_in_the_event(door: Any) -> None:
    database: Database = door.database
    store(database, Policy(unit_id=2, approval=True))
    database.write(lambda session: setattr(session.get_one(Centre, 1), "settings", {"signatures": True}))
    span: dict[str, Any] = {"start": at("Tue 10:00"), "end": at("Tue 12:00")}
    made = book_units(database, actor=engineer(1), now=NOW, units=("OVEN-1",), project="A-1", **span)
    person(database, NOW, role="manager", centre="EL")
    door.post("/sign-in", data={"email": ANNA, "password": PASSWORD})
    assert "Sign and confirm" in page(door.get("/approvals?centre=EL"))
    signed = {"centre": "EL", "meaning": "approved"}
    wrong = door.post(f"/bookings/{made.id}/confirm", data=signed | {"password": "not the password"})
    assert "password is wrong" in page(wrong, 403)
    address = f"{REST}/bookings/{made.id}/confirm"
    assert answer(door.post(address, json={"password": PASSWORD, "meaning": "approved"}))["state"] == "confirmed"
    assert show_booking(database, actor=manager(1), now=NOW, booking_id=made.id).state == "confirmed"
    event = answer(door.get(f"{REST}/history/booking/{made.id}"))["events"][-1]
    assert {each["field"]: each["after"] for each in event["fields"]}["signature"] == "approved"
