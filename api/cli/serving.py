"""``serve`` and ``work``: the web application, and the timetable alone.

Knows nothing of what they do.
"""

import os
import signal
import threading
from pathlib import Path
from typing import Any

import typer
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.cli.listening import Listening, read
from api.cli.opening import opened
from api.cli.terminal import remark, say
from models.database import Database
from scheduler.work import start_timetable

URL_VARIABLE = "PILOTLINE_DATABASE"
WHERE_VARIABLE = "PILOTLINE_LISTENING"
ANCHOR_VARIABLE = "PILOTLINE_ANCHOR"
FINISH_SECONDS = 3
"""How long requests that are being answered may hold up the end."""


def serve(url: str, *, where: Listening, workers: int, work: bool, anchor: Path | None = None) -> None:
    """Serves until interrupted. Without the timetable, as with several workers, ``work`` runs elsewhere and writes the
    anchors; here they are only read, when the record is verified, which is said."""
    if workers > 1 and work:
        raise typer.BadParameter(
            "several workers need --no-work, and `pilotline work` beside them", param_hint="--workers"
        )
    if anchor is not None and not work:
        remark(
            f"Without the timetable no anchors are written here: {anchor} is only read, when the record is verified. "
            f"`pilotline work --anchor {anchor}` writes it."
        )
    with opened(url) as database:
        if workers == 1:
            serve_here(database, where=where, work=work, anchor=anchor)
            return
    os.environ[URL_VARIABLE], os.environ[WHERE_VARIABLE] = url, where.written()
    os.environ[ANCHOR_VARIABLE] = "" if anchor is None else str(anchor.absolute())
    say(f"Pilotline is at {where.address}/ with {workers} workers (Ctrl-C stops it)")
    _run("api.cli.serving:application", where, factory=True, workers=workers)


def serve_here(database: Database, *, where: Listening, work: bool, anchor: Path | None = None) -> None:
    """Serves in this process, with the timetable if ``work``."""
    say(f"Pilotline is at {where.address}/ (Ctrl-C stops it)")
    _run(create_app(database, timetable=work, names=where.hosts, proxies=where.trusted, anchor=anchor), where)


def application() -> FastAPI:
    """The application of one worker among several, on the database named in the environment."""
    where = read(os.environ[WHERE_VARIABLE])
    database, anchor = Database(os.environ[URL_VARIABLE]), os.environ.get(ANCHOR_VARIABLE)
    file = Path(anchor) if anchor else None
    return create_app(database, timetable=False, names=where.hosts, proxies=where.trusted, anchor=file)


def _run(app: FastAPI | str, where: Listening, **more: Any) -> None:
    uvicorn.run(
        app,
        host=where.host,
        port=where.port,
        ssl_certfile=where.certificate,
        ssl_keyfile=where.key,
        # Whose word counts is decided by the application, which is told the proxies.
        proxy_headers=False,
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=FINISH_SECONDS,
        **more,
    )


def work(url: str, *, anchor: Path | None = None) -> None:
    """Runs the timetable in the foreground until interrupted or terminated; work in hand becomes due again."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    with opened(url) as database:
        timetable = start_timetable(database, anchor=anchor)
        remark("Doing what is due; Ctrl-C stops.")
        try:
            ended.wait()
        finally:
            timetable.stop()
