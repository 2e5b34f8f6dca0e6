"""The door as browsers and programs meet it: cookies, tokens, redirects, limits, and what is open to whoever comes."""

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from api.door import COOKIE, LOOPBACK_COOKIE, identify
from api.pages.coming_in import local
from api.peers import proxies_named
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.door.attempts import MOST_OF_ACCOUNT, MOST_OF_ADDRESS
from scheduler.door.people import invite, show_person, take_role
from scheduler.door.signing_in import IDLE, LONGEST
from scheduler.door.tokens import make_token
from tests.api.declared import Declared, answer
from tests.quick_passwords import ANNA, PASSWORD, person
from tests.scheduler.small_centre import NOW

ELSEWHERE = {"Origin": "https://evil.example"}


def come_in(door: Declared, password: str = PASSWORD, email: str = ANNA, **more: Any) -> Any:
    return door.post("/sign-in", data={"email": email, "password": password, **more})


def token_of(door: Declared, account_id: int, scope: Any = "write") -> dict[str, str]:
    made = make_token(door.database, actor=ME, now=NOW, account_id=account_id, name="test", scope=scope)
    return {"Authorization": f"Bearer {made.token}"}


def test_who_signs_in_sees_the_board_and_who_they_are(door: Declared) -> None:
    person(door.database, NOW)
    came = come_in(door, next="/plans?after=0")
    assert (came.status_code, came.headers["location"]) == (303, "/plans?after=0")
    page = door.get("/", follow_redirects=True)
    assert (page.status_code, page.url.path) == (200, "/board")
    assert "Anna" in page.text
    assert "Sign out" in page.text
    assert answer(door.get("/api/v1/account"))["email"] == ANNA


def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_connections(door: Declared) -> None:
    person(door.database, NOW)
    plain = come_in(door).headers.get_list("set-cookie")
    assert [each.partition("=")[0] for each in plain] == [COOKIE, LOOPBACK_COOKIE]
    encrypted = Declared(door.database, identify=identify, base_url="https://127.0.0.1")
    (cookie,) = come_in(encrypted).headers.get_list("set-cookie")
    name, _, rest = cookie.partition("=")
    assert name == "__Host-pilotline"
    assert rest.partition("; ")[2].lower().split("; ") == ["httponly", "path=/", "samesite=lax", "secure"]
    assert encrypted.get("/board").status_code == 200
    assert "secure" not in plain[1].lower()
    assert "httponly" in plain[1].lower()


def test_a_cookie_played_again_after_sign_out_opens_nothing(door: Declared) -> None:
    person(door.database, NOW)
    come_in(door)
    kept = {"Cookie": f"{COOKIE}={door.cookies[LOOPBACK_COOKIE]}"}
    door.cookies.clear()
    assert door.get("/api/v1/centres", headers=kept).status_code == 200
    out = door.post("/sign-out", headers=kept)
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in?said=out")
    assert f'{COOKIE}=""' in out.headers["set-cookie"]
    assert door.get("/api/v1/centres", headers=kept).status_code == 401
    assert door.get("/board", headers=kept).status_code == 303


def test_a_session_planted_before_sign_in_is_not_the_one_after(door: Declared) -> None:
    person(door.database, NOW)
    come_in(door)
    planted = door.cookies[LOOPBACK_COOKIE]
    come_in(door)
    assert door.cookies[LOOPBACK_COOKIE] != planted
    door.cookies.clear()
    assert door.get("/api/v1/centres", headers={"Cookie": f"{COOKIE}={planted}"}).status_code == 401


def test_the_loopback_cookie_counts_on_this_machine_unencrypted_alone(door: Declared) -> None:
    secret = person(door.database, NOW).secret
    encrypted = Declared(door.database, identify=identify, base_url="https://127.0.0.1")
    for name, status in ((COOKIE, 200), (LOOPBACK_COOKIE, 401)):
        assert encrypted.get("/api/v1/centres", headers={"Cookie": f"{name}={secret}"}).status_code == status


def test_who_comes_too_late_signs_in_again(door: Declared) -> None:
    person(door.database, NOW)
    for after in (IDLE, LONGEST):
        door.moment = NOW
        come_in(door)
        assert door.get("/api/v1/centres").status_code == 200
        door.moment = NOW + after
        assert door.get("/api/v1/centres").status_code == 401


def test_nobody_is_told_how_to_come_in(door: Declared) -> None:
    refused = door.get("/api/v1/centres")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert refused.json()["type"] == "urn:pilotline:problem:not_signed_in"
    for path, following in (
        ("/board?centre=EL&week=2026-W49", "/sign-in?next=/board%3Fcentre%3DEL%26week%3D2026-W49"),
        ("/requests/A%2F1", "/sign-in?next=/requests/A%252F1"),
        ("/", "/sign-in"),
        ("/account", "/sign-in?next=/account"),
    ):
        sent = door.get(path)
        assert (sent.status_code, sent.headers["location"]) == (303, following)
    sent = door.post("/plans/1/publish", headers={"Referer": "http://127.0.0.1/plans/1?a=b"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=/plans/1%3Fa%3Db")
    assert door.post("/plans", headers={"Referer": "https://evil.example/x"}).headers["location"] == "/sign-in"


ELSEWHERE_WANTED = [
    "//evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/sign-in",
    "/link/x",
    "/ /evil.example",
    "",
]


def test_a_technician_begins_with_the_day(door: Declared) -> None:
    person(door.database, NOW, role="technician", centre="EL")
    come_in(door)
    assert door.get("/").headers["location"] == "/day"


def test_sign_in_leads_to_no_other_site(door: Declared) -> None:
    person(door.database, NOW)
    for wanted in ELSEWHERE_WANTED:
        assert local(wanted) == "/"
        door.cookies.clear()
        assert 'name="next" value="/"' in door.get("/sign-in", params={"next": wanted}).text
        assert come_in(door, next=wanted).headers["location"] == "/"
        assert door.get("/sign-in", params={"next": wanted}).headers["location"] == "/"


def test_some_things_are_open(door: Declared) -> None:
    for path in ("/sign-in", "/health", "/static/icon.svg", "/docs", "/api/v1/openapi.json"):
        assert door.get(path).status_code == 200
        assert door.get(path, headers={"Cookie": f"{COOKIE}=never-given"}).status_code == 200


def test_a_token_acts_over_rest_in_its_header_alone(door: Declared) -> None:
    header = token_of(door, person(door.database, NOW).account_id)
    token = header["Authorization"].removeprefix("Bearer ")
    assert door.get("/api/v1/centres", headers=header).status_code == 200
    assert door.get("/api/v1/centres", headers={"Authorization": f"bearer {token}"}).status_code == 200
    for name in ("access_token", "token", "centre"):
        assert door.get("/api/v1/centres", params={name: token}).status_code == 401
    come_in(door)
    assert door.get("/api/v1/requests", params={"access_token": token}).status_code == 401
    for bad in (token, f"Basic {token}", "Bearer", "Bearer ", f"Bearer {token}x", f"Bearer {token} x"):
        assert door.get("/api/v1/centres", headers={"Authorization": bad}).status_code == 401, bad


def test_a_token_that_reads_writes_nothing(door: Declared) -> None:
    account_id = person(door.database, NOW).account_id
    reading, writing = token_of(door, account_id, "read"), token_of(door, account_id)
    assert door.get("/api/v1/account", headers=reading).status_code == 200
    refused = door.post("/api/v1/account/name", json={"name": "Eve"}, headers=reading)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:pilotline:problem:token_reads_only")
    assert door.post("/api/v1/account/name", json={"name": "Eve"}, headers=writing).status_code == 200


FROM_ELSEWHERE: list[dict[str, str]] = [
    ELSEWHERE,
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:8001"},
    {"Origin": "http://[::1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "same-origin", **ELSEWHERE},
]


def test_commands_of_other_sites_are_refused_whoever_is_signed_in(door: Declared) -> None:
    token = token_of(door, person(door.database, NOW).account_id)
    for headers in FROM_ELSEWHERE:
        door.cookies.clear()
        assert door.post("/sign-in", data={"email": ANNA, "password": PASSWORD}, headers=headers).status_code == 403
        come_in(door)
        assert door.post("/sign-out", headers=headers).status_code == 403
        for more in ({}, token):
            sent = door.post("/api/v1/account/name", json={"name": "Eve"}, headers=headers | more)
            assert (sent.status_code, sent.json()["type"]) == (403, "urn:pilotline:problem:cross_origin")
    own = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
    assert door.post("/api/v1/account/name", json={"name": "Anna"}, headers=own).status_code == 200


def test_an_unencrypted_page_of_the_same_name_is_another_site(door: Declared) -> None:
    encrypted = Declared(door.database, identify=identify, base_url="https://127.0.0.1")
    for origin, status in (("http://127.0.0.1", 403), ("https://127.0.0.1", 401)):
        assert come_in(encrypted, email="x").status_code == 401
        assert encrypted.post("/sign-in", data={"email": "x"}, headers={"Origin": origin}).status_code == status


HOSTS = [
    "",
    "evil.example",
    "127.0.0.1:99999",
    "127.0.0.1:x",
    "127.0.0.1:",
    "me@127.0.0.1",
    "[::1]x",
    "[::1",
    "a b",
    "-",
]


def test_a_malformed_or_foreign_host_is_refused(door: Declared) -> None:
    for host in HOSTS:
        for path in ("/health", "/sign-in", "/api/v1/centres"):
            assert door.get(path, headers={"Host": host}).status_code == 400, host
    for hosts in (("127.0.0.1", "evil.example"), ("evil.example", "127.0.0.1"), ("127.0.0.1", "127.0.0.1")):
        assert door.get("/health", headers=[("Host", host) for host in hosts]).status_code == 400, hosts


def test_browsers_are_told_to_stay_encrypted_where_they_are(door: Declared) -> None:
    header = "strict-transport-security"
    assert header not in door.get("/sign-in").headers
    encrypted = Declared(door.database, identify=identify, base_url="https://127.0.0.1")
    assert encrypted.get("/sign-in").headers[header] == "max-age=31536000"


def test_the_twentieth_wrong_password_is_answered_with_when_to_come_again(door: Declared) -> None:
    person(door.database, NOW)
    ended = [come_in(door, "not the password") for _ in range(MOST_OF_ACCOUNT)]
    assert [each.status_code for each in ended] == [401] * (MOST_OF_ACCOUNT - 1) + [429]
    assert ended[-1].headers["retry-after"] == "900"
    assert "try again in 15 minutes" in ended[-1].text
    assert come_in(door).status_code == 429
    door.moment = NOW + timedelta(seconds=900)
    assert come_in(door).status_code == 303


def test_an_answer_does_not_say_whether_there_is_an_account(door: Declared) -> None:
    before = [come_in(door, "not the password") for _ in range(MOST_OF_ACCOUNT)]
    door.moment = NOW + timedelta(hours=1)
    person(door.database, door.moment)
    after = [come_in(door, "not the password") for _ in range(MOST_OF_ACCOUNT)]
    for unknown, known in zip(before, after, strict=True):
        assert unknown.content == known.content
        assert (unknown.status_code, dict(unknown.headers)) == (known.status_code, dict(known.headers))


def test_one_address_cannot_try_everybody_by_calling_itself_others(door: Declared) -> None:
    person(door.database, NOW)
    for number in range(MOST_OF_ADDRESS - 1):
        door.post(
            "/sign-in",
            data={"email": f"p{number}@x.example", "password": "no"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
    assert come_in(door).status_code == 429


def test_a_one_time_link_is_used_once_and_looking_does_not_use_it(door: Declared) -> None:
    link = invite(door.database, actor=ME, now=NOW, email=ANNA, roles=())
    path = f"/link/{link.secret}"
    assert all(ANNA in door.get(path).text for _ in range(2))
    differing = door.post(path, data={"password": PASSWORD, "again": "something else"})
    assert (differing.status_code, "differ" in differing.text) == (422, True)
    short = door.post(path, data={"password": "short", "again": "short"})
    assert (short.status_code, "5 characters" in short.text) == (422, True)
    done = door.post(path, data={"password": PASSWORD, "again": PASSWORD, "name": "Anna Orlova"})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert "Anna Orlova" in door.get("/account").text
    for used in (door.get(path), door.post(path, data={"password": PASSWORD, "again": PASSWORD}), door.get("/link/x")):
        assert used.status_code == 404
        assert "does not work" in used.text


def test_a_role_that_is_taken_is_gone_on_the_next_request(door: Declared) -> None:
    person(door.database, NOW)
    account_id = person(door.database, NOW, "boris@alfa.example").account_id
    come_in(door, email="boris@alfa.example")
    assert door.get("/api/v1/people").status_code == 200
    (role,) = show_person(door.database, actor=ME, now=NOW, account_id=account_id).roles
    take_role(door.database, actor=ME, now=NOW, account_id=account_id, role_id=role.id)
    assert door.get("/api/v1/people").status_code == 403
    assert "You hold none" in door.get("/account").text


def test_other_names_are_served_encrypted_only(door: Declared) -> None:
    app = create_app(door.database, timetable=False, names=frozenset({"lab.example.org"}))
    for base, status in (("https://lab.example.org", 200), ("http://lab.example.org", 400)):
        assert TestClient(app, base_url=base).get("/sign-in").status_code == status


def test_a_named_proxy_says_that_it_came_encrypted_and_from_where(door: Declared) -> None:
    names, proxies = frozenset({"lab.example.org"}), proxies_named(("127.0.0.1",))
    app = create_app(door.database, timetable=False, clock=lambda: NOW, names=names, proxies=proxies)
    person(door.database, NOW)
    behind = TestClient(app, base_url="http://lab.example.org", client=("127.0.0.1", 1), follow_redirects=False)
    behind.headers["X-Forwarded-Proto"] = "https"
    assert "strict-transport-security" in behind.get("/sign-in").headers
    for number in range(MOST_OF_ADDRESS):
        told = {"email": f"p{number}@x.example", "password": "no"}
        assert behind.post("/sign-in", data=told, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code == 401
    stranger = TestClient(app, base_url="http://lab.example.org", client=("192.0.2.1", 1))
    assert stranger.get("/sign-in", headers={"X-Forwarded-Proto": "https"}).status_code == 400
