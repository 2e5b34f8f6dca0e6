"""The timetable: due work is done once, whatever happens to the workers."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from models.chains import verify
from models.database import Database
from models.queries.plans import plan_for_update
from models.queries.record import events_of, lease_next
from models.tables import DueWork, Plan
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.local_time import iso_week, later_week
from scheduler.nightly import ask_nightly, start_nightly
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.plans import show_plan
from scheduler.timetable import LEASE, MOST_ATTEMPTS, give_back, take
from scheduler.work import STOP_SECONDS, Worker, utc_now
from solver.construct import first_come
from solver.plan import Plan as Answer
from solver.plan import Status
from solver.problem import Problem
from tests.scheduler.small_centre import NOW, WEEK, at, found, request


@pytest.fixture(autouse=True)
def _solver() -> None:
    """A process of its own, as in use."""


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
    assert view.summary.state == "failed"
    assert due(database)[0].done_at == now
    assert "never finished" in (due(database)[0].error or "")


def unripe(problem: Problem, *, stop: threading.Event, status: Status = "feasible", **_: object) -> Answer:
    """In place of the solver: it would go on for long."""
    assert stop.wait(30)
    start = first_come(problem)
    assert start is not None
    return replace(start.plan, status=status)


def stopped_in_the_middle(database: Database, plan_id: int) -> None:
    """A worker that was told to stop while it was solving."""
    worker = Worker(database, "stopped", clock=lambda: NOW)
    thread = threading.Thread(target=worker.run_due)
    thread.start()
    _wait_for(database, plan_id, "solving", 10)
    worker.stop()
    thread.join(10)
    assert not thread.is_alive()


def verbs(database: Database, plan_id: int) -> list[tuple[str, str | None, str | None]]:
    """What happened to a plan: the verb, the state before, the state after."""
    with database.reading() as session:
        events = events_of(session, object_kind="plan", object_id=str(plan_id))
    return [(event.verb, (event.before or {}).get("state"), (event.after or {}).get("state")) for event in events]


def test_orderly_stops_put_the_draft_back_and_are_no_attempts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_id = ask(database)
    with monkeypatch.context() as patch:
        patch.setattr("scheduler.planning.solve", unripe)
        for _ in range(MOST_ATTEMPTS + 1):
            stopped_in_the_middle(database, plan_id)
            assert state(database, plan_id) == "queued"
            assert [(work.attempts, work.leased_by, work.error) for work in due(database)] == [(0, None, None)]
    assert Worker(database, "last", clock=lambda: NOW).run_due()
    assert state(database, plan_id) == "draft"
    assert verbs(database, plan_id) == [
        ("asked for plan", None, "queued"),
        *[("began plan", "queued", "solving"), ("put plan back", "solving", "queued")] * (MOST_ATTEMPTS + 1),
        ("began plan", "queued", "solving"),
        ("drafted plan", "solving", "draft"),
    ]
    with database.reading() as session:
        assert verify(session, "centre:1") == []


def test_a_plan_proven_best_is_kept_although_a_stop_came(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_id = ask(database)
    monkeypatch.setattr("scheduler.planning.solve", partial(unripe, status="optimal"))
    stopped_in_the_middle(database, plan_id)
    assert state(database, plan_id) == "draft"
    assert due(database)[0].done_at == NOW


def test_who_waits_for_a_plan_may_stop_it_and_keep_the_best_so_far(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_id = ask(database)
    monkeypatch.setattr("scheduler.planning.solve", unripe)
    stop = threading.Event()
    stop.set()
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=plan_id, stop=stop)
    assert state(database, plan_id) == "draft"


def test_a_stop_between_taking_and_doing_puts_the_work_down(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_id = ask(database)
    worker = Worker(database, "stopped", clock=lambda: NOW)

    def taken(*arguments: Any, **named: Any) -> DueWork | None:
        worker.stopping.set()
        return take(*arguments, **named)

    monkeypatch.setattr("scheduler.work.take", taken)
    assert not worker.run_due()
    assert [(work.attempts, work.leased_by) for work in due(database)] == [(0, None)]
    assert [verb for verb, _, _ in verbs(database, plan_id)] == ["asked for plan"]


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


def test_a_clock_that_is_behind_does_not_ask_for_a_night_again(database: Database) -> None:
    start_nightly(database, now=NOW)
    (night,) = due(database)
    worker = Worker(database, "one", clock=lambda: night.due_at + timedelta(seconds=1))
    assert worker.run_due()
    start_nightly(database, now=night.due_at - timedelta(seconds=2))
    assert [work.subject for work in due(database)].count(night.subject) == 1


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
    plan_id = ask_for_long(database, limit=6.0)
    first = _start_work(database_url)
    try:
        children = _solving(database, plan_id, first.pid)
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_end_puts_its_draft_back_and_leaves_nobody(
    database: Database, database_url: str, number: signal.Signals
) -> None:
    plan_id = ask_for_long(database)
    with _start_work(database_url) as worker:
        children = _solving(database, plan_id, worker.pid)
        worker.send_signal(number)
        assert worker.wait(timeout=STOP_SECONDS) == 0
    assert state(database, plan_id) == "queued"
    assert [(work.attempts, work.leased_by, work.error) for work in due(database) if work.kind == "draft"] == [
        (0, None, None)
    ]
    assert not [pid for pid in children if _is_alive(pid)]


def test_a_worker_told_to_end_waits_for_no_busy_database(database: Database, database_url: str) -> None:
    plan_id = ask_for_long(database)
    with _start_work(database_url) as worker:
        children = _solving(database, plan_id, worker.pid)

        def hold(session: Session) -> None:
            plan_for_update(session, plan_id)
            worker.terminate()
            assert worker.wait(timeout=STOP_SECONDS + 5) == 0

        database.write(hold)
    assert not [pid for pid in children if _is_alive(pid)]


def ask_for_long(database: Database, *, limit: float = 120.0) -> int:
    """A draft of so much work that it is not soon proven best."""
    for number in range(2, 60):
        request(database, f"R-{number}", quantity=5 + number % 23, due_at=at(f"Thu {8 + number % 9}:00"))
    now = utc_now()
    week = later_week(iso_week(now, "Europe/Moscow"), 1)
    return ask_for_plan(database, actor=ME, now=now, week=week, limit=limit, workers=1)


def _solving(database: Database, plan_id: int, worker: int) -> list[int]:
    """Waits until the solve of a worker has said something; the processes that it consists of."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with database.reading() as session:
            if session.get_one(Plan, plan_id).progress is not None:
                break
        time.sleep(0.1)
    found = [worker]
    for pid in found:
        found += [child for thread in Path(f"/proc/{pid}/task").iterdir() for child in _of_thread(thread)]
    assert len(found) >= 3, "the worker, its child and a worker of that"
    return found[1:]


def _of_thread(thread: Path) -> list[int]:
    return [int(pid) for pid in (thread / "children").read_text().split()]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
