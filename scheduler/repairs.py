"""The one repair draft of a centre: asked for when something confirmed lies under an outage, or cannot stay by a later
change of the calendars.

Knows nothing of how the repair is found; nothing moves until it is published.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from models.database import Database
from models.locks import lock_centres
from models.queries.booked import first_out_of_order, is_work_ahead
from models.queries.places import every_centre
from models.queries.plans import open_plans
from models.queries.world import World, read_world
from models.tables import Centre, Outage, Plan
from scheduler.access import Thing, check_may, sight
from scheduler.actors import Actor
from scheduler.calendar_changes import CalendarChange
from scheduler.errors import NotPossibleNow
from scheduler.lack_words import tell_lack
from scheduler.local_time import iso_week
from scheduler.naming import Naming
from scheduler.planning import SolveSettings, chosen_centres, put_aside, queue_plan
from scheduler.refusals import recorded_refusals
from scheduler.scopes import PUBLISHING_LEAD, horizon_end, is_too_far
from scheduler.showing import booking_views
from scheduler.translate.clock import Clock
from scheduler.translate.hits import Unsettled, unsettled
from scheduler.translate.names import row_id, standing_task_id
from scheduler.views import AffectedView, UnsettledView


def ask_for_repair(
    session: Session, actor: Actor, now: datetime, centre: Centre, outage: Outage | None, *, afresh: bool
) -> int | None:
    """Within a transaction that has locked the centre: its one repair draft, asked for ``afresh`` or the one that
    waits; earlier ones answer a question that is no longer asked, and are put aside. ``None`` when all that is
    booked can stay where it is."""
    assert centre.id is not None
    waiting = open_plans(session, centre_id=centre.id, kind="repair")
    if waiting and not afresh:
        return waiting[0].id
    return _asked_afresh(session, actor, now, centre, _world(session, centre.id, now), waiting, outage)


def ask_for_the_rest(session: Session, actor: Actor, now: datetime, centre: Centre, *, beyond: datetime) -> int | None:
    """Within a transaction that has locked the centre and published its repair: the next one, of what cannot stay and
    begins ``beyond`` the horizon of that. ``None`` where there is nothing, or where a repair waits already."""
    assert centre.id is not None
    if open_plans(session, centre_id=centre.id, kind="repair"):
        return None
    world = _world(session, centre.id, now)
    return _asked_for(session, actor, now, centre, _first_hit(session, centre.id, now, world, beyond), None)


_First = tuple[datetime, int | None]
"""When a run begins that cannot stay, with the id of an outage where it is one that lies on it."""


def _asked_afresh(
    session: Session,
    actor: Actor,
    now: datetime,
    centre: Centre,
    world: World | None,
    waiting: Sequence[Plan],
    outage: Outage | None = None,
) -> int | None:
    """``world``: as ``_world`` reads it. What waits is put aside."""
    assert centre.id is not None
    for old in waiting:
        put_aside(session, actor, now, old)
    return _asked_for(session, actor, now, centre, _first_hit(session, centre.id, now, world), outage)


def _asked_for(
    session: Session, actor: Actor, now: datetime, centre: Centre, first: _First | None, outage: Outage | None
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


def _first_hit(
    session: Session, centre_id: int, now: datetime, world: World | None, beyond: datetime | None = None
) -> _First | None:
    """The first of all, or of those from ``beyond`` on."""
    starts: list[_First] = [
        (booked.run.start_at, None)
        for booked, _ in ([] if world is None else unsettled(world, now=now))
        if beyond is None or booked.run.start_at >= beyond
    ]
    out = first_out_of_order(session, centre_id=centre_id, now=now, beyond=beyond)
    return min((*starts, *(() if out is None else (out,))), key=lambda each: each[0], default=None)


def _world(session: Session, centre_id: int, now: datetime) -> World | None:
    """The centre's; ``None`` where nothing is booked that has not begun."""
    if not is_work_ahead(session, centre_id=centre_id, after=now):
        return None
    return read_world(session, centre_ids=[centre_id], since=now)


def repair_what_is_unsettled(
    session: Session, *, actor: Actor, now: datetime, changes: Mapping[int, CalendarChange]
) -> tuple[UnsettledView, ...]:
    """Within a transaction that has locked these centres (by id) and changed their calendars: a repair of each at which
    something confirmed cannot stay for that, asked for as it stands now. One that waits knew other calendars, and is
    put aside. What could not stay before either is not told again: people may have left it so."""
    return tuple(
        told
        for centre in lock_centres(session, sorted(changes))
        if (told := _repaired(session, actor, now, centre, changes[centre.id or 0])) is not None
    )


def bookings_unsettled(session: Session, *, now: datetime, changes: Mapping[int, CalendarChange]) -> Mapping[str, int]:
    """As ``repair_what_is_unsettled``, for those who only want numbers: how many bookings cannot stay, by the key of
    their centre and of each unit and person that they lack."""
    counts: Counter[str] = Counter()
    for centre_id, change in changes.items():
        world = _world(session, centre_id, now)
        if world is None:
            continue
        for booked, lacks in _unsettled_by(world, now, change):
            ids = (row_id(lack.subject) for lack in lacks)
            lacking = (world.units.get(id_) or world.persons[id_] for id_ in ids)
            keys = (world.centres[0].key, *(row.key for row in lacking))
            counts.update(dict.fromkeys(keys, len(booked.bookings)))
    return counts


def _unsettled_by(world: World, now: datetime, change: CalendarChange) -> list[Unsettled]:
    """What cannot stay at a centre for the change, which its world has seen."""
    return unsettled(world, now=now, before=change.before(world))


def _repaired(
    session: Session, actor: Actor, now: datetime, centre: Centre, change: CalendarChange
) -> UnsettledView | None:
    assert centre.id is not None
    world = _world(session, centre.id, now)
    found = [] if world is None else _unsettled_by(world, now, change)
    waiting = open_plans(session, centre_id=centre.id, kind="repair")
    repair = _asked_afresh(session, actor, now, centre, world, waiting) if found or waiting else None
    if repair is None or world is None or not found:
        return None
    until = horizon_end([centre], week=session.get_one(Plan, repair).week)
    near = [each for each in found if each[0].run.start_at < until]
    naming = Naming(world=world, clock=Clock(origin=now, tick_minutes=1), zone=centre.zone, sight=sight(actor))
    return UnsettledView(
        centre=centre.key,
        zone=centre.zone,
        affected=_affected(session, naming, near),
        upkeep=tuple(_upkeep(naming, near)),
        later=sum(len(booked.bookings) for booked, _ in found) - sum(len(booked.bookings) for booked, _ in near),
        repair_plan_id=repair,
    )


def _affected(session: Session, naming: Naming, found: Sequence[Unsettled]) -> tuple[AffectedView, ...]:
    why = {
        booking.id: tuple(tell_lack(lack, naming) for lack in lacks)
        for booked, lacks in found
        for booking in booked.bookings
        if booking.id is not None
    }
    views = booking_views(session, booking_ids=list(why), sight=naming.sight)
    return tuple(AffectedView(booking=view, why=why[view.id]) for view in views)


def _upkeep(naming: Naming, found: Sequence[Unsettled]) -> Iterator[str]:
    for booked, lacks in found:
        if booked.maintenance is not None:
            yield f"{naming.name(standing_task_id(booked))}: {'; '.join(tell_lack(lack, naming) for lack in lacks)}"


def repair_again(database: Database, *, actor: Actor, now: datetime, centre: str) -> int:
    """Asks for a repair of the centre with this key afresh, as it stands now; the one that waits is put aside.

    Returns the plan's id. Raises ``Unknown``, ``Forbidden``, and ``NotPossibleNow`` where everything can stay where
    it is by now."""
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
                f"Whatever is booked at {locked.name} and can be planned can stay where it is: nothing to repair."
            )
        return repair

    with recorded_refusals(database, actor=actor, now=now, verb="repair", centre_ids=(centre_id,), about=centre):
        return database.write(command)
