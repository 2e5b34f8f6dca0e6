"""A unit that begins work at fixed times only, and hours that are kept for others."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import DEEP, Canvas
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
        "The upright lines are the starts that it allows; work may end at any time.",
        window=window,
        rows=[week.unit(unit)],
    )
    draw_unit(picture, week, 0, unit, asked)
    for tick in _ticks(week.reading.unit(unit), window):
        picture.mark(tick, colour=DEEP)
    return picture


def _ticks(unit: Unit, window: Window) -> list[int]:
    """The starts that it allows while it is open."""
    ticks = (tick for first, end, step in unit.starts or () for tick in range(first, min(end, window[1]), step))
    return [tick for tick in ticks if window[0] <= tick and covers(unit.open, (tick, tick + 1))]
