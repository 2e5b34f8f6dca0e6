"""Wrong use ends with status 2 and says what was expected; help answers without loading the solver or the store."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.api.commanded import Commanded


@pytest.fixture
def pilotline(capsys: pytest.CaptureFixture[str]) -> Commanded:
    return Commanded(capsys)


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["plan"],
        ["plan", "--week", "2026-W99"],
        ["plan", "--week", "next week"],
        ["plan", "--week", "2026-W49", "--time-limit", "0"],
        ["plan", "--week", "2026-W49", "--workers", "0"],
        ["plan", "--week", "2026-W49", "--seed", "-1"],
        ["plan", "--week", "2026-W49", "--nonsense"],
        ["check"],
        ["check", "no-such-file.json"],
        ["load", "no-such-folder"],
        ["publish", "first"],
        ["publish", "0"],
        ["publish", "1_0"],
        ["withdraw"],
        ["pin"],
        ["plan", "--week", "2026-W49", "--time-limit", "nan"],
        ["outage", "oven"],
        ["serve", "--port", "70000"],
        ["export", "plan"],
        ["export", "bookings", "--week", "2026-W49", "--format", "xml"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_status_2(
    pilotline: Commanded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = pilotline(*words)
    assert ended.status == 2
    assert ended.out == ""
    assert "Usage" in ended.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["publish", "x"], "'PLAN_ID': 'x' is not a whole number from 1 to"),
        (["serve", "--port", "70000"], "'--port': '70000' is not a whole number from 1 to 65,535."),
        (
            ["plan", "--week", "2026-W49", "--time-limit", "0"],
            "'--time-limit': '0' is not a number from 0.1 to 86,400.",
        ),
        (["export", "bookings", "--week", "2026-W49", "--format", "xml"], "'xml' is none of csv, json."),
    ],
)
def test_wrong_use_is_told_in_our_words(pilotline: Commanded, words: list[str], told: str) -> None:
    assert told in re.sub(r"[│\s]+", " ", pilotline(*words).err)


def test_wrong_use_is_a_problem_where_json_is_asked_for(pilotline: Commanded) -> None:
    for words, told in ((["publish", "x", "--json"], "whole number"), (["plan", "--json"], "Missing option '--week'")):
        ended = pilotline(*words)
        assert ended.status == 2
        assert ended.json["type"] == "urn:pilotline:problem:wrong_use"
        assert ended.json["instance"] == f"urn:pilotline:command:{words[0]}"
        assert told in ended.json["detail"]
        assert told in ended.err


def test_a_refusal_is_a_problem_where_json_is_asked_for(
    pilotline: Commanded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = pilotline("publish", "1", "--database", "sqlite:///none.db", "--json")
    assert ended.status == 1
    assert ended.json["type"] == "urn:pilotline:problem:no_database"
    assert ended.json["detail"] == ended.err.strip()
    assert pilotline("publish", "1", "--database", "sqlite:///none.db").out == ""


def test_the_version_is_told(pilotline: Commanded) -> None:
    ended = pilotline("--version")
    assert (ended.status, ended.out) == (0, f"pilotline {version('pilotline')}\n")


def test_help_names_every_command(pilotline: Commanded) -> None:
    ended = pilotline("--help")
    assert ended.status == 0
    commands = "demo init load plan check export serve work outage outages end-outage migrate publish withdraw count"
    commands += " approvals confirm return policies policy"
    assert set(commands.split()) <= set(ended.out.split())


def test_help_loads_neither_solver_nor_store() -> None:
    code = (
        "import sys\n"
        "from api.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'ortools', 'sqlalchemy', 'fastapi', 'altair', 'uvicorn'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
