"""The web application: REST, pages, errors and the doorway, on one database.

Knows no use case.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api import errors, openapi, pages, routes
from api.calls import Clock, Identify, as_local_administrator, utc_now
from api.doorway import LOOPBACK_NAMES, BodyLimit, Doorway
from models.database import Database
from scheduler.work import start_timetable


def create_app(
    database: Database,
    *,
    timetable: bool,
    clock: Clock = utc_now,
    names: frozenset[str] = LOOPBACK_NAMES,
    identify: Identify = as_local_administrator,
) -> FastAPI:
    """The application on a migrated database. ``timetable``: whether it also does the due work, in this process.

    ``names`` are the hosts under which it is served; ``identify`` says who is asking.
    """
    app = FastAPI(
        title="Pilotline",
        version=version("pilotline"),
        description="Laboratory booking and equipment scheduling for engineering centres.",
        openapi_url=f"{routes.PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lambda _: _lifespan(database, timetable),
    )
    app.state.database = database
    app.state.clock = clock
    app.state.identify = identify
    app.include_router(routes.router)
    app.include_router(routes.outside)
    pages.install(app)
    errors.install(app, show_problem=pages.show_problem)
    app.openapi = lambda: openapi.describe(app)  # type: ignore[method-assign]
    app.add_middleware(BodyLimit)
    app.add_middleware(Doorway, names=names)
    return app


def _lifespan(database: Database, timetable: bool) -> AbstractAsyncContextManager[None]:
    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        handle = start_timetable(database) if timetable else None
        yield
        if handle is not None:
            await run_in_threadpool(handle.stop)

    return running()
