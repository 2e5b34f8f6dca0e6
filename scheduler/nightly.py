"""The nightly replan: every night a draft of the running week for each centre, and the next night's asking.

Knows nothing of how it is solved.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import Database
from models.locks import lock_centres
from models.queries.places import every_centre
from models.queries.plans import open_plans
from models.queries.record import put_due_work, was_due
from models.tables import Centre
from scheduler.actors import Actor
from scheduler.local_time import iso_week, next_wall_time
from scheduler.planning import SolveSettings, put_aside, queue_plan
from scheduler.scopes import PUBLISHING_LEAD

NIGHTLY_MINUTE = 2 * 60
"""At the centre's 02:00."""


def start_nightly(database: Database, *, now: datetime) -> None:
    """Makes the next nightly replan of every centre due, where it is not yet."""

    def command(session: Session) -> None:
        for centre in every_centre(session):
            _ask_next(session, centre, now)

    database.write(command)


def ask_nightly(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    centre_id: int,
    finished: Callable[[Session], bool] = lambda _: True,
) -> int | None:
    """Queues tonight's draft of one centre and makes tomorrow night's due; returns the plan's id, ``None`` when the
    centre is gone. Nightly plans asked for earlier that nobody published, drafts or still waiting, are put aside.

    ``finished`` is asked first, in the same transaction, to mark the night's work as done: asking twice after a crash
    is not possible then. Where it says ``False`` (the lease was lost) nothing is asked.
    Near the week's end, when nothing of the running week could still be planned, it is the next week's draft.
    """

    def command(session: Session) -> int | None:
        centre = next((row for row in every_centre(session) if row.id == centre_id), None)
        if centre is None:
            return None
        lock_centres(session, [centre_id])
        if not finished(session):
            return None
        for old in open_plans(session, centre_id=centre_id, kind="nightly"):
            put_aside(session, actor, now, old)
        _ask_next(session, centre, now)
        week = iso_week(now + PUBLISHING_LEAD + timedelta(minutes=60), centre.zone)
        return queue_plan(session, actor, now, [centre], week, "nightly", SolveSettings())

    return database.write(command)


def _ask_next(session: Session, centre: Centre, now: datetime) -> None:
    """A night comes once, also where the clock of the worker that looks is behind that of the one that did its work."""
    due_at = next_wall_time(now, NIGHTLY_MINUTE, centre.zone)
    subject = f"{centre.key} {due_at:%Y-%m-%d}"
    if was_due(session, kind="nightly", subject=subject):
        return
    put_due_work(
        session,
        kind="nightly",
        subject=subject,
        payload={"centre_id": centre.id},
        due_at=due_at,
    )
