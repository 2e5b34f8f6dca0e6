"""Each object has its history: when, who, what, why, and which fields changed; over REST, on its page, in the shell."""

import pytest

from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor, Grant
from scheduler.errors import Unknown
from scheduler.history import history
from tests.api.declared import Declared
from tests.scheduler.small_centre import NOW, at

BOOKING = {
    "units": ["OVEN-1"],
    "start": at("Mon 10:00").isoformat(),
    "end": at("Mon 12:00").isoformat(),
    "project": "A-1",
}


@pytest.fixture
def cancelled(here: Declared) -> Declared:
    assert here.post("/api/v1/bookings", json=BOOKING).status_code == 201
    assert here.delete("/api/v1/bookings/1?reason=no%20parts").status_code == 200
    return here


def test_a_booking_tells_its_history(cancelled: Declared) -> None:
    told = cancelled.get("/api/v1/history/booking/1").json()
    assert [event["verb"] for event in told["events"]] == ["confirmed booking", "cancelled booking"]
    made, given_back = told["events"]
    assert (made["who"], given_back["reason"]) == ("local administrator", "no parts")
    fields = {each["field"]: (each["before"], each["after"]) for each in given_back["fields"]}
    assert fields["state"] == ("confirmed", "cancelled")
    assert set(fields) == {"state", "holds"}
    assert fields["holds"][0].startswith("OVEN-1 lane 1 2026-11-30T07:00:00+00:00 to")
    assert fields["holds"][1].endswith("(given back)")
    assert {"field": "project", "before": None, "after": "A-1"} in made["fields"]


def test_it_is_read_page_by_page(cancelled: Declared) -> None:
    first = cancelled.get("/api/v1/history/booking/1?limit=1").json()
    assert (len(first["events"]), first["more"]) == (1, True)
    rest = cancelled.get(f"/api/v1/history/booking/1?after={first['events'][0]['id']}").json()
    assert ([event["verb"] for event in rest["events"]], rest["more"]) == (["cancelled booking"], False)


def test_the_page_shows_it(cancelled: Declared) -> None:
    page = cancelled.get("/bookings/1").text
    assert "History" in page
    assert "Cancelled booking" in page
    assert "confirmed → cancelled" in page
    assert "30 Nov 2026 10:00" in page


@pytest.mark.parametrize("path", ["booking/99", "booking/x", "nothing/1", "audit_event/1", "sign_in_session/1"])
def test_what_is_not_there_has_none(here: Declared, path: str) -> None:
    assert here.get(f"/api/v1/history/{path}").status_code == 404


def test_a_foreign_object_answers_like_a_missing_one(cancelled: Declared) -> None:
    def asked(role: str, **of: int) -> list[str]:
        actor = Actor(key="account:1", grants=(Grant(role=role, **of),))  # type: ignore[arg-type]
        found = history(cancelled.database, actor=actor, now=NOW, kind="booking", id="1")
        return [event.verb for event in found.events]

    assert asked("engineer", organisation_id=1) == asked("technician", centre_id=1) == asked("auditor")
    for role, of in (("engineer", {"organisation_id": 2}), ("technician", {"centre_id": 2})):
        with pytest.raises(Unknown, match="There is no booking '1'"):
            asked(role, **of)
    assert history(cancelled.database, actor=ME, now=NOW, kind="unit", id="OVEN-1").events == ()


def test_a_plans_history_is_for_those_who_manage_all_its_centres(here: Declared) -> None:
    assert here.post("/api/v1/plans", json={"week": "2026-W49", "work": 1}).status_code == 202

    def asked(centre_id: int) -> list[str]:
        actor = Actor(key="account:1", grants=(Grant(role="manager", centre_id=centre_id),))
        return [event.verb for event in history(here.database, actor=actor, now=NOW, kind="plan", id="1").events]

    assert asked(1) == ["asked for plan"]
    with pytest.raises(Unknown):
        asked(2)
    assert "Asked for plan" in here.get("/plans/1").text
