"""Which plans an actor may see, and whether the whole of one.

Knows nothing of what is in them. A draft is for those who plan its centres; one that is published is for all whom it
concerns: of an engineer's organisation, or of a technician's centre.
"""

from sqlalchemy import ColumnElement
from sqlmodel import Session

from models.queries.plans import centres_of_plan, plan_in_sight, plan_with_id
from models.queries.sight import EVERYTHING
from models.tables import Centre, Plan
from scheduler.access import Action, Thing, can, check_may, sight
from scheduler.actors import Actor
from scheduler.errors import Unknown


def seen_plan(session: Session, actor: Actor, plan_id: int) -> tuple[Plan, list[Centre]]:
    """A plan that the actor may see, with its centres. Raises ``Unknown``."""
    check_may(actor, "see bookings")
    plan = plan_with_id(session, plan_id, plans_in_sight(actor))
    if plan is None:
        raise Unknown("plan", plan_id)
    return plan, centres_of_plan(session, plan_id)


def plans_in_sight(actor: Actor) -> ColumnElement[bool]:
    """The condition of a query for plans."""
    seen = sight(actor)
    return plan_in_sight(whole=sight(actor, "see capacity"), published=EVERYTHING if seen.organisation_ids else seen)


def sees_whole(actor: Actor, centres: list[Centre]) -> bool:
    """Whether the actor may see all that is in a plan of these centres."""
    return all(can(actor, "see capacity", thing) for thing in places(centres))


def check_may_at(actor: Actor, action: Action, centres: list[Centre]) -> None:
    """Raises ``Forbidden`` unless the actor may do this at each of the centres."""
    check_may(actor, action, *places(centres))


def places(centres: list[Centre]) -> list[Thing]:
    return [Thing(centre_id=centre.id) for centre in centres]
