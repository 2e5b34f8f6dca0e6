"""A unit that begins work at fixed times only."""

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
