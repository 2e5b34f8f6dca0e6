"""What every REST router has in common: strict reading, and the problems that any route may answer with.

Knows no route.
"""

from fastapi import APIRouter

from api.bodies import StrictRoute
from api.errors import declared

COMMANDS = declared(403, 413, 415, 503)
"""What a command may answer with besides."""


def new_router(tag: str, *, is_open: bool = False) -> APIRouter:
    """``is_open``: for whoever comes, so that nobody is turned away."""
    turned_away = () if is_open else (401, 403)
    return APIRouter(tags=[tag], route_class=StrictRoute, responses=declared(400, *turned_away, 413, 422, 500))
