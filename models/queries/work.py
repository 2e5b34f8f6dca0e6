"""Recipes and requests.

Knows nothing of when the work is done.
"""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, and_, col, or_, select

from models.tables import Laboratory, Recipe, Request


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


def recipe_with_key(session: Session, key: str, *, version: int | None = None) -> Recipe | None:
    """A version of a recipe, the latest by default."""
    wanted = select(Recipe).where(Recipe.key == key).order_by(col(Recipe.version).desc()).limit(1)
    if version is not None:
        wanted = wanted.where(Recipe.version == version)
    return session.exec(wanted).first()


def open_requests(
    session: Session, *, centre_id: int, at: datetime, after_id: int = 0, limit: int | None = None
) -> list[Request]:
    """The centre's requests that are not withdrawn and whose deadline is after ``at``, with an id above ``after_id``,
    by id."""
    alive = or_(col(Request.deadline_at).is_(None), col(Request.deadline_at) > at)
    wanted = select(Request).where(Request.centre_id == centre_id, col(Request.withdrawn_at).is_(None), alive)
    return list(session.exec(wanted.where(col(Request.id) > after_id).order_by(col(Request.id)).limit(limit)))
