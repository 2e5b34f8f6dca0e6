"""Publishing a draft: under the centres' lock it becomes bookings, or nothing is written and the clashes are named.

Knows nothing of how the draft was found, nor of what is written of it.
"""

from datetime import datetime

from sqlmodel import Session

from models.database import Database
from models.errors import HoldTaken
from models.locks import lock_centres, lock_clusters, lock_organisations, lock_quotas_of_people
from models.queries.booked import resource_name
from models.queries.places import every_centre
from models.queries.plans import OPEN_STATES, centres_of_plan, plan_for_update, revisions_of_plan
from models.queries.world import read_world
from scheduler.actors import Actor
from scheduler.clashes import clashes_of
from scheduler.documents import read_document
from scheduler.drafts import Draft
from scheduler.errors import NotPossibleNow, PlanClashes, SignatureMissing
from scheduler.formalities import Formalities, Given, check_given, check_reason, formalities_of, take_given
from scheduler.plan_views import Published
from scheduler.plan_writing import PlanWriting
from scheduler.planning import chosen_centres, put_aside
from scheduler.refusals import recorded_refusals
from scheduler.repairs import ask_for_the_rest
from scheduler.seen_plans import check_may_at, seen_plan
from scheduler.time_words import tell
from scheduler.translate.names import row_id
from scheduler.views import Sentence


def publish_plan(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    plan_id: int,
    reason: str = "",
    password: str = "",
    meaning: str = "",
) -> Published:
    """Confirms each request of the draft that starts in its week, moves and displaces what it says. Where something
    cannot stay beyond the horizon of a repair, the next repair is asked for.

    ``reason``, and ``password`` with its ``meaning``: where a centre asks for them; whoever gives a password signs.
    Raises ``Unknown``, ``Forbidden``, ``NotPossibleNow`` (it is no draft), ``PlanClashes`` (what was booked meanwhile,
    or the past, stands against it; each clash is a reason), ``ReasonMissing``, and as ``sign``.
    """
    centre_ids = _covered(database, actor, plan_id)
    about = f"plan {plan_id}"
    with recorded_refusals(database, actor=actor, now=now, verb="publish", centre_ids=centre_ids, about=about):
        given = take_given(
            database,
            actor=actor,
            now=now,
            action="publish",
            centre_ids=centre_ids,
            reason=reason,
            password=password,
            meaning=meaning,
        )
        try:
            return database.write(lambda session: _publish(session, actor, now, plan_id, centre_ids, given))
        except HoldTaken as clash:
            taken = taken_sentence(database, clash)
            raise PlanClashes(f"{taken.text} Nothing was published.", reasons=(taken,)) from clash


def check_publishable(
    database: Database, *, actor: Actor, now: datetime, centres: tuple[str, ...], reason: str = "", signed: bool = False
) -> None:
    """Before anything is solved: whether a draft of these centres (by key; none: of all) could be published at once
    with this reason, and ``signed`` or not. Raises ``Unknown``, ``ReasonMissing``, ``SignatureMissing``."""
    with database.reading() as session:
        asked = formalities_of(chosen_centres(every_centre(session), centres))
    if asked.signatures is not None and not signed:
        text = f"{asked.signatures} asks for a signature: say who publishes and what they mean by it, or publish later."
        raise SignatureMissing(text, field="password")
    check_reason(asked, reason)


def taken_sentence(database: Database, clash: HoldTaken) -> Sentence:
    """What the database's guard refused, in words; whose booking it met is nobody's business."""
    if clash.resource_id is None or clash.start_at is None or clash.end_at is None:
        return Sentence(code="taken", text="A unit or technician of the draft is taken by another booking.")
    with database.reading() as session:
        name, zone = resource_name(session, clash.resource_id)
    when = f"{tell(clash.start_at, zone)} to {tell(clash.end_at, zone)}"
    facts = (("subject", name), ("start", clash.start_at.isoformat()), ("end", clash.end_at.isoformat()))
    return Sentence(code="taken", text=f"{name} is taken within {when} by another booking.", facts=facts)


def discard_plan(database: Database, *, actor: Actor, now: datetime, plan_id: int, reason: str = "") -> None:
    """Throws a draft away, or a plan that still waits. Raises ``Unknown``, ``Forbidden``, ``NotPossibleNow``,
    ``ReasonMissing``."""
    centre_ids = _covered(database, actor, plan_id)

    def command(session: Session) -> None:
        centres = lock_centres(session, centre_ids)
        check_may_at(actor, "plan", centres)
        check_reason(formalities_of(centres), reason)
        plan = plan_for_update(session, plan_id)
        assert plan is not None
        if plan.state not in OPEN_STATES:
            raise NotPossibleNow(f"Plan {plan_id} is {plan.state}: only a draft can be discarded.")
        put_aside(session, actor, now, plan, reason=reason.strip())

    about = f"plan {plan_id}"
    with recorded_refusals(database, actor=actor, now=now, verb="discard", centre_ids=centre_ids, about=about):
        database.write(command)


def formalities_of_plan(database: Database, *, actor: Actor, now: datetime, plan_id: int) -> Formalities:
    """What publishing or discarding the plan takes besides. Raises ``Unknown``."""
    _covered(database, actor, plan_id)
    with database.reading() as session:
        return formalities_of(centres_of_plan(session, plan_id))


def _covered(database: Database, actor: Actor, plan_id: int) -> tuple[int, ...]:
    """Ids of the plan's centres. Raises ``Unknown``."""
    with database.reading() as session:
        _, centres = seen_plan(session, actor, plan_id)
    return tuple(centre.id for centre in centres if centre.id is not None)


def _publish(
    session: Session, actor: Actor, now: datetime, plan_id: int, centre_ids: tuple[int, ...], given: Given
) -> Published:
    centres = lock_centres(session, centre_ids)
    check_may_at(actor, "publish", centres)
    check_given(formalities_of(centres), given)
    plan = plan_for_update(session, plan_id)
    assert plan is not None
    if plan.state != "draft" or plan.document is None:
        raise NotPossibleNow(f"Plan {plan_id} is {plan.state}: only a draft can be published.")
    draft = Draft(read_document(plan.document), as_written=True)
    asked = [draft.requests[each] for each in draft.written]
    lock_organisations(session, {row_id(each.owner) for each in asked if each.owner})
    lock_clusters(session, {row_id(each.cluster) for each in asked if each.cluster})
    lock_quotas_of_people(session)
    world = read_world(
        session,
        centre_ids=centre_ids,
        since=draft.clock.origin,
        also=[row_id(each) for each in draft.written if each.startswith("R")],
    )
    then = revisions_of_plan(session, plan_id)
    changed = any(then[centre.id] != centre.revision for centre in centres if centre.id is not None)
    # Of limits that count at other centres too, their revisions say nothing.
    changed = changed or any(quota.centre_id is None for quota in world.limits.quotas)
    clashes = clashes_of(draft, world, now=now, changed=changed)
    if clashes:
        text = f"{len(clashes)} clash{'es' if len(clashes) > 1 else ''}: nothing was published. Plan again around them."
        raise PlanClashes(text, reasons=clashes)
    published = PlanWriting(session, plan, draft, world, actor, now, given).write(centres)
    for centre in centres if plan.kind == "repair" else ():
        ask_for_the_rest(session, actor, now, centre, beyond=draft.clock.moment(draft.document.problem.horizon))
    return published
