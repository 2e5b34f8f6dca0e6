"""The web application: REST, pages, errors and the doorway, on one database.

Knows no use case.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api import errors, openapi, pages, routes
from api.calls import Clock, Identify, utc_now
from api.door import identify as by_session_or_token
from api.doorway import LOOPBACK_NAMES, BodyLimit, Doorway
from api.peers import Proxies
from api.permission import check_permissions
from models.database import Database
from scheduler.work import start_timetable


def create_app(
    database: Database,
    *,
    timetable: bool,
    clock: Clock = utc_now,
    names: frozenset[str] = LOOPBACK_NAMES,
    identify: Identify = by_session_or_token,
    proxies: Proxies = (),
    anchor: Path | None = None,
) -> FastAPI:
    """The application on a migrated database. ``timetable``: whether it also does the due work, in this process.

    ``names`` are the hosts under which it is served; ``identify`` says who is asking; ``proxies`` are those whose word
    counts for where a message comes from; ``anchor``: the file to which the timetable writes where the audit ends, and
    against which it is verified.
    Raises ``NoPermissionNamed``.
    """
    app = FastAPI(
        title="Pilotline",
        version=version("pilotline"),
        description="Laboratory booking and equipment scheduling for engineering centres.",
        openapi_url=f"{routes.PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lambda _: _lifespan(database, timetable, anchor),
    )
    app.state.database = database
    app.state.clock = clock
    app.state.identify = identify
    app.state.proxies = proxies
    app.state.anchor = anchor
    app.include_router(routes.router)
    app.include_router(routes.outside)
    pages.install(app)
    errors.install(app, show_problem=pages.show_problem)
    check_permissions(app)
    app.openapi = lambda: openapi.describe(app)  # type: ignore[method-assign]
    app.add_middleware(BodyLimit)
    app.add_middleware(Doorway, names=names, proxies=proxies)
    return app


def _lifespan(database: Database, timetable: bool, anchor: Path | None) -> AbstractAsyncContextManager[None]:
    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        handle = start_timetable(database, anchor=anchor) if timetable else None
        yield
        if handle is not None:
            await run_in_threadpool(handle.stop)

    return running()
