"""``backup`` and ``restore``: a whole database as one file, and back.

Knows nothing of what is in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer

from api.cli.importing import progress_shown
from api.cli.opening import migrated, named, opened, sqlite_file, unreachable
from api.cli.terminal import now, print_json, remark, say
from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.backing_up import Backup, back_up, restore


def backup(url: str, *, file: Path, as_json: bool) -> None:
    """Writes the file, which must not be there yet."""
    with opened(url) as database, progress_shown() as progress:
        try:
            made = back_up(database, actor=LOCAL_ADMINISTRATOR, now=now(), file=file, progress=progress)
        except OSError as error:
            raise typer.BadParameter(f"{file} cannot be written: {error.strerror}", param_hint="FILE") from None
    _tell(made, f"Written: {file}, one state of the whole database", as_json=as_json)
    remark("Sessions, one-time links, tokens and wrong passwords are not in it; hashes of passwords are.")


def bring_back(url: str, *, file: Path, as_json: bool) -> None:
    """Fills an empty database; its tables are made where there is none."""
    with _new_or_opened(url) as database, progress_shown() as progress:
        try:
            made = restore(database, actor=LOCAL_ADMINISTRATOR, now=now(), file=file, progress=progress)
        except OSError as error:
            raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint="FILE") from None
    of = datetime.fromisoformat(made.made_at).astimezone(UTC)
    _tell(made, f"Restored {file} of {of.day} {of:%b %Y %H:%M} UTC", as_json=as_json)


@contextmanager
def _new_or_opened(url: str) -> Iterator[Database]:
    """Tables are made where there is none; a database that has some is not brought up to date: it may be somebody's."""
    with named(url) as database:
        file = sqlite_file(database)
        is_new = (file is not None and not file.exists()) or _is_blank(database)
    with (migrated if is_new else opened)(url) as database:
        yield database


def _is_blank(database: Database) -> bool:
    """Raises ``DatabaseUnusable``."""
    try:
        return database.is_blank()
    except Exception as error:
        raise unreachable(error) from error


def _tell(made: Backup, what: str, *, as_json: bool) -> None:
    if as_json:
        print_json(made)
        return
    say(f"{what}: {made.all_rows} rows in {len(made.rows)} tables, revision {made.revision}.")
    for chain, number in made.audit.items():
        if number is not None:
            say(f"The audit's chain {chain} does not hold from event {number} on; it did not when the backup was made.")
