"""Asking for a job: a recipe with its numbers, or a routing drawn by hand, for a project at a centre.

Knows nothing of when it will be done.
"""

import uuid
from datetime import datetime

from sqlmodel import Session

from models.audit import record, snapshot
from models.database import Database
from models.locks import lock_centres, raise_revision
from models.queries.booked import project_with_key
from models.queries.places import every_centre
from models.queries.requested import RequestedRow, latest_recipe, request_with_key, requested_rows
from models.queries.world import read_world
from models.routing import Routing
from models.tables import Centre, Project, Recipe, Request
from scheduler.actors import Actor
from scheduler.doability import check_doable
from scheduler.errors import BadValue, Unknown
from scheduler.routing import expand
from scheduler.settings import CentreSettings
from scheduler.views import RequestView

PRIORITIES = ("low", "normal", "high", "urgent")


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
) -> RequestView:
    """Stores a request; the next plan takes it up. Without a ``key`` it gets one.

    Raises ``Unknown``, ``BadValue`` (a number out of range, a capability that no unit has, dates out of order, a key
    that is taken).
    """
    numbers = parameters or {}
    _check_dates(now, release, due, deadline)
    if priority not in PRIORITIES:
        raise BadValue(f"The priority {priority!r} is none of {', '.join(PRIORITIES)}.", field="priority")
    if (recipe is None) == (routing is None):
        raise BadValue("Give a recipe or a routing, not both and not neither.", field="recipe")

    def command(session: Session) -> str:
        place = _centre(session, centre)
        owner = _project(session, project)
        source = None if recipe is None else _recipe(session, recipe, place)
        drawn = routing if source is None else Routing.model_validate(source.routing, strict=False)
        assert drawn is not None
        row = Request(
            key=key or f"REQ-{uuid.uuid4().hex[:8].upper()}",
            centre_id=place.id or 0,
            project_id=owner.id or 0,
            recipe_id=None if source is None else source.id,
            routing=None if routing is None else routing.model_dump(mode="json"),
            quantity=quantity,
            parameters=numbers,
            priority=priority,
            submitted_at=now,
            release_at=release or now,
            due_at=due,
            deadline_at=deadline,
        )
        _check_work(session, place, row, now, drawn)
        return _store(session, actor, now, place, row)

    stored = database.write(command)
    return show_request(database, actor=actor, now=now, key=stored)


def show_request(database: Database, *, actor: Actor, now: datetime, key: str) -> RequestView:
    """One request by its key. Raises ``Unknown``."""
    with database.reading() as session:
        rows = requested_rows(session, key=key, limit=1)
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
    """Requests by id; ``after`` is the id of the last one seen."""
    with database.reading() as session:
        rows = requested_rows(session, centre_key=centre, organisation_key=organisation, after_id=after, limit=limit)
    return [request_view(row) for row in rows]


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
    )


def _state(row: RequestedRow) -> str:
    if row.request.withdrawn_at is not None:
        return "withdrawn"
    if row.booked:
        return "planned"
    return "displaced" if row.request.displaced_at is not None else "open"


def _check_dates(now: datetime, release: datetime | None, due: datetime | None, deadline: datetime | None) -> None:
    earliest = release or now
    for name, moment in (("due", due), ("deadline", deadline)):
        if moment is not None and moment <= max(earliest, now):
            raise BadValue(
                f"The {name} {moment.isoformat()} is not after the release {max(earliest, now).isoformat()}.",
                field=name,
            )
    if due is not None and deadline is not None and due > deadline:
        raise BadValue(f"The due date {due.isoformat()} is after the deadline {deadline.isoformat()}.", field="due")


def _centre(session: Session, key: str) -> Centre:
    centre = next((row for row in every_centre(session) if row.key == key), None)
    if centre is None:
        raise Unknown("centre", key)
    assert centre.id is not None
    return lock_centres(session, [centre.id])[0]


def _project(session: Session, key: str) -> Project:
    project = project_with_key(session, key)
    if project is None:
        raise Unknown("project", key)
    return project


def _recipe(session: Session, key: str, centre: Centre) -> Recipe:
    recipe = latest_recipe(session, key=key, centre_id=centre.id or 0)
    if recipe is None:
        raise Unknown("recipe", key)
    return recipe


def _check_work(session: Session, centre: Centre, row: Request, now: datetime, routing: Routing) -> None:
    world = read_world(session, centre_ids=[centre.id or 0], since=now, until=now)
    runs = expand(routing, quantity=row.quantity, parameters=row.parameters)
    check_doable(world, centre.id or 0, runs, tick_minutes=CentreSettings.read(centre.settings).tick_minutes)


def _store(session: Session, actor: Actor, now: datetime, centre: Centre, row: Request) -> str:
    if request_with_key(session, row.key) is not None:
        raise BadValue(f"There is a request {row.key!r} already.", field="key")
    session.add(row)
    raise_revision(centre)
    session.flush()
    record(
        session,
        chain=f"centre:{centre.id}",
        at=now,
        actor=actor.key,
        verb="submitted request",
        object_kind="request",
        object_id=str(row.id),
        after=snapshot(row),
    )
    return row.key
