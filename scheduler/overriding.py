"""Overriding: a lab manager lets a booking break rules, which it keeps with the reason; never a clash of holds. And one
that is given back too late.

Knows nothing of what the rules are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import snapshot
from models.database import Database
from models.queries.booked import run_with_holds
from models.queries.overriding import held_lanes
from models.tables import Booking, Centre, Override, Resource
from scheduler.access import Thing, can
from scheduler.actors import Actor
from scheduler.door.signatures import sign
from scheduler.errors import BookingRefused, NotPossibleNow, ReasonMissing, Refused
from scheduler.formalities import NOTHING, Given, check_signature, formalities_of, take_given
from scheduler.nameless import nameless
from scheduler.recording import record_change
from scheduler.terms import late_sentences
from scheduler.views import Sentence


class OverrideRefused(Refused):
    """Only a lab manager of the centre lets a booking break its rules."""

    code = "override_refused"


def check_may_override(actor: Actor, centre: Centre) -> None:
    """Raises ``OverrideRefused``."""
    if not can(actor, "override", Thing(centre_id=centre.id)):
        raise OverrideRefused(f"Only a lab manager of {centre.name} lets a booking break its rules.")


def given_to_override(
    database: Database, *, actor: Actor, now: datetime, centre_id: int, reason: str, password: str, meaning: str
) -> Given:
    """Who overrides approves, and signs where the centre asks for it; without a ``reason`` nothing is overridden, nor
    signed. Raises ``OverrideRefused``, and as ``sign``."""
    if not reason:
        return NOTHING
    with database.reading() as session:
        check_may_override(actor, session.get_one(Centre, centre_id))
    return take_given(
        database,
        actor=actor,
        now=now,
        action="override",
        centre_ids=(centre_id,),
        reason=reason,
        password=password,
        meaning=meaning,
    )


def late_to_give_back(session: Session, bookings: Iterable[Booking], *, now: datetime) -> tuple[Sentence, ...]:
    """What policies say against giving these back at ``now``; nothing of what has begun, which is too late anyway."""
    found: list[Sentence] = []
    for booking in bookings:
        run, holds = run_with_holds(session, booking.run_id)
        if run.start_at > now:
            units = {hold.resource_id for hold in holds}
            found += late_sentences(session, unit_ids=units, start=run.start_at, now=now)
    return tuple(found)


def given_to_give_back(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    centre_id: int,
    late: Sequence[Sentence],
    reason: str,
    password: str,
    meaning: str,
) -> Given:
    """Who gives back what it is too ``late`` for overrides, says why, and signs where the centre asks for it; else
    nobody has to, but a password that is given signs. Whether it is late is looked at again under the lock
    (``check_in_time``). Raises ``ReasonMissing``, and as ``sign``."""
    if late and can(actor, "override", Thing(centre_id=centre_id)):
        _check_why(late, reason)
        return take_given(
            database,
            actor=actor,
            now=now,
            action="override",
            centre_ids=(centre_id,),
            reason=reason,
            password=password,
            meaning=meaning,
        )
    signature = sign(database, actor=actor, now=now, password=password, meaning=meaning) if password else None
    return Given(reason=reason.strip(), signature=signature)


def check_in_time(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    centre: Centre,
    booking: Booking,
    given: Given,
) -> None:
    """Whether policies let a booking be given back at ``now``, within a transaction that has locked the centre; a lab
    manager may in spite of them, with a reason, and signed where the centre asks for that, which the record keeps with
    what it breaks. Raises ``NotPossibleNow``, ``ReasonMissing``, ``SignatureMissing``."""
    broken = late_to_give_back(session, [booking], now=now)
    if not broken:
        return
    if not can(actor, "override", Thing(centre_id=centre.id)):
        raise NotPossibleNow(f"It is too late to cancel booking {booking.id}.", reasons=broken)
    _check_why(broken, given.reason)
    check_signature(formalities_of([centre]), given.signature)
    override = {"reason": given.reason, "rules": [each.text for each in broken]}
    _record(session, actor, now, centre, booking, given, override)


def _check_why(broken: Sequence[Sentence], reason: str) -> None:
    """Raises ``ReasonMissing``."""
    if not reason.strip():
        raise ReasonMissing(f"{broken[0].text} Say why it is cancelled all the same.", field="reason")


def lanes_in_spite(
    session: Session,
    *,
    units: Sequence[int],
    span: tuple[datetime, datetime],
    blockers: Sequence[Sentence],
) -> tuple[int, ...]:
    """A lane of each unit that nothing holds meanwhile, within a transaction that has locked the centre.

    Raises ``BookingRefused`` where a unit is held whole: that stands against every reason.
    """
    lanes = [_free_lane(session, unit, *span) for unit in units]
    free = tuple(lane for lane in lanes if lane is not None)
    if len(free) < len(lanes):
        text = "The booking does not fit: no override puts two on one place."
        raise BookingRefused(text, reasons=tuple(each for each in blockers if each.code == "taken"))
    return free


def keep_override(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    centre: Centre,
    booking: Booking,
    given: Given,
    broken: Sequence[Sentence],
) -> None:
    """Keeps on the booking what it breaks and why; a signature stands in the event."""
    assert booking.id is not None
    assert centre.id is not None
    rules = nameless(session, [each.text for each in broken], centre_ids=(centre.id,))
    row = Override(booking_id=booking.id, reason=given.reason, rules=rules, made_at=now, made_by=actor.key)
    session.add(row)
    _record(session, actor, now, centre, booking, given, snapshot(row))


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    centre: Centre,
    booking: Booking,
    given: Given,
    override: Mapping[str, Any],
) -> None:
    record_change(
        session,
        actor=actor,
        now=now,
        verb="overrode",
        row=booking,
        centre_id=centre.id,
        reason=given.reason,
        before=None,
        after={"override": dict(override)},
        facts=given.facts,
    )


def _free_lane(session: Session, unit_id: int, start: datetime, end: datetime) -> int | None:
    held = held_lanes(session, resource_id=unit_id, start=start, end=end)
    lanes = session.get_one(Resource, unit_id).lanes
    return next((lane for lane in range(lanes) if lane not in held), None)
