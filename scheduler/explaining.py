"""Why a request is not in a plan and what would let it in; the earliest places of a request beside what is booked.

Changes nothing.
"""

from datetime import datetime
from time import monotonic

from models.database import Database
from models.queries.booked import bookings_of_runs
from models.queries.world import read_world
from models.tables import Centre
from models.tables.bookings import HOLDING_STATES
from scheduler.access import sight
from scheduler.actors import Actor
from scheduler.documents import read_document
from scheduler.drafts import Draft
from scheduler.errors import NotPossibleNow, Refused
from scheduler.explained import Explained
from scheduler.folding import told_blockers
from scheduler.local_time import iso_week
from scheduler.naming import Naming
from scheduler.plans import world_of
from scheduler.requesting import request_bookings, seen_request, show_request
from scheduler.scopes import PUBLISHING_LEAD, scope_of
from scheduler.seen_plans import seen_plan
from scheduler.translate import Translated, translate
from scheduler.translate.batches import standing_batches
from scheduler.translate.names import is_maintenance, request_id, row_id
from scheduler.why_views import EarliestView, PlacementView, StepView, WhyView
from solver.explain import Earliest, Placement, earliest, explain
from solver.explain.answers import Why
from solver.inquire import ask_why
from solver.plan import Blocker, LeftOut, Plan
from solver.problem import Problem, Request
from solver.solve import SolverDied

SECONDS = 10.0
"""What an answer may take."""
APART_MINUTES = 60
"""Places on the same units that are offered start so far from each other at least."""
ROUTING_SECONDS = 2.0
"""What looking for the earliest places of a routing may take, and then for why there is none."""


SHARING = "A run of others that it could share was not looked at: a plan looks at these."
"""What is not looked at of work that may share a run, where there is one that stands."""


class NoAnswer(Refused):
    """Why the request is out could not be found out."""

    code = "no_answer"


def why_left_out(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    plan_id: int,
    request: str,
    in_time: bool = False,
    limit: float = SECONDS,
) -> WhyView:
    """Why the plan does not have the request with this key, found within ``limit`` seconds.

    ``in_time``: the due date is held as if it were a deadline. What the actor may not see is "another booking". Raises
    ``Unknown``, ``NotPossibleNow`` for a request that is planned, ``NoAnswer``.
    """
    draft, naming = _read_draft(database, actor, plan_id)
    asked = _asked_of(draft, naming, request)
    if asked is None:
        raise _not_in_it(database, naming, actor=actor, now=now, plan_id=plan_id, request=request)
    naming = naming.by(asked)
    planned = {at.task for at in draft.document.plan.assignments}
    if all(task.id in planned for task in draft.requests[asked].tasks) and not in_time:
        raise NotPossibleNow(f"Plan {plan_id} has {request}: nothing of it stays out.")
    try:
        why = ask_why(draft.document.problem, draft.document.plan, asked, limit=limit, in_time=in_time)
    except SolverDied as error:
        raise NoAnswer(str(error)) from error
    return _why_view(plan_id, why, naming)


def _why_view(plan_id: int, why: Why, naming: Naming) -> WhyView:
    words = Explained(naming=naming)
    return WhyView(
        plan_id=plan_id,
        request=naming.name(why.request),
        organisation=naming.organisation(why.request),
        owner=naming.owner(why.request),
        verdict=why.verdict,
        text=words.verdict(why),
        weight=why.weight,
        blockers=told_blockers(naming, why.blockers),
        yields=tuple(words.yields(why)),
        conflict=tuple(words.conflict(why)),
        options=tuple(words.options(why)),
        proven=why.proven,
        searched=why.searched,
    )


def _read_draft(database: Database, actor: Actor, plan_id: int) -> tuple[Draft, Naming]:
    with database.reading() as session:
        plan, centres = seen_plan(session, actor, plan_id)
        if plan.document is None:
            raise NotPossibleNow(f"Plan {plan_id} is {plan.state}: nothing stays out of it yet.")
        draft = Draft(read_document(plan.document))
        world = world_of(session, draft, centres)
        by_hand = bookings_of_runs(session, [row_id(each) for each in draft.requests if each.startswith("H")])
    zone, seen = centres[0].zone, sight(actor)
    return draft, Naming(world=world, clock=draft.clock, zone=zone, by_hand=by_hand, sight=seen)


def _asked_of(draft: Draft, naming: Naming, key: str) -> str | None:
    """The id of the request with this key in the draft's problem, where it may be seen; ``None``: there is none."""

    def is_it(id_: str) -> bool:
        return naming.sees(id_) and key in (naming.name(id_), _upkeep_key(naming, id_))

    found = next(filter(is_it, draft.requests), None)
    if found is not None:
        return found
    reason = next((why for id_, why in draft.document.undoable.items() if is_it(id_)), None)
    if reason is not None:
        stays = any(is_it(id_) for id_ in draft.document.staying)
        told = "is booked, and could not be planned anew" if stays else "could not even be asked for"
        raise NotPossibleNow(f"{key} {told}. {reason[0].upper()}{reason[1:]}")
    return None


def _upkeep_key(naming: Naming, id_: str) -> str:
    """The key of a maintenance; empty for all else."""
    rows = (each for each in naming.world.maintenance if is_maintenance(id_) and each.id == row_id(id_))
    return next((each.key for each in rows), "")


def _not_in_it(
    database: Database, naming: Naming, *, actor: Actor, now: datetime, plan_id: int, request: str
) -> NotPossibleNow:
    """Of a request that the plan had nothing of to place. Raises ``Unknown``."""
    view = show_request(database, actor=actor, now=now, key=request)
    bookings = [
        one for one in request_bookings(database, actor=actor, now=now, key=request) if one.state in HOLDING_STATES
    ]
    if not bookings:
        return NotPossibleNow(f"Plan {plan_id} had nothing of {request} to place: it is {view.state}.")
    start, end = min(one.start for one in bookings), max(one.end for one in bookings)
    units = sorted({hold.key for one in bookings for hold in one.holds if hold.kind == "unit"})
    where = f"{naming.span(start, end)} on {', '.join(units)}"
    return NotPossibleNow(f"Plan {plan_id} had nothing of {request} to place: it is booked {where}.")


def earliest_of(database: Database, *, actor: Actor, now: datetime, request: str, n: int = 5) -> EarliestView:
    """Up to ``n`` of the earliest places beside all that is booked, from the next half hour on and within the horizon.

    What of it is booked and may move is looked at as if it were not. Raises ``Unknown``, ``NotPossibleNow`` where
    nothing of it is to be placed.
    """
    translated, naming, asked = _read_request(database, actor, request, now)
    clock, problem = translated.clock, translated.problem
    if all(one.id != asked for one in problem.requests):
        reason = translated.undoable.get(asked, "nothing of it is to be placed any more.")
        raise NotPossibleNow(f"{request}: {reason}")
    apart = max(1, APART_MINUTES // clock.tick_minutes)
    until = monotonic() + ROUTING_SECONDS
    found = earliest(problem, Plan(status="feasible"), asked, n=n, apart=apart, until=until)
    (row,) = (one for one in problem.requests if one.id == asked)
    note = _not_looked_at(naming, row, found)
    return EarliestView(
        request=request,
        centre=naming.world.centres[0].key,
        zone=naming.zone,
        placements=tuple(_placement(naming, row, each) for each in found.placements),
        blockers=() if found.placements else told_blockers(naming, _in_the_way(problem, asked)),
        complete=not note,
        note=note,
    )


def _not_looked_at(naming: Naming, asked: Request, found: Earliest) -> str:
    """What there may be besides what was found; empty where that is nothing."""
    if not found.complete:
        more = "others between them" if found.placements else "one all the same"
        return f"There may be {more}: a routing of several operations is searched for a while only."
    batches = {task.batch for task in asked.tasks} - {""}
    return SHARING if batches & standing_batches(naming.world, besides=asked.id) else ""


def _in_the_way(problem: Problem, asked: str) -> tuple[Blocker, ...]:
    until = monotonic() + ROUTING_SECONDS
    out = Plan(status="feasible", left_out=(LeftOut(request=asked, absence="unplanned"),))
    (told,) = explain(problem, out, until=until).left_out
    return told.blockers


def _read_request(database: Database, actor: Actor, key: str, now: datetime) -> tuple[Translated, Naming, str]:
    """The world of its centre in which nothing but this request may move."""
    with database.reading() as session:
        row = seen_request(session, actor, key)
        assert row.id is not None
        centre = session.get_one(Centre, row.centre_id)
        week = iso_week(now + PUBLISHING_LEAD, centre.zone)
        asked = request_id(row.id)
        scope = scope_of([centre], week=week, now=now, only=frozenset({asked}))
        world = read_world(session, centre_ids=[row.centre_id], since=scope.start, also=[row.id])
    translated = translate(world, scope)
    return translated, Naming(world=world, clock=translated.clock, zone=centre.zone, sight=sight(actor)), asked


def _placement(naming: Naming, request: Request, found: Placement) -> PlacementView:
    modes = {task.id: task.modes for task in request.tasks}
    moment = naming.clock.moment
    steps = (
        StepView(
            operation=naming.run(at.task),
            start=moment(at.start),
            end=moment(at.end),
            units=tuple(sorted(naming.name(use.unit) for use in modes[at.task][at.mode].units)),
        )
        for at in sorted(found.assignments, key=lambda at: (at.start, at.end, at.task))
    )
    return PlacementView(
        start=moment(found.start), end=moment(found.end), units=tuple(map(naming.name, found.units)), steps=tuple(steps)
    )
