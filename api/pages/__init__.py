"""The web pages: server-rendered, readable without scripts, usable by keyboard.

Knows no SQL and no rules.
"""

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from api.pages import (
    account,
    approvals,
    asking,
    board,
    bookings,
    day,
    exports,
    history,
    imports,
    maintenance,
    outages,
    people,
    plans,
    policies,
    record,
    reference,
    requests,
    settings,
    signing_in,
    tracing,
)
from api.pages.drawing import show_problem

__all__ = ["install", "show_problem"]


def install(app: FastAPI) -> None:
    """The pages and what they are drawn with, under ``/``."""
    app.mount("/static", StaticFiles(packages=[("api.pages", "static")]), name="static")
    for module in (
        board,
        day,
        plans,
        outages,
        requests,
        asking,
        maintenance,
        bookings,
        approvals,
        policies,
        imports,
        record,
        history,
        tracing,
        exports,
        reference,
        signing_in,
        account,
        people,
        settings,
    ):
        app.include_router(module.router, include_in_schema=False)
