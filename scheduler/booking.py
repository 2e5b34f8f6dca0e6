"""Booking units by hand, cancelling and showing bookings.

Knows nothing of plans. Three units by hand are one run with three holds.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import Database
from models.holding import Place, place_holds
from models.locks import lock_centres, lock_clusters, lock_organisations, lock_quotas_of_people, raise_revision
from models.queries.booked import booking_place, project_with_key, run_with_holds, standing_bookings, units_with_keys
from models.queries.runs import part_of
from models.tables import Booking, Centre, Project, Request, Run
from scheduler.access import Thing, can, check_may, owners_sight, sight
from scheduler.actors import Actor
from scheduler.admission import Owner
from scheduler.errors import BadValue, NotPossibleNow, Unknown
from scheduler.formalities import Given, check_given, check_reason, formalities_of
from scheduler.giving_back import give_back, withdraw_whole
from scheduler.judging import judge_by_hand, refused_where_taken
from scheduler.overriding import (
    check_in_time,
    check_may_override,
    given_to_give_back,
    given_to_override,
    keep_override,
    late_to_give_back,
)
from scheduler.recording import facts_of, record_change
from scheduler.refusals import recorded_refusals
from scheduler.showing import booking_views
from scheduler.time_words import tell, tell_in_full
from scheduler.views import BookingView, Sentence

LONGEST = timedelta(days=92)
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wish:
    """What was asked for, as it came."""

    units: tuple[str, ...]
    start: datetime
    end: datetime
    project: str
    purpose: str
    quantity: int
    override_reason: str = ""


def book_units(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    units: tuple[str, ...],
    start: datetime,
    end: datetime,
    project: str,
    purpose: str = "",
    quantity: int = 1,
    override_reason: str = "",
    password: str = "",
    meaning: str = "",
) -> BookingView:
    """Books one lane of each unit for ``[start, end)``, whole minutes, in one run. Where one of them wants approval,
    the booking is asked for and holds nothing until a lab manager confirms it.

    ``override_reason``: why it is booked whatever rules it breaks; they are kept on the booking, which is exempt from
    them in plans too. Only a lab manager may (``OverrideRefused``), and never where units are held. With it go
    ``password`` and its ``meaning``, where the centre asks for a signature.

    Raises ``Unknown``, ``BadValue``, ``Forbidden``, ``BookingRefused`` with every blocker, of the rule book and of the
    policies about asking, and the nearest starts that would fit, and as ``sign``.
    """
    check_may(actor, "see busy times")
    if not units or len(set(units)) < len(units):
        raise BadValue("Name each unit once, and at least one.", field="units")
    with database.reading() as session:
        rows, centre_id = _units(session, units)
        zone = session.get_one(Centre, centre_id).zone
    wish = _Wish(
        units=units,
        start=start,
        end=end,
        project=project,
        purpose=purpose,
        quantity=quantity,
        override_reason=override_reason.strip(),
    )
    about = ", ".join(units)
    with recorded_refusals(
        database, actor=actor, now=now, verb="booking", centre_ids=(centre_id,), about=about, asked=asdict(wish)
    ):
        _check_span(now, start, end, zone)
        given = given_to_override(
            database,
            actor=actor,
            now=now,
            centre_id=centre_id,
            reason=wish.override_reason,
            password=password,
            meaning=meaning,
        )
        with refused_where_taken(about):
            booking_id = database.write(lambda session: _book(session, actor, now, centre_id, rows, wish, given))
    return show_booking(database, actor=actor, now=now, booking_id=booking_id)


def cancel_booking(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    booking_id: int,
    reason: str = "",
    password: str = "",
    meaning: str = "",
) -> BookingView:
    """Cancels a confirmed booking that has not begun; its holds are free at once. A displaced one waits no longer.

    A request is done whole: with the booking of one of its runs the request is withdrawn, and its other runs that have
    not begun are cancelled too. ``password`` with its ``meaning``: of a lab manager who cancels too late, where the
    centre asks for a signature. Raises ``Unknown``, ``Forbidden``, ``NotPossibleNow`` (for a run of a request that has
    begun too, and where a policy says that it is too late), ``ReasonMissing``, and as ``sign``.
    """
    with database.reading() as session:
        centre_id = centre_of_booking(session, actor, booking_id)
        late = late_to_give_back(session, _given_back_with(session, booking_id, now), now=now)

    def command(session: Session, given: Given) -> None:
        centre = lock_centres(session, [centre_id])[0]
        check_reason(formalities_of([centre]), given.reason)
        booking = session.get_one(Booking, booking_id, populate_existing=True)
        check_may(actor, "cancel", Thing(organisation_id=booking.organisation_id, centre_id=centre_id))
        run, _ = run_with_holds(session, booking.run_id)
        _check_open(session, booking, run, now)
        check_in_time(session, actor=actor, now=now, centre=centre, booking=booking, given=given)
        give_back(session, actor, now, centre, booking, given)
        request_id = part_of(booking, run)[0]
        if request_id is not None:
            withdraw_whole(session, actor, now, centre, request_id, given)
        raise_revision(centre)

    with recorded_refusals(
        database, actor=actor, now=now, verb="cancellation", centre_ids=(centre_id,), about=f"booking {booking_id}"
    ):
        given = given_to_give_back(
            database,
            actor=actor,
            now=now,
            centre_id=centre_id,
            late=late,
            reason=reason,
            password=password,
            meaning=meaning,
        )
        database.write(lambda session: command(session, given))
    return show_booking(database, actor=actor, now=now, booking_id=booking_id)


def late_to_cancel(database: Database, *, actor: Actor, now: datetime, booking_id: int) -> tuple[Sentence, ...]:
    """What policies say against cancelling it at ``now``. Raises ``Unknown``."""
    with database.reading() as session:
        centre_of_booking(session, actor, booking_id)
        return late_to_give_back(session, _given_back_with(session, booking_id, now), now=now)


def _given_back_with(session: Session, booking_id: int, now: datetime) -> list[Booking]:
    """What is cancelled with a booking: it, and what else of its request has not begun."""
    booking = session.get_one(Booking, booking_id)
    request_id = part_of(booking, session.get_one(Run, booking.run_id))[0]
    others = [] if request_id is None else standing_bookings(session, request_id=request_id, after=now)
    return [booking, *(each for each in others if each.id != booking_id)]


def show_booking(database: Database, *, actor: Actor, now: datetime, booking_id: int) -> BookingView:
    """One booking with its holds. Raises ``Unknown``."""
    check_may(actor, "see bookings")
    with database.reading() as session:
        found = booking_views(session, booking_ids=[booking_id], sight=sight(actor))
    if not found:
        raise Unknown("booking", booking_id)
    return found[0]


def centre_of_booking(session: Session, actor: Actor, booking_id: int) -> int:
    """The centre of a booking that the actor may see. Raises ``Unknown``."""
    check_may(actor, "see bookings")
    place = booking_place(session, booking_id, sight=sight(actor))
    if place is None:
        raise Unknown("booking", booking_id)
    return place[1]


def _check_open(session: Session, booking: Booking, run: Run, now: datetime) -> None:
    if booking.state == "asked":
        return
    if booking.state != "displaced":
        if run.start_at <= now:
            raise NotPossibleNow(f"Booking {booking.id} has begun: it cannot be cancelled any more.")
    elif (request_id := part_of(booking, run)[0]) is not None:
        request = session.get_one(Request, request_id, populate_existing=True)
        if request.displaced_at is None or request.withdrawn_at is not None:
            raise NotPossibleNow(f"Booking {booking.id} was displaced and {request.key} no longer waits for its place.")


def _check_span(now: datetime, start: datetime, end: datetime, zone: str) -> None:
    for name, moment in (("start", start), ("end", end)):
        if moment.second or moment.microsecond:
            raise BadValue(f"The {name} {tell_in_full(moment, zone)} is not a whole minute.", field=name)
    if start >= end:
        text = f"The start {tell(start, zone)} is not before the end {tell_in_full(end, zone)}."
        raise BadValue(text, field="end")
    if start - now > FARTHEST:
        raise BadValue(f"A booking by hand starts at most {FARTHEST.days} days ahead.", field="start")
    if end - start > LONGEST:
        raise BadValue(f"A booking by hand lasts at most {LONGEST.days} days.", field="end")


def _units(session: Session, keys: tuple[str, ...]) -> tuple[list[int], int]:
    found = units_with_keys(session, keys)
    unknown = [key for key in keys if key not in found]
    if unknown:
        raise Unknown("unit", *unknown)
    centres = {resource.centre_id for _, resource in found.values()}
    if len(centres) > 1:
        raise BadValue("Units of different centres cannot be booked in one run.", field="units")
    return [found[key][0].id for key in keys], centres.pop()


def project_of(session: Session, actor: Actor, key: str) -> Project:
    """A project that the actor may see. Raises ``Unknown``."""
    project = project_with_key(session, key, sight=owners_sight(actor))
    if project is None:
        raise Unknown("project", key)
    return project


def _book(
    session: Session, actor: Actor, now: datetime, centre_id: int, units: list[int], wish: _Wish, given: Given
) -> int:
    centre, owner = _locked(session, actor, centre_id, wish.project)
    if wish.override_reason:
        check_may_override(actor, centre)
        check_given(formalities_of([centre]), given)
    judged = judge_by_hand(
        session,
        centre,
        units=units,
        span=(wish.start, wish.end),
        now=now,
        owner=_owner(owner, actor),
        sight=sight(actor),
        in_spite=bool(wish.override_reason),
    )
    places = [(unit, lane, wish.start, wish.end) for unit, lane in zip(units, judged.lanes, strict=True)]
    waits = judged.wants_approval and not approves_by_booking(actor, centre)
    booking = _store(session, actor, now, centre, owner, wish, places, given, waits=waits)
    if judged.broken:
        broken = judged.broken
        keep_override(session, actor=actor, now=now, centre=centre, booking=booking, given=given, broken=broken)
    assert booking.id is not None
    return booking.id


def _locked(session: Session, actor: Actor, centre_id: int, project: str) -> tuple[Centre, Project]:
    """The centre and the project, with all that limits what the actor books for it there locked."""
    centre = lock_centres(session, [centre_id])[0]
    owner = project_of(session, actor, project)
    check_may(actor, "book", Thing(organisation_id=owner.organisation_id, centre_id=centre_id))
    lock_organisations(session, [owner.organisation_id])
    lock_clusters(session, [owner.cluster_id])
    lock_quotas_of_people(session)
    return centre, owner


def _store(
    session: Session,
    actor: Actor,
    now: datetime,
    centre: Centre,
    owner: Project,
    wish: _Wish,
    places: list[Place],
    given: Given,
    *,
    waits: bool,
) -> Booking:
    """The booking in a run of its own, with its event; while it ``waits`` for approval it holds nothing."""
    assert centre.id is not None
    run = Run(centre_id=centre.id, start_at=wish.start, end_at=wish.end)
    session.add(run)
    session.flush()
    assert run.id is not None
    holds = place_holds(session, run.id, places, in_force=not waits)
    booking = _booking(run.id, owner, wish, actor, now, "asked" if waits else "confirmed")
    session.add(booking)
    raise_revision(centre)
    session.flush()
    record_change(
        session,
        actor=actor,
        now=now,
        verb="asked for booking" if waits else "confirmed booking",
        row=booking,
        centre_id=centre.id,
        before=None,
        after=facts_of(booking, run, holds),
        facts=given.facts,
    )
    return booking


def approves_by_booking(actor: Actor, centre: Centre) -> bool:
    """Whether what they book needs nobody's yes: they may give it themselves, and no signature is asked for with it."""
    return can(actor, "approve", Thing(centre_id=centre.id)) and formalities_of([centre]).signatures is None


def _owner(project: Project, actor: Actor) -> Owner:
    return Owner(
        organisation=project.organisation_id,
        cluster=project.cluster_id,
        project=project.id or 0,
        asker=actor.key,
        stage=project.stage,
    )


def _booking(run_id: int, owner: Project, wish: _Wish, actor: Actor, now: datetime, state: str) -> Booking:
    assert owner.id is not None
    return Booking(
        run_id=run_id,
        project_id=owner.id,
        organisation_id=owner.organisation_id,
        cluster_id=owner.cluster_id,
        stage=owner.stage,
        purpose=wish.purpose,
        quantity=wish.quantity,
        state=state,
        booked_start=wish.start,
        booked_end=wish.end,
        made_at=now,
        made_by=actor.key,
    )
