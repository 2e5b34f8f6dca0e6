"""The application for many tests in a row, on the database of each: its routes are put together once.

Knows no route.
"""

from copy import copy
from functools import cache

from fastapi import FastAPI
from starlette.datastructures import State

from api.app import create_app
from api.calls import Clock, Identify
from models.database import Database


def application_on(database: Database, *, clock: Clock, identify: Identify) -> FastAPI:
    """As ``create_app`` makes it, without its timetable. To put the routes together takes longer than most tests do."""
    first = _first()
    made = copy(first)
    made.state = State({**first.state._state, "database": database, "clock": clock, "identify": identify})
    return made


@cache
def _first() -> FastAPI:
    """An application that is never called, as it has no tables."""
    return create_app(Database("sqlite:///never-opened"), timetable=False)
