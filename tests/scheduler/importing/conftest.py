"""A small centre, for files to be brought into."""

import pytest

from models.database import Database
from tests.scheduler.small_centre import found


@pytest.fixture
def centre(sqlite_database: Database) -> Database:
    found(sqlite_database)
    return sqlite_database
