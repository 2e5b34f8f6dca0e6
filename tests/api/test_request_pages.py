"""The page of one request and withdrawing it there; names instead of keys; the description of the REST interface."""

import re

from sqlmodel import Session, select

from models.tables import Cluster, Entitlement, Recipe, UnitCapability
from tests.api.declared import Declared, answer
from tests.api.test_pages import BOARD, book, page, published
from tests.scheduler.small_centre import WEEK, at, request, store
from tests.scheduler.test_counting import REWORKED
from tests.scheduler.test_quotas import quota


def test_a_request_is_shown_with_its_bookings_and_names(client: Declared) -> None:
    published(client)
    text = page(client.get("/requests/R-1"))
    for word in ("R-1 planned", "Boards", "Alfa", "project Sensor", "cluster Information technologies", "30 pieces"):
        assert word in text
    assert re.search(r"print \w{3} \d+ \w{3} [\d:]+", text)
    assert "every booking of it is cancelled" in text


def test_what_quotas_still_allow_is_said(client: Declared) -> None:
    quota(client.database, unit_type="oven", most=6000)
    published(client)
    assert "Alfa: at most 100 h in 7 days on oven units; " in page(client.get("/requests/R-1"))


def test_the_list_leads_to_it_and_says_when_or_why_not(client: Declared) -> None:
    published(client)
    request(client.database, "A/B 2", project=2)
    response = client.get("/requests")
    text = page(response)
    assert 'href="/requests/A%2FB%202"' in response.text
    assert "not planned yet" in text
    assert "Beta" in text
    assert re.search(r"R-1 Alfa planned Boards 30 pieces – \w{3} \d+ \w{3} [\d:]+", text)
    assert "A/B 2" in page(client.get("/requests/A%2FB%202"))


def test_what_is_foreseen_for_a_later_week_is_tentative(client: Declared) -> None:
    request(client.database, "LATER", release_at=at("+Mon 08:00"))
    request(client.database, "NEVER", deadline_at=at("Mon 09:00"))
    published(client)
    assert re.search(
        r"LATER Alfa open Boards 30 pieces – Mon 7 Dec [\d:]+.{1,25} tentative", page(client.get("/requests"))
    )
    assert "Tentative: Mon 7 Dec" in page(client.get("/requests/LATER"))
    assert "Why it is not planned" in page(client.get("/requests/NEVER"))


def test_what_is_booked_and_cannot_be_planned_anew_is_told_as_booked(here: Declared) -> None:
    published(here)

    def narrow(session: Session) -> None:
        for row in session.exec(select(UnitCapability).where(UnitCapability.capability == "printing")):
            row.capability = "plotting"

    here.database.write(narrow)
    answer(here.post("/api/v1/plans", json={"week": WEEK, "work": 1, "workers": 1}), 202)
    assert here.work()
    answer(here.post("/api/v1/plans/2/publish"))
    text = page(here.get("/requests/R-1"))
    assert "R-1 planned" in text
    assert "cannot be planned anew" in text
    assert "What is booked of it stays where it is." in text
    assert "Why it is not planned" not in text
    (left,) = answer(here.get("/api/v1/plans/2"))["left_out"]
    assert (left["request"], left["absence"]) == ("R-1", "booked")
    text = page(here.get("/plans/2"))
    assert "0 deferred, 0 unplanned; 1 booked that cannot be planned anew" in text
    refused = here.get("/api/v1/plans/2/left-out/R-1")
    assert (refused.status_code, "R-1 is booked, and could not be planned anew." in refused.text) == (409, True)


def test_withdrawing_on_the_page(client: Declared) -> None:
    published(client)
    assert "The request is withdrawn." not in page(client.get("/requests/R-1?said=withdrawn"))
    response = client.post("/requests/R-1/withdraw", data={"reason": "no parts"})
    assert response.headers["location"] == "/requests/R-1?said=withdrawn"
    assert "The request is withdrawn." in page(client.get("/requests/R-1?said=withdrawn"))
    text = page(client.get("/requests/R-1"))
    assert "R-1 withdrawn" in text
    assert "Withdraw this request" not in text
    assert "withdrawn already" in page(client.post("/requests/R-1/withdraw", data={}), 409)
    assert "R-1 is withdrawn: no parts." in page(client.get(BOARD))
    page(client.post("/requests/NO/withdraw", data={}), 404)
    page(client.post("/requests/R-1/withdraw", data={"reason": "x" * 501}), 422)


def test_what_has_begun_is_named_on_the_page(here: Declared) -> None:
    published(here)
    here.moment = at("Sat 12:00")
    assert "Withdraw this request" not in page(here.get("/requests/R-1"))
    assert re.search(r"print \(booking \d+\) began on", page(here.post("/requests/R-1/withdraw", data={}), 409))


def test_a_booking_names_its_technicians_and_owners(client: Declared) -> None:
    published(client)
    (first, *_) = re.findall(r'href="(/bookings/\d+)"', client.get("/requests/R-1").text)
    response = client.get(first)
    text = page(response)
    assert re.search(r"(Anna Orlova|Boris Lebedev) technician", text)
    assert not re.search(r"\bT[56]\b", text.partition("History")[0]), "the record keeps keys, which outlive a name"
    assert "cluster Information technologies" in text
    assert 'href="/requests/R-1"' in response.text


def test_a_cluster_with_a_share_of_the_hours_is_summed_up_though_nothing_is_booked(here: Declared) -> None:
    store(here.database, Cluster(id=3, key="SP", name="Space"), Cluster(id=4, key="AG", name="Farming"))
    store(here.database, Entitlement(cluster_id=3, centre_id=1, share=100))
    book(here, "SEM", "Tue 10:00", "Tue 12:30")
    text = page(here.get(BOARD))
    assert "Information technologies 100 % agreed 70 %" in text
    assert "Space 0 % agreed 10 %" in text
    assert "Farming" not in text


def test_the_rest_interface_is_described_on_a_page(here: Declared) -> None:
    response = here.get("/docs")
    text = page(response)
    assert "script" not in response.text
    document = answer(here.get("/api/v1/openapi.json"))
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            assert f"{method.upper()} {path} {told['summary']}" in text
    assert "units needed list of text at least 1 of them, at most 20 of them" in text
    assert "quantity whole number at least 1, at most 1,000,000, 1 unless given" in text
    assert "What is stored stands against it; nothing was changed. Problem" in text


def test_the_first_address_says_where_the_description_is(here: Declared) -> None:
    assert here.get("/").headers["link"].startswith('</api/v1/openapi.json>; rel="service-desc"')


def test_every_page_leads_to_the_description(here: Declared) -> None:
    for address in ("/board", "/plans", "/requests", "/docs"):
        assert 'href="/docs"' in here.get(address).text
        assert 'href="/api/v1/openapi.json"' in here.get(address).text


def test_what_an_inspection_found_is_entered_on_the_page(client: Declared) -> None:
    store(client.database, Recipe(id=2, laboratory_id=1, key="CHECKED", name="Checked", routing=REWORKED))
    request(client.database, "EL-001", recipe_id=2, quantity=60)
    assert "rework: 6 of 60 pieces expected, not counted yet" in page(client.get("/requests/EL-001"))
    response = client.post("/requests/EL-001/counts", data={"operation": "rework", "count": "12"})
    assert response.headers["location"] == "/requests/EL-001?said=counted"
    assert "rework: 12 of 60 pieces counted" in page(client.get("/requests/EL-001"))
    assert "the lot has 60" in page(
        client.post("/requests/EL-001/counts", data={"operation": "rework", "count": "61"}), 422
    )
    page(client.post("/requests/EL-001/counts", data={"operation": "rework", "count": "many"}), 422)


def test_the_weeks_in_which_it_was_passed_over_are_named(client: Declared) -> None:
    request(client.database, "NEVER", deadline_at=at("Mon 09:00"))
    published(client)
    assert "Passed over 2026-W49 it weighs 25 % more for that" in page(client.get("/requests/NEVER"))
    assert "Passed over" not in page(client.get("/requests/R-1"))
    asked = answer(client.get("/api/v1/requests/NEVER"))
    assert (asked["passed_over"], asked["heavier_percent"]) == (["2026-W49"], 25)
