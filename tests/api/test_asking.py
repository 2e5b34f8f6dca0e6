"""An engineer asks for a job on a page: a recipe with its numbers; what is not possible is named, and nothing typed is
lost."""

import pytest

from api.calls import Call
from api.pages import asking
from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR, Actor
from scheduler.requesting import list_requests
from scheduler.views import RequestView
from tests.api.two_firms import Doors
from tests.scheduler.actors import engineer, manager, technician
from tests.scheduler.small_centre import NOW, at, found, request

JOB = {
    "centre": "EL",
    "recipe": "BOARDS",
    "project": "A-1",
    "quantity": "40",
    "number.soak_hours": "24",
    "due": "2026-12-04T18:00",
    "may_share": "yes",
}


@pytest.fixture
def doors(sqlite_database: Database) -> Doors:
    found(sqlite_database)
    return Doors(sqlite_database)


def test_a_recipe_is_chosen_its_numbers_filled_in_and_the_job_waits_for_the_next_plan(doors: Doors) -> None:
    alfa = engineer(1)
    assert "/ask?centre=EL" in doors.come(alfa, "GET", "/requests?centre=EL").text
    assert "/ask?centre=EL&amp;recipe=BOARDS" in doors.come(alfa, "GET", "/ask?centre=EL").text
    form = doors.come(alfa, "GET", "/ask?centre=EL&recipe=BOARDS").text
    assert 'name="number.soak_hours" type="number" min="1" max="72" value="10"' in form
    assert "B-1" not in form
    window = {"window_operation": "soak", "window_start": "2026-12-02T09:00"}
    asked = doors.come(alfa, "POST", "/ask", body={**JOB, **window, "key": "LOT/7"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/requests/LOT%2F7?said=asked")
    shown = doors.come(alfa, "GET", "/api/v1/requests/LOT%2F7").json()["windows"]
    assert shown == [{"operation": "soak", "start": "2026-12-02T06:00:00Z", "end": None}]
    database = doors.application.state.database
    (made,) = list_requests(database, actor=LOCAL_ADMINISTRATOR, now=NOW, centre="EL")
    assert (made.key, made.project, made.quantity, made.parameters) == ("LOT/7", "A-1", 40, {"soak_hours": 24})
    assert (made.due, made.deadline, made.may_share, made.state) == (at("Fri 18:00"), None, True, "open")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"number.soak_hours": "99"}, "soak_hours"),
        ({"quantity": "0"}, "Pieces"),
        ({"quantity": "a few"}, "Pieces"),
        ({"due": "2026-11-01T10:00"}, "is not after the release"),
        ({"least_quantity": "41"}, "Worth doing with"),
        ({"project": ""}, "Project"),
        ({"window_start": "2026-12-02T09:00"}, "A step at a certain time"),
        ({"window_operation": "bake"}, "A step at a certain time"),
    ],
)
def test_what_is_not_possible_is_named_and_what_was_typed_stays(doors: Doors, wrong: dict[str, str], told: str) -> None:
    refused = doors.come(engineer(1), "POST", "/ask", body={**JOB, **wrong})
    assert refused.status_code == 422
    assert told in refused.text
    typed = {**JOB, **wrong}
    assert all(f'value="{typed[name]}"' in refused.text for name in ("quantity", "number.soak_hours", "due"))
    assert list_requests(doors.application.state.database, actor=LOCAL_ADMINISTRATOR, now=NOW, centre="EL") == []


def test_the_same_form_sent_twice_asks_once(doors: Doors) -> None:
    """A second click, or going back in the browser; other numbers are another job, and so is the job once withdrawn."""
    alfa, form = engineer(1), "/ask?centre=EL&amp;recipe=BOARDS&amp;once="
    once = doors.come(alfa, "GET", "/ask?centre=EL").text.split(form)[1][:12]
    assert f'name="once" value="{once}"' in doors.come(alfa, "GET", f"/ask?centre=EL&recipe=BOARDS&once={once}").text
    window = {"window_operation": "soak", "window_start": "2026-12-02T09:00"}

    def send(**other: str) -> str:
        sent = doors.come(alfa, "POST", "/ask", body={**JOB, **window, "once": once, **other})
        assert sent.status_code == 303
        return str(sent.headers["location"])

    assert send() == f"/requests/{once}?said=asked"
    assert send() == f"/requests/{once}?said=again"
    assert "nothing is asked for twice" in doors.come(alfa, "GET", f"/requests/{once}?said=again").text
    others = [send(quantity="41"), send(window_start="2026-12-02T10:00"), send(once="PH-001"), send(key="MINE")]
    assert all(other.endswith("?said=asked") and once not in other and "PH-001" not in other for other in others)
    assert doors.come(alfa, "POST", f"/requests/{once}/withdraw", body={"reason": ""}).status_code == 303
    assert send().endswith("?said=asked")
    database = doors.application.state.database
    assert len(list_requests(database, actor=LOCAL_ADMINISTRATOR, now=NOW, centre="EL")) == 6


def test_whether_another_firm_has_a_request_of_that_key_is_not_told(doors: Doors) -> None:
    database = doors.application.state.database
    request(database, "REQ-00000000", project=2)
    asked = doors.come(engineer(1), "POST", "/ask", body={**JOB, "once": "REQ-00000000"})
    assert (asked.status_code, asked.headers["location"].endswith("?said=asked")) == (303, True)
    assert "REQ-00000000" not in asked.headers["location"]
    assert len(list_requests(database, actor=engineer(1), now=NOW, centre="EL")) == 1


def test_a_second_click_that_overtakes_the_first_asks_once(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    alfa, body = engineer(1), {**JOB, "once": "REQ-00000000"}
    seen = asking._asked_before
    looks: list[str] = []

    def before_the_first_is_stored(call: Call, key: str) -> RequestView | None:
        looks.append(key)
        if len(looks) > 1:
            return seen(call, key)
        assert doors.come(alfa, "POST", "/ask", body=body).headers["location"].endswith("?said=asked")
        return None

    monkeypatch.setattr(asking, "_asked_before", before_the_first_is_stored)
    asked = doors.come(alfa, "POST", "/ask", body=body)
    assert asked.headers["location"] == "/requests/REQ-00000000?said=again"
    database = doors.application.state.database
    assert len(list_requests(database, actor=alfa, now=NOW, centre="EL")) == 1


@pytest.mark.parametrize(("actor", "offered"), [(engineer(1), False), (manager(1), True)])
def test_only_who_plans_the_centre_is_offered_the_higher_priorities(doors: Doors, actor: Actor, offered: bool) -> None:
    assert ("urgent" in doors.come(actor, "GET", "/ask?centre=EL&recipe=BOARDS").text) == offered


def test_who_may_not_ask_is_not_offered_it(doors: Doors) -> None:
    assert "/ask" not in doors.come(technician(1), "GET", "/requests?centre=EL").text
