"""The small centre behind the doors, on either database."""

import pytest

from api.door import identify
from models.database import Database
from scheduler.door import passwords
from tests.api.declared import Declared
from tests.quick_passwords import QUICK
from tests.scheduler.small_centre import found


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
def here(sqlite_database: Database) -> Declared:
    """On SQLite only, for what does not depend on the database."""
    found(sqlite_database)
    return Declared(sqlite_database)
