"""The anchor file: one line of JSON for each time the ends of the audit's chains were written down.

Knows nothing of the database. Each line's hash covers the line before, so that the file is a chain of its own.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from models.chains import FIRST_PREVIOUS, Anchored, Head, canonical
from scheduler.errors import Refused

HASH = r"^[0-9a-f]{64}$"


class AnchorFileUnusable(Refused):
    """The anchor file cannot be used."""

    code = "anchor_file_unusable"


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int = Field(ge=1)
    hash: str = Field(pattern=HASH)


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    at: AwareDatetime
    chains: dict[str, _Head]
    previous: str = Field(pattern=HASH)
    hash: str = Field(pattern=HASH)


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchors:
    """What an anchor file says, chain by chain, and the numbers of the lines that are not as they were written.
    ``last_at``: when the last line was written (``None``: no line can be read)."""

    of_chain: Mapping[str, tuple[Anchored, ...]]
    lines: int
    last_at: datetime | None
    broken: tuple[int, ...]


def append_anchor(file: Path, at: datetime, heads: Mapping[str, Head]) -> int:
    """Writes a line, through to the disk; how many there are now. Raises ``AnchorFileUnusable``."""
    chains = {chain: {"number": head.number, "hash": head.hash} for chain, head in heads.items()}
    try:
        with file.open("a+", encoding="utf-8", errors="replace") as out:
            # From the reading on: two that write at once must not chain on the same line.
            fcntl.flock(out, fcntl.LOCK_EX)
            out.seek(0)
            count, previous, torn = _end(out)
            facts: dict[str, Any] = {"at": at.isoformat(), "chains": chains, "previous": previous}
            out.write(("\n" if torn else "") + json.dumps(facts | {"hash": _hash(facts)}) + "\n")
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise AnchorFileUnusable(f"The anchor file {file} cannot be written: {error.strerror}.") from None
    return count + 1


def _end(texts: Iterable[str]) -> tuple[int, str, bool]:
    """How many lines there are, the hash of the last that is an anchor, and whether the last of all breaks off."""
    count, previous, torn = 0, FIRST_PREVIOUS, False
    for text in texts:
        count += 1
        line, torn = _line(text), not text.endswith("\n")
        previous = previous if line is None else line.hash
    return count, previous, torn


def read_anchors(file: Path) -> Anchors:
    """Raises ``AnchorFileUnusable`` for one that is not there or holds nothing."""
    found: dict[str, list[Anchored]] = {}
    broken, previous, count, last_at = [], FIRST_PREVIOUS, 0, None
    for count, line in enumerate(_lines(file), start=1):
        if line is None or line.previous != previous or line.hash != _hash(_facts(line)):
            broken.append(count)
        if line is not None:
            previous, last_at = line.hash, line.at
            for chain, head in line.chains.items():
                anchored = Anchored(at=line.at, head=Head(number=head.number, hash=head.hash))
                found.setdefault(chain, []).append(anchored)
    if not count:
        raise AnchorFileUnusable(f"The anchor file {file} holds no anchor.")
    of_chain = {chain: tuple(each) for chain, each in found.items()}
    return Anchors(of_chain=of_chain, lines=count, last_at=last_at, broken=tuple(broken))


def _lines(file: Path) -> Iterator[_Line | None]:
    """``None`` for a line that is no anchor."""
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            fcntl.flock(lines, fcntl.LOCK_SH)
            yield from map(_line, lines)
    except FileNotFoundError:
        text = f"The anchor file {file} cannot be read: no anchor has been written yet, or the file was moved away."
        raise AnchorFileUnusable(text) from None
    except OSError as error:
        raise AnchorFileUnusable(f"The anchor file {file} cannot be read: {error.strerror}.") from None


def _line(text: str) -> _Line | None:
    try:
        return _Line.model_validate_json(text)
    except ValidationError:
        return None


def _facts(line: _Line) -> dict[str, Any]:
    chains = {chain: {"number": head.number, "hash": head.hash} for chain, head in line.chains.items()}
    return {"at": line.at.isoformat(), "chains": chains, "previous": line.previous}


def _hash(facts: Mapping[str, Any]) -> str:
    return sha256(canonical(facts)).hexdigest()
