"""Lists, a facility of NEMO, exports and backups by the command line, with their dry runs and refusals."""

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from api.cli.file_commands import EXPORTED
from api.cli.file_commands import KINDS as KINDS_HERE
from scheduler.exporting import EXPORTS
from scheduler.importing import KINDS
from tests import databases
from tests.api.cli_world import OnDatabase, furnish
from tests.api.commanded import Commanded
from tests.databases import PostgresServer
from tests.scheduler.importing.nemo_files import FILE


@pytest.fixture
def pilotline(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> OnDatabase:
    furnish(sqlite_url)
    return OnDatabase(sqlite_url, Commanded(capsys), monkeypatch, tmp_path)


def test_a_list_is_rehearsed_and_then_brought_in(pilotline: OnDatabase, tmp_path: Path) -> None:
    file = tmp_path / "clusters.csv"
    file.write_text("cluster;name\nIT;Informatics\nNT;Nanotechnologies\n")
    rehearsed = pilotline("import", "clusters", file, "--dry-run")
    assert "name: Information technologies → Informatics" in rehearsed.out
    assert rehearsed.out.endswith("Nothing is stored; it would be 1 new, 1 changed.\n")
    assert pilotline("import", "clusters", file).out.endswith("Imported clusters.csv: 1 new, 1 changed.\n")
    told = pilotline("import", "clusters", file, "--json").json
    assert told["counts"] == {"new": 0, "changed": 0, "unchanged": 2, "refused": 0}


def test_bad_rows_are_told_and_the_command_fails(pilotline: OnDatabase, tmp_path: Path) -> None:
    file = tmp_path / "clusters.csv"
    file.write_text("cluster,name\n,X\nY,\n")
    ended = pilotline("import", "clusters", file)
    assert (ended.status, ended.err.count("expected a value here")) == (1, 2)
    assert pilotline("import", "clusters", file, "--dry-run").status == 1
    assert [each["facts"]["row"] for each in pilotline("import", "clusters", file, "--json").json["blockers"]] == [2, 3]


def test_a_named_encoding_is_read(pilotline: OnDatabase, tmp_path: Path) -> None:
    file = tmp_path / "clusters.csv"
    file.write_bytes("cluster,name\nРЭ,Радио\n".encode("cp1251"))
    assert "--encoding cp1251" in pilotline("import", "clusters", file).err
    assert pilotline("import", "clusters", file, "--encoding", "cp1251").status == 0


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_can_be_imported_as_it_is(pilotline: OnDatabase, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"clusters.{ending}"
    assert pilotline("import", "template", "clusters", file).status == 0
    assert pilotline("import", "clusters", file).out == f"Imported clusters.{ending}: no rows.\n"
    if ending == "csv":
        lines = file.read_text("utf-8-sig").splitlines()
        assert lines[1:] == ["# name: its name in full (such as Instrument making)", "cluster,name"]


def test_a_template_of_another_kind_or_format_is_refused(pilotline: OnDatabase, tmp_path: Path) -> None:
    assert pilotline("import", "template", "dragons", tmp_path / "x.csv").status == 1
    assert pilotline("import", "template", "units", tmp_path / "x.pdf").status == 2


def test_nemo_s_facility_is_told_row_by_row(pilotline: OnDatabase) -> None:
    told = pilotline("import", "nemo", FILE, "--dry-run", "--json").json
    assert told["counts"]["refused"] == 0
    assert {"place": "area CPM Lab"}.items() <= next(
        e for e in told["outcome"]["odd"] if "capacity" in e["text"]
    ).items()
    ended = pilotline("import", "nemo", FILE, "--zone", "UTC")
    assert ended.status == 0
    assert "Odd: usageevent 1: has been open since 2018-06-21, PECVD: it has no end" in ended.out
    assert "Not taken over: toolcredentials user: " in ended.out


def test_the_shell_offers_every_list() -> None:
    """They are named once more there, since `pilotline --help` has to answer at once."""
    assert {*EXPORTED, "bookings"} == set(EXPORTS)
    assert set(KINDS_HERE) == set(KINDS)


@pytest.mark.parametrize("kind", ["units", "people", "requests", "bookings", "used", "audit", "notices"])
def test_lists_are_exported(pilotline: OnDatabase, tmp_path: Path, kind: str) -> None:
    ended = pilotline("export", kind)
    assert ended.status == 0
    rows = list(csv.DictReader(io.StringIO(ended.out, newline="")))
    assert len(pilotline("export", kind, "--format", "json").json) == len(rows) + (kind == "audit")
    assert pilotline("export", kind, "--format", "xlsx", "--output", tmp_path / "x.xlsx").status == 0
    assert (tmp_path / "x.xlsx").read_bytes().startswith(b"PK")
    assert pilotline("export", kind, "--format", "xlsx").status == 2
    assert pilotline("export", kind, "--output", tmp_path / "y.xlsx").status == 0
    assert (tmp_path / "y.xlsx").read_bytes().startswith(b"PK"), "as the file's name ends"
    assert pilotline("export", kind, "--format", "csv", "--output", tmp_path / "z.xlsx").status == 2
    unsaid = pilotline("export", kind, "--out", tmp_path / "z.txt")
    assert (unsaid.status, "say how to write it" in unsaid.err, (tmp_path / "z.txt").exists()) == (2, True, False)
    assert pilotline("export", kind, "--format", "csv", "--out", tmp_path / "z.txt").status == 0


def test_a_database_is_backed_up_and_restored(pilotline: OnDatabase, tmp_path: Path, sqlite_template: Path) -> None:
    file, other = tmp_path / "saved.zip", tmp_path / "other.sqlite"
    made = pilotline("backup", file, "--json").json
    assert made["rows"]["unit"] == 4
    assert (file.stat().st_mode & 0o777) == 0o600
    assert pilotline("backup", file).status == 1
    assert pilotline("restore", file).status == 1
    new = f"sqlite:///{tmp_path / 'new.sqlite'}"
    assert "rows in" in pilotline("restore", file, "--into", new).out, "it is made where there is none"
    assert pilotline("restore", file, "--into", new).status == 1
    other.write_bytes(sqlite_template.read_bytes())
    assert "rows in" in pilotline("restore", file, "--into", f"sqlite:///{other}").out
    with databases.opened(f"sqlite:///{other}") as database:
        database.check()


def test_a_database_without_tables_is_filled_and_one_with_others_is_left_alone(
    pilotline: OnDatabase, tmp_path: Path, postgres: PostgresServer
) -> None:
    file = tmp_path / "saved.zip"
    assert pilotline("backup", file).status == 0
    with postgres.empty() as url:
        restored = pilotline("restore", file, "--into", url)
        assert (restored.status, "rows in" in restored.out) == (0, True), restored.err
        with databases.opened(url) as database:
            database.check()
    somebodys = tmp_path / "somebodys.sqlite"
    with closing(sqlite3.connect(somebodys)) as connection:
        connection.execute("CREATE TABLE minutes (text)")
    refused = pilotline("restore", file, "--into", f"sqlite:///{somebodys}")
    assert (refused.status, "run `pilotline migrate`" in refused.err) == (1, True)
    with closing(sqlite3.connect(somebodys)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("minutes",)]
    nowhere = pilotline("restore", file, "--into", "postgresql://me:secret@127.0.0.1:1/name")
    assert (nowhere.status, "cannot be opened" in nowhere.err, "secret" in nowhere.err) == (1, True, False)
