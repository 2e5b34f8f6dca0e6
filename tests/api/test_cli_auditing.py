"""``pilotline audit``: whole, anchored, replayed; and each with its exit status."""

import json
import time
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from api.cli import serving
from api.cli.listening import Listening
from api.fields import told_once
from models.database import Database
from scheduler.auditing import anchor_at_start, start_anchoring
from scheduler.history import EventView
from scheduler.work import Worker, start_timetable
from tests.api.cli_world import OnDatabase
from tests.api.commanded import Commanded
from tests.scheduler.loading.directory import small_directory
from tests.scheduler.small_centre import NOW


@pytest.fixture
def loaded(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> OnDatabase:
    here = OnDatabase(sqlite_url, Commanded(capsys), monkeypatch, tmp_path)
    folder = tmp_path / "lists"
    folder.mkdir()
    assert here("load", small_directory(folder), "--week", "2026-W49").status == 0
    return here


def tamper(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in ("DROP TRIGGER audit_event_kept", "DROP TRIGGER audit_event_unchanged", *statements):
            connection.exec_driver_sql(statement)
        for name, on in (("audit_event_kept", "DELETE"), ("audit_event_unchanged", "UPDATE")):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} BEFORE {on} ON audit_event BEGIN SELECT RAISE(ABORT, 'audit_event_kept'); END"
            )
    engine.dispose()


def test_a_whole_record_is_said_to_be_whole(loaded: OnDatabase) -> None:
    verified = loaded("audit", "verify")
    assert (verified.status, "The record is whole." in verified.out) == (0, True)
    told = loaded("audit", "verify", "--json").json
    assert [chain["chain"] for chain in told["chains"]] == ["centre:1", "people"]
    assert (told["anchors"], told["findings"]) == (None, [])


def test_an_edit_is_named_with_exit_status_1(loaded: OnDatabase) -> None:
    tamper(loaded.url, "UPDATE audit_event SET actor = 'somebody' WHERE chain = 'people' AND number = 2")
    verified = loaded("audit", "verify")
    assert (verified.status, "Event 2 of people was edited." in verified.out) == (1, True)
    assert loaded("audit", "verify", "--json").json["findings"][0]["kind"] == "edited"


def test_an_anchor_shows_what_was_cut_off(loaded: OnDatabase) -> None:
    assert loaded("audit", "anchor", "anchors.jsonl").status == 0
    assert loaded("audit", "anchor", "anchors.jsonl", "--json").json["line"] == 2
    assert loaded("audit", "verify", "--anchor", "anchors.jsonl").status == 0
    tamper(loaded.url, "DELETE FROM audit_event WHERE chain = 'people' AND number > 2")
    assert loaded("audit", "verify").status == 0
    verified = loaded("audit", "verify", "--anchor", "anchors.jsonl")
    assert (verified.status, "People ends too soon" in verified.out) == (1, True)


@pytest.mark.parametrize(
    ("deletion", "lost"),
    [
        ("DELETE FROM audit_event", ["centre:1", "people"]),
        ("DELETE FROM audit_event WHERE chain = 'centre:1'", ["centre:1"]),
    ],
)
def test_a_record_that_was_emptied_is_not_whole(loaded: OnDatabase, deletion: str, lost: list[str]) -> None:
    """With no anchor to tell."""
    tamper(loaded.url, deletion)
    verified = loaded("audit", "verify", "--json")
    assert (verified.status, [each["chain"] for each in verified.json["findings"]]) == (1, lost)
    assert "Centre:1 has no event, although there are units or people" in loaded("audit", "verify").out


def test_a_spoilt_anchor_file_is_named(loaded: OnDatabase) -> None:
    for _ in range(2):
        loaded("audit", "anchor", "anchors.jsonl")
    file = Path("anchors.jsonl")
    first, second = file.read_text("utf-8").splitlines()
    told = json.loads(first)
    told["chains"]["people"]["number"] += 1
    file.write_text(f"{json.dumps(told)}\n{second}\nnonsense\n", "utf-8")
    verified = loaded("audit", "verify", "--anchor", "anchors.jsonl", "--json")
    found = [(each["chain"], each["number"]) for each in verified.json["findings"]]
    assert (verified.status, found[:2]) == (1, [("anchors", 1), ("anchors", 3)])


def test_an_anchor_file_that_is_not_there_is_refused(loaded: OnDatabase) -> None:
    refused = loaded("audit", "verify", "--anchor", "nowhere.jsonl")
    assert (refused.status, "cannot be read" in refused.err) == (1, True)
    refused = loaded("audit", "anchor", "no/such/folder.jsonl")
    assert (refused.status, "cannot be written" in refused.err) == (1, True)


def test_a_row_changed_past_the_record_is_listed(loaded: OnDatabase) -> None:
    assert loaded("audit", "replay").status == 0
    engine = create_engine(loaded.url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE unit SET name = 'Other' WHERE key = 'PRINT-1'")
    engine.dispose()
    replayed = loaded("audit", "replay")
    assert (replayed.status, "name 'Printer', but 'Other'" in replayed.out) == (1, True)
    assert loaded("audit", "replay", "--json").json["differences"][0]["table"] == "unit"


def test_a_history_is_told_as_people_read_it(loaded: OnDatabase) -> None:
    loaded("outage", "OVEN-1", "--from", "2026-12-01T08:00", "--until", "2026-12-01T12:00", "--reason", "door")
    loaded("outage", "OVEN-1", "--from", "2026-12-01T08:00", "--until", "2026-12-01T14:00", "--reason", "door")
    told = loaded("history", "outage", "1").out.splitlines()
    first = next(at for at, line in enumerate(told) if "reported outage" in line)
    assert told[first].endswith("(Europe/Moscow), local administrator: reported outage: door")
    assert "    from: 1 Dec 2026 08:00" in told
    assert "    until: 1 Dec 2026 12:00 → 1 Dec 2026 14:00" in told
    assert not [line for line in told if "+00:00" in line or "_id" in line]


def test_an_event_of_several_centres_is_told_once() -> None:
    event = EventView(
        id=1,
        chain="centre:1",
        number=1,
        at=NOW,
        actor="x",
        who="x",
        verb="published plan",
        object_kind="plan",
        object_id="1",
        history_of="plan",
        reason="",
        meaning=None,
        fields=(),
        rows=0,
    )
    twice, other = replace(event, id=2, chain="centre:2"), replace(event, id=3, verb="discarded plan")
    assert [each.id for each in told_once([event, twice, other])] == [1, 3]


def test_a_units_history_has_what_lists_say_of_it(loaded: OnDatabase) -> None:
    told = loaded("history", "unit", "PRINT-1", "--json").json["events"]
    assert [event["verb"] for event in told] == ["added unit", "added set of capabilities"]
    assert "Printer" in loaded("history", "unit", "PRINT-1").out
    refused = loaded("history", "unit", "PRINT-9")
    assert (refused.status, "There is no unit 'PRINT-9'." in refused.err) == (1, True)


class Terminal(StringIO):
    """Somebody sits there, and writes this."""

    def isatty(self) -> bool:
        return True


def test_somebody_is_erased(loaded: OnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in ((), ("--json",)):
        unasked = loaded("erase", "T1", *words)
        assert (unasked.status, "say --yes" in unasked.out + unasked.err) == (2, True)
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    assert (loaded("erase", "T1").status, "erased person" in loaded("history", "person", "T1").out) == (1, False)
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    erased = loaded("erase", "T1", "--reason", "asked for it")
    assert (erased.status, erased.out) == (0, "Erased: T1.\n")
    told = loaded("history", "person", "T1", "--json").json["events"]
    assert [(event["verb"], event["reason"]) for event in told][-1] == ("erased person", "asked for it")
    assert loaded("audit", "verify").status == loaded("audit", "replay").status == 0
    assert loaded("erase", "nobody@works.example", "--yes").status == 1


def test_the_timetable_writes_an_anchor_each_hour_once(sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "anchors.jsonl"
    moment = NOW
    worker = Worker(sqlite_database, clock=lambda: moment)
    for _ in range(2):
        start_anchoring(sqlite_database, now=NOW + timedelta(minutes=5), file=file)
    assert not worker.run_due()
    moment = NOW + timedelta(hours=1)
    assert [worker.run_due(), worker.run_due()] == [True, False]
    assert len(file.read_text("utf-8").splitlines()) == 1


def test_the_timetable_writes_an_anchor_when_it_starts(sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "anchors.jsonl"
    worker = Worker(sqlite_database, clock=lambda: NOW)
    for lines in (1, 2):
        anchor_at_start(sqlite_database, now=NOW, file=file)
        assert [worker.run_due(), worker.run_due()] == [True, False]
        assert len(file.read_text("utf-8").splitlines()) == lines


def test_a_started_timetable_has_its_anchor(sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "anchors.jsonl"
    timetable = start_timetable(sqlite_database, anchor=file)
    try:
        until = time.monotonic() + 60
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert file.exists()
    finally:
        timetable.stop()


def test_what_only_reads_the_anchors_says_so(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "serve_here", lambda *_, **__: None)
    for work in (False, True):
        serving.serve(
            sqlite_url, where=Listening(host="127.0.0.1", port=0), workers=1, work=work, anchor=Path("a.jsonl")
        )
        assert ("a.jsonl is only read" in capsys.readouterr().err) is not work
