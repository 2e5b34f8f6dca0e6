"""What a plan gives to clusters, in weighted hours.

Knows nothing of what it takes from whom.
"""

from models.queries.world import World
from scheduler.drafts import Draft
from scheduler.hour_weights import PLAIN
from scheduler.plan_views import GivenView
from scheduler.translate.names import share_rows
from solver.costs.unfairness import gifts, shortfall
from solver.problem import Share


def given_views(draft: Draft, world: World) -> tuple[GivenView, ...]:
    """One per cluster and centre, those first that lack most; empty where the plan does not count it."""
    planned = (
        request for request in draft.requests.values() if all(task.id in draft.assignments for task in request.tasks)
    )
    given = gifts(planned)
    shares = draft.document.problem.shares
    views = [_view(draft, world, share, given.get(share.id, 0)) for share in shares]
    return tuple(sorted(views, key=lambda view: (-view.lacking_percent, view.centre, view.cluster)))


def _view(draft: Draft, world: World, share: Share, planned: int) -> GivenView:
    cluster_id, centre_id = share_rows(share.id)
    cluster = world.clusters[cluster_id]
    hour = 60 * PLAIN / draft.clock.tick_minutes
    return GivenView(
        cluster=cluster.key,
        name=cluster.name,
        centre=next(centre.key for centre in world.centres if centre.id == centre_id),
        should_hours=round(share.target / hour, 1),
        given_hours=round((share.given + planned) / hour, 1),
        lacking_percent=shortfall(share, planned) / 10,
    )
