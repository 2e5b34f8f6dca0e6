"""``serve`` is for this machine or encrypted, ``work`` does what is due; both end when they are told to."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from api.cli import serving
from api.cli.listening import listening, read
from api.cli.moments import coming_week
from api.cli.terminal import utc_now
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.plan_views import PlanSummary
from scheduler.planning import ask_for_plan
from scheduler.plans import show_plan
from scheduler.work import STOP_SECONDS
from tests import databases
from tests.api.cli_world import furnish
from tests.api.commanded import Commanded

COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]


@pytest.fixture
def pilotline(capsys: pytest.CaptureFixture[str]) -> Commanded:
    return Commanded(capsys)


def free_port() -> int:
    """A port that nothing listens on just now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(said: Callable[[], object], seconds: float = 120) -> bool:
    """Whether it comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if said():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org", ""])
def test_others_than_this_machine_are_served_encrypted_only(pilotline: Commanded, sqlite_url: str, host: str) -> None:
    ended = pilotline("serve", "--host", host, "--database", sqlite_url)
    assert ended.status == 1
    assert "not only this machine" in ended.err
    named = pilotline("serve", "--name", host or "lab.example.org", "--database", sqlite_url)
    assert named.status == (2 if host == "::" else 1)


@pytest.mark.parametrize(
    "words",
    [["--name", "a b"], ["--name", "lab.example.org:80"], ["--proxy", "lab"], ["--certificate", __file__]],
)
def test_names_proxies_and_certificates_are_read_strictly(
    pilotline: Commanded, sqlite_url: str, words: list[str]
) -> None:
    ended = pilotline("serve", "--database", sqlite_url, *words)
    assert ended.status == 2
    assert words[0] in ended.err


def test_where_to_listen_is_told_to_other_processes_whole() -> None:
    where = listening("127.0.0.1", free_port(), ("Lab.example.org",), ("127.0.0.1", "10.0.0.0/8"))
    assert read(where.written()) == where
    assert where.hosts == {"127.0.0.1", "localhost", "[::1]", "lab.example.org"}
    assert where.address == f"http://127.0.0.1:{where.port}"
    assert len(where.trusted) == 2


def test_port_in_use_is_named(pilotline: Commanded, sqlite_url: str) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = pilotline("serve", "--port", port, "--database", sqlite_url)
    assert ended.status == 1
    assert f"127.0.0.1:{port} cannot be used" in ended.err


def test_several_workers_need_the_timetable_elsewhere(pilotline: Commanded, sqlite_url: str) -> None:
    ended = pilotline("serve", "--workers", 2, "--database", sqlite_url)
    assert ended.status == 2
    assert "--no-work" in ended.err


@pytest.mark.parametrize("words", [[], ["--no-work", "--workers", "2"]], ids=["one process", "two workers"])
def test_serves_until_interrupted(sqlite_url: str, words: list[str]) -> None:
    port = free_port()
    command = [*COMMAND, "serve", "--port", str(port), "--database", sqlite_url, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            assert eventually(lambda: answers(port)), server.poll()
            # No proxy is named: whoever is at this machine does not say for others that they came encrypted.
            assert "strict-transport-security" not in headers_of(port, **{"X-Forwarded-Proto": "https"})
        finally:
            server.send_signal(signal.SIGINT)
            said = server.communicate(timeout=30)[0].decode()
    assert f"http://127.0.0.1:{port}/" in said
    assert "Traceback" not in said
    assert not answers(port)


def answers(port: int) -> bool:
    """Whether something healthy listens there."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False


def headers_of(port: int, **sent: str) -> set[str]:
    """The names of what is said of the answer to a call with these headers."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", "/health", headers=sent)
        return {name.lower() for name, _ in connection.getresponse().getheaders()}


def test_work_does_what_is_due_and_ends_when_terminated(sqlite_url: str) -> None:
    furnish(sqlite_url)
    with databases.opened(sqlite_url) as database:
        now = utc_now()
        week = coming_week(now, "Europe/Moscow")
        plan_id = ask_for_plan(database, actor=LOCAL_ADMINISTRATOR, now=now, week=week, limit=None, work=1, workers=1)

        def drafted() -> bool:
            return show_plan(database, actor=LOCAL_ADMINISTRATOR, now=now, plan_id=plan_id).summary.state == "draft"

        environment = {**os.environ, "PILOTLINE_DATABASE": sqlite_url}
        with subprocess.Popen([*COMMAND, "work"], stderr=subprocess.PIPE, env=environment) as worker:
            try:
                done = eventually(drafted, seconds=60)
            finally:
                worker.terminate()
                said = worker.communicate(timeout=30)[1].decode()
    assert done, said
    assert worker.returncode == 0
    assert "Traceback" not in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_told_to_end_puts_its_draft_back_and_leaves_no_solver(sqlite_url: str, number: signal.Signals) -> None:
    furnish(sqlite_url, requests=60)
    port = free_port()
    command = [*COMMAND, "serve", "--port", str(port), "--database", sqlite_url]
    with databases.opened(sqlite_url) as database:
        now = utc_now()
        week = coming_week(now, "Europe/Moscow")
        plan_id = ask_for_plan(database, actor=LOCAL_ADMINISTRATOR, now=now, week=week, limit=120.0, workers=1)

        def plan() -> PlanSummary:
            return show_plan(database, actor=LOCAL_ADMINISTRATOR, now=now, plan_id=plan_id).summary

        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
            try:
                assert eventually(lambda: plan().progress is not None)
                solvers = descendants(server.pid)
            finally:
                server.send_signal(number)
                said = server.communicate(timeout=STOP_SECONDS)[0].decode()
        assert plan().state == "queued"
    assert solvers
    assert not [pid for pid in solvers if alive(pid)]
    assert "Traceback" not in said


def descendants(pid: int) -> list[int]:
    """The children of a process, and theirs."""
    found = [pid]
    for each in found:
        for thread in Path(f"/proc/{each}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    return found[1:]


def alive(pid: int) -> bool:
    """Whether there is such a process and it has not ended."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("file", ["anchors.jsonl", None])
def test_each_worker_verifies_against_the_anchor_file(
    monkeypatch: pytest.MonkeyPatch, sqlite_url: str, file: str | None
) -> None:
    monkeypatch.setattr(serving, "_run", lambda *_args, **_more: None)
    for name in (serving.URL_VARIABLE, serving.WHERE_VARIABLE, serving.ANCHOR_VARIABLE):
        monkeypatch.setenv(name, "")
    where = listening("127.0.0.1", 8000, (), (), None, None)
    serving.serve(sqlite_url, where=where, workers=2, work=False, anchor=None if file is None else Path(file))
    assert serving.application().state.anchor == (None if file is None else Path(file).absolute())
