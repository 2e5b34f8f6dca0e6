"""Work that needs hands has a named person with the skill, on shift for as long as it needs them."""

from collections import defaultdict
from collections.abc import Iterator

from docs.rule_pictures.canvas import Canvas
from docs.rule_pictures.sketch import canvas
from docs.rule_pictures.week import Week
from solver.problem import Problem, Window
from solver.rules.reading import Hold, Placed
from solver.windows import complement, unite

MOST = 5
"""Units that are shown below the person."""


def data(problem: Problem) -> Iterator[str]:
    """Tasks that need somebody, where somebody has several skills."""
    if any(len(person.skills) > 1 for person in problem.persons):
        for request in problem.requests:
            yield from (task.id for task in request.tasks if any(mode.staff for mode in task.modes))


def draw(week: Week) -> Canvas | None:
    """The person who works with the most skills in one day, then on the most things, but for few units."""
    days: dict[tuple[str, Window], list[Hold]] = defaultdict(list)
    for hold in week.reading.person_holds():
        if 0 <= hold.start < week.problem.commit_until:
            days[hold.resource, week.day(hold.start)].append(hold)
    fitting = {key: holds for key, holds in days.items() if len(_units(week, holds)) <= MOST}
    if not fitting:
        return None
    person, day = max(
        fitting, key=lambda key: (len(_skills(week, fitting[key])), len(fitting[key]), -key[1][0], key[0])
    )
    return _drawn(week, person, day, sorted(fitting[person, day], key=lambda each: (each.start, each.task)))


def _skills(week: Week, holds: list[Hold]) -> set[str]:
    return {need.skill for hold in holds for need in week.reading.placed[hold.task].mode.staff}


def _units(week: Week, holds: list[Hold]) -> list[str]:
    return list(dict.fromkeys(week.reading.placed[hold.task].units[0] for hold in holds))


def _drawn(week: Week, person: str, day: Window, holds: list[Hold]) -> Canvas:
    shift = [window for window in week.reading.shifts[person] if window[0] < day[1] and window[1] > day[0]]
    window = week.around((shift[0][0], shift[-1][1]), hours=1)
    units = _units(week, holds)
    skills = " and ".join(sorted(skill.partition(":")[2] for skill in _skills(week, holds)))
    picture = canvas(
        week,
        f"{week.person(person)} works where the skill is needed, one thing at a time",
        f"{week.moment(day[0])[:-6]}: {skills}. Dark: the part of the work that needs hands; the rest runs alone.",
        window=window,
        rows=[
            f"{week.person(person)}\non shift {week.clock(shift[0][0])}–{week.clock(shift[-1][1])}",
            *map(week.unit, units),
        ],
    )
    picture.closed(0, week.away(person, window))
    for hold in holds:
        picture.bar(0, (hold.start, hold.end), week.name(hold.task), "hands")
    for row, unit in enumerate(units, start=1):
        picture.closed(row, week.closed(unit, window), "closed")
        for placed, span, _ in week.on(unit, window):
            _draw_hands(picture, week, row, placed, span, [hold for hold in holds if hold.task == placed.task.id])
    return picture


def _draw_hands(picture: Canvas, week: Week, row: int, placed: Placed, span: Window, mine: list[Hold]) -> None:
    """Work on a unit, and in it what the person does."""
    label, hands = week.name(placed.task.id), unite((hold.start, hold.end) for hold in mine)
    rest = complement(hands, *span)
    room = max(rest, key=lambda gap: gap[1] - gap[0], default=None)
    picture.bar(row, span, label if rest else "", "asked" if mine else "other", room=room)
    for each in hands:
        picture.bar(row, each, "" if rest else label, "hands")
