"""Quotas and budgets of some centres, and the runs that count in them though no plan of these centres knows them.

Knows nothing of weeks and plans: the caller says from which moment on it matters.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from models.queries.portions import portions
from models.queries.runs import LIVE_STATES, BookedRun, part_of
from models.tables import Booking, Budget, BudgetGrant, Hold, Quota, Request, Resource, Run, Unit

A_WEEK = timedelta(days=8)
"""As far back, or ahead, as a local day or week may reach."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """``grants`` by budget; ``units`` are the ids of those that count, by quota and by budget. ``runs`` are all that
    could count, with every hold of theirs and the bookings that hold or are done; ``askers`` says by request who asked.
    """

    quotas: tuple[Quota, ...] = ()
    budgets: tuple[Budget, ...] = ()
    grants: dict[int, tuple[BudgetGrant, ...]] = field(default_factory=dict)
    units: dict[tuple[str, int], frozenset[int]] = field(default_factory=dict)
    runs: tuple[BookedRun, ...] = ()
    askers: dict[int, str] = field(default_factory=dict)


def read_limits(session: Session, *, centre_ids: Sequence[int], since: datetime, until: datetime | None) -> Limits:
    """The limits on units of these centres. Quotas need the runs that end, at the earliest, as long before ``since`` as
    they look back (and start as long after ``until``), budgets all from their first grant on, however far ahead."""
    anywhere = or_(col(Quota.centre_id).is_(None), col(Quota.centre_id).in_(centre_ids))
    quotas = tuple(session.exec(select(Quota).where(anywhere).order_by(col(Quota.id))))
    budgets = tuple(session.exec(select(Budget).where(col(Budget.centre_id).in_(centre_ids)).order_by(col(Budget.id))))
    if not quotas and not budgets:
        return Limits()
    grants = _grants(session, [row.id for row in budgets if row.id is not None])
    places = _places(session)
    units: dict[tuple[str, int], frozenset[int]] = {}
    limits: tuple[Quota | Budget, ...] = (*quotas, *budgets)
    for row in limits:
        if row.id is not None:
            units[str(row.__tablename__), row.id] = frozenset(id_ for id_, place in places if _counts(row, place))
    reach = max((_reach(quota) for quota in quotas), default=timedelta())
    last = None if until is None else until + reach
    granted = min((grant.at for some in grants.values() for grant in some), default=since)
    ids = _run_ids(session, _units_of(units, "quota"), since - reach, last)
    runs = _runs(session, ids | _run_ids(session, _units_of(units, "budget"), granted, None))
    return Limits(quotas=quotas, budgets=budgets, grants=grants, units=units, runs=runs, askers=_askers(session, runs))


def _reach(quota: Quota) -> timedelta:
    return A_WEEK if quota.days is None else timedelta(days=quota.days)


def _grants(session: Session, ids: Collection[int]) -> dict[int, tuple[BudgetGrant, ...]]:
    wanted = select(BudgetGrant).where(col(BudgetGrant.budget_id).in_(ids)).order_by(col(BudgetGrant.at))
    found: dict[int, tuple[BudgetGrant, ...]] = {}
    for grant in session.exec(wanted):
        found[grant.budget_id] = (*found.get(grant.budget_id, ()), grant)
    return found


_Place = tuple[Unit, int]


def _places(session: Session) -> list[tuple[int, _Place]]:
    """Every unit with its centre."""
    rows = session.exec(select(Unit, Resource.centre_id).join(Resource, col(Resource.id) == col(Unit.id)))
    return [(unit.id, (unit, centre_id)) for unit, centre_id in rows]


def _counts(limit: Quota | Budget, place: _Place) -> bool:
    unit, centre_id = place
    pairs = (
        (limit.centre_id, centre_id),
        (limit.laboratory_id, unit.laboratory_id),
        (limit.unit_type, unit.type),
        (limit.unit_id if isinstance(limit, Quota) else None, unit.id),
    )
    return all(wanted is None or wanted == found for wanted, found in pairs)


def _units_of(units: Mapping[tuple[str, int], frozenset[int]], table: str) -> list[int]:
    return sorted({id_ for (name, _), ids in units.items() if name == table for id_ in ids})


def _run_ids(session: Session, unit_ids: Collection[int], first: datetime, last: datetime | None) -> set[int]:
    """Runs that are booked, or were done, with a hold of one of these units that ends after ``first``."""
    ids: set[int] = set()
    for some in portions(unit_ids):
        wanted = (
            select(Hold.run_id)
            .join(Booking, col(Booking.run_id) == col(Hold.run_id))
            .where(col(Hold.resource_id).in_(some), col(Hold.end_at) > first, col(Booking.state).in_(LIVE_STATES))
        )
        ids.update(session.exec(wanted if last is None else wanted.where(col(Hold.start_at) < last)))
    return ids


def _runs(session: Session, ids: Collection[int]) -> tuple[BookedRun, ...]:
    return tuple(booked for some in portions(sorted(ids)) for booked in _booked(session, some))


def _booked(session: Session, ids: Collection[int]) -> list[BookedRun]:
    runs = session.exec(select(Run).where(col(Run.id).in_(ids)).order_by(col(Run.id))).all()
    holds: dict[int, list[Hold]] = {}
    for hold in session.exec(select(Hold).where(col(Hold.run_id).in_(ids)).order_by(col(Hold.id))):
        holds.setdefault(hold.run_id, []).append(hold)
    bookings: dict[int, list[Booking]] = {}
    live = select(Booking).where(col(Booking.run_id).in_(ids), col(Booking.state).in_(LIVE_STATES))
    for booking in session.exec(live.order_by(col(Booking.id))):
        bookings.setdefault(booking.run_id, []).append(booking)
    return [
        BookedRun(run=run, holds=tuple(holds.get(run.id, ())), bookings=tuple(bookings.get(run.id, ())))
        for run in runs
        if run.id is not None
    ]


def _askers(session: Session, runs: Collection[BookedRun]) -> dict[int, str]:
    asked = (part_of(booking, booked.run)[0] for booked in runs for booking in booked.bookings)
    ids = {id_ for id_ in asked if id_ is not None}
    found: dict[int, str] = {}
    for some in portions(sorted(ids)):
        for request in session.exec(select(Request).where(col(Request.id).in_(some))):
            if request.id is not None and request.asked_by is not None:
                found[request.id] = request.asked_by
    return found
