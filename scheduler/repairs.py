"""The one repair draft of a centre: asked for when something confirmed lies under an outage or a later closure.

Knows nothing of how the repair is found; nothing moves until it is published.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from models.database import Database
from models.locks import lock_centres
from models.queries.booked import first_out_of_order
from models.queries.closures import is_closed_once
from models.queries.places import every_centre
from models.queries.plans import open_plans
from models.queries.world import BookedRun, read_world
from models.tables import Centre, Closure, Outage, Plan
from scheduler.access import Thing, check_may
from scheduler.actors import Actor
from scheduler.errors import NotPossibleNow
from scheduler.local_time import iso_week
from scheduler.planning import SolveSettings, chosen_centres, put_aside, queue_plan
from scheduler.refusals import recorded_refusals
from scheduler.scopes import PUBLISHING_LEAD, horizon_end, is_too_far
from scheduler.showing import booking_views
from scheduler.translate.hits import closed_over
from scheduler.views import ClosedOverView


def ask_for_repair(
    session: Session, actor: Actor, now: datetime, centre: Centre, outage: Outage | None, *, afresh: bool
) -> int | None:
    """Within a transaction that has locked the centre: its one repair draft, asked for ``afresh`` or the one that
    waits; earlier ones answer a question that is no longer asked, and are put aside. ``None`` when nothing lies under
    an outage or a closure."""
    assert centre.id is not None
    waiting = open_plans(session, centre_id=centre.id, kind="repair")
    if waiting and not afresh:
        return waiting[0].id
    for old in waiting:
        put_aside(session, actor, now, old)
    return _asked_for(session, actor, now, centre, _first_hit(session, centre.id, now), outage)


def ask_for_the_rest(session: Session, actor: Actor, now: datetime, centre: Centre, *, beyond: datetime) -> int | None:
    """Within a transaction that has locked the centre and published its repair: the next one, of what cannot stay and
    begins ``beyond`` the horizon of that. ``None`` where there is nothing, or where a repair waits already."""
    assert centre.id is not None
    if open_plans(session, centre_id=centre.id, kind="repair"):
        return None
    return _asked_for(session, actor, now, centre, _first_hit(session, centre.id, now, beyond), None)


_Hit = tuple[datetime, int | None]
"""When a run begins that cannot stay, with the id of an outage where it is one that lies on it."""


def _asked_for(
    session: Session, actor: Actor, now: datetime, centre: Centre, first: _Hit | None, outage: Outage | None
) -> int | None:
    """``None`` where there is no first, or where it begins later than any week that can be planned yet: a plan of its
    own week sees to that."""
    if first is None:
        return None
    start, cause = first
    week = iso_week(max(start, now + PUBLISHING_LEAD), centre.zone)
    if is_too_far([centre], week=week, now=now):
        return None
    about = cause if outage is None else outage.id
    return queue_plan(session, actor, now, [centre], week, "repair", SolveSettings(limit=20.0), outage_id=about)


def _first_hit(session: Session, centre_id: int, now: datetime, beyond: datetime | None = None) -> _Hit | None:
    """The first of all, or of those from ``beyond`` on."""
    starts: list[_Hit] = [
        (booked.run.start_at, None)
        for booked, _ in work_closed_over(session, centre_id, now)
        if beyond is None or booked.run.start_at >= beyond
    ]
    out = first_out_of_order(session, centre_id=centre_id, now=now, beyond=beyond)
    return min((*starts, *(() if out is None else (out,))), key=lambda each: each[0], default=None)


def work_closed_over(session: Session, centre_id: int, now: datetime) -> list[tuple[BookedRun, Closure]]:
    """The runs of the centre, by start, that lie where a closure was put over them, each with it."""
    if not is_closed_once(session, centre_id=centre_id, after=now):
        return []
    return closed_over(read_world(session, centre_ids=[centre_id], since=now), now=now)


def repair_what_is_closed(
    session: Session, *, actor: Actor, now: datetime, centre_ids: Collection[int]
) -> tuple[ClosedOverView, ...]:
    """Within a transaction that has locked these centres and changed what closes them: a repair of each at which
    something confirmed lies under a closure, asked for as it stands now. One that waits knew other closures, and is put
    aside."""
    return tuple(
        found
        for centre in lock_centres(session, sorted(centre_ids))
        if (found := _repaired(session, actor, now, centre)) is not None
    )


def _repaired(session: Session, actor: Actor, now: datetime, centre: Centre) -> ClosedOverView | None:
    assert centre.id is not None
    shut, waits = work_closed_over(session, centre.id, now), open_plans(session, centre_id=centre.id, kind="repair")
    repair = ask_for_repair(session, actor, now, centre, None, afresh=True) if shut or waits else None
    if repair is None or not shut:
        return None
    until = horizon_end([centre], week=session.get_one(Plan, repair).week)
    bookings = [(booking.id, booked.run.start_at < until) for booked, _ in shut for booking in booked.bookings]
    ids = [id_ for id_, is_reached in bookings if is_reached and id_ is not None]
    return ClosedOverView(
        centre=centre.key,
        zone=centre.zone,
        reasons=tuple(dict.fromkeys(closure.reason for _, closure in shut)),
        affected=tuple(booking_views(session, booking_ids=ids)),
        later=len(bookings) - len(ids),
        repair_plan_id=repair,
    )


def repair_again(database: Database, *, actor: Actor, now: datetime, centre: str) -> int:
    """Asks for a repair of the centre with this key afresh, as it stands now; the one that waits is put aside.

    Returns the plan's id. Raises ``Unknown``, ``Forbidden``, and ``NotPossibleNow`` where nothing lies under an outage
    or a closure any more."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        (chosen,) = chosen_centres(every_centre(session), (centre,))
    assert chosen.id is not None
    centre_id = chosen.id

    def command(session: Session) -> int:
        locked = lock_centres(session, [centre_id])[0]
        check_may(actor, "plan", Thing(centre_id=centre_id))
        repair = ask_for_repair(session, actor, now, locked, None, afresh=True)
        if repair is None:
            raise NotPossibleNow(
                f"Nothing of {locked.name} that can be planned lies under an outage or a closure: there is nothing to "
                "repair."
            )
        return repair

    with recorded_refusals(database, actor=actor, now=now, verb="repair", centre_ids=(centre_id,), about=centre):
        return database.write(command)
