"""A lane of a unit and a person hold one thing at a time; between two runs a unit may have to be cleaned or set up."""

from collections.abc import Iterator
from dataclasses import dataclass

from docs.rule_pictures.canvas import DEEP, SOFT, Canvas, Row, Tone
from docs.rule_pictures.sketch import canvas
from docs.rule_pictures.week import Week
from solver.plan import Changeover
from solver.problem import Problem, Setup, Window
from solver.sequence import Stay, appointed, carrier, needed

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


@dataclass(frozen=True, slots=True)
class Turn:
    """A changeover that somebody does on a unit, with the work before it (``None``: before the plan) and after it."""

    unit: str
    before: Stay | None
    after: Stay
    row: Setup
    at: Changeover

    @property
    def released(self) -> int:
        """When the unit may be used again."""
        return self.at.end + self.row.release


def set_up(problem: Problem) -> Iterator[str]:
    """Units that somebody has to clean or set up between two families of products."""
    return (unit.id for unit in problem.units if any(row.skill is not None for row in unit.setups))


def draw_changeovers(week: Week) -> Canvas | None:
    """A changeover with a release, between two families, of a unit that stands dirty and clean for some time; of those
    the one with the least time around it."""
    turns = [turn for turn in _turns(week) if turn.row.release and turn.after.start < week.problem.commit_until]
    found = [(_worth(turn, turn.before), turn, turn.before) for turn in turns if turn.before is not None]
    if not found:
        return None
    _, turn, before = min(found, key=lambda each: each[0])
    return _changed_over(week, turn, before, turns)


def _turns(week: Week) -> Iterator[Turn]:
    """Every one that somebody does for a planned run."""
    for unit, (before, after), row in needed(week.problem, week.document.plan.assignments):
        placed = week.reading.placed.get(carrier((before, after)) or "")
        for at in appointed((before, after), unit, placed.at) if placed else ():
            if at.person is not None:
                yield Turn(unit, before, after, row, at)


def _worth(turn: Turn, before: Stay) -> tuple[bool, bool, int, str]:
    stands = before.end < turn.at.start and turn.released < turn.after.start
    return turn.row.frm == turn.row.to, not stands, turn.after.start - before.end, turn.after.task or ""


def _changed_over(week: Week, turn: Turn, before: Stay, turns: list[Turn]) -> Canvas:
    row, person, name = turn.row, turn.at.person or "", week.name(turn.unit)
    skill, work, wait = week.skill(row.skill or ""), week.length(row.length), week.length(row.release)
    picture = canvas(
        week,
        f"{name} is cleaned between two families of products: {row.frm}, then {row.to}",
        f"{work} of somebody with {skill} (dark), then {wait} in which {name} waits for its release (dashed).",
        "It may stand dirty before, and clean after, only for as long as the brackets say.",
        window=week.around((before.start, turn.after.end), hours=1),
        rows=[
            Row(name="", note=True),
            week.unit(turn.unit),
            Row(name="stands dirty", note=True),
            Row(name="stands clean", note=True),
            f"{week.person(person)}\n{skill}",
        ],
    )
    _draw_families(picture, week, turn.unit, [each for each in turns if each.unit == turn.unit])
    for at, span, most in (
        (2, (before.end, turn.at.start), row.dirty),
        (3, (turn.released, turn.after.start), row.clean),
    ):
        if span[0] < span[1] and most is not None:
            picture.bracket(at, span, f"{week.length(span[1] - span[0])} of at most {week.length(most)}")
    for stay, left in ((before, False), (turn.after, True)):
        picture.mark(stay.start, f"{week.name(stay.task or '')}: {stay.family}", left=left, colour=SOFT)
    picture.mark(turn.at.start, f"cleaning, {week.moment(turn.at.start)}", colour=DEEP)
    _draw_hands(picture, week, 4, person, turn.at)
    return picture


def _draw_families(picture: Canvas, week: Week, unit: str, turns: list[Turn]) -> None:
    """In the second row, work with its family, and what lies between."""
    picture.closed(1, week.closed(unit, picture.window))
    for placed, span, _ in week.on(unit, picture.window):
        family = next((use.family for use in placed.mode.units if use.unit == unit), "")
        picture.bar(1, span, f"{week.name(placed.task.id)}: {family}" if family else week.name(placed.task.id))
    for turn in turns:
        picture.bar(1, (turn.at.start, turn.at.end), "", "hands")
        picture.bar(1, (turn.at.end, turn.released), "", "held")


def _draw_hands(picture: Canvas, week: Week, row: int, person: str, turn: Changeover) -> None:
    picture.closed(row, week.away(person, picture.window), "not on shift")
    for hold in week.reading.person_holds():
        if hold.resource == person:
            tone: Tone = "hands" if (hold.start, hold.end) == (turn.start, turn.end) else "other"
            picture.bar(row, (hold.start, hold.end), "" if tone == "hands" else week.name(hold.task), tone)
