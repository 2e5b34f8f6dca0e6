"""Steps that share their unit, person or laboratory, or must not."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import DEEP, Canvas, Row, Tone
from docs.rule_pictures.sketch import canvas, draw_unit
from docs.rule_pictures.week import Week, span_of
from solver.problem import Choice, Problem, Request, SameChoice
from solver.rules.reading import Placed


def data(problem: Problem, what: Choice = "unit") -> Iterator[str]:
    """Requests with steps that are so bound."""
    return (request.id for request in problem.requests if any(choice.what == what for choice in request.choices))


def by_person(problem: Problem) -> Iterator[str]:
    """Requests with steps bound by person."""
    return data(problem, "person")


def draw(week: Week) -> Canvas | None:
    """Steps on one unit where others could do each of them: those that lie farthest apart within a week."""
    found = _found(week, "unit")
    if found is None:
        return None
    request, _, runs = found
    units = sorted({use.unit for mode in runs[0].task.modes for use in mode.units}, key=week.name)
    first, last = (week.step(run) for run in (runs[0], runs[-1]))
    picture = canvas(
        week,
        f"{week.name(request.id)}: {last} on the same unit as {first}",
        "Any of these units could do either step, but what was measured on one before is measured on it again.",
        window=week.around(span_of(runs), hours=8),
        rows=[Row(name="", note=True), *map(week.unit, units)],
    )
    for run in runs:
        picture.mark(run.at.start, week.operation(run), colour=DEEP)
    for row, unit in enumerate(units, start=1):
        draw_unit(picture, week, row, unit, {run.task.id for run in runs}, closed="")
    return picture


def draw_persons(week: Week) -> Canvas | None:
    """Steps that two persons have to do."""
    found = _found(week, "person")
    if found is None:
        return None
    request, choice, runs = found
    persons = list(dict.fromkeys(person for run in runs for person in run.at.persons))
    first, last = (week.step(run) for run in (runs[0], runs[-1]))
    picture = canvas(
        week,
        f"{week.name(request.id)}: nobody does both {first} and {last}",
        "Who made it does not inspect it." if choice.differ else "One person does both.",
        window=week.around(span_of(runs), hours=2),
        rows=[week.person(person) for person in persons],
    )
    asked = {run.task.id for run in runs}
    for row, person in enumerate(persons):
        picture.closed(row, week.away(person, picture.window), "not on shift")
        for hold in week.reading.person_holds():
            if hold.resource == person:
                tone: Tone = "asked" if hold.task in asked else "other"
                picture.bar(row, (hold.start, hold.end), week.name(hold.task), tone)
    return picture


def _found(week: Week, what: Choice) -> tuple[Request, SameChoice, list[Placed]] | None:
    """Of the requests planned whole, the one whose bound steps lie closest together."""
    found = []
    for request in week.whole():
        for choice in request.choices:
            runs = [run for run in week.of(request) if run.task.id in choice.tasks]
            if choice.what == what and len(runs) > 1 and all(run.at.persons or what != "person" for run in runs):
                span = span_of(runs)
                found.append((span[1] - span[0], request.id, request, choice, runs))
    return min(found, key=lambda each: each[:2])[2:] if found else None
