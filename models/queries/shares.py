"""What clusters were given, what was agreed for them, and who was passed over in which weeks.

Knows nothing of hours and weights: rows only.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from models.queries.portions import portions
from models.queries.runs import LIVE_STATES
from models.tables import Booking, Entitlement, Hold, PassedOver, Run


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenHold:
    """What a booking of a cluster held, or holds, of a unit or of a person."""

    centre_id: int
    cluster_id: int
    resource_id: int
    start_at: datetime
    end_at: datetime


def given_holds(
    session: Session, *, centre_ids: Collection[int], since: datetime, until: datetime
) -> tuple[GivenHold, ...]:
    """Holds within ``[since, until)`` of what stands booked or is done, each for its run's first booking; not those of
    what is done to its units before or after it."""
    rows = session.exec(
        select(Hold, Run.centre_id, Booking.cluster_id)
        .join(Run, col(Run.id) == col(Hold.run_id))
        .join(Booking, col(Booking.run_id) == col(Run.id))
        .where(col(Run.centre_id).in_(centre_ids), col(Hold.start_at) < until, col(Hold.end_at) > since)
        .where(col(Hold.start_at) < col(Run.end_at), col(Hold.end_at) > col(Run.start_at))
        .where(col(Booking.state).in_(LIVE_STATES), or_(col(Hold.in_force), col(Booking.state) == "done"))
        .order_by(col(Hold.id), col(Booking.id))
    )
    found: dict[int | None, GivenHold] = {}
    for hold, centre_id, cluster_id in rows:
        given = GivenHold(
            centre_id=centre_id,
            cluster_id=cluster_id,
            resource_id=hold.resource_id,
            start_at=hold.start_at,
            end_at=hold.end_at,
        )
        found.setdefault(hold.id, given)
    return tuple(found.values())


def agreed_shares(session: Session, *, centre_ids: Collection[int]) -> tuple[Entitlement, ...]:
    """By centre and cluster."""
    wanted = select(Entitlement).where(col(Entitlement.centre_id).in_(centre_ids))
    return tuple(session.exec(wanted.order_by(col(Entitlement.centre_id), col(Entitlement.cluster_id))))


def weeks_passed_over(session: Session, *, request_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """ISO weeks, ascending, by request; those never passed over are missing."""
    weeks: dict[int, tuple[str, ...]] = {}
    wanted = select(PassedOver).order_by(col(PassedOver.request_id), col(PassedOver.week))
    for some in portions(request_ids):
        for row in session.exec(wanted.where(col(PassedOver.request_id).in_(some))):
            weeks[row.request_id] = (*weeks.get(row.request_id, ()), row.week)
    return weeks


def keep_passed_over(
    session: Session, *, plan_id: int, week: str, waiting: Iterable[int], begun: Sequence[int]
) -> None:
    """Requests ``waiting`` were passed over in ``week``, those ``begun`` in it were not, whatever was said before.
    A lot of which a part begins has begun."""
    known = set(begun)
    for some in portions(begun):
        wanted = select(PassedOver).where(PassedOver.week == week, col(PassedOver.request_id).in_(some))
        for row in session.exec(wanted):
            session.delete(row)
    session.flush()
    known.update(session.exec(select(PassedOver.request_id).where(PassedOver.week == week)))
    passed = (row_id for row_id in dict.fromkeys(waiting) if row_id not in known)
    session.add_all(PassedOver(request_id=row_id, week=week, plan_id=plan_id) for row_id in passed)
