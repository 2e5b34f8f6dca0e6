"""The small centre behind the doors, on either database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.door import identify
from models.database import Database
from scheduler.door import passwords
from tests.api.declared import Declared
from tests.api.two_firms import found_both
from tests.databases import opened
from tests.quick_passwords import ANNA, PASSWORD, QUICK, person
from tests.scheduler.small_centre import NOW, found
from tests.solved_here import solved_here


@pytest.fixture(autouse=True)
def _solver() -> Iterator[None]:
    """Plans are solved in this process, but where a file says that the solver is a process of its own."""
    with solved_here():
        yield


@pytest.fixture
def client(database: Database) -> Declared:
    """On SQLite and on PostgreSQL."""
    found(database)
    return Declared(database)


@pytest.fixture
def door(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Declared:
    """With nobody signed in, and passwords that are hashed in no time."""
    monkeypatch.setattr(passwords, "hasher", QUICK)
    found(sqlite_database)
    return Declared(sqlite_database, identify=identify)


@pytest.fixture
def manager(door: Declared) -> Declared:
    """The lab manager is signed in."""
    person(door.database, NOW, role="manager", centre="EL")
    door.post("/sign-in", data={"email": ANNA, "password": PASSWORD})
    return door


@pytest.fixture
def here(sqlite_database: Database) -> Declared:
    """On SQLite only, for what does not depend on the database."""
    found(sqlite_database)
    return Declared(sqlite_database)


@pytest.fixture(scope="session")
def both_firms(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with both firms, to be copied and not changed."""
    file = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("firms") / "both.sqlite"))
    with opened(f"sqlite:///{file}") as database, solved_here():
        found_both(database)
    return file
