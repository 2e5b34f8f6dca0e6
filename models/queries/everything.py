"""All rows of a table that is small by nature, and the latest version of every recipe.

Knows nothing of what they are wanted for.
"""

from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select

from models.tables import Recipe

Row = TypeVar("Row", bound=SQLModel)


def every_row(session: Session, table: type[Row]) -> list[Row]:
    """By primary key."""
    key: Any = inspect(table).primary_key
    return list(session.exec(select(table).order_by(*key)))


def latest_of_recipes(session: Session) -> dict[str, Recipe]:
    """By key."""
    return {row.key: row for row in session.exec(select(Recipe).order_by(col(Recipe.version), col(Recipe.id)))}
