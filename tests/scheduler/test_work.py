"""The timetable: due work is done once, whatever happens to the workers."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models.database import Database
from models.queries.record import lease_next
from models.tables import DueWork, Plan
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.local_time import iso_week, later_week
from scheduler.nightly import ask_nightly, start_nightly
from scheduler.planning import ask_for_plan
from scheduler.plans import show_plan
from scheduler.timetable import LEASE, MOST_ATTEMPTS, give_back, take
from scheduler.work import Worker, utc_now
from tests.scheduler.small_centre import NOW, WEEK, at, found, request


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)
    request(database, "R-1")


def ask(database: Database, now: datetime = NOW, week: str = WEEK, work: int = 2) -> int:
    return ask_for_plan(database, actor=ME, now=now, week=week, limit=None, work=work, workers=1)


def state(database: Database, plan_id: int) -> str:
    with database.reading() as session:
        return session.get_one(Plan, plan_id).state


def due(database: Database) -> list[DueWork]:
    with database.reading() as session:
        return list(session.exec(select(DueWork).order_by("id")))


def test_a_worker_does_what_is_due_and_nothing_twice(database: Database) -> None:
    plan_id = ask(database)
    worker = Worker(database, "one", clock=lambda: NOW)
    assert worker.run_due()
    assert state(database, plan_id) == "draft"
    assert not worker.run_due()
    assert [(work.attempts, work.done_at, work.error) for work in due(database)] == [(1, NOW, None)]


def test_several_workers_make_one_draft(database: Database) -> None:
    plan_id = ask(database)
    done: list[bool] = []
    workers = [Worker(database, f"worker {number}", clock=lambda: NOW) for number in range(4)]
    threads = [threading.Thread(target=lambda each=worker: done.append(each.run_due())) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]
    assert state(database, plan_id) == "draft"


def test_a_worker_that_lost_its_lease_keeps_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_id = ask(database)
    real = Worker._do

    def overtaken(self: Worker, work: DueWork, end: threading.Event) -> None:
        database.write(
            lambda session: lease_next(session, worker="two", now=NOW + LEASE, until=NOW + 2 * LEASE) and None
        )
        real(self, work, end)

    monkeypatch.setattr(Worker, "_do", overtaken)
    Worker(database, "one", clock=lambda: NOW).run_due()
    assert state(database, plan_id) == "solving"
    monkeypatch.setattr(Worker, "_do", real)
    Worker(database, "two", clock=lambda: NOW + 3 * LEASE).run_due()
    assert state(database, plan_id) == "draft"


def test_an_expired_lease_is_taken_up_again(database: Database) -> None:
    ask(database)
    first = take(database, worker="one", now=NOW)
    assert first is not None
    assert take(database, worker="two", now=NOW + LEASE - timedelta(seconds=1)) is None
    again = take(database, worker="two", now=NOW + LEASE)
    assert again is not None
    assert (again.id, again.attempts) == (first.id, 2)
    assert not give_back(database, work=first, worker="one", now=NOW, error="late", again=False)


def test_what_never_ends_is_given_up_and_says_so(database: Database) -> None:
    plan_id = ask(database)
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        assert take(database, worker="dies", now=now) is not None
        now += LEASE
    assert Worker(database, "last", clock=lambda: now).run_due()
    view = show_plan(database, actor=ME, now=now, plan_id=plan_id)
    assert view.summary.state in ("failed", "queued")
    assert due(database)[0].done_at == now
    assert "never finished" in (due(database)[0].error or "")


def test_a_failing_draft_says_why_and_is_not_tried_again(database: Database) -> None:
    plan_id = ask(database)
    late = at("+Wed 10:00")
    assert Worker(database, "one", clock=lambda: late).run_due()
    view = show_plan(database, actor=ME, now=late, plan_id=plan_id)
    assert view.summary.state == "failed"
    assert "is over" in (view.summary.error or "")
    assert not Worker(database, "one", clock=lambda: late + timedelta(hours=1)).run_due()


def test_the_nightly_replan_is_a_draft_and_asks_for_the_next_night(database: Database) -> None:
    start_nightly(database, now=NOW)
    start_nightly(database, now=NOW)
    (night,) = due(database)
    assert night.due_at == at("Mon 02:00") - timedelta(days=2)
    plan_id = ask_nightly(database, actor=ME, now=night.due_at, centre_id=1)
    assert plan_id is not None
    view = show_plan(database, actor=ME, now=NOW, plan_id=plan_id)
    assert (view.summary.kind, view.summary.state) == ("nightly", "queued")
    nights = [work.due_at for work in due(database) if work.kind == "nightly"]
    assert nights == [night.due_at, night.due_at + timedelta(days=1)]


def test_a_nightly_draft_that_nobody_published_is_put_aside_by_the_next(database: Database) -> None:
    first = ask_nightly(database, actor=ME, now=NOW, centre_id=1)
    assert first is not None
    assert Worker(database, "one", clock=lambda: NOW).run_due()
    assert state(database, first) == "draft"
    second = ask_nightly(database, actor=ME, now=NOW + timedelta(days=1), centre_id=1)
    assert second is not None
    assert (state(database, first), state(database, second)) == ("discarded", "queued")


def test_a_nightly_draft_that_still_waits_is_put_aside_by_the_next(database: Database) -> None:
    first = ask_nightly(database, actor=ME, now=NOW, centre_id=1)
    second = ask_nightly(database, actor=ME, now=NOW + timedelta(days=1), centre_id=1)
    asked = ask(database)
    third = ask_nightly(database, actor=ME, now=NOW + timedelta(days=2), centre_id=1)
    assert [state(database, each or 0) for each in (first, second, third)] == ["discarded", "discarded", "queued"]
    assert state(database, asked) == "queued"


class Killed(BaseException):
    """As ``kill -9``: nobody hears of it."""


def test_a_night_is_asked_for_once_though_the_worker_died_right_after(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_nightly(database, now=NOW)
    (night,) = due(database)

    def die(*_: object, **__: object) -> bool:
        raise Killed

    with monkeypatch.context() as killing:
        killing.setattr("scheduler.work.complete", die)
        with pytest.raises(Killed):
            Worker(database, "one", clock=lambda: night.due_at).run_due()
    later = Worker(database, "two", clock=lambda: night.due_at + 2 * LEASE)
    while later.run_due():
        pass
    with database.reading() as session:
        assert [plan.state for plan in session.exec(select(Plan).where(Plan.kind == "nightly"))] == ["draft"]
    assert [work.kind for work in due(database)] == ["nightly", "nightly", "draft"]


def test_a_night_whose_lease_was_lost_is_left_to_the_other(database: Database) -> None:
    assert ask_nightly(database, actor=ME, now=NOW, centre_id=1, finished=lambda _: False) is None
    assert due(database) == []


def _wait_for(database: Database, plan_id: int, wanted: str, seconds: float) -> float:
    started = time.monotonic()
    while state(database, plan_id) != wanted:
        assert time.monotonic() - started < seconds, f"plan is {state(database, plan_id)}, not {wanted}"
        time.sleep(0.1)
    return time.monotonic() - started


def _start_work(url: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", "from api.cli import main; main()", "work", "--database", url]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_a_worker_killed_in_the_middle_is_replaced_within_a_minute(database: Database, database_url: str) -> None:
    now = utc_now()
    week = later_week(iso_week(now, "Europe/Moscow"), 1)
    plan_id = ask_for_plan(database, actor=ME, now=now, week=week, limit=4.0, workers=1)
    first = _start_work(database_url)
    try:
        _wait_for(database, plan_id, "solving", 30)
        time.sleep(0.4)
        children = [pid for thread in Path(f"/proc/{first.pid}/task").iterdir() for pid in _of_thread(thread)]
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    second = _start_work(database_url)
    try:
        _wait_for(database, plan_id, "draft", 60)
    finally:
        second.send_signal(signal.SIGTERM)
        second.wait(timeout=30)
    assert [(work.attempts, work.error) for work in due(database) if work.kind == "draft"] == [(2, None)]
    assert not [pid for pid in children if _is_alive(pid)]


def _of_thread(thread: Path) -> list[int]:
    return [int(pid) for pid in (thread / "children").read_text().split()]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
