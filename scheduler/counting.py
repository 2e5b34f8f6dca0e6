"""The count after an inspection: how many pieces of a lot go through a conditional step.

Knows nothing of plans: a draft that has the step's runs as they were clashes when it is published.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import snapshot
from models.database import Database
from models.locks import lock_centres, raise_revision
from models.queries.booked import standing_bookings
from models.queries.requested import bookings_of_request
from models.queries.runs import part_of
from models.routing import Routing
from models.tables import Booking, Centre, Notice, Project, Recipe, Request, Run
from models.tables.bookings import HOLDING_STATES
from scheduler.access import Thing, can, check_may
from scheduler.actors import Actor
from scheduler.doability import check_lags
from scheduler.errors import NotPossibleNow
from scheduler.formalities import NOTHING, Given, check_reason, formalities_of
from scheduler.giving_back import give_back
from scheduler.overriding import check_in_time
from scheduler.recording import record_change
from scheduler.refusals import recorded_refusals
from scheduler.requesting import seen_request, show_request
from scheduler.routing import Expanded, RunKey, check_counts, expand
from scheduler.settings import CentreSettings
from scheduler.translate.names import part_key
from scheduler.views import RequestView, Sentence


def count_pieces(
    database: Database, *, actor: Actor, now: datetime, key: str, operation: str, count: int, reason: str = ""
) -> RequestView:
    """Stores that ``count`` pieces of a request go through its conditional step ``operation``.

    Runs of the step that are not needed any more are given back; one that holds more pieces than it was booked for
    loses its place, as it lasts longer, and stands first in the next plan, as do runs that are new. Where a later count
    leaves nothing to be planned, the request no longer stands first. With a count of 0 the step falls away. Raises
    ``Unknown``, ``Forbidden`` (neither runs work there nor asked for it), ``UnknownOperation``, ``NotConditional``,
    ``CountTooLarge``, ``LagsContradict`` (with so many pieces the lags that are left cannot hold together),
    ``ReasonMissing`` (a booking would go without one), and ``NotPossibleNow`` where the request is withdrawn, a run
    of the step has begun, or its owner would give back what it is too late to cancel.
    """
    with database.reading() as session:
        found = seen_request(session, actor, key)
    request_id, centre_id = found.id or 0, found.centre_id

    def command(session: Session) -> None:
        centre = lock_centres(session, [centre_id])[0]
        request = session.get_one(Request, request_id, populate_existing=True)
        owner = session.get_one(Project, request.project_id)
        thing = Thing(organisation_id=owner.organisation_id, centre_id=centre_id)
        if not can(actor, "ask", thing):
            check_may(actor, "record use", thing)
        _count(session, actor, now, centre, request, operation, count, reason.strip())

    asked = {"operation": operation, "count": count}
    with recorded_refusals(
        database, actor=actor, now=now, verb="count", centre_ids=(centre_id,), about=f"request {key}", asked=asked
    ):
        database.write(command)
    return show_request(database, actor=actor, now=now, key=key)


def is_counted_anew(session: Session, request: Request, booking: Booking, run: Run) -> bool:
    """Whether a count has made another run of what was booked so, or left none of it."""
    key, routing = part_key(part_of(booking, run)), _routing(session, request)
    if key is None or routing.operations[key[0] - 1].name not in request.counts:
        return False
    runs = expand(routing, quantity=request.quantity, parameters=request.parameters, counts=request.counts).runs
    return (key, booking.quantity) not in {(each.key, each.pieces) for each in runs}


def _count(
    session: Session,
    actor: Actor,
    now: datetime,
    centre: Centre,
    request: Request,
    operation: str,
    count: int,
    reason: str,
) -> None:
    if request.withdrawn_at is not None:
        raise NotPossibleNow(f"Request {request.key} is withdrawn.")
    routing = _routing(session, request)
    check_counts(routing, request.quantity, {operation: count})
    position = next(at for at, each in enumerate(routing.operations, start=1) if each.name == operation)
    _check_not_begun(session, request, position, operation, now)
    if request.counts.get(operation) == count:
        return
    before = snapshot(request)
    request.counts = {**request.counts, operation: count}
    runs = expand(routing, quantity=request.quantity, parameters=request.parameters, counts=request.counts)
    check_lags(runs, tick_minutes=CentreSettings.read(centre.settings).tick_minutes, field="count")
    told = f"{count} of {request.quantity} pieces go through {operation}"
    told = f"{told}: {reason}" if reason else told
    if _fit_bookings(session, actor, now, centre, request, position, runs, told, is_explained=bool(reason)):
        request.displaced_at = request.displaced_at or now
    elif request.displaced_at is not None and _stands(session, request, runs):
        request.displaced_at = None
    _store(session, actor, now, centre, request, before, told)
    session.add(_notice(session, request, centre, now, operation, count))


def _store(
    session: Session, actor: Actor, now: datetime, centre: Centre, request: Request, before: dict[str, Any], told: str
) -> None:
    session.add(request)
    raise_revision(centre)
    session.flush()
    record_change(
        session,
        actor=actor,
        now=now,
        verb="counted pieces",
        row=request,
        centre_id=request.centre_id,
        reason=told,
        before=before,
    )


def _routing(session: Session, request: Request) -> Routing:
    drawn = request.routing if request.recipe_id is None else session.get_one(Recipe, request.recipe_id).routing
    return Routing.model_validate(drawn, strict=False)


def _check_not_begun(session: Session, request: Request, position: int, operation: str, now: datetime) -> None:
    begun = tuple(
        Sentence(
            code="begun",
            text=f"{operation} (booking {booking.id}) has begun.",
            facts=(("booking", booking.id), ("start", run.start_at.isoformat())),
        )
        for booking, run in bookings_of_request(session, request_id=request.id or 0)
        if part_of(booking, run)[1] == position and run.start_at <= now and booking.state in (*HOLDING_STATES, "done")
    )
    if begun:
        text = f"{operation} of request {request.key} has begun: its count cannot change any more."
        raise NotPossibleNow(text, reasons=begun)


def _fit_bookings(
    session: Session,
    actor: Actor,
    now: datetime,
    centre: Centre,
    request: Request,
    position: int,
    runs: Expanded,
    told: str,
    *,
    is_explained: bool,
) -> bool:
    """Brings what is booked of the step in line with its runs; whether the request was booked and something of it is
    left to be planned."""
    pieces = {run.key: run.pieces for run in runs.runs if run.position == position}
    standing = standing_bookings(session, request_id=request.id, after=now)
    kept: set[RunKey] = set()
    for booking in standing:
        key = part_key(part_of(booking, session.get_one(Run, booking.run_id)))
        if key is None or key[0] != position:
            continue
        needed = pieces.get(key, 0)
        if not needed or needed > booking.quantity:
            check_reason(formalities_of([centre]), told if is_explained else "")
            _check_in_time(session, actor, now, centre, booking)
        if not needed:
            give_back(session, actor, now, centre, booking, Given(reason=told))
        elif needed > booking.quantity:
            give_back(session, actor, now, centre, booking, Given(reason=told), verb="displace")
        else:
            kept.add(key)
            booking.quantity = needed
            session.add(booking)
    return _is_booked(session, request) and not pieces.keys() <= kept


def _check_in_time(session: Session, actor: Actor, now: datetime, centre: Centre, booking: Booking) -> None:
    """Whoever runs the work there tells what an inspection found, however late that is; by a count of its owner nothing
    goes that it is too late to cancel. Raises ``NotPossibleNow``."""
    if not can(actor, "record use", Thing(centre_id=centre.id)):
        check_in_time(session, actor=actor, now=now, centre=centre, booking=booking, given=NOTHING)


def _is_booked(session: Session, request: Request) -> bool:
    bookings = bookings_of_request(session, request_id=request.id or 0)
    return any(booking.state in (*HOLDING_STATES, "done", "displaced") for booking, _ in bookings)


def _stands(session: Session, request: Request, runs: Expanded) -> bool:
    """Whether every run of the request is booked or was done: nothing of it waits for a place any more."""
    bookings = bookings_of_request(session, request_id=request.id or 0)
    live = [part_of(booking, run) for booking, run in bookings if booking.state in (*HOLDING_STATES, "done")]
    return {run.key for run in runs.runs} <= {part_key(part) for part in live}


def _notice(session: Session, request: Request, centre: Centre, now: datetime, operation: str, count: int) -> Notice:
    return Notice(
        centre_id=centre.id or 0,
        organisation_id=session.get_one(Project, request.project_id).organisation_id,
        request_id=request.id,
        kind="counted",
        facts={"purpose": operation, "count": count, "quantity": request.quantity},
        made_at=now,
    )
