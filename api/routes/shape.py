"""What every REST router has in common: strict reading, and the problems that any route may answer with.

Knows no route.
"""

from fastapi import APIRouter

from api.bodies import StrictRoute
from api.errors import declared

COMMANDS = declared(403, 413, 415, 503)
"""What a command may answer with besides."""


def new_router(tag: str) -> APIRouter:
    return APIRouter(tags=[tag], route_class=StrictRoute, responses=declared(400, 401, 413, 422, 500))
