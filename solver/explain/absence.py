"""What a request that stays out could still become, and when it has to start for that at the latest.

Knows nothing of why it is out.
"""

from dataclasses import replace

from solver.calendars import Calendars
from solver.constraints.lags import fact_edge
from solver.plan import Absence
from solver.problem import Edge, Request
from solver.reach import reach_of

_FAR = 1 << 60


def last_start(request: Request) -> int | None:
    """When its first task has to start at the latest to end by due date and deadline, by lags and durations alone.

    ``None`` where nothing bounds it.
    """
    dates = _dates_of(request)
    lengths = {task.id: min(mode.duration for mode in task.modes) for task in request.tasks}
    starts = {id_: min(dates, default=_FAR) - length for id_, length in lengths.items()}
    facts = {fact.id: fact for fact in request.facts}

    def latest(id_: str, edge: Edge) -> int:
        if id_ in facts:
            return fact_edge(facts[id_], edge)
        return starts[id_] + (lengths[id_] if edge == "end" else 0)

    for _ in range(len(starts)):
        for lag in reversed(request.lags):
            if lag.before in starts and lag.least is not None:
                bound = latest(lag.after, lag.to) - lag.least - (lengths[lag.before] if lag.frm == "end" else 0)
                starts[lag.before] = min(starts[lag.before], bound)
            if lag.after in starts and lag.most is not None:
                bound = latest(lag.before, lag.frm) + lag.most - (lengths[lag.after] if lag.to == "end" else 0)
                starts[lag.after] = min(starts[lag.after], bound)
    first = min(starts.values(), default=_FAR)
    return None if first > _FAR // 2 else first


def _dates_of(request: Request) -> list[int]:
    return [date for date in (request.due, request.deadline) if date is not None]


def absence_of(request: Request, later: Calendars, commit_until: int) -> tuple[Absence, int | None]:
    """What becomes of it, and its last start: one at which all that it needs is open, on shift and not taken for good,
    as far as its dates lie within what calendars know."""
    if request.kept:
        return "displaced", None
    latest, date = last_start(request), min(_dates_of(request), default=None)
    if date is not None and date <= later.end and request.tasks:
        reach = reach_of(later, replace(request, deadline=date))
        if not all(reach.values()):
            return "unplanned", None
        latest = min(max(place.last_start for place in places) for places in reach.values())
    return put_off(latest, commit_until), latest


def put_off(latest: int | None, commit_until: int) -> Absence:
    """What becomes of what does not stand confirmed and could start at ``latest`` at the latest."""
    return "deferred" if latest is None or latest >= commit_until else "unplanned"
