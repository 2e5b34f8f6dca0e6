"""What a request is still allowed by the quotas and budgets of whoever it is for.

Changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import Database
from models.queries.world import World, read_world
from models.tables import Request
from scheduler.access import sight
from scheduler.actors import Actor
from scheduler.naming import Naming
from scheduler.requesting import seen_request
from scheduler.translate.able import candidates
from scheduler.translate.clock import Clock
from scheduler.translate.limits import Limiting
from scheduler.translate.names import cluster_id, organisation_id, request_id, unit_id
from scheduler.views import Sentence
from solver.problem import Quota, Stock
from solver.problem import Request as PlannedRequest
from solver.spent import Spent

LOOK_AHEAD = timedelta(weeks=4)


def request_allowances(database: Database, *, actor: Actor, now: datetime, key: str) -> tuple[Sentence, ...]:
    """Every quota that counts for a request with what is used of it, and every budget with what is left; none on units
    that nothing of it could use. Raises ``Unknown``."""
    with database.reading() as session:
        row = seen_request(session, actor, key)
        world = _world(session, row, now)
    clock = Clock(origin=now.replace(second=0, microsecond=0), tick_minutes=1)
    limiting = Limiting(world=world, clock=clock, start=clock.origin, end=clock.origin + LOOK_AHEAD)
    naming = Naming(world=world, clock=clock, zone=world.centres[0].zone, sight=sight(actor))
    project = world.projects[row.project_id]
    asked = PlannedRequest(
        id=request_id(row.id or 0),
        tasks=(),
        owner=organisation_id(project.organisation_id),
        cluster=cluster_id(project.cluster_id),
        asker=row.asked_by or "",
    )
    units = _units(world, row)
    quotas = (_quota(naming, each) for each in limiting.quotas((asked,)) if not units.isdisjoint(each.units))
    counted = {
        id_ for (kind, id_), on in world.limits.units.items() if kind == "budget" and not _ids(on).isdisjoint(units)
    }
    mine = {one.key for one in world.limits.budgets if one.id in counted and limiting.is_asked_by(one, asked)}
    budgets = (_budget(naming, each) for each in limiting.budgets() if naming.limits.budget(each.id).key in mine)
    return (*quotas, *budgets)


def _world(session: Session, row: Request, now: datetime) -> World:
    also = [] if row.id is None else [row.id]
    return read_world(session, centre_ids=[row.centre_id], since=now, until=now + LOOK_AHEAD, also=also)


def _units(world: World, row: Request) -> set[str]:
    """The units that some operation of it could use."""
    needs = (need for operation in world.routing(row).operations for need in operation.units)
    return _ids(unit.id or 0 for need in needs for unit in candidates(world, row.centre_id, need))


def _ids(rows: Iterable[int]) -> set[str]:
    return set(map(unit_id, rows))


def _quota(naming: Naming, quota: Quota) -> Sentence:
    words, stored = naming.limits, naming.limits.quota(quota.id)
    fullest = Spent(quota).fullest(0)
    tell = words.length if quota.measure == "ticks" else str
    most = tell(fullest.most if quota.buckets else quota.most)
    whose = words.holder(quota.id)
    text = f"{whose}: {words.rule(stored, most if quota.measure == 'ticks' else f'{most} runs')}"
    if fullest.used > 0:
        text += f"; {tell(fullest.used)} used or booked from {naming.moment(fullest.window[0])}"
    facts = (("quota", stored.key), ("used", max(0, fullest.used)), ("most", quota.most))
    return Sentence(code="quota", text=f"{text}.", facts=facts)


def _budget(naming: Naming, stock: Stock) -> Sentence:
    budget = naming.limits.budget(stock.id)
    left = max(0, sum(amount for tick, amount in stock.changes if tick <= 0 or amount < 0))
    text = f"{budget.name}: {naming.length(left)} left."
    return Sentence(code="budget", text=text, facts=(("budget", budget.key), ("left", left)))
