"""The pages say what is there, take commands, and name what stands against them."""

import re
from html import unescape
from importlib.resources import files
from typing import Any

import pytest

from models.database import Database
from models.tables import Centre
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units
from scheduler.outages import report_outage
from scheduler.views import BookingView
from tests.api.declared import Declared, answer
from tests.api.test_plans import ask
from tests.scheduler.small_centre import NOW, WEEK, at, request, store

BOARD = f"/board?centre=EL&week={WEEK}"


def page(response: Any, status: int = 200) -> str:
    """The page's text as a reader has it: without tags, with single blanks."""
    assert response.status_code == status, response.text[:2000]
    assert response.headers["content-type"].startswith("text/html")
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.text)))


def book(client: Declared, unit: str, start: str, end: str, purpose: str = "") -> BookingView:
    return book_units(
        client.database,
        actor=ME,
        now=NOW,
        units=(unit,),
        start=at(start),
        end=at(end),
        project="A-1",
        purpose=purpose,
    )


def published(client: Declared) -> str:
    request(client.database, "R-1")
    address = ask(client)
    answer(client.post(f"{address}/publish"))
    return address.removeprefix("/api/v1")


def test_before_anything_is_loaded_the_first_page_says_how(sqlite_database: Database) -> None:
    client = Declared(sqlite_database)
    for address in ("/", "/board", "/requests"):
        assert "pilotline load examples/technopark --week 2026-W49" in page(client.get(address))


def test_the_first_page_is_the_board(here: Declared) -> None:
    assert here.get("/").headers["location"] == "/board"
    assert "Electronics" in page(here.get("/board"))


def test_a_board_opens_at_the_week_that_is_published(here: Declared) -> None:
    assert "Week 48" in page(here.get("/board"))
    published(here)
    assert "Week 49" in page(here.get("/board"))


def test_every_unit_has_a_row_under_its_laboratory(client: Declared) -> None:
    text = page(client.get(BOARD))
    assert text.index("Assembly") < text.index("OVEN-1") < text.index("SEM")
    assert "no plan published" in text


def test_a_booking_says_who_when_and_where(client: Declared) -> None:
    made = book(client, "SEM", "Tue 10:00", "Tue 12:30", "solder & joints <b>")
    response = client.get(BOARD)
    text = page(response)
    assert "Alfa: solder & joints <b>" in text
    assert "Tue 1 Dec 10:00–12:30 (2 h 30 min), lane 1 of 2" in text
    assert f'href="/bookings/{made.id}"' in response.text
    assert "<b>" not in response.text.split("solder")[1][:60]


def test_a_published_week_and_a_tentative_one_are_marked(client: Declared) -> None:
    published(client)
    request(client.database, "LATER", release_at=at("+Mon 08:00"))
    answer(client.post(f"{ask(client)}/publish"))
    assert "published" in page(client.get(BOARD))
    after = client.get("/board?centre=EL&week=2026-W50")
    assert "Tentative" in page(after)
    assert 'class="bar tentative' in after.text
    assert "Hatched work is tentative" in page(after)


def test_an_outage_is_drawn_and_what_lies_under_it_is_marked(here: Declared) -> None:
    book(here, "OVEN-1", "Tue 10:00", "Tue 12:00")
    report_outage(
        here.database,
        actor=ME,
        now=NOW,
        unit="OVEN-1",
        start=at("Tue 11:00"),
        end=at("Tue 18:00"),
        reason="door seal",
    )
    response = here.get(BOARD)
    assert "Out of order: door seal" in page(response)
    assert re.search(r'class="bar booking [^"]*hit"', response.text)
    assert "Plan 1 is waiting" in page(response)


def test_the_present_is_drawn_in_its_own_week_only(here: Declared) -> None:
    assert 'class="now"' not in here.get(BOARD).text
    here.moment = at("Wed 12:00")
    assert 'class="now" style="--x:35.714"' in here.get(BOARD).text


@pytest.mark.parametrize(
    "address",
    [
        "/board?week=soon",
        "/board?zoom=9",
        "/board?colour=red",
        "/plans/x",
        "/bookings/0",
        "/outages?said=nothing",
    ],
)
def test_bad_questions_are_answered_with_a_page(here: Declared, address: str) -> None:
    assert "mistake" in page(here.get(address), 422)


def test_where_there_is_no_page_one_still_finds_ones_way(here: Declared) -> None:
    lost = here.get("/nothing")
    assert "There is no such page" in page(lost, 404)
    assert all(f'href="{address}"' in lost.text for address in ("/board", "/requests", "/day", "/policies"))
    assert "/sign-in" not in lost.text
    assert "week: expected an ISO week" in page(here.get("/board?week=soon"), 422)


@pytest.mark.parametrize(
    "address",
    ["/nothing", "/board?centre=NO", "/requests?centre=NO", "/plans/77", "/bookings/77", "/outages/new?unit=NO"],
)
def test_what_is_not_there_is_said_on_a_page(here: Declared, address: str) -> None:
    assert "There is no" in page(here.get(address), 404)


def test_reporting_an_outage_leads_to_its_repair(client: Declared) -> None:
    published(client)
    window = {"start": at("Mon 00:00").isoformat(), "end": at("+Mon 00:00").isoformat(), "unit": "PRINTER"}
    (booked,) = answer(client.get("/api/v1/bookings", params=window))
    assert "Report PRINTER out of order" in page(client.get("/outages/new?unit=PRINTER"))
    told = {"unit": "PRINTER", "start": "2026-11-30T00:00", "end": "2026-12-01T12:00", "reason": "squeegee"}
    response = client.post("/outages", data=told)
    assert response.status_code == 303
    address = response.headers["location"]
    assert "Waiting for its turn" in page(client.get(address))

    assert client.work()
    text = page(client.get(address))
    assert "What publishing changes" in text
    assert "PRINTER is out of order" in text
    assert answer(client.get("/api/v1/bookings", params=window)) == [booked]
    assert "The plan is published" not in page(client.get(f"{address}?said=published"))

    assert client.post(f"{address}/publish").headers["location"] == f"{address}?said=published"
    assert "The plan is published" in page(client.get(f"{address}?said=published"))
    assert "What publishing changed" in page(client.get(address))
    assert "moves from" in page(client.get(BOARD))


def test_an_outage_over_nothing_leads_back_to_the_board(here: Declared) -> None:
    told = {"unit": "SEM", "start": "2026-12-01T08:00", "end": "2026-12-01T12:00", "reason": ""}
    response = here.post("/outages", data=told)
    assert response.headers["location"] == f"/board?centre=EL&week={WEEK}&said=outage"
    assert "No booking lies under it" in page(here.get(response.headers["location"]))


def test_an_outage_without_an_end_lasts_until_further_notice(here: Declared) -> None:
    told = {"unit": "SEM", "start": "2026-12-01T08:00", "end": "", "reason": "tube"}
    assert here.post("/outages", data=told).status_code == 303
    assert [outage["end"] for outage in answer(here.get("/api/v1/outages"))] == [None]
    for week in (WEEK, "2027-W30"):
        assert "Out of order until further notice: tube" in page(here.get(f"/board?centre=EL&week={week}"))
    made = here.post("/api/v1/outages", json={"unit": "SEM", "start": at("Wed 08:00").isoformat()})
    assert (made.status_code, made.json()["end"]) == (201, None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": ""}, "Choose a date and a time."),
        ({"end": "2026-12-01T07:00"}, "is not before"),
        ({"end": "0001-01-01T00:00"}, "Choose a date and a time."),
        ({"reason": "x" * 501}, "at most 500"),
        ({"start": "2026-11-01T08:00", "end": "2026-11-02T08:00"}, "before now"),
    ],
)
def test_an_outage_form_keeps_what_was_filled_in(here: Declared, change: dict[str, str], said: str) -> None:
    told = {"unit": "SEM", "start": "2026-12-01T08:00", "end": "2026-12-01T12:00", "reason": "lens"} | change
    response = here.post("/outages", data=told)
    assert said in page(response, 422)
    assert f'value="{told["reason"]}"' in response.text


def test_a_plan_that_clashes_names_the_clashes_and_offers_another(client: Declared) -> None:
    request(client.database, "R-1")
    address = ask(client)
    (printing,) = (each for each in answer(client.get(address))["assignments"] if each["operation"] == "print")
    taken = {"units": ["PRINTER"], "start": printing["start"], "end": printing["end"], "project": "B-1"}
    answer(client.post("/api/v1/bookings", json=taken), 201)
    text = page(client.post(f"{address.removeprefix('/api/v1')}/publish"), 409)
    assert "nothing was published" in text
    assert "PRINTER" in text
    assert "Plan again around them" in text


def test_planning_a_week_from_the_board(here: Declared) -> None:
    request(here.database, "R-1")
    response = here.post("/plans", data={"week": WEEK, "centre": "EL"})
    assert response.headers["location"] == "/plans/1"
    assert "waiting" in page(here.get("/plans/1"))
    assert "Week plan" in page(here.get("/plans"))
    assert here.post("/plans/1/discard").status_code == 303
    assert "discarded" in page(here.get("/plans/1"))
    assert "discarded" in page(here.post("/plans/1/publish"), 409)
    assert page(here.post("/plans", data={"week": "soon"}), 422)


def test_a_draft_shows_levels_new_work_and_what_stays_out(here: Declared) -> None:
    request(here.database, "R-1")
    request(here.database, "LATE", deadline_at=at("Mon 09:00"))
    text = page(here.get(ask(here).removeprefix("/api/v1")))
    assert "New work: 1 request, 2 runs" in text
    assert "Weight of requests left out" in text
    assert re.search(r"LATE Alfa unplanned", text)


def test_requests_tell_their_state_and_why_they_are_out(here: Declared) -> None:
    request(here.database, "LATE", deadline_at=at("Mon 09:00"))
    published(here)
    text = page(here.get("/requests?centre=EL"))
    assert "1 open · 1 planned" in text
    assert "LATE print" in text or "LATE soak" in text


def test_booking_by_hand_and_cancelling(client: Declared) -> None:
    assert "Book OVEN-1" in page(client.get("/bookings/new?unit=OVEN-1"))
    told = {
        "unit": "OVEN-1",
        "start": "2026-12-01T10:00",
        "end": "2026-12-01T12:00",
        "project": "A-1",
        "purpose": "dry",
    }
    response = client.post("/bookings", data=told)
    assert response.headers["location"] == f"/board?centre=EL&week={WEEK}&said=booked"
    assert "The booking is confirmed." in page(client.get(response.headers["location"]))

    refused = client.post("/bookings", data=told | {"project": "B-1"})
    assert "does not fit" in page(refused, 409)
    options = re.findall(r'href="(/bookings/new\?[^"]+)"', refused.text)
    assert options
    again = client.get(unescape(options[0]))
    assert "selected>Beta · Pump" in again.text

    assert "dry" in page(client.get("/bookings/1"))
    assert "its time is free" not in page(client.get("/bookings/1?said=cancelled"))
    assert "It is pinned" not in page(client.get("/bookings/1?said=pinned"))
    gone = client.post("/bookings/1/cancel", data={"reason": "done elsewhere"}).headers["location"]
    assert gone == "/bookings/1?said=cancelled"
    assert "its time is free" in page(client.get(gone))
    assert "cancelled" in page(client.post("/bookings/1/cancel", data={}), 409)
    assert "done elsewhere" in page(client.get(BOARD))


@pytest.mark.parametrize("body", [b"unit=%ff%fe", b"\xff", b"&".join(b"a%d=1" % number for number in range(200))])
def test_forms_that_cannot_be_read(here: Declared, body: bytes) -> None:
    response = here.post("/outages", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert page(response, 400 if body != b"unit=%ff%fe" else response.status_code)
    assert response.status_code in (400, 404)


def test_names_are_shown_as_text(here: Declared) -> None:
    store(here.database, Centre(key="X", name="<script>alert(1)</script>", zone="Europe/Berlin"))
    response = here.get("/board?centre=X")
    assert "<script>alert" not in response.text
    assert response.status_code == 200


def test_static_files_are_in_the_package(here: Declared) -> None:
    names = re.findall(r'(?:href|src)="(/static/[^"]+)"', here.get("/board").text)
    assert len(names) == 3
    for name in names:
        assert here.get(name).status_code == 200


def test_enter_presses_none_of_several_buttons() -> None:
    """Browsers press the first of a form: it discarded what was to be published, and passed what was to fail."""
    templates = {each.name: each.read_text() for each in (files("api.pages") / "templates").iterdir()}
    assert "{% macro no_enter() %}<button disabled hidden></button>" in templates["parts.html"]
    # That of pins has one for each pin, in a loop.
    several = {
        name: 0 <= form.find("parts.no_enter()") < form.index("<button")
        for name, text in templates.items()
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL)
        if form.count("<button") > 1 or '<button class="button" name="pin"' in form
    }
    assert several == dict.fromkeys(("plan.html", "approvals.html", "maintenance.html", "booking.html"), True)
