"""The one door to the database: readings, write transactions, migrations and the check at start-up.

Knows nothing of what is read or written.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import tenacity
from alembic import command as alembic
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from models.audit import append_events
from models.changes import HeardSession
from models.engines import copy_of, engines, parsed
from models.errors import GuardMissing, NestedWrite, SchemaOutdated, StoreBusy
from models.guard import GUARDS, missing_guards, name_refusal
from models.locks import MIGRATION_LOCK, SECOND_TRY_LOCK

T = TypeVar("T")

ATTEMPTS = 12
_KEY_ATTEMPTS = 3
_PASSING_STATES = ("40P01", "40001")
_KEY_TAKEN = "23505"


class _Undone(Exception):
    """A transaction of which only the answer is wanted."""

    def __init__(self, answer: Any) -> None:
        super().__init__("undone")
        self.answer = answer


class Database:
    """A database at ``sqlite:///path`` or ``postgresql+psycopg://…``. Safe to share between threads, not to inherit by
    ``fork``. Raises ``UnusableUrl``; connects only when first used."""

    def __init__(self, url: str) -> None:
        self.url = parsed(url)
        self._reader, self._writer = engines(self.url)
        self._writing = threading.local()
        event.listen(self._writer, "handle_error", name_refusal, retval=True)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._writer.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the whole database and cannot write. Its rows may be used afterwards."""
        with Session(self._reader, expire_on_commit=False, autoflush=False) as session, session.begin():
            yield session

    def write(self, command: Callable[[Session], T]) -> T:
        """Run ``command`` in one write transaction and commit; any exception rolls back and is raised.

        ``command`` runs again, in a new session, after a deadlock or a failed serialisation; so it must change nothing
        outside. Those that were thrown out come one after another then. It also runs again when a key that it had found
        free was taken by another transaction meanwhile (PostgreSQL): then it sees the row, and can say so in its words.
        Raises ``HoldTaken``, ``StoreBusy``, ``NestedWrite``.
        """
        if getattr(self._writing, "now", False):
            raise NestedWrite("a write transaction is open in this thread")
        retrying = tenacity.Retrying(
            retry=_worth_another,
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=tenacity.wait_random_exponential(multiplier=0.02, max=0.5),
            reraise=True,
        )
        self._writing.now = True
        try:
            answer: T = retrying(lambda: self._write_once(command, again=retrying.statistics["attempt_number"] > 1))
            return answer
        except (DBAPIError, PoolTimeout) as error:
            if _passes(error) or isinstance(error, PoolTimeout):
                raise StoreBusy("the store was busy for too long") from error
            raise
        finally:
            self._writing.now = False

    def rehearse(self, command: Callable[[Session], T]) -> T:
        """What ``command`` answers in a transaction that is rolled back. On SQLite it runs on a copy of the database,
        so that nobody who writes waits for it. Raises as ``write``."""
        if self.dialect == "sqlite":
            with copy_of(self._reader) as copy, HeardSession(copy, expire_on_commit=False) as session:
                return command(session)

        def undone(session: Session) -> None:
            raise _Undone(command(session))

        try:
            self.write(undone)
        except _Undone as rehearsed:
            answer: T = rehearsed.answer
            return answer
        raise AssertionError("a rehearsal is rolled back")

    def _write_once(self, command: Callable[[Session], T], *, again: bool) -> T:
        with HeardSession(self._writer, expire_on_commit=False) as session, session.begin():
            if again and self.dialect == "postgresql":
                # Writers that deadlocked would meet again; in a row, each meets only those that try for the first time.
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SECOND_TRY_LOCK})
            answer = command(session)
            self._record(session)
            return answer

    def _record(self, session: Session) -> None:
        """What the command changed takes its place in the audit, in the same transaction."""
        append_events(session)

    def migrate(self) -> None:
        """Bring the tables to what this program needs. Several processes may do so at once; one does the work."""
        with self._writer.begin() as connection:
            if self.dialect == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            config = migrations()
            config.attributes["connection"] = connection
            alembic.upgrade(config, "head")

    def is_blank(self) -> bool:
        """Whether there is no table in it, of whomever."""
        with self._reader.connect() as connection:
            return not inspect(connection).get_table_names()

    def check(self) -> None:
        """To be called at start-up. Raises ``SchemaOutdated`` or ``GuardMissing``."""
        needed = ScriptDirectory.from_config(migrations()).get_current_head()
        with self._reader.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
            if found != needed:
                raise SchemaOutdated(found, needed)
        missing = self.missing_guards()
        if missing:
            raise GuardMissing(missing)

    def missing_guards(self) -> dict[str, str]:
        """By name, what each guard is that the database lacks, and what can happen without it."""
        with self._reader.connect() as connection:
            names = missing_guards(connection)
        told = ((name, GUARDS[self.dialect][name]) for name in names)
        return {name: f"{what}, without which {happens}" for name, (what, happens) in told}

    def dispose(self) -> None:
        """Close every connection that is not in use."""
        self._reader.dispose()
        self._writer.dispose()


def migrations() -> Config:
    """Alembic's settings. ``models:migrations`` is found by ``importlib.resources``; there is no file of settings."""
    config = Config()
    config.set_main_option("script_location", "models:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _worth_another(state: tenacity.RetryCallState) -> bool:
    """A key that stays taken is a defect of the command, and is raised soon."""
    error = None if state.outcome is None else state.outcome.exception()
    if error is None or _passes(error):
        return error is not None
    taken = isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _KEY_TAKEN
    return taken and state.attempt_number < _KEY_ATTEMPTS


def _passes(error: BaseException) -> bool:
    """Whether the same command may succeed when it is tried again."""
    if not isinstance(error, DBAPIError):
        return False
    if getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
        return True
    return getattr(error.orig, "sqlstate", None) in _PASSING_STATES
