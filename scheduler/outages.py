"""Outages, reported and ended: the unit is closed at once, and a repair is asked for when work or maintenance is hit.

Knows nothing of how the repair is found; nothing moves until it is published.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import snapshot
from models.database import Database
from models.locks import lock_centres, raise_revision
from models.queries.booked import (
    bookings_under,
    outage_with_centre,
    outages_ahead,
    units_with_keys,
)
from models.queries.outages import open_outages
from models.queries.plans import open_plans
from models.queries.upkeep import is_maintenance_under
from models.tables import Centre, Outage
from models.tables.bookings import NO_END
from scheduler.access import Thing, can, check_may, sight
from scheduler.actors import Actor
from scheduler.documents import read_document
from scheduler.drafts import Draft
from scheduler.errors import BadValue, NotPossibleNow, Unknown
from scheduler.formalities import Given, check_given, check_reason, formalities_of, take_given
from scheduler.keys import check_known
from scheduler.recording import record_change
from scheduler.refusals import recorded_refusals
from scheduler.repairs import ask_for_repair
from scheduler.showing import booking_views
from scheduler.time_words import tell, tell_in_full
from scheduler.translate.names import unit_id
from scheduler.views import BookingView, OutageView


def report_outage(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    unit: str,
    start: datetime,
    end: datetime | None = None,
    reason: str = "",
) -> OutageView:
    """Records that ``unit`` is out of order for ``[start, end)``, until further notice without an ``end``, and queues a
    repair draft of the week in which the first booking, or planned maintenance, under an outage lies.

    A unit is out of order once: a report that overlaps or touches an outage of the unit that is not over widens that
    one, whose id is answered; ``end_outage`` is the way to shorten it. The repair covers every outage of the centre and
    takes the place of the drafts asked for earlier; a report that says nothing new keeps the one that waits, and so
    does one that concerns neither a booking nor maintenance nor a place that the waiting repair would use.
    Raises ``Unknown``, ``Forbidden``, ``BadValue``, ``ReasonMissing``.
    """
    check_may(actor, "see busy times")
    end = NO_END if end is None else end
    with database.reading() as session:
        found = units_with_keys(session, [unit])
        if unit not in found:
            raise Unknown("unit", unit)
        row, resource = found[unit]
        centre_id = resource.centre_id
        zone = session.get_one(Centre, centre_id).zone
    reported = Outage(unit_id=row.id, start_at=start, end_at=end, reason=reason, reported_by=actor.key, reported_at=now)

    def command(session: Session) -> tuple[Outage, list[int], int | None]:
        centre = lock_centres(session, [centre_id])[0]
        check_may(actor, "report outage", Thing(centre_id=centre_id))
        check_reason(formalities_of([centre]), reason)
        outage, widened = store_outage(session, centre, actor, now, reported)
        under = bookings_under(session, unit_id=outage.unit_id, start=max(outage.start_at, now), end=outage.end_at)
        hit = bool(under) or _hits_maintenance(session, outage, now)
        stale = widened and (hit or _uses_unit(session, centre_id, outage))
        repair = ask_for_repair(session, actor, now, centre, outage, afresh=stale) if hit or stale else None
        return outage, [booking.id for booking in under if booking.id is not None], repair

    asked = {"start": start, "end": _shown(end), "reason": reason}
    with recorded_refusals(
        database, actor=actor, now=now, verb="outage", centre_ids=(centre_id,), about=unit, asked=asked
    ):
        _check_span(now, start, end, zone)
        outage, affected, repair = database.write(command)
    with database.reading() as session:
        under = tuple(booking_views(session, booking_ids=affected, sight=sight(actor)))
        return _view(actor, outage, (unit, centre_id), under, repair)


def list_outages(database: Database, *, actor: Actor, now: datetime, centre: str | None = None) -> list[OutageView]:
    """What is out of order now or will be, of one centre or all, by start; each with the bookings under it and, where
    there are any, the repair of its centre that waits, as far as the actor may see them. Raises ``Unknown``."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        check_known(session, centre=centre)
        found = []
        for outage, unit, centre_id in outages_ahead(session, now=now, centre_key=centre):
            under = bookings_under(session, unit_id=outage.unit_id, start=max(outage.start_at, now), end=outage.end_at)
            hit = bool(under) or _hits_maintenance(session, outage, now)
            waiting = open_plans(session, centre_id=centre_id, kind="repair") if hit else []
            ids = [booking.id for booking in under if booking.id is not None]
            views = tuple(booking_views(session, booking_ids=ids, sight=sight(actor)))
            found.append(_view(actor, outage, (unit, centre_id), views, waiting[0].id if waiting else None))
        return found


def centre_of_outage(database: Database, *, actor: Actor, now: datetime, outage_id: int) -> str:
    """The key of the centre whose unit it is, by whose clock its moments are told. Raises ``Unknown``."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        _, centre_id = _unit_and_centre(session, outage_id)
        return session.get_one(Centre, centre_id).key


def _unit_and_centre(session: Session, outage_id: int) -> tuple[str, int]:
    """The unit's key and the centre's id. Raises ``Unknown``."""
    found = outage_with_centre(session, outage_id)
    if found is None:
        raise Unknown("outage", outage_id)
    _, unit, centre_id = found
    return unit, centre_id


def _shown(end: datetime) -> datetime | None:
    return None if end >= NO_END else end


def _check_span(now: datetime, start: datetime, end: datetime, zone: str) -> None:
    if start >= end:
        text = f"The start {tell(start, zone)} is not before the end {tell_in_full(end, zone)}."
        raise BadValue(text, field="end")
    if end <= now:
        text = f"The outage ended at {tell_in_full(end, zone)}, before now: nothing can be repaired."
        raise BadValue(text, field="end")


def _view(
    actor: Actor, outage: Outage, place: tuple[str, int], affected: tuple[BookingView, ...], repair: int | None
) -> OutageView:
    """``place``: the unit's key and the centre's id. What somebody wrote of it is for those of the centre, the repair
    for those who see its plans."""
    assert outage.id is not None
    unit, centre_id = place
    here = Thing(centre_id=centre_id)
    return OutageView(
        id=outage.id,
        unit=unit,
        start=outage.start_at,
        end=_shown(outage.end_at) if outage.withdrawn_at is None else outage.start_at,
        reason=outage.reason if can(actor, "see bookings", here) else "",
        affected=affected,
        repair_plan_id=repair if can(actor, "see capacity", here) else None,
    )


def store_outage(
    session: Session, centre: Centre, actor: Actor, now: datetime, reported: Outage
) -> tuple[Outage, bool]:
    """Within a transaction that has locked the centre: the outage that says it all, and whether the unit is closed for
    longer than before."""
    met = open_outages(session, unit_id=reported.unit_id, start=reported.start_at, end=reported.end_at, now=now)
    if not met:
        # A copy, since the command may run again in another session.
        outage = Outage(**reported.model_dump(exclude={"id"}))
        _store(session, centre, actor, now, "reported outage", outage, None)
        return outage, True
    outage, *merged = met
    start, end = min(each.start_at for each in (*met, reported)), max(each.end_at for each in (*met, reported))
    reason = "; ".join(dict.fromkeys(each.reason for each in (*met, reported) if each.reason))
    if (outage.start_at, outage.end_at, outage.reason) == (start, end, reason):
        return outage, False
    widened = (outage.start_at, outage.end_at) != (start, end)
    before = snapshot(outage)
    outage.start_at, outage.end_at, outage.reason = start, end, reason
    _store(session, centre, actor, now, "widened outage", outage, before)
    for each in merged:
        before = snapshot(each)
        each.withdrawn_at = now
        _store(session, centre, actor, now, "merged outage", each, before)
    return outage, widened


def asks_for_repair(session: Session, centre: Centre, outage: Outage, now: datetime) -> bool:
    """Whether a booking or maintenance lies under it, or a repair that waits would use the unit meanwhile."""
    under = bookings_under(session, unit_id=outage.unit_id, start=max(outage.start_at, now), end=outage.end_at)
    return bool(under) or _hits_maintenance(session, outage, now) or _uses_unit(session, centre.id or 0, outage)


def _hits_maintenance(session: Session, outage: Outage, now: datetime) -> bool:
    start = max(outage.start_at, now)
    return is_maintenance_under(session, unit_id=outage.unit_id, start=start, end=outage.end_at)


def _uses_unit(session: Session, centre_id: int, outage: Outage) -> bool:
    """Whether a repair of the centre that waits does, or may, place work on the unit while it is out: one that is still
    queued will know of the outage."""
    return any(
        plan.state == "solving" or (plan.document is not None and _is_in(plan.document, outage))
        for plan in open_plans(session, centre_id=centre_id, kind="repair")
    )


def _is_in(document: str, outage: Outage) -> bool:
    draft = Draft(read_document(document))
    start, end = draft.clock.floor(outage.start_at), draft.clock.ceil(outage.end_at)
    return any(
        place.resource == unit_id(outage.unit_id) and place.start < end and start < place.end
        for at in draft.assignments.values()
        for place in draft.placements(at)
    )


def end_outage(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    outage_id: int,
    reason: str = "",
    at: datetime | None = None,
    password: str = "",
    meaning: str = "",
) -> OutageView:
    """The unit works again from ``at`` on (``None``: now): what is left of the outage is open time. One that has not
    begun is withdrawn.

    A repair that waits was asked for in vain: it is put aside, and asked for again where bookings still lie under an
    outage of the centre. Bookings that were moved stay where they are. ``reason``, and ``password`` with its
    ``meaning``: where the centre asks for them, since the unit is released. Raises ``Unknown``, ``Forbidden``,
    ``ReasonMissing``, ``BadValue`` for a moment that is not within the outage, ``NotPossibleNow`` when it is over
    already, and as ``sign``.
    """
    check_may(actor, "see busy times")
    with database.reading() as session:
        unit, centre_id = _unit_and_centre(session, outage_id)

    def command(session: Session, given: Given) -> tuple[Outage, int | None]:
        centre = lock_centres(session, [centre_id])[0]
        check_may(actor, "report outage", Thing(centre_id=centre_id))
        check_given(formalities_of([centre]), given)
        outage = session.get_one(Outage, outage_id, populate_existing=True)
        if outage.end_at <= now or outage.withdrawn_at is not None:
            raise NotPossibleNow(f"Outage {outage_id} of {unit} is over already.")
        before = snapshot(outage)
        _end(outage, unit, centre.zone, now, at)
        _store(session, centre, actor, now, "ended outage", outage, before, given)
        waits = bool(open_plans(session, centre_id=centre_id, kind="repair"))
        return outage, ask_for_repair(session, actor, now, centre, None, afresh=True) if waits else None

    about = f"outage {outage_id}"
    with recorded_refusals(
        database, actor=actor, now=now, verb="end of outage", centre_ids=(centre_id,), about=about, asked={"at": at}
    ):
        given = take_given(
            database,
            actor=actor,
            now=now,
            action="report outage",
            centre_ids=(centre_id,),
            reason=reason,
            password=password,
            meaning=meaning,
        )
        ended, repair = database.write(lambda session: command(session, given))
    return _view(actor, ended, (unit, centre_id), (), repair)


def _end(outage: Outage, unit: str, zone: str, now: datetime, at: datetime | None) -> None:
    """Raises ``BadValue``."""
    if at is None and now <= outage.start_at:
        outage.withdrawn_at = now
        return
    moment = at or now
    if not outage.start_at < moment < outage.end_at:
        raise BadValue(f"{unit} is out of order {_only_when(outage, zone)}.", field="at")
    outage.end_at = moment


def _only_when(outage: Outage, zone: str) -> str:
    """How long it lasts, and when its unit can work again."""
    if outage.end_at >= NO_END:
        start = tell_in_full(outage.start_at, zone)
        return f"from {start} until further notice: it can work again only at a moment after that"
    out = f"from {tell(outage.start_at, zone)} to {tell_in_full(outage.end_at, zone)}"
    return f"{out}: it can work again only at a moment between"


def _store(
    session: Session,
    centre: Centre,
    actor: Actor,
    now: datetime,
    verb: str,
    outage: Outage,
    before: dict[str, Any] | None,
    given: Given | None = None,
) -> None:
    """``given``: what whoever ended it said of that, if anything, with a signature; ``None``: what is broken is why."""
    session.add(outage)
    raise_revision(centre)
    session.flush()
    record_change(
        session,
        actor=actor,
        now=now,
        verb=verb,
        row=outage,
        centre_id=centre.id,
        reason=outage.reason if given is None else given.reason,
        before=before,
        facts=None if given is None else given.facts,
    )
