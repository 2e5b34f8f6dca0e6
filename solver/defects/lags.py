"""Mistakes in lags: those that are impossible by themselves, and those that contradict each other.

Knows nothing of calendars, nor of facts: a lag that reality has broken is no mistake.
"""

from collections import deque
from collections.abc import Iterator

from solver.defects.defect import Defect, defect
from solver.problem import Edge, Lag, Mode, Problem, Request, Task

Moment = tuple[str, Edge]
Graph = dict[Moment, list[tuple[Moment, int]]]
"""For each start and end the moments that follow it, by at least so many ticks (negative: before it by at most)."""


def defects(problem: Problem) -> Iterator[Defect]:
    """Every lag that is wrong, and one circle of contradicting lags per request."""
    for request in problem.requests:
        yield from of_request(request)


def of_request(request: Request) -> Iterator[Defect]:
    """Every lag of one request that is wrong, and one circle of contradicting ones."""
    for lag in request.lags:
        yield from _reversed(request, lag)
    yield from _contradiction(request)


def _reversed(request: Request, lag: Lag) -> Iterator[Defect]:
    if lag.least is not None and lag.most is not None and lag.least > lag.most:
        yield defect("lag_reversed", request.id, lag.before, lag.after, least=lag.least, most=lag.most)


def _contradiction(request: Request) -> Iterator[Defect]:
    graph = _graph(request)
    circle = _positive_circle(graph)
    if circle is None:
        return
    excess = sum(_longest(graph, circle[at - 1], circle[at]) for at in range(len(circle)))
    tasks = dict.fromkeys(task for task, _ in circle)
    yield defect("lags_contradict", request.id, *tasks, excess=excess)


def _longest(graph: Graph, frm: Moment, to: Moment) -> int:
    return max(least for moment, least in graph[frm] if moment == to)


def _graph(request: Request) -> Graph:
    graph: Graph = {}
    for task in request.tasks:
        _add_task(graph, task)
    for lag in request.lags:
        before: Moment = (lag.before, lag.frm)
        after: Moment = (lag.after, lag.to)
        if before not in graph or after not in graph:
            continue
        if lag.least is not None:
            graph[before].append((after, lag.least))
        if lag.most is not None and (lag.least is None or lag.least <= lag.most):
            graph[after].append((before, -lag.most))
    return graph


def _add_task(graph: Graph, task: Task) -> None:
    start: Moment = (task.id, "start")
    end: Moment = (task.id, "end")
    graph[start], graph[end] = [], []
    if not task.modes:
        return
    graph[start].append((end, max(1, min(mode.duration for mode in task.modes))))
    longest = [_longest_length(mode) for mode in task.modes]
    bounded = [length for length in longest if length is not None]
    if len(bounded) == len(longest):
        graph[end].append((start, -max(1, *bounded)))


def _longest_length(mode: Mode) -> int | None:
    """The most ticks that a task can take in this mode, ``None`` where nothing bounds its wait or its pauses."""
    if mode.crossing == "pausing":
        return None
    if mode.crossing == "solid" or mode.tail < 1:
        return mode.duration
    return None if mode.max_wait is None else mode.duration + max(0, mode.max_wait)


def _positive_circle(graph: Graph) -> list[Moment] | None:
    """Longest paths by a queue; ``None`` where they end, else a circle that would make them endless, in order.

    The moment before each on its longest path is remembered. There is a positive circle if and only if these memories
    come to run in a circle, which is looked for once per as many steps as there are moments.
    """
    distance = dict.fromkeys(graph, 0)
    previous: dict[Moment, Moment] = {}
    queue, queued, steps = deque(graph), set(graph), 0
    while queue:
        moment = queue.popleft()
        queued.discard(moment)
        for follower, least in graph[moment]:
            if distance[moment] + least <= distance[follower]:
                continue
            distance[follower] = distance[moment] + least
            previous[follower] = moment
            if follower not in queued:
                queue.append(follower)
                queued.add(follower)
            steps += 1
            if steps % len(graph) == 0 and (circle := _circle(previous)):
                return circle
    return None


def _circle(previous: dict[Moment, Moment]) -> list[Moment] | None:
    seen: dict[Moment, Moment] = {}
    for origin in previous:
        moment = origin
        while moment in previous and moment not in seen:
            seen[moment] = origin
            moment = previous[moment]
        if seen.get(moment) == origin:
            return _round(previous, moment)
    return None


def _round(previous: dict[Moment, Moment], moment: Moment) -> list[Moment]:
    circle = [moment]
    while previous[circle[-1]] != moment:
        circle.append(previous[circle[-1]])
    return circle[::-1]
