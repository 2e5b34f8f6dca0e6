"""``accounts.csv``: who may sign in, a row for each role; loading lets nobody in by itself and takes nothing away."""

from pathlib import Path

import pytest

from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.door.people import close_account, list_people, take_role
from scheduler.erasing import erase
from scheduler.loading import BadFiles
from tests.scheduler.loading.test_load_directory import NOW, load

HEADER = "email,name,role,organisation,centre\n"
ACCOUNTS = (
    f"{HEADER}Eva@Kvarc.example,Eva Zimina,engineer,kvarc,\nchief@works.example,,manager,,works\n"
    "chief@works.example,Somebody else,technician,,works\naudit@works.example,,auditor,,\n"
)


@pytest.fixture
def peopled(directory: Path) -> Path:
    (directory / "accounts.csv").write_text(ACCOUNTS)
    return directory


def test_accounts_hold_their_roles_and_have_no_password(sqlite_database: Database, peopled: Path) -> None:
    loaded = load(sqlite_database, peopled)
    assert {each.kind: each.added for each in loaded.counts if each.kind in ("account", "role")} == {
        "account": 3,
        "role": 4,
    }
    found = list_people(sqlite_database, actor=ME, now=NOW)
    assert [(each.email, each.name, each.state) for each in found] == [
        ("eva@kvarc.example", "Eva Zimina", "invited"),
        ("chief@works.example", None, "invited"),
        ("audit@works.example", None, "invited"),
    ]
    assert [[(role.role, role.place) for role in each.roles] for each in found] == [
        [("engineer", "Kvarc")],
        [("manager", "The works"), ("technician", "The works")],
        [("auditor", None)],
    ]


def test_loading_again_changes_nothing_but_gives_back_roles(sqlite_database: Database, peopled: Path) -> None:
    load(sqlite_database, peopled)
    assert load(sqlite_database, peopled).changes == 0
    eva, chief, _ = list_people(sqlite_database, actor=ME, now=NOW)
    take_role(sqlite_database, actor=ME, now=NOW, account_id=chief.id, role_id=chief.roles[0].id)
    close_account(sqlite_database, actor=ME, now=NOW, account_id=eva.id)
    assert load(sqlite_database, peopled).changes == 1
    eva, chief, _ = list_people(sqlite_database, actor=ME, now=NOW)
    assert eva.state == "closed"
    assert sorted(role.role for role in chief.roles) == ["manager", "technician"]


def test_every_mistake_is_named(sqlite_database: Database, peopled: Path) -> None:
    (peopled / "accounts.csv").write_text(
        f"{HEADER}eva,,engineer,kvarc,\na@b.example,,king,,\nb@b.example,,engineer,,\nc@b.example,,auditor,,works\n"
        "d@b.example,,manager,,nowhere\ne@b.example,,engineer,nobody,\nf@b.example,,auditor,,\nf@b.example,,auditor,,\n"
    )
    with pytest.raises(BadFiles) as refusal:
        load(sqlite_database, peopled)
    assert [(each.row, each.column, each.code) for each in refusal.value.mistakes] == [
        (2, "email", "bad_email"),
        (3, "role", "bad_choice"),
        (4, "organisation", "blank_cell"),
        (5, "centre", "role_without_place"),
        (6, "centre", "unknown_reference"),
        (7, "organisation", "unknown_reference"),
        (9, "email", "repeated_row"),
    ]
    assert list_people(sqlite_database, actor=ME, now=NOW) == []


JOINED = "email,name,role,organisation,centre,person\n"


def test_an_account_is_joined_to_its_person(sqlite_database: Database, peopled: Path) -> None:
    load(sqlite_database, peopled)
    (peopled / "accounts.csv").write_text(f"{JOINED}chief@works.example,,manager,,works,T1\n")
    for _ in range(2):
        load(sqlite_database, peopled)
    assert [each.person for each in list_people(sqlite_database, actor=ME, now=NOW)] == [None, "T1", None]
    erase(sqlite_database, actor=ME, now=NOW, who="T1")
    assert load(sqlite_database, peopled).changes == 0, "a list may be older than the erasing"
    assert len(list_people(sqlite_database, actor=ME, now=NOW)) == 3


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("a@b.example,,auditor,,,T9\n", [(2, "unknown_reference")]),
        ("a@b.example,,auditor,,,T2\nb@b.example,,auditor,,,T2\n", [(3, "person_and_account_differ")]),
        (
            "a@b.example,,auditor,,,T2\na@b.example,,administrator,,,T1\n",
            [(3, "person_and_account_differ")],
        ),
        ("a@b.example,,auditor,,,T1\n", [(2, "person_and_account_differ")]),
        ("chief@works.example,,auditor,,,T2\n", [(2, "person_and_account_differ")]),
    ],
)
def test_a_person_has_one_account(
    sqlite_database: Database, peopled: Path, rows: str, wrong: list[tuple[int, str]]
) -> None:
    """T1 has the chief's."""
    (peopled / "accounts.csv").write_text(f"{JOINED}chief@works.example,,manager,,works,T1\n")
    load(sqlite_database, peopled)
    (peopled / "accounts.csv").write_text(JOINED + rows)
    with pytest.raises(BadFiles) as refusal:
        load(sqlite_database, peopled)
    assert [(each.row, each.code) for each in refusal.value.mistakes] == wrong
    assert len(list_people(sqlite_database, actor=ME, now=NOW)) == 1
