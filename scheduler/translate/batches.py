"""Which work may share a run: of one version of a recipe, the same step and numbers, with both owners' leave.

Knows nothing of units and rooms.
"""

from models.queries.world import World
from models.routing import Operation
from models.tables import Request
from scheduler.routing import PlannedRun, fill_in
from scheduler.translate.names import organisation_id, request_id


def batch_of(world: World, row: Request, run: PlannedRun) -> str:
    """The class of a run, empty where its step is never shared or its routing was drawn by hand. Without leave of the
    owner it is shared with the owner's own work only."""
    return class_of(world, row, run.operation, run.position)


def class_of(world: World, row: Request, operation: Operation, position: int) -> str:
    """The same of an operation, at its place in the routing (from 1)."""
    if operation.room is None or row.recipe_id is None:
        return ""
    filled_in = fill_in(world.routing(row), row.parameters)
    numbers = ",".join(f"{name}={number}" for name, number in sorted(filled_in.items()))
    owner = "any" if row.may_share else organisation_id(world.projects[row.project_id].organisation_id)
    return f"B{row.recipe_id}/{position}/{owner}/{numbers}"


def standing_batches(world: World, *, besides: str) -> set[str]:
    """The classes of the runs that stand, but for those of one request (text id)."""
    found = set[str]()
    for booked in world.runs:
        request, number, _, _ = booked.part
        row = None if request is None or request_id(request) == besides else world.requests.get(request)
        operations = () if row is None else world.routing(row).operations
        if row is not None and number is not None and 0 < number <= len(operations):
            found.add(class_of(world, row, operations[number - 1], number))
    return found - {""}
