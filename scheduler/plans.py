"""Showing plans: what was found, what stayed out and why, and what publishing would change.

Changes nothing.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from models.database import Database
from models.queries.booked import bookings_of_runs
from models.queries.plans import centres_of_plan, centres_of_plans, list_plans_of, plan_with_id
from models.queries.world import World, read_world
from models.tables import Centre, Plan
from scheduler.actors import Actor
from scheduler.changes import Changes
from scheduler.documents import level_views, read_document
from scheduler.drafts import Draft
from scheduler.errors import NotPossibleNow, Unknown
from scheduler.folding import told_blockers
from scheduler.given import given_views
from scheduler.keys import check_known
from scheduler.naming import Naming
from scheduler.plan_views import AssignmentView, ChangeoverView, LeftOutView, PlanSummary, PlanView
from scheduler.translate.names import row_id
from scheduler.views import Sentence
from solver.plan import Assignment, Changeover, LeftOut


def show_plan(database: Database, *, actor: Actor, now: datetime, plan_id: int) -> PlanView:
    """A plan with all that is in it. Raises ``Unknown``."""
    with database.reading() as session:
        plan, centres = _plan(session, plan_id)
        summary = _summary(plan, centres)
        if plan.document is None:
            return PlanView(
                summary=summary, status=None, levels=(), assignments=(), left_out=(), changes=(), effect=None
            )
        draft = Draft(read_document(plan.document))
        world = world_of(session, draft, centres)
        by_hand = bookings_of_runs(session, [row_id(each) for each in draft.requests if each.startswith("H")])
    naming = Naming(world=world, clock=draft.clock, zone=centres[0].zone, by_hand=by_hand)
    changes = Changes(draft=draft, world=world, naming=naming)
    answer = draft.document.plan
    committed = {request.id for request in draft.committed}
    return PlanView(
        summary=summary,
        status=answer.status,
        levels=level_views(answer.levels),
        assignments=tuple(assignment_view(draft, naming, each, committed) for each in answer.assignments),
        left_out=left_out_views(draft, naming),
        changes=changes.all(),
        effect=changes.effect(),
        broken_lags=tuple(naming.broken_lag(lag) for lag in draft.document.broken_lags),
        given=given_views(draft, world),
    )


def list_plans(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    centre: str | None = None,
    week: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[PlanSummary]:
    """Plans, the newest first; ``after`` is the id of the last one seen (0: from the newest). Raises ``Unknown`` for a
    centre."""
    with database.reading() as session:
        check_known(session, centre=centre)
        found = list_plans_of(session, centre_key=centre, week=week, before_id=after or None, limit=limit)
        centres = centres_of_plans(session, [plan.id for plan in found if plan.id is not None])
        return [_summary(plan, centres[plan.id or 0]) for plan in found]


def plan_document(database: Database, *, actor: Actor, now: datetime, plan_id: int) -> str:
    """The plan document as JSON text. Raises ``Unknown``, ``NotPossibleNow`` while there is none."""
    with database.reading() as session:
        plan, _ = _plan(session, plan_id)
        if plan.document is None:
            raise NotPossibleNow(f"Plan {plan_id} is {plan.state}: it has no document.")
        return plan.document


def world_of(session: Session, draft: Draft, centres: list[Centre]) -> World:
    """The world as it is now, with every request that the draft names."""
    return read_world(
        session,
        centre_ids=[centre.id for centre in centres if centre.id is not None],
        since=draft.clock.origin,
        also=[row_id(each) for each in (*draft.requests, *draft.document.undoable) if each.startswith("R")],
    )


def assignment_view(draft: Draft, naming: Naming, assignment: Assignment, committed: set[str]) -> AssignmentView:
    request, _ = draft.tasks[assignment.task]
    return AssignmentView(
        run=assignment.task,
        request=naming.name(request.id),
        operation=naming.operation(assignment.task),
        organisation=naming.organisation(assignment.task),
        cluster=naming.cluster(assignment.task),
        units=tuple(map(naming.name, draft.units(assignment))),
        technicians=tuple(map(naming.name, dict.fromkeys(_persons(assignment)))),
        start=draft.clock.moment(assignment.start),
        end=draft.clock.moment(assignment.end),
        tentative=request.id not in committed,
        changeovers=tuple(_changeover_view(draft, naming, turn) for turn in assignment.changeovers),
    )


def _changeover_view(draft: Draft, naming: Naming, turn: Changeover) -> ChangeoverView:
    moment = draft.clock.moment
    held = (each for every in draft.changeovers.values() for each in every)
    ends = (each.end for each in held if each.resource == turn.unit and each.start == turn.start)
    return ChangeoverView(
        unit=naming.name(turn.unit),
        technician=None if turn.person is None else naming.name(turn.person),
        start=moment(turn.start),
        worked_until=moment(turn.end),
        released=moment(next(ends, turn.end)),
    )


def _persons(assignment: Assignment) -> Iterator[str]:
    """Who begins, and who takes over."""
    yield from assignment.persons
    yield from (relief.person for relief in assignment.reliefs)


def left_out_views(draft: Draft, naming: Naming) -> tuple[LeftOutView, ...]:
    """What the answer left out, and what could not even be asked."""
    undoable = (
        LeftOutView(
            request=naming.name(request),
            organisation=naming.organisation(request),
            owner=naming.owner(request),
            cluster=naming.cluster(request),
            absence="unplanned",
            last_start=None,
            reasons=(Sentence(code="cannot_be_done", text=reason),),
        )
        for request, reason in draft.document.undoable.items()
    )
    made_at = draft.document.made_at
    return (*(left_out_view(naming, each, known_at=made_at) for each in draft.document.plan.left_out), *undoable)


def left_out_view(naming: Naming, left: LeftOut, *, known_at: datetime | None = None) -> LeftOutView:
    return LeftOutView(
        request=naming.name(left.request),
        organisation=naming.organisation(left.request),
        owner=naming.owner(left.request),
        cluster=naming.cluster(left.request),
        absence=left.absence,
        last_start=None if left.last_start is None else naming.clock.moment(left.last_start),
        reasons=told_blockers(naming, left.blockers, known_at=known_at),
    )


def _plan(session: Session, plan_id: int) -> tuple[Plan, list[Centre]]:
    plan = plan_with_id(session, plan_id)
    if plan is None:
        raise Unknown("plan", plan_id)
    return plan, centres_of_plan(session, plan_id)


def _summary(plan: Plan, centres: list[Centre]) -> PlanSummary:
    assert plan.id is not None
    return PlanSummary(
        id=plan.id,
        kind=plan.kind,
        week=plan.week,
        state=plan.state,
        centres=tuple(centre.key for centre in centres),
        asked_by=plan.asked_by,
        asked_at=plan.asked_at,
        found_at=plan.found_at,
        published_at=plan.published_at,
        outage_id=plan.outage_id,
        progress=plan.progress,
        error=plan.error,
    )
