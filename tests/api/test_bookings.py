"""Booking over REST: whole or not at all, every blocker named, never twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from tests.api.declared import Declared, answer
from tests.scheduler.small_centre import at


def body(start: str, end: str, *units: str, **values: Any) -> dict[str, Any]:
    return {
        "units": list(units) or ["SEM"],
        "start": at(start).isoformat(),
        "end": at(end).isoformat(),
        "project": "A-1",
        **values,
    }


def test_a_booking_is_made_and_found_at_its_address(client: Declared) -> None:
    response = client.post("/api/v1/bookings", json=body("Tue 10:00", "Tue 12:00", purpose="solder joints"))
    made = answer(response, 201)
    assert (made["state"], made["organisation"], made["cluster"]) == ("confirmed", "ALFA", "IT")
    assert answer(client.get(response.headers["Location"])) == made


def test_several_units_are_one_run(client: Declared) -> None:
    made = answer(client.post("/api/v1/bookings", json=body("Tue 10:00", "Tue 12:00", "SEM", "OVEN-1")), 201)
    assert {hold["key"] for hold in made["holds"]} == {"SEM", "OVEN-1"}


def test_every_blocker_is_named_with_the_nearest_starts(client: Declared) -> None:
    answer(client.post("/api/v1/bookings", json=body("Tue 10:00", "Tue 12:00", "OVEN-1")), 201)
    answer(client.post("/api/v1/bookings", json=body("Tue 11:00", "Tue 13:00", "OVEN-2")), 201)
    problem = answer(client.post("/api/v1/bookings", json=body("Tue 11:00", "Tue 12:00", "OVEN-1", "OVEN-2")), 409)
    assert problem["title"] == "The booking does not fit; each blocker is named."
    texts = " ".join(each["text"] for each in problem["blockers"])
    assert "OVEN-1" in texts
    assert "OVEN-2" in texts
    assert problem["options"]
    assert all(each["facts"]["start"] for each in problem["options"])


def test_an_option_that_is_offered_fits(client: Declared) -> None:
    answer(client.post("/api/v1/bookings", json=body("Tue 10:00", "Tue 12:00", "OVEN-1")), 201)
    problem = answer(client.post("/api/v1/bookings", json=body("Tue 11:00", "Tue 13:00", "OVEN-1")), 409)
    start = problem["options"][0]["facts"]["start"]
    length = timedelta(hours=2)
    again = body("Tue 11:00", "Tue 13:00", "OVEN-1") | {"start": start}
    again["end"] = (at("Tue 11:00").fromisoformat(start) + length).isoformat()
    answer(client.post("/api/v1/bookings", json=again), 201)


def test_neighbours_may_touch(client: Declared) -> None:
    answer(client.post("/api/v1/bookings", json=body("Tue 10:00", "Tue 12:00", "OVEN-1")), 201)
    answer(client.post("/api/v1/bookings", json=body("Tue 12:00", "Tue 13:00", "OVEN-1")), 201)


def test_closed_hours_are_a_blocker(here: Declared) -> None:
    problem = answer(here.post("/api/v1/bookings", json=body("Sun 10:00", "Sun 12:00")), 409)
    assert problem["blockers"]


def test_cancelling_frees_the_time_and_tells_the_owner(client: Declared) -> None:
    made = answer(client.post("/api/v1/bookings", json=body("Tue 10:00", "Tue 12:00", "OVEN-1")), 201)
    gone = answer(client.delete(f"/api/v1/bookings/{made['id']}", params={"reason": "sample broke"}))
    assert gone["state"] == "cancelled"
    answer(client.post("/api/v1/bookings", json=body("Tue 10:00", "Tue 12:00", "OVEN-1")), 201)
    (notice,) = answer(client.get("/api/v1/notices", params={"organisation": "ALFA"}))
    assert (notice["kind"], notice["booking_id"]) == ("cancelled", made["id"])
    assert "sample broke" in notice["text"]


def test_cancelling_twice_is_not_possible(client: Declared) -> None:
    made = answer(client.post("/api/v1/bookings", json=body("Tue 10:00", "Tue 12:00")), 201)
    answer(client.delete(f"/api/v1/bookings/{made['id']}"))
    problem = answer(client.delete(f"/api/v1/bookings/{made['id']}"), 409)
    assert problem["type"] == "urn:pilotline:problem:not_possible_now"


def test_unknown_units_and_projects_are_404(here: Declared) -> None:
    assert "unit" in answer(here.post("/api/v1/bookings", json=body("Tue 10:00", "Tue 12:00", "NO")), 404)["detail"]
    asked = body("Tue 10:00", "Tue 12:00", project="NO")
    assert "project" in answer(here.post("/api/v1/bookings", json=asked), 404)["detail"]


def test_a_span_that_ends_before_it_starts_names_its_field(here: Declared) -> None:
    problem = answer(here.post("/api/v1/bookings", json=body("Tue 12:00", "Tue 10:00")), 422)
    assert problem["mistakes"][0]["place"] == "end"


def test_ten_at_once_for_one_slot_one_gets_it(client: Declared) -> None:
    asked = body("Tue 10:00", "Tue 12:00", "OVEN-1")
    with ThreadPoolExecutor(10) as people:
        answers = list(people.map(lambda _: client.post("/api/v1/bookings", json=asked), range(10)))
    assert sorted(each.status_code for each in answers) == [201] + 9 * [409]
    assert all(each.json()["blockers"] for each in answers if each.status_code == 409)
    window = {"start": asked["start"], "end": asked["end"], "unit": "OVEN-1"}
    assert len(answer(client.get("/api/v1/bookings", params=window))) == 1


def test_a_manager_overrides_with_a_reason(here: Declared) -> None:
    night = {"units": ["OVEN-1"], "start": at("Mon 21:00").isoformat(), "end": at("Mon 23:00").isoformat()}
    wish = night | {"project": "A-1"}
    assert here.post("/api/v1/bookings", json=wish).status_code == 409
    made = answer(here.post("/api/v1/bookings", json=wish | {"override_reason": "a visit"}), 201)
    assert (made["override"]["reason"], len(made["override"]["rules"])) == ("a visit", 1)
    page = here.get(f"/bookings/{made['id']}").text
    assert "a visit" in page
    assert "in spite of" in page
    again = here.post("/api/v1/bookings", json=wish | {"override_reason": "a visit"})
    assert (again.status_code, again.json()["blockers"][0]["code"]) == (409, "taken")


def test_the_form_offers_to_override_what_was_refused(here: Declared) -> None:
    form = {"unit": "OVEN-1", "start": "2026-11-30T21:00", "end": "2026-11-30T23:00", "project": "A-1"}
    assert "override_reason" not in here.get("/bookings/new?unit=OVEN-1").text
    refused = here.post("/bookings", data=form)
    assert (refused.status_code, "Book it all the same" in refused.text) == (409, True)
    assert here.post("/bookings", data=form | {"override_reason": "a visit"}).status_code == 303
