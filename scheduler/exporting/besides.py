"""Lists of what no import brings in as it stands there: recipes, outages, maintenance, plans, and who may sign in.

Knows nothing of file formats.
"""

from collections.abc import Iterator

from scheduler import catalogue
from scheduler.door import people
from scheduler.door.views import PersonView, RoleView
from scheduler.exporting.tables import PAGE, Asking, Row, paged
from scheduler.maintaining import list_maintenance
from scheduler.outages import list_outages
from scheduler.plan_views import PlanSummary
from scheduler.plans import list_plans

RECIPES = ("recipe", "version", "name", "laboratory", "centre", "routing")
OUTAGES = ("id", "unit", "start", "end", "reason")
MAINTENANCE = (
    "maintenance",
    "centre",
    "unit",
    "kind",
    "state",
    "last_done",
    "failed",
    "readings",
    "since",
    "until",
    "run_minutes",
    "run_minutes_allowed",
    "cycles",
    "cycles_allowed",
    "planned_start",
    "planned_end",
)
PLANS = ("id", "kind", "week", "state", "centres", "asked_by", "asked_at", "found_at", "published_at", "outage")
ACCOUNTS = ("id", "email", "name", "person", "state", "roles", "made_at", "closed_at")


def recipes(asking: Asking) -> Iterator[Row]:
    """The latest version of each."""

    def read(after: int) -> list[catalogue.RecipeView]:
        return catalogue.list_recipes(
            asking.database, actor=asking.actor, now=asking.now, centre=asking.centre, after=after, limit=PAGE
        )

    for row in paged(read):
        yield row.key, row.version, row.name, row.laboratory, row.centre, row.routing.model_dump(mode="json")


def outages(asking: Asking) -> Iterator[Row]:
    """What is out of order, or will be; an end that nobody knows is blank."""
    for row in list_outages(asking.database, actor=asking.actor, now=asking.now, centre=asking.centre):
        yield row.id, row.unit, row.start, row.end, row.reason


def maintenance(asking: Asking) -> Iterator[Row]:
    for row in list_maintenance(asking.database, actor=asking.actor, now=asking.now, centre=asking.centre):
        yield (
            row.key,
            row.centre,
            row.unit,
            row.kind,
            row.state,
            row.last_done,
            row.failed,
            row.readings,
            row.since,
            row.until,
            row.run_minutes,
            row.run_minutes_allowed,
            row.cycles,
            row.cycles_allowed,
            row.planned_start,
            row.planned_end,
        )


def plans(asking: Asking) -> Iterator[Row]:
    """The newest first, without their contents: those are in a plan's document."""

    def read(after: int) -> list[PlanSummary]:
        return list_plans(
            asking.database, actor=asking.actor, now=asking.now, centre=asking.centre, after=after, limit=PAGE
        )

    for row in paged(read):
        yield (
            row.id,
            row.kind,
            row.week,
            row.state,
            "; ".join(row.centres),
            row.asked_by,
            row.asked_at,
            row.found_at,
            row.published_at,
            row.outage_id,
        )


def accounts(asking: Asking) -> Iterator[Row]:
    """Who may sign in, of whatever centre, with the roles that they hold."""

    def read(after: int) -> list[PersonView]:
        return people.list_people(asking.database, actor=asking.actor, now=asking.now, after=after, limit=PAGE)

    for row in paged(read):
        held = "; ".join(map(_told, row.roles))
        yield row.id, row.email, row.name, row.person, row.state, held, row.made_at, row.closed_at


def _told(role: RoleView) -> str:
    """``manager EL``, ``engineer ALFA``, ``auditor``."""
    place = role.organisation or role.centre
    return f"{role.role} {place}" if place else role.role
