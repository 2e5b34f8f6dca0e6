"""Parts that many pictures have: a row for a unit with all that it does, and one for each step of a request.

Knows no rule.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from docs.rule_pictures.canvas import Amounts, Canvas, Row, Tone
from docs.rule_pictures.week import Week
from solver.problem import Window
from solver.rules.reading import Placed
from solver.stints import stints
from solver.windows import complement, unite


def canvas(
    week: Week, title: str, *said: str, window: Window, rows: Sequence[Row | str], amounts: Amounts | None = None
) -> Canvas:
    """An empty picture; a row may be given by its name."""
    named = [row if isinstance(row, Row) else Row(name=row) for row in rows]
    return Canvas(title=title, said=said, window=window, rows=named, ticks=week.axis(window), amounts=amounts)


def draw_work(
    picture: Canvas,
    week: Week,
    row: int,
    placed: Placed,
    label: str,
    tone: Tone = "asked",
    *,
    lane: int = 0,
    lanes: int = 1,
) -> None:
    """One task with what its loading and unloading take of somebody's hands, and how long it is held idle for that."""
    start, end = placed.at.start, placed.at.end
    over = start + placed.mode.duration - placed.mode.tail
    waits = placed.mode.crossing == "unattended" and placed.wait > 0
    held = stints(placed.course, placed.at, week.reading.shifts)
    hands = [(stint.start, stint.end) for stint in held if (stint.start, stint.end) != (start, end)]
    room = max(complement(unite(hands), start, over if waits else end), key=lambda gap: gap[1] - gap[0], default=None)
    picture.bar(row, (start, over if waits else end), label, tone, lane=lane, lanes=lanes, room=room)
    if waits:
        picture.bar(row, (over, end - placed.mode.tail), "waits", "held", lane=lane, lanes=lanes)
        picture.bar(row, (end - placed.mode.tail, end), "", tone, lane=lane, lanes=lanes)
    for span in hands:
        picture.bar(row, span, "", "hands", lane=lane, lanes=lanes)


def draw_steps(picture: Canvas, week: Week, steps: Mapping[str, Sequence[Placed]], *, first: int = 0) -> None:
    """Each step's runs in a row of its own, from the row ``first`` on; those at the same time below one another."""
    for row, runs in enumerate(steps.values(), start=first):
        places = _abreast(runs)
        for placed, lane in zip(runs, places, strict=True):
            number = week.operation(placed).partition("(")[2].rstrip(")") or ("run 1" if len(runs) > 1 else "")
            draw_work(picture, week, row, placed, number, lane=lane, lanes=max(places) + 1)


def _abreast(runs: Sequence[Placed]) -> list[int]:
    """The first lane that is free, for each of these runs, given by start."""
    ends: list[int] = []
    lanes = []
    for placed in runs:
        lane = next((at for at, end in enumerate(ends) if end <= placed.at.start), len(ends))
        ends[lane : lane + 1] = [placed.at.end]
        lanes.append(lane)
    return lanes


def draw_unit(
    picture: Canvas, week: Week, row: int, unit: str, asked: Collection[str] = (), *, closed: str = "closed"
) -> None:
    """A unit's row: when it is closed, and its work; the tasks ``asked`` stand out."""
    picture.closed(row, week.closed(unit, picture.window), closed)
    for placed, span, held in week.on(unit, picture.window):
        tone: Tone = "asked" if placed.task.id in asked else "third" if placed.request.maintenance else "other"
        if week.reading.unit(unit).lanes == 1 and tone == "asked":
            draw_work(picture, week, row, placed, week.name(placed.task.id))
        else:
            draw_lanes(picture, week, row, unit, span, week.name(placed.task.id), tone, held=held)


def draw_lanes(
    picture: Canvas,
    week: Week,
    row: int,
    unit: str,
    span: Window,
    label: str,
    tone: Tone = "asked",
    *,
    held: tuple[int, ...],
) -> None:
    """Work in those lanes of a unit that it holds; once where it has the unit whole."""
    lanes = week.reading.unit(unit).lanes
    if len(held) == lanes:
        picture.bar(row, span, label, tone)
        return
    for lane in held:
        picture.bar(row, span, label, tone, lane=lane, lanes=lanes)


def steps_of(week: Week, placed: Iterable[Placed]) -> dict[str, list[Placed]]:
    """By the name of the step, its runs, in the order in which they begin."""
    found: dict[str, list[Placed]] = {}
    for each in placed:
        found.setdefault(week.step(each), []).append(each)
    return found
