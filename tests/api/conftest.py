"""The small centre behind the doors, on either database."""

import pytest

from models.database import Database
from tests.api.declared import Declared
from tests.scheduler.small_centre import found


@pytest.fixture
def client(database: Database) -> Declared:
    """On SQLite and on PostgreSQL."""
    found(database)
    return Declared(database)


@pytest.fixture
def here(sqlite_database: Database) -> Declared:
    """On SQLite only, for what does not depend on the database."""
    found(sqlite_database)
    return Declared(sqlite_database)
