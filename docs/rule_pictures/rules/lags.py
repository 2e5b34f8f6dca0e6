"""The time between two steps is bounded, run by run, for every two runs that have pieces in common."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import DEEP, Canvas, Row
from docs.rule_pictures.sketch import canvas, draw_unit, draw_work
from docs.rule_pictures.week import Week, span_of
from solver.problem import Lag, Problem, Request
from solver.rules.reading import Placed

MOST = 4
"""Lags that are shown."""


def data(problem: Problem) -> Iterator[str]:
    """Requests with a longest lag between steps of several runs."""
    return (request.id for request in problem.requests if len(_bound(request)) > 1)


def _bound(request: Request) -> list[Lag]:
    """Those of its longest lags that bind one step's runs: those between the steps that have the most."""
    groups: dict[tuple[str, str], list[Lag]] = {}
    for lag in request.lags:
        if lag.most is not None:
            steps = (lag.before.rpartition("/")[0], lag.after.rpartition("/")[0])
            groups.setdefault(steps, []).append(lag)
    return max(groups.values(), key=len, default=[])


def draw(week: Week) -> Canvas | None:
    """The lot with the most such lags, of those the one that keeps them most narrowly."""
    lots = [request for request in week.whole() if 1 < len(_bound(request)) <= MOST]
    if not lots:
        return None
    return _drawn(week, min(lots, key=lambda each: (-len(_bound(each)), _slack(week, each), each.id)))


def _slack(week: Week, request: Request) -> int:
    return min((lag.most or 0) - _between(week, lag) for lag in _bound(request))


def _between(week: Week, lag: Lag) -> int:
    return _edge(week, lag.after, lag.to) - _edge(week, lag.before, lag.frm)


def _edge(week: Week, task: str, edge: str) -> int:
    at = week.reading.placed[task].at
    return at.start if edge == "start" else at.end


def _drawn(week: Week, request: Request) -> Canvas:
    bound = sorted(_bound(request), key=lambda lag: (_edge(week, lag.before, lag.frm), lag.after))
    first, then = (
        sorted({getattr(lag, side) for lag in bound}, key=lambda task: week.reading.placed[task].at.start)
        for side in ("before", "after")
    )
    runs = {task: week.reading.placed[task] for task in (*first, *then)}
    before, after = week.step(runs[first[0]]), week.step(runs[then[0]])
    most = week.length(max(lag.most or 0 for lag in bound))
    picture = canvas(
        week,
        f"{week.name(request.id)}: {after} begins at most {most} after {before}, for each run",
        f"{len(first)} runs of {before} become {len(then)} of {after}; every two that have pieces in common are bound.",
        "A red bracket is the longest that may pass; the run that it is for begins inside.",
        window=week.around(span_of(runs.values()), hours=1),
        rows=[
            f"{before}\n{_units(week, first)}",
            *(Row(name=f"to {after}, {_number(week, runs[lag.after])}", note=True) for lag in bound),
            f"{after}\n{_units(week, then)}",
        ],
    )
    for row, tasks in ((0, first), (len(bound) + 1, then)):
        for task in tasks:
            draw_work(picture, week, row, runs[task], _number(week, runs[task]))
    for row, lag in enumerate(bound, start=1):
        since = _edge(week, lag.before, lag.frm)
        picture.bracket(row, (since, since + (lag.most or 0)), f"{week.length(_between(week, lag))} of {most}")
    return picture


def _number(week: Week, run: Placed) -> str:
    return week.operation(run).partition("(")[2].rstrip(")") or "run 1"


def _units(week: Week, tasks: list[str]) -> str:
    return ", ".join(dict.fromkeys(week.name(unit) for task in tasks for unit in week.reading.placed[task].units[:1]))


def straight(problem: Problem) -> Iterator[str]:
    """Requests with a step that begins when the one before it ends."""
    return (request.id for request in problem.requests if any(map(_is_straight, request.lags)))


def _is_straight(lag: Lag) -> bool:
    return (lag.frm, lag.to, lag.least, lag.most) == ("end", "start", 0, 0)


def draw_straight(week: Week) -> Canvas | None:
    """The two steps of the week without a wait whose day holds the most other work on their units."""
    found = []
    for request in week.whole():
        for lag in filter(_is_straight, request.lags):
            before, after = (week.reading.placed.get(task) for task in (lag.before, lag.after))
            if before and after and before.units and after.units and before.units != after.units:
                day = week.day(before.at.start)
                work = sum(len(week.on(run.units[0], day)) for run in (before, after))
                found.append((-work, before.at.start, request.id, before, after))
    if not found:
        return None
    _, _, _, before, after = min(found, key=lambda each: each[:3])
    return _drawn_straight(week, before, after)


def _drawn_straight(week: Week, before: Placed, after: Placed) -> Canvas:
    units = (before.units[0], after.units[0])
    first, then = week.step(before), week.step(after)
    picture = canvas(
        week,
        f"{week.name(before.request.id)}: {then} begins the moment {first} ends",
        "Least = most = 0: nothing may wait in between, so both steps find their place together, or neither does.",
        window=week.around((before.at.start, after.at.end), hours=2),
        rows=[Row(name="", note=True), *map(week.unit, units)],
    )
    for row, unit in enumerate(units, start=1):
        draw_unit(picture, week, row, unit, {before.task.id, after.task.id})
    picture.mark(before.at.end, f"{week.clock(before.at.end)}: no wait", colour=DEEP)
    return picture
