"""The anchor file: one line of JSON for each time the ends of the audit's chains were written down.

Knows nothing of the database. Each line's hash covers the line before, so that the file is a chain of its own.
"""

import json
import os
from collections.abc import Iterator, Mapping
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
    """What an anchor file says, chain by chain, and the numbers of the lines that are not as they were written."""

    of_chain: Mapping[str, tuple[Anchored, ...]]
    lines: int
    broken: tuple[int, ...]


def append_anchor(file: Path, at: datetime, heads: Mapping[str, Head]) -> int:
    """Writes a line, through to the disk; how many there are now. Raises ``AnchorFileUnusable``."""
    previous, count = FIRST_PREVIOUS, 0
    if file.exists():
        for count, line in enumerate(_lines(file), start=1):  # noqa: B007 - the last of each is what is wanted
            previous = FIRST_PREVIOUS if line is None else line.hash
    chains = {chain: {"number": head.number, "hash": head.hash} for chain, head in heads.items()}
    facts: dict[str, Any] = {"at": at.isoformat(), "chains": chains, "previous": previous}
    try:
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(facts | {"hash": _hash(facts)}) + "\n")
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise AnchorFileUnusable(f"The anchor file {file} cannot be written: {error.strerror}.") from None
    return count + 1


def read_anchors(file: Path) -> Anchors:
    """Raises ``AnchorFileUnusable`` for one that is not there or holds nothing."""
    found: dict[str, list[Anchored]] = {}
    broken, previous, count = [], FIRST_PREVIOUS, 0
    for count, line in enumerate(_lines(file), start=1):
        if line is None or line.previous != previous or line.hash != _hash(_facts(line)):
            broken.append(count)
        if line is not None:
            previous = line.hash
            for chain, head in line.chains.items():
                anchored = Anchored(at=line.at, head=Head(number=head.number, hash=head.hash))
                found.setdefault(chain, []).append(anchored)
    if not count:
        raise AnchorFileUnusable(f"The anchor file {file} holds no anchor.")
    return Anchors(of_chain={chain: tuple(each) for chain, each in found.items()}, lines=count, broken=tuple(broken))


def _lines(file: Path) -> Iterator[_Line | None]:
    """``None`` for a line that is no anchor."""
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for text in lines:
                try:
                    yield _Line.model_validate_json(text)
                except ValidationError:
                    yield None
    except OSError as error:
        raise AnchorFileUnusable(f"The anchor file {file} cannot be read: {error.strerror}.") from None


def _facts(line: _Line) -> dict[str, Any]:
    chains = {chain: {"number": head.number, "hash": head.hash} for chain, head in line.chains.items()}
    return {"at": line.at.isoformat(), "chains": chains, "previous": line.previous}


def _hash(facts: Mapping[str, Any]) -> str:
    return sha256(canonical(facts)).hexdigest()
