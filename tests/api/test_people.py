"""People, roles and one's own account through REST and pages."""

import json
from typing import Any

import pytest

from scheduler import catalogue
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.door.people import list_people
from tests.api.declared import Declared, answer
from tests.quick_passwords import ANNA, PASSWORD, person
from tests.scheduler.small_centre import NOW

PEOPLE = "/api/v1/people"
OTHER = "five other words about kilns"


@pytest.fixture
def anna(door: Declared) -> Declared:
    """An administrator is signed in."""
    person(door.database, NOW)
    door.post("/sign-in", data={"email": ANNA, "password": PASSWORD})
    return door


def enter_as(door: Declared, email: str, password: str = PASSWORD) -> int:
    return int(door.post("/sign-in", data={"email": email, "password": password}).status_code)


def test_somebody_is_invited_and_comes_in_by_the_link(anna: Declared) -> None:
    roles = [{"role": "engineer", "organisation": "ALFA"}, {"role": "auditor"}]
    sent = anna.post(PEOPLE, json={"email": "Eva@alfa.example", "name": "Eva", "roles": roles})
    made = answer(sent, 201)
    assert sent.headers["location"] == f"{PEOPLE}/{made['person']['id']}"
    assert [each["role"] for each in made["person"]["roles"]] == ["engineer", "auditor"]
    assert made["link"]["address"].startswith("http://127.0.0.1/link/")
    path = made["link"]["address"].removeprefix("http://127.0.0.1")
    assert anna.post(path, data={"password": OTHER, "again": OTHER}).status_code == 303
    me = answer(anna.get("/api/v1/account"))
    assert (me["email"], me["name"], me["state"]) == ("eva@alfa.example", "Eva", "active")


def test_roles_links_and_accounts_are_the_administrators_to_give_and_take(anna: Declared) -> None:
    account = answer(anna.post(PEOPLE, json={"email": "eva@alfa.example"}), 201)["person"]["id"]
    one = f"{PEOPLE}/{account}"
    given = answer(anna.post(f"{one}/roles", json={"role": "manager", "centre": "EL"}), 201)
    (role,) = given["roles"]
    assert (role["centre"], role["place"]) == ("EL", "Electronics")
    assert answer(anna.delete(f"{one}/roles/{role['id']}"))["roles"] == []
    assert answer(anna.delete(f"{one}/roles/{role['id']}"), 404)
    first, second = (answer(anna.post(f"{one}/link"), 201)["address"] for _ in range(2))
    assert [anna.get(each).status_code for each in (first, second)] == [404, 200]
    assert answer(anna.post(f"{one}/close"))["state"] == "closed"
    assert answer(anna.post(f"{one}/close"), 409)["detail"] == f"Account {account} is closed."
    assert answer(anna.post(f"{one}/link"), 409)
    assert {each["state"] for each in answer(anna.get(PEOPLE))} == {"active", "closed"}
    assert answer(anna.get(PEOPLE, params={"after": 1, "limit": 1}))[0]["id"] == account


BODIES: list[tuple[str, dict[str, Any]]] = [
    (PEOPLE, {"email": "eva@alfa.example", "role": "administrator"}),
    (PEOPLE, {"email": "eva@alfa.example", "organisation_id": 1}),
    (PEOPLE, {"email": "eva@alfa.example", "roles": [{"role": "king"}]}),
    (PEOPLE, {"email": "eva@alfa.example", "roles": [{"role": "auditor", "organisation_id": 1}]}),
    (PEOPLE, {"email": "eva@alfa.example", "roles": [{"role": "engineer"}]}),
    (PEOPLE, {"email": "eva"}),
    (PEOPLE, {"email": "eva@alfa.example\ud800"}),
    (PEOPLE, {"email": "eva@alfa.example", "name": "\x00"}),
    (PEOPLE, {"email": "eva@alfa.example", "name": "Eva \u202elive"}),
    ("/api/v1/account/name", {"name": "\u2066Anna"}),
    (f"{PEOPLE}/1/roles", {"role": "auditor", "account_id": 2}),
    ("/api/v1/account/name", {"name": "Anna", "role": "administrator"}),
    ("/api/v1/account/password", {"password": PASSWORD, "new": "short"}),
    ("/api/v1/account/password", {"password": PASSWORD, "new": OTHER, "account_id": 2}),
    ("/api/v1/account/tokens", {"name": "x", "password": PASSWORD, "account_id": 2}),
    ("/api/v1/account/tokens", {"name": "x", "password": PASSWORD, "days": 367}),
    ("/api/v1/account/tokens", {"name": "x", "password": PASSWORD, "days": 2**63}),
    ("/api/v1/account/tokens", {"name": "x", "password": PASSWORD, "scope": "all"}),
    ("/api/v1/account/tokens", {"name": "x"}),
]


def test_what_a_body_does_not_have_is_refused(anna: Declared) -> None:
    for path, body in BODIES:
        sent = anna.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})
        assert sent.status_code == 422, (path, body)
    (only,) = list_people(anna.database, actor=ME, now=NOW)
    assert (only.name, len(only.roles)) == ("Anna", 1)


def test_others_than_administrators_are_refused(anna: Declared) -> None:
    for email, role, place in (
        ("e@alfa.example", "engineer", {"organisation": "ALFA"}),
        ("m@alfa.example", "manager", {"centre": "EL"}),
        ("a@alfa.example", "auditor", {}),
    ):
        person(anna.database, NOW, email, role=role, **place)
        assert enter_as(anna, email) == 303
        assert anna.get(PEOPLE).status_code == (200 if role == "auditor" else 403)
        assert anna.get("/people").status_code == (200 if role == "auditor" else 403)
        assert ("Invite somebody" in anna.get("/people").text) is False
        grab = {"role": "administrator"}
        assert anna.post(f"{PEOPLE}/1/roles", json=grab).status_code == 403
        assert anna.post("/people/1/roles", data=grab).status_code == 403
        assert anna.post(f"{PEOPLE}/1/link").status_code == 403
        assert anna.post(PEOPLE, json={"email": "x@y.example"}).status_code == 403


def test_one_account_says_nothing_of_another(anna: Declared) -> None:
    made = answer(anna.post("/api/v1/account/tokens", json={"name": "mine", "password": PASSWORD}), 201)
    (session,) = [each["id"] for each in answer(anna.get("/api/v1/account/sessions")) if each["here"]]
    person(anna.database, NOW, "boris@alfa.example")
    assert enter_as(anna, "boris@alfa.example") == 303
    foreign = anna.delete(f"/api/v1/account/tokens/{made['about']['id']}")
    missing = anna.delete("/api/v1/account/tokens/999")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.json()["detail"].replace(str(made["about"]["id"]), "999") == missing.json()["detail"]
    assert anna.delete(f"/api/v1/account/sessions/{session}").status_code == 404
    assert answer(anna.get("/api/v1/account/tokens")) == []


def test_tokens_are_made_with_the_password_listed_by_their_beginning_and_revoked(anna: Declared) -> None:
    wrong = anna.post("/api/v1/account/tokens", json={"name": "reports", "password": "not the password"})
    assert (wrong.status_code, wrong.json()["type"]) == (403, "urn:pilotline:problem:wrong_password")
    asked = {"name": "reports", "scope": "write", "days": 7, "password": PASSWORD}
    made = answer(anna.post("/api/v1/account/tokens", json=asked), 201)
    header = {"Authorization": f"Bearer {made['token']}"}
    (listed,) = answer(anna.get("/api/v1/account/tokens"))
    assert made["token"].startswith(listed["shown"])
    assert len(listed["shown"]) < 20
    assert made["token"] not in anna.get("/account").text
    anna.cookies.clear()
    assert anna.get("/api/v1/centres", headers=header).status_code == 200
    assert answer(anna.delete(f"/api/v1/account/tokens/{listed['id']}", headers=header))["state"] == "revoked"
    assert anna.get("/api/v1/centres", headers=header).status_code == 401


def test_another_password_signs_out_everywhere(anna: Declared) -> None:
    assert anna.post("/api/v1/account/password", json={"password": PASSWORD, "new": OTHER}).status_code == 200
    assert anna.get("/api/v1/centres").status_code == 401
    assert (enter_as(anna, ANNA), enter_as(anna, ANNA, OTHER)) == (401, 303)


def test_the_account_page_does_it_all(anna: Declared) -> None:
    assert "Anna Orlova" in anna.post("/account/name", data={"name": "Anna Orlova"}, follow_redirects=True).text
    made = anna.post("/account/tokens", data={"token": "reports", "scope": "read", "days": "7", "password": PASSWORD})
    assert made.status_code == 200
    assert "plt_" in made.text
    for filled, said in (
        ({"token": "", "days": "7", "password": PASSWORD}, "expected|Expected"),
        ({"token": "x", "days": "1000", "password": PASSWORD}, "366"),
        ({"token": "x", "days": "7", "password": "not the password"}, "The password is wrong"),
    ):
        sent = anna.post("/account/tokens", data=filled)
        assert sent.status_code in (403, 422)
        assert any(word in sent.text for word in said.split("|"))
    assert anna.post("/account/tokens/1/revoke", follow_redirects=True).text.count("revoked") == 1
    differing = {"old": PASSWORD, "new": OTHER, "again": "something else"}
    assert "differ" in anna.post("/account/password", data=differing).text
    short = {"old": PASSWORD, "new": "short", "again": "short"}
    assert "5 characters" in anna.post("/account/password", data=short).text
    wrong = {"old": "not the password", "new": OTHER, "again": OTHER}
    assert anna.post("/account/password", data=wrong).status_code == 403
    done = anna.post("/account/password", data={"old": PASSWORD, "new": OTHER, "again": OTHER}, follow_redirects=True)
    assert (done.status_code, "This browser" in done.text) == (200, True)


def test_the_people_pages_do_it_all(anna: Declared) -> None:
    filled = {"email": "eva@alfa.example", "name": "Eva", "role": "engineer", "organisation": "ALFA", "centre": "EL"}
    made = anna.post("/people", data=filled)
    assert made.status_code == 200
    assert "http://127.0.0.1/link/" in made.text
    assert "http://127.0.0.1/link/" not in anna.get("/people").text
    for wrong, said in (
        ({"role": "auditor", "email": "eva@alfa.example"}, "has an account already"),
        ({"role": "engineer", "email": "new@alfa.example"}, "say which"),
        ({"role": "", "email": "new@alfa.example"}, "There is no role"),
        ({"role": "auditor", "email": "new"}, "e-mail"),
    ):
        sent = anna.post("/people", data=wrong)
        assert (sent.status_code, said in sent.text) == (422, True), said
    page = anna.get("/people/2")
    assert "Engineer" in page.text
    assert "of Alfa" in page.text
    assert anna.post("/people/2/roles", data={"role": "manager", "centre": "EL"}).status_code == 303
    assert anna.post("/people/2/roles", data={"role": "manager"}).status_code == 422
    assert anna.post("/people/2/roles/99/take").status_code == 404
    taken = anna.post("/people/2/roles/2/take", follow_redirects=True)
    assert "Engineer" not in taken.text.split("Give a role")[0]
    assert "/link/" in anna.post("/people/2/link").text
    assert "closed" in anna.post("/people/2/close", follow_redirects=True).text
    assert anna.post("/people/1/close").status_code == 409
    assert anna.get("/people/99").status_code == 404


def test_whose_day_it_is_stands_on_a_persons_page(anna: Declared) -> None:
    found = answer(anna.put(f"{PEOPLE}/1/person", json={"person": "T5"}))
    assert found["person"] == "T5"
    assert "Who they are in a centre" in anna.get("/people/1").text
    assert answer(anna.put(f"{PEOPLE}/1/person", json={"person": "T6"}), 409)["detail"].endswith("part them first.")
    assert anna.post("/people/1/person", data={"person": "T6"}).status_code == 409
    assert anna.post("/people/1/person/part").status_code == 303
    assert answer(anna.delete(f"{PEOPLE}/1/person"), 409)
    for written, status, said in (("", 422, "Staff number"), ("T99", 404, "There is no person"), ("T6", 303, "")):
        sent = anna.post("/people/1/person", data={"person": written})
        assert (sent.status_code, said in sent.text) == (status, True)
    assert answer(anna.get(f"{PEOPLE}/1"))["person"] == "T6"


def test_a_person_is_erased_by_writing_once_more_who_it_is(anna: Declared) -> None:
    person(anna.database, NOW, "eva@alfa.example", role="manager", centre="EL")
    answer(anna.put(f"{PEOPLE}/2/person", json={"person": "T5"}))
    asked = anna.get("/people/2").text
    assert ("Erase this person" in asked, "Nobody else is lab manager of Electronics" in asked) == (True, True)
    for wrong in (ANNA, "T6", "T", " "):
        assert anna.post("/people/2/erase", data={"again": wrong}).status_code == 422
        assert anna.post(f"{PEOPLE}/2/erase", json={"again": wrong}).status_code == 422
    assert answer(anna.get(f"{PEOPLE}/2"))["email"] == "eva@alfa.example"
    page = anna.post("/people/2/erase", data={"again": " Eva@alfa.example ", "reason": "asked for it"})
    assert (page.status_code, "Erased." in page.text, "Erase this person" in page.text) == (200, True, False)
    gone = answer(anna.get(f"{PEOPLE}/2"))
    assert (gone["email"], gone["state"], gone["roles"]) == (None, "closed", [])
    assert answer(anna.post(f"{PEOPLE}/2/erase", json={"again": "T5"}), 409)["detail"] == "Account 2 is erased already."
    last = answer(anna.post(f"{PEOPLE}/1/erase", json={"again": ANNA}), 409)
    assert "only administrator" in last["detail"]
    person(anna.database, NOW, "boris@alfa.example", role="manager", centre="EL")
    person(anna.database, NOW, "vera@alfa.example", role="manager", centre="EL")
    assert "Nobody else is lab manager" not in anna.get("/people/3").text
    erased = answer(anna.post(f"{PEOPLE}/3/erase", json={"again": "boris@alfa.example"}))
    assert (erased["person"], erased["account"]) == (None, "account:3")


def test_who_has_no_account_is_erased_by_the_staff_number_written_twice(anna: Declared) -> None:
    def names() -> dict[str, str | None]:
        return {each.key: each.name for each in catalogue.list_people(anna.database, actor=ME, now=NOW)}

    before = names()
    assert "Erase somebody of the lists" in anna.get("/people").text
    for filled, status, field in (
        ({"person": "T5", "again": "T6"}, 422, "again"),
        ({"person": "T5", "again": ""}, 422, "again"),
        ({"person": "T99", "again": "T99"}, 404, "person"),
    ):
        page = anna.post("/people/erase", data=filled)
        assert (page.status_code, f'href="#field-{field}-erase"' in page.text) == (status, True)
        assert f'value="{filled["person"]}"' in page.text
        sent = anna.post(f"/api/v1/staff/{filled['person']}/erase", json={"again": filled["again"]})
        assert sent.status_code == status
    assert names() == before
    page = anna.post("/people/erase", data={"person": " T5 ", "again": "T5", "reason": "asked for it"})
    assert (page.status_code, "Erased." in page.text) == (200, True)
    erased = answer(anna.post("/api/v1/staff/T6/erase", json={"again": "T6"}))
    assert (erased["person"], erased["account"]) == ("T6", None)
    assert names() == {**before, "T5": None, "T6": None}
    told = answer(anna.get("/api/v1/history/person/T5"))["events"]
    assert [(each["verb"], each["reason"]) for each in told] == [("erased person", "asked for it")]


def test_who_has_one_is_erased_with_it_by_the_staff_number_too(anna: Declared) -> None:
    answer(anna.put(f"{PEOPLE}/1/person", json={"person": "T5"}))
    page = anna.post("/people/erase", data={"person": "T5", "again": "T5"})
    assert (page.status_code, "only administrator" in page.text) == (409, True)
    person(anna.database, NOW, "boris@alfa.example")
    assert answer(anna.post("/api/v1/staff/T5/erase", json={"again": ANNA}))["account"] == "account:1"
