"""Every route, seven actors, own and foreign: each answer is the one that is written down, and no route is missing.

What is refused leaves the store as it was, so that all of it is asked of one; what is done is done on a copy.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from api.permission import named_routes
from models.database import Database
from scheduler.actors import Actor
from scheduler.door import passwords
from tests.api.rights_row import OPERATIONS, Row
from tests.api.rights_table import TABLE
from tests.api.two_firms import ACTORS, FOREIGN, OWN, Doors
from tests.databases import opened
from tests.quick_passwords import QUICK


class Store:
    """The file of both firms, and the doors to it."""

    def __init__(self, file: Path, folder: Path, shared: Database) -> None:
        self._file, self._folder, self._copies, self._shared = file, folder, 0, shared
        self.doors = Doors(shared)

    def answers(self, row: Row, names: Mapping[str, Any], expected: str) -> str:
        pairs = zip(ACTORS.values(), expected.split(), strict=True)
        return " ".join(self.answer(actor, row, names, is_done=each[0] in "23") for actor, each in pairs)

    def answer(self, actor: Actor, row: Row, names: Mapping[str, Any], *, is_done: bool) -> str:
        """The status, on a copy of the store for a command that is done; ``in`` where it is sent to sign in."""
        if row.route.startswith(("GET", "any")) or not is_done:
            return self.told(self._shared, actor, row, names)
        self._copies += 1
        copy = shutil.copy(self._file, self._folder / f"{self._copies}.sqlite")
        with opened(f"sqlite:///{copy}") as database:
            return self.told(database, actor, row, names)

    def told(self, database: Database, actor: Actor, row: Row, names: Mapping[str, Any]) -> str:
        address, sent = row.sent({**names, "operation": OPERATIONS[names["centre"]]})
        response = self.doors.of(database).come(actor, row.method, address, **sent)
        if response.status_code == 303 and response.headers["location"].startswith("/sign-in"):
            return "in"
        return str(response.status_code)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", QUICK)


@pytest.fixture(scope="module")
def store(both_firms: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("rights")
    file = Path(shutil.copy(both_firms, folder / "both.sqlite"))
    with opened(f"sqlite:///{file}") as database:
        yield Store(file, folder, database)


def test_every_route_is_in_the_table(store: Store) -> None:
    assert {row.route for row in TABLE} == {str(route) for route in named_routes(store.doors.application)}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.route} {row.call}")
def test_each_answer_is_the_one_that_is_written_down(store: Store, row: Row) -> None:
    assert store.answers(row, OWN, row.own) == row.own
    if row.is_about_something:
        assert store.answers(row, FOREIGN, row.foreign) == row.foreign
