"""Requests together with whose they are, and recipes by key.

Knows nothing of words: rows only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, or_, select

from models.queries.portions import portions
from models.queries.runs import OF_REQUEST, is_of
from models.queries.shares import weeks_passed_over
from models.queries.sight import EVERYTHING, Sight
from models.tables import Booking, Centre, Cluster, Laboratory, Organisation, Project, Recipe, Request, Run
from models.tables.bookings import HOLDING_STATES


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestedRow:
    """A request with its owners. ``booked``: how many of its runs have a booking that holds or is done, and ``span``:
    from when to when those are. ``passed_over``: ISO weeks."""

    request: Request
    centre: Centre
    project: Project
    organisation: Organisation
    cluster: Cluster
    recipe: Recipe | None
    booked: int
    span: tuple[datetime, datetime] | None
    pieces: tuple[tuple[int, int], ...] = ()
    """Operation and pieces of every booking that holds or is done, but for visits."""
    passed_over: tuple[str, ...] = ()


def centres_of_work(session: Session, *, project_ids: Collection[int], organisation_ids: Collection[int]) -> set[int]:
    """Ids of the centres that have requests of these projects, or of any project of these organisations."""
    of_these = or_(col(Project.id).in_(project_ids), col(Project.organisation_id).in_(organisation_ids))
    wanted = select(Request.centre_id).join(Project, col(Project.id) == col(Request.project_id)).where(of_these)
    return set(session.exec(wanted.distinct()))


def requested_rows(
    session: Session,
    *,
    key: str | None = None,
    centre_key: str | None = None,
    organisation_key: str | None = None,
    after_id: int = 0,
    limit: int = 100,
    sight: Sight = EVERYTHING,
) -> list[RequestedRow]:
    """Requests that may be seen by id, those after ``after_id``, at most ``limit``; each filter that is ``None`` lets
    all through."""
    found = _owned(session, key, centre_key, organisation_key, after_id, limit, sight)
    booked = booked_counts(session, [request.id for request, *_ in found])
    spans = _spans(session, [request.id for request, *_ in found])
    pieces = _pieces(session, [request.id for request, *_ in found])
    recipe_ids = {request.recipe_id for request, *_ in found}
    recipes = {row.id: row for row in session.exec(select(Recipe).where(col(Recipe.id).in_(recipe_ids)))}
    clusters = {row.id: row for row in session.exec(select(Cluster))}
    passed_over = weeks_passed_over(
        session, request_ids=[request.id for request, *_ in found if request.id is not None]
    )
    return [
        RequestedRow(
            request=request,
            centre=centre,
            project=project,
            organisation=organisation,
            cluster=clusters[project.cluster_id],
            recipe=None if request.recipe_id is None else recipes[request.recipe_id],
            booked=booked.get(request.id, 0),
            span=spans.get(request.id),
            pieces=tuple(pieces.get(request.id, ())),
            passed_over=passed_over.get(request.id or 0, ()),
        )
        for request, centre, project, organisation in found
    ]


def _owned(
    session: Session,
    key: str | None,
    centre_key: str | None,
    organisation_key: str | None,
    after_id: int,
    limit: int,
    sight: Sight,
) -> Sequence[tuple[Request, Centre, Project, Organisation]]:
    wanted = (
        select(Request, Centre, Project, Organisation)
        .join(Centre, col(Centre.id) == col(Request.centre_id))
        .join(Project, col(Project.id) == col(Request.project_id))
        .join(Organisation, col(Organisation.id) == col(Project.organisation_id))
        .where(col(Request.id) > after_id, sight.of(Project.organisation_id, Request.centre_id))
        .order_by(col(Request.id))
        .limit(limit)
    )
    for column, asked in ((Request.key, key), (Centre.key, centre_key), (Organisation.key, organisation_key)):
        if asked is not None:
            wanted = wanted.where(column == asked)
    return session.exec(wanted).all()


def booked_counts(session: Session, request_ids: Collection[int | None]) -> dict[int | None, int]:
    """How many runs of each request have a booking that holds or is done; requests without one are missing."""
    booked = (
        select(OF_REQUEST, func.count())
        .select_from(Run)
        .join(Booking, col(Booking.run_id) == col(Run.id))
        .where(col(Booking.state).in_((*HOLDING_STATES, "done")))
        .group_by(OF_REQUEST)
    )
    counts: dict[int | None, int] = {}
    for some in portions(request_ids):
        counts.update(session.exec(booked.where(_is_of_any(some))).all())
    return counts


def _spans(session: Session, request_ids: Collection[int | None]) -> dict[int | None, tuple[datetime, datetime]]:
    rows = session.exec(
        select(OF_REQUEST, Run.start_at, Run.end_at)
        .select_from(Run)
        .join(Booking, col(Booking.run_id) == col(Run.id))
        .where(_is_of_any(request_ids), col(Booking.state).in_((*HOLDING_STATES, "done")))
    )
    spans: dict[int | None, tuple[datetime, datetime]] = {}
    for request_id, start, end in rows:
        first, last = spans.get(request_id, (start, end))
        spans[request_id] = min(first, start), max(last, end)
    return spans


def _is_of_any(request_ids: Collection[int | None]) -> ColumnElement[bool]:
    """Whether a booking (joined with its run) is of one of these requests."""
    return or_(
        col(Booking.request_id).in_(request_ids),
        and_(col(Booking.request_id).is_(None), col(Run.request_id).in_(request_ids)),
    )


def _pieces(session: Session, request_ids: Collection[int | None]) -> dict[int | None, list[tuple[int, int]]]:
    operation = func.coalesce(col(Booking.operation), col(Run.operation))
    rows = session.exec(
        select(OF_REQUEST, operation, func.sum(Booking.quantity))
        .select_from(Run)
        .join(Booking, col(Booking.run_id) == col(Run.id))
        .where(_is_of_any(request_ids), col(Booking.state).in_((*HOLDING_STATES, "done")), col(Run.visit) == 0)
        .group_by(OF_REQUEST, operation)
    )
    pieces: dict[int | None, list[tuple[int, int]]] = {}
    for request_id, step, count in rows:
        pieces.setdefault(request_id, []).append((step, int(count)))
    return pieces


def bookings_of_request(session: Session, *, request_id: int) -> list[tuple[Booking, Run]]:
    """Every booking of the request's runs with its run, in whatever state, by start and id."""
    rows = session.exec(
        select(Booking, Run)
        .join(Run, col(Booking.run_id) == col(Run.id))
        .where(is_of(request_id))
        .order_by(col(Run.start_at), col(Booking.id))
    )
    return [(booking, run) for booking, run in rows]


def request_with_key(session: Session, key: str, *, sight: Sight = EVERYTHING) -> Request | None:
    """The request, where it may be seen."""
    wanted = select(Request).join(Project, col(Project.id) == col(Request.project_id)).where(Request.key == key)
    return session.exec(wanted.where(sight.of(Project.organisation_id, Request.centre_id))).first()


def latest_recipe(session: Session, *, key: str, centre_id: int) -> Recipe | None:
    """The newest version of a recipe of one of the centre's laboratories."""
    wanted = (
        select(Recipe)
        .join(Laboratory, col(Laboratory.id) == col(Recipe.laboratory_id))
        .where(Recipe.key == key, Laboratory.centre_id == centre_id)
        .order_by(col(Recipe.version).desc())
    )
    return session.exec(wanted).first()
