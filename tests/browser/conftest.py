"""A browser on a served application, at the small centre's fixed moment."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.calls import Identify, as_local_administrator
from models.database import Database
from scheduler.work import Worker
from tests.api.applications import application_on
from tests.scheduler.small_centre import NOW, at, found, request
from tests.solved_here import solved_here

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """The application at ``address``, on ``database``."""

    address: str
    database: Database

    def work(self) -> bool:
        with solved_here():
            return Worker(self.database, clock=lambda: NOW).run_due()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next((which for name in NAMES if (which := shutil.which(name))), None)
    if path is None and Path("/usr/bin/chromium").exists():
        path = "/usr/bin/chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def served(sqlite_database: Database) -> Iterator[Served]:
    """With three requests, of which one cannot be planned."""
    found(sqlite_database)
    request(sqlite_database, "R-1", due_at=at("Fri 18:00"))
    request(sqlite_database, "R-2", project=2)
    request(sqlite_database, "LATE", deadline_at=at("Mon 09:00"))
    with serving(sqlite_database, as_local_administrator) as served:
        yield served


@contextmanager
def serving(database: Database, identify: Identify) -> Iterator[Served]:
    """The application on a port of its own, while it is used."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    app = application_on(database, clock=lambda: NOW, identify=identify)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started
    yield Served(address=f"http://127.0.0.1:{port}", database=database)
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def context(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    made = browser.new_context(
        base_url=served.address, viewport={"width": 1440, "height": 900}, reduced_motion="reduce", locale="en-GB"
    )
    made.set_default_timeout(20_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen."""
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield opened
    expected = "Failed to load resource: the server responded with a status of 4"
    assert [fault for fault in faults if not fault.startswith(expected)] == []
