"""What fixed work takes of capacities and stocks. Work that pauses takes its capacities throughout.

Knows nothing of what is still to be planned.
"""

from collections.abc import Iterable
from datetime import timedelta

from models.queries.world import BookedRun, World
from models.routing import Part
from scheduler.routing import PlannedRun, RunKey
from scheduler.translate.names import part_key
from scheduler.translate.requests import expanded
from scheduler.translate.resources import Span, Taken


def fixed_uses(world: World, runs: Iterable[BookedRun]) -> tuple[list[Taken], list[Taken]]:
    """What the runs take: of capacities, a shared run once, and of stocks. Units booked by hand take neither."""
    capacities: list[Taken] = []
    stocks: list[Taken] = []
    drawn: set[int | None] = set()
    known: dict[int, dict[RunKey, PlannedRun]] = {}
    for booked in runs:
        run = booked.run
        row = None if booked.request_id is None else world.requests.get(booked.request_id)
        key = part_key(booked.part)
        if row is None or key is None or row.id is None:
            continue
        if row.id not in known:
            known[row.id] = {each.key: each for each in expanded(world, row).runs}
        planned = known[row.id].get(key)
        if planned is None:
            continue
        for need in () if run.id in drawn else planned.operation.capacities:
            capacities.append(Taken(key=need.capacity, span=_part(need.part, planned, booked), amount=need.amount))
        drawn.add(run.id)
        for stock in planned.operation.stocks:
            amount = stock.per_run + stock.per_piece * planned.pieces
            stocks.append(Taken(key=stock.stock, span=(run.start_at, run.end_at), amount=amount))
    return capacities, stocks


def _part(part: Part, planned: PlannedRun, booked: BookedRun) -> Span:
    start, end = booked.run.start_at, booked.run.end_at
    if planned.operation.crossing == "pausing":
        return start, end
    if part == "head":
        return start, start + timedelta(minutes=planned.head_minutes)
    if part == "tail":
        return end - timedelta(minutes=planned.tail_minutes), end
    return start, end
