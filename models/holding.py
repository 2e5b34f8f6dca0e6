"""Holds: placed, released, and moved all at once.

Knows nothing of bookings or of why. The database's guard decides; the caller has locked the centres.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlmodel import Session, col, select

from models.queries.portions import portions
from models.tables import Hold

Place: TypeAlias = tuple[int, int, datetime, datetime]
"""``(resource_id, lane, start_at, end_at)``."""


def place_holds(session: Session, run_id: int, places: Iterable[Place], *, in_force: bool = True) -> list[Hold]:
    """Puts new holds of the run in force; or, of what is only asked for, just says where it would be. Raises
    ``HoldTaken``."""
    holds = [_new(run_id, place) for place in sorted(places)]
    for hold in holds:
        hold.in_force = in_force
    session.add_all(holds)
    session.flush()
    return holds


def release_holds(session: Session, run_ids: Collection[int]) -> list[Hold]:
    """Takes the runs' holds out of force; they stay as a record of where the run was. Returns those that were in
    force."""
    rows = [hold for hold in _holds(session, run_ids) if hold.in_force]
    for hold in rows:
        hold.in_force = False
    session.flush()
    return rows


def replace_holds(session: Session, places: Mapping[int, Iterable[Place]]) -> list[Hold]:
    """Moves runs: the holds of all are taken out of force before any is put in its new place, so that runs may change
    places. A run without places is released. Raises ``HoldTaken``."""
    stored: dict[int, list[Hold]] = {run_id: [] for run_id in places}
    for hold in _holds(session, places):
        hold.in_force = False
        stored[hold.run_id].append(hold)
    session.flush()
    placed = [
        hold
        for run_id in sorted(places)
        for hold in _moved(session, run_id, sorted(places[run_id]), spare=stored[run_id])
    ]
    session.flush()
    return placed


def _moved(session: Session, run_id: int, places: Sequence[Place], *, spare: Sequence[Hold]) -> list[Hold]:
    """The run's rows in their new places, new rows where there are too few; rows left over are deleted, since they
    would say that the run was where it never went."""
    if not places:
        return []
    for hold, (resource_id, lane, start_at, end_at) in zip(spare, places, strict=False):
        hold.resource_id, hold.lane, hold.start_at, hold.end_at = resource_id, lane, start_at, end_at
        hold.in_force = True
    more = [_new(run_id, place) for place in places[len(spare) :]]
    session.add_all(more)
    for hold in spare[len(places) :]:
        session.delete(hold)
    return [*spare[: len(places)], *more]


def _new(run_id: int, place: Place) -> Hold:
    resource_id, lane, start_at, end_at = place
    return Hold(run_id=run_id, resource_id=resource_id, lane=lane, start_at=start_at, end_at=end_at)


def _holds(session: Session, run_ids: Collection[int]) -> list[Hold]:
    wanted = select(Hold)
    found = [row for some in portions(run_ids) for row in session.exec(wanted.where(col(Hold.run_id).in_(some)))]
    return sorted(found, key=lambda hold: hold.id or 0)
