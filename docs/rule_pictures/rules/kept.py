"""What is confirmed stays planned: it may move, but not vanish."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import Canvas
from docs.rule_pictures.sketch import canvas, draw_unit
from docs.rule_pictures.week import Week
from solver.problem import Booked, Problem, Window
from solver.rules.reading import Placed

MOST = 3
"""Bookings whose move is shown."""


def data(problem: Problem) -> Iterator[str]:
    """Tasks that stand confirmed."""
    return (task.id for request in problem.requests for task in request.tasks if task.booked)


def draw(week: Week) -> Canvas | None:
    """The first bookings under an outage that have another place now."""
    for outage in week.document.outages:
        clock = week.document.time
        out = (clock.floor(outage.start), clock.ceil(outage.end))
        moved = [(placed, booked) for placed in week.placed if (booked := _hit(placed, outage.unit, out))]
        if moved:
            return _drawn(week, outage.unit, out, moved[:MOST])
    return None


def _hit(placed: Placed, unit: str, out: Window) -> Booked | None:
    booked = placed.task.booked
    if booked is None or unit not in booked.units or not placed.moved:
        return None
    return booked if booked.start < out[1] and booked.end > out[0] else None


def _drawn(week: Week, unit: str, out: Window, moved: list[tuple[Placed, Booked]]) -> Canvas:
    now = {placed.task.id: _place(placed, booked, unit) for placed, booked in moved}
    units = list(dict.fromkeys([unit, *now.values()]))
    starts, ends = zip(out, *((booked.start, booked.end) for _, booked in moved), strict=True)
    last = max(*ends, *(placed.at.end for placed, _ in moved))
    picture = canvas(
        week,
        f"{week.name(unit)} breaks; what was confirmed on it keeps a place",
        "A confirmed booking may move, but it stays planned. It leaves only as displaced, which costs more",
        "than any move, and then stands first in the next plan.",
        window=week.around((min(starts), last), hours=2),
        rows=[f"{week.name(unit)}\nas it was confirmed", *(week.unit(each) for each in units)],
    )
    for row, each in enumerate(units, start=1):
        draw_unit(picture, week, row, each, now)
    picture.bar(1, out, "out of order", "out")
    for placed, booked in moved:
        picture.bar(0, (booked.start, booked.end), week.name(placed.task.id), "was")
        spans = (booked.start, booked.end), (placed.at.start, placed.at.end)
        picture.arrow(spans, (0, 1 + units.index(now[placed.task.id])))
    return picture


def _place(placed: Placed, booked: Booked, unit: str) -> str:
    """The unit that took the place of the broken one, which may be the same one, later."""
    return next((use for use in placed.units if use not in booked.units), unit)
