"""Asking for a plan, and making it: read the world, translate, solve, have it judged, keep the draft.

Knows nothing of who waits for it and changes nothing for anybody: a draft is a draft.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from models.audit import record, snapshot
from models.database import Database
from models.locks import lock_centres
from models.queries.places import every_centre
from models.queries.plans import centres_of_plan, plan_for_update, plan_with_id
from models.queries.record import put_due_work
from models.queries.world import read_world
from models.tables import Centre, Plan, PlanCentre
from scheduler.access import Thing, can, check_may
from scheduler.actors import Actor
from scheduler.documents import OutOfOrder, write_document
from scheduler.errors import BadValue, NotPossibleNow, Refused, Unknown
from scheduler.explained import Explained
from scheduler.nameless import nameless
from scheduler.naming import Naming, names_of
from scheduler.progress import kept_progress
from scheduler.refusals import recorded_refusals
from scheduler.scopes import scope_of
from scheduler.translate import Translated, translate
from scheduler.translate.lacks import Lack
from scheduler.translate.names import booked_task_id, standing_task_id, unit_id
from scheduler.translate.pins import WhyLifted
from scheduler.translate.shares import DEBT_WINDOW
from solver.defects import BadProblem
from solver.inquire import ask_why_infeasible
from solver.plan import Plan as Answer
from solver.problem import Request
from solver.solve import Progress, SolverDied, solve

Clock = Callable[[], datetime]


class SolveSettings(BaseModel):
    """How to solve. Exactly one of ``limit`` (seconds) and ``work`` (neighbourhoods, repeatable) is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: float | None = Field(default=30.0, gt=0, le=86_400)
    work: int | None = Field(default=None, ge=1, le=1_000_000)
    workers: int = Field(default=2, ge=1, le=256)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)


class NoPlanFound(Refused):
    """No plan was found."""

    code = "no_plan_found"


class DraftPutBack(Refused):
    """The draft was stopped before it was ripe, and is queued again."""

    code = "draft_put_back"


def ask_for_plan(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    week: str,
    centres: tuple[str, ...] = (),
    kind: str = "week",
    limit: float | None = 30.0,
    work: int | None = None,
    workers: int = 2,
    seed: int = 0,
) -> int:
    """Queues a draft of ``week`` for the centres with these keys (the empty tuple: all that the actor plans); returns
    the plan's id.

    Raises ``Unknown`` for a centre, ``Forbidden``, ``BadValue`` for a week or setting, ``NotPossibleNow`` for a week
    that is over.
    """
    check_may(actor, "see busy times")
    with database.reading() as session:
        known = every_centre(session)
    planned = [centre for centre in known if can(actor, "plan", Thing(centre_id=centre.id))]
    chosen = chosen_centres(known if centres or not planned else planned, centres)
    ids = tuple(centre.id for centre in chosen if centre.id is not None)
    with recorded_refusals(database, actor=actor, now=now, verb="plan", centre_ids=ids, about=f"plan of {week}"):
        check_may(actor, "plan", *(Thing(centre_id=id_) for id_ in ids))
        if (limit is None) == (work is None):
            raise BadValue("Give a time limit or an amount of work, not both and not neither.", field="limit")
        settings = SolveSettings(limit=limit, work=work, workers=workers, seed=seed)
        scope_of(chosen, week=week, now=now)
        return database.write(lambda session: queue_plan(session, actor, now, chosen, week, kind, settings))


def chosen_centres(known: list[Centre], keys: tuple[str, ...]) -> list[Centre]:
    """The centres with these keys, all for none. Raises ``Unknown``."""
    by_key = {centre.key: centre for centre in known}
    unknown = [key for key in keys if key not in by_key]
    if unknown:
        raise Unknown("centre", *unknown)
    chosen = [by_key[key] for key in dict.fromkeys(keys)] if keys else known
    if not chosen:
        raise NotPossibleNow("There is no centre yet: load some first.")
    return chosen


def queue_plan(
    session: Session,
    actor: Actor,
    now: datetime,
    centres: list[Centre],
    week: str,
    kind: str,
    settings: SolveSettings,
    outage_id: int | None = None,
) -> int:
    """Within a transaction: the queued plan and its due work. Locks the centres."""
    locked = lock_centres(session, [centre.id for centre in centres if centre.id is not None])
    plan = Plan(
        kind=kind,
        week=week,
        settings=settings.model_dump(),
        outage_id=outage_id,
        asked_by=actor.key,
        asked_at=now,
    )
    session.add(plan)
    session.flush()
    assert plan.id is not None
    for centre in locked:
        assert centre.id is not None
        session.add(PlanCentre(plan_id=plan.id, centre_id=centre.id, revision=centre.revision))
    work = "repair" if kind == "repair" else "draft"
    put_due_work(session, kind=work, subject=str(plan.id), payload={"plan_id": plan.id}, due_at=now)
    _record(session, plan, locked, actor=actor.key, now=now, verb="asked for plan")
    return plan.id


def draft_plan(
    database: Database,
    *,
    actor: Actor,
    now: Clock,
    plan_id: int,
    on_progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
    unripe: Literal["keep", "put back"] = "keep",
    still_mine: Callable[[Session], bool] = lambda _: True,
) -> None:
    """Makes the draft that was asked for; a plan that is no longer queued or being solved is left alone.

    ``unripe``: what becomes of a plan that ``stop`` ended before its time limit and before it was proven best.
    ``still_mine`` is asked inside the transaction that would keep the draft: a worker whose lease was taken over keeps
    nothing. Raises ``NoPlanFound``, after which the plan says ``failed`` and why, and ``DraftPutBack``, after which it
    is queued: a stop put it back, or came before any plan was found.
    """
    if not database.write(lambda session: _begin(session, plan_id, actor, now())):
        return
    try:
        translated, revisions, settings, naming = _read_problem(database, plan_id, now())
        with kept_progress(database, plan_id, on_progress) as hear:
            answer = _solved(translated, settings, hear, stop)
        _refuse_no_answer(answer, translated, naming)
        if unripe == "put back" and answer.status != "optimal" and stop is not None and stop.is_set():
            raise DraftPutBack("The draft was stopped before its time was up.")
    except (Refused, BadProblem, SolverDied) as error:
        reason = str(error)
        if stop is not None and stop.is_set():
            database.write(lambda session: _put_back(session, plan_id, actor, now(), still_mine))
            raise DraftPutBack(f"Plan {plan_id} was stopped before it was ripe; it is queued again.") from error
        database.write(lambda session: _fail(session, plan_id, reason, actor, now(), still_mine))
        raise NoPlanFound(reason) from error
    document = _document(translated, answer, naming)
    database.write(lambda session: _keep(session, plan_id, document, revisions, actor, now(), still_mine))


def _begin(session: Session, plan_id: int, actor: Actor, now: datetime) -> bool:
    locked = _lock_centres_of(session, plan_id)
    plan = plan_for_update(session, plan_id)
    if plan is None:
        raise Unknown("plan", plan_id)
    if plan.state == "queued":
        before = snapshot(plan)
        plan.state = "solving"
        _record(session, plan, locked, actor=actor.key, now=now, verb="began plan", before=before)
    return plan.state == "solving"


def _lock_centres_of(session: Session, plan_id: int) -> list[Centre]:
    centres = centres_of_plan(session, plan_id)
    return lock_centres(session, [centre.id for centre in centres if centre.id is not None])


def _read_problem(
    database: Database, plan_id: int, now: datetime
) -> tuple[Translated, dict[int, int], SolveSettings, Naming]:
    with database.reading() as session:
        plan = plan_with_id(session, plan_id)
        assert plan is not None
        centres = centres_of_plan(session, plan_id)
        scope = scope_of(centres, week=plan.week, now=now, repair=plan.kind == "repair")
        world = read_world(
            session,
            centre_ids=[centre.id for centre in centres if centre.id is not None],
            since=scope.start,
            given_since=scope.start - DEBT_WINDOW,
        )
    revisions = {centre.id: centre.revision for centre in world.centres if centre.id is not None}
    translated = translate(world, scope)
    naming = Naming(world=world, clock=translated.clock, zone=world.centres[0].zone)
    return translated, revisions, SolveSettings.model_validate(plan.settings), naming


def _solved(
    translated: Translated,
    settings: SolveSettings,
    on_progress: Callable[[Progress], None],
    stop: threading.Event | None,
) -> Answer:
    return solve(
        translated.problem,
        limit=settings.limit,
        work=settings.work,
        workers=settings.workers,
        seed=settings.seed,
        on_progress=on_progress,
        stop=stop,
    )


def _refuse_no_answer(answer: Answer, translated: Translated, naming: Naming) -> None:
    if answer.status == "infeasible":
        told = " ".join(Explained(naming=naming).rules(ask_why_infeasible(translated.problem).conflict))
        raise NoPlanFound(f"What is required cannot all be met: no plan exists. {told}".rstrip())
    if answer.status == "unknown":
        raise NoPlanFound("No plan was found in the time given: allow more.")


def _document(translated: Translated, answer: Answer, naming: Naming) -> str:
    return write_document(
        week=translated.scope.week,
        repair=translated.scope.repair,
        made_at=translated.scope.made_at,
        clock=translated.clock,
        problem=translated.problem,
        plan=answer,
        lifted=lifted_pins(translated, answer),
        undoable=translated.undoable,
        staying=translated.staying,
        broken_lags=translated.broken_lags,
        outages=outages_hit(translated),
        lacks=lacks_found(translated),
        names=names_of(naming, translated.problem),
        zone=naming.zone,
    )


def lifted_pins(translated: Translated, answer: Answer) -> dict[str, WhyLifted]:
    """Why pins did not hold, by task: those lifted before solving, and those of requests that lost their place."""
    lost = {out.request for out in answer.left_out if out.absence == "displaced"}
    displaced: dict[str, WhyLifted] = {
        id_: "displaced"
        for request in translated.problem.requests
        if request.id in lost
        for id_ in _pinned(translated, request)
    }
    return {**displaced, **translated.lifted_pins}


def _pinned(translated: Translated, request: Request) -> Iterator[str]:
    """Its tasks that are pinned, and of its facts those that stay only because they are pinned whole."""
    yield from (task.id for task in request.tasks if task.pin is not None)
    facts = {fact.id for fact in request.facts}
    for booked in translated.standing.fixed:
        whole = any(booking.pin == "both" for booking in booked.bookings)
        if whole and booked.run.start_at >= translated.scope.start and booked_task_id(booked) in facts:
            yield booked_task_id(booked)


def outages_hit(translated: Translated) -> tuple[OutOfOrder, ...]:
    """The outages that lie on a booking which may move."""
    found = {outage.id: outage for hit in translated.standing.hit.values() for outage in hit.outages}
    return tuple(
        OutOfOrder(unit=unit_id(outage.unit_id), start=outage.start_at, end=outage.end_at)
        for _, outage in sorted(found.items(), key=lambda item: item[0] or 0)
    )


def lacks_found(translated: Translated) -> dict[str, tuple[Lack, ...]]:
    """What bookings lack where they stand, by task; those that have to stay there all the same among them."""
    standing = translated.standing
    found = ((booked, standing.hit.get(booked.run.id or 0)) for booked in (*standing.free, *standing.fixed))
    return {standing_task_id(booked): hit.lacks for booked, hit in found if hit is not None and hit.lacks}


def _put_back(
    session: Session, plan_id: int, actor: Actor, now: datetime, still_mine: Callable[[Session], bool]
) -> None:
    locked = _lock_centres_of(session, plan_id)
    plan = plan_for_update(session, plan_id)
    if plan is None or plan.state != "solving" or not still_mine(session):
        return
    before = snapshot(plan)
    plan.state, plan.progress = "queued", None
    _record(session, plan, locked, actor=actor.key, now=now, verb="put plan back", before=before)


def put_aside(session: Session, actor: Actor, now: datetime, plan: Plan, *, reason: str = "") -> None:
    """Within a transaction that has locked the plan's centres: nobody publishes this plan any more."""
    assert plan.id is not None
    before = snapshot(plan)
    plan.state = "discarded"
    session.add(plan)
    _record(
        session,
        plan,
        centres_of_plan(session, plan.id),
        actor=actor.key,
        now=now,
        verb="discarded plan",
        reason=reason,
        before=before,
    )


def fail_plan(database: Database, *, actor: Actor, now: datetime, plan_id: int, error: str) -> None:
    """A plan whose solving never came to an end says so."""
    database.write(lambda session: _fail(session, plan_id, error, actor, now, lambda _: True))


def _fail(
    session: Session, plan_id: int, error: str, actor: Actor, now: datetime, still_mine: Callable[[Session], bool]
) -> None:
    locked = _lock_centres_of(session, plan_id)
    plan = plan_for_update(session, plan_id)
    if plan is None or plan.state not in ("queued", "solving") or not still_mine(session):
        return
    before = snapshot(plan)
    centre_ids = [centre.id for centre in locked if centre.id is not None]
    (plan.error,) = nameless(session, [error], centre_ids=centre_ids)
    plan.state, plan.progress = "failed", None
    _record(session, plan, locked, actor=actor.key, now=now, verb="failed to plan", before=before)


def _keep(
    session: Session,
    plan_id: int,
    document: str,
    revisions: dict[int, int],
    actor: Actor,
    now: datetime,
    still_mine: Callable[[Session], bool],
) -> None:
    locked = lock_centres(session, list(revisions))
    plan = plan_for_update(session, plan_id)
    if plan is None or plan.state != "solving" or not still_mine(session):
        return
    before = snapshot(plan)
    plan.state, plan.document, plan.progress, plan.found_at = "draft", document, None, now
    for centre_id, revision in revisions.items():
        row = session.get(PlanCentre, (plan_id, centre_id))
        assert row is not None
        row.revision = revision
    _record(session, plan, locked, actor=actor.key, now=now, verb="drafted plan", before=before)


def _record(
    session: Session,
    plan: Plan,
    centres: list[Centre],
    *,
    actor: str,
    now: datetime,
    verb: str,
    reason: str = "",
    before: dict[str, Any] | None = None,
) -> None:
    for centre in centres:
        record(
            session,
            chain=f"centre:{centre.id}",
            at=now,
            actor=actor,
            verb=verb,
            object_kind="plan",
            object_id=str(plan.id),
            reason=reason,
            before=before,
            after=snapshot(plan),
        )
