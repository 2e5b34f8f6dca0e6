"""A lane of a unit and a person hold one thing at a time."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import Canvas
from docs.rule_pictures.sketch import canvas
from docs.rule_pictures.week import Week
from solver.problem import Problem, Window

DAYS = 4


def data(problem: Problem) -> Iterator[str]:
    """Units with several lanes."""
    return (unit.id for unit in problem.units if unit.lanes > 1)


def draw(week: Week) -> Canvas | None:
    """The unit with the most lanes in use in some four days, and a unit of one lane beside it."""
    busiest = [(*_most(week, unit), unit) for unit in data(week.problem)]
    if not busiest:
        return None
    lanes, _, start, unit = max(busiest, key=lambda each: (each[0], each[1], -each[2], each[3]))
    return _drawn(week, unit, (start, start + DAYS * 24 * week.hour)) if lanes > 1 else None


def _most(week: Week, unit: str) -> tuple[int, int, int]:
    """How many lanes are in use in the days from some midnight on, by how much work, and from which on."""
    holds = [hold for hold in week.reading.lane_holds() if hold.resource == unit]
    found = [(0, 0, 0)]
    for day in range(0, week.problem.commit_until - DAYS * 24 * week.hour + 1, 24 * week.hour):
        here = [hold for hold in holds if day <= hold.start and hold.end <= day + DAYS * 24 * week.hour]
        found.append((len({hold.lane for hold in here}), len(here), day))
    return max(found, key=lambda each: (each[0], each[1], -each[2]))


def _drawn(week: Week, unit: str, window: Window) -> Canvas:
    lanes = week.reading.unit(unit).lanes
    busy = _single(week, unit, window)
    first = busy and week.unit(busy)
    rows = [*(f"{week.name(unit)}\nlane {lane + 1} of {lanes}" for lane in range(lanes)), *([first] if first else [])]
    picture = canvas(
        week,
        f"Each lane of {week.name(unit)} holds one run at a time",
        "Lanes are alike, and work takes whichever is free. A unit with one lane does one thing after another.",
        window=window,
        rows=rows,
    )
    for row in range(lanes):
        picture.closed(row, week.closed(unit, window))
    for hold in sorted(week.reading.lane_holds(), key=lambda each: (each.start, each.task)):
        if hold.resource == unit and hold.lane is not None:
            picture.bar(hold.lane, (hold.start, hold.end), week.name(hold.task))
    if busy:
        picture.closed(lanes, week.closed(busy, window))
        for placed, span, _ in week.on(busy, window):
            picture.bar(lanes, span, week.name(placed.task.id), "other")
    return picture


def _single(week: Week, unit: str, window: Window) -> str | None:
    """The unit of one lane in the same laboratory with the most work then."""
    laboratory = week.reading.unit(unit).laboratory
    found = [
        (len(week.on(other.id, window)), other.id)
        for other in week.problem.units
        if other.lanes == 1 and other.laboratory == laboratory
    ]
    return max(found)[1] if found else None
