"""The worker: takes due work one at a time, does it, and keeps its lease alive meanwhile.

Knows how to wake (APScheduler, a UTC interval in memory) but keeps nothing there: what is due lives in the database.
"""

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from models.database import Database
from models.queries.record import finish
from models.tables import DueWork
from scheduler.actors import TIMETABLE
from scheduler.auditing import anchor_at_start, anchor_audit, start_anchoring
from scheduler.errors import Refused
from scheduler.missing import mark_by_the_clock
from scheduler.nightly import ask_nightly, start_nightly
from scheduler.planning import DraftPutBack, draft_plan, fail_plan
from scheduler.timetable import LEASE, MOST_ATTEMPTS, complete, give_back, holds_lease, put_down, renew, take
from scheduler.waking import DaemonThreads

log = logging.getLogger("pilotline.work")

DRAFTS = ("draft", "repair")
"""Kinds of work that are a plan to be made."""

WAKE_SECONDS = 2
"""How often a worker looks whether something is due."""

NIGHTLY_LOOK_MINUTES = 10
"""How often it looks whether every centre, new ones too, has its next nightly replan due, and the audit its anchor."""

MISSED_LOOK_SECONDS = 60
"""How often it looks whether somebody is missed: what is due there says the clock, and no row of the timetable."""

STOP_SECONDS = 5.0
"""How long the work in hand may take to end when it has to."""


class GivenUp(Exception):
    """The work was tried too often."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def worker_name() -> str:
    """A name that no other worker has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


class Worker:
    """One worker. ``run_due`` does at most one piece of work; ``stop`` ends a running solve soon."""

    def __init__(self, database: Database, name: str | None = None, clock: Callable[[], datetime] = utc_now) -> None:
        self.database = database
        self.name = name or worker_name()
        self.clock = clock
        self.stopping = threading.Event()
        self._end_current = threading.Event()

    def run_due(self) -> bool:
        """Does the next due work; ``False`` when nothing was due."""
        if self.stopping.is_set():
            return False
        work = take(self.database, worker=self.name, now=self.clock())
        if work is None:
            return False
        assert work.id is not None
        end = self._end_current = threading.Event()
        if self.stopping.is_set():
            put_down(self.database, work_id=work.id, worker=self.name)
            return False
        beat = _Heartbeat(self, work.id, end)
        beat.start()
        try:
            self._try(work, end)
        finally:
            beat.end()
        return True

    def stop(self) -> None:
        """Take nothing more and end what runs; work in hand becomes due again."""
        self.stopping.set()
        self._end_current.set()

    def _try(self, work: DueWork, end: threading.Event) -> None:
        assert work.id is not None
        try:
            if work.attempts > MOST_ATTEMPTS:
                raise GivenUp(f"taken up {MOST_ATTEMPTS} times and never finished; last error: {work.error}")
            self._do(work, end)
        except GivenUp as error:
            self._give_up(work, str(error))
        except DraftPutBack:
            put_down(self.database, work_id=work.id, worker=self.name)
        except Refused as error:
            self._give_back(work, error.text, again=False)
        except Exception as error:
            log.exception("due work %s (%s %s) failed", work.id, work.kind, work.subject)
            self._give_back(work, f"{type(error).__name__}: {error}", again=True)
        else:
            complete(self.database, work_id=work.id, worker=self.name, now=self.clock())

    def _do(self, work: DueWork, end: threading.Event) -> None:
        assert work.id is not None
        work_id = work.id
        if work.kind in DRAFTS:
            draft_plan(
                self.database,
                actor=TIMETABLE,
                now=self.clock,
                plan_id=int(work.payload["plan_id"]),
                stop=end,
                unripe="put back",
                still_mine=lambda session: holds_lease(session, work_id=work_id, worker=self.name),
            )
        elif work.kind == "nightly":
            now = self.clock()
            ask_nightly(
                self.database,
                actor=TIMETABLE,
                now=now,
                centre_id=int(work.payload["centre_id"]),
                finished=lambda session: finish(session, work_id=work_id, worker=self.name, now=now),
            )
        elif work.kind == "anchor":
            anchor_audit(self.database, actor=TIMETABLE, now=self.clock(), file=Path(work.payload["file"]))
        else:
            raise ValueError(f"no such kind of work: {work.kind}")

    def _give_back(self, work: DueWork, error: str, *, again: bool) -> None:
        give_back(self.database, work=work, worker=self.name, now=self.clock(), error=error, again=again)

    def _give_up(self, work: DueWork, error: str) -> None:
        if work.kind in DRAFTS:
            fail_plan(
                self.database, actor=TIMETABLE, now=self.clock(), plan_id=int(work.payload["plan_id"]), error=error
            )
        self._give_back(work, error, again=False)


class _Heartbeat(threading.Thread):
    """Renews a lease at a third of its length; ends the work when it was lost."""

    def __init__(self, worker: Worker, work_id: int, end: threading.Event) -> None:
        super().__init__(name=f"lease of {work_id}", daemon=True)
        self._worker, self._work_id, self._end = worker, work_id, end
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(LEASE.total_seconds() / 3):
            worker = self._worker
            try:
                kept = renew(worker.database, work_id=self._work_id, worker=worker.name, now=worker.clock())
            except Exception:
                log.exception("the lease of %s could not be renewed", self._work_id)
                continue
            if not kept:
                self._end.set()
                return

    def end(self) -> None:
        self._ended.set()
        self.join()


@dataclass(frozen=True, slots=True)
class Timetable:
    """A running timetable."""

    worker: Worker
    waker: BackgroundScheduler
    threads: DaemonThreads

    def stop(self) -> None:
        """Ends the wake-ups and the work in hand; returns when it has ended and was put down.

        After ``STOP_SECONDS`` (a database that is busy for longer, say) it returns all the same: nobody is solving any
        more, and the lease that could not be given back runs out.
        """
        self.worker.stop()
        self.waker.shutdown(wait=False)
        if not self.threads.join(STOP_SECONDS):
            log.warning("the work in hand could not be put down within %s s; its lease runs out", STOP_SECONDS)


def start_timetable(database: Database, *, name: str | None = None, anchor: Path | None = None) -> Timetable:
    """Starts to wake a worker every few seconds, in a thread of its own; one piece of work at a time.

    ``anchor``: the file to which the ends of the audit's chains are written now and every hour.
    """
    worker = Worker(database, name)
    threads = DaemonThreads()
    waker = BackgroundScheduler(timezone=UTC, executors={"default": threads})
    waker.add_job(
        lambda: _drain(worker),
        IntervalTrigger(seconds=WAKE_SECONDS, timezone=UTC),
        next_run_time=utc_now(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    waker.add_job(
        lambda: _look_ahead(database, anchor),
        IntervalTrigger(minutes=NIGHTLY_LOOK_MINUTES, timezone=UTC),
        next_run_time=utc_now(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    waker.add_job(
        lambda: mark_by_the_clock(database, actor=TIMETABLE, now=utc_now()),
        IntervalTrigger(seconds=MISSED_LOOK_SECONDS, timezone=UTC),
        next_run_time=utc_now(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    if anchor is not None:
        file = anchor.absolute()
        waker.add_job(lambda: anchor_at_start(database, now=utc_now(), file=file), misfire_grace_time=None)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    waker.start()
    return Timetable(worker, waker, threads)


def _look_ahead(database: Database, anchor: Path | None) -> None:
    now = utc_now()
    start_nightly(database, now=now)
    if anchor is not None:
        start_anchoring(database, now=now, file=anchor.absolute())


def _drain(worker: Worker) -> None:
    while worker.run_due():
        pass
