"""What overrides rules, and what brings a unit back into use, is signed where a centre says so: by REST and pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.database import Database
from models.tables import AuditEvent, Booking, Maintenance, Outage
from scheduler import booking, maintaining, outages, overriding
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor
from scheduler.errors import Forbidden, ReasonMissing, SignatureMissing
from scheduler.formalities import NOTHING, Given
from scheduler.overriding import OverrideRefused
from tests.api.declared import Declared, answer
from tests.api.formal import REASON, asking_for
from tests.quick_passwords import PASSWORD
from tests.scheduler.actors import engineer, technician
from tests.scheduler.small_centre import NOW, at, store
from tests.scheduler.upkept import calibration

SIGNED = {"password": PASSWORD, "meaning": "released for use"}
NIGHT = {"start": at("Mon 21:00"), "end": at("Mon 23:00")}
BOOKED = {"units": ["SEM"], "project": "A-1", "override_reason": REASON} | {
    name: moment.isoformat() for name, moment in NIGHT.items()
}
FORM = {"unit": "SEM", "start": "2026-11-30T21:00", "end": "2026-11-30T23:00", "project": "A-1"}
CHANGES: dict[str, tuple[str, dict[str, Any], str, dict[str, str], str]] = {
    "override": ("/api/v1/bookings", BOOKED, "/bookings", FORM | {"override_reason": REASON}, "overrode"),
    "passed": ("/api/v1/maintenance/CAL-1/done", {}, "/maintenance/CAL-1/done", {}, "did maintenance"),
    "failed": (
        "/api/v1/maintenance/CAL-1/done",
        {"result": "failed"},
        "/maintenance/CAL-1/done",
        {"result": "failed"},
        "failed maintenance",
    ),
    "ended": ("/api/v1/outages/1/end", {}, "/outages/1/end", {}, "ended outage"),
}


@pytest.fixture
def lab(manager: Declared) -> Declared:
    """The microscope is out for a while to come, and a calibration of an oven is due."""
    calibration(manager.database, expires="Thu 12:00")
    start, end = NOW - timedelta(hours=1), at("Mon 10:00")
    outage = Outage(unit_id=4, start_at=start, end_at=end, reason="smoke", reported_by="account:1", reported_at=start)
    store(manager.database, outage)
    return manager


def rows_of_record(database: Database) -> list[AuditEvent]:
    with database.reading() as session:
        return list(session.exec(select(AuditEvent).order_by(col(AuditEvent.id))))


def untouched(database: Database) -> bool:
    """Nothing was booked, released or done."""
    with database.reading() as session:
        outage, upkeep = session.exec(select(Outage)).one(), session.exec(select(Maintenance)).one()
        return not session.exec(select(Booking)).all() and outage.end_at > NOW and upkeep.last_done_at < NOW


@pytest.mark.parametrize("name", CHANGES)
def test_over_rest_it_takes_a_signature_which_stands_in_the_event(lab: Declared, name: str) -> None:
    address, body, _, _, verb = CHANGES[name]
    asking_for(lab.database, signatures=True)
    for given, status, code in (
        ({}, 422, "signature_missing"),
        ({"password": PASSWORD}, 422, "signature_missing"),
        ({"meaning": "released"}, 422, "signature_missing"),
        (SIGNED | {"password": "not the password"}, 403, "wrong_password"),
    ):
        refused = lab.post(address, json=body | given)
        assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (status, code)
    assert untouched(lab.database)
    assert lab.post(address, json=body | SIGNED).status_code in (200, 201)
    (event,) = [each for each in rows_of_record(lab.database) if each.verb == verb]
    signature = {"account_id": 1, "meaning": "released for use", "at": NOW.isoformat()}
    assert (event.actor, (event.after or {})["signature"]) == ("account:1", signature)
    assert not any(PASSWORD in each.model_dump_json() for each in rows_of_record(lab.database))


@pytest.mark.parametrize("name", CHANGES)
def test_its_page_asks_for_the_signature(lab: Declared, name: str) -> None:
    _, _, address, form, verb = CHANGES[name]
    asking_for(lab.database, signatures=True)
    for given, status, said in (
        ({}, 422, "Say what the signature means"),
        ({"meaning": "released"}, 422, "Sign with your password"),
        ({"meaning": "released", "password": "no"}, 403, "The password is wrong"),
    ):
        sent = lab.post(address, data=form | given)
        assert (sent.status_code, said in sent.text) == (status, True)
        assert given.get("meaning", "") in sent.text
        assert 'type="password"' in sent.text
    assert lab.post(address, data=form | SIGNED).status_code == 303
    assert [each.verb for each in rows_of_record(lab.database)].count(verb) == 1


@pytest.mark.parametrize("name", CHANGES)
def test_without_the_setting_nothing_is_asked_for(lab: Declared, name: str) -> None:
    _, _, address, form, verb = CHANGES[name]
    assert lab.post(address, data=form).status_code == 303
    (event,) = [each for each in rows_of_record(lab.database) if each.verb == verb]
    assert "signature" not in (event.after or {})


def test_a_booking_that_overrides_nothing_is_not_signed(lab: Declared) -> None:
    asking_for(lab.database, signatures=True)
    told = {**BOOKED, "override_reason": "", "start": at("Tue 10:00").isoformat(), "end": at("Tue 12:00").isoformat()}
    answer(lab.post("/api/v1/bookings", json=told), 201)


def test_who_may_not_do_it_is_not_asked_to_sign(lab: Declared) -> None:
    asking_for(lab.database, signatures=True)
    with pytest.raises(Forbidden):
        maintaining.mark_done(lab.database, actor=technician(), now=NOW, key="CAL-1")
    with pytest.raises(OverrideRefused):
        booked(lab.database, actor=engineer(1))


def booked(database: Database, *, actor: Actor = ME) -> object:
    wish: dict[str, Any] = {"project": "A-1", "override_reason": REASON, **NIGHT}
    return booking.book_units(database, actor=actor, now=NOW, units=("SEM",), **wish)


def done(database: Database) -> object:
    return maintaining.mark_done(database, actor=ME, now=NOW, key="CAL-1")


def ended(database: Database) -> object:
    return outages.end_outage(database, actor=ME, now=NOW, outage_id=1)


LOCKING: list[tuple[Any, Any, Callable[[Database], object]]] = [
    (overriding, booking, booked),
    (maintaining, maintaining, done),
    (outages, outages, ended),
]
"""Where what is given is taken, where it is looked at under the lock, and the change."""


@pytest.mark.parametrize(("asked", "refusal"), [("signatures", SignatureMissing), ("reasons", ReasonMissing)])
@pytest.mark.parametrize(("taking", "checking", "change"), LOCKING, ids=["override", "maintenance", "outage"])
def test_what_is_asked_for_meanwhile_is_seen_under_the_lock(
    lab: Declared,
    monkeypatch: pytest.MonkeyPatch,
    taking: Any,
    checking: Any,
    change: Callable[[Database], object],
    asked: str,
    refusal: type[Exception],
) -> None:
    """Control: where the look under the lock is left out, it is done."""

    def take_before(*_: object, **__: object) -> Given:
        asking_for(lab.database, **{asked: True})
        return NOTHING

    monkeypatch.setattr(taking, "take_given", take_before)
    with pytest.raises(refusal):
        change(lab.database)
    assert untouched(lab.database)
    monkeypatch.setattr(checking, "check_given", lambda *_, **__: None)
    change(lab.database)
    assert not untouched(lab.database)
