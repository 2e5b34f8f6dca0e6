"""A unit that begins work at fixed times only, and one that is kept for some work now and then."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import Canvas, Row
from docs.rule_pictures.sketch import canvas, draw_unit
from docs.rule_pictures.week import Week
from solver.problem import Problem, Unit, Window
from solver.rules.reading import Placed, covers


def data(problem: Problem) -> Iterator[str]:
    """Units that say when work may begin."""
    return (unit.id for unit in problem.units if unit.starts is not None)


def draw(week: Week) -> Canvas | None:
    """The day of such a unit on which the most work begins."""
    days: dict[tuple[str, Window], list[Placed]] = {}
    for unit in data(week.problem):
        for placed, span, _ in week.on(unit, (0, week.problem.commit_until)):
            if placed.at.start == span[0]:
                days.setdefault((unit, week.day(span[0])), []).append(placed)
    if not days:
        return None
    unit, day = max(days, key=lambda each: (len(days[each]), -each[1][0], each[0]))
    return _drawn(week, unit, day, {placed.task.id for placed in days[unit, day]})


def _drawn(week: Week, unit: str, day: Window, asked: set[str]) -> Canvas:
    opened = [window for window in week.reading.unit(unit).open if day[0] <= window[0] < day[1]]
    window = week.around((opened[0][0], opened[-1][1]), hours=1) if opened else day
    picture = canvas(
        week,
        f"{week.name(unit)} begins work at fixed times",
        "Dark: the starts that it allows. Every red line, where work begins, is at one; work may end at any time.",
        window=window,
        rows=[Row(name="allowed starts", note=True), week.unit(unit)],
    )
    draw_unit(picture, week, 1, unit, asked)
    for tick in _ticks(week.reading.unit(unit), window):
        picture.bar(0, (tick, tick + 1), "", "hands")
    for placed, span, _ in week.on(unit, window):
        if placed.task.id in asked:
            picture.mark(span[0])
    return picture


def _ticks(unit: Unit, window: Window) -> list[int]:
    """The starts that it allows while it is open."""
    ticks = (tick for first, end, step in unit.starts or () for tick in range(first, min(end, window[1]), step))
    return [tick for tick in ticks if window[0] <= tick and covers(unit.open, (tick, tick + 1))]


def kept(problem: Problem) -> Iterator[str]:
    """Units that are kept from some work at times."""
    uses = (use for request in problem.requests for task in request.tasks for mode in task.modes for use in mode.units)
    kept_from = {use.unit for use in uses if use.barred}
    return (unit.id for unit in problem.units if unit.id in kept_from)


def draw_kept(week: Week) -> Canvas | None:
    """Of such units the day on which it does the most work, some of which it is kept from in its kept time."""
    found = []
    for unit in kept(week.problem):
        for window in sorted({window for barred in _barred(week, unit).values() for window in barred}):
            day = week.day(window[0])
            asked = {
                placed.task.id for placed, _, _ in week.on(unit, day) if window in _barred(week, unit)[placed.task.id]
            }
            if asked and 0 <= window[0] < week.problem.commit_until:
                found.append((len(week.on(unit, day)), -window[0], unit, window, asked))
    if not found:
        return None
    _, _, unit, window, asked = max(found)
    return _drawn_kept(week, unit, window, asked)


def _barred(week: Week, unit: str) -> dict[str, tuple[Window, ...]]:
    """By task, when the unit is kept from it."""
    return {
        task.id: next((use.barred for mode in task.modes for use in mode.units if use.unit == unit), ())
        for request in week.problem.requests
        for task in request.tasks
    }


def _drawn_kept(week: Week, unit: str, window: Window, asked: set[str]) -> Canvas:
    day = week.day(window[0])
    opened = [each for each in week.reading.unit(unit).open if day[0] <= each[0] < day[1]]
    picture = canvas(
        week,
        f"{week.name(unit)} is kept for some work from {week.clock(window[0])} to {week.clock(window[1])}",
        "Light blue: work that it is kept from then, which finds its place at other times. Grey: all other work.",
        window=week.around((opened[0][0], opened[-1][1]), hours=1) if opened else day,
        rows=[Row(name="kept for some", note=True), week.unit(unit)],
    )
    draw_unit(picture, week, 1, unit, asked)
    picture.bar(0, window, "kept", "held")
    picture.mark(window[0])
    picture.mark(window[1])
    return picture
