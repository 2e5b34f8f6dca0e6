"""What a list that is taken away consists of: its columns and rows, who asks for it, and reading it page by page.

Knows nothing of what is listed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from models.database import Database
from scheduler.actors import Actor

Nested = Mapping[str, Any] | list[Any]
Cell = str | int | float | datetime | Nested | None
Row = tuple[Cell, ...]
PAGE = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """``rows`` have a cell for each of ``columns``; moments are in UTC. What is nested is JSON within a cell."""

    kind: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """Who asks, when, and for which centre (``None``: all)."""

    database: Database
    actor: Actor
    now: datetime
    centre: str | None = None


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


V = TypeVar("V", bound=_Numbered)


def paged(read: Callable[[int], Sequence[V]]) -> Iterator[V]:
    """Everything of a list that is read from one id on."""
    after = 0
    while page := read(after):
        yield from page
        after = page[-1].id
