"""Showing plans: what was found, what stayed out and why, and what publishing would change.

Changes nothing.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from models.database import Database
from models.queries.booked import bookings_of_runs
from models.queries.plans import centres_of_plans, list_plans_of
from models.queries.world import World, read_world
from models.tables import Centre, Plan
from scheduler.access import check_may, forbidden, sight
from scheduler.actors import Actor
from scheduler.changes import Changes
from scheduler.documents import level_views, read_document
from scheduler.drafts import Draft
from scheduler.errors import NotPossibleNow
from scheduler.folding import told_blockers
from scheduler.given import given_views
from scheduler.keys import check_known
from scheduler.lack_words import unsettled_sentences
from scheduler.naming import Naming
from scheduler.pin_words import lifted_pins
from scheduler.plan_views import AssignmentView, ChangeoverView, LeftOutView, PlanSummary, PlanView
from scheduler.refusals import recorded_refusals
from scheduler.rule_words import lag_in_words
from scheduler.seen_plans import plans_in_sight, seen_plan, sees_whole
from scheduler.tallies import tally_of
from scheduler.translate.names import is_maintenance, row_id
from scheduler.views import Sentence
from solver.plan import Assignment, Changeover, LeftOut


def show_plan(database: Database, *, actor: Actor, now: datetime, plan_id: int) -> PlanView:
    """A plan with all that is in it; for whoever does not see its centres as a whole, with what concerns them alone.
    Raises ``Unknown``."""
    with database.reading() as session:
        plan, centres = seen_plan(session, actor, plan_id)
        summary = _summary(plan, centres, actor)
        if plan.document is None:
            return PlanView(
                summary=summary, status=None, levels=(), assignments=(), left_out=(), changes=(), effect=None
            )
        draft = Draft(read_document(plan.document))
        world = world_of(session, draft, centres)
        by_hand = bookings_of_runs(session, [row_id(each) for each in draft.requests if each.startswith("H")])
    naming = Naming(world=world, clock=draft.clock, zone=centres[0].zone, by_hand=by_hand, sight=sight(actor))
    whole = sees_whole(actor, centres)
    changes = Changes(draft=draft, world=world, naming=naming)
    answer = draft.document.plan
    committed = {request.id for request in draft.committed}
    placed = [each for each in answer.assignments if whole or _concerns(naming, each.task)]
    lacks = {task: found for task, found in draft.document.lacks.items() if whole or _concerns(naming, task)}
    return PlanView(
        summary=summary,
        status=answer.status,
        levels=level_views(answer.levels, proven=answer.status == "optimal") if whole else (),
        assignments=tuple(assignment_view(draft, naming, each, committed) for each in placed),
        left_out=left_out_views(draft, naming),
        changes=changes.all() if whole else changes.among(lambda task: _concerns(naming, task)),
        effect=changes.effect() if whole else None,
        broken_lags=tuple(
            lag_in_words(lag, name=naming.name, operation=naming.operation)
            for lag in draft.document.broken_lags
            if naming.sees(lag.before)
        ),
        unsettled=tuple(unsettled_sentences(lacks, naming)),
        lifted_pins=tuple(lifted_pins(draft.document.lifted_pins, naming)),
        given=given_views(draft, world) if whole else (),
        tally=tally_of(
            (draft.tasks[each.task][0].id for each in placed),
            filter(naming.sees, _left_out(draft)),
        ),
    )


def _concerns(naming: Naming, text_id: str) -> bool:
    """Whether it is work that whoever reads may see; upkeep is the centre's own."""
    return naming.sees(text_id) and not is_maintenance(text_id)


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
    """Plans that the actor may see, the newest first; ``after`` is the id of the last one seen (0: from the newest).
    Raises ``Unknown`` for a centre."""
    check_may(actor, "see bookings")
    with database.reading() as session:
        check_known(session, centre=centre)
        found = list_plans_of(
            session, plans_in_sight(actor), centre_key=centre, week=week, before_id=after or None, limit=limit
        )
        centres = centres_of_plans(session, [plan.id for plan in found if plan.id is not None])
        return [_summary(plan, centres[plan.id or 0], actor) for plan in found]


def plan_document(database: Database, *, actor: Actor, now: datetime, plan_id: int) -> str:
    """The plan document as JSON text. Raises ``Unknown``, ``Forbidden`` to whoever does not see its centres as a whole,
    ``NotPossibleNow`` while there is none."""
    with database.reading() as session:
        plan, centres = seen_plan(session, actor, plan_id)
    ids = tuple(centre.id for centre in centres if centre.id is not None)
    about = f"document of plan {plan_id}"
    with recorded_refusals(database, actor=actor, now=now, verb="reading", centre_ids=ids, about=about):
        if not sees_whole(actor, centres):
            raise forbidden("see capacity")
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


def _left_out(draft: Draft) -> Iterator[str]:
    """What has no place: what the answer left out, and what could not be asked for and is not booked either."""
    document = draft.document
    yield from (out.request for out in document.plan.left_out)
    yield from (id_ for id_ in document.undoable if id_ not in document.staying)


def left_out_views(draft: Draft, naming: Naming) -> tuple[LeftOutView, ...]:
    """What the answer left out, and what could not even be asked, as far as it may be seen."""
    undoable = (
        LeftOutView(
            request=naming.name(request),
            organisation=naming.organisation(request),
            owner=naming.owner(request),
            cluster=naming.cluster(request),
            zone=naming.by(request).zone,
            absence="booked" if request in draft.document.staying else "unplanned",
            last_start=None,
            reasons=(Sentence(code="cannot_be_done", text=reason),),
        )
        for request, reason in draft.document.undoable.items()
        if naming.sees(request)
    )
    made_at = draft.document.made_at
    left_out = (each for each in draft.document.plan.left_out if naming.sees(each.request))
    return (*(left_out_view(naming, each, known_at=made_at) for each in left_out), *undoable)


def left_out_view(naming: Naming, left: LeftOut, *, known_at: datetime | None = None) -> LeftOutView:
    naming = naming.by(left.request)
    return LeftOutView(
        request=naming.name(left.request),
        organisation=naming.organisation(left.request),
        owner=naming.owner(left.request),
        cluster=naming.cluster(left.request),
        zone=naming.zone,
        absence=left.absence,
        last_start=None if left.last_start is None else naming.clock.moment(left.last_start),
        reasons=told_blockers(naming, left.blockers, known_at=known_at),
    )


def _summary(plan: Plan, centres: list[Centre], actor: Actor) -> PlanSummary:
    """Who asked for it and how it is found are for those who see its centres as a whole."""
    assert plan.id is not None
    whole = sees_whole(actor, centres)
    return PlanSummary(
        id=plan.id,
        kind=plan.kind,
        week=plan.week,
        state=plan.state,
        centres=tuple(centre.key for centre in centres),
        asked_by=plan.asked_by if whole else "",
        asked_at=plan.asked_at,
        found_at=plan.found_at,
        published_at=plan.published_at,
        outage_id=plan.outage_id,
        progress=plan.progress if whole else None,
        error=plan.error if whole else None,
    )
