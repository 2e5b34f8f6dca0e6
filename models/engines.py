"""Engines for the two databases, set up so that both keep the same promises.

Knows no table.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from models.errors import UnusableUrl

BUSY_SECONDS = 10.0
WAIT_FOR_WRITER_SECONDS = 30.0


def parsed(url: str) -> URL:
    """The URL, with psycopg as the driver of PostgreSQL. Raises ``UnusableUrl``; SQLite needs a file."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise UnusableUrl("not an address of a database") from error
    if address.drivername == "sqlite" and address.database not in (None, "", ":memory:"):
        return address
    if address.drivername in ("postgresql", "postgresql+psycopg"):
        return address.set(drivername="postgresql+psycopg")
    raise UnusableUrl(address.render_as_string(hide_password=True))


def engines(url: URL) -> tuple[Engine, Engine]:
    """One engine for reading and one for writing."""
    return _sqlite(url) if url.drivername == "sqlite" else _postgresql(url)


def _sqlite(url: URL) -> tuple[Engine, Engine]:
    # isolation_level None: the driver begins nothing by itself, so that the two listeners below say how to begin.
    arguments: dict[str, Any] = {"isolation_level": None, "check_same_thread": False, "timeout": BUSY_SECONDS}
    reader = create_engine(url, connect_args=arguments, pool_size=10, max_overflow=40)
    writer = create_engine(
        url, connect_args=arguments, pool_size=1, max_overflow=0, pool_timeout=WAIT_FOR_WRITER_SECONDS
    )
    event.listen(reader, "connect", _prepare_reader)
    event.listen(writer, "connect", _prepare_writer)
    event.listen(reader, "begin", _begin)
    event.listen(writer, "begin", _begin_immediate)
    return reader, writer


def _prepare_reader(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA query_only = ON")


def _prepare_writer(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def copy_of(reader: Engine) -> Iterator[Engine]:
    """A copy of a whole SQLite database in a file without a name, which nobody else sees and which is gone afterwards.
    Nobody who writes waits while it is made."""
    copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    engine = create_engine("sqlite://", creator=lambda: copy, poolclass=StaticPool)
    try:
        connection = reader.raw_connection()
        try:
            source = connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(copy)
        finally:
            connection.close()
        copy.execute("PRAGMA foreign_keys = ON")
        event.listen(engine, "begin", _begin_immediate)
        yield engine
    finally:
        engine.dispose()
        copy.close()


def nobody_else_has(file: Path) -> bool:
    """Whether no other connection has this SQLite file open; all that was written then stands in the file itself.

    What is no database nobody has open as one.
    """
    connection = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True
    finally:
        connection.close()
    return True


def _postgresql(url: URL) -> tuple[Engine, Engine]:
    writer = create_engine(
        url,
        connect_args={"options": "-c timezone=UTC -c datestyle=ISO"},
        isolation_level="READ COMMITTED",
        pool_size=10,
        max_overflow=30,
        pool_pre_ping=True,
    )
    # Repeatable read gives one snapshot to all queries of a reading, as SQLite does; reading only, it never fails.
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return reader, writer
