"""Lags that contradict each other.

Knows nothing of calendars: only of lengths and lags, in the ticks in which they will be planned.
"""

from collections.abc import Iterator

from scheduler.routing import Edge, Expanded, PlannedRun, RunKey

Moment = tuple[RunKey, Edge]
Arc = tuple[Moment, Moment, int]
"""The second moment follows the first by at least so many ticks."""


def contradiction(routing: Expanded, *, tick_minutes: int) -> tuple[str, ...]:
    """The operations on a circle of lags that cannot hold together, in order; empty if they all can.

    Bellman and Ford's longest paths: if they still grow after as many rounds as there are moments, what grew last hangs
    on a circle.
    """
    arcs = [*_lengths(routing, tick_minutes), *_lags(routing, tick_minutes)]
    distance = {moment: 0 for first, second, _ in arcs for moment in (first, second)}
    previous: dict[Moment, Moment] = {}
    grown: Moment | None = None
    for _ in range(len(distance) + 1):
        grown = None
        for first, second, least in arcs:
            if distance[first] + least > distance[second]:
                distance[second] = distance[first] + least
                previous[second] = first
                grown = second
        if grown is None:
            return ()
    return _names(routing, _circle(previous, grown))


def _circle(previous: dict[Moment, Moment], moment: Moment | None) -> list[Moment]:
    seen: list[Moment] = []
    while moment is not None and moment not in seen:
        seen.append(moment)
        moment = previous.get(moment)
    return seen[seen.index(moment) :][::-1] if moment is not None else seen[::-1]


def _names(routing: Expanded, circle: list[Moment]) -> tuple[str, ...]:
    names = {run.key: run.operation.name for run in routing.runs}
    return tuple(dict.fromkeys(names[key] for key, _ in circle))


def _lengths(routing: Expanded, tick: int) -> Iterator[Arc]:
    for run in routing.runs:
        length = max(_up(run.total_minutes, tick), _up(run.head_minutes, tick) + _up(run.tail_minutes, tick), 1)
        yield (run.key, "start"), (run.key, "end"), length
        longest = _longest(run, length, tick)
        if longest is not None:
            yield (run.key, "end"), (run.key, "start"), -longest


def _longest(run: PlannedRun, length: int, tick: int) -> int | None:
    operation = run.operation
    if operation.crossing == "pausing":
        return None
    if operation.crossing == "solid" or not run.tail_minutes:
        return length
    return None if operation.max_wait_minutes is None else length + operation.max_wait_minutes // tick


def _lags(routing: Expanded, tick: int) -> Iterator[Arc]:
    for lag in routing.lags:
        before, after = (lag.before, lag.frm), (lag.after, lag.to)
        if lag.least_minutes is not None:
            yield before, after, _up(lag.least_minutes, tick)
        if lag.most_minutes is not None:
            yield after, before, -max(lag.most_minutes // tick, _up(lag.least_minutes or 0, tick))


def _up(minutes: int, tick: int) -> int:
    return -(-minutes // tick)
