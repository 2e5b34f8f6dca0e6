"""Runs the command line in this process and catches how it ended.

Knows no command.
"""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from api.cli import main


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """Exit status, and what was written."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What was printed, read as JSON."""
        return json.loads(self.out)


class Commanded:
    """Call it with the words after ``pilotline``."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object) -> Ended:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        captured = self._capsys.readouterr()
        return Ended(status=int(ended.value.code or 0), out=captured.out, err=captured.err)
