"""What can go wrong in the store, named.

Knows no sentences for users beyond its own and no status codes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime


class StoreError(Exception):
    """The store refused; nothing was changed."""


class UnusableUrl(StoreError):
    """The address of the database is neither ``sqlite:///path`` nor ``postgresql+psycopg://…``."""


class HoldTaken(StoreError):
    """The resource is held at that time.

    What was asked for, not what is there: ``[start_at, end_at)`` in UTC. All four are ``None`` only where a statement
    of one's own changed holds in bulk on SQLite, whose guard cannot say which.
    """

    def __init__(
        self, resource_id: int | None, lane: int | None, start_at: datetime | None, end_at: datetime | None
    ) -> None:
        super().__init__(f"resource {resource_id}, lane {lane}: [{start_at}, {end_at}) overlaps a hold in force")
        self.resource_id = resource_id
        self.lane = lane
        self.start_at = start_at
        self.end_at = end_at


class StoreBusy(StoreError):
    """The store was busy for too long; nothing was changed."""


class NestedWrite(StoreError):
    """A command called ``Database.write`` while it was itself being written."""


class SchemaOutdated(StoreError):
    """The tables are not those that this program needs. Migrate first."""

    def __init__(self, found: str | None, needed: str | None) -> None:
        super().__init__(f"the database is at revision {found}, this program needs {needed}")
        self.found = found
        self.needed = needed


class GuardMissing(StoreError):
    """A guard of the database is gone, so that it could book twice or forget what happened."""

    def __init__(self, guards: Mapping[str, str]) -> None:
        """``guards``: by name, what it is and what can happen without it."""
        super().__init__(f"the database lacks {'; '.join(guards.values())}")
        self.names = tuple(guards)


class MissingRows(StoreError):
    """Rows that were to be locked do not exist."""

    def __init__(self, table: str, ids: Sequence[int]) -> None:
        super().__init__(f"there is no {table} with id {', '.join(map(str, ids))}")
        self.table = table
        self.ids = tuple(ids)


class UnheardChange(StoreError):
    """A statement would change rows of a domain table in bulk: the audit could not say which. Change them as objects of
    the session."""

    def __init__(self, table: str) -> None:
        super().__init__(f"rows of {table} are changed in bulk: add, change or delete them one by one")
        self.table = table


class RowsRefused(StoreError):
    """Rows that were to be put into a table are none of it, or the database has something against them."""

    def __init__(self, table: str, why: str) -> None:
        super().__init__(f"the table {table} cannot be stored: {why}")
        self.table = table
