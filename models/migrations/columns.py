"""Columns as revisions write them: required unless ``optional``, ``refers`` to a column of another table.

Knows nothing of the classes, so that old revisions stay what they were.
"""

from typing import Any

import sqlalchemy as sa


def _column(name: str, kind: Any, refers: str | None = None, optional: bool = False, **more: Any) -> sa.Column[Any]:
    key = () if refers is None else (sa.ForeignKey(refers),)
    return sa.Column(name, kind, *key, nullable=optional, **more)


def number(name: str, **more: Any) -> sa.Column[Any]:
    return _column(name, sa.Integer(), **more)


def text(name: str, **more: Any) -> sa.Column[Any]:
    return _column(name, sa.String(), **more)


def decimal(name: str, **more: Any) -> sa.Column[Any]:
    return _column(name, sa.Float(), **more)


def flag(name: str, **more: Any) -> sa.Column[Any]:
    return _column(name, sa.Boolean(), **more)


def json(name: str, **more: Any) -> sa.Column[Any]:
    return _column(name, sa.JSON(), **more)


def moment(name: str, **more: Any) -> sa.Column[Any]:
    return _column(name, sa.DateTime(timezone=True), **more)
