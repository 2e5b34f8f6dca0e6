"""``pilotline demo``: the example planned, judged, published, summed up, drawn and served, from an empty folder."""

import re
import signal
import subprocess
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx2 as httpx
import pytest

from api.cli.demo import found_example, put_aside
from api.cli.demo_days import tell_days
from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.day import day_list
from scheduler.loading import load_directory
from scheduler.outages import list_outages
from scheduler.tracing import trace_unit
from tests.api.commanded import Commanded
from tests.api.test_cli_serving import COMMAND, answers, eventually, free_port
from tests.scheduler.loading.directory import small_directory
from tests.scheduler.small_centre import found

NIGHT = datetime(2026, 12, 6, 22, 17, tzinfo=UTC)
"""Monday, 01:17 at both centres."""


@pytest.fixture
def technopark_store(sqlite_database: Database) -> Database:
    here: dict[str, Any] = {"actor": LOCAL_ADMINISTRATOR, "now": NIGHT}
    load_directory(sqlite_database, directory=found_example(), week="2026-W51", **here)
    return sqlite_database


def test_demo_from_an_empty_folder_until_it_is_told_to_stop(tmp_path: Path) -> None:
    port = free_port()
    command = [*COMMAND, "demo", "--port", str(port), "--time-limit", "120", "--workers", "1"]
    said, complained = tmp_path / "said", tmp_path / "complained"
    with (
        said.open("wb") as out,
        complained.open("wb") as err,
        subprocess.Popen(command, cwd=tmp_path, stdout=out, stderr=err) as demo,
    ):
        try:
            assert eventually(lambda: "planned" in complained.read_text(), seconds=90)
            # The first interrupt takes the best plan so far, the second one ends the serving.
            demo.send_signal(signal.SIGINT)
            assert eventually(lambda: answers(port) or demo.poll() is not None, seconds=90)
            board = _come_in(said.read_text(), port)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(30)
    text = said.read_text()
    assert board.status_code == 200
    assert "Climatic chamber 340 L No. 1" in board.text or "Pilot bioreactor 50 L A" in board.text
    assert "The rule book finds 0 violations." in text
    assert re.search(r"Plan 1 is published: [1-9]\d* bookings confirmed", text)
    assert text.count(": clusters") == text.count(": laboratories") == 2
    assert text.count("Left out (") == 2
    assert f"http://127.0.0.1:{port}/" in text
    assert "Traceback" not in complained.read_text()
    _files_hold(tmp_path)


def _come_in(said: str, port: int) -> httpx.Response:
    """As the lab manager whose link is printed; without it, the way to it is all there is."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True) as client:
        assert client.get("/board").url.path == "/sign-in"
        links = re.findall(r"\((\w+)[^\n]*\n +(http://127\.0\.0\.1:\d+/link/\S+)", said)
        assert {role for role, _ in links} == {"engineer", "technician", "manager", "administrator", "auditor"}
        password = "four words about ovens"
        return client.post(dict(links)["manager"], data={"password": password, "again": password})


def _files_hold(folder: Path) -> None:
    check = subprocess.run(
        [*COMMAND, "check", "demo-plan.json"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert check.stdout.startswith("0 violations;")
    assert "but recomputed" not in check.stdout
    texts = {each.text for each in ElementTree.parse(folder / "week.svg").iter("{http://www.w3.org/2000/svg}text")}
    assert any((text or "").endswith("  Climatic chamber 340 L No. 1") for text in texts)


def test_a_demo_in_use_is_left_alone_and_an_old_one_is_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = Database("sqlite:///demo.db")
    database.migrate()
    refused = Commanded(capsys)("demo", "--no-serve", "--json")
    assert (refused.status, refused.json["type"]) == (1, "urn:pilotline:problem:demo_in_use")
    database.check()
    database.dispose()
    before = Path("demo.db").read_bytes()
    assert put_aside(Path("demo.db")) == Path("demo.before.db")
    assert Path("demo.before.db").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo.before.db"]


def test_demo_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of lists of one's own; with those of the example, it is told in words above."""
    monkeypatch.chdir(tmp_path)
    pilotline = Commanded(capsys)
    assert pilotline("demo", "--json").status == 2
    (tmp_path / "lists").mkdir()
    lists = small_directory(tmp_path / "lists")
    ended = pilotline("demo", "--no-serve", "--json", "--work", "1", "--workers", "1", "--examples", lists)
    assert ended.status == 0, ended.err
    assert ended.json["plan"]["summary"]["week"] == ended.json["weeks"][0]["week"]
    assert ended.json["check"]["violations"] == []
    assert ended.json["published"]["confirmed"] > 0
    assert [each["centre"] for each in ended.json["weeks"]] == ["works"]


def test_the_days_before_show_each_role_something_at_whatever_hour_the_demo_is_made(technopark_store: Database) -> None:
    """In the middle of a night, when nearly everything is closed."""
    assert tell_days(technopark_store, NIGHT).startswith("The days before are told")
    asked: dict[str, Any] = {"actor": LOCAL_ADMINISTRATOR, "now": NIGHT}
    states = Counter(
        each.state
        for centre in ("pharma", "electronics")
        for day in (date(2026, 12, 6), date(2026, 12, 7))
        for each in day_list(technopark_store, centre=centre, day=day, **asked).bookings
    )
    assert all(states[state] for state in ("confirmed", "running", "done", "no_show"))
    (outage,) = list_outages(technopark_store, **asked)
    assert outage.end is not None
    assert outage.start < NIGHT < outage.end
    trace = trace_unit(technopark_store, unit="CMM-1", **asked)
    assert [(len(trace.failures), len(trace.runs))] == [(1, 3)]


def test_of_another_example_nothing_is_told(sqlite_database: Database) -> None:
    found(sqlite_database)
    assert tell_days(sqlite_database, NIGHT) == ""


def test_example_that_is_not_there_is_wrong_use(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pilotline = Commanded(capsys)
    assert pilotline("demo", "--examples", tmp_path / "nothing").status == 2


def test_folder_without_lists_is_refused_with_each_mistake(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    ended = Commanded(capsys)("demo", "--no-serve", "--examples", "empty")
    assert ended.status == 1
    assert "nothing was stored" in ended.err
    assert "centres.csv" in ended.err


def test_example_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert found_example().name == "technopark"
