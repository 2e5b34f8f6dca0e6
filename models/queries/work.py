"""Recipes, each by its latest version.

Knows nothing of who asked for them.
"""

from sqlalchemy import func
from sqlmodel import Session, and_, col, select

from models.tables import Laboratory, Recipe


def latest_recipes(
    session: Session,
    *,
    centre_id: int | None = None,
    laboratory_id: int | None = None,
    after_id: int = 0,
    limit: int | None = None,
) -> list[Recipe]:
    """The latest version of each key that passes the filters given, with an id above ``after_id``, by id."""
    newest = select(Recipe.key, func.max(Recipe.version).label("version")).group_by(col(Recipe.key)).subquery()
    wanted = (
        select(Recipe)
        .join(newest, and_(newest.c.key == Recipe.key, newest.c.version == Recipe.version))
        .where(col(Recipe.id) > after_id)
        .order_by(col(Recipe.id))
        .limit(limit)
    )
    if laboratory_id is not None:
        wanted = wanted.where(Recipe.laboratory_id == laboratory_id)
    if centre_id is not None:
        laboratories = select(Laboratory.id).where(Laboratory.centre_id == centre_id)
        wanted = wanted.where(col(Recipe.laboratory_id).in_(laboratories))
    return list(session.exec(wanted))
