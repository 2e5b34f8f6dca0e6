"""How work meets closing time: solid work lies within hours, unattended work runs on and waits to be unloaded."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import DEEP, Canvas, Row
from docs.rule_pictures.sketch import canvas, draw_unit
from docs.rule_pictures.week import Week
from solver.problem import Crossing, Problem, Window
from solver.rules.reading import Placed


def data(problem: Problem, crossing: Crossing = "unattended") -> Iterator[str]:
    """Tasks that may be done so; those that run by themselves with a longest wait."""
    for request in problem.requests:
        for task in request.tasks:
            modes = [mode for mode in task.modes if mode.crossing == crossing]
            if any(mode.max_wait is not None or crossing != "unattended" for mode in modes):
                yield task.id


def draw(week: Week) -> Canvas | None:
    """The run of the week that waits longest, one with a longest wait if there is any, and the solid work in that time
    that ends closest to closing."""
    waits = [placed for placed in week.placed if placed.mode.crossing == "unattended" and placed.wait > 0]
    waits = [placed for placed in waits if placed.at.start < week.problem.commit_until]
    if not waits:
        return None
    asked = max(waits, key=lambda each: (each.mode.max_wait is not None, each.wait, each.task.id))
    window = week.around((asked.at.start, asked.at.end), hours=4)
    solid = _closest(week, window)
    if solid is None:
        return None
    return _drawn(week, asked, solid, window)


def _closest(week: Week, window: Window) -> Placed | None:
    """The solid work that ends least before its unit closes."""
    found = []
    for placed in week.placed:
        unit = week.reading.unit(placed.units[0]) if placed.units else None
        within = window[0] <= placed.at.start and placed.at.end <= window[1]
        if unit is None or placed.mode.crossing != "solid" or not within or placed.request.maintenance:
            continue
        closes = next((end for start, end in unit.open if start <= placed.at.start < end), None)
        if closes is not None and placed.at.end - placed.at.start >= 2 * week.hour:
            found.append((closes - placed.at.end, placed.at.start, placed.task.id, placed))
    return min(found)[-1] if found else None


def _drawn(week: Week, asked: Placed, solid: Placed, window: Window) -> Canvas:
    run, work = asked.units[0], solid.units[0]
    over = asked.at.start + asked.mode.duration - asked.mode.tail
    most = asked.mode.max_wait
    name = week.name
    closes = next(end for start, end in week.reading.unit(work).open if start <= solid.at.start < end)
    picture = canvas(
        week,
        "Solid work stays within hours; unattended work runs on, and waits to be unloaded",
        f"{name(asked.task.id)} is over at {week.moment(over)}; {name(run)} is held until somebody can unload it.",
        f"{name(work)} closes at {week.clock(closes)}: {name(solid.task.id)} ends by then. Dark: somebody is there.",
        window=window,
        rows=[week.unit(run), Row(name="", note=True), week.unit(work)],
    )
    draw_unit(picture, week, 0, run, {asked.task.id})
    draw_unit(picture, week, 2, work, {solid.task.id})
    waited = f"waits {week.length(asked.wait)}" + ("" if most is None else f", {week.length(most)} at most")
    picture.bracket(1, (over, over + asked.wait), waited, colour=DEEP)
    return picture


def paused(problem: Problem) -> Iterator[str]:
    """Tasks that pause while what drives them is closed."""
    return data(problem, "pausing")


def draw_paused(week: Week) -> Canvas | None:
    """The work that pauses longest, but for no more than four days."""
    found = [
        placed
        for placed in week.placed
        if placed.mode.crossing == "pausing" and placed.units and 0 < placed.wait <= 4 * 24 * week.hour
    ]
    if not found:
        return None
    asked = max(found, key=lambda each: (each.wait, each.task.id))
    picture = canvas(
        week,
        f"{week.name(asked.task.id)} pauses at closing time, and goes on in the morning",
        f"{week.length(asked.mode.duration)} of work over {week.length(asked.at.end - asked.at.start)}.",
        "The unit is held throughout (dashed); whoever does the work is free meanwhile.",
        window=week.around((asked.at.start, asked.at.end), hours=3),
        rows=[week.unit(unit) for unit in asked.units],
    )
    for row, unit in enumerate(asked.units):
        picture.closed(row, week.closed(unit, picture.window), "closed")
        picture.bar(row, (asked.at.start, asked.at.end), "", "held")
        for span in asked.course.stretches("whole"):
            picture.bar(row, span, week.name(asked.task.id), "asked")
    return picture
