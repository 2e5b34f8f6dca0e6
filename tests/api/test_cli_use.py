"""Wrong use ends with status 2 and says what was expected; help answers without loading the solver or the store."""

import subprocess
import sys
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


def test_help_names_every_command(pilotline: Commanded) -> None:
    ended = pilotline("--help")
    assert ended.status == 0
    for command in ["demo", "init", "load", "plan", "check", "export", "serve", "work", "outage", "migrate", "publish"]:
        assert command in ended.out


def test_help_loads_neither_solver_nor_store() -> None:
    code = (
        "import sys\n"
        "from api.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'ortools', 'sqlalchemy', 'fastapi', 'altair', 'uvicorn'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
