"""Giving back too late overrides a policy: where the centre asks for signatures it is signed, by whichever door."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, select

from models.database import Database
from models.tables import AuditEvent, Policy
from scheduler import booking
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import cancel_booking, late_to_cancel, show_booking
from scheduler.errors import NotPossibleNow, ReasonMissing, SignatureMissing
from scheduler.formalities import Given
from scheduler.overriding import given_to_give_back
from scheduler.requesting import show_request
from scheduler.withdrawing import withdraw_request
from tests.api.declared import Declared, answer
from tests.api.formal import A_MONTH, asking_for, book_too_late_to_give_back
from tests.api.two_firms import Doors
from tests.quick_passwords import ANNA, PASSWORD, person
from tests.scheduler.actors import engineer, manager
from tests.scheduler.small_centre import NOW, found, request

SIGNED = {"reason": "flood in the hall", "password": PASSWORD, "meaning": "agreed with both firms"}
Door = Callable[[Declared, dict[str, str]], Any]
BOOKING: dict[str, Door] = {
    "REST": lambda door, given: door.post("/api/v1/bookings/1/cancel", json=given),
    "page": lambda door, given: door.post("/bookings/1/cancel", data=given),
}
REQUEST: dict[str, Door] = {
    "REST": lambda door, given: door.post("/api/v1/requests/R-1/withdraw", json=given),
    "page": lambda door, given: door.post("/requests/R-1/withdraw", data=given),
}
EVERY_DOOR = [*BOOKING.values(), *REQUEST.values()]


@pytest.fixture
def late(door: Declared) -> Declared:
    """A request with one run that it is too late to give back; the centre's lab manager is signed in, and signs."""
    request(door.database, "R-1")
    book_too_late_to_give_back(door.database)
    asking_for(door.database, signatures=True)
    person(door.database, NOW, role="manager", centre="EL")
    door.post("/sign-in", data={"email": ANNA, "password": PASSWORD})
    return door


def told(database: Database, verb: str) -> list[AuditEvent]:
    with database.reading() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.verb == verb)))


def state(database: Database) -> str:
    return show_booking(database, actor=ME, now=NOW, booking_id=1).state


@pytest.mark.parametrize(
    "come", EVERY_DOOR, ids=[f"{what} by {how}" for what in ("booking", "request") for how in BOOKING]
)
def test_it_is_signed_by_every_door(late: Declared, come: Door) -> None:
    for given, status, said in (
        ({}, 422, "Say why it is cancelled all the same"),
        ({"reason": "flood"}, 422, "Say what the signature means"),
        ({**SIGNED, "password": ""}, 422, "Sign with your password"),
        ({**SIGNED, "password": "not the password"}, 403, "password is wrong"),
    ):
        refused = come(late, given)
        assert (refused.status_code, said in refused.text) == (status, True), refused.text
    assert (state(late.database), told(late.database, "overrode")) == ("confirmed", [])
    assert come(late, SIGNED).status_code in (200, 303)
    assert state(late.database) == "cancelled"
    assert show_request(late.database, actor=ME, now=NOW, key="R-1").state == "withdrawn"
    (event,) = told(late.database, "overrode")
    assert (event.actor, event.reason) == ("account:1", SIGNED["reason"])
    after = event.after or {}
    assert after["override"]["rules"][0].startswith("OVEN-2 is given back at least")
    assert after["signature"] == {"account_id": 1, "meaning": SIGNED["meaning"], "at": NOW.isoformat()}


@pytest.mark.parametrize("address", ["/api/v1/bookings/1", "/api/v1/requests/R-1"])
def test_what_has_no_place_for_a_signature_is_no_way_round_it(late: Declared, address: str) -> None:
    refused = late.delete(address, params={"reason": "flood"})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:pilotline:problem:signature_missing")
    assert state(late.database) == "confirmed"


def test_pages_say_that_it_is_late_and_ask_for_the_signature(late: Declared) -> None:
    for page in ("/bookings/1", "/requests/R-1"):
        text = late.get(page).text
        assert "OVEN-2 is given back at least" in text
        assert 'name="password"' in text
    asking_for(late.database, signatures=False)
    assert 'name="password"' not in late.get("/bookings/1").text
    sent = late.post("/bookings/1/cancel", data={"reason": ""})
    assert (sent.status_code, "Say why it is cancelled all the same" in sent.text) == (422, True)
    assert late.post("/bookings/1/cancel", data={"reason": "flood"}).status_code == 303


def test_who_may_not_override_is_offered_no_button(sqlite_database: Database) -> None:
    found(sqlite_database)
    doors = Doors(sqlite_database)
    request(sqlite_database, "R-1")
    book_too_late_to_give_back(sqlite_database)
    for page in ("/bookings/1", "/requests/R-1"):
        offered = [
            "Withdraw the request</button>" in doors.come(who, "GET", page).text for who in (engineer(1), manager(1))
        ]
        assert offered == [False, True]
    assert "A lab manager may all the same." in doors.come(engineer(1), "GET", "/bookings/1").text


def test_who_may_not_override_is_not_asked_to_sign(late: Declared) -> None:
    for command in (
        lambda: cancel_booking(late.database, actor=engineer(1), now=NOW, booking_id=1, reason="no boards"),
        lambda: withdraw_request(late.database, actor=engineer(1), now=NOW, key="R-1", reason="no boards"),
    ):
        with pytest.raises(NotPossibleNow, match="too late"):
            command()
    with pytest.raises(SignatureMissing, match="no account to sign with"):
        cancel_booking(late.database, actor=ME, now=NOW, booking_id=1, reason="flood")


def test_what_is_in_time_needs_no_signature_and_takes_one(late: Declared) -> None:
    late.database.write(_no_notice)
    assert late_to_cancel(late.database, actor=ME, now=NOW, booking_id=1) == ()
    assert answer(BOOKING["REST"](late, SIGNED))["state"] == "cancelled"
    (event,) = told(late.database, "cancelled booking")
    assert (event.after or {})["signature"]["meaning"] == SIGNED["meaning"]
    assert told(late.database, "overrode") == []


def test_one_that_is_late_only_by_a_change_meanwhile_is_missed_under_the_lock(
    late: Declared, monkeypatch: pytest.MonkeyPatch
) -> None:
    late.database.write(_no_notice)

    def settings_change(*where: Any, **asked: Any) -> Given:
        given = given_to_give_back(*where, **asked)
        late.database.write(lambda session: _notice(session, A_MONTH))
        return given

    monkeypatch.setattr(booking, "given_to_give_back", settings_change)
    with pytest.raises(SignatureMissing):
        cancel_booking(late.database, actor=manager(1), now=NOW, booking_id=1, reason="flood")
    # Control: without the look under the lock it is cancelled unsigned.
    late.database.write(_no_notice)
    monkeypatch.setattr("scheduler.overriding.check_signature", lambda *_: None)
    assert cancel_booking(late.database, actor=manager(1), now=NOW, booking_id=1, reason="flood").state == "cancelled"


def test_a_reason_comes_before_the_password(late: Declared) -> None:
    wrong: dict[str, Any] = {"password": "not the password", "meaning": "agreed"}
    with pytest.raises(ReasonMissing):
        cancel_booking(late.database, actor=manager(1), now=NOW, booking_id=1, **wrong)
    assert told(late.database, "refused signature") == []


def _notice(session: Session, minutes: int | None) -> None:
    session.exec(select(Policy)).one().cancel_minutes = minutes


def _no_notice(session: Session) -> None:
    _notice(session, None)
