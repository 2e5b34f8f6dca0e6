"""A centre that asks for reasons or signatures, the reason that is given, and a booking too late to be given back.

Knows no change.
"""

from typing import Any

from models.database import Database
from models.tables import Booking, Centre, Hold, Policy, Run
from tests.scheduler.small_centre import NOW, at, store

REASON = "the plan for the week, agreed on Thursday"
A_MONTH = 30 * 24 * 60


def asking_for(database: Database, **settings: Any) -> None:
    def command(session: Any) -> None:
        centre = session.get_one(Centre, 1)
        centre.settings = {**centre.settings, **settings}

    database.write(command)


def book_too_late_to_give_back(database: Database, *, project: int = 1) -> None:
    """The first run of request 1, on OVEN-2, which is given back a month before the start at least."""
    start, end = at("Tue 10:00"), at("Tue 12:00")
    owner: dict[str, Any] = {"project_id": project, "organisation_id": project, "cluster_id": project, "stage": "idea"}
    times: dict[str, Any] = {"booked_start": start, "booked_end": end, "made_at": NOW, "made_by": "account:9"}
    (run_id, *_) = store(
        database,
        Run(centre_id=1, start_at=start, end_at=end, request_id=1, operation=1, number=1),
        Policy(unit_id=3, cancel_minutes=A_MONTH),
    )
    store(
        database,
        Hold(run_id=run_id, resource_id=3, start_at=start, end_at=end),
        Booking(run_id=run_id, state="confirmed", **owner, **times),
    )
