"""What has begun, and what a person pinned, stays: its time, its unit, or both."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import DEEP, SOFT, Canvas
from docs.rule_pictures.sketch import canvas, draw_unit
from docs.rule_pictures.week import Week
from solver.problem import Fact, Problem
from solver.rules.reading import Placed

MOST = 3
"""Begun runs that are shown."""


def data(problem: Problem) -> Iterator[str]:
    """Tasks that somebody pinned."""
    return (task.id for request in problem.requests for task in request.tasks if task.pin)


def draw(week: Week) -> Canvas | None:
    """The first booking that is pinned, and work that has begun in the same laboratory, or elsewhere."""
    pinned = next((placed for placed in week.placed if placed.task.pin), None)
    if pinned is None or pinned.task.booked is None:
        return None
    begun = [fact for request in week.problem.requests for fact in request.facts if fact.start < 0 < fact.end]
    begun = [fact for fact in begun if fact.units]
    room = week.reading.unit(pinned.units[0]).laboratory
    begun.sort(key=lambda fact: (week.reading.unit((fact.units or ("",))[0]).laboratory != room, fact.end, fact.id))
    return _drawn(week, pinned, begun[:MOST])


def _drawn(week: Week, pinned: Placed, begun: list[Fact]) -> Canvas:
    units = list(dict.fromkeys([pinned.units[0], *(fact.units[0] for fact in begun if fact.units)]))
    booked = pinned.task.booked
    assert booked is not None
    ends = [pinned.at.end, booked.end, *(fact.end for fact in begun)]
    window = week.around(
        (min(-2 * week.hour, *(max(fact.start, -24 * week.hour) for fact in begun)), max(ends)), hours=2
    )
    what = "unit" if pinned.task.pin and pinned.task.pin.units else "time"
    picture = canvas(
        week,
        f"{week.name(pinned.task.id)} is pinned to its {what}; what has begun stays where it is",
        "Orange: begun before the plan is made, so it is finished as it stands. Everything else may move around both.",
        window=window,
        rows=["", *map(week.unit, units)],
    )
    for row, unit in enumerate(units, start=1):
        draw_unit(picture, week, row, unit, {pinned.task.id})
    for fact in begun:
        row = 1 + units.index((fact.units or ("",))[0])
        picture.bar(row, (fact.start, fact.end), week.name(fact.id), "second")
    if pinned.moved:
        picture.bar(1, (booked.start, booked.end), week.name(pinned.task.id), "was")
        picture.mark(booked.start, f"{week.name(pinned.task.id)}, as confirmed", line=1, colour=SOFT)
    picture.mark(0, "the plan begins", colour=SOFT)
    picture.mark(pinned.at.start, f"{week.name(pinned.task.id)}, pinned", colour=DEEP)
    return picture
