"""Pinning on a booking's page: offered to who plans at the centre, with the reason that it asks for."""

import re

from models.database import Database
from tests.api.declared import Declared, answer
from tests.api.formal import REASON, asking_for
from tests.api.two_firms import Doors
from tests.scheduler.actors import engineer, manager
from tests.scheduler.small_centre import WEEK, found, request
from tests.scheduler.test_planning import draft, publish


def test_a_booking_is_pinned_and_let_go_on_its_page(sqlite_database: Database) -> None:
    found(sqlite_database)
    request(sqlite_database, "R-1")
    publish(sqlite_database, draft(sqlite_database))
    doors, manages = Doors(sqlite_database), manager(1)
    assert "Keep it where it is" not in doors.come(engineer(1), "GET", "/bookings/1").text
    page = doors.come(manages, "GET", "/bookings/1").text
    assert "Keep it where it is" in page
    assert re.findall(r'name="pin" value="(\w+)"', page) == ["time", "unit", "both"]
    for kept, said in (("time", "Its time is pinned"), ("none", "Keep it where it is")):
        assert doors.come(manages, "POST", "/bookings/1/pin", body={"pin": kept, "reason": ""}).status_code == 303
        assert said in doors.come(manages, "GET", "/bookings/1").text
    assert doors.come(manages, "POST", "/bookings/1/pin", body={"pin": "never"}).status_code == 422
    assert doors.come(manages, "POST", "/bookings/1/pin", body={"pin": "both", "reason": ""}).status_code == 303
    owner = doors.come(engineer(1), "GET", "/bookings/1").text
    assert ("its time and its units" in owner, "Let it go" in owner) == (True, False)
    assert "time and units pinned" in doors.come(manages, "GET", f"/board?centre=EL&week={WEEK}").text
    no = doors.come(engineer(1), "PUT", "/api/v1/bookings/1/pin", body={"pin": "none"})
    assert (no.status_code, no.json()["detail"]) == (403, "None of your roles lets you pin bookings here.")
    asking_for(sqlite_database, reasons=True)
    refused = doors.come(manages, "POST", "/bookings/1/pin", body={"pin": "unit", "reason": " "})
    assert (refused.status_code, 'href="#field-reason-pin"' in refused.text) == (422, True)
    assert re.search(r'id="field-reason-pin"[^>]* required aria-invalid="true"', refused.text)
    assert doors.come(manages, "POST", "/bookings/1/pin", body={"pin": "unit", "reason": REASON}).status_code == 303
    shown = answer(doors.come(manages, "GET", "/api/v1/bookings/1"))
    assert (shown["pin"], shown["state"]) == ("unit", "confirmed")


def test_what_was_booked_by_hand_is_not_offered_to_be_pinned(here: Declared) -> None:
    told = {"units": ["SEM"], "project": "A-1", "start": "2026-12-01T10:00+03:00", "end": "2026-12-01T12:00+03:00"}
    answer(here.post("/api/v1/bookings", json=told), 201)
    assert "Keep it where it is" not in here.get("/bookings/1").text
    refused = here.post("/bookings/1/pin", data={"pin": "time"})
    assert (refused.status_code, "was booked by hand: no plan moves it" in refused.text) == (409, True)
