"""Asking anew for what a plan was asked for: the same kind, week, centres and effort, in the world as it is now.

Knows nothing of what became of the plan; a repair that still waits is put aside by the new one.
"""

from datetime import datetime

from models.database import Database
from scheduler.actors import Actor
from scheduler.planning import SolveSettings, ask_for_plan
from scheduler.repairs import repair_again
from scheduler.seen_plans import seen_plan


def plan_again(database: Database, *, actor: Actor, now: datetime, plan_id: int) -> int:
    """Queues the new draft and returns its id. A nightly plan is asked for as a plan of its week.

    Raises ``Unknown``, ``Forbidden``, ``NotPossibleNow`` where the week is over or nothing is left to repair.
    """
    with database.reading() as session:
        plan, covered = seen_plan(session, actor, plan_id)
    centres = tuple(centre.key for centre in covered)
    if plan.kind == "repair":
        (centre,) = centres
        return repair_again(database, actor=actor, now=now, centre=centre)
    settings = SolveSettings.model_validate(plan.settings)
    return ask_for_plan(database, actor=actor, now=now, week=plan.week, centres=centres, **settings.model_dump())
