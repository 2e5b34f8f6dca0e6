"""``init``, ``invite``, ``reset`` and ``token``: links and tokens printed once, which let in whom they should."""

from pathlib import Path

import pytest

from api.door import identify
from scheduler.door import passwords
from tests import databases
from tests.api.cli_world import OnDatabase, furnish
from tests.api.commanded import Commanded
from tests.api.declared import Declared
from tests.quick_passwords import PASSWORD, QUICK

PLACE = "https://lab.example.org"


@pytest.fixture
def pilotline(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> OnDatabase:
    monkeypatch.setattr(passwords, "hasher", QUICK)
    monkeypatch.setenv("PILOTLINE_ADDRESS", PLACE)
    furnish(sqlite_url, requests=0)
    return OnDatabase(sqlite_url, Commanded(capsys), monkeypatch, tmp_path)


def follow(pilotline: OnDatabase, address: str) -> str:
    """Sets the password by a link; who is in then."""
    with databases.opened(pilotline.url) as database:
        client = Declared(database, identify=identify)
        path = address.removeprefix(PLACE)
        assert client.post(path, data={"password": PASSWORD, "again": PASSWORD}).status_code == 303
        me = client.get("/api/v1/account").json()
        return f"{me['email']} {' '.join(each['role'] for each in me['roles'])}"


def test_init_lets_the_first_administrator_in(pilotline: OnDatabase) -> None:
    ended = pilotline("init", "--email", "Chief@lab.example.org")
    (link,) = [line for line in ended.out.splitlines() if line.startswith(f"{PLACE}/link/")]
    assert follow(pilotline, link) == "chief@lab.example.org administrator"
    assert "/link/" not in pilotline("init", "--email", "other@lab.example.org").out


def test_invite_and_reset_print_a_link(pilotline: OnDatabase) -> None:
    made = pilotline("invite", "eva@alfa.example", "--role", "engineer", "--organisation", "ALFA", "--json").json
    assert (made["email"], made["purpose"]) == ("eva@alfa.example", "invitation")
    again = pilotline("reset", "eva@alfa.example").out.splitlines()[-1]
    assert again.startswith(f"{PLACE}/link/")
    assert again != made["address"]
    assert follow(pilotline, again) == "eva@alfa.example engineer"
    assert pilotline("reset", "eva@alfa.example", "--json").json["purpose"] == "reset"
    several = pilotline(
        "invite", "max@lab.example", "--role", "manager", "--role", "auditor", "--centre", "EL", "--json"
    )
    assert follow(pilotline, several.json["address"]) == "max@lab.example manager auditor"
    pilotline("invite", "t5@lab.example", "--role", "technician", "--centre", "EL", "--person", "T5")
    taken = pilotline("invite", "t6@lab.example", "--role", "auditor", "--person", "T5")
    assert (taken.status, "Person T5 has an account already" in taken.err) == (1, True)


def test_roles_of_an_account_are_given_and_taken(pilotline: OnDatabase) -> None:
    chief = ("chief@lab.example",)
    assert follow(pilotline, pilotline("init", "--email", *chief).out.split()[-1]).endswith(" administrator")
    given = pilotline("role", *chief, "--give", "manager", "--give", "auditor", "--centre", "EL")
    assert (given.status, given.out) == (0, "chief@lab.example holds administrator; manager at EL; auditor.\n")
    taken = pilotline("role", *chief, "--take", "manager", "--centre", "EL", "--json").json
    assert [each["role"] for each in taken["roles"]] == ["administrator", "auditor"]
    for word, said in (("administrator", "only administrator"), ("manager", "say which")):
        refused = pilotline("role", *chief, "--take", word)
        assert (refused.status, said in refused.err) == (1, True)
    gone = pilotline("role", *chief, "--take", "manager", "--centre", "EL")
    assert (gone.status, gone.err) == (1, "chief@lab.example does not hold the role of a manager for EL.\n")
    assert pilotline("role", *chief).out == "chief@lab.example holds administrator; auditor.\n"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["invite", "eva"], 1, "no e-mail address"),
        (["invite", "eva@alfa.example", "--role", "king"], 1, "no role 'king'"),
        (["invite", "eva@alfa.example", "--role", "engineer"], 1, "say which"),
        (["invite", "eva@alfa.example", "--role", "manager", "--centre", "XX"], 1, "no centre 'XX'"),
        (["invite", "eva@alfa.example", "--role", "auditor", "--centre", "EL"], 2, "--centre"),
        (["reset", "nobody@alfa.example"], 1, "no account"),
        (["token", "nobody@alfa.example"], 1, "no account"),
        (["role", "nobody@alfa.example", "--give", "auditor"], 1, "no account"),
        (["role", "nobody@alfa.example", "--take", "auditor", "--centre", "EL"], 2, "--centre"),
        (["token", "nobody@alfa.example", "--days", "367"], 2, "--days"),
        (["token", "nobody@alfa.example", "--scope", "all"], 2, "--scope"),
    ],
)
def test_what_cannot_be_is_said(pilotline: OnDatabase, words: list[str], status: int, said: str) -> None:
    ended = pilotline(*words)
    assert (ended.status, said in ended.err) == (status, True), ended.err


def test_token_prints_one_that_works(pilotline: OnDatabase) -> None:
    pilotline("invite", "eva@alfa.example", "--role", "engineer", "--organisation", "ALFA")
    reading = pilotline("token", "eva@alfa.example", "--days", 3).out.splitlines()[-1]
    writing = pilotline("token", "eva@alfa.example", "--scope", "write", "--json").json
    assert writing["about"]["scope"] == "write"
    with databases.opened(pilotline.url) as database:
        client = Declared(database, identify=identify)
        for token, status in ((reading, 403), (writing["token"], 200)):
            header = {"Authorization": f"Bearer {token}"}
            assert client.get("/api/v1/account", headers=header).json()["email"] == "eva@alfa.example"
            assert client.post("/api/v1/account/name", json={"name": "Eva"}, headers=header).status_code == status
