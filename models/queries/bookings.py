"""Runs, holds, bookings and outages within a window of time ``[start, end)``.

Knows nothing of states beyond what is asked for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from models.queries.portions import portions
from models.tables import Booking, Hold, Outage, Run


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRow:
    """A run with all its holds, by start, and its bookings, by id."""

    run: Run
    holds: tuple[Hold, ...]
    bookings: tuple[Booking, ...]


def runs_between(
    session: Session,
    *,
    start: datetime,
    end: datetime,
    centre_id: int | None = None,
    unit_id: int | None = None,
    organisation_id: int | None = None,
    states: Collection[str] | None = None,
    after_id: int = 0,
    limit: int | None = None,
) -> list[RunRow]:
    """Runs that overlap the window and pass every filter given, with an id above ``after_id``, by id.

    ``unit_id``: the run has a hold of it; ``organisation_id`` and ``states``: one booking of the run is of that
    organisation and in one of these states, and only such bookings are returned.
    """
    wanted = (
        select(Run)
        .where(col(Run.start_at) < end, col(Run.end_at) > start, col(Run.id) > after_id)
        .order_by(col(Run.id))
        .limit(limit)
    )
    if centre_id is not None:
        wanted = wanted.where(Run.centre_id == centre_id)
    if unit_id is not None:
        wanted = wanted.where(col(Run.id).in_(select(Hold.run_id).where(Hold.resource_id == unit_id)))
    of_whom = _of_whom(organisation_id, states)
    if of_whom:
        wanted = wanted.where(col(Run.id).in_(select(Booking.run_id).where(*of_whom)))
    return _with_parts(session, session.exec(wanted).all(), of_whom)


def _of_whom(organisation_id: int | None, states: Collection[str] | None) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if organisation_id is not None:
        filters.append(col(Booking.organisation_id) == organisation_id)
    if states is not None:
        filters.append(col(Booking.state).in_(states))
    return filters


def _with_parts(session: Session, runs: Sequence[Run], of_whom: Sequence[ColumnElement[bool]]) -> list[RunRow]:
    ids = [run.id for run in runs]
    holds: dict[int | None, list[Hold]] = {}
    held = select(Hold).order_by(col(Hold.start_at), col(Hold.id))
    bookings: dict[int | None, list[Booking]] = {}
    booked = select(Booking).where(*of_whom).order_by(col(Booking.id))
    for some in portions(ids):
        for hold in session.exec(held.where(col(Hold.run_id).in_(some))):
            holds.setdefault(hold.run_id, []).append(hold)
        for booking in session.exec(booked.where(col(Booking.run_id).in_(some))):
            bookings.setdefault(booking.run_id, []).append(booking)
    return [
        RunRow(run=run, holds=tuple(holds.get(run.id, ())), bookings=tuple(bookings.get(run.id, ()))) for run in runs
    ]


def holds_between(session: Session, *, resource_ids: Collection[int], start: datetime, end: datetime) -> list[Hold]:
    """Holds in force of these resources that overlap the window, by resource, lane and start."""
    wanted = select(Hold).where(
        col(Hold.resource_id).in_(resource_ids),
        col(Hold.in_force),
        col(Hold.start_at) < end,
        col(Hold.end_at) > start,
    )
    return list(session.exec(wanted.order_by(col(Hold.resource_id), col(Hold.lane), col(Hold.start_at))))


def outages_between(session: Session, *, unit_ids: Collection[int], start: datetime, end: datetime) -> list[Outage]:
    """Outages of these units, not withdrawn, that overlap the window, by start and id."""
    wanted = select(Outage).where(
        col(Outage.unit_id).in_(unit_ids),
        col(Outage.withdrawn_at).is_(None),
        col(Outage.start_at) < end,
        col(Outage.end_at) > start,
    )
    return list(session.exec(wanted.order_by(col(Outage.start_at), col(Outage.id))))


def open_outages(session: Session, *, unit_id: int, start: datetime, end: datetime, now: datetime) -> list[Outage]:
    """The unit's outages, not withdrawn, that end after ``now`` and overlap or touch ``[start, end)``, by start and
    id."""
    wanted = select(Outage).where(
        Outage.unit_id == unit_id,
        col(Outage.withdrawn_at).is_(None),
        col(Outage.end_at) > now,
        col(Outage.start_at) <= end,
        col(Outage.end_at) >= start,
    )
    return list(session.exec(wanted.order_by(col(Outage.start_at), col(Outage.id))))
