"""How work meets closing time: solid work lies within hours, unattended work runs on and waits to be unloaded."""

from collections import defaultdict
from collections.abc import Iterator

from docs.rule_pictures.canvas import DEEP, Canvas, Row
from docs.rule_pictures.sketch import canvas, draw_unit
from docs.rule_pictures.week import Week
from solver.problem import Crossing, Problem, Unit, Window
from solver.rules.reading import Placed
from solver.windows import Windows, clip, complement, intersect, shift

MOST = 5
"""Units of a closed laboratory that are shown."""


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
    return _drawn_paused(week, asked)


def _drawn_paused(week: Week, asked: Placed) -> Canvas:
    persons, task = list(dict.fromkeys(asked.at.persons)), asked.task.id
    picture = canvas(
        week,
        f"{week.name(task)} pauses at closing time, and goes on in the morning",
        f"{week.length(asked.mode.duration)} of work over {week.length(asked.at.end - asked.at.start)}.",
        "The unit is held throughout (dashed); whoever does the work is free meanwhile.",
        window=week.around((asked.at.start, asked.at.end), hours=3),
        rows=[*map(week.unit, asked.units), *map(week.person, persons)],
    )
    for row, unit in enumerate(asked.units):
        picture.closed(row, week.closed(unit, picture.window), "closed")
        picture.bar(row, (asked.at.start, asked.at.end), "", "held")
        for span in asked.course.stretches("whole"):
            picture.bar(row, span, week.name(task), "asked")
    for row, person in enumerate(persons, start=len(asked.units)):
        picture.closed(row, week.away(person, picture.window), "not on shift")
        for hold in week.reading.person_holds():
            if hold.resource == person:
                picture.bar(
                    row, (hold.start, hold.end), week.name(hold.task), "hands" if hold.task == task else "other"
                )
    return picture


def closed_once(problem: Problem) -> Iterator[str]:
    """Units that are closed for some time in which they are open a week later."""
    return (unit.id for unit in problem.units if _missing(unit, problem.commit_until))


def _missing(unit: Unit, length: int) -> Windows:
    """When a unit is closed in a first week of that length, but open in the second."""
    return intersect(complement(unit.open, 0, length), shift(clip(unit.open, length, 2 * length), -length))


def draw_closure(week: Week) -> Canvas | None:
    """The closure of the most units at once, those of them that do the most on that day."""
    closed: dict[Window, list[str]] = defaultdict(list)
    for unit in week.problem.units:
        for span in _missing(unit, week.problem.commit_until):
            if week.day(span[0])[1] >= span[1]:
                closed[span].append(unit.id)
    if not closed:
        return None
    span, units = max(closed.items(), key=lambda each: (len(each[1]), each[0]))
    day = week.day(span[0])
    works = {unit: len(week.on(unit, day)) for unit in units}
    busy = sorted(filter(works.get, units), key=lambda unit: (-works[unit], week.name(unit)))[:MOST]
    return _drawn_closure(week, span, sorted(busy, key=week.name)) if busy else None


def _drawn_closure(week: Week, span: Window, units: list[str]) -> Canvas:
    day = week.day(span[0])
    opened = [each for unit in units for each in week.reading.unit(unit).open if day[0] <= each[0] < day[1]]
    asked = {placed.task.id for unit in units for placed, _, _ in week.on(unit, day) if not placed.request.maintenance}
    picture = canvas(
        week,
        f"{week.moment(day[0])[:-6]}: a laboratory is closed from {week.clock(span[0])} to {week.clock(span[1])}",
        "A closure counts as closed time: solid work lies around it, and what runs unattended runs on.",
        window=week.around((span[0], max(end for _, end in [*opened, span])), hours=1),
        rows=[Row(name="closed this once", note=True), *map(week.unit, units)],
    )
    for row, unit in enumerate(units, start=1):
        draw_unit(picture, week, row, unit, asked)
    picture.bracket(0, span, week.length(span[1] - span[0]))
    return picture
