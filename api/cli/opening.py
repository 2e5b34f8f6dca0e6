"""Opens the database that a command works on, or says what is wrong with it.

Knows nothing of what is in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from models.database import Database
from models.errors import GuardMissing, SchemaOutdated, UnusableUrl
from scheduler.auditing import WHAT_TO_DO
from scheduler.errors import Refused


class NoDatabase(Refused):
    """There is no database yet."""

    code = "no_database"


class DatabaseUnusable(Refused):
    """The database cannot be used as it is."""

    code = "database_unusable"


@contextmanager
def named(url: str) -> Iterator[Database]:
    """The database at this address, not yet looked at, closed afterwards. An address of another kind is wrong use."""
    try:
        database = Database(url)
    except UnusableUrl:
        raise typer.BadParameter(
            "that is no address of a database; write it like sqlite:///pilotline.db or postgresql://host/name",
            param_hint="--database",
        ) from None
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def opened(url: str, *, unguarded: bool = False) -> Iterator[Database]:
    """The database at this address, there, up to date and guarded; or else, with ``unguarded``, to look what is wrong
    with it. Raises ``NoDatabase``, ``DatabaseUnusable``."""
    with named(url) as database:
        check_there(database)
        check_usable(database, unguarded=unguarded)
        yield database


@contextmanager
def migrated(url: str) -> Iterator[Database]:
    """The database at this address, made or brought up to date. Raises ``DatabaseUnusable``."""
    with named(url) as database:
        file = sqlite_file(database)
        if file is not None and not file.absolute().parent.is_dir():
            raise DatabaseUnusable(f"There is no folder {file.absolute().parent}.")
        try:
            database.migrate()
        except Exception as error:
            raise unreachable(error) from error
        check_usable(database)
        yield database


def check_there(database: Database) -> None:
    """Raises ``NoDatabase``: SQLite would make an empty file without a word."""
    file = sqlite_file(database)
    if file is not None and not file.exists():
        raise NoDatabase(f"There is no database at {file}: `pilotline init` makes one.")


def check_usable(database: Database, *, unguarded: bool = False) -> None:
    """Raises ``DatabaseUnusable``."""
    try:
        database.check()
    except SchemaOutdated as error:
        raise DatabaseUnusable(f"{str(error).capitalize()}: run `pilotline migrate`.") from None
    except GuardMissing as error:
        if not unguarded:
            raise DatabaseUnusable(f"T{str(error)[1:]}. {WHAT_TO_DO}") from None
    except Exception as error:
        raise unreachable(error) from error


def sqlite_file(database: Database) -> Path | None:
    """The file of an SQLite database, ``None`` for others."""
    return Path(database.url.database or "") if database.dialect == "sqlite" else None


def unreachable(error: Exception) -> DatabaseUnusable:
    """Whatever a driver says when it cannot reach or read a database, as a refusal with its first line."""
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return DatabaseUnusable(f"The database cannot be opened: {first}")
