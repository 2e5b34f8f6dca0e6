"""Work of several requests shares a run: same recipe and numbers, up to the room, with the leave of the owners."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import Canvas, Row, Tone
from docs.rule_pictures.sketch import canvas
from docs.rule_pictures.week import Week
from solver.problem import Problem
from solver.rules.reading import Placed

TONES: tuple[Tone, ...] = ("asked", "second", "third")


def data(problem: Problem) -> Iterator[str]:
    """Tasks that may share a run."""
    return (task.id for request in problem.requests for task in request.tasks if task.batch)


def draw(week: Week) -> Canvas | None:
    """The run that the most owners share, then the one that holds the most pieces."""
    runs = [[week.reading.placed[task.id] for task in tasks] for tasks in week.reading.runs.values() if len(tasks) > 1]
    runs = [run for run in runs if run[0].at.start < week.problem.commit_until]
    if not runs:
        return None
    owners = [len({placed.request.owner for placed in run}) for run in runs]
    best = max(range(len(runs)), key=lambda at: (owners[at], sum(each.task.size for each in runs[at]), -at))
    return _drawn(week, sorted(runs[best], key=lambda each: each.task.id))


def _drawn(week: Week, run: list[Placed]) -> Canvas:
    first = run[0]
    use = next(use for use in first.mode.units if use.room is not None)
    pieces = sum(placed.task.size for placed in run)
    sizes = " + ".join(str(each.task.size) for each in run)
    persons = list(dict.fromkeys(first.at.persons))
    picture = canvas(
        week,
        f"One run of {week.step(first)} on {week.name(use.unit)}, shared by {len(run)} requests",
        f"{sizes} = {pieces} of {use.room} pieces: one place, one technician, one start.",
        'Each owner sees of the other only "shared with another booking".',
        window=week.around((first.at.start, first.at.end), hours=8),
        rows=[Row(name=week.unit(use.unit), tall=len(run)), *map(week.person, persons)],
    )
    picture.closed(0, week.closed(use.unit, picture.window))
    for at, placed in enumerate(run):
        label = f"{week.owner(placed.request)}, {week.name(placed.request.id)}: {placed.task.size} pieces"
        span = (placed.at.start, placed.at.end)
        picture.bar(0, span, label, TONES[at % len(TONES)], lane=at, lanes=len(run))
    _hands(picture, week, {placed.task.id for placed in run}, persons)
    return picture


def _hands(picture: Canvas, week: Week, run: set[str], persons: list[str]) -> None:
    """What each of the run's persons does, and when they are away."""
    for row, person in enumerate(persons, start=1):
        picture.closed(row, week.away(person, picture.window), "not on shift")
        for hold in week.reading.person_holds():
            if hold.resource == person:
                tone: Tone = "hands" if hold.task in run else "other"
                picture.bar(row, (hold.start, hold.end), "", tone)
