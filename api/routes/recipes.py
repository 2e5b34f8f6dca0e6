"""Reading recipes, the latest version of each.

Knows no SQL.
"""

from typing import Annotated

from fastapi import Query

from api.calls import Calling
from api.errors import declared
from api.permission import needs
from api.routes.shape import new_router
from api.schemas import RecipeFilter
from scheduler import catalogue
from scheduler.catalogue import RecipeView

router = new_router("recipes")


@router.get(
    "/recipes", summary="Recipes with their routings", responses=declared(404), dependencies=[needs("see busy times")]
)
def list_recipes(call: Calling, asked: Annotated[RecipeFilter, Query()]) -> list[RecipeView]:
    return catalogue.list_recipes(call.database, actor=call.actor, now=call.now, **dict(asked))
