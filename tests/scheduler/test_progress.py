"""What a running solve says is kept, and a database that is busy costs neither the solve nor its time."""

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from models.database import Database, T
from models.errors import StoreBusy
from models.tables import Plan
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.progress import kept_progress
from solver.progress import Progress
from tests.scheduler.small_centre import NOW, WEEK, found, request


@pytest.fixture(autouse=True)
def _solver() -> None:
    """A process of its own, as in use."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.progress.PAUSE_SECONDS", 0.02)


@pytest.fixture
def plan_id(database: Database) -> int:
    found(database)
    request(database, "R-1")
    return ask_for_plan(database, actor=ME, now=NOW, week=WEEK, limit=None, work=2, workers=1)


class Busy(Database):
    """The same database, where writes of other threads than the one that made it fail, or do not come to an end."""

    def __init__(self, url: str, fault: Callable[[], None]) -> None:
        super().__init__(url)
        self.mine = threading.get_ident()
        self.fault = fault

    def write(self, command: Callable[[Session], T]) -> T:
        if threading.get_ident() != self.mine:
            self.fault()
        return super().write(command)


class Faults:
    """Raises the errors given, one at a time, then no more."""

    def __init__(self, *errors: Exception) -> None:
        self.left = list(errors)

    def __call__(self) -> None:
        if self.left:
            raise self.left.pop(0)


ERRORS = (StoreBusy("the store was busy for too long"), OperationalError("UPDATE plan", {}, Exception("no route")))


def said(seconds: float) -> Progress:
    return Progress(seconds=seconds, planned=1, levels=(0,), bound=0)


def solving(database: Database, plan_id: int) -> None:
    def begin(session: Session) -> None:
        session.get_one(Plan, plan_id).state = "solving"

    database.write(begin)


def kept(database: Database, plan_id: int) -> float | None:
    with database.reading() as session:
        progress = session.get_one(Plan, plan_id).progress
    return None if progress is None else float(progress["seconds"])


def eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


@pytest.mark.parametrize("error", ERRORS, ids=["busy", "broken"])
def test_a_draft_outlives_a_database_that_takes_no_progress(
    database: Database, database_url: str, plan_id: int, error: Exception
) -> None:
    asked = threading.Event()

    def fail() -> None:
        asked.set()
        raise error

    busy = Busy(database_url, fail)
    draft_plan(busy, actor=ME, now=lambda: NOW, plan_id=plan_id)
    busy.dispose()
    assert asked.is_set()
    with database.reading() as session:
        assert session.get_one(Plan, plan_id).state == "draft"


def test_progress_that_failed_is_kept_the_next_time(database: Database, database_url: str, plan_id: int) -> None:
    solving(database, plan_id)
    faults = Faults(*ERRORS)
    busy = Busy(database_url, faults)
    with kept_progress(busy, plan_id) as hear:
        hear(said(1.5))
        assert eventually(lambda: kept(database, plan_id) == 1.5)
        hear(said(2.5))
        assert eventually(lambda: kept(database, plan_id) == 2.5)
    busy.dispose()
    assert faults.left == []


def test_whoever_hears_waits_for_no_database(database: Database, database_url: str, plan_id: int) -> None:
    going_on = threading.Event()

    def wait() -> None:
        going_on.wait(60)

    busy = Busy(database_url, wait)
    heard: list[float] = []
    begun = time.monotonic()
    with kept_progress(busy, plan_id, lambda progress: heard.append(progress.seconds)) as hear:
        for at in range(3):
            hear(said(float(at)))
            time.sleep(0.1)
    taken = time.monotonic() - begun
    going_on.set()
    busy.dispose()
    assert heard == [0.0, 1.0, 2.0]
    assert taken < 4


def test_a_word_that_comes_too_late_is_not_kept(database: Database, plan_id: int) -> None:
    with kept_progress(database, plan_id) as hear:
        hear(said(1.0))
        time.sleep(0.3)
    assert kept(database, plan_id) is None
