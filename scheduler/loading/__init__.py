"""A directory of lists, loaded whole or not at all.

Knows nothing of HTTP and of terminals.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from models.database import Database
from scheduler.access import check_may
from scheduler.actors import Actor
from scheduler.loading.accounts import store_accounts
from scheduler.loading.checks import check
from scheduler.loading.files import read_lists
from scheduler.loading.keeping import Count, Loaded
from scheduler.loading.mistakes import BadFiles, Mistake
from scheduler.loading.storing import store
from scheduler.local_time import monday


def load_directory(database: Database, *, actor: Actor, now: datetime, directory: Path, week: str) -> Loaded:
    """Stores the lists of ``directory``, whose dates count from ``week`` (``2026-W49``), in one transaction.

    What has the same key is updated and keeps its id and its bookings; what the lists do not name stays. Loading the
    same again changes nothing. Where something confirmed cannot stay by changed calendars, a repair is asked for, and
    the answer names the bookings. Raises ``Forbidden``, ``BadFiles`` with every mistake, ``BadWeek``.
    """
    check_may(actor, "change settings")
    monday(week)
    checked = check(read_lists(directory), week=week)

    def command(session: Session) -> Loaded:
        loaded = store(session, checked, actor=actor, now=now, week=week)
        accounts = store_accounts(session, checked.lists, actor=actor, now=now)
        return replace(loaded, counts=(*loaded.counts, *accounts))

    return database.write(command)


__all__ = ["BadFiles", "Count", "Loaded", "Mistake", "load_directory"]
