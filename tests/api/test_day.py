"""The technician's day at the doors: what is to be done, and checking it in and out."""

import pytest

from models.database import Database
from models.tables import Centre
from scheduler.actors import Actor
from tests.api.declared import answer
from tests.api.two_firms import Doors
from tests.scheduler.actors import engineer, manager, technician
from tests.scheduler.small_centre import at, found, store

HANDS = technician(1)
BOOKING = {"units": ["OVEN-1"], "project": "A-1", "start": "2026-12-01T10:00+03:00", "end": "2026-12-01T12:00+03:00"}


@pytest.fixture
def doors(sqlite_database: Database) -> Doors:
    found(sqlite_database)
    doors = Doors(sqlite_database)
    answer(doors.come(engineer(1), "POST", "/api/v1/bookings", body={**BOOKING, "purpose": "anneal"}), 201)
    return doors


def page(doors: Doors, actor: Actor = HANDS) -> str:
    response = doors.come(actor, "GET", "/day?centre=EL&date=2026-12-01")
    assert response.status_code == 200
    return str(response.text)


def test_a_days_work_from_its_list_to_the_pieces_made(doors: Doors) -> None:
    assert "anneal" in page(doors)
    assert "Check in</button>" not in page(doors)
    assert "from Tue 1 Dec 08:00 on" in page(doors)
    doors.moment = at("Tue 08:00")
    assert "Check in</button>" in page(doors)
    assert "Nobody came</button>" not in page(doors)
    doors.moment = at("Tue 10:02")
    begun = doors.come(HANDS, "POST", "/bookings/1/check-in")
    assert (begun.status_code, begun.headers["location"]) == (303, "/day?centre=EL&date=2026-12-01")
    assert "Check out</button>" in page(doors)
    doors.moment = at("Tue 11:30")
    assert doors.come(HANDS, "POST", "/bookings/1/check-out", body={"quantity": "many"}).status_code == 422
    assert doors.come(HANDS, "POST", "/bookings/1/check-out", body={"quantity": "4"}).status_code == 303
    shown = page(doors)
    assert "in fact 10:02–11:30, 4 pieces" in shown
    assert "Check out</button>" not in shown
    seen = answer(doors.come(engineer(1), "GET", "/api/v1/bookings/1"))
    assert (seen["state"], seen["end"]) == ("done", "2026-12-01T09:00:00Z")
    assert [(each["end"], each["quantity"]) for each in seen["used"]] == [("2026-12-01T08:30:00Z", 4)]


def test_times_and_pieces_are_corrected_with_a_reason(doors: Doors) -> None:
    doors.moment = at("Tue 11:00")
    doors.come(HANDS, "POST", "/bookings/1/check-in")
    assert doors.come(HANDS, "POST", "/bookings/1/check-in").status_code == 409
    doors.moment = at("Tue 12:00")
    assert doors.come(HANDS, "POST", "/bookings/1/check-out").status_code == 303
    slip = {"start": "2026-12-01T10:00", "end": "2026-12-01T11:50", "quantity": "5", "reason": ""}
    assert doors.come(HANDS, "POST", "/bookings/1/used/1", body=slip).status_code == 422
    assert doors.come(HANDS, "POST", "/bookings/1/used/1", body={**slip, "reason": "late note"}).status_code == 303
    assert "in fact 10:00–11:50, 5 pieces" in page(doors)


def test_what_is_refused_is_told_beside_the_list(doors: Doors) -> None:
    early = doors.come(HANDS, "POST", "/bookings/1/check-in")
    assert early.status_code == 409
    assert "at most 2 h before" in early.text
    missed = doors.come(HANDS, "POST", "/bookings/1/missed")
    assert "until then it can be cancelled, not missed" in missed.text


def test_what_was_forgotten_is_told_afterwards(doors: Doors) -> None:
    doors.moment = at("Wed 09:00")
    shown = page(doors)
    assert "Check in</button>" not in shown
    assert "It was done, or nobody came" in shown
    too_late = {"at": "2026-12-01T12:00", "back": "everybody"}
    refused = doors.come(HANDS, "POST", "/bookings/1/check-in", body=too_late)
    assert refused.status_code == 422
    assert 'value="2026-12-01T12:00"' in refused.text
    began = doors.come(HANDS, "POST", "/bookings/1/check-in", body={**too_late, "at": "2026-12-01T10:05"})
    assert began.headers["location"] == "/day?centre=EL&date=2026-12-01&everybody=true"
    ended = {"at": "2026-12-01T11:50", "quantity": "3", "back": "booking"}
    assert doors.come(HANDS, "POST", "/bookings/1/check-out", body=ended).headers["location"] == "/bookings/1"
    assert "in fact 10:05–11:50, 3 pieces" in page(doors)


def test_what_was_missed_is_restored_on_the_day_and_by_programs(doors: Doors) -> None:
    doors.moment = at("Tue 10:30")
    assert doors.come(HANDS, "POST", "/bookings/1/missed").status_code == 303
    assert "Restore the booking</button>" in page(doors)
    assert "Restore" not in doors.come(engineer(1), "GET", "/bookings/1").text
    done = doors.come(HANDS, "POST", "/bookings/1/restore", body={"back": "booking"})
    assert (done.status_code, done.headers["location"]) == (303, "/bookings/1")
    assert "Check in</button>" in page(doors)
    answer(doors.come(HANDS, "POST", "/api/v1/bookings/1/missed"))
    told = answer(doors.come(HANDS, "POST", "/api/v1/bookings/1/restore", body={"reason": "they called"}))
    assert told["state"] == "confirmed"
    refused = doors.come(HANDS, "POST", "/bookings/1/restore")
    assert (refused.status_code, "is confirmed already" in refused.text) == (409, True)


def test_a_bookings_own_page_tells_what_was_used_and_lets_those_tell_it_who_may(doors: Doors) -> None:
    doors.moment = at("Tue 10:00")
    assert "Check in</button>" in doors.come(HANDS, "GET", "/bookings/1").text
    assert "Check in" not in doors.come(engineer(1), "GET", "/bookings/1").text
    assert doors.come(HANDS, "POST", "/bookings/1/check-in", body={"back": "booking"}).status_code == 303
    assert "since Tue 1 Dec 10:00" in doors.come(engineer(1), "GET", "/bookings/1").text
    wrong = doors.come(HANDS, "POST", "/bookings/1/check-out", body={"back": "booking", "quantity": "-7"})
    assert wrong.status_code == 422
    assert 'value="-7"' in wrong.text
    doors.moment = at("Tue 11:00")
    doors.come(HANDS, "POST", "/bookings/1/check-out", body={"quantity": "12"})
    assert "Tue 1 Dec 10:00–11:00, 12 pieces made" in doors.come(engineer(1), "GET", "/bookings/1").text


def test_pieces_are_booked_on_the_page(doors: Doors) -> None:
    asked = {"unit": "OVEN-1", "project": "A-1", "start": "2026-12-02T10:00", "end": "2026-12-02T11:00"}
    assert doors.come(engineer(1), "POST", "/bookings", body={**asked, "quantity": "40"}).status_code == 303
    assert "<dt>Pieces</dt><dd>40</dd>" in doors.come(engineer(1), "GET", "/bookings/2").text
    refused = doors.come(engineer(1), "POST", "/bookings", body={**asked, "quantity": "some"})
    assert refused.status_code == 422
    assert 'value="some"' in refused.text


def test_an_outage_is_reported_and_ended_from_the_day(doors: Doors) -> None:
    doors.moment = at("Tue 08:00")
    assert "/outages/new?centre=EL" in page(doors)
    assert '<option value="OVEN-2">' in doors.come(HANDS, "GET", "/outages/new?centre=EL").text
    broken = {"unit": "OVEN-2", "start": "2026-12-01T08:00", "end": "2026-12-01T18:00", "reason": "door"}
    assert doors.come(HANDS, "POST", "/outages", body=broken).status_code == 303
    assert "Works again now" in page(doors)
    never = {"at": "2026-12-01T19:00", "reason": "hinge"}
    refused = doors.come(HANDS, "POST", "/outages/1/end", body=never)
    assert refused.status_code == 422
    assert all(typed in refused.text for typed in ("2026-12-01T19:00", "hinge", "only at a moment between"))
    sooner = doors.come(HANDS, "POST", "/outages/1/end", body={"at": "2026-12-01T16:00"})
    assert sooner.headers["location"] == "/outages?said=ended&centre=EL"
    listed = doors.come(engineer(2), "GET", "/outages?centre=EL").text
    assert "08:00–16:00" in listed
    assert "door" not in listed
    assert "Works again" not in listed
    doors.moment = at("Tue 09:00")
    ended = doors.come(HANDS, "POST", "/outages/1/end", body={"back": "day"})
    assert ended.headers["location"] == "/day?centre=EL"
    assert "Every unit works" in doors.come(HANDS, "GET", "/outages?centre=EL").text


def test_programs_do_the_same(doors: Doors) -> None:
    doors.moment = at("Tue 12:00")
    address = "/api/v1/bookings/1"
    began = answer(doors.come(HANDS, "POST", f"{address}/check-in", body={"at": "2026-12-01T10:10+03:00"}))
    assert began["state"] == "running"
    done = answer(doors.come(HANDS, "POST", f"{address}/check-out", body={"quantity": 2}))
    corrected = {"start": "2026-12-01T10:05+03:00", "end": "2026-12-01T11:55+03:00", "quantity": 3, "reason": "a slip"}
    used = done["used"][0]["id"]
    told = answer(doors.come(manager(1), "PUT", f"{address}/used/{used}", body=corrected))
    assert [(each["start"], each["quantity"]) for each in told["used"]] == [("2026-12-01T07:05:00Z", 3)]
    day = answer(doors.come(HANDS, "GET", "/api/v1/day?centre=EL&date=2026-12-01"))
    assert (day["own"], [each["id"] for each in day["bookings"]]) == (False, [1])
    assert answer(doors.come(HANDS, "GET", "/api/v1/day?centre=EL&date=2026-12-02"))["bookings"] == []
    assert doors.come(HANDS, "GET", "/api/v1/day?centre=EL&date=2026-13-02").status_code == 422


def test_only_who_may_is_offered_the_buttons(doors: Doors) -> None:
    board = "/board?centre=EL&week=2026-W49"
    for actor, offered, hidden in (
        (engineer(1), ["/bookings/new?unit=OVEN-1"], ["Plan this week", "/outages/new", 'href="/day"']),
        (HANDS, ["/outages/new?unit=OVEN-1", 'href="/day"'], ["Plan this week", "/bookings/new"]),
        (manager(1), ["Plan this week", "/outages/new", "/bookings/new", 'href="/day"'], []),
    ):
        text = doors.come(actor, "GET", board).text
        assert all(each in text for each in offered)
        assert not any(each in text for each in hidden)


def test_a_day_begins_at_ones_own_centre_and_offers_no_other(doors: Doors) -> None:
    store(doors.application.state.database, Centre(id=2, key="ME", name="Mechanics", zone="Europe/Moscow", settings={}))
    page = doors.come(technician(2), "GET", "/day")
    assert page.status_code == 200
    assert "Mechanics" in page.text
    assert "Electronics" not in page.text
    assert doors.come(technician(2), "GET", "/day?centre=EL").status_code == 403
