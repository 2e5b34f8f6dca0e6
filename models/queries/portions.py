"""Ids in portions that a statement can take: SQLite counts its variables up to 32,766, PostgreSQL's protocol to 65,535.

Knows no table.
"""

from collections.abc import Collection, Iterator
from typing import Any

MOST_AT_ONCE = 5000


def portions(values: Collection[Any]) -> Iterator[list[Any]]:
    """Each value once, sorted; ``None`` is left out, and nothing gives no portion."""
    every = sorted({value for value in values if value is not None})
    for start in range(0, len(every), MOST_AT_ONCE):
        yield every[start : start + MOST_AT_ONCE]
