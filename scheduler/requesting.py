"""Asking for a job: a recipe with its numbers, or a routing drawn by hand, for a project at a centre.

Knows nothing of when it will be done.
"""

import re
import uuid
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.database import Database
from models.locks import lock_centres, raise_revision
from models.queries.requested import (
    RequestedRow,
    bookings_of_request,
    latest_recipe,
    request_with_key,
    requested_rows,
)
from models.queries.world import read_world
from models.routing import Routing
from models.tables import Centre, Project, Recipe, Request
from scheduler.access import Thing, can, check_may, owners_sight, sight
from scheduler.actors import Actor
from scheduler.booking import project_of
from scheduler.doability import check_doable, check_lags, check_windows
from scheduler.errors import BadValue, Forbidden, KeyTaken, Unknown
from scheduler.keys import check_known, id_of
from scheduler.operation_windows import windows_of, written
from scheduler.portions import check_least, planned_pieces
from scheduler.recording import record_change
from scheduler.refusals import recorded_refusals
from scheduler.routing import every_step, expand, pieces_of
from scheduler.scopes import FARTHEST
from scheduler.settings import CentreSettings
from scheduler.showing import booking_views
from scheduler.time_words import tell, tell_in_full
from scheduler.views import BookingView, CountView, OperationWindow, RequestView

OF_OWNERS = ("low", "normal")
OF_MANAGERS = ("high", "urgent")
"""Priorities that only whoever plans the centre may give: else every owner's work were urgent."""
PRIORITIES = (*OF_OWNERS, *OF_MANAGERS)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wish:
    """What was asked for, as it came."""

    key: str | None
    project: str
    recipe: str | None
    routing: Routing | None
    quantity: int
    parameters: dict[str, int]
    release: datetime | None
    due: datetime | None
    deadline: datetime | None
    priority: str
    may_share: bool = False
    least_quantity: int | None = None
    windows: tuple[OperationWindow, ...] = ()

    def facts(self) -> dict[str, Any]:
        """As the record of a refused attempt keeps it; a routing drawn by hand by the names of its operations."""
        drawn = None if self.routing is None else [operation.name for operation in self.routing.operations]
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return told | {"routing": drawn, "windows": written(self.windows)}


def submit_request(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    key: str | None = None,
    centre: str,
    project: str,
    recipe: str | None = None,
    routing: Routing | None = None,
    quantity: int = 1,
    parameters: dict[str, int] | None = None,
    release: datetime | None = None,
    due: datetime | None = None,
    deadline: datetime | None = None,
    priority: str = "normal",
    may_share: bool = False,
    least_quantity: int | None = None,
    windows: tuple[OperationWindow, ...] = (),
) -> RequestView:
    """Stores a request; the next plan takes it up. Without a ``key`` it gets one.

    Raises ``Unknown``, ``Forbidden``, ``BadValue`` (a number out of range, a capability that no unit has, dates or
    windows out of order, a key that is taken).
    """
    wish = _Wish(
        key=key,
        project=project,
        recipe=recipe,
        routing=routing,
        quantity=quantity,
        parameters=parameters or {},
        release=release,
        due=due,
        deadline=deadline,
        priority=priority,
        may_share=may_share,
        least_quantity=least_quantity,
        windows=windows,
    )
    stored = _ask(database, actor, now, centre, wish)
    return show_request(database, actor=actor, now=now, key=stored)


def _ask(database: Database, actor: Actor, now: datetime, centre: str, wish: _Wish) -> str:
    """The key of the request that was stored; a refusal is recorded."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        centre_id = id_of(session, "centre", centre)
        assert centre_id is not None
        zone = session.get_one(Centre, centre_id).zone
    about, facts = wish.key or wish.project, wish.facts()
    with recorded_refusals(
        database, actor=actor, now=now, verb="request", centre_ids=(centre_id,), about=about, asked=facts
    ):
        _check_wish(wish, now, zone)
        return database.write(lambda session: _submit(session, actor, now, centre_id, wish))


def show_request(database: Database, *, actor: Actor, now: datetime, key: str) -> RequestView:
    """One request by its key. Raises ``Unknown``."""
    check_may(actor, "see bookings")
    with database.reading() as session:
        rows = requested_rows(session, key=key, limit=1, sight=sight(actor))
    if not rows:
        raise Unknown("request", key)
    return request_view(rows[0])


def list_requests(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    centre: str | None = None,
    organisation: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[RequestView]:
    """Requests that the actor may see by id; ``after`` is the id of the last one seen. Raises ``Unknown`` for a centre
    or organisation."""
    check_may(actor, "see bookings")
    with database.reading() as session:
        check_known(session, sight=owners_sight(actor), centre=centre, organisation=organisation)
        rows = requested_rows(
            session,
            centre_key=centre,
            organisation_key=organisation,
            after_id=after,
            limit=limit,
            sight=sight(actor),
        )
    return [request_view(row) for row in rows]


def request_bookings(database: Database, *, actor: Actor, now: datetime, key: str) -> list[BookingView]:
    """The bookings of one request in whatever state, by start. Raises ``Unknown``."""
    with database.reading() as session:
        row = seen_request(session, actor, key)
        assert row.id is not None
        ids = [booking.id for booking, _ in bookings_of_request(session, request_id=row.id) if booking.id is not None]
        return booking_views(session, booking_ids=ids, sight=sight(actor))


def seen_request(session: Session, actor: Actor, key: str) -> Request:
    """A stored request that the actor may see. Raises ``Unknown``."""
    check_may(actor, "see bookings")
    row = request_with_key(session, key, sight=sight(actor))
    if row is None:
        raise Unknown("request", key)
    return row


def request_view(row: RequestedRow) -> RequestView:
    request = row.request
    assert request.id is not None
    return RequestView(
        id=request.id,
        key=request.key,
        centre=row.centre.key,
        project=row.project.key,
        organisation=row.organisation.key,
        cluster=row.cluster.key,
        recipe=None if row.recipe is None else row.recipe.key,
        quantity=request.quantity,
        parameters=request.parameters,
        priority=request.priority,
        state=_state(row),
        submitted=request.submitted_at,
        release=request.release_at,
        due=request.due_at,
        deadline=request.deadline_at,
        booked_start=None if row.span is None else row.span[0],
        booked_end=None if row.span is None else row.span[1],
        counts=_counts(row),
        may_share=request.may_share,
        least_quantity=request.least_quantity,
        windows=windows_of(request.windows),
        planned_quantity=planned_pieces(_routing(row), row.pieces, request.quantity),
        passed_over=row.passed_over,
        heavier_percent=len(row.passed_over) * CentreSettings.read(row.centre.settings).weights.passed_over_percent,
    )


def _counts(row: RequestedRow) -> tuple[CountView, ...]:
    """What goes through the conditional steps of its routing."""
    request = row.request
    return tuple(
        CountView(
            operation=operation.name,
            pieces=pieces_of(operation, request.quantity, request.counts),
            counted=operation.name in request.counts,
        )
        for operation in _routing(row).operations
        if operation.expected_percent is not None
    )


def _routing(row: RequestedRow) -> Routing:
    source = row.request.routing if row.recipe is None else row.recipe.routing
    return Routing.model_validate(source, strict=False)


def _state(row: RequestedRow) -> str:
    if row.request.withdrawn_at is not None:
        return "withdrawn"
    if row.booked:
        return "planned"
    return "displaced" if row.request.displaced_at is not None else "open"


def _check_wish(wish: _Wish, now: datetime, zone: str) -> None:
    _check_dates(max(wish.release or now, now), wish.due, wish.deadline, zone)
    if wish.priority not in PRIORITIES:
        raise BadValue(f"The priority {wish.priority!r} is none of {', '.join(PRIORITIES)}.", field="priority")
    if (wish.recipe is None) == (wish.routing is None):
        raise BadValue("Give a recipe or a routing, not both and not neither.", field="recipe")


def _check_dates(earliest: datetime, due: datetime | None, deadline: datetime | None, zone: str) -> None:
    for name, moment in (("due date", due), ("deadline", deadline)):
        if moment is not None and moment <= earliest:
            text = f"The {name} {tell(moment, zone)} is not after the release {tell_in_full(earliest, zone)}."
            raise BadValue(text, field=name.split()[0])
    if due is not None and deadline is not None and due > deadline:
        text = f"The due date {tell(due, zone)} is after the deadline {tell_in_full(deadline, zone)}."
        raise BadValue(text, field="due")


def _submit(session: Session, actor: Actor, now: datetime, centre_id: int, wish: _Wish) -> str:
    place = lock_centres(session, [centre_id])[0]
    owner = project_of(session, actor, wish.project)
    check_may(actor, "ask", Thing(organisation_id=owner.organisation_id, centre_id=centre_id))
    if wish.priority in OF_MANAGERS and not can(actor, "plan", Thing(centre_id=centre_id)):
        raise Forbidden(f"Only whoever plans the centre gives the priority {wish.priority!r}: ask with normal or low.")
    source = None if wish.recipe is None else _recipe(session, wish.recipe, place)
    row = _row(wish, actor, now, place, owner, source)
    drawn = wish.routing if source is None else Routing.model_validate(source.routing, strict=False)
    assert drawn is not None
    _check_work(session, place, row, now, drawn)
    return _store(session, actor, now, place, row)


def _row(wish: _Wish, actor: Actor, now: datetime, place: Centre, owner: Project, source: Recipe | None) -> Request:
    return Request(
        key=wish.key or new_key(),
        centre_id=place.id or 0,
        project_id=owner.id or 0,
        recipe_id=None if source is None else source.id,
        routing=None if wish.routing is None else wish.routing.model_dump(mode="json"),
        quantity=wish.quantity,
        parameters=wish.parameters,
        priority=wish.priority,
        submitted_at=now,
        release_at=wish.release or now,
        due_at=wish.due,
        deadline_at=wish.deadline,
        asked_by=actor.key,
        may_share=wish.may_share,
        least_quantity=wish.least_quantity,
        windows=written(wish.windows),
    )


def new_key() -> str:
    """What a request is called to which nobody gave a name; no two are."""
    return f"REQ-{uuid.uuid4().hex[:8].upper()}"


def is_new_key(key: str) -> bool:
    """Whether it is written as ``new_key`` writes."""
    return re.fullmatch("REQ-[0-9A-F]{8}", key) is not None


def _recipe(session: Session, key: str, centre: Centre) -> Recipe:
    recipe = latest_recipe(session, key=key, centre_id=centre.id or 0)
    if recipe is None:
        raise Unknown("recipe", key)
    return recipe


def _check_work(session: Session, centre: Centre, row: Request, now: datetime, routing: Routing) -> None:
    world = read_world(session, centre_ids=[centre.id or 0], since=now, until=now)
    check_least(routing, quantity=row.quantity, least=row.least_quantity)
    most = every_step(routing, max(row.quantity, 1))
    runs = expand(routing, quantity=row.quantity, parameters=row.parameters, counts=most)
    tick = CentreSettings.read(centre.settings).tick_minutes
    check_windows(
        windows_of(row.windows),
        runs.runs,
        release=row.release_at,
        deadline=row.deadline_at,
        latest=now + FARTHEST,
        zone=centre.zone,
        tick_minutes=tick,
    )
    check_doable(world, centre.id or 0, runs, tick_minutes=tick)
    check_lags(expand(routing, quantity=row.quantity, parameters=row.parameters), tick_minutes=tick)


def _store(session: Session, actor: Actor, now: datetime, centre: Centre, row: Request) -> str:
    if request_with_key(session, row.key) is not None:
        raise KeyTaken(f"There is a request {row.key!r} already.", field="key")
    session.add(row)
    raise_revision(centre)
    session.flush()
    record_change(
        session, actor=actor, now=now, verb="submitted request", row=row, centre_id=row.centre_id, before=None
    )
    return row.key
