"""``serve`` and ``work``: the web application on this machine, and the timetable alone.

Knows nothing of what they do.
"""

import os
import signal
import socket
import threading
from pathlib import Path

import typer
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.cli.opening import opened
from api.cli.terminal import remark, say
from api.doorway import LOOPBACK_NAMES
from models.database import Database
from scheduler.errors import Refused
from scheduler.work import start_timetable

URL_VARIABLE = "PILOTLINE_DATABASE"
FINISH_SECONDS = 3
"""How long requests that are being answered may hold up the end."""


class NotLoopback(Refused):
    """The address is not one of this machine alone."""

    code = "not_loopback"


class PortTaken(Refused):
    """The port is in use."""

    code = "port_taken"


def serve(url: str, *, host: str, port: int, workers: int, work: bool, anchor: Path | None = None) -> None:
    """Serves until interrupted. With several workers the timetable runs elsewhere (``work``), and the anchors too."""
    if anchor is not None and not work:
        raise typer.BadParameter("the timetable writes it: give it to `pilotline work`", param_hint="--anchor")
    if workers > 1 and work:
        raise typer.BadParameter(
            "several workers need --no-work, and `pilotline work` beside them", param_hint="--workers"
        )
    check_address(host, port)
    with opened(url) as database:
        if workers == 1:
            serve_here(database, host=host, port=port, work=work, anchor=anchor)
            return
    os.environ[URL_VARIABLE] = url
    say(f"Pilotline is at http://{shown_host(host)}:{port}/ with {workers} workers (Ctrl-C stops it)")
    uvicorn.run(
        "api.cli.serving:application",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        timeout_graceful_shutdown=FINISH_SECONDS,
    )


def serve_here(database: Database, *, host: str, port: int, work: bool, anchor: Path | None = None) -> None:
    """Serves in this process, with the timetable if ``work``."""
    say(f"Pilotline is at http://{shown_host(host)}:{port}/ (Ctrl-C stops it)")
    uvicorn.run(
        create_app(database, timetable=work, anchor=anchor),
        host=host,
        port=port,
        log_level="warning",
        timeout_graceful_shutdown=FINISH_SECONDS,
    )


def application() -> FastAPI:
    """The application of one worker among several, on the database named in the environment."""
    return create_app(Database(os.environ[URL_VARIABLE]), timetable=False)


def check_address(host: str, port: int) -> None:
    """Raises ``NotLoopback`` for a host other than this machine, ``PortTaken`` for a port that something listens on."""
    if shown_host(host) not in LOOPBACK_NAMES:
        known = ", ".join(sorted(LOOPBACK_NAMES))
        raise NotLoopback(f"{host} is not served: until there is sign-in, only this machine is ({known}).")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"{shown_host(host)}:{port} cannot be used ({error.strerror}): give another --port."
            ) from None


def shown_host(host: str) -> str:
    """The host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


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
