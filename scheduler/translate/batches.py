"""Which work may share a run: of one version of a recipe, the same step and numbers, with both owners' leave.

Knows nothing of units and rooms.
"""

from models.routing import Routing
from models.tables import Project, Request
from scheduler.routing import PlannedRun, fill_in


def batch_of(row: Request, project: Project, routing: Routing, run: PlannedRun) -> str:
    """The class of a run, empty where its step is never shared or its routing was drawn by hand. Without leave of the
    owner it is shared with the owner's own work only."""
    if run.operation.room is None or row.recipe_id is None:
        return ""
    numbers = ",".join(f"{name}={number}" for name, number in sorted(fill_in(routing, row.parameters).items()))
    owner = "any" if row.may_share else f"O{project.organisation_id}"
    return f"B{row.recipe_id}/{run.position}/{owner}/{numbers}"
