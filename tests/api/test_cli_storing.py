"""``init``, ``migrate`` and ``load``: the database made, brought up to date and filled; what is wrong is said."""

from pathlib import Path

import pytest
from sqlmodel import select

from models.database import Database
from models.tables import Account
from tests import databases
from tests.api.commanded import Commanded


@pytest.fixture
def pilotline(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Commanded:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PILOTLINE_DATABASE", raising=False)
    return Commanded(capsys)


def test_init_makes_the_database_that_is_the_default(pilotline: Commanded) -> None:
    ended = pilotline("init")
    assert (ended.status, ended.err) == (0, "")
    assert "sqlite:///pilotline.db is ready" in ended.out
    database = Database("sqlite:///pilotline.db")
    database.check()
    database.dispose()


def test_init_twice_makes_nobody_twice_and_renews_the_link_that_nobody_used(pilotline: Commanded) -> None:
    first, again = (pilotline("init", "--json").json for _ in range(2))
    assert again["database"] == first["database"] == "sqlite:///pilotline.db"
    assert again["link"]["email"] == first["link"]["email"]
    assert again["link"]["address"] != first["link"]["address"]
    with databases.opened("sqlite:///pilotline.db") as database, database.reading() as session:
        assert len(session.exec(select(Account)).all()) == 1


def test_there_is_no_account_by_default_and_the_first_has_no_password(pilotline: Commanded, sqlite_url: str) -> None:
    """Whoever made the database comes in by the link that was printed, and nobody before."""
    assert pilotline("init").status == 0
    for url, kept in ((sqlite_url, []), ("sqlite:///pilotline.db", [None])):
        with databases.opened(url) as database, database.reading() as session:
            assert [account.password_hash for account in session.exec(select(Account))] == kept


def test_address_may_come_from_the_environment(pilotline: Commanded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTLINE_DATABASE", "sqlite:///other.db")
    assert pilotline("init").status == 0
    assert Path("other.db").exists()


def test_init_and_migrate_on_postgresql(pilotline: Commanded, postgresql_url: str) -> None:
    assert pilotline("init", "--database", postgresql_url).status == 0
    ended = pilotline("migrate", "--database", postgresql_url)
    assert ended.status == 0
    assert "is up to date" in ended.out


def test_migrate_wants_a_database(pilotline: Commanded) -> None:
    ended = pilotline("migrate")
    assert ended.status == 1
    assert "`pilotline init` makes one" in ended.err
    assert not Path("pilotline.db").exists()


@pytest.mark.parametrize("url", ["pilotline.db", "mysql://host/name", "sqlite://", "sqlite:///:memory:", ""])
def test_address_of_another_kind_is_wrong_use(pilotline: Commanded, url: str) -> None:
    assert pilotline("init", "--database", url).status == 2


def test_folder_that_is_not_there_is_named(pilotline: Commanded) -> None:
    ended = pilotline("init", "--database", "sqlite:///no/such/folder/pilotline.db")
    assert ended.status == 1
    assert "There is no folder" in ended.err


def test_file_that_is_no_database_is_refused_and_kept(pilotline: Commanded) -> None:
    Path("pilotline.db").write_text("the minutes of a meeting, " * 100, encoding="utf-8")
    for words in (["init"], ["migrate"], ["publish", "1"]):
        ended = pilotline(*words)
        assert ended.status == 1
        assert "cannot be opened" in ended.err
        assert "Traceback" not in ended.err
    assert Path("pilotline.db").read_text(encoding="utf-8").startswith("the minutes")


def test_database_that_is_behind_says_how_to_catch_up(pilotline: Commanded) -> None:
    Path("pilotline.db").touch()
    ended = pilotline("publish", "1")
    assert ended.status == 1
    assert "run `pilotline migrate`" in ended.err


def test_server_that_does_not_answer_is_named_without_its_password(pilotline: Commanded) -> None:
    ended = pilotline("init", "--database", "postgresql://me:secret@127.0.0.1:1/name")
    assert ended.status == 1
    assert "cannot be opened" in ended.err
    assert "secret" not in ended.err
