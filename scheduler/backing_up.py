"""A whole database as one file, and such a file as a database again, of whichever kind.

Knows nothing of single tables. The file is a ZIP archive: a JSON Lines file for each table, and a manifest.
"""

import io
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from sqlmodel import Session

from models import dumping
from models.audit import PEOPLE, record
from models.chains import verify
from models.database import Database
from models.errors import RowsRefused
from scheduler.actors import Actor
from scheduler.errors import NotPossibleNow, Refused

FORMAT = 1
MANIFEST = "manifest.json"
MOST_MANIFEST = 1_000_000

Progress = Callable[[str, int, int], None]


class BadBackup(Refused):
    """The file is no whole backup, or was changed; nothing was stored."""

    code = "bad_backup"


class FileTaken(Refused):
    """There is a file of that name already."""

    code = "file_taken"


class NotEmpty(NotPossibleNow):
    """The database is not empty."""

    code = "not_empty"


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """What a file holds. ``audit``: for each chain the number of the first event that does not follow, ``None`` where
    it is whole."""

    revision: str
    made_at: str
    rows: Mapping[str, int]
    audit: Mapping[str, int | None]

    @property
    def all_rows(self) -> int:
        return sum(self.rows.values())


def back_up(database: Database, *, actor: Actor, now: datetime, file: Path, progress: Progress) -> Backup:
    """Writes one state of the whole database, while others go on working. Raises ``FileTaken``, ``OSError``.

    Sessions, one-time links, tokens and wrong passwords are left out; accounts keep the hashes of their passwords.
    """
    if file.exists():
        raise FileTaken(f"There is a file {file.name} already.")
    part = file.with_name(f"{file.name}.part")
    try:
        # What is in it is nobody else's business.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            manifest = _write(database, out, now, progress)
        part.replace(file)
    except BaseException:
        with suppress(FileNotFoundError):
            part.unlink()
        raise
    backup = _told(manifest)
    database.write(lambda session: _record(session, actor, now, "backed up", file.name, backup))
    return backup


def restore(database: Database, *, actor: Actor, now: datetime, file: Path, progress: Progress) -> Backup:
    """Fills an empty database of the same revision. Everything is looked at before anything is stored, and the audit's
    chains afterwards. Raises ``BadBackup``, ``NotEmpty``, ``OSError``."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive)
            _check(archive, manifest, progress)
            return database.write(lambda session: _fill(session, archive, manifest, actor, now, file.name, progress))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadBackup(f"{file.name} is cut off, changed, or no backup: {error}.") from None


def _record(session: Session, actor: Actor, now: datetime, verb: str, name: str, backup: Backup) -> None:
    after = {"revision": backup.revision, "made_at": backup.made_at, "rows": backup.all_rows}
    record(session, chain=PEOPLE, at=now, actor=actor.key, verb=verb, object_kind="backup", object_id=name, after=after)


def _told(manifest: Mapping[str, Any]) -> Backup:
    return Backup(
        revision=manifest["revision"],
        made_at=manifest["made_at"],
        rows={name: told["rows"] for name, told in manifest["tables"].items()},
        audit=manifest["audit"],
    )


# -- writing


def _write(database: Database, out: IO[bytes], now: datetime, progress: Progress) -> dict[str, Any]:
    every = dumping.columns()
    with database.reading() as session, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "revision": dumping.revision(session),
            "made_at": now.isoformat(),
            "left_out": sorted(dumping.LEFT_OUT),
            "tables": {},
            "audit": _tampered(session),
        }
        for number, table in enumerate(every, start=1):
            progress(f"table {table}", number, len(every))
            with archive.open(_name(table), "w", force_zip64=True) as part:
                manifest["tables"][table] = _write_rows(session, table, part) | {"columns": every[table]}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def _tampered(session: Session) -> dict[str, int | None]:
    """By chain: the first event to which something was done; ``None`` where it is whole."""
    found = {chain: verify(session, chain) for chain in dumping.chains(session)}
    return {chain: tamperings[0].number if tamperings else None for chain, tamperings in found.items()}


def _write_rows(session: Session, table: str, part: IO[bytes]) -> dict[str, Any]:
    digest, rows = sha256(), 0
    for row in dumping.rows_of(session, table):
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        digest.update(line)
        part.write(line)
        rows += 1
    return {"rows": rows, "sha256": digest.hexdigest()}


def _name(table: str) -> str:
    return f"tables/{table}.jsonl"


# -- reading


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        info = archive.getinfo(MANIFEST)
    except KeyError:
        raise BadBackup(f"The file has no {MANIFEST}: it is no backup.") from None
    if info.file_size > MOST_MANIFEST:
        raise BadBackup(f"Its {MANIFEST} is longer than {MOST_MANIFEST} bytes.")
    try:
        found = json.loads(archive.read(info))
        known = isinstance(found, dict) and found["format"] == FORMAT
        if known:
            _told(found)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        known = False
    if not known:
        raise BadBackup(f"Its {MANIFEST} cannot be read, or is of another format than {FORMAT}.")
    names = [each.filename for each in archive.infolist()]
    expected = [*(_name(table) for table in found["tables"]), MANIFEST]
    if sorted(names) != sorted(expected):
        odd = ", ".join(sorted({*names} ^ {*expected})) or "a part that stands there twice"
        raise BadBackup(f"What is in the file is not what its {MANIFEST} names: {odd}.")
    return dict(found)


def _check(archive: zipfile.ZipFile, manifest: Mapping[str, Any], progress: Progress) -> None:
    """Rows and digests of every table, before any is stored."""
    for number, (table, told) in enumerate(manifest["tables"].items(), start=1):
        progress(f"looking at {table}", number, len(manifest["tables"]))
        digest, rows = sha256(), 0
        with archive.open(_name(table)) as part:
            for line in part:
                digest.update(line)
                rows += 1
        if digest.hexdigest() != told["sha256"] or rows != told["rows"]:
            raise BadBackup(f"The table {table} was changed: {rows} rows, {told['rows']} by the {MANIFEST}.")


def _fill(
    session: Session,
    archive: zipfile.ZipFile,
    manifest: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    name: str,
    progress: Progress,
) -> Backup:
    _check_place(session, manifest)
    every = dumping.columns()
    for number, table in enumerate(every, start=1):
        progress(f"storing {table}", number, len(every))
        with archive.open(_name(table)) as part:
            _store(session, table, part)
    dumping.go_on_counting(session)
    found = _tampered(session)
    if found != manifest["audit"]:
        broken = ", ".join(sorted(chain for chain in found if found[chain] != manifest["audit"].get(chain)))
        raise BadBackup(
            f"The audit does not hold as it did when the backup was made: {broken or 'a chain is missing'}."
        )
    backup = _told(manifest)
    _record(session, actor, now, "restored", name, backup)
    return backup


def _check_place(session: Session, manifest: Mapping[str, Any]) -> None:
    here = dumping.revision(session)
    if manifest["revision"] != here:
        raise BadBackup(
            f"The backup is of revision {manifest['revision']}, the database of {here}: restore it with the version "
            "that made it, and bring that database up to date."
        )
    filled = dumping.first_filled(session)
    if filled is not None:
        raise NotEmpty(f"The database is not empty: {filled} has rows. A backup is restored into a new database only.")
    if {name: told["columns"] for name, told in manifest["tables"].items()} != dumping.columns():
        raise BadBackup("The tables of the backup are not those of this version.")


def _store(session: Session, table: str, part: IO[bytes]) -> None:
    try:
        dumping.put(session, table, _lines(part))
    except RowsRefused as refusal:
        raise BadBackup(f"{str(refusal).capitalize()}.") from None


def _lines(part: IO[bytes]) -> Iterator[dict[str, Any]]:
    for line in io.TextIOWrapper(part, encoding="utf-8", newline="\n"):
        yield json.loads(line)
