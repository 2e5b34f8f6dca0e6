"""``plan`` and ``publish``: drafts made at once in this process, shown live, judged again and published.

Knows nothing of how plans are found.
"""

from dataclasses import dataclass

import typer

from api.cli.live import shown_live, stop_on_interrupt
from api.cli.opening import opened
from api.cli.signing import Signer, Signing, signer_of
from api.cli.tables import show_changes, show_left_out, show_plan, show_published, violations
from api.cli.terminal import now, print_json, say
from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.again import plan_again
from scheduler.documents import Checked, check_document
from scheduler.errors import Refused
from scheduler.plan_views import PlanView, Published
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.plans import plan_document
from scheduler.plans import show_plan as plan_view
from scheduler.publishing import check_publishable, publish_plan

DEFAULT_LIMIT = 30.0


class PlanDoesNotHold(Refused):
    """The rule book does not accept the plan, or its levels are not worth what it says."""

    code = "plan_does_not_hold"


@dataclass(frozen=True, kw_only=True, slots=True)
class Effort:
    """How hard to look: ``limit`` seconds, or ``work`` neighbourhoods, the other ``None``."""

    limit: float | None
    work: int | None
    workers: int = 2
    seed: int = 0


def effort(limit: float | None, work: int | None, workers: int, seed: int) -> Effort:
    """From the options; both a limit and an amount of work are wrong use, neither means ``DEFAULT_LIMIT``."""
    if limit is not None and work is not None:
        raise typer.BadParameter("give a time limit or an amount of work, not both", param_hint="--work")
    chosen = DEFAULT_LIMIT if limit is None and work is None else limit
    return Effort(limit=chosen, work=work, workers=workers, seed=seed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Publishing:
    """To publish at once: why, and who signs."""

    reason: str
    signing: Signing


def publishing(publish: bool, reason: str, signed_as: str, meaning: str) -> Publishing | None:
    """From the options; what goes with publishing is wrong use without it."""
    if not publish and (reason or signed_as or meaning):
        raise typer.BadParameter("a reason and a signature go with --publish", param_hint="--publish")
    return Publishing(reason=reason, signing=Signing(email=signed_as, meaning=meaning)) if publish else None


def plan(
    url: str, *, week: str, centres: tuple[str, ...], effort: Effort, publishing: Publishing | None, as_json: bool
) -> None:
    """Makes a draft of the week, shows it and, if asked, publishes it."""
    with opened(url) as database:
        signer = None if publishing is None else signer_of(database, publishing.signing)
        if publishing is not None and signer is not None:
            reason, signed = publishing.reason, bool(signer.password)
            check_publishable(database, actor=signer.actor, now=now(), centres=centres, reason=reason, signed=signed)
        plan_id = drafted(database, week=week, centres=centres, effort=effort)
        view, checked = judged(database, plan_id)
        published = None
        if publishing is not None and signer is not None:
            published = _published(database, plan_id, publishing.reason, signer)
        if as_json:
            print_json({"plan": view, "check": checked, "published": published})
            return
        show_plan(view)
        show_left_out(view.left_out)
        say(f"The rule book finds {violations(checked)}.")
        if published is None:
            say(f"It is a draft: `pilotline publish {plan_id}` confirms it.")
        else:
            show_published(published)


def drafted(database: Database, *, week: str, centres: tuple[str, ...], effort: Effort) -> int:
    """Asks for a plan and makes it here, shown live; returns its id. Ctrl-C keeps the best found so far."""
    plan_id = ask_for_plan(
        database,
        actor=LOCAL_ADMINISTRATOR,
        now=now(),
        week=week,
        centres=centres,
        limit=effort.limit,
        work=effort.work,
        workers=effort.workers,
        seed=effort.seed,
    )
    where = ", ".join(centres) or "all centres"
    draft_here(database, plan_id, title=f"Planning {week} for {where}")
    return plan_id


def draft_here(database: Database, plan_id: int, *, title: str) -> None:
    """Makes the draft that was asked for in this process, shown live."""
    with stop_on_interrupt() as stop, shown_live(title) as drafting:
        draft_plan(database, actor=LOCAL_ADMINISTRATOR, now=now, plan_id=plan_id, on_progress=drafting, stop=stop)


def judged(database: Database, plan_id: int) -> tuple[PlanView, Checked]:
    """The draft, and its document judged again. Raises ``PlanDoesNotHold``."""
    view = plan_view(database, actor=LOCAL_ADMINISTRATOR, now=now(), plan_id=plan_id)
    document = plan_document(database, actor=LOCAL_ADMINISTRATOR, now=now(), plan_id=plan_id)
    checked = check_document(document)
    if not checked.holds:
        raise PlanDoesNotHold(f"Plan {plan_id} does not hold: {'; '.join(checked.violations) or 'its levels differ'}.")
    return view, checked


def again(url: str, *, plan_id: int, as_json: bool) -> None:
    """Asks anew for what a plan was asked for, makes it here and shows it."""
    with opened(url) as database:
        new = plan_again(database, actor=LOCAL_ADMINISTRATOR, now=now(), plan_id=plan_id)
        draft_here(database, new, title=f"Planning anew what plan {plan_id} was asked for")
        view, checked = judged(database, new)
        if as_json:
            print_json({"plan": view, "check": checked, "published": None})
            return
        show_plan(view)
        show_changes(view.changes, view.effect)
        show_left_out(view.left_out)
        say(f"The rule book finds {violations(checked)}.")
        say(f"It is a draft: `pilotline publish {new}` confirms it.")


def publish(url: str, *, plan_id: int, reason: str, signing: Signing, as_json: bool) -> None:
    """Publishes a draft."""
    with opened(url) as database:
        published = _published(database, plan_id, reason, signer_of(database, signing))
    if as_json:
        print_json(published)
    else:
        show_published(published)


def _published(database: Database, plan_id: int, reason: str, signer: Signer) -> Published:
    return publish_plan(
        database,
        actor=signer.actor,
        now=now(),
        plan_id=plan_id,
        reason=reason,
        password=signer.password,
        meaning=signer.meaning,
    )
