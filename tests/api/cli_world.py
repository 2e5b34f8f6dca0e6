"""A small centre in an SQLite file, and the command line on it at a fixed moment.

Knows no command.
"""

from pathlib import Path

import pytest

from tests import databases
from tests.api.commanded import Commanded, Ended
from tests.scheduler.small_centre import NOW, at, found, request


class OnDatabase:
    """Call it with the words after ``pilotline``; it works on the database at ``url``."""

    def __init__(self, url: str, pilotline: Commanded, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.url = url
        self.pilotline = pilotline
        monkeypatch.setenv("PILOTLINE_DATABASE", url)
        monkeypatch.setattr("api.cli.terminal.clock", lambda: NOW)
        monkeypatch.setattr("api.cli.opening.Database", databases.CompiledDatabase)
        monkeypatch.chdir(folder)

    def __call__(self, *words: object) -> Ended:
        return self.pilotline(*words)

    def plan(self, *words: object) -> Ended:
        """Plans the small centre's week with little effort."""
        return self("plan", "--week", "2026-W49", "--work", 2, "--workers", 1, *words)


def furnish(url: str, *, requests: int = 2) -> None:
    """The small centre with so many requests that fit, and one whose deadline no plan can meet."""
    with databases.opened(url) as database:
        found(database)
        for number in range(1, requests + 1):
            request(database, f"REQ-{number}", project=1 + number % 2, due_at=at("Fri 18:00"))
        request(database, "LATE", deadline_at=at("Mon 09:00"))
