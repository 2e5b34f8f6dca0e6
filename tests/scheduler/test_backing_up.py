"""A backup is one state of everything, of either database, and comes back whole or not at all."""

import json
import threading
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel, select

from models import dumping
from models.chains import verify
from models.database import Database
from models.errors import HoldTaken
from models.holding import place_holds
from models.tables import Account, AccountDetail, ApiToken, Booking, Cluster, DueWork, OneTimeLink, Run, SignInSession
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.backing_up import MANIFEST, Backup, BadBackup, FileTaken, NotEmpty, back_up, restore
from scheduler.booking import book_units
from tests import databases
from tests.databases import PostgresServer
from tests.scheduler.importing.files import BOOKINGS, as_csv, bring, dump
from tests.scheduler.small_centre import NOW, at, found, request, store


def quiet(_what: str, _done: int, _all: int) -> None:
    """Nobody looks."""


def saved(database: Database, file: Path) -> Backup:
    return back_up(database, actor=LOCAL_ADMINISTRATOR, now=NOW, file=file, progress=quiet)


def brought_back(database: Database, file: Path) -> Backup:
    return restore(database, actor=LOCAL_ADMINISTRATOR, now=NOW, file=file, progress=quiet)


@pytest.fixture
def full(database: Database) -> Database:
    """Bookings of every way, accounts, and what is shown at the door."""
    found(database)
    request(database, "REQ-1", routing={"operations": [], "parameters": []}, recipe_id=None)
    bring(database, "bookings", as_csv(BOOKINGS, ("P", "OVEN-1", "2026-11-20 10:00", "2026-11-20 12:00", "A-1")))
    taken(database)
    store(
        database,
        Account(id=7, password_hash="$argon2id$kept", made_at=NOW),
        AccountDetail(account_id=7, email="a@example.org"),
        SignInSession(token_hash="x", account_id=7, started_at=NOW, seen_at=NOW, ends_at=NOW),
        OneTimeLink(token_hash="y", account_id=7, purpose="reset", made_at=NOW, ends_at=NOW),
        ApiToken(token_hash="z", shown="pl_1", name="z", scope="read", account_id=7, made_at=NOW, ends_at=NOW),
        DueWork(kind="anchor", subject="x", payload={"file": "/old/anchors"}, due_at=NOW),
        DueWork(kind="plan", subject="1", due_at=NOW),
    )
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def other(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path, postgres: PostgresServer
) -> Iterator[Database]:
    """A new database, of either kind."""
    if request.param == "sqlite":
        path = tmp_path / "other.sqlite"
        path.write_bytes(sqlite_template.read_bytes())
        with databases.opened(f"sqlite:///{path}") as database:
            yield database
        return
    with postgres.migrated() as url, databases.opened(url) as database:
        yield database


def taken(database: Database, *, start: str = "Tue 10:00", end: str = "Tue 11:00") -> int:
    booked = book_units(
        database,
        actor=LOCAL_ADMINISTRATOR,
        now=NOW,
        units=("OVEN-2", "SEM"),
        start=at(start),
        end=at(end),
        project="B-1",
    )
    return booked.id


def facts(database: Database) -> dict[str, list[str]]:
    """What is kept, said alike for both databases."""
    with database.reading() as session:
        return {
            name: [json.dumps(row, sort_keys=True) for row in dumping.rows_of(session, name)]
            for name in dumping.columns()
        }


def test_a_backup_comes_back_in_either_database(full: Database, other: Database, tmp_path: Path) -> None:
    file = tmp_path / "saved.zip"
    before = facts(full)
    made = saved(full, file)
    assert brought_back(other, file) == made
    after = facts(other)
    assert after.pop("audit_event")[:-1] == before.pop("audit_event")
    assert after == before
    assert "$argon2id$kept" in "".join(after["account"])
    other.check()
    with other.reading() as session:
        assert {chain: verify(session, chain) for chain in dumping.chains(session)} == {
            "centre:1": [],
            "people": [],
        }
        assert session.exec(select(SignInSession)).all() == []
        assert session.exec(select(OneTimeLink)).all() == []
        assert session.exec(select(ApiToken)).all() == []
        assert [each.kind for each in session.exec(select(DueWork))] == ["plan"]
    assert set(made.rows) == {*before, "audit_event"}


def test_what_is_left_out_are_tables_that_there_are() -> None:
    assert set(SQLModel.metadata.tables) >= dumping.LEFT_OUT


def test_work_goes_on_after_a_restore_and_the_guard_holds(full: Database, other: Database, tmp_path: Path) -> None:
    saved(full, tmp_path / "saved.zip")
    brought_back(other, tmp_path / "saved.zip")
    assert taken(other, start="Wed 10:00", end="Wed 11:00") == 3

    def clash(session: Session) -> None:
        run = Run(centre_id=1, start_at=at("Tue 10:30"), end_at=at("Tue 11:30"))
        session.add(run)
        session.flush()
        place_holds(session, run.id or 0, [(3, 0, run.start_at, run.end_at)])

    with pytest.raises(HoldTaken):
        other.write(clash)


def test_a_backup_is_one_state_while_others_write(database: Database, tmp_path: Path) -> None:
    """Clusters are added two by two: no backup has one of a pair."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set() and number < 400:
            pair = [Cluster(key=f"{number}{side}", name=f"{number}{side}") for side in "ab"]
            database.write(lambda session, pair=pair: session.add_all(pair))  # type: ignore[misc]
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [saved(database, tmp_path / f"{number}.zip") for number in range(3)]
    finally:
        stop.set()
        writer.join()
    assert all(backup.rows["cluster"] % 2 == 0 for backup in made)


def test_only_an_empty_database_is_filled(sqlite_database: Database, tmp_path: Path) -> None:
    found(sqlite_database)
    saved(sqlite_database, tmp_path / "saved.zip")
    before = dump(sqlite_database)
    with pytest.raises(NotEmpty, match="not empty"):
        brought_back(sqlite_database, tmp_path / "saved.zip")
    assert dump(sqlite_database) == before


def test_a_file_that_is_there_stays(sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "saved.zip"
    file.write_text("mine")
    with pytest.raises(FileTaken):
        saved(sqlite_database, file)
    assert file.read_text() == "mine"
    assert list(tmp_path.glob("*.part")) == []


# -- files that were cut or changed


@pytest.fixture
def whole(sqlite_database: Database, tmp_path: Path) -> Path:
    found(sqlite_database)
    taken(sqlite_database)
    saved(sqlite_database, tmp_path / "whole.zip")
    return tmp_path / "whole.zip"


def refused(template: Path, folder: Path, file: Path) -> str:
    """What is said; the database stays empty."""
    path = folder / "empty.sqlite"
    path.write_bytes(template.read_bytes())
    with databases.opened(f"sqlite:///{path}") as database:
        with pytest.raises(BadBackup) as refusal:
            brought_back(database, file)
        assert not any(dump(database).values())
    return refusal.value.text


def rewritten(file: Path, **parts: Any) -> Path:
    """The file with parts changed (``manifest`` by a function, a table by its bytes), whole as an archive."""
    target = file.with_name("rewritten.zip")
    change = parts.pop("manifest", lambda told: told)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            table = name.removeprefix("tables/").removesuffix(".jsonl")
            if name == MANIFEST:
                content = json.dumps(change(json.loads(content))).encode()
            content = parts.pop(table, content)
            new.writestr(name, content)
        for name, content in parts.items():
            new.writestr(name, content)
    return target


def test_a_file_that_is_cut_off_anywhere_is_refused(whole: Path, sqlite_template: Path, tmp_path: Path) -> None:
    content = whole.read_bytes()
    for length in (0, 1, 100, len(content) // 2, len(content) - 1):
        cut = tmp_path / "cut.zip"
        cut.write_bytes(content[:length])
        assert "cut.zip" in refused(sqlite_template, tmp_path, cut)


def test_a_changed_byte_of_a_table_is_refused(whole: Path, sqlite_template: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(whole) as archive:
        place = archive.getinfo("tables/booking.jsonl").header_offset + 80
    content = bytearray(whole.read_bytes())
    content[place] ^= 1
    (tmp_path / "bit.zip").write_bytes(content)
    assert refused(sqlite_template, tmp_path, tmp_path / "bit.zip")


def test_a_table_that_was_written_anew_is_refused(whole: Path, sqlite_template: Path, tmp_path: Path) -> None:
    changed = rewritten(whole, cluster=b'{"id":1,"key":"X","name":"Y"}\n')
    assert "cluster was changed: 1 rows, 2" in refused(sqlite_template, tmp_path, changed)
    with zipfile.ZipFile(whole) as archive:
        renamed = archive.read("tables/cluster.jsonl").replace(b"Pharmaceutics", b"Something else")
    changed = rewritten(whole, cluster=renamed)
    assert "cluster was changed: 2 rows, 2" in refused(sqlite_template, tmp_path, changed)


def test_an_audit_that_does_not_hold_is_refused(whole: Path, sqlite_template: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(whole) as archive:
        events = archive.read("tables/audit_event.jsonl").replace(b'"confirmed booking"', b'"something else"')

    def with_its_digest(told: dict[str, Any]) -> dict[str, Any]:
        told["tables"]["audit_event"]["sha256"] = sha256(events).hexdigest()
        return told

    changed = rewritten(whole, audit_event=events, manifest=with_its_digest)
    assert "The audit does not hold" in refused(sqlite_template, tmp_path, changed)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"manifest": lambda told: told | {"format": 2}}, "another format"),
        ({"manifest": lambda told: told | {"revision": "0001"}}, "of revision 0001"),
        ({"manifest": lambda _: {}}, "cannot be read"),
        ({"manifest": lambda _: []}, "cannot be read"),
        ({"more.txt": b"hello"}, "more.txt"),
        ({"../evil": b"hello"}, "evil"),
    ],
)
def test_what_the_file_says_of_itself_is_checked(
    whole: Path, sqlite_template: Path, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    assert said in refused(sqlite_template, tmp_path, rewritten(whole, **change))


def test_rows_that_are_none_are_refused(whole: Path, sqlite_template: Path, tmp_path: Path) -> None:
    for bad in (b"[]\n", b'{"id":1}\n', b"nonsense\n", b'{"id":1,"key":"a","name":null}\n'):

        def described(told: dict[str, Any], bad: bytes = bad) -> dict[str, Any]:
            told["tables"]["cluster"] |= {"sha256": sha256(bad).hexdigest(), "rows": 1}
            return told

        said = refused(sqlite_template, tmp_path, rewritten(whole, cluster=bad, manifest=described))
        assert "The table cluster cannot be stored" in said


def test_what_was_broken_before_the_backup_is_told_and_comes_back(
    sqlite_database: Database, sqlite_template: Path, tmp_path: Path
) -> None:
    found(sqlite_database)
    taken(sqlite_database)

    def tamper(session: Session) -> None:
        session.execute(text("DROP TRIGGER audit_event_unchanged"))
        session.execute(text("UPDATE audit_event SET verb = 'nothing' WHERE chain = 'centre:1'"))

    sqlite_database.write(tamper)
    assert saved(sqlite_database, tmp_path / "saved.zip").audit == {"centre:1": 1}
    path = tmp_path / "empty.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    with databases.opened(f"sqlite:///{path}") as database:
        assert brought_back(database, tmp_path / "saved.zip").audit == {"centre:1": 1}
        with database.reading() as session:
            assert len(session.exec(select(Booking)).all()) == 1
