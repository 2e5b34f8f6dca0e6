"""Bookings that nobody came for: marked by hand or, where their units say for how long they wait, by the clock; and
restored.

Knows nothing of plans. What was marked once the clock leaves alone afterwards: somebody has said that it stands.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import Database
from models.holding import Place, release_holds, replace_holds
from models.locks import lock_centres, lock_clusters, lock_organisations, lock_quotas_of_people, raise_revision
from models.queries.booked import holds_of_run, run_with_holds, standing_bookings
from models.queries.catalogue import outages_between
from models.queries.overriding import overrides_of
from models.queries.places import every_centre
from models.queries.policies import PolicyRow, begun_by_hand, policies_of
from models.queries.runs import booked_parts, is_changeover, part_of
from models.tables import Booking, Centre, Hold, Request, Run
from scheduler.access import sight
from scheduler.actors import Actor
from scheduler.counting import is_counted_anew
from scheduler.errors import BookingRefused, NotPossibleNow
from scheduler.formalities import check_reason, formalities_of
from scheduler.giving_back import owners_notice
from scheduler.judging import judge_by_hand, owner_of
from scheduler.policies import missed
from scheduler.recording import record_change
from scheduler.terms import missed_from, terms_of
from scheduler.time_words import tell_in_full, tell_length
from scheduler.transitions import step
from scheduler.using import VERBS, work_changed, work_facts
from scheduler.views import BookingView

LOOKED_BACK = timedelta(days=1)
"""What ended longer ago the clock does not mark any more: its time is free anyway, and somebody may still tell that it
was done."""


def mark_missed(database: Database, *, actor: Actor, now: datetime, booking_id: int, reason: str = "") -> BookingView:
    """Nobody came for a confirmed booking whose time has come: its holds are free at once, and of a request its run is
    to be done after all. Raises ``Unknown``, ``Forbidden``, ``NotPossibleNow``, ``ReasonMissing``."""

    def command(session: Session, centre: Centre, booking: Booking, run: Run, holds: list[Hold]) -> None:
        check_reason(formalities_of([centre]), reason)
        if run.start_at > now:
            start = tell_in_full(run.start_at, centre.zone)
            raise NotPossibleNow(f"Booking {booking_id} starts at {start}: until then it can be cancelled, not missed.")
        earliest = missed_from(session, unit_ids=[hold.resource_id for hold in holds], start=run.start_at)
        if now < earliest:
            told = tell_in_full(earliest, centre.zone)
            raise NotPossibleNow(f"Booking {booking_id} is waited for: it is missed from {told} on.")
        _miss(session, centre, booking, run, now, reason.strip())

    return work_changed(database, actor, now, booking_id, "missing", command, asked={}, reason=reason.strip())


def restore_missed(
    database: Database, *, actor: Actor, now: datetime, booking_id: int, reason: str = ""
) -> BookingView:
    """A booking that was marked as missed stands again as it was, since somebody comes after all, or came; where its
    place is still free. One made by hand is judged anew by the rule book, as it was when it was made.

    Raises ``Unknown``, ``Forbidden``, ``NotPossibleNow`` with what stands against it, ``ReasonMissing``.
    """

    def command(session: Session, centre: Centre, booking: Booking, run: Run, holds: list[Hold]) -> None:
        check_reason(formalities_of([centre]), reason)
        places = _places_again(session, actor, now, centre, booking, run) if booking.state == "no_show" else []
        step(booking, "restore")
        session.add(booking)
        session.flush()
        # The event tells the holds as they are now; those of a missed booking were not in force.
        holds[:] = replace_holds(session, {run.id or 0: places})
        session.add(owners_notice(booking, run, centre, now, reason.strip()))

    return work_changed(
        database,
        actor,
        now,
        booking_id,
        "restoring",
        command,
        asked={},
        reason=reason.strip(),
        held="restored",
    )


def mark_by_the_clock(database: Database, *, actor: Actor, now: datetime) -> list[int]:
    """Marks as missed every booking by hand that nobody was checked in for while its units waited; their ids. Several
    may do so at once: each booking is marked by one of them, and once."""
    with database.reading() as session:
        centres = [row.id for row in every_centre(session) if row.id and any(_overdue(session, row.id, now))]
    return [booking_id for centre_id in centres for booking_id in _mark_at(database, actor, now, centre_id)]


def _mark_at(database: Database, actor: Actor, now: datetime, centre_id: int) -> list[int]:
    """Those of one centre, under its lock; what others marked meanwhile is not among them any more."""

    def command(session: Session) -> list[int]:
        (centre,) = lock_centres(session, [centre_id])
        return [
            _mark(session, actor, now, centre, booking, since) for booking, since in _overdue(session, centre_id, now)
        ]

    return database.write(command)


def _mark(session: Session, actor: Actor, now: datetime, centre: Centre, booking: Booking, waited: timedelta) -> int:
    run, holds = run_with_holds(session, booking.run_id)
    before = work_facts(session, booking, run, holds)
    reason = f"nobody was checked in within {tell_length(int(waited.total_seconds()) // 60)} of the start"
    _miss(session, centre, booking, run, now, reason)
    raise_revision(centre)
    record_change(
        session,
        actor=actor,
        now=now,
        verb=VERBS["missing"],
        row=booking,
        centre_id=centre.id,
        reason=reason,
        before=before,
        after=work_facts(session, booking, run, holds),
    )
    return booking.id or 0


def _overdue(session: Session, centre_id: int, now: datetime) -> Iterator[tuple[Booking, timedelta]]:
    """Bookings of a centre that the clock takes for missed, and how long they were waited for. Nobody is missed whose
    unit was out of order meanwhile: they could not have come."""
    begun = begun_by_hand(session, centre_id=centre_id, now=now, since=now - LOOKED_BACK)
    rows = policies_of(session, {unit for *_, held in begun for unit in held})
    for booking, run, held in begun:
        units = [rows[each] for each in held if each in rows]
        at = missed.by_the_clock(map(terms_of, units), run.start_at)
        if at is not None and at <= now and not _out_of_order(session, centre_id, units, run.start_at, at):
            yield booking, at - run.start_at


def _out_of_order(
    session: Session, centre_id: int, units: Iterable[PolicyRow], start: datetime, end: datetime
) -> set[str]:
    """Which of these units do not work at some time of it."""
    found = outages_between(session, start=start, end=end, unit_id=None, centre_id=centre_id)
    return {key for key, *_ in found} & {row.unit.key for row in units}


def _miss(session: Session, centre: Centre, booking: Booking, run: Run, now: datetime, reason: str) -> None:
    step(booking, "miss")
    session.add(booking)
    session.flush()
    if not standing_bookings(session, run_ids=[booking.run_id]):
        release_holds(session, [booking.run_id])
    session.add(owners_notice(booking, run, centre, now, reason))


def _places_again(
    session: Session, actor: Actor, now: datetime, centre: Centre, booking: Booking, run: Run
) -> list[Place]:
    """What a missed booking's run holds when it stands again. Raises ``NotPossibleNow``."""
    holds = holds_of_run(session, run.id or 0)
    units = policies_of(session, [hold.resource_id for hold in holds if not is_changeover(run, hold)])
    if part_of(booking, run)[0] is None:
        lanes = _judged_anew(session, actor, centre, booking, run, list(units))
    else:
        lanes = {}
        _check_left_alone(session, booking, run)
        out = _out_of_order(session, run.centre_id, units.values(), now, run.end_at) if now < run.end_at else set()
        if out:
            raise NotPossibleNow(f"Booking {booking.id} cannot be restored: {min(out)} is out of order.")
    return [(each.resource_id, lanes.get(each.resource_id, each.lane), each.start_at, each.end_at) for each in holds]


def _judged_anew(
    session: Session, actor: Actor, centre: Centre, booking: Booking, run: Run, units: list[int]
) -> dict[int, int]:
    """A free lane of each unit. Judged as of its start: that it has begun stands against nothing here. Raises
    ``NotPossibleNow``."""
    lock_organisations(session, [booking.organisation_id])
    lock_clusters(session, [booking.cluster_id])
    lock_quotas_of_people(session)
    try:
        judged = judge_by_hand(
            session,
            centre,
            units=units,
            span=(run.start_at, run.end_at),
            now=run.start_at,
            owner=owner_of(booking),
            sight=sight(actor),
            in_spite=booking.id in overrides_of(session, [booking.id or 0]),
            asks=False,
        )
    except BookingRefused as refusal:
        against = tuple(each for each in refusal.reasons if each.code != "option")
        raise NotPossibleNow(f"Booking {booking.id} cannot be restored.", reasons=against) from refusal
    return dict(zip(units, judged.lanes, strict=True))


def _check_left_alone(session: Session, booking: Booking, run: Run) -> None:
    """Raises ``NotPossibleNow`` where the run of a request was planned or counted anew, or nobody wants it any more."""
    part = part_of(booking, run)
    request = session.get_one(Request, part[0], populate_existing=True)
    if request.withdrawn_at is not None:
        raise NotPossibleNow(f"Booking {booking.id} cannot be restored: request {request.key} is withdrawn.")
    if part in booked_parts(session, request_ids=[request.id or 0]):
        raise NotPossibleNow(f"Booking {booking.id} cannot be restored: its work is planned anew.")
    if is_counted_anew(session, request, booking, run):
        raise NotPossibleNow(f"Booking {booking.id} cannot be restored: its work is counted anew.")
