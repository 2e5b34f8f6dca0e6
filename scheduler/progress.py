"""Keeps the last word of a running solve with its plan, in a thread of its own: the solve waits for no database.

Knows nothing of what becomes of the plan; a word that comes too late is not kept.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from models.database import Database
from models.errors import StoreError
from models.queries.plans import plan_for_update
from solver.progress import Progress

log = logging.getLogger("pilotline.work")

PAUSE_SECONDS = 1.0
"""Between two writes."""
LAST_SECONDS = 1.0
"""How long a write that is under way is waited for in the end."""

Listener = Callable[[Progress], None]


@contextmanager
def kept_progress(database: Database, plan_id: int, on_progress: Listener | None = None) -> Iterator[Listener]:
    """While it lasts, whatever the listener hears is passed on and, about once a second, the last of it kept.

    A write that fails is logged and tried again.
    """
    keeper = _Keeper(database, plan_id)
    keeper.start()

    def hear(progress: Progress) -> None:
        if on_progress is not None:
            on_progress(progress)
        keeper.hear(progress)

    try:
        yield hear
    finally:
        keeper.end()


class _Keeper(threading.Thread):
    def __init__(self, database: Database, plan_id: int) -> None:
        super().__init__(name=f"progress of plan {plan_id}", daemon=True)
        self._database, self._plan_id = database, plan_id
        self._latest: Progress | None = None
        self._changed, self._ended = threading.Event(), threading.Event()

    def hear(self, progress: Progress) -> None:
        self._latest = progress
        self._changed.set()

    def end(self) -> None:
        self._ended.set()
        self._changed.set()
        self.join(LAST_SECONDS)

    def run(self) -> None:
        while self._changed.wait() and not self._ended.is_set():
            self._changed.clear()
            self._keep()
            self._ended.wait(PAUSE_SECONDS)

    def _keep(self) -> None:
        progress = self._latest
        assert progress is not None
        try:
            self._database.write(lambda session: _set_progress(session, self._plan_id, progress))
        except (StoreError, SQLAlchemyError) as error:
            log.warning("progress of plan %s not kept this time: %s", self._plan_id, error)
            self._changed.set()


def _set_progress(session: Session, plan_id: int, progress: Progress) -> None:
    plan = plan_for_update(session, plan_id)
    if plan is not None and plan.state == "solving":
        plan.progress = asdict(progress)
